"""What the parts of the office tell the shell: the numbers in the rail and the sentences of the bell.

Imported once by ``edocs/web/urls.py``. One line per counter or kind of notice.
"""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import State
from edocs.intake.queries import waiting_counts
from edocs.jobs.models import Job, JobState
from edocs.office.models import Person
from edocs.web.navigation import register_counter, register_counters
from edocs.web.notices import register_notice
from edocs.workflow.models import Step, StepKind, StepState
from edocs.workflow.notices import HANDLING_NOTICES
from edocs.workflow.outgoing_notices import OUTGOING_NOTICES
from edocs.workflow.queries.handling import count_to_instruct, count_work
from edocs.workflow.queries.sealing import count_to_seal
from edocs.workflow.rights import principals_of


def _failed_jobs(person: Person) -> tuple[int, int]:
    failed = Job.objects.filter(state=JobState.FAILED).count()
    return failed, failed


def _steps(person: Person) -> dict[str, int]:
    people = principals_of(person)
    open_steps = Step.objects.filter(person__in=people, state=StepState.OPEN, approval__ended_at=None)
    checks = Q(kind__in=(StepKind.CONTENT, StepKind.FORMAT), approval__document__state=State.IN_APPROVAL)
    signs = Q(kind=StepKind.SIGN, person=person.pk, approval__document__state=State.TO_SIGN)
    return open_steps.aggregate(to_check=Count("pk", filter=checks), to_sign=Count("pk", filter=signs))


register_counter("jobs", _failed_jobs)
register_counter("work", count_work)
register_counter("to_instruct", count_to_instruct)
register_counters(("to_check", "to_sign"), _steps)
register_counter("intake", waiting_counts)
register_counter("to_seal", count_to_seal)

for _kind, (_sentence, _tone) in (HANDLING_NOTICES | OUTGOING_NOTICES).items():
    register_notice(_kind, _sentence, _tone)  # type: ignore[arg-type]

register_notice("signed", _("“%(summary)s” was signed and waits for its number"), "ok")
register_notice("to_seal", _("%(by)s signed “%(summary)s”; number and seal it"), "look")
register_notice("sign_failed", _("“%(summary)s” was not signed; look at the reason and sign again"), "bad")
register_notice("proof_failed", _("“%(summary)s” could not be proven: %(reason)s"), "bad")
register_notice("restamp_failed", _("%(what)s could not be time-stamped again: %(reason)s"), "bad")
register_notice("seal_failed", _("“%(summary)s” was not sealed; look at the reason and seal again"), "bad")
register_notice("issued", _("%(code)s was issued: %(summary)s"), "ok")
register_notice("copy_ready", _("The copy of %(code)s is ready to be certified: %(summary)s"), "look")
register_notice("copy_failed", _("The copy of %(code)s was not certified; look at the reason and sign again"), "bad")
register_notice("export_ready", _("The file with %(rows)s rows is ready"), "ok")
register_notice("search_fits", _("New for your search “%(name)s”: %(what)s"))
register_notice("shared", _("%(by)s lets you read “%(summary)s”"))
register_notice("case_file_given", _("%(by)s gave you the case file %(code)s to keep: %(title)s"), "look")

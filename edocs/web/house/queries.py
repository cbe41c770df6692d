"""What the pages of the house read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from edocs.documents.access import visible
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import periodic
from edocs.journal.models import Event
from edocs.office.models import Person

PAGE = 50
DOCUMENT = "document:"


@dataclass(frozen=True)
class JobPage:
    """Some jobs, newest first, and whether there are newer and older ones."""

    jobs: Sequence[Job]
    has_newer: bool
    has_older: bool


def jobs_for(person: Person) -> QuerySet[Job]:
    """Administrators see every job, everybody else what they asked for themselves."""
    return Job.objects.all() if person.has_role("administrator") else Job.objects.filter(requested_by=person)


def job_counts(person: Person) -> dict[str, int]:
    """How many of the jobs a person may see are in each state (one statement)."""
    rows = jobs_for(person).order_by().values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(JobState.values, 0) | dict(rows)


def job_page(
    person: Person, *, state: str = "", kind: str = "", before: int | None = None, after: int | None = None
) -> JobPage:
    """One page of jobs by key: those older than ``before``, or those newer than ``after`` (one statement).

    What beat asks for again and again, and what went well, is shown only to who asks for its kind.
    """
    found = jobs_for(person).select_related("requested_by")
    if state:
        found = found.filter(state=state)
    found = found.filter(kind=kind) if kind else found.exclude(kind__in=periodic, state=JobState.DONE)
    if after is not None:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        return JobPage(rows[:PAGE][::-1], has_newer=len(rows) > PAGE, has_older=True)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    return JobPage(rows[:PAGE], has_newer=before is not None, has_older=len(rows) > PAGE)


def documents_of(person: Person, jobs: Sequence[Job]) -> dict[str, str]:
    """Subject of a job → name of its document, for those the person may see (one statement)."""
    numbers = {job.subject.removeprefix(DOCUMENT) for job in jobs if job.subject.startswith(DOCUMENT)}
    wanted = [int(number) for number in numbers if number.isdecimal()]
    if not wanted:
        return {}
    rows = visible(person).filter(pk__in=wanted).values_list("pk", "code", "summary")
    return {f"{DOCUMENT}{pk}": code or summary[:80] for pk, code, summary in rows}


def last_event(verb: str) -> Event | None:
    """The newest event of a verb, with its person."""
    return Event.objects.filter(verb=verb).select_related("person").order_by("-pk").first()

"""Pages for those who keep the house: jobs, health, and where somebody leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs import services as job_services
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import kinds
from edocs.office.models import Person
from edocs.ui import Chip, Keyset, State, Tab, Tone
from edocs.web.house import health, jobs, queries
from edocs.web.house.forms import LeaveForm
from edocs.web.house.kinds import label_of
from edocs.workflow.services.leaving import deactivate_person, open_work_of

MARKS: dict[str, tuple[str, Tone]] = {
    JobState.WAITING: ("clock", "grey"),
    JobState.RUNNING: ("progress", "blue"),
    JobState.FAILED: ("alert-circle", "red"),
    JobState.DONE: ("circle-check", "green"),
    JobState.CANCELLED: ("ban", "grey"),
}
#: order of the tabs: what needs somebody first
STATES = (JobState.FAILED, JobState.RUNNING, JobState.WAITING, JobState.DONE)
#: what can be looked at more closely from the health page -> kind of job
CLOSER = {"journal": jobs.VERIFY_JOURNAL, "files": jobs.CHECK_FILES, "index": jobs.BUILD_INDEX}


@dataclass(frozen=True)
class JobLine:
    """A job as the list shows it."""

    job: Job
    label: str
    state: State
    document: str = ""
    url: str = ""
    may_repeat: bool = False


def _administrators_only(request: HttpRequest) -> None:
    if not request.user.has_role("administrator"):  # type: ignore[union-attr]
        raise NotPermitted(_("This page is for administrators."))


# --- jobs -----------------------------------------------------------------------------------------------------------
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """Jobs, newest first: an administrator sees all, everybody else what they asked for."""
    person: Any = request.user
    state = request.GET.get("state", "")
    state = state if state in JobState.values else ""
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    page = queries.job_page(
        person, state=state, kind=kind, before=_key(request, "before"), after=_key(request, "after")
    )
    names = queries.documents_of(person, page.jobs)
    counts = queries.job_counts(person)
    context = {
        "lines": [_job_line(job, names) for job in page.jobs],
        "tabs": _job_tabs(state, kind, counts),
        "kinds": sorted(((name, label_of(name)) for name in kinds), key=lambda one: one[1]),
        "state": state,
        "kind": kind,
        "chips": [Chip(label_of(kind), _address(state=state))] if kind else [],
        "page": _job_keys(page, state, kind),
        "everything": person.has_role("administrator"),
    }
    return render(request, "web/house/jobs.html", context)


@require_POST
def job_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a failed job run again; whether this person may is decided by the service."""
    person: Any = request.user
    job = queries.jobs_for(person).filter(pk=pk).first()
    if job is None:
        raise Http404
    job_services.repeat(job=job, by=person)
    messages.success(request, _("“%(job)s” runs again.") % {"job": label_of(job.kind)})
    return HttpResponseRedirect(_back(request, reverse("jobs")))


def _key(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else None


def _address(**values: object) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return reverse("jobs") + (f"?{query}" if query else "")


def _job_tabs(state: str, kind: str, counts: dict[str, int]) -> list[Tab]:
    every = Tab(_("All"), _address(kind=kind), current=not state)
    return [every, *(Tab(one.label, _address(state=one, kind=kind), one == state, counts[one]) for one in STATES)]


def _job_keys(page: queries.JobPage, state: str, kind: str) -> Keyset:
    if not page.jobs:
        return Keyset(shown=0)
    first, last = page.jobs[0].pk, page.jobs[-1].pk
    return Keyset(
        shown=len(page.jobs),
        first_url=_address(state=state, kind=kind) if page.has_newer else "",
        previous_url=_address(state=state, kind=kind, after=first) if page.has_newer else "",
        next_url=_address(state=state, kind=kind, before=last) if page.has_older else "",
    )


def _job_line(job: Job, names: dict[str, str]) -> JobLine:
    icon, tone = MARKS[job.state]
    document = names.get(job.subject, "")
    number = job.subject.removeprefix(queries.DOCUMENT)
    return JobLine(
        job=job,
        label=label_of(job.kind),
        state=State(job.get_state_display(), icon, tone),
        document=document,
        url=f"/documents/{number}/" if document else "",
        may_repeat=job.state == JobState.FAILED,
    )


def _back(request: HttpRequest, otherwise: str) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted else otherwise


# --- health ---------------------------------------------------------------------------------------------------------
@require_GET
def health_page(request: HttpRequest) -> HttpResponse:
    """Every part of the house in plain words."""
    _administrators_only(request)
    groups = health.all_checks()
    return render(request, "web/house/health.html", {"groups": groups, "overall": health.overall(groups)})


@require_POST
def health_check(request: HttpRequest, what: str) -> HttpResponse:
    """Look closer at one part: a job whose result the health page shows."""
    _administrators_only(request)
    if what not in CLOSER:
        raise Http404
    person: Any = request.user
    with transaction.atomic():
        job_services.enqueue(CLOSER[what], subject=f"health:{what}", by=person, once=True)
    messages.success(
        request, _("“%(job)s” was asked for; its result will stand here.") % {"job": label_of(CLOSER[what])}
    )
    return HttpResponseRedirect(reverse("health"))


@login_not_required
@require_GET
def health_machine(request: HttpRequest) -> HttpResponse:
    """For monitoring: works or not, and nothing else. ``?part=web`` asks for this process and its database alone."""
    works = health.web_works() if request.GET.get("part") == "web" else health.machine.works()
    response = JsonResponse({"ok": works}, status=200 if works else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- leaving --------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def person_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's account out of use and hand their open work over (R-ADM-5)."""
    _administrators_only(request)
    person = get_object_or_404(Person.objects.select_related("position", "unit"), pk=pk, is_active=True)
    form = LeaveForm(request.POST or None, person=person)
    status = 200
    if request.method == "POST" and form.is_valid():
        by: Any = request.user
        try:
            deactivate_person(person=person, by=by, to=form.cleaned_data["to"])
        except (Invalid, WrongState) as refusal:
            form.add_error("to" if refusal.field == "to" else None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("The account of %(name)s is out of use.") % {"name": person.full_name})
            return HttpResponseRedirect(reverse("admin:office_person_changelist"))
    elif request.method == "POST":
        status = 422
    work = open_work_of(person)
    context = {"person": person, "form": form, "work": work, "back": reverse("admin:index")}
    return render(request, "web/house/leave.html", context, status=status)

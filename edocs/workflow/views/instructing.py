"""The leader's page: documents that wait, one after the other, with the instruction beside; and what it needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from edocs import clock
from edocs.asked import number_in
from edocs.day_input import day_in
from edocs.deadlines.services import WorkingCalendar, due_after, working_calendar
from edocs.documents import access
from edocs.documents.models import Document
from edocs.errors import Invalid, NotPermitted, Refusal
from edocs.office.models import InstructionTemplate, Person, Role
from edocs.office.services import forget_form
from edocs.ui import exact_moment
from edocs.workflow.forms.handling import BY_DATE, MOST_DAYS, TWO_DEADLINES, GiveForm, end_of_day
from edocs.workflow.models import Assignment, Submission, SubmissionState
from edocs.workflow.queries.handling import ToInstruct
from edocs.workflow.queries.handling import to_instruct as waiting_for
from edocs.workflow.queries.marks import DueMark, StateMark, due_mark
from edocs.workflow.queries.receivers import find_receivers, offered
from edocs.workflow.rights import principals_of
from edocs.workflow.services.giving import address_of, name_of
from edocs.workflow.services.handling import INSTRUCTABLE, file_for_information, instruct
from edocs.workflow.views.handling import scope_of


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the queue, with the attributes that the queue row component draws."""

    url: str
    number: str
    sender: str
    summary: str
    key: str
    due: DueMark | None
    urgency: int
    unread: bool
    current: bool
    role: str = ""
    state: StateMark | None = None
    preview_url: str = ""
    tick: str = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Why a unit stands in the field already."""

    place: str | Promise
    spot: str = ""


@require_GET
def to_instruct(request: HttpRequest) -> HttpResponse:
    """The first document that waits, or a word that none does."""
    leader = _leader(request)
    queue = waiting_for(leader)
    if not queue:
        return render(request, "workflow/handling/instruct.html", {"rows": [], "leader": leader})
    document = access.get_visible(_person(request), queue[0].document.pk)
    return _page(request, leader, document, queue, _empty_form(document, queue))


@require_http_methods(["GET", "POST"])
def instruct_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Instruct one document: POST sends and opens the next one."""
    document = access.get_visible(_person(request), pk)
    leader = _leader(request, document)
    queue = waiting_for(leader)
    if request.method == "GET":
        if document.state not in INSTRUCTABLE:
            return HttpResponseRedirect(address_of(document))
        return _page(request, leader, document, queue, _empty_form(document, queue))
    only_known = "file" in request.POST
    form = GiveForm(request.POST, receivers=offered(), lead_required=not only_known)
    if not form.is_valid():
        return _page(request, leader, document, queue, form, status=422)
    try:
        done = _send(request, leader, document, form, only_known=only_known)
    except Refusal as refusal:
        if not refusal.field:
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, leader, document, queue, form, status=422)
    forget_form(person=_person(request), key=f"instruct-{document.pk}")
    messages.success(request, done)
    return HttpResponseRedirect(_next(queue, document))


@require_GET
def due_words(request: HttpRequest) -> HttpResponse:
    """What a chosen deadline means, as the date and hour (a line for htmx)."""
    return HttpResponse(_due_words(request.GET.get("due", ""), request.GET.get("due_on", "")))


@require_GET
def pick_people_units(request: HttpRequest) -> JsonResponse:
    """People and units by a few letters, accents not needed; ``within`` an assignment: inside its holder's units."""
    scope = None
    within = number_in(request.GET.get("within"))
    if within is not None:
        assignment = Assignment.objects.select_related("unit__head", "person", "document").filter(pk=within).first()
        if assignment is None or not access.may_see(_person(request), assignment.document):
            raise Http404
        scope = scope_of(assignment)
    found = find_receivers(request.GET.get("q", "")[:60], within=scope)
    items = [
        {"value": r.value, "label": r.label, "hint": r.hint, "initials": r.initials, "unit": r.is_unit} for r in found
    ]
    return JsonResponse({"items": items})


# --- inside ---------------------------------------------------------------------------------------------------------
def _person(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]


def _leader(request: HttpRequest, document: Document | None = None) -> Person:
    """In whose name the instruction is given: the leader before whom the document lies, if this person may act for
    them; else whom the person chose to act for; else the person."""
    person = _person(request)
    if document is not None:
        waiting = Submission.objects.filter(document=document, state=SubmissionState.OPEN).select_related("to").first()
        if waiting is not None and waiting.to_id in principals_of(person):
            return waiting.to
    leader: Person = getattr(request, "acting_for", None) or person
    if not leader.has_role(Role.LEADER):
        raise NotPermitted(_("Only a leader gives instructions on incoming documents (Decree 30/2020, Art. 23)."))
    return leader


def _send(request: HttpRequest, leader: Person, document: Document, form: GiveForm, *, only_known: bool) -> str:
    person = _person(request)
    acting_by = person if person.pk != leader.pk else None
    given = form.receivers()
    facts = {"code": name_of(document)}
    if only_known:
        if given["lead"] is not None or given["coordinators"]:
            sentence = _("For information only: take the lead and the coordinators out, or send it as work.")
            raise Invalid(sentence, field="lead")
        file_for_information(
            document=document,
            author=leader,
            text=form.cleaned_data["text"],
            inform=given["inform"],
            acting_by=acting_by,
        )
        return _("%(code)s is kept for information.") % facts
    instruct(
        document=document,
        author=leader,
        text=form.cleaned_data["text"],
        acting_by=acting_by,
        **given,
        **form.deadline(),
    )
    facts["lead"] = str(given["lead"])
    return _("%(lead)s has the lead in %(code)s. You can take it back as long as nobody opened it.") % facts


def _empty_form(document: Document, queue: list[ToInstruct]) -> GiveForm:
    """A new form with the lead that the clerk proposed, or that usually leads in this field of work."""
    proposed = next((row.proposed_lead for row in queue if row.document.pk == document.pk), None)
    unit_id = proposed.pk if proposed is not None else document.field.unit_id if document.field is not None else None
    initial = {"lead": f"u:{unit_id}" if unit_id else "", "due": "3"}
    return GiveForm(initial=initial, receivers=offered())


def _proposal(document: Document, queue: list[ToInstruct], form: GiveForm) -> Proposal | None:
    if form.is_bound:
        return None
    row = next((row for row in queue if row.document.pk == document.pk), None)
    if row is not None and row.proposed_lead is not None:
        return Proposal(_("%(name)s proposes it") % {"name": row.from_name})
    if document.field is not None and document.field.unit_id:
        return Proposal(_("usual lead for this field of work"))
    return None


def _page(
    request: HttpRequest,
    leader: Person,
    document: Document,
    queue: list[ToInstruct],
    form: GiveForm,
    *,
    status: int = 200,
) -> HttpResponse:
    now, calendar = clock.now(), working_calendar()
    current = next((row for row in queue if row.document.pk == document.pk), None)
    mine = InstructionTemplate.objects.filter(person=leader)
    everybodys = InstructionTemplate.objects.filter(person=None)
    context: dict[str, Any] = {
        "leader": leader,
        "acting": leader.pk != _person(request).pk,
        "document": document,
        "number": name_of(document),
        "document_key": str(document.pk),
        "waiting": current,
        "rows": [_row(row, row is current, now, calendar) for row in queue],
        "due": _reply_mark(document, now, calendar),
        "form": form,
        "proposal": _proposal(document, queue, form),
        "phrases": [*mine, *everybodys],
        "due_words": _due_words(form["due"].value() or "", form["due_on"].value() or ""),
        "previous_url": _beside(queue, document, -1),
        "next_url": _beside(queue, document, 1),
        "pick_url": reverse("pick_people_units"),
    }
    return render(request, "workflow/handling/instruct.html", context, status=status)


def _row(row: ToInstruct, current: bool, now: dt.datetime, calendar: WorkingCalendar) -> Row:
    document = row.document
    return Row(
        url=reverse("instruct_document", args=[document.pk]),
        number=name_of(document),
        sender=document.issuer_name,
        summary=document.summary,
        key=str(document.pk),
        due=_reply_mark(document, now, calendar),
        urgency=document.urgency,
        unread=row.unread and not current,
        current=current,
    )


def _reply_mark(document: Document, now: dt.datetime, calendar: WorkingCalendar) -> DueMark | None:
    """By when the sender wants the answer."""
    if document.reply_by is None:
        return None
    return due_mark(calendar.end_of(document.reply_by), now=now, calendar=calendar)


def _due_words(due: str, due_on: object) -> str:
    """The deadline chosen as a sentence with day and hour, also when nothing or nonsense was chosen."""
    if due_on and due != BY_DATE:
        return str(TWO_DEADLINES)
    if due.isdecimal() and len(due) < 4 and int(due) <= MOST_DAYS:
        days = int(due)
        words = ngettext("%(n)d working day, that is %(at)s", "%(n)d working days, that is %(at)s", days)
        return words % {"n": days, "at": exact_moment(due_after(days))}
    if due == BY_DATE:
        day = due_on if isinstance(due_on, dt.date) else day_in(due_on)
        return _("Until %(at)s") % {"at": exact_moment(end_of_day(day))} if day is not None else _("Choose the day.")
    return _("No deadline is set.")


def _beside(queue: list[ToInstruct], document: Document, step: int) -> str:
    """The address of the neighbour in the queue; empty at its ends."""
    numbers = [row.document.pk for row in queue]
    place = numbers.index(document.pk) + step if document.pk in numbers else -1
    return reverse("instruct_document", args=[numbers[place]]) if 0 <= place < len(numbers) else ""


def _next(queue: list[ToInstruct], document: Document) -> str:
    """After sending: the next one, else the first that is left, else the empty queue."""
    following = _beside(queue, document, 1)
    if following:
        return following
    rest = [row.document.pk for row in queue if row.document.pk != document.pk]
    if rest:
        return reverse("instruct_document", args=[rest[0]])
    in_queue = any(row.document.pk == document.pk for row in queue)
    return reverse("to_instruct") if in_queue else address_of(document)

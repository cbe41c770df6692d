"""Pages of the leader who signs: the pile, one document, one consent and what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from edocs import clock, ui
from edocs.deadlines.services import WorkingCalendar, working_calendar
from edocs.documents.access import get_visible
from edocs.documents.choices import Direction, FileRole, Origin, State
from edocs.documents.models import Document
from edocs.documents.services.reading import note_view
from edocs.errors import Invalid, NotPermitted, Refusal, Unavailable, WrongState
from edocs.jobs.queries import worker_is_silent
from edocs.office.models import Person
from edocs.signatures.models import Key, SigningItem
from edocs.signatures.sentences import SENTENCES
from edocs.signatures.services.keys import key_of, usable
from edocs.signatures.services.two_phase import asks_password, is_elsewhere
from edocs.workflow.forms.outgoing import ReturnForm
from edocs.workflow.forms.signing import PlaceForm, SignForm, TakeBackForm
from edocs.workflow.models import StepState
from edocs.workflow.queries.approving import ApprovalView, StepLine, approval_view, seen_before
from edocs.workflow.queries.changes import changes_between
from edocs.workflow.queries.sealing import doubts_of
from edocs.workflow.queries.signing import (
    PileRow,
    answered_by,
    capacity,
    may_sign,
    open_session,
    pile_of,
    results_of,
    row_for,
    session_of,
)
from edocs.workflow.services import approving, moving, signing
from edocs.workflow.views.signing_shown import PLACE, boxes_to_sign, chosen_box, viewed
from signing.layout import LEADER_FIELD

BOTH = ["GET", "POST"]
UNPROCESSABLE = 422
SECRET = ("key_password",)
#: where a signed document may still be returned
RETURNABLE = (State.TO_SIGN, State.PROVING, State.SIGNED, State.SEALING, State.SEALED)
#: reasons that name who is away
NAMING = frozenset({"timestamp_unavailable"})


def person_of(request: HttpRequest) -> Person:
    """Who asks; everybody who comes here is signed in."""
    return request.user  # type: ignore[return-value]


def outgoing_of(person: Person, pk: int) -> Document:
    """An outgoing document that the person may see."""
    document = get_visible(person, pk)
    if document.direction == Direction.INCOMING:
        raise Http404
    return document


def reason_of(item: SigningItem) -> str:
    """Why a document was not signed, in the reader's language where the code says it all."""
    return item.reason if item.code in NAMING else str(SENTENCES.get(item.code) or item.reason)


def due_chip(due_at: dt.datetime, calendar: WorkingCalendar) -> ui.Due:
    """The chip of a deadline, counted in working days of the office."""
    now = clock.now()
    days = abs(calendar.between(timezone.localtime(now).date(), timezone.localtime(due_at).date()))
    return ui.due_of(due_at, now=now, working_days=days)


# --- the pile -------------------------------------------------------------------------------------------------------
@sensitive_post_parameters(*SECRET)
@sensitive_variables("form")
@require_http_methods(BOTH)
def to_sign(request: HttpRequest) -> HttpResponse:
    """The pile to sign: read, tick, agree once. POST signs what is ticked."""
    person = person_of(request)
    if not may_sign(person):
        raise NotPermitted(_("You hold no authority to sign. Ask the administrator if you should."))
    if request.method == "GET":
        return _pile(request, _sign_form(person), ticked=request.GET.get("tick") == "all")
    form = _sign_form(person, request.POST)
    if form.is_valid():
        try:
            session = signing.sign_documents(
                person=person, picks=form.picks, password=form.cleaned_data.get("key_password", "")
            )
        except (Invalid, WrongState, Unavailable) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            page = "sign_elsewhere" if is_elsewhere(session.key) else "sign_session"
            return HttpResponseRedirect(reverse(page, args=[session.pk]))
    return _pile(request, form, status=UNPROCESSABLE)


def _sign_form(person: Person, data: QueryDict | None = None) -> SignForm:
    """The consent; a password is asked for where the key is opened here."""
    key = key_of(person)
    form = SignForm(data, asks_password=asks_password(key))
    form.key = key
    return form


def _pile(request: HttpRequest, form: SignForm, *, ticked: bool = False, status: int = 200) -> HttpResponse:
    person = person_of(request)
    rows = pile_of(person)
    chosen = {row.key for row in rows if ticked} | set(form.ticked)
    first = next((row for row in rows if row.key in form.ticked), rows[0] if rows else None)
    return _page(request, rows, first, form, chosen, reading=False, status=status)


@require_http_methods(["GET"])
def sign_document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document of the pile, ticked; for htmx only its pages and what is said about it."""
    person = person_of(request)
    document = outgoing_of(person, pk)
    rows = pile_of(person)
    row = next((one for one in rows if one.document.pk == pk), None)
    if row is None:
        messages.info(request, _("“%(summary)s” does not wait for your signature now.") % {"summary": document.summary})
        return HttpResponseRedirect(reverse("document", args=[pk]))
    if request.headers.get("HX-Request"):
        if "poll" in request.GET and row.waiting.blocked != "preparing":
            response = HttpResponse(status=204)
            response.headers["HX-Refresh"] = "true"
            return response
        return render(request, "workflow/signing/_document.html", _shown(request, row))
    return _page(request, rows, row, _sign_form(person), {row.key}, reading=True)


def _page(
    request: HttpRequest,
    rows: list[PileRow],
    row: PileRow | None,
    form: SignForm,
    chosen: set[str],
    *,
    reading: bool,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    calendar = working_calendar()
    context: dict[str, Any] = {
        "rows": [_queue_row(one, calendar, chosen, row) for one in rows],
        "total": len(rows),
        "signable": sum(one.signable for one in rows),
        "ticked": sum(one.key in chosen for one in rows if one.signable),
        "form": form,
        "reading": reading,
        "under_way": open_session(person),
        **(_panel(form.key, rows) if rows else {}),
        **(_shown(request, row) if row else {}),
    }
    return render(request, "workflow/signing/to_sign.html", context, status=status)


def _queue_row(row: PileRow, calendar: WorkingCalendar, chosen: set[str], current: PileRow | None) -> ui.QueueRow:
    document, version = row.document, row.version
    facts = [_("not opened yet")] if row.signable and not row.opened else []
    if version is not None:
        facts.append(_("%(n)s p.") % {"n": version.pages})
    if row.attachments:
        facts.append(_("%(n)s attached") % {"n": row.attachments})
    if document.unit:
        facts.append(document.unit.name)
    return ui.QueueRow(
        url=reverse("sign_document", args=[document.pk]),
        number=document.kind.name,
        sender=", ".join(facts),
        summary=document.summary,
        key=row.key,
        due=due_chip(row.due, calendar) if row.due else None,
        state=_state(row),
        urgency=document.urgency,
        current=current is not None and current.document.pk == document.pk,
        preview_url=reverse("sign_document", args=[document.pk]),
        tick="documents" if row.signable else "",
        ticked=row.key in chosen,
    )


def _state(row: PileRow) -> ui.State | None:
    if row.waiting.blocked == "failed":
        return ui.State(_("Cannot be signed"), "alert-circle", "red")
    if row.waiting.blocked:
        return ui.State(_("Being prepared"), "progress", "blue")
    if row.failed is not None:
        return ui.State(_("Not signed"), "alert-circle", "red")
    if row.waiting.places_doubtful:
        return ui.State(_("Look at the place"), "alert-triangle", "amber")
    return None


def _panel(key: Key | None, rows: list[PileRow]) -> dict[str, Any]:
    """In which capacity, with which key, and what has to be looked at first."""
    problem = ""
    if key is None:
        problem = _("No key is entered for you. Ask the administrator to enter one.")
    else:
        try:
            usable(key)
        except Invalid as refusal:
            problem = str(refusal)
    held = {row.waiting.step.signs_under.pk: row.waiting.step.signs_under for row in rows}
    return {
        "key": key,
        "key_problem": problem,
        "capacities": [(capacity(one), one.basis) for one in held.values()],
        "doubtful": [row for row in rows if row.signable and row.waiting.places_doubtful],
    }


# --- one document ---------------------------------------------------------------------------------------------------
def _shown(request: HttpRequest, row: PileRow) -> dict[str, Any]:
    """The exact bytes to be signed, what changed since the signer saw it, and who checked it."""
    person, document, version = person_of(request), row.document, row.version
    approval = row.waiting.step.approval
    before = seen_before(person, document, approval.version)
    difference = changes_between(before, approval.version) if before else None
    step = row.waiting.step
    movable = step.field in ("", LEADER_FIELD) and version is not None and version.origin == Origin.PREPARED
    boxes = []
    if version and row.signable:
        boxes = boxes_to_sign(version, difference, field=step.field or LEADER_FIELD, movable=movable)
    if row.signable:
        note_view(document=document, person=person)
    view = approval_view(document)
    place = next((box for box in boxes if box.name == PLACE), None)
    return {
        "row": row,
        "document": document,
        "approval": approval,
        "checks": _checks(view),
        "note": approval.note,
        "answers": answered_by(person, document),
        "attachments": document.files.filter(role=FileRole.ATTACHMENT).select_related("current"),
        "due": due_chip(row.due, working_calendar()) if row.due else None,
        "before": before,
        "difference": difference,
        "place": [(part, getattr(place, part)) for part in ("page", "x", "y", "width", "height")] if place else [],
        "doubts": doubts_of(version, of_signature=True) if row.signable else [],
        "failed_reason": reason_of(row.failed) if row.failed else "",
        "file": viewed(version, boxes, waiting=_hindrance(row)),
        "return_form": _return_form(document, view),
    }


def _checks(view: ApprovalView) -> list[tuple[str, str]]:
    lines = view.current.lines if view.current else []
    return [(line.step.get_kind_display(), _who(line)) for line in lines if line.step.state == StepState.APPROVED]


def _who(line: StepLine) -> str:
    if line.step.organisation:
        return f"{line.step.signer_name}, {line.step.organisation}"
    return line.decision.by.full_name if line.decision else line.step.person.full_name


def _hindrance(row: PileRow) -> str:
    if row.waiting.blocked == "failed":
        return row.waiting.reason or _("The file could not be prepared for signing.")
    return _("The file is being prepared for signing. It appears here in a moment.") if row.waiting.blocked else ""


@require_POST
def sign_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the signature elsewhere; the file is prepared anew and shown again."""
    person = person_of(request)
    document = outgoing_of(person, pk)
    row = row_for(person, document)
    form = PlaceForm(request.POST)
    if row is None or row.version is None or not form.is_valid():
        raise WrongState(_("The place could not be read. Reload the page, move the signature, and save it again."))
    box = chosen_box(row.version, **form.cleaned_data)
    if box is None:
        raise WrongState(_("The place could not be read. Reload the page, move the signature, and save it again."))
    moving.move_signature(document=document, box=box, by=person)
    messages.success(request, _("The signature stands at its new place. Look at it, then sign."))
    return HttpResponseRedirect(reverse("sign_document", args=[pk]))


def _return_form(document: Document, view: ApprovalView, data: Any = None) -> ReturnForm:
    lines = view.current.lines if view.current else []
    earlier = [line.step for line in lines if line.step.state == StepState.APPROVED]
    return ReturnForm(data, earlier=earlier, author=document.author)


@require_http_methods(BOTH)
def sign_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a draft instead of signing it, with a reason."""
    person = person_of(request)
    document = outgoing_of(person, pk)
    row = row_for(person, document)
    if row is None:
        raise WrongState(_("“%(summary)s” does not wait for your signature now.") % {"summary": document.summary})
    form = _return_form(document, approval_view(document), request.POST or None)
    if request.method == "POST" and form.is_valid():
        approval = row.waiting.step.approval
        try:
            approving.return_draft(
                step=row.waiting.step,
                by=person,
                version=row.version or approval.version,
                reason=form.cleaned_data["reason"],
                to_step=form.target(),
            )
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Returned: “%(summary)s”.") % {"summary": document.summary})
            return HttpResponseRedirect(reverse("to_sign"))
    context = {
        "form": form,
        "title": _("Return the draft"),
        "button": _("Return it"),
        "back": reverse("sign_document", args=[pk]),
    }
    return render(request, "workflow/signing/ask.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(BOTH)
def sign_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The signer takes a signed document back before it has a number."""
    document = outgoing_of(person_of(request), pk)
    return take_back(request, document, title=_("Take the signed document back"), back=reverse("document", args=[pk]))


def take_back(request: HttpRequest, document: Document, *, title: str, back: str) -> HttpResponse:
    """Ask why a signed document is returned, and return it."""
    signing.check_may_take_back(document, person_of(request))
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            signing.take_back_signed(document=document, by=person_of(request), reason=form.cleaned_data["reason"])
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Returned to its author: “%(summary)s”.") % {"summary": document.summary})
            return HttpResponseRedirect(reverse("to_seal" if "/seal/" in request.path else "to_sign"))
    elif document.state not in RETURNABLE:
        raise WrongState(_("“%(summary)s” cannot be returned any more.") % {"summary": document.summary[:80]})
    context = {"form": form, "title": title, "button": _("Return it"), "back": back}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "workflow/signing/ask.html", context, status=status)


# --- one consent ----------------------------------------------------------------------------------------------------
@require_http_methods(["GET"])
def sign_session(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each document of a consent; while some wait, the page asks again by itself."""
    session = session_of(person_of(request), pk)
    if session is None:
        raise Http404
    results = results_of(session)
    context = {
        "session": session,
        "results": results,
        "again": [(item, reason_of(item)) for item in results.again],
        "anew": [(item, reason_of(item)) for item in results.anew],
        "silent": bool(results.waiting) and worker_is_silent(),
        "form": _sign_form(person_of(request)) if results.anew else None,
        "left": len(pile_of(person_of(request))) if not results.waiting else None,
    }
    part = request.headers.get("HX-Request")
    return render(request, "workflow/signing/_results.html" if part else "workflow/signing/session.html", context)


@require_POST
def sign_item_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one document again under the consent that still holds."""
    item = SigningItem.objects.select_related("session", "document").filter(pk=pk).first()
    if item is None or item.session.person_id != person_of(request).pk or item.session.purpose != "sign":
        raise Http404
    try:
        signing.sign_again(item=item, by=person_of(request))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("sign_session", args=[item.session_id]))

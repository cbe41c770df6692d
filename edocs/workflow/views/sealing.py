"""Pages of the clerk: number, date and seal in one action, and dispatch."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from edocs import clock, ui
from edocs.documents.choices import RecipientState, State
from edocs.documents.models import Document
from edocs.documents.services.reading import note_view
from edocs.errors import Invalid, NotPermitted, Unavailable, WrongState
from edocs.jobs.queries import worker_is_silent
from edocs.office.models import Role
from edocs.signatures.models import Key
from edocs.signatures.services.keys import key_of_seal
from edocs.signatures.services.two_phase import asks_password, is_elsewhere
from edocs.typeset import date_text
from edocs.workflow.forms.signing import DatedSealForm, NumberAnewForm, RecipientsForm, SealForm, TakeBackForm
from edocs.workflow.queries.sealing import WAITING, SealRow, SealView, seal_queue, seal_view
from edocs.workflow.queries.signing import answered_by, capacity
from edocs.workflow.services import issuing
from edocs.workflow.views.signing import BOTH, SECRET, UNPROCESSABLE, outgoing_of, person_of, reason_of, take_back
from edocs.workflow.views.signing_shown import boxes_to_seal, viewed

PAGE = (*WAITING, State.ISSUED)


def _check_clerk(request: HttpRequest) -> None:
    if not person_of(request).has_role(Role.CLERK):
        raise NotPermitted(_("Only the clerical office numbers and seals (Decree 30/2020, Art. 32)."))


@require_GET
def to_seal(request: HttpRequest) -> HttpResponse:
    """The clerk's queue, with the first document that waits beside it."""
    _check_clerk(request)
    queue = seal_queue(person_of(request))
    first = queue.open[0].document if queue.open else None
    return _page(request, first, reading=False)


@sensitive_post_parameters(*SECRET)
@sensitive_variables("form")
@require_http_methods(BOTH)
def seal(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: number and seal it (``do=send`` and send it, ``do=seal`` only), send it, save its channels."""
    _check_clerk(request)
    document = _document(request, pk)
    if request.headers.get("HX-Request"):
        return _progress(request, document)
    if request.method == "GET":
        note_view(document=document, person=person_of(request))
        return _page(request, document, reading=True)
    recipients = _recipients_form(document, request.POST)
    sealable = document.state in (State.SIGNED, State.SEALING)
    form = _seal_form(key_of_seal(), document, request.POST) if sealable else None
    if not recipients.is_valid():
        return _page(request, document, reading=True, form=form, recipients=recipients, status=UNPROCESSABLE)
    try:
        return _do(request, document, recipients, form)
    except (Invalid, Unavailable) as refusal:
        refused: Any = form or recipients
        refused.add_error(refusal.field if refusal.field in refused.fields else None, str(refusal))
        return _page(request, document, reading=True, form=form, recipients=recipients, status=UNPROCESSABLE)


@sensitive_variables("form")
def _do(request: HttpRequest, document: Document, recipients: RecipientsForm, form: SealForm | None) -> HttpResponse:
    person, wanted = person_of(request), request.POST.get("do", "")
    here = HttpResponseRedirect(reverse("seal", args=[document.pk]))
    for line, channel, copies in recipients.chosen():
        issuing.set_channel(recipient=line, channel=channel, copies=copies, by=person)
    if wanted == "save":
        messages.success(request, _("The recipients were saved."))
        return here
    if wanted == "issue":
        issuing.issue(document=document, by=person)
        messages.success(request, _("%(code)s was sent.") % {"code": document.code})
        return here
    version = request.POST.get("version", "")
    if form is None or wanted not in ("send", "seal") or not (version.isdecimal() and len(version) < 19):
        raise WrongState(_("“%(summary)s” cannot be sealed now. Reload the page.") % {"summary": document.summary[:80]})
    if not form.is_valid():
        return _page(request, document, reading=True, form=form, recipients=recipients, status=UNPROCESSABLE)
    session = issuing.number_and_seal(
        document=document,
        version_id=int(version),
        by=person,
        password=form.cleaned_data.get("key_password", ""),
        dispatch=wanted == "send",
        day=form.cleaned_data.get("day"),
    )
    if is_elsewhere(session.key):
        return HttpResponseRedirect(reverse("sign_elsewhere", args=[session.pk]))
    return here


def _seal_form(key: Key | None, document: Document, data: QueryDict | None = None) -> SealForm:
    """The form of the seal; a password is asked for where the key is opened here, a date while there is no number."""
    kind = DatedSealForm if document.state == State.SIGNED else SealForm
    return kind(data, asks_password=asks_password(key))


@require_http_methods(BOTH)
def seal_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Another number, or another date, for a document whose sealing failed."""
    _check_clerk(request)
    document = _document(request, pk)
    if document.state != State.SEALING:
        raise WrongState(_("“%(summary)s” cannot get another number now.") % {"summary": document.summary[:80]})
    form = NumberAnewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            issuing.number_anew(document=document, by=person_of(request), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The document has another number. Look at it, then seal."))
            return HttpResponseRedirect(reverse("seal", args=[pk]))
    context = {
        "form": form,
        "title": _("Another number or date"),
        "button": _("Take the next number"),
        "failed": _("No other number was taken."),
        "back": reverse("seal", args=[pk]),
    }
    return render(request, "workflow/signing/ask.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _document(request: HttpRequest, pk: int) -> Document:
    document = outgoing_of(person_of(request), pk)
    if document.state not in PAGE:
        raise Http404
    return document


@require_http_methods(BOTH)
def seal_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse the seal: the signed document goes back to its author with a reason."""
    _check_clerk(request)
    document = _document(request, pk)
    return take_back(request, document, title=_("Return the signed document"), back=reverse("seal", args=[pk]))


def _recipients_form(document: Document, data: Any = None) -> RecipientsForm:
    planned = document.recipients.filter(state=RecipientState.PLANNED).select_related("correspondent", "document")
    return RecipientsForm(data, recipients=list(planned))


def _page(
    request: HttpRequest,
    document: Document | None,
    *,
    reading: bool,
    form: SealForm | None = None,
    recipients: RecipientsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    queue = seal_queue(person)
    context: dict[str, Any] = {
        "groups": [
            _group(_("Waiting for a number"), queue.to_number, document),
            _group(_("Signed, proof pending"), queue.proving, document),
            _group(_("Sealing failed"), queue.failed, document, late=True),
            _group(_("Being sealed"), queue.under_way, document),
            _group(_("Sealed, to be sent"), queue.to_send, document),
            _group(_("Issued lately"), queue.recent, document),
        ],
        "reading": reading,
        "several": len(queue.to_number) + len(queue.failed) > 1,
    }
    if document is not None:
        view = seal_view(document)
        context |= _panel(view) | {
            "document": document,
            "answers": answered_by(person, document),
            "form": form or _seal_form(view.key, document),
            "lines": recipients or _recipients_form(document),
            "file": viewed(view.version, _boxes(view)),
            "return_form": TakeBackForm(),
            "next": next((row.document for row in queue.open if row.document.pk != document.pk), None),
            "left": len(queue.open),
        }
    return render(request, "workflow/signing/to_seal.html", context, status=status)


def _panel(view: SealView) -> dict[str, Any]:
    return {
        "view": view,
        "sealed": view.document.state in (State.SEALED, State.ISSUED),
        "capacity": capacity(view.approval.authority) if view.approval else "",
        "failed_reason": reason_of(view.failed) if view.failed else "",
        "silent": view.under_way and worker_is_silent(),
        "key_page": _key_page(view),
    }


def _key_page(view: SealView) -> str:
    """Where the key of a seal that is elsewhere is asked, while it is waited for."""
    if view.sealing is None or not view.under_way or not is_elsewhere(view.sealing.session.key):
        return ""
    return reverse("sign_elsewhere", args=[view.sealing.session_id])


def _progress(request: HttpRequest, document: Document) -> HttpResponse:
    """While a job seals, the panel asks again; when it is done, the whole page is shown anew."""
    view = seal_view(document)
    if view.under_way:
        context = _panel(view) | {"document": document}
        return render(request, "workflow/signing/_sealing.html", context)
    response = HttpResponse(status=204)
    response.headers["HX-Refresh"] = "true"
    return response


def _boxes(view: SealView) -> list[ui.ViewerBox]:
    if view.version is None or view.document.state in (State.SEALED, State.ISSUED):
        return []
    printed = (view.version.places or {}).get("symbol_printed", True)
    number = view.number.number if printed else f"{view.number.number}/{view.number.symbol}"
    return boxes_to_seal(view.version, number=number, date=date_text(view.number.day))


def _group(label: str, rows: list[SealRow], current: Document | None, *, late: bool = False) -> ui.QueueGroup:
    made = [_queue_row(row, current) for row in rows]
    return ui.QueueGroup(label, made, total=len(made), late=late)


def _queue_row(row: SealRow, current: Document | None) -> ui.QueueRow:
    document = row.document
    signer = document.signer_name
    return ui.QueueRow(
        url=reverse("seal", args=[document.pk]),
        number=document.code or document.kind.name,
        sender=document.unit.name if document.state == State.ISSUED and document.unit else signer,
        summary=document.summary,
        key=str(document.pk),
        role=_signed(row.signed_at),
        state=_state(row),
        urgency=document.urgency,
        current=current is not None and current.pk == document.pk,
    )


def _signed(at: dt.datetime | None) -> str:
    """When the leader signed, short."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    same_day = local.date() == clock.today()
    return _("signed %(at)s") % {"at": date_format(local, "H:i" if same_day else "d/m")}


def _state(row: SealRow) -> ui.State | None:
    if row.failed is not None:
        return ui.State(_("Not sealed"), "alert-circle", "red", title=reason_of(row.failed))
    if row.proof is not None:
        why, failed = row.proof
        word = _("Not proven") if failed else _("Proof pending")
        return ui.State(word, "alert-circle" if failed else "clock-pause", "red" if failed else "amber", title=why)
    if row.document.state == State.ISSUED:
        words = _("Sent %(n)s / %(of)s") % {"n": row.sent, "of": row.recipients}
        whole = row.sent == row.recipients
        return ui.State(words, "check" if whole else "send-off", "green" if whole else "red")
    return None

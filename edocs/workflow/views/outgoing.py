"""Pages of drafts: begin, describe, write with the real page beside, compare versions."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edocs import clock
from edocs.asked import line_in, number_in
from edocs.documents.access import get_visible
from edocs.documents.choices import Direction, Origin
from edocs.documents.models import Document, FileVersion
from edocs.documents.refusals import refusal_for
from edocs.errors import NotPermitted, Refusal
from edocs.limited import FileRefused
from edocs.office.models import Person
from edocs.office.services import forget_form
from edocs.workflow.forms.outgoing import (
    DraftForm,
    LetterForm,
    letter_initial,
    signers_for,
)
from edocs.workflow.models import Assignment
from edocs.workflow.queries.approving import (
    answerable,
    answered_agencies,
    approval_view,
    version_lines,
    versions_of,
)
from edocs.workflow.queries.changes import changes_between
from edocs.workflow.queries.recipients import suggest_recipients
from edocs.workflow.services import drafting
from edocs.workflow.views.shown import pictures_of, shown_version

BOTH = ["GET", "POST"]
UNPROCESSABLE = 422
#: what a summary begins with, said once in the summary of its answer
ABOUT = re.compile(r"^\s*(?:V/v|Về việc)\s*:?\s*", re.IGNORECASE)


def person_of(request: HttpRequest) -> Person:
    """Who asks; everybody who comes here is signed in."""
    return request.user  # type: ignore[return-value]


def outgoing_of(request: HttpRequest, pk: int) -> Document:
    """An outgoing document that the person may see; otherwise the address does not exist."""
    document = get_visible(person_of(request), pk)
    if document.direction == Direction.INCOMING:
        raise Http404
    return document


def draft_of(request: HttpRequest, pk: int) -> Document:
    """A draft that the person may change now, or the refusal that says why not."""
    document = outgoing_of(request, pk)
    drafting.check_open_draft(document, person_of(request))
    return document


def page_of(document: Document) -> str:
    """The page of the document itself."""
    return reverse("document", args=[document.pk])


def add_refusal(form: Form, refusal: Refusal) -> None:
    """Show a refusal where the person can act on it: at its field, else above the form; not what is not theirs."""
    if isinstance(refusal, NotPermitted):
        raise refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def answer(request: HttpRequest, template: str, context: dict[str, Any], form: Form) -> HttpResponse:
    """The page with its form; a form that failed answers 422 and keeps what was typed."""
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, f"workflow/outgoing/{template}", context | {"form": form}, status=status)


# --- begin ----------------------------------------------------------------------------------------------------------
@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Begin an outgoing document; ``answers`` names the work it answers, ``to`` the incoming document."""
    drafting.check_may_start(person_of(request))
    given = request.POST if request.method == "POST" else request.GET
    answered = _answered(request, given.get("answers", ""), given.get("to", ""))
    form = DraftForm(request.POST or None, initial=_initial(answered))
    if request.method == "POST" and form.is_valid():
        try:
            document = drafting.start_draft(by=person_of(request), answers=answered, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            forget_form(person=person_of(request), key=_new_key(answered))
            brings = request.POST.get("how") == "upload"
            return HttpResponseRedirect(reverse("draft_upload" if brings else "draft_write", args=[document.pk]))
    incoming = answered.document if isinstance(answered, Assignment) else answered
    context = {
        "answered": incoming,
        "answers": given.get("answers", ""),
        "to": given.get("to", ""),
        "form_key": _new_key(answered),
    }
    return answer(request, "new.html", context, form)


def _answered(request: HttpRequest, assignment: str, document: str) -> Document | Assignment | None:
    if assignment:
        rows = Assignment.objects.select_related("document__issuer", "unit")
        row = rows.filter(pk=number_in(assignment) or 0).first()
        if row is None or answerable(person_of(request), row.document_id) is None:
            raise Http404
        return row
    if document:
        found = answerable(person_of(request), number_in(document) or 0)
        if found is None:
            raise Http404
        return found
    return None


def _new_key(answered: Document | Assignment | None) -> str:
    """What is being typed belongs to what it answers, so that it never comes back under another document."""
    return f"outgoing-new-{answered._meta.model_name}-{answered.pk}" if answered is not None else "outgoing-new"


def _initial(answered: Document | Assignment | None) -> dict[str, Any]:
    incoming = answered.document if isinstance(answered, Assignment) else answered
    if incoming is None:
        return {}
    subject = ABOUT.sub("", incoming.summary, count=1)
    words = _("V/v answering %(code)s: %(summary)s") if incoming.code else _("V/v answering: %(summary)s")
    summary = words % {"code": incoming.code, "summary": subject}
    return {"summary": summary[: drafting.LONGEST_SUMMARY], "urgency": incoming.urgency, "field": incoming.field_id}


@require_http_methods(BOTH)
def details(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a draft."""
    document = draft_of(request, pk)
    names = ("kind", "field", "summary", "urgency", "reply_by")
    form = DraftForm(request.POST or None, initial={name: getattr(document, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_draft(document=document, by=person_of(request), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The draft was changed. A letter written here has to be saved again."))
            return HttpResponseRedirect(page_of(document))
    return answer(request, "details.html", {"document": document}, form)


# --- write ----------------------------------------------------------------------------------------------------------
@require_http_methods(BOTH)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter editor: the form, the real page beside it, the versions so far."""
    document = draft_of(request, pk)
    versions = versions_of(document)
    newest = next((one for one in versions if one.origin == Origin.COMPOSED), None)
    signers = signers_for(document, clock.today())
    if request.method != "POST":
        initial = letter_initial(document, newest)
        if newest is None and document.kind.is_letter and not initial["addressees"]:
            initial["addressees"] = "\n".join(answered_agencies(document))
        form = LetterForm(initial=initial, signers=signers)
        return answer(request, "write.html", _writing(document, versions), form)
    form = LetterForm(request.POST, signers=signers)
    if form.is_valid():
        if "preview" in request.POST:
            return answer(request, "write.html", _writing(document, versions) | _preview(document, form), form)
        before = versions[0].pk if versions else None
        try:
            version = drafting.write_letter(
                document=document,
                fields=form.letter(),
                by=person_of(request),
                note=form.cleaned_data["note"],
                recipients=form.recipient_lines(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            _say_kept(request, version, is_new=version.pk != before)
            return HttpResponseRedirect(reverse("draft_write", args=[document.pk]))
    return answer(request, "write.html", _writing(document, versions), form)


def _say_kept(request: HttpRequest, version: FileVersion, *, is_new: bool) -> None:
    if is_new:
        messages.success(request, _("Version %(n)s is kept.") % {"n": version.ordinal})
    else:
        messages.info(
            request, _("Nothing changed since version %(n)s, so no new one was made.") % {"n": version.ordinal}
        )


def _writing(document: Document, versions: list[FileVersion]) -> dict[str, Any]:
    view = approval_view(document)
    return {
        "document": document,
        "versions": version_lines(versions),
        "form_key": drafting.form_key(document),
        "returned": view.last_return,
        "uploaded": versions[0] if versions and versions[0].origin in (Origin.UPLOAD, Origin.CONVERSION) else None,
    }


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of what is being typed, as a fragment; nothing is kept."""
    document = draft_of(request, pk)
    form = LetterForm(request.POST, signers=signers_for(document, clock.today()))
    form.is_valid()
    return render(request, "workflow/outgoing/_preview.html", {"document": document} | _preview(document, form))


def _preview(document: Document, form: LetterForm) -> dict[str, Any]:
    """The pages, or the sentence that says why there are none."""
    lines = form.recipient_lines()
    try:
        composed, _source = drafting.compose_draft(document, form.letter(), recipients=lines)
        pictures = pictures_of(composed.pdf)
    except Refusal as refusal:
        return {"problem": str(refusal), "lines": lines}
    except FileRefused as refused:
        return {"problem": str(refusal_for(refused, name=document.summary)), "lines": lines}
    return {"pictures": pictures, "pages": composed.pages, "lines": lines}


@require_GET
def recipient_names(request: HttpRequest) -> JsonResponse:
    """Names to choose from while a recipient is typed."""
    found = suggest_recipients(line_in(request.GET.get("q"), 100))
    return JsonResponse({"items": [{"value": name, "label": name} for name in found]})


@require_GET
def changes(request: HttpRequest, pk: int, earlier: int, later: int) -> HttpResponse:
    """What changed between two versions of the main file, by their ordinals."""
    document = outgoing_of(request, pk)
    found = {version.ordinal: version for version in versions_of(document)}
    if earlier not in found or later not in found:
        raise Http404
    difference = changes_between(found[earlier], found[later])
    context = {
        "document": document,
        "earlier": found[earlier],
        "later": found[later],
        "difference": difference,
        "file": shown_version(found[later], difference=difference),
        "versions": version_lines(sorted(found.values(), key=lambda version: -version.ordinal)),
    }
    return render(request, "workflow/outgoing/changes.html", context)

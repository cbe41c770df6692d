"""Pages of drafts: begin, write with a live preview, bring files, address, submit, give up."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edocs import clock
from edocs.documents.access import get_visible
from edocs.documents.choices import Direction, FileRole, Origin
from edocs.documents.models import Document, DocumentFile, FileVersion
from edocs.documents.refusals import refusal_for
from edocs.errors import Refusal
from edocs.limited import FileRefused
from edocs.office.models import Person
from edocs.workflow.forms.outgoing import (
    AttachmentForm,
    DraftForm,
    LetterForm,
    ReasonForm,
    RecipientsForm,
    SubmitForm,
    UploadForm,
    letter_initial,
    signers_for,
)
from edocs.workflow.models import Assignment
from edocs.workflow.queries.approving import (
    answerable,
    approval_view,
    conversion_of,
    version_lines,
    versions_of,
)
from edocs.workflow.queries.changes import changes_between
from edocs.workflow.queries.recipients import as_typed, recipients_of, suggest_recipients
from edocs.workflow.services import approving, drafting, uploads
from edocs.workflow.services.chains import chain_for, plan_steps
from edocs.workflow.views.shown import pictures_of, shown_version

BOTH = ["GET", "POST"]
UNPROCESSABLE = 422


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
    """Show a refusal where the person can act on it: at its field, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def answer(request: HttpRequest, template: str, context: dict[str, Any], form: Form) -> HttpResponse:
    """The page with its form; a form that failed answers 422 and keeps what was typed."""
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, f"workflow/outgoing/{template}", context | {"form": form}, status=status)


# --- begin ----------------------------------------------------------------------------------------------------------
@require_http_methods(BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Begin an outgoing document; ``answers`` names the work it answers, ``to`` the incoming document."""
    given = request.POST if request.method == "POST" else request.GET
    answered = _answered(request, given.get("answers", ""), given.get("to", ""))
    form = DraftForm(request.POST or None, initial=_initial(answered))
    if request.method == "POST" and form.is_valid():
        try:
            document = drafting.start_draft(by=person_of(request), answers=answered, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            brings = request.POST.get("how") == "upload"
            return HttpResponseRedirect(reverse("draft_upload" if brings else "draft_write", args=[document.pk]))
    incoming = answered.document if isinstance(answered, Assignment) else answered
    context = {"answered": incoming, "answers": given.get("answers", ""), "to": given.get("to", "")}
    return answer(request, "new.html", context, form)


def _answered(request: HttpRequest, assignment: str, document: str) -> Document | Assignment | None:
    if assignment.isdecimal():
        row = Assignment.objects.select_related("document__issuer", "unit").filter(pk=int(assignment)).first()
        if row is None or answerable(person_of(request), row.document_id) is None:
            raise Http404
        return row
    if document.isdecimal():
        found = answerable(person_of(request), int(document))
        if found is None:
            raise Http404
        return found
    return None


def _initial(answered: Document | Assignment | None) -> dict[str, Any]:
    incoming = answered.document if isinstance(answered, Assignment) else answered
    if incoming is None:
        return {}
    summary = _("V/v answering %(code)s: %(summary)s") % {"code": incoming.code, "summary": incoming.summary}
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
        form = LetterForm(initial=letter_initial(document, newest), signers=signers)
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
    found = suggest_recipients(request.GET.get("q", "")[:100])
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


# --- files and recipients -------------------------------------------------------------------------------------------
def _taken(given: UploadedFile[Any]) -> uploads.StoredFile:
    """The file that came with the request, looked into and stored; a large one is a file on disk already."""
    with tempfile.TemporaryDirectory(prefix="edocs-upload-") as folder:
        path = Path(folder, "given")
        with path.open("wb") as target:
            for chunk in given.chunks():
                target.write(chunk)
        return uploads.take_in(path=path, name=given.name or "")


@require_http_methods(BOTH)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the draft as a file; see what became of the one before."""
    document = draft_of(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            stored = _taken(form.cleaned_data["file"])
            made = uploads.upload_draft(
                document=document, stored=stored, by=person_of(request), note=form.cleaned_data["note"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            if isinstance(made, FileVersion):
                messages.success(request, _("“%(name)s” is version %(n)s.") % {"name": stored.name, "n": made.ordinal})
                return HttpResponseRedirect(page_of(document))
            messages.info(request, _("“%(name)s” is being turned into PDF.") % {"name": stored.name})
            return HttpResponseRedirect(reverse("draft_upload", args=[document.pk]))
    context = {
        "document": document,
        "versions": version_lines(versions_of(document)),
        "conversion": conversion_of(document),
        "returned": approval_view(document).last_return,
    }
    return answer(request, "upload.html", context, form)


@require_http_methods(BOTH)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attachments of a draft; each file posted alone by the drop zone, or several by a plain form."""
    document = draft_of(request, pk)
    form = AttachmentForm()
    if request.method == "POST":
        names = []
        for given in request.FILES.getlist("file"):
            stored = _taken(given)
            uploads.add_attachment(document=document, stored=stored, by=person_of(request))
            names.append(stored.name)
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"message": _("Attached."), "url": reverse("draft_attach", args=[document.pk])})
        if names:
            messages.success(request, _("Attached: %(names)s.") % {"names": ", ".join(names)})
        return HttpResponseRedirect(reverse("draft_attach", args=[document.pk]))
    files = document.files.filter(role=FileRole.ATTACHMENT).select_related("current__blob")
    return answer(request, "attach.html", {"document": document, "files": files}, form)


@require_POST
def detach(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take an attachment off a draft."""
    document = draft_of(request, pk)
    found = DocumentFile.objects.filter(pk=file, document=document).select_related("document").first()
    if found is None:
        raise Http404
    uploads.remove_attachment(file=found, by=person_of(request))
    messages.success(request, _("“%(name)s” is no longer attached.") % {"name": found.name})
    return HttpResponseRedirect(reverse("draft_attach", args=[document.pk]))


@require_http_methods(BOTH)
def recipients(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom a draft goes."""
    document = draft_of(request, pk)
    rows = recipients_of(document)
    form = RecipientsForm(request.POST or None, initial={"recipients": as_typed(rows)})
    if request.method == "POST" and form.is_valid():
        try:
            drafting.set_recipients(document=document, recipients=form.lines(), by=person_of(request))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The recipients are kept."))
            return HttpResponseRedirect(page_of(document))
    context = {"document": document, "rows": rows, "printed": any(one.source for one in versions_of(document)[:1])}
    return answer(request, "recipients.html", context, form)


# --- submit, give up, take back -------------------------------------------------------------------------------------
@require_http_methods(BOTH)
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft into its chain: who signs, who checks before, a note to them."""
    document = draft_of(request, pk)
    person = person_of(request)
    signers = signers_for(document, clock.today())
    version = drafting.drafted_version(document)
    form = SubmitForm(request.POST or None, initial=_signer_of(version, document, signers), signers=signers)
    if request.method == "POST" and form.is_valid():
        signer, authority = form.signs()
        try:
            approval = approving.submit(
                document=document, by=person, signer=signer, authority=authority, note=form.cleaned_data["note"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            step = approval.steps.filter(state="open").select_related("person").first()
            if step is not None:
                said = {"name": step.person.full_name, "step": step.get_kind_display()}
                messages.success(request, _("Submitted: now with %(name)s (%(step)s).") % said)
            return HttpResponseRedirect(page_of(document))
    context = {
        "document": document,
        "version": version,
        "recipients": recipients_of(document),
        "returned": approval_view(document).last_return,
        "unsaved": person.saved_forms.filter(key=drafting.form_key(document)).first(),
    }
    return answer(request, "submit.html", context | _plan(document, person, signers, form), form)


def _signer_of(version: FileVersion | None, document: Document, signers: Any) -> dict[str, str]:
    """The signer named in the letter, else the one of the round before."""
    if version is not None and version.source:
        return {"signer": str(version.source.get("authority") or "")}
    mine = next((str(authority.pk) for person, authority in signers if person.pk == document.signer_id), "")
    return {"signer": mine}


def _plan(document: Document, person: Person, signers: Any, form: SubmitForm) -> dict[str, Any]:
    """The chain as it will be, or the sentence that says why there is none."""
    chosen = form["signer"].value()
    able = {str(authority.pk): signer for signer, authority in signers}
    signer = able.get(str(chosen or "")) or next(iter(able.values()), None)
    if signer is None:
        return {"plan": []}
    try:
        chain = chain_for(document.kind)
        return {"plan": plan_steps(chain=chain, document=document, submitter=person, signer=signer)}
    except Refusal as refusal:
        return {"plan": [], "problem": str(refusal)}


def _question(
    request: HttpRequest,
    document: Document,
    form: Form | None,
    *,
    title: str,
    button: str,
    danger: bool,
    words: str = "",
) -> HttpResponse:
    """A question as a page: the way without JavaScript, and where a failed dialog comes back."""
    context = {"title": title, "button": button, "danger": danger, "back": page_of(document), "words": words}
    status = UNPROCESSABLE if form is not None and form.is_bound and form.errors else 200
    return render(request, "workflow/outgoing/question.html", context | {"form": form}, status=status)


@require_http_methods(BOTH)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    document = draft_of(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.cancel_draft(document=document, reason=form.cleaned_data["reason"], by=person_of(request))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The draft is given up. It stays in the list of cancelled documents."))
            return HttpResponseRedirect(page_of(document))
    title = _("Give up “%(summary)s”?") % {"summary": document.summary}
    return _question(request, document, form, title=title, button=_("Give it up"), danger=True)


@require_http_methods(BOTH)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft back from approval."""
    document = outgoing_of(request, pk)
    if request.method == "POST":
        approving.withdraw_approval(
            document=document, by=person_of(request), reason=request.POST.get("reason", "")[:500]
        )
        messages.success(request, _("The draft is back with you; those who had it are told."))
        return HttpResponseRedirect(page_of(document))
    form = ReasonForm()
    form.fields["reason"].required = False
    title = _("Take “%(summary)s” back from approval?") % {"summary": document.summary}
    words = _("Checks already passed hold only if you submit it again unchanged.")
    return _question(request, document, form, title=title, button=_("Take it back"), danger=False, words=words)


@require_http_methods(BOTH)
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the preparation for signing run again."""
    document = outgoing_of(request, pk)
    if request.method == "POST":
        approving.prepare_again(document=document, by=person_of(request))
        messages.info(request, _("The document is being prepared for signing again."))
        return HttpResponseRedirect(page_of(document))
    title = _("Prepare “%(summary)s” for signing again?") % {"summary": document.summary}
    return _question(request, document, None, title=title, button=_("Prepare again"), danger=False)

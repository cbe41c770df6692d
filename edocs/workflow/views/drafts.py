"""Pages of what belongs to a draft: the file brought, attachments, recipients."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from edocs.documents.choices import FileRole
from edocs.documents.models import DocumentFile, FileVersion
from edocs.errors import Refusal
from edocs.workflow.forms.outgoing import AttachmentForm, RecipientsForm, UploadForm
from edocs.workflow.queries.approving import approval_view, conversion_of, version_lines, versions_of
from edocs.workflow.queries.recipients import as_typed, recipients_of
from edocs.workflow.services import drafting, uploads
from edocs.workflow.views.outgoing import BOTH, add_refusal, answer, draft_of, page_of, person_of


def taken(given: UploadedFile[Any]) -> uploads.StoredFile:
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
            stored = taken(form.cleaned_data["file"])
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
            stored = taken(given)
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

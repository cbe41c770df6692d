"""Pages and bytes of files: every one through the one door."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from edocs.documents import access, previews
from edocs.documents.models import Blob, BlobContent, Export, FileVersion
from edocs.documents.refusals import refusal_for
from edocs.documents.services.reading import note_view
from edocs.documents.storage import path_of
from edocs.jobs.queries import of_subject
from edocs.limited import FileRefused, RefusalCode
from edocs.ui import ViewedFile, ViewerBox, ViewerPage

PDF = "application/pdf"
A4 = (595.0, 842.0)


def version_for(request: HttpRequest, pk: int) -> FileVersion:
    """A version of a file of a document that this person may see; otherwise the address does not exist."""
    version = FileVersion.objects.select_related("file__document", "blob", "original").filter(pk=pk).first()
    if version is None or not access.may_see(request.user, version.file.document):  # type: ignore[arg-type]
        raise Http404
    return version


@require_GET
def page_picture(request: HttpRequest, version: int, page: int, size: str) -> HttpResponseBase:
    """One page as WebP."""
    return picture(request, version_for(request, version).blob, page, size)


def picture(request: HttpRequest, blob: Blob, page: int, size: str) -> HttpResponseBase:
    """The picture of a page of a blob that the caller has let through; the browser keeps it."""
    etag = f'"{blob.sha256[:20]}-{page}-{size}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    try:
        path = previews.picture_of(blob, page, size)
    except FileRefused as refused:
        if refused.code == RefusalCode.NO_SUCH_PAGE:
            raise Http404 from None
        raise refusal_for(refused, name=_("The file")) from None
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_GET
def page_words(request: HttpRequest, version: int, page: int) -> JsonResponse:
    """The words of one page with their places, for selecting and marking."""
    return words(version_for(request, version).blob, page)


def words(blob: Blob, page: int) -> JsonResponse:
    """Words of a page of a blob that the caller has let through."""
    try:
        found = previews.words_of(blob, page)
    except FileRefused as refused:
        if refused.code == RefusalCode.NO_SUCH_PAGE:
            raise Http404 from None
        found = []
    response = JsonResponse({"words": found})
    # a page without words may still be read by OCR
    response["Cache-Control"] = "private, max-age=86400" if found else "private, no-store"
    return response


@require_GET
def download(request: HttpRequest, version: int) -> FileResponse:
    """The bytes of a version as they are stored; ``?original=1`` those before conversion."""
    found = version_for(request, version)
    blob, name = found.blob, found.file.name
    if request.GET.get("original") and found.original is not None:
        blob = found.original
    note_view(document=found.file.document, person=request.user, what="download")  # type: ignore[arg-type]
    return attachment(blob, name if blob.media_type != PDF else f"{Path(name).stem}.pdf")


@require_GET
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A list that this person asked for; nobody else gets it."""
    export = Export.objects.select_related("blob").filter(pk=pk, person_id=request.user.pk or 0).first()
    if export is None:
        raise Http404
    if export.blob is None:
        job = of_subject(f"export:{export.pk}").first()
        return render(request, "reading/export_waiting.html", {"export": export, "job": job}, status=202)
    if request.headers.get("HX-Request"):
        return render(request, "reading/export_waiting.html", {"export": export, "ready": True})
    what = export.get_direction_display() or (_("case files") if export.filters else _("search"))
    return attachment(export.blob, f"edocs-{what}-{timezone.localtime(export.at):%Y%m%d-%H%M}.{export.format}")


def attachment(blob: Blob, name: str) -> FileResponse:
    """Bytes as a download, in which a browser runs nothing."""
    response = FileResponse(path_of(blob.sha256).open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = blob.media_type
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def viewed(
    version: FileVersion | None, *, content: BlobContent | None, boxes: tuple[ViewerBox, ...] = (), poll_url: str = ""
) -> ViewedFile:
    """A version as the viewer wants it; without pages it says why."""
    if version is None:
        return ViewedFile(_("No file"), waiting=_("This document has no file."))
    title = version.file.name
    here = reverse("file_download", args=[version.pk])
    original = f"{here}?original=1" if version.original_id else ""
    if version.blob.media_type != PDF:
        waiting = _("This file could not be turned into PDF. Download it to read it.")
        return ViewedFile(title, download_url=here, original_url=here, waiting=waiting)
    sizes = content.sizes if content else [A4] * version.pages
    if not sizes:
        waiting = _("The pages are being made.") if content is None else _("The pages of this file cannot be shown.")
        return ViewedFile(title, download_url=here, waiting=waiting, poll_url=poll_url if content is None else "")
    pages = tuple(_page(version, number, size) for number, size in enumerate(sizes, start=1))
    find_url = reverse("file_find", args=[version.pk])
    return ViewedFile(title, pages, boxes, download_url=here, original_url=original, find_url=find_url)


def _page(version: FileVersion, number: int, size: tuple[float, float]) -> ViewerPage:
    def address(which: str) -> str:
        return reverse("page_picture", args=[version.pk, number, which])

    words_url = reverse("page_words", args=[version.pk, number])
    return ViewerPage(number, address("page"), size[0], size[1], address("large"), address("small"), words_url)

"""What a file says, beside its pages: search inside the open document, the copy for reading, how far reading is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from edocs.asked import number_in
from edocs.documents.content.finding import find_in
from edocs.documents.content.queries import content_of, why_pages_failed
from edocs.documents.models import BlobContent, FileVersion
from edocs.documents.services.reading import note_view
from edocs.limited import RefusalCode
from edocs.web.reading.files import attachment, version_for


@require_GET
def find(request: HttpRequest, version: int) -> JsonResponse:
    """Where the words ``?q=`` stand in a version of a file, on all pages or on ``?page=N`` (counted from 1).

    Answers 404 to whoever may not see the document, else::

        {"total": 2, "more": false, "how": "phrase", "accents": true, "left": 0,
         "pages": [{"page": 3, "count": 2, "hits": [[[x, y, width, height], …], …]}]}

    A hit is a list of rectangles, one for each line it stands on, in parts (0 to 1) of the page as shown, from the top
    left: what the viewer's boxes take. ``how`` is ``phrase`` when the words stand together and ``words`` when they were
    only found one by one; ``accents`` is false when only words with other accents than those typed were found;
    ``more`` when there are over 2 000 hits; ``left`` counts the pages that are still to be read (null before reading
    began): ask again later. Pages of office files have hits without rectangles. Words in quotation marks stay together.
    """
    found_version = version_for(request, version)
    content = content_of(found_version)
    page = number_in(request.GET.get("page") or "")
    found = find_in(found_version.blob, request.GET.get("q", ""), page=page)
    pages = []
    for number, hits in groupby(found.hits, key=lambda hit: hit.page):
        places = [hit.places for hit in hits]
        pages.append({"page": number, "count": len(places), "hits": [one for one in places if one]})
    answer = JsonResponse(
        {
            "total": len(found.hits),
            "more": found.more,
            "how": found.how,
            "accents": found.accents,
            "left": content.left if content else None,
            "pages": pages,
        }
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


# --- how far reading is ---------------------------------------------------------------------------------------------
#: why a file or a page cannot be read, as the end of a sentence
REASONS: dict[str, str | Promise] = {
    RefusalCode.EMPTY: gettext_lazy("it is empty"),
    RefusalCode.ENCRYPTED: gettext_lazy("it is protected by a password"),
    RefusalCode.DAMAGED: gettext_lazy("it is damaged"),
    RefusalCode.TRUNCATED: gettext_lazy("its end is missing"),
    RefusalCode.WRONG_KIND: gettext_lazy("files of this kind have no text that can be read"),
    RefusalCode.MACRO: gettext_lazy("it holds program code (macros)"),
    RefusalCode.BOMB: gettext_lazy("it unpacks or draws far more than an honest file"),
    RefusalCode.TIMEOUT: gettext_lazy("reading it took too long"),
    RefusalCode.TOO_MANY_PAGES: gettext_lazy("it has too many pages"),
    RefusalCode.NOT_INSTALLED: gettext_lazy("the program that reads scans (OCR) is not installed on this server"),
}
FAULT = gettext_lazy("of a fault in the system; tell the administrator")
POOR = 80
"""Mean confidence of OCR (0 to 100) under which a reader is warned."""


@dataclass(frozen=True)
class ContentNote:
    """How far the reading of a file is, in a sentence. ``poll_url`` while it changes by itself; ``copy_url`` leads to
    the copy for reading."""

    text: str
    icon: str
    tone: str = "blue"
    poll_url: str = ""
    copy_url: str = ""


def content_note(version: FileVersion | None, content: BlobContent | None) -> ContentNote | None:
    """What a reader should know about the text of a file; None when all of it was simply in the file.

    One statement more only for files with pages that cannot be read.
    """
    if version is None:
        return None
    poll = reverse("file_reading", args=[version.pk])
    if content is None:
        text = _("The text of this file is being read; until then search finds the document by its number and summary.")
        return ContentNote(text, "loader", poll_url=poll)
    if content.failure:
        return ContentNote(_cannot_be_read(content.failure), "alert-triangle", "amber")
    if content.left:
        facts = {"done": content.pages - content.left, "pages": content.pages}
        text = _("The text is being read: %(done)d of %(pages)d pages. Search finds what is read so far.") % facts
        return ContentNote(text, "loader", poll_url=poll)
    if content.failed:
        code = why_pages_failed(content)
        if content.failed >= content.pages:
            return ContentNote(_cannot_be_read(code), "alert-triangle", "amber")
        sentence = _("%(failed)d of %(pages)d pages cannot be read: %(reason)s. Search does not find their text.")
        text = sentence % {"failed": content.failed, "pages": content.pages, "reason": _reason(code)}
        return ContentNote(text, "alert-triangle", "amber", copy_url=_copy_url(version, content))
    if content.by_ocr:
        return _of_ocr(version, content)
    return None


def _of_ocr(version: FileVersion, content: BlobContent) -> ContentNote:
    if content.quality is None:
        return ContentNote(_("A scan on which no text was found."), "scan", "grey")
    facts = {"quality": content.quality}
    text = _("Read from the picture (OCR), quality %(quality)d %%: single words may be wrong.") % facts
    poor = content.quality < POOR
    if poor:
        text = _("Read from a poor picture (OCR), quality %(quality)d %%: many words may be wrong.") % facts
    return ContentNote(text, "scan", "amber" if poor else "grey", copy_url=_copy_url(version, content))


def _copy_url(version: FileVersion, content: BlobContent) -> str:
    return reverse("file_copy", args=[version.pk]) if content.copy_id else ""


def _reason(code: str) -> str:
    return str(REASONS.get(code, FAULT))


def _cannot_be_read(code: str) -> str:
    facts = {"reason": _reason(code)}
    return _("The text cannot be read: %(reason)s. Search finds the document by its number and summary.") % facts


@require_GET
def reading(request: HttpRequest, version: int) -> HttpResponse:
    """How far reading is, asked again by the page until it is done."""
    found = version_for(request, version)
    return render(request, "reading/_content.html", {"content_note": content_note(found, content_of(found))})


@require_GET
def reading_copy(request: HttpRequest, version: int) -> FileResponse:
    """The copy of a scan in which words can be searched and selected: beside the original, plainly named as a copy."""
    found = version_for(request, version)
    content = content_of(found)
    if content is None or content.copy is None:
        raise Http404
    note_view(document=found.file.document, person=request.user, what="download")  # type: ignore[arg-type]
    return attachment(content.copy, f"{Path(found.file.name).stem} ({_('copy for reading')}).pdf")

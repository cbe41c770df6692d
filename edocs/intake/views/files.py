"""Pages, words and bytes of arrived files; for the clerical office alone, until the document is registered."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from edocs.documents import previews
from edocs.documents.models import Blob
from edocs.documents.refusals import refusal_for
from edocs.documents.storage import path_of
from edocs.intake.models import Arrival
from edocs.intake.views.access import clerk_only, get_arrival
from edocs.limited import FileRefused, RefusalCode

KEPT_FOR = "private, max-age=3600"


@require_GET
@clerk_only
def page(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One page as WebP; ``size`` is small, page or large."""
    arrival = get_arrival(pk)
    blob, size = _shown(arrival), request.GET.get("size", "page")
    tag = f'"{blob.sha256[:20]}-{number}-{size}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    try:
        picture = previews.picture_of(blob, number, size)
    except FileRefused as refused:
        if refused.code == RefusalCode.NO_SUCH_PAGE:
            raise Http404 from None
        raise refusal_for(refused, name=arrival.name) from None
    response = FileResponse(picture.open("rb"), content_type="image/webp")
    response["ETag"], response["Cache-Control"] = tag, KEPT_FOR
    return response


@require_GET
@clerk_only
def words(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The words of one page with their places, so that they can be selected."""
    arrival = get_arrival(pk)
    try:
        found = previews.words_of(_shown(arrival), number)
    except FileRefused as refused:
        if refused.code == RefusalCode.NO_SUCH_PAGE:
            raise Http404 from None
        raise refusal_for(refused, name=arrival.name) from None
    response = JsonResponse({"words": found})
    response["Cache-Control"] = KEPT_FOR if found else "private, no-store"  # OCR may still read the page
    return response


@require_GET
@clerk_only
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they came, only ever as a download."""
    arrival = get_arrival(pk)
    stream = path_of(arrival.received.sha256).open("rb")
    response = FileResponse(stream, as_attachment=True, filename=arrival.name)
    response["Content-Type"] = arrival.received.media_type
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _shown(arrival: Arrival) -> Blob:
    if arrival.shown is None:
        raise Http404
    return arrival.shown

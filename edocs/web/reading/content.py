"""What a file says, beside its pages: search inside the open document, the copy for reading, how far reading is."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from edocs.asked import number_in
from edocs.documents.content.finding import find_in
from edocs.documents.content.queries import content_of
from edocs.web.reading.files import version_for


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

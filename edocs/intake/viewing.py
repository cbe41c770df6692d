"""An arrived file as the viewer wants it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from edocs.documents.refusals import SENTENCES, sentence_for
from edocs.intake.models import Arrival, ArrivalState
from edocs.limited import RefusalCode
from edocs.ui import ViewedFile, ViewerBox, ViewerPage

A4 = (595.0, 842.0)


def failure_of(arrival: Arrival) -> str:
    """Why a file cannot be read, as a sentence that names it."""
    try:
        code = RefusalCode(arrival.failure)
    except ValueError:
        code = None
    if code in SENTENCES:
        return sentence_for(code, name=arrival.name)
    return _(
        "“%(name)s” could not be read because of a fault in the system. Drop it again, or tell the administrator."
    ) % {"name": arrival.name}


def viewed(arrival: Arrival, boxes: Sequence[ViewerBox] = ()) -> ViewedFile:
    """Its pages; without them, why there are none."""
    download = reverse("intake_original", args=[arrival.pk])
    if arrival.shown_id is None:
        waiting = _("This file is being read. Its pages and fields appear here by themselves.")
        if arrival.state == ArrivalState.FAILED:
            waiting = failure_of(arrival)
        return ViewedFile(arrival.name, waiting=waiting, original_url=download)
    sizes = arrival.suggestions.get("sizes") or [A4] * int(arrival.suggestions.get("pages") or 1)
    if arrival.state == ArrivalState.FAILED and not arrival.suggestions:
        return ViewedFile(arrival.name, waiting=failure_of(arrival), original_url=download)
    pages = tuple(_page(arrival, number, size) for number, size in enumerate(sizes, start=1))
    return ViewedFile(arrival.name, pages, tuple(boxes), download_url=download)


def _page(arrival: Arrival, number: int, size: Sequence[float]) -> ViewerPage:
    address = reverse("intake_page", args=[arrival.pk, number])
    return ViewerPage(
        number,
        f"{address}?size=page",
        size[0],
        size[1],
        large_url=f"{address}?size=large",
        thumb_url=f"{address}?size=small",
        text_url=reverse("intake_words", args=[arrival.pk, number]),
    )

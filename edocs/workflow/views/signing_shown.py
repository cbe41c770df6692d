"""Files with the places of signature, number, date and seal drawn where they will stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from edocs import ui
from edocs.documents.models import FileVersion
from edocs.documents.storage import path_of
from edocs.limited import FileRefused, Page, inspect
from edocs.limited.geometry import in_file, shown
from edocs.workflow.queries.changes import Difference
from signing import Box, Places
from signing.layout import LEADER_FIELD, LEADER_FIELDS

KEPT = 24 * 3600
PLACE = "signature"
"""Names the movable place and the hidden inputs it writes into."""
INITIALS = "initials"
"""The same for initials."""


def pages_of(version: FileVersion) -> list[Page]:
    """Size, turn and visible box of every page, read once in the limited child; empty when it cannot be read."""
    key = f"workflow.pages:{version.blob_id[:40]}"
    kept: list[Page] | None = cache.get(key)
    if kept is None:
        try:
            kept = list(inspect(path_of(version.blob_id)).pages)
        except FileRefused:
            return []
        cache.set(key, kept, KEPT)
    return kept


def viewed(version: FileVersion | None, boxes: Sequence[ui.ViewerBox] = (), *, waiting: str = "") -> ui.ViewedFile:
    """The very bytes of a version as pages; without pages it says why."""
    if version is None:
        return ui.ViewedFile(_("No file"), waiting=waiting or _("This document has no file."))
    download = reverse("file_download", args=[version.pk])
    pages = [_page(version, page) for page in pages_of(version)]
    if not pages or waiting:
        said = waiting or _("The pages of this file cannot be shown. Download it to look at it.")
        return ui.ViewedFile(version.file.name, download_url=download, waiting=said)
    return ui.ViewedFile(version.file.name, pages, tuple(boxes), download_url=download)


def _page(version: FileVersion, page: Page) -> ui.ViewerPage:
    def address(which: str) -> str:
        return reverse("page_picture", args=[version.pk, page.number, which])

    return ui.ViewerPage(
        page.number,
        address("page"),
        page.width,
        page.height,
        address("large"),
        address("small"),
        reverse("page_words", args=[version.pk, page.number]),
    )


def boxes_to_sign(
    version: FileVersion, difference: Difference | None = None, *, field: str = LEADER_FIELD, movable: bool = True
) -> list[ui.ViewerBox]:
    """Where signature (movable until somebody signed), number and date will stand, and the words that changed."""
    drawn = _Drawn(version)
    own = (_("Your signature"), "place" if movable else "fill", PLACE if movable else "")
    for turn, name in enumerate(LEADER_FIELDS):
        label, kind, handle = own if name == field else (_("Signature"), "fill", "")
        if turn == 0:
            drawn.add("signature", kind, label, name=handle)
        else:
            drawn.add("others", kind, label, name=handle, turn=turn - 1)
    drawn.add("number", "fill", "…")
    drawn.add("date", "fill", "…")
    for one in difference.places if difference else ():
        drawn.boxes.append(
            ui.ViewerBox(one.page, one.x, one.y, one.width, one.height, "added")  # type: ignore[arg-type]
        )
    return drawn.boxes


def boxes_to_initial(version: FileVersion, turn: int, *, movable: bool) -> list[ui.ViewerBox]:
    """Where one's initials will stand (movable until somebody signed), and the signature after them."""
    drawn = _Drawn(version)
    drawn.add(
        "initials", "place" if movable else "fill", _("Your initials"), name=INITIALS if movable else "", turn=turn
    )
    drawn.add("signature", "fill", _("Signature"))
    return drawn.boxes


def boxes_to_seal(version: FileVersion, *, number: str, date: str) -> list[ui.ViewerBox]:
    """Where number, date and seal will stand, with what will be written."""
    drawn = _Drawn(version)
    drawn.add("number", "fill", number)
    drawn.add("date", "fill", date)
    drawn.add("seal", "fill", _("Seal of the agency"), round=True)
    return drawn.boxes


class _Drawn:
    """Places of a version as boxes over its pages."""

    def __init__(self, version: FileVersion) -> None:
        self.boxes: list[ui.ViewerBox] = []
        self._pages = {page.number: page for page in pages_of(version)}
        self._places = Places.from_json(version.places) if version.places else None

    def add(
        self, place: str, kind: Any, label: str, *, name: str = "", round: bool = False, turn: int | None = None
    ) -> None:
        """Draw a place; ``turn`` says which of several."""
        found: Any = getattr(self._places, place, None)
        box: Box | None = found if turn is None else found[turn] if found and turn < len(found) else None
        page = self._pages.get(box.page + 1) if box else None
        if box is None or page is None:
            return
        left, top, width, height = shown(page, box.rect)
        self.boxes.append(ui.ViewerBox(page.number, left, top, width, height, kind, name, label, round=round))


def chosen_box(version: FileVersion, *, page: int, x: float, y: float, width: float, height: float) -> Box | None:
    """A place chosen on the picture of a page (fractions from the top left) in the file's own coordinates."""
    found = next((one for one in pages_of(version) if one.number == page), None)
    if found is None:
        return None
    return Box(page - 1, *in_file(found, (x, y, width, height)))

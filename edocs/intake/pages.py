"""Where on the shown pages the suggested fields were read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from edocs.documents.models import Blob
from edocs.documents.storage import path_of
from edocs.limited import FileRefused, Page, inspect
from edocs.limited.geometry import Fractions, shown

TOP = 1 / 3
"""Part of a page that is called its top; as much at the foot is its end."""


@dataclass(frozen=True)
class Spot:
    """A place on a page, in fractions of the page as shown, from the top left."""

    page: int
    box: Fractions


def geometry_of(blob: Blob) -> list[Page]:
    """Box and rotation of every page, read once in the limited child and kept beside the previews."""
    kept = Path(settings.PREVIEWS_DIR) / blob.sha256[:2] / blob.sha256 / "geometry.json"
    if not kept.exists():
        pages = inspect(path_of(blob.sha256)).pages
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"geometry-{uuid4().hex}.part")  # two requests may measure at once
        part.write_text(json.dumps([[page.width, page.height, page.rotation, *page.box] for page in pages]))
        part.replace(kept)
    return [
        Page(number, width, height, rotation, tuple(box))
        for number, (width, height, rotation, *box) in enumerate(json.loads(kept.read_text()), start=1)
    ]


def spots_of(blob: Blob | None, suggestions: Mapping[str, Any]) -> dict[str, Spot]:
    """The place of each suggested field that has one; a file whose pages cannot be measured has none."""
    boxed = {
        name: found
        for name, found in suggestions.items()
        if isinstance(found, dict) and found.get("box") and found.get("page")
    }
    if blob is None or not boxed:
        return {}
    try:
        pages = geometry_of(blob)
    except FileRefused:
        return {}
    return {
        name: Spot(found["page"], shown(pages[found["page"] - 1], tuple(found["box"])))
        for name, found in boxed.items()
        if 1 <= found["page"] <= len(pages)
    }


def joined(spots: Sequence[Spot]) -> Spot | None:
    """One place around several of the same page."""
    if not spots:
        return None
    same = [spot.box for spot in spots if spot.page == spots[0].page]
    left, top = min(box[0] for box in same), min(box[1] for box in same)
    right, bottom = max(box[0] + box[2] for box in same), max(box[1] + box[3] for box in same)
    return Spot(spots[0].page, (left, top, right - left, bottom - top))


def place_words(page: int, spot: Spot | None, *, short: bool = False) -> str:
    """The place as one says it: "p. 1, top left"; ``short`` for narrow fields: "p. 1"."""
    if spot is None or short:
        return _("p. %(page)d") % {"page": page}
    left, top, width, height = spot.box
    middle, line = left + width / 2, top + height / 2
    if line < TOP:
        where = _("top left") if middle < 1 / 2 else _("top right")
    else:
        where = _("end of the page") if line > 1 - TOP else _("middle of the page")
    return _("p. %(page)d, %(where)s") % {"page": page, "where": where}

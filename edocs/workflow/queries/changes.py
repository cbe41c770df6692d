"""What changed between two versions of a file, in words and on the page; worked out once for each pair of bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from edocs.documents.models import FileVersion
from edocs.documents.storage import path_of
from edocs.limited import Change, FileRefused, Page, inspect, text_difference
from edocs.limited.geometry import shown

KEPT = 24 * 3600
MOST = 400
"""Places shown; whoever changed more has written another document."""
_NEAR, _LINE, _NEXT = 18.0, 3.0, 28.0


@dataclass(frozen=True)
class Place:
    """A changed word on its page, in fractions of the page as shown, from the top left."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Spot:
    """One place that changed: the words before and the words now."""

    page: int
    removed: str
    added: str


@dataclass(frozen=True)
class Difference:
    """What changed from one version to a later one; not ``readable`` when one of them has no text to compare."""

    spots: tuple[Spot, ...] = ()
    places: tuple[Place, ...] = ()
    more: bool = False
    readable: bool = True


def changes_between(earlier: FileVersion, later: FileVersion) -> Difference:
    """The changed words of ``later`` against ``earlier``, in limited child processes; kept for a day."""
    if earlier.blob_id == later.blob_id:
        return Difference()
    key = f"workflow.changes:{earlier.blob_id[:40]}:{later.blob_id[:40]}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = _compare(earlier, later)
        cache.set(key, kept, KEPT)
    return Difference(
        tuple(Spot(*one) for one in kept["spots"]),
        tuple(Place(*one) for one in kept["places"]),
        kept["more"],
        kept["readable"],
    )


def _compare(earlier: FileVersion, later: FileVersion) -> dict[str, Any]:
    try:
        changes = text_difference(path_of(earlier.blob_id), path_of(later.blob_id))
        pages = {page.number: page for page in inspect(path_of(later.blob_id)).pages}
    except FileRefused:
        return {"spots": [], "places": [], "more": False, "readable": False}
    added = [change for change in changes if change.kind == "added"]
    spots = _spots(changes)
    return {
        "spots": [(one.page, one.removed, one.added) for one in spots[:MOST]],
        "places": [_place(change, pages[change.page]) for change in added[: MOST * 3] if change.page in pages],
        "more": len(spots) > MOST,
        "readable": True,
    }


def _place(change: Change, page: Page) -> tuple[int, float, float, float, float]:
    x, y, width, height = (round(part, 4) for part in shown(page, change.box))
    return change.page, x, y, width, height


def _spots(changes: list[Change]) -> list[Spot]:
    """Changed words that stand together are one place; what went out is shown with what came in for it."""
    spots: list[Spot] = []
    removed: list[str] = []
    added: list[str] = []
    last: Change | None = None
    for change in changes:
        follows = last is not None and (_follows(last, change) if last.kind == change.kind else last.kind == "removed")
        if last is not None and not follows:
            spots.append(Spot(last.page, " ".join(removed), " ".join(added)))
            removed, added = [], []
        (removed if change.kind == "removed" else added).append(change.word)
        last = change
    if last is not None:
        spots.append(Spot(last.page, " ".join(removed), " ".join(added)))
    return spots


def _follows(one: Change, two: Change) -> bool:
    """Whether a word stands right after another, on the same line or at the beginning of the next."""
    if one.page != two.page:
        return False
    lower = one.box[1] - two.box[1]
    if abs(lower) < _LINE:
        return -1 <= two.box[0] - one.box[2] < _NEAR
    return 0 < lower < _NEXT and two.box[0] < one.box[0]

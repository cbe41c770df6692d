"""Suggestions as plain data that is kept with the arrival and shown beside the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from edocs.intake.suggestions import Kind, PageText, Suggestion, suggest


def suggestions_of(pages: Sequence[PageText]) -> dict[str, Any]:
    """What could be read, by field: value, confidence, and the place it came from (points, origin bottom left)."""
    found = suggest(pages)
    kept: dict[str, Any] = {}
    for one in fields(found):
        value = getattr(found, one.name)
        if isinstance(value, Suggestion):
            kept[one.name] = {
                "value": _plain(value.value),
                "sure": value.confidence == "sure",
                "page": value.place.page,
                "box": list(value.place.box) if value.place.box else None,
                "words": value.place.words[:120],
            }
    return kept


def _plain(value: object) -> object:
    if isinstance(value, Kind):
        return value.name
    return value.isoformat() if isinstance(value, dt.date) else value

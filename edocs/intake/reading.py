"""Suggestions as plain data that is kept with the arrival and shown beside the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from edocs.documents.content.queries import words_of
from edocs.documents.models import PageContent, TextSource
from edocs.intake.suggestions import Kind, PageText, Suggestion, Suggestions, Word, suggest
from edocs.limited import Page
from edocs.limited.geometry import in_file, shown

TRUSTED = 90
"""Mean confidence (0 to 100) of OCR under which nothing read from a page is taken for sure."""


def suggestions_from(rows: Sequence[PageContent], geometry: Sequence[Page]) -> dict[str, Any]:
    """What could be read, by field: value, whether it is sure, and the place it came from (points of the file, origin
    at the lower left), whether the text was in the file or read from a picture.

    ``geometry`` is that of all pages of the file. A page that lies on its side is read as if it stood upright; places
    are those of the file all the same.
    """
    upright = {row.number: _upright(geometry[row.number - 1], row) for row in rows if row.number <= len(geometry)}
    found = suggest([_page_text(row, geometry[row.number - 1], upright[row.number]) for row in rows if row.text])
    doubtful = {row.number for row in rows if row.source == TextSource.OCR and (row.quality or 0) < TRUSTED}
    kept = _kept(found)
    for one in kept.values():
        if one["box"]:
            number = one["page"]
            place = shown(_flat(upright[number]), tuple(one["box"]))
            one["box"] = list(in_file(upright[number], place))
        one["sure"] = one["sure"] and one["page"] not in doubtful
    return kept


def _upright(page: Page, row: PageContent) -> Page:
    """The page turned until its lines run level."""
    width, height = (page.height, page.width) if row.turn in (90, 270) else (page.width, page.height)
    return replace(page, width=width, height=height, rotation=(page.rotation + row.turn) % 360)


def _flat(page: Page) -> Page:
    """A sheet of the same size with its origin at the lower left, not turned: what suggestions are read from."""
    return replace(page, rotation=0, box=(0, 0, page.width, page.height))


def _page_text(row: PageContent, page: Page, upright: Page) -> PageText:
    flat = _flat(upright)
    words = []
    for word in words_of(row):
        place = shown(upright, in_file(page, word.place))
        words.append(Word(word.text, in_file(flat, place)))
    return PageText(row.number, row.text, tuple(words))


def _kept(found: Suggestions) -> dict[str, Any]:
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

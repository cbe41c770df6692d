"""Files as the components of the shell draw them: plain objects with the attributes that the viewer reads."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.documents.models import BlobContent, FileVersion
from edocs.limited import render_thumbnails
from edocs.workflow.queries.changes import Difference
from signing.layout import Box, Places

Text = str | Promise
A4 = (595.0, 842.0)
PREVIEW_WIDTH = 820
"""Pixels across a page of the preview: sharp at the width it is shown."""
PREVIEW_PAGES = 8


@dataclass(frozen=True)
class Page:
    """One page as a picture; sizes in points give the proportion."""

    number: int
    url: str
    width: float
    height: float
    large_url: str = ""
    thumb_url: str = ""
    text_url: str = ""


@dataclass(frozen=True)
class Mark:
    """Something drawn over a page, in fractions of it from the top left."""

    page: int
    x: float
    y: float
    width: float
    height: float
    kind: str = "fill"
    name: str = ""
    label: Text = ""
    tone: str = "blue"
    round: bool = False


@dataclass(frozen=True)
class Shown:
    """A file in the viewer."""

    title: str
    pages: Sequence[Page] = ()
    boxes: Sequence[Mark] = ()
    download_url: str = ""
    original_url: str = ""
    waiting: Text = ""
    poll_url: str = ""


@dataclass(frozen=True)
class State:
    """A state as icon, word and colour."""

    label: Text
    icon: str = "point"
    tone: str = "grey"
    title: Text = ""


def shown_version(version: FileVersion, *, difference: Difference | None = None) -> Shown:
    """A version with what changed marked, and, where they are known, the places to be filled."""
    content = BlobContent.objects.filter(blob=version.blob_id).first()
    sizes = content.sizes if content and content.sizes else [A4] * version.pages
    pages = tuple(_page(version, number, size) for number, size in enumerate(sizes, start=1))
    boxes = [*_places(version, sizes), *_changes(difference)]
    download = reverse("file_download", args=[version.pk])
    original = f"{download}?original=1" if version.original_id else ""
    return Shown(version.file.name, pages, tuple(boxes), download_url=download, original_url=original)


def _page(version: FileVersion, number: int, size: Sequence[float]) -> Page:
    def address(which: str) -> str:
        return reverse("page_picture", args=[version.pk, number, which])

    words = reverse("page_words", args=[version.pk, number])
    return Page(number, address("page"), size[0], size[1], address("large"), address("small"), words)


def _changes(difference: Difference | None) -> list[Mark]:
    if difference is None:
        return []
    return [Mark(one.page, one.x, one.y, one.width, one.height, "added") for one in difference.places]


def _places(version: FileVersion, sizes: Sequence[Sequence[float]]) -> list[Mark]:
    if not version.places:
        return []
    places = Places.from_json(version.places)
    found: list[tuple[Box, Text]] = [
        (places.number, ""),  # so small that a label would hide what stands beside
        (places.date, ""),
        (places.signature, _("Signature")),
    ]
    return [_mark(box, label, sizes[box.page]) for box, label in found if box.page < len(sizes)]


def _mark(box: Box, label: Text, size: Sequence[float]) -> Mark:
    wide, high = size[0], size[1]
    fractions = (box.x0 / wide, (high - box.y1) / high, box.width / wide, box.height / high)
    return Mark(box.page + 1, *fractions, "fill", label=label)


def pictures_of(pdf: bytes) -> list[str]:
    """The first pages of a PDF of our own as data addresses, drawn in one limited child. Raises FileRefused."""
    with tempfile.TemporaryDirectory(prefix="edocs-preview-") as folder:
        source = Path(folder, "letter.pdf")
        source.write_bytes(pdf)
        drawn = render_thumbnails(source, Path(folder, "pages"), width=PREVIEW_WIDTH, most=PREVIEW_PAGES)
        coded = [base64.b64encode(one.path.read_bytes()).decode() for one in drawn]
    return [f"data:image/webp;base64,{one}" for one in coded]

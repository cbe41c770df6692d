"""What the tasks answer, typed. Pages are counted from 1; points are 1/72 inch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kinds import FileKind

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points, in the PDF's own coordinates (origin at the lower left, y upwards)."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The true kind of a file and whether its name's extension says the same."""

    kind: FileKind
    extension_agrees: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `width` and `height` are points as shown (rotation applied); `box` is the visible box unrotated."""

    number: int
    width: float
    height: float
    rotation: int = 0
    box: Box = (0, 0, 0, 0)
    label: str = ""
    has_text: bool = False


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is in a file. For office files only `kind` and `extension_agrees` are filled.

    `encrypted`: opens without a password yet is encrypted; cannot be signed as it is.
    `repaired`: readers had to repair its structure. `active` names what a sanitiser would remove: javascript,
    launch, submit, import, attachments, media, xfa.
    """

    kind: FileKind
    extension_agrees: bool
    pages: tuple[Page, ...] = ()
    version: str = ""
    encrypted: bool = False
    repaired: bool = False
    signed_fields: tuple[str, ...] = ()
    empty_signature_fields: tuple[str, ...] = ()
    other_fields: int = 0
    active: tuple[str, ...] = ()

    @property
    def page_count(self) -> int:
        return len(self.pages)

    @property
    def is_signed(self) -> bool:
        return bool(self.signed_fields)

    @property
    def has_text(self) -> bool:
        """Whether any page has a text layer (a scan without one needs OCR)."""
        return any(page.has_text for page in self.pages)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One picture of a page: WebP, size in pixels."""

    page: int
    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageText:
    page: int
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeText:
    """Plain text of an office file; `cut` when it was longer than allowed."""

    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """A PDF that was made, and how many pages it has. `notes` are stable English words for the log."""

    path: Path
    page_count: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One word that only the earlier ("removed") or only the later ("added") version has, and where."""

    kind: str
    page: int
    word: str
    box: Box


def inspection(facts: dict[str, Any], *, extension_agrees: bool) -> Inspection:
    labels = facts.get("labels") or []
    pages = tuple(
        Page(
            number=number,
            width=page["width"],
            height=page["height"],
            rotation=page.get("rotation", 0),
            box=tuple(page.get("box") or (0, 0, page["width"], page["height"])),
            label=labels[number - 1] if labels else str(number),
            has_text=page.get("has_text", False),
        )
        for number, page in enumerate(facts.get("pages") or [], start=1)
    )
    return Inspection(
        kind=FileKind(facts["kind"]),
        extension_agrees=extension_agrees,
        pages=pages,
        version=facts.get("version", ""),
        encrypted=facts.get("encrypted", False),
        repaired=facts.get("repaired", False),
        signed_fields=tuple(facts.get("signed_fields") or ()),
        empty_signature_fields=tuple(facts.get("empty_signature_fields") or ()),
        other_fields=facts.get("other_fields", 0),
        active=tuple(facts.get("active") or ()),
    )


def page_text(entry: dict[str, Any]) -> PageText:
    words = tuple(Word(word[0], tuple(word[1:])) for word in entry.get("words") or ())
    return PageText(entry["page"], entry["text"], words)

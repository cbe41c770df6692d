"""Who signed: authority, position and name at the end of the text, on the right (App. I, box 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .lines import Row, Sheet, fold, is_capitals, squeezed
from .names import position_name
from .results import Suggestion, place_of, sure_if

_PREFIX = re.compile(r"^(tuq|tm|kt|tl|q)\s*[.,:]\s*")
_POSITIONS = re.compile(
    r"\b(giam doc|chu tich|chanh van phong|chanh thanh tra|truong phong|truong ban|bo truong|thu truong|thu tuong"
    r"|cuc truong|vu truong|tong cuc truong|chi cuc truong|vien truong|hieu truong|bi thu|chanh an|tong giam doc"
    r"|thu truong don vi|chu nhiem|truong doan|doi truong|tram truong|giam thi|pho phong|dai dien|trai truong)\b"
)
_OF_THE_SIGNATURE = re.compile(
    r"^(ky boi|nguoi ky|ngay ky|thoi gian ky|gio ky|email|co quan|to chuc|digitally|signature|signed|date|ky thay"
    r"|\(?da ky\)?|\(?ky)\b|@|\d{1,2}[/:]\d{2}"
)
_DEGREES = re.compile(r"^(?:(?:GS|PGS|TSKH|TS|ThS|BS|BSCK[I1-2]*|DS|CN|KS)\s*\.\s*)+")
_NAME_WORD = re.compile(r"^[^\W\d_][^\W\d_'’.-]*$")


def signer(
    sheets: Sequence[Sheet],
) -> tuple[Suggestion[str] | None, Suggestion[str] | None, Suggestion[str] | None]:
    """Prefix, position and name; the last page that has a signature's block counts (appendices follow it)."""
    for sheet in reversed(sheets):
        found = _on(sheet)
        if found:
            return found
    return None, None, None


def _on(
    sheet: Sheet,
) -> tuple[Suggestion[str] | None, Suggestion[str] | None, Suggestion[str] | None] | None:
    edge = sheet.left + 0.4 * (sheet.right - sheet.left)
    column = [run for run in sheet.runs if run.left > edge]
    begin = _begin(sheet, column)
    if begin is None:
        return None
    lines = column[begin:]
    titles = _titles(lines)
    name = _name(lines[len(titles) :])
    beside = _recipients_row(sheet)
    certain = beside is not None and abs(beside.middle - titles[0].middle) < 60 and name is not None
    match = _PREFIX.match(fold(titles[0].text))
    own = titles[-1].text
    own_match = _PREFIX.match(fold(own))
    position = own[own_match.end() :] if own_match else own
    raw = " / ".join(row.text for row in titles)
    place = place_of(titles, sheet.placed)
    return (
        Suggestion(f"{match[1].upper()}.", sure_if(certain), place, raw) if match else None,
        Suggestion(position_name(position), sure_if(certain), place, raw),
        Suggestion(_shown(name.text), sure_if(certain), place_of([name], sheet.placed), name.text) if name else None,
    )


def _recipients_row(sheet: Sheet) -> Row | None:
    return next((row for row in reversed(sheet.runs) if squeezed(row.text).startswith("noinhan")), None)


def _begin(sheet: Sheet, column: list[Row]) -> int | None:
    """Index in the column of the first line of the signer: at "Nơi nhận", else the last prefix or position."""
    beside = _recipients_row(sheet)
    starts = [number for number, part in enumerate(column) if _is_title(part)]
    if beside:
        level = [number for number in starts if column[number].middle > beside.middle - 80]
        near = [number for number in level if column[number].middle < beside.middle + 60]
        if near:
            return near[0]
    if not starts:
        return None
    first = starts[-1]
    while first - 1 in starts and column[first - 1].middle - column[first].middle < 30:
        first -= 1
    return first


def _is_title(part: Row) -> bool:
    text = fold(part.text)
    return is_capitals(part.text) and bool(_PREFIX.match(text) or _POSITIONS.search(text))


def _titles(lines: list[Row]) -> list[Row]:
    """Lines in capitals, one under the other."""
    titles = [lines[0]] if lines else []
    for row in lines[1:]:
        close = titles[-1].middle - row.middle < 26
        if not (close and is_capitals(row.text)) or _OF_THE_SIGNATURE.search(fold(row.text)):
            break
        titles.append(row)
    return titles


def _name(lines: list[Row]) -> Row | None:
    """The first line below that reads as a name; what a visible signature writes is passed over."""
    capitals: Row | None = None
    for row in lines[:12]:
        text = _DEGREES.sub("", row.text)
        words = text.split()
        if _OF_THE_SIGNATURE.search(fold(text)) or not 2 <= len(words) <= 7:
            continue
        if not all(_NAME_WORD.match(word) and word[0].isupper() for word in words):
            continue
        if not is_capitals(text):
            return row
        capitals = capitals or row
    return capitals


def _shown(name: str) -> str:
    """A name without degrees; one written in capitals gets ordinary letters."""
    name = _DEGREES.sub("", name)
    return " ".join(word[:1] + word[1:].lower() for word in name.split()) if is_capitals(name) else name

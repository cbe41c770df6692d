"""Tasks `text` and `text_difference`: the words of a PDF and where they stand."""

import ctypes
import unicodedata
from pathlib import Path
from typing import Any

from .pdf import opened, page_at

Edges = tuple[float, float, float, float]
Word = tuple[str, float, float, float, float]
_HYPHEN_AT_END = 0x02  # PDFium's sign for a hyphen at the end of a line
_NO_TEXT = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF, 0xAD])


def text(
    path: Path,
    folder: Path,
    *,
    pages: list[int] | None = None,
    most: int = 2_000,
    words: bool = True,
) -> list[dict[str, Any]]:
    """Text (NFC) of each page and, if wanted, its words with their boxes: left, bottom, right, top in points of the
    file's own coordinates."""
    read = []
    with opened(path) as document:
        for number in pages if pages is not None else range(1, min(len(document), most) + 1):
            page = page_at(document, number)
            layer = page.get_textpage()
            entry: dict[str, Any] = {
                "page": number,
                "text": _plain(layer.get_text_range()),
            }
            if words:
                entry["words"] = words_of(layer)
            read.append(entry)
            layer.close()
            page.close()
    return read


def _plain(raw_text: str) -> str:
    lines = raw_text.replace("\r\n", "\n").replace("\r", "\n").replace(chr(_HYPHEN_AT_END), "-").translate(_NO_TEXT)
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in lines.split("\n")).strip("\n"))


def words_of(layer: Any) -> list[Word]:
    """Split PDFium's characters into words; a box is the union of those of its characters."""
    return [word for line in lines_of(layer) for word in line]


def lines_of(layer: Any) -> list[list[Word]]:
    """The same words by the lines in which PDFium gives them; no line is empty."""
    from pypdfium2 import raw

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    lines: list[list[Word]] = [[]]
    letters: list[str] = []
    box: Edges | None = None

    def finish() -> None:
        nonlocal letters, box
        word = unicodedata.normalize("NFC", "".join(letters)).strip()
        if word and box is not None:
            left_edge, low, right_edge, high = (round(edge, 1) for edge in box)
            lines[-1].append((word, left_edge, low, right_edge, high))
        letters, box = [], None

    for index in range(layer.count_chars()):
        code = raw.FPDFText_GetUnicode(layer, index)
        letter = "-" if code == _HYPHEN_AT_END else _letter(code)
        if not letter or letter.isspace():
            finish()
            if letter in ("\r", "\n") and lines[-1]:
                lines.append([])
            continue
        if code in _NO_TEXT:
            continue
        letters.append(letter)
        if raw.FPDFText_GetCharBox(layer, index, left, right, bottom, top):
            edges = (left.value, bottom.value, right.value, top.value)
            box = edges if box is None else _union(box, edges)
    finish()
    return [line for line in lines if line]


def _letter(code: int) -> str:
    """The character, or nothing for half a surrogate pair and other non-characters."""
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _union(one: Edges, two: Edges) -> Edges:
    return (
        min(one[0], two[0]),
        min(one[1], two[1]),
        max(one[2], two[2]),
        max(one[3], two[3]),
    )


def text_difference(path: Path, folder: Path, *, other: str, most: int = 60) -> list[dict[str, Any]]:
    """Compare the words of `path` (the earlier version) with those of `other` (the later one).

    Returns one entry per changed word: `kind` is "removed" (page and box of the earlier file) or "added" (of the
    later one). Only the first `most` pages of each are compared.
    """
    from difflib import SequenceMatcher

    before, after = _all_words(path, most), _all_words(Path(other), most)
    # Versions mostly differ in few words: what is alike at both ends needs no search.
    start = _alike(before, after)
    before, after = before[start:], after[start:]
    end = _alike(before[::-1], after[::-1])
    before, after = before[: len(before) - end], after[: len(after) - end]
    matcher = SequenceMatcher(None, [w[1][0] for w in before], [w[1][0] for w in after], autojunk=False)
    changes = []
    for verdict, i1, i2, j1, j2 in matcher.get_opcodes():
        if verdict == "equal":
            continue
        changes += [_change("removed", *item) for item in before[i1:i2]]
        changes += [_change("added", *item) for item in after[j1:j2]]
    return changes


def _alike(one: list[tuple[int, Word]], two: list[tuple[int, Word]]) -> int:
    """How many words from the start are the same in both."""
    pairs = zip(one, two, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a[1][0] != b[1][0]), min(len(one), len(two)))


def _all_words(path: Path, most: int) -> list[tuple[int, Word]]:
    found = []
    with opened(path) as document:
        for number in range(1, min(len(document), most) + 1):
            page = page_at(document, number)
            layer = page.get_textpage()
            found += [(number, word) for word in words_of(layer)]
            layer.close()
            page.close()
    return found


def _change(kind: str, page: int, word: Word) -> dict[str, Any]:
    return {"kind": kind, "page": page, "word": word[0], "box": list(word[1:])}

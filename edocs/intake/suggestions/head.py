"""The head of the first page: number, date, issuer, kind, summary, urgency (Decree 30/2020, App. I, boxes 1–5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .kinds import LETTER, Kind
from .lines import Row, Sheet, fold, is_capitals, squeezed
from .names import is_known_head, issuer_name, joined_agencies
from .results import Suggestion, place_of, place_of_words, sure_if

_GROUP = r"[0-9a-z.&]+"
_NUMBER = re.compile(
    rf"^s[o06]\s*[:.]?\s*(?P<number>\d{{1,7}}\s?[a-z]?)?[\s.…_]*/\s*(?P<symbol>(?:\d{{4}}\s*/\s*)?{_GROUP}(?:\s*[-–/]\s*{_GROUP})*)"
)
_PARTY_NUMBER = re.compile(
    rf"^s[o06]\s*[:.]?\s*(?P<number>\d{{1,7}}[a-z]?)\s*[-–]\s*(?P<symbol>[a-z]{{1,4}}\s*/\s*{_GROUP})"
)
_STROKE_LOST = re.compile(rf"^s[o06]\s*[:.]?\s*(?P<number>\d{{1,7}})(?P<symbol>[a-z]{{2,}}(?:[-–]{_GROUP})+)")
_DATE = re.compile(r"ngay\s*(\d{1,2})\s*(?:[-/.]\s*(\d{1,2})\s*[-/.]\s*|thang\s*(\d{1,2})\s*nam\s*)(\d{4})")
#: "V/v", of which OCR may lose the second letter
_ABOUT_SIGN = r"v\s*/(?:\s*v\b)?"
_ABOUT = re.compile(rf"^{_ABOUT_SIGN}\s*[:.]?\s*|^ve viec\b\s*:?\s*")
_BODY_BEGINS = re.compile(r"^(kinh gui|can cu|dieu 1|thuc hien|i\.|1\.|phan|chuong|theo de nghi|noi nhan)\b")
_URGENCIES = {"khan": 1, "thuongkhan": 2, "hoatoc": 3, "hoatochengio": 3}
_OTHER_MARKS = {"xemxongtralai", "luuhanhnoibo", "khongphobien", "duthao", "hoatochengio", "tumotnguoi"}


@dataclass(frozen=True)
class Head:
    """The first page, cut where the national title begins into what stands left and right of it."""

    sheet: Sheet
    kinds: Sequence[Kind]

    @cached_property
    def _title(self) -> Row | None:
        for row in self.sheet.rows[:12]:
            if "congho" in squeezed(row.text) or "dangcongsan" in squeezed(row.text):
                return row
        return None

    @cached_property
    def split(self) -> float:
        """Where the right column begins: at the national title, else in the middle."""
        if self._title:
            for index, word in enumerate(self._title.words):
                ahead = squeezed("".join(one.text for one in self._title.words[index : index + 6]))
                if ahead.startswith(("congho", "dangcongsan")):
                    return word.box[0] - 3
        return self.sheet.centre

    def left(self, row: Row) -> Row | None:
        """The words of the row left of the national title."""
        return row.part(float("-inf"), self.split)

    def right(self, row: Row) -> Row | None:
        """The words of the row under the national title."""
        return row.part(self.split, float("inf"))

    @cached_property
    def number_at(self) -> tuple[int, re.Match[str]] | None:
        """Index of the row of the number, and what it matched."""
        for index, row in enumerate(self.sheet.rows[:40]):
            for text in filter(None, (self.left(row), row)):
                if match := _number_of(text.text):
                    return index, match
        return None

    @cached_property
    def end(self) -> int:
        """Index of the first row below the row of the number (or of a fifth of the page without one)."""
        return self.number_at[0] + 1 if self.number_at else min(len(self.sheet.rows), 10)

    def number_and_symbol(self) -> tuple[Suggestion[str] | None, Suggestion[str] | None]:
        """Số and ký hiệu; a number left blank gives the symbol alone."""
        if not self.number_at:
            return None, None
        index, match = self.number_at
        row = self.sheet.rows[index]
        found: list[Suggestion[str] | None] = []
        for name in ("number", "symbol"):
            start, end = match.span(name)
            raw = row.text[start:end]
            value = re.sub(r"\s+", "", raw).replace("–", "-").rstrip(".")
            place = place_of_words(row.page, row.between(start, end), self.sheet.placed)
            certain = match.re is _NUMBER and bool(match["number"])
            found.append(Suggestion(value, sure_if(certain), place, raw) if value else None)
        return found[0], found[1]

    def issued_on(self) -> Suggestion[date] | None:
        """The date after the name of the place, on the right near the number; it may run over two lines."""
        lines = self._beside_number()
        for index, line in enumerate(lines):
            text = " ".join(one.text for one in lines[index : index + 2])
            match = _DATE.search(fold(text))
            if not match or match.start() >= len(line.text) or not self._after_a_place(line, match.start()):
                continue
            day = real_date(match[1], match[2] or match[3], match[4])
            if day:
                words = Row(line.page, sum((one.words for one in lines[index : index + 2]), ())).between(*match.span())
                certain = text[: match.start()].rstrip().endswith(",") and bool(self.number_at)
                raw = text[slice(*match.span())]
                return Suggestion(day, sure_if(certain), place_of_words(line.page, words, self.sheet.placed), raw)
        return None

    def _beside_number(self) -> list[Row]:
        """Lines of the right column from the top to a little under the number."""
        lowest = self.sheet.rows[self.end - 1].middle - (60 if self.number_at else 20)
        return [run for run in self.sheet.runs if run.middle > lowest and run.right > self.sheet.centre]

    def _after_a_place(self, row: Row, start: int) -> bool:
        """Whether at most the number and the name of a place stand before the date: a sentence does not."""
        number = _number_of(row.text[:start])
        place = fold(row.text[number.end() if number else 0 : start])
        return len(place.split()) <= 7 and not re.search(r"\d|\b(so|theo|can cu|tai|thuc hien|cua)\b", place)

    def issuer(self) -> Suggestion[str] | None:
        """The agency lines at the top left, joined."""
        rows: list[Row] = []
        for row in self.sheet.rows[: self.end - 1 if self.number_at else self.end]:
            part = self.left(row)
            if part and is_capitals(part.text) and not self._is_mark(part) and not self._is_nation(part):
                rows.append(part)
        if not rows:
            return None
        names = joined_agencies([row.text for row in rows])
        certain = bool(self.number_at and self._title) and len(names) <= 2 and is_known_head(names[-1])
        raw = " / ".join(row.text for row in rows)
        return Suggestion(issuer_name(names), sure_if(certain), place_of(rows, self.sheet.placed), raw)

    @staticmethod
    def _is_nation(row: Row) -> bool:
        text = squeezed(row.text)
        return text.startswith(("conghoaxa", "doclap-", "doclap", "dangcongsanviet")) or len(text) < 3

    @staticmethod
    def _is_mark(row: Row) -> bool:
        text = squeezed(row.text)
        return text in _URGENCIES or text in _OTHER_MARKS

    def urgency(self) -> Suggestion[int] | None:
        """A stamp of urgency in capitals by itself, in the head of the page."""
        for index, row in enumerate(self.sheet.rows[: self.end + 12]):
            parts = [row, self.left(row), self.right(row), *self._pieces(row)]
            for part in filter(None, parts):
                level = _URGENCIES.get(squeezed(part.text))
                if level and is_capitals(part.text):
                    certain = index >= self.end - 1 and part.left < self.sheet.centre
                    return Suggestion(level, sure_if(certain), place_of([part], self.sheet.placed), part.text)
        return None

    @staticmethod
    def _pieces(row: Row) -> list[Row]:
        """Parts of the row with wide gaps between them."""
        pieces, begun = [], 0
        for index in range(1, len(row.words)):
            if row.words[index].box[0] - row.words[index - 1].box[2] > 12:
                pieces.append(Row(row.page, row.words[begun:index]))
                begun = index
        return [*pieces, Row(row.page, row.words[begun:])]

    @cached_property
    def about(self) -> tuple[Row, ...]:
        """The rows of "V/v …" under the number of a công văn."""
        rows: list[Row] = []
        for row in self.sheet.rows[self.end : self.end + 14]:
            part = self.left(row)
            if part is None:
                continue
            if not rows:
                if re.match(_ABOUT_SIGN, fold(part.text)):
                    rows.append(part)
                elif _BODY_BEGINS.match(fold(row.text)):
                    break
            elif self._ends_about(row, part, rows):
                break
            else:
                rows.append(part)
        return tuple(rows)

    def _ends_about(self, row: Row, part: Row, rows: list[Row]) -> bool:
        pitch = rows[0].middle - rows[1].middle if len(rows) > 1 else 18.0
        return (
            bool(_BODY_BEGINS.match(fold(row.text)))
            or "kinhgui" in squeezed(row.text)
            or self._is_mark(part)
            or rows[-1].middle - row.middle > 1.5 * pitch + 2
        )

    @cached_property
    def heading(self) -> tuple[int, Kind] | None:
        """Index of the row that names the kind in the middle of the page, and the kind."""
        names = {squeezed(kind.name): kind for kind in self.kinds}
        for index, row in enumerate(self.sheet.rows[: self.end + 14]):
            kind = names.get(squeezed(row.text).rstrip(":"))
            if kind and is_capitals(row.text) and index >= self.end - 1:
                return index, kind
        return None

    def kind(self) -> Suggestion[Kind] | None:
        """From the heading and the symbol together; either alone is only likely, except "V/v" for a công văn."""
        symbol = self.number_and_symbol()[1]
        coded = self._kind_of_symbol(symbol.value) if symbol else None
        if self.heading:
            index, kind = self.heading
            row = self.sheet.rows[index]
            place = place_of([row], self.sheet.placed)
            return Suggestion(kind, sure_if(coded in (kind, None) or not kind.code), place, row.text)
        letter = next((kind for kind in self.kinds if squeezed(kind.name) == squeezed(LETTER.name)), LETTER)
        if self.about:
            # "CT-TTHT" is a tax office's công văn, not a directive: the summary under the number decides.
            return Suggestion(letter, sure_if(coded is None), place_of(self.about[:1], self.sheet.placed))
        if symbol is None:
            return None
        return Suggestion(coded or letter, sure_if(False), symbol.place, symbol.raw)

    def _kind_of_symbol(self, symbol: str) -> Kind | None:
        groups = [group for group in re.split(r"[-/]", symbol) if not re.fullmatch(r"\d{4}", group)]
        code = groups[0] if groups else ""
        coded = {kind.code: kind for kind in self.kinds if kind.code}
        folded = {fold(kind.code): kind for kind in reversed(self.kinds) if kind.code}
        return coded.get(code) or (folded.get(fold(code)) if code else None)

    def summary(self) -> Suggestion[str] | None:
        """Trích yếu: "V/v …" under the number, or the lines under the kind."""
        if self.about and not self.heading:
            text = " ".join(row.text for row in self.about)
            value = "V/v " + text[_about_end(text) :]
            return Suggestion(value, sure_if(True), place_of(self.about, self.sheet.placed), text)
        if not self.heading:
            return None
        rows = self._under_heading(self.heading[0])
        if not rows:
            return None
        text = " ".join(row.text for row in rows)
        certain = all(abs((row.left + row.right) / 2 - self.sheet.centre) < 30 for row in rows)
        return Suggestion(text, sure_if(certain), place_of(rows, self.sheet.placed), text)

    def _under_heading(self, start: int) -> list[Row]:
        rows: list[Row] = []
        above = self.sheet.rows[start]
        for row in self.sheet.rows[start + 1 : start + 9]:
            pitch = above.middle - row.middle
            allowed = 34.0 if not rows else 26.0
            full_width = rows and row.right - row.left > 0.97 * (self.sheet.right - self.sheet.left)
            if pitch > allowed or full_width or _BODY_BEGINS.match(fold(row.text)):
                break
            if is_capitals(row.text) and rows and not is_capitals(rows[-1].text):
                break  # the authority of a decision: "GIÁM ĐỐC SỞ NỘI VỤ"
            if "kinhgui" in squeezed(row.text) or not re.search(r"[^\W_]", row.text):
                break
            rows.append(row)
            above = row
        return rows


def _number_of(text: str) -> re.Match[str] | None:
    """Number and symbol at the beginning of a line; OCR may have lost the thin stroke between them ("214UBND-VHXH")."""
    folded = fold(text)
    if found := _NUMBER.match(folded) or _PARTY_NUMBER.match(folded):
        return found
    joined = _STROKE_LOST.match(folded)
    return joined if joined and is_capitals(text[slice(*joined.span("symbol"))]) else None


def _about_end(text: str) -> int:
    match = _ABOUT.match(fold(text))
    return match.end() if match else 0


def real_date(day: str, month: str, year: str) -> date | None:
    """The date, or nothing when the calendar has no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None

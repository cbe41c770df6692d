"""What a person types into the search box, as a tree.

The language: words (accents optional), ``"a phrase"``, ``-not``, ``field:value`` with Vietnamese or English
names, numbers and symbols in any writing. Whatever is typed gives a :class:`Query`; a mistake gives a hint
and the most useful reading, never an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TypeAlias

from search.analysis import clean, code_parts, fold, join_code, located_terms, terms
from search.dates import parse_days
from search.documents import DateRange, Hint, HintCode

MAX_CHARACTERS = 1000
MAX_WORDS = 48
"""Syllables and numbers of the plain words."""
MAX_BESIDE, MAX_PARTS = 64, 16
"""Syllables and numbers of everything else together; phrases and fields, and as many parts with a minus."""
MAX_CODE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Word:
    """Something typed between blanks: mostly one syllable, sometimes a compound (``15/QĐ-UBND``)."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side."""

    text: str


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field that must hold these words side by side, accents aside."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """A field with any of these whole values. Never typed: put in the place of a ``FieldText`` by who knows the values.

    ``text`` is what was typed.
    """

    field: str
    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FieldCode:
    """The document's own number, symbol, or number and symbol (``field`` is ``number`` or ``symbol``)."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldDays:
    """A date (``field`` is ``day``, ``issued``, ``arrived`` or ``due``) in a range of days."""

    field: str
    days: DateRange


Clause: TypeAlias = Word | Phrase | FieldText | FieldKeys | FieldCode | FieldDays


@dataclass(frozen=True, slots=True)
class CodeCandidate:
    """Neighbouring words that may be a number and symbol. ``whole``: they are all the words of the query."""

    key: str
    parts: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. ``clauses`` are wanted (any word, and each of the rest), ``excluded`` are not."""

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    codes: tuple[CodeCandidate, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def words(self) -> list[Word]:
        """The plain words in order."""
        return [clause for clause in self.clauses if isinstance(clause, Word)]

    @property
    def is_blank(self) -> bool:
        """Nothing was typed at all: everything readable is meant."""
        return not self.text


# Folded names without blanks → field. Names of two words may be written with or without the blank.
_TEXT_FIELDS = {
    "summary": "trichyeu tieude summary title",
    "issuer": "coquan coquanbanhanh noigui issuer from_agency sender",
    "signer": "nguoiky signer signedby",
    "kind": "loai loaivanban tenloai kind type",
    "unit": "donvi phong phongban unit department",
    "state": "trangthai tinhtrang state status",
    "book": "sodangky sovanban socongvan book register",
    "case_file": "hoso casefile file",
    "field": "linhvuc field",
    "recipients": "noinhan recipient recipients",
    "direction": "chieu huong direction",
    "year": "nam year",
    "text": "noidung text content body",
}
_CODE_FIELDS = {"number": "so number no", "symbol": "kyhieu sokyhieu sovakyhieu symbol code"}
_DAY_FIELDS = {
    "day": "ngay date day",
    "from": "tungay tu from since",
    "until": "denngay den until to",
    "issued": "ngaybanhanh ngayvanban issued",
    "arrived": "ngayden arrived",
    "due": "han hanxuly handenngay due deadline",
}
_NAMES = {
    name: field
    for fields in (_TEXT_FIELDS, _CODE_FIELDS, _DAY_FIELDS)
    for field, names in fields.items()
    for name in names.replace("_", "").split()
}
# "sổ" (book) and "số" (number) differ by their tone alone: with it typed, it decides.
_ACCENTED_NAMES = {"sổ": "book"}

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_TOKEN = re.compile(
    r"""
    (?P<not>(?<!\S)-(?=[^\s-]))?
    (?:
      "(?P<phrase>[^"]*)"
    | (?P<name>(?:[^\W\d_]+[ _]){0,3}[^\W\d_]+)[ ]?:[ ]*(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]*))
    | (?P<word>[^\s"]+)
    | (?P<quote>")
    )""",
    re.VERBOSE,
)


def parse(text: str, *, today: date | None = None) -> Query:
    """Read what was typed. ``today`` is the office's day, for relative dates (default: the machine's)."""
    return _Parser(text, today or date.today()).parse()


class _Parser:
    """One pass over the text; collects clauses and hints."""

    def __init__(self, text: str, today: date) -> None:
        self.today = today
        self.hints: list[Hint] = []
        self.clauses: list[Clause] = []
        self.excluded: list[Clause] = []
        self.runs: list[list[str]] = [[]]  # neighbouring plain words: where a code may stand
        self.words_left, self.beside_left = MAX_WORDS, MAX_BESIDE
        text = " ".join(clean(text[: 4 * MAX_CHARACTERS]).translate(_QUOTES).split())
        if len(text) > MAX_CHARACTERS:
            text = text[:MAX_CHARACTERS].rsplit(" ", 1)[0]
            self.hint(HintCode.TOO_LONG, str(MAX_CHARACTERS))
        self.text = text

    def hint(self, code: HintCode, subject: str = "", other: str = "") -> None:
        hint = Hint(code, subject, other)
        if hint not in self.hints:
            self.hints.append(hint)

    def parse(self) -> Query:
        position = 0
        while match := _TOKEN.search(self.text, position):
            position = max(self.take(match), match.start() + 1)
        if self.text and not self.clauses:
            code = HintCode.ONLY_NEGATIVE if self.excluded else HintCode.NOTHING_TO_SEARCH
            self.hint(code, self.text)
        return Query(
            text=self.text,
            clauses=tuple(self.clauses),
            excluded=tuple(self.excluded),
            codes=tuple(self.codes()),
            hints=tuple(self.hints),
        )

    def take(self, match: re.Match[str]) -> int:
        """Add what one token means; returns where reading goes on."""
        target = self.excluded if match["not"] else self.clauses
        if match["phrase"] is not None:
            self.runs.append([])
            if terms(match["phrase"]).folded:
                self.add(Phrase(match["phrase"].strip()), target)
        elif match["name"] is not None:
            return self.take_field(match, target)
        elif match["word"] is not None:
            self.take_word(match["word"], target)
        else:
            self.hint(HintCode.UNBALANCED_QUOTE)
        return match.end()

    def take_word(self, word: str, target: list[Clause]) -> None:
        if "*" in word or ("?" in word.rstrip("?")):
            self.hint(HintCode.WILDCARD, word)
        if not terms(word).folded:
            return
        if target is self.excluded:
            self.add(Word(word), target)
            self.runs.append([])
        elif word := self.shortened(word, self.words_left):
            self.words_left -= len(terms(word).folded)
            target.append(Word(word))
            self.runs[-1].append(word)

    def add(self, clause: Clause, target: list[Clause]) -> None:
        """A part that is no plain word, as far as there is room for it; one with a minus only whole."""
        parts = [one for one in target if target is self.excluded or not isinstance(one, Word)]
        room = self.beside_left if len(parts) < MAX_PARTS else 0
        if isinstance(clause, FieldDays):
            if room:
                target.append(clause)
            else:
                self.hint(HintCode.TOO_LONG, str(MAX_WORDS))
            return
        text = self.shortened(clause.text, room)
        divisible = target is self.clauses and not isinstance(clause, FieldCode)
        if text == clause.text or (text and divisible):
            self.beside_left -= len(terms(text).folded)
            target.append(replace(clause, text=text))

    def shortened(self, text: str, most: int) -> str:
        """The text as far as so many syllables and numbers; a hint when that is not all of it."""
        if len(terms(text).folded) <= most:
            return text
        self.hint(HintCode.TOO_LONG, str(MAX_WORDS))
        ends = [end for _, end, _, _ in islice(located_terms(clean(text)), most)]
        return clean(text)[: ends[-1]] if ends else ""

    def take_field(self, match: re.Match[str], target: list[Clause]) -> int:
        """A ``name:value``; the words before a known name are plain words and are read again on their own."""
        name = match["name"]
        words = name.split(" ")
        for skip in range(len(words)):
            field = _field_named("".join(words[skip:]))
            if field and skip == 0:
                break
            if field:
                start = match.start("name")
                for word in words[:skip]:
                    self.take_word(word, target)
                    target = self.clauses  # a minus belongs to the first word only
                return start + len(" ".join(words[:skip]))
        else:
            self.take_word(words[0], target)
            colon = self.text.index(":", match.end("name"))
            if len(words) == 1 and self.text[colon + 1 : colon + 2] not in ("", " ", "/"):
                self.hint(HintCode.UNKNOWN_FIELD, name)
            return match.start("name") + len(words[0])
        quoted = match["quoted"]
        value = (quoted if quoted is not None else match["value"]).strip()
        self.runs.append([])
        if not terms(value).folded:
            self.hint(HintCode.EMPTY_FIELD, name)
        elif clause := self.field_clause(name, field, value):
            self.add(clause, target)
            following = self.text[match.end() : match.end() + 2]
            if quoted is None and isinstance(clause, FieldText) and re.match(r" [^\W\d_]", following):
                self.hint(HintCode.QUOTE_VALUE, f"{name}:{value}")
        return match.end()

    def field_clause(self, name: str, field: str, value: str) -> Clause | None:
        if field in _TEXT_FIELDS:
            return FieldText(field, value)
        if field in _CODE_FIELDS:
            if not code_parts(value):
                self.hint(HintCode.BAD_NUMBER, name, value)
                return None
            return FieldCode(field, value)
        days = parse_days(value, self.today)
        if days is None:
            self.hint(HintCode.BAD_DATE, name, value)
            return None
        if field == "from":
            return FieldDays("day", DateRange(days.first, None))
        if field == "until":
            return FieldDays("day", DateRange(None, days.last))
        return FieldDays(field, days)

    def codes(self) -> list[CodeCandidate]:
        """Every stretch of neighbouring words that begins with a number, as a possible number and symbol."""
        runs = [run for run in self.runs if run]
        plain = len(runs) == 1 and all(isinstance(clause, Word) for clause in self.clauses)
        found: dict[str, CodeCandidate] = {}
        for run in runs:
            for start in range(len(run)):
                for stop in range(start + 1, min(len(run), start + MAX_CODE_WORDS) + 1):
                    parts = code_parts(" ".join(run[start:stop]))
                    if not parts or not (parts[0].isdigit() or (len(parts) > 1 and stop == start + 1)):
                        continue
                    key = join_code(parts)
                    whole = plain and stop - start == len(run)
                    if key not in found or whole:
                        found[key] = CodeCandidate(key, len(parts), whole)
        return list(found.values())


def _field_named(name: str) -> str | None:
    return _ACCENTED_NAMES.get(name.lower()) or _NAMES.get(fold(name).replace("_", ""))

"""How a document becomes the fields of an index. Every engine stores these and splits texts at blanks, no more."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import MISSING, dataclass, field
from dataclasses import fields as fields_of
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from search import fields
from search.analysis import cited_codes, clean, code_prefixes, fold_code, terms
from search.documents import NO, YES, Facet, IndexDocument, Sort, version_of

LONGEST_KEY = 8_000
"""Characters of a whole value; engines refuse much longer ones."""
SHOWN_CHARACTERS = 300_000
"""Of one document's text, kept for the line shown in results. All of the text is searched."""
_TIE_BITS = 36
_TIE_MASK = (1 << _TIE_BITS) - 1


@dataclass(slots=True)
class Row:
    """What is stored of one document. A field with several values keeps a phrase within each."""

    id: str
    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Terms separated by blanks."""
    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    source: str = ""
    """What a hit shows, as JSON; see :func:`read_source`."""
    pages: list[str] = field(default_factory=list)


def build_row(document: IndexDocument) -> Row:
    """The row of one document."""
    row = Row(document.id)
    row.keys[fields.ID].append(document.id)
    row.keys[fields.TOKEN] += sorted(set(document.tokens))
    field_words = _field_words(document)
    _add_content(row, document, field_words)
    _add_codes(row, document)
    _add_facets(row, document)
    for name, words in field_words.items():
        if folded := terms(words).folded:
            row.texts[fields.words_in(name)].append(" ".join(folded))
    _add_numbers(row, document)
    row.source = _source(document)
    row.pages = _shown(document)
    return row


def tombstone(identifier: str) -> Row:
    """What stands for a deleted document in an index that is being filled: nobody finds it."""
    row = Row(identifier)
    row.keys[fields.ID].append(identifier)
    row.keys[fields.GONE].append(YES)
    tie = tie_break(identifier)
    row.numbers[fields.TIE].append(tie)
    for name in fields.SORT_KEYS.values():
        row.numbers[name].append(tie)
    return row


def _add_content(row: Row, document: IndexDocument, field_words: dict[str, str]) -> None:
    """Title, text and what names the document."""
    title = terms(document.summary)
    row.texts[fields.TITLE].append(" ".join(title.folded))
    row.texts[fields.TITLE_PAIRS].append(" ".join(title.pairs))
    text = "\n".join(document.pages)
    about = "\n".join([document.code, *(field_words[name] for name in fields.NAMING_FIELDS)])
    for part in (title, terms(text), terms(about)):
        if part.folded:
            row.texts[fields.WORDS].append(" ".join(part.folded))
            row.texts[fields.EXACT].append(" ".join(part.exact))
            row.texts[fields.WORD_PAIRS].append(" ".join(part.pairs))
            row.texts[fields.EXACT_PAIRS].append(" ".join(part.exact_pairs))
    row.texts[fields.CITED].append(" ".join(sorted({*cited_codes(document.summary), *cited_codes(text)})))


def _field_words(document: IndexDocument) -> dict[str, str]:
    """The words by which people know each field's value; a bare key of digits is not one."""
    words: dict[str, str] = {}
    for name in fields.TEXT_FIELDS:
        given = getattr(document, name)
        value = "\n".join(given) if name in fields.SEVERAL else str(given or "")
        label = document.labels.get(name, "")
        words[name] = label if label and value.isdigit() else f"{value} {label}"
    return words


def _add_codes(row: Row, document: IndexDocument) -> None:
    if key := fold_code(document.code):
        row.keys[fields.CODE].append(key[:LONGEST_KEY])
    beginnings = set(code_prefixes(document.code[:LONGEST_KEY]))
    beginnings.update(str(number) for number in (document.number, document.arrival_number) if number is not None)
    row.keys[fields.CODE_PREFIX] += sorted(beginnings)
    if symbol := fold_code(document.symbol):
        row.keys[fields.SYMBOL].append(symbol[:LONGEST_KEY])


def _add_facets(row: Row, document: IndexDocument) -> None:
    for facet in Facet:
        if facet is Facet.HAS_SIGNATURE:
            row.keys[facet.value].append(YES if document.has_signature else NO)
        elif value := getattr(document, facet):
            several = value if facet in fields.SEVERAL else [value]
            row.keys[facet.value] += [str(one)[:LONGEST_KEY] for one in several]


def _add_numbers(row: Row, document: IndexDocument) -> None:
    numbers = row.numbers
    for name, day in ((fields.ISSUED, document.issued_on), (fields.ARRIVED, document.arrived_on)):
        if day:
            numbers[name].append(day.toordinal())
            numbers[fields.DAY].append(day.toordinal())
    if document.due:
        numbers[fields.DUE].append(document.due.toordinal())
    tie = tie_break(document.id)
    numbers[fields.TIE].append(tie)
    numbers[fields.DIGEST].append(int(version_of(document), 16))
    for sort, rank in (
        (Sort.DATE, document.day.toordinal() if document.day else 0),
        (Sort.NUMBER, _number_rank(document)),
        (Sort.DUE, -_due_minutes(document.due)),
    ):
        numbers[fields.SORT_KEYS[sort]].append((rank << _TIE_BITS) + tie)


def tie_break(identifier: str) -> int:
    """A number that orders documents of equal rank: the id itself when it is one, else a hash of it."""
    if identifier.isascii() and identifier.isdigit():
        return int(identifier) & _TIE_MASK
    return int.from_bytes(blake2b(identifier.encode(), digest_size=8).digest()) & _TIE_MASK


def _number_rank(document: IndexDocument) -> int:
    """Year, then number, in 27 bits; nothing known is last."""
    year = document.year or (document.day.year if document.day else 1900)
    number = document.number if document.number is not None else document.arrival_number
    years = min(max(year - 1900, 0), (1 << 8) - 1)
    return (years << 19) + min(max((number or 0), 0), (1 << 19) - 1)


def _due_minutes(due: datetime | date | None) -> int:
    """Minutes since 2000 in 26 bits (127 years); without a due time the latest of all."""
    latest = (1 << 26) - 1
    if due is None:
        return latest
    minutes = (due.toordinal() - date(2000, 1, 1).toordinal()) * 1440
    minutes += due.hour * 60 + due.minute if isinstance(due, datetime) else 1439
    return min(max(minutes, 0), latest - 1)


def _shown(document: IndexDocument) -> list[str]:
    """The cleaned pages as far as lines of them are shown."""
    pages: list[str] = []
    left = SHOWN_CHARACTERS
    for page in document.pages:
        pages.append(clean(page[:left]))
        left -= len(page)
        if left <= 0:
            break
    return pages


_AS_GIVEN = (
    "id",
    "code",
    "number",
    "symbol",
    "arrival_number",
    "signer",
    "has_signature",
    "year",
    *fields.NAMED_VALUES,
)
_DAYS = ("issued_on", "arrived_on")
_UNTOLD = {
    one.name: one.default for one in fields_of(IndexDocument) if one.name in _AS_GIVEN and one.default is not MISSING
}
"""What a hit of an older index does not tell."""


def _source(document: IndexDocument) -> str:
    source: dict[str, Any] = {name: getattr(document, name) for name in _AS_GIVEN}
    source["summary"] = clean(document.summary)
    source |= {name: list(getattr(document, name)) for name in fields.SEVERAL}
    for name in (*_DAYS, "due"):
        value = getattr(document, name)
        source[name] = value.isoformat() if value else None
    return json.dumps(source, ensure_ascii=False, separators=(",", ":"))


def read_source(stored: str | bytes) -> dict[str, Any]:
    """The fields of a hit as they were given, dates as dates."""
    source: dict[str, Any] = _UNTOLD | json.loads(stored)
    for name in _DAYS:
        source[name] = date.fromisoformat(source[name]) if source[name] else None
    if due := source["due"]:
        source["due"] = datetime.fromisoformat(due) if "T" in due else date.fromisoformat(due)
    source |= {name: tuple(source[name]) for name in fields.SEVERAL}
    return source

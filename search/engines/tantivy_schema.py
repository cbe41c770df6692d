"""The fields of the embedded index and how a document becomes one of its rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import tantivy

from search.analysis import cited_codes, clean, code_prefixes, fold_code, terms
from search.documents import NO, YES, Facet, IndexDocument, Sort

VERSION = 1
"""Raise it with any change of fields or analysis: an index of another version is made new."""

BLANKS = "blanks"
"""Name of the only tokenizer: the analysis is done before, see ``search.analysis``."""

WORDS = "words"  # title and text, folded
WORD_PAIRS = "word_pairs"
EXACT = "exact"  # title and text with accents
EXACT_PAIRS = "exact_pairs"
TITLE = "title"
TITLE_PAIRS = "title_pairs"
CITED = "cited"  # numbers and symbols named in title or text
ID, TOKEN = "id", "token"
CODE, CODE_PREFIX, SYMBOL = "code", "code_prefix", "symbol"
DAY, ISSUED, ARRIVED, DUE = "day", "issued", "arrived", "due"
TIE = "tie"
SOURCE, PAGES = "source", "pages"

SORT_KEYS = {Sort.DATE: "by_date", Sort.NUMBER: "by_number", Sort.DUE: "by_due"}
"""Integer fields, all sorted downwards and different in every document."""

NAMING_FIELDS = ("kind", "issuer", "signer", "recipients")
"""Fields whose words are also found as plain words, without naming the field."""

TEXT_FIELDS = (*(facet for facet in Facet if facet is not Facet.HAS_SIGNATURE), "recipients")
"""Fields with words of their own, for ``field:value``; ``words_in(name)`` is where they stand."""

_TIE_BITS = 36
_TIE_MASK = (1 << _TIE_BITS) - 1
_PAGE_BREAK = "\f"


def words_in(field: str) -> str:
    """The index field that holds the words of a document's field."""
    return f"words_in_{field}"


def build_schema() -> tantivy.Schema:
    """The fields; a change of them is a new ``VERSION``."""
    builder = tantivy.SchemaBuilder()
    for name in (WORDS, EXACT, TITLE, *map(words_in, TEXT_FIELDS)):
        builder.add_text_field(name, tokenizer_name=BLANKS, index_option="position")
    for name in (WORD_PAIRS, EXACT_PAIRS, TITLE_PAIRS):
        builder.add_text_field(name, tokenizer_name=BLANKS, index_option="freq")
    builder.add_text_field(CITED, tokenizer_name=BLANKS, index_option="basic")
    for name in (ID, TOKEN, CODE, CODE_PREFIX, SYMBOL):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for facet in Facet:
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (DAY, ISSUED, ARRIVED, DUE, TIE, *SORT_KEYS.values()):
        builder.add_integer_field(name, indexed=name != TIE, fast=True)
    for name in (SOURCE, PAGES):
        builder.add_bytes_field(name, stored=True, indexed=False)
    return builder.build()


def blank_tokenizer() -> tantivy.TextAnalyzer:
    """Splits at blanks, no more. Tokenizers are not saved with an index: register on each open."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def build_row(document: IndexDocument) -> tantivy.Document:
    """The row of one document."""
    row = tantivy.Document()
    row.add_text(ID, document.id)
    for token in set(document.tokens):
        row.add_text(TOKEN, token)
    field_words = _field_words(document)
    _add_content(row, document, field_words)
    _add_codes(row, document)
    _add_facets(row, document)
    for name, words in field_words.items():
        if folded := terms(words).folded:
            row.add_text(words_in(name), " ".join(folded))
    _add_days(row, document)
    row.add_bytes(SOURCE, _source(document))
    row.add_bytes(PAGES, _PAGE_BREAK.join(clean(page).replace(_PAGE_BREAK, "\n") for page in document.pages).encode())
    return row


def _add_content(row: tantivy.Document, document: IndexDocument, field_words: dict[str, str]) -> None:
    """Title, text and what names the document; a gap of position keeps phrases inside each."""
    title = terms(document.summary)
    row.add_text(TITLE, " ".join(title.folded))
    row.add_text(TITLE_PAIRS, " ".join(title.pairs))
    about = "\n".join([document.code, *(field_words[name] for name in NAMING_FIELDS)])
    for part in (title, terms("\n".join(document.pages)), terms(about)):
        if part.folded:
            row.add_text(WORDS, " ".join(part.folded))
            row.add_text(EXACT, " ".join(part.exact))
            row.add_text(WORD_PAIRS, " ".join(part.pairs))
            row.add_text(EXACT_PAIRS, " ".join(part.exact_pairs))
    row.add_text(CITED, " ".join({*cited_codes(document.summary), *cited_codes("\n".join(document.pages))}))


def _field_words(document: IndexDocument) -> dict[str, str]:
    """The words by which people know each field's value; a bare key of digits is not one."""
    words: dict[str, str] = {}
    for name in TEXT_FIELDS:
        value = "\n".join(document.recipients) if name == "recipients" else str(getattr(document, name) or "")
        label = document.labels.get(name, "")
        words[name] = label if label and value.isdigit() else f"{value} {label}"
    return words


def _add_codes(row: tantivy.Document, document: IndexDocument) -> None:
    if key := fold_code(document.code):
        row.add_text(CODE, key)
    beginnings = set(code_prefixes(document.code))
    beginnings.update(str(number) for number in (document.number, document.arrival_number) if number is not None)
    for beginning in beginnings:
        row.add_text(CODE_PREFIX, beginning)
    if symbol := fold_code(document.symbol):
        row.add_text(SYMBOL, symbol)


def _add_facets(row: tantivy.Document, document: IndexDocument) -> None:
    for facet in Facet:
        if facet is Facet.HAS_SIGNATURE:
            row.add_text(facet, YES if document.has_signature else NO)
        elif value := getattr(document, facet):
            row.add_text(facet, str(value))


def _add_days(row: tantivy.Document, document: IndexDocument) -> None:
    for name, day in ((ISSUED, document.issued_on), (ARRIVED, document.arrived_on)):
        if day:
            row.add_integer(name, day.toordinal())
            row.add_integer(DAY, day.toordinal())
    if document.due:
        row.add_integer(DUE, document.due.toordinal())
    tie = tie_break(document.id)
    row.add_integer(TIE, tie)
    row.add_integer(SORT_KEYS[Sort.DATE], ((document.day.toordinal() if document.day else 0) << _TIE_BITS) + tie)
    row.add_integer(SORT_KEYS[Sort.NUMBER], (_number_rank(document) << _TIE_BITS) + tie)
    row.add_integer(SORT_KEYS[Sort.DUE], (-_due_minutes(document.due) << _TIE_BITS) + tie)


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


def _source(document: IndexDocument) -> bytes:
    """What a hit shows, as JSON."""
    source: dict[str, Any] = {
        "id": document.id,
        "code": document.code,
        "number": document.number,
        "symbol": document.symbol,
        "arrival_number": document.arrival_number,
        "summary": clean(document.summary),
        "signer": document.signer,
        "recipients": list(document.recipients),
        "has_signature": document.has_signature,
        "year": document.year,
    }
    for name in ("direction", "kind", "issuer", "unit", "book", "case_file", "state"):
        source[name] = getattr(document, name)
    for name in ("issued_on", "arrived_on", "due"):
        value = getattr(document, name)
        source[name] = value.isoformat() if value else None
    return json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode()


def read_source(row: tantivy.Document) -> dict[str, Any]:
    """The fields of a hit as they were given, dates as dates."""
    stored: bytes = row.get_first(SOURCE)  # type: ignore[assignment]
    source: dict[str, Any] = json.loads(stored)
    for name in ("issued_on", "arrived_on"):
        source[name] = date.fromisoformat(source[name]) if source[name] else None
    if source["due"]:
        due = source["due"]
        source["due"] = datetime.fromisoformat(due) if "T" in due else date.fromisoformat(due)
    return source


def read_pages(row: tantivy.Document) -> list[str]:
    """The cleaned text, page by page."""
    stored: bytes = row.get_first(PAGES) or b""
    return stored.decode().split(_PAGE_BREAK) if stored else []

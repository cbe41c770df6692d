"""The fields of the embedded index and how a document's row becomes one of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import tantivy

from search import fields
from search.indexing import Row, read_source
from search.view import Stored

BLANKS = "blanks"
"""Name of the only tokenizer: the analysis is done before, see ``search.analysis``."""
META = "meta.json"
"""Where tantivy writes each commit of an index, and its fields."""
_PAGE_BREAK = "\f"


def build_schema() -> tantivy.Schema:
    """The fields; a change of them is a new ``fields.VERSION``."""
    builder = tantivy.SchemaBuilder()
    for names, option in (
        (fields.POSITION_FIELDS, "position"),
        (fields.FREQUENCY_FIELDS, "freq"),
        (fields.TERM_FIELDS, "basic"),
    ):
        for name in names:
            builder.add_text_field(name, tokenizer_name=BLANKS, index_option=option)
    for name in fields.KEY_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name == fields.ID)
    for name in fields.FACET_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in fields.NUMBER_FIELDS:
        builder.add_integer_field(name, indexed=name not in (fields.TIE, fields.DIGEST), fast=True)
    for name in (fields.SOURCE, fields.PAGES):
        builder.add_bytes_field(name, stored=True, indexed=False)
    return builder.build()


def kept_in(meta_file: Path) -> dict[str, Any]:
    """How an index keeps each of its fields, as tantivy writes it down. Raises OSError, ValueError, KeyError."""
    return {one.pop("name"): one for one in json.loads(meta_file.read_text())["schema"]}


def kept_now() -> dict[str, Any]:
    """The same of an index that is made now."""
    with tempfile.TemporaryDirectory() as folder:
        tantivy.Index(build_schema(), folder)
        return kept_in(Path(folder) / META)


INDEX_OPTIONS = (
    dict.fromkeys(fields.POSITION_FIELDS, "position")
    | dict.fromkeys(fields.FREQUENCY_FIELDS, "freq")
    | dict.fromkeys((*fields.TERM_FIELDS, *fields.KEY_FIELDS, *fields.FACET_FIELDS), "basic")
)
"""What is kept of each term; a query must name it."""


def blank_tokenizer() -> tantivy.TextAnalyzer:
    """Splits at blanks, no more. Tokenizers are not saved with an index: register on each open."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def as_document(row: Row, missing: Collection[str] = ()) -> tantivy.Document:
    """The row as the engine takes it, without the fields that an older index lacks."""
    made = tantivy.Document()
    for places in (row.texts, row.keys):
        for name, values in places.items():
            for value in values if name not in missing else ():
                made.add_text(name, value)
    for name, numbers in row.numbers.items():
        for number in numbers:
            made.add_integer(name, number)
    made.add_bytes(fields.SOURCE, row.source.encode())
    made.add_bytes(fields.PAGES, _PAGE_BREAK.join(page.replace(_PAGE_BREAK, "\n") for page in row.pages).encode())
    return made


def read_stored(document: tantivy.Document, *, pages: bool = True) -> Stored:
    """What is shown of a document found."""
    source: bytes = document.get_first(fields.SOURCE)  # type: ignore[assignment]
    text: bytes = document.get_first(fields.PAGES) if pages else b""  # type: ignore[assignment]
    return Stored(read_source(source), text.decode().split(_PAGE_BREAK) if text else [])

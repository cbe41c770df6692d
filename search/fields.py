"""The fields of an index, the same in every engine. A change here, or of the analysis, is a new ``VERSION``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.documents import Facet, Sort

VERSION = 4
"""Of fields and analysis. An index of another version is replaced by a new one that is filled beside it."""
OLDEST_READ = 3
"""The oldest version that still answers meanwhile. Raise it to ``VERSION`` when words become other terms than before:
what is typed would not be found in an older index. Other fields need not: see ``missing_in``."""

WORDS = "words"  # title, text and what names the document, folded
WORD_PAIRS = "word_pairs"
EXACT = "exact"  # the same with accents
EXACT_PAIRS = "exact_pairs"
TITLE = "title"
TITLE_PAIRS = "title_pairs"
CITED = "cited"  # numbers and symbols named in title or text
ID, TOKEN = "id", "token"
GONE = "gone"  # set in what stands for a document deleted while the index is being filled anew
CODE, CODE_PREFIX, SYMBOL = "code", "code_prefix", "symbol"
DAY, ISSUED, ARRIVED, DUE = "day", "issued", "arrived", "due"
TIE, DIGEST = "tie", "digest"
SOURCE, PAGES = "source", "pages"  # what a hit shows; not searched

SORT_KEYS = {Sort.DATE: "by_date", Sort.NUMBER: "by_number", Sort.DUE: "by_due"}
"""Integer fields, all sorted downwards and different in every document."""

NAMING_FIELDS = ("kind", "issuer", "signer", "recipients", "field")
"""Fields whose words are also found as plain words, without naming the field."""

TEXT_FIELDS = (*(facet.value for facet in Facet if facet is not Facet.HAS_SIGNATURE), "recipients")
"""Fields with words of their own, for ``field:value``; ``words_in(name)`` is where they stand."""


def words_in(field: str) -> str:
    """The index field that holds the words of a document's field."""
    return f"words_in_{field}"


POSITION_FIELDS = (WORDS, EXACT, TITLE, *map(words_in, TEXT_FIELDS))
"""Terms separated by blanks, with positions: phrases can be asked for."""
FREQUENCY_FIELDS = (WORD_PAIRS, EXACT_PAIRS, TITLE_PAIRS)
"""Terms separated by blanks, counted."""
TERM_FIELDS = (CITED,)
"""Terms separated by blanks, there or not."""
KEY_FIELDS = (ID, TOKEN, CODE, CODE_PREFIX, SYMBOL, GONE)
"""Whole values."""
NAMED_VALUES = ("direction", "kind", "issuer", "unit", "book", "field", "state")
"""Values of a document that are texts and can be counted."""
SEVERAL = ("case_file", "recipients")
"""Fields of which a document has several values."""
FACET_FIELDS = tuple(facet.value for facet in Facet)
"""Whole values that can be counted."""
NUMBER_FIELDS = (DAY, ISSUED, ARRIVED, DUE, TIE, DIGEST, *SORT_KEYS.values())
"""Integers; days are counted from the year 1."""
OPTIONAL_FIELDS = frozenset((*FACET_FIELDS, *map(words_in, TEXT_FIELDS)))
"""An older index may lack some of these; nothing is found in them until the new one is full."""


def missing_in(older: int, its: Mapping[str, Any], ours: Mapping[str, Any]) -> frozenset[str] | None:
    """The fields that an index of an ``older`` version lacks; ``None`` when it cannot be asked with today's queries.

    ``its`` and ``ours`` give for each field how the engine keeps it.
    """
    missing = ours.keys() - its.keys()
    alike = all(its[name] == kept for name, kept in ours.items() if name not in missing)
    readable = OLDEST_READ <= older < VERSION and alike and missing <= OPTIONAL_FIELDS
    return frozenset(missing) if readable else None

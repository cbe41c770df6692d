"""What the indexes in Elasticsearch look like: settings and mapping, made from the fields every engine has.

All analysis is done before (``search.analysis``): texts arrive as terms separated by blanks, so every Elasticsearch
from 9 on serves, without plug-ins, and finds the same as the embedded engine. Pairs of neighbours alone are made
there, from the same terms.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from search import fields
from search.indexing import Row

K1, B = 1.2, 0.75
"""Of BM25; those of the embedded engine."""
PHRASE_GAP = 100
_USUAL = {"index_options": "positions", "position_increment_gap": 100, "index": True}
"""What Elasticsearch does not tell of a field, because it is so anyway."""
ANSWERING = {"refresh_interval": "1s", "auto_expand_replicas": "0-1"}
"""One's own change is refreshed at once; others see it after a second at the latest."""
WHILE_FILLED = {"refresh_interval": "-1", "auto_expand_replicas": "false", "number_of_replicas": 0}
"""Nobody asks an index that is being filled, and it is copied once, when it is full: half the work."""

_TEXT = {"type": "text", "analyzer": "whitespace", "position_increment_gap": PHRASE_GAP}
_PAIRED = {fields.WORDS: fields.WORD_PAIRS, fields.EXACT: fields.EXACT_PAIRS, fields.TITLE: fields.TITLE_PAIRS}
PATHS = {pairs: f"{words}.pairs" for words, pairs in _PAIRED.items()}
"""Where a field stands when not under its own name."""


def mapping() -> dict[str, Any]:
    """Every field by name and nothing else; what hits show is kept, not searched."""
    properties: dict[str, Any] = {}
    for names, options in ((fields.POSITION_FIELDS, "positions"), (fields.TERM_FIELDS, "docs")):
        properties |= {name: _TEXT | {"index_options": options} for name in names}
    for name in _PAIRED:
        properties[name]["fields"] = {"pairs": {"type": "text", "analyzer": "pairs", "index_options": "freqs"}}
    unsorted = {"type": "keyword", "doc_values": False}
    properties |= {name: {"type": "keyword"} if name == fields.ID else unsorted for name in fields.KEY_FIELDS}
    properties |= {name: {"type": "keyword"} for name in fields.FACET_FIELDS}
    for name in fields.NUMBER_FIELDS:
        properties[name] = {"type": "long", "index": name not in (fields.TIE, fields.DIGEST)}
    properties |= {name: {"type": "object", "enabled": False} for name in (fields.SOURCE, fields.PAGES)}
    return {
        "dynamic": "strict",
        "_source": {"includes": [fields.SOURCE, fields.PAGES]},
        "properties": properties,
        "_meta": {"complete": False, "mark": ""},
    }


def settings(shards: int) -> dict[str, Any]:
    """Of an index that answers; its number of shards stays as it was made."""
    return {
        "number_of_shards": shards,
        **ANSWERING,
        "analysis": {
            "analyzer": {"pairs": {"tokenizer": "standard", "filter": ["pairs"]}},
            "filter": {
                "pairs": {
                    "type": "shingle",
                    "min_shingle_size": 2,
                    "max_shingle_size": 2,
                    "output_unigrams": False,
                    "token_separator": "_",
                }
            },
        },
        "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
    }


def kept_in(properties: Mapping[str, Any]) -> dict[str, Any]:
    """How an index keeps each of its fields, as Elasticsearch tells it."""
    return {
        name: {key: value for key, value in one.items() if (key, value) not in _USUAL.items()}
        for name, one in properties.items()
    }


def body(row: Row, missing: Collection[str] = ()) -> str:
    """The row as Elasticsearch takes it, as JSON, without the fields that an older index lacks."""
    left_out = {*PATHS, *missing}
    made = {
        **{name: values for part in (row.texts, row.keys) for name, values in part.items() if name not in left_out},
        **row.numbers,
        fields.SOURCE: {"json": row.source},
        fields.PAGES: {"pages": row.pages},
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))

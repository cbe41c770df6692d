"""What the indexes in Elasticsearch look like: settings and mapping, made from the fields every engine has.

All analysis is done before (``search.analysis``): texts arrive as terms separated by blanks, so every Elasticsearch
from 9 on serves, without plug-ins, and finds the same as the embedded engine. Pairs of neighbours alone are made
there, from the same terms.
"""

from __future__ import annotations

import json
from typing import Any

from search import fields
from search.indexing import Row

K1, B = 1.2, 0.75
"""Of BM25; those of the embedded engine."""
PHRASE_GAP = 100
REFRESH = "1s"

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
    """One's own change is refreshed at once; others see it after a second at the latest."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": REFRESH,
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


def body(row: Row) -> str:
    """The row as Elasticsearch takes it, as JSON."""
    made = {
        **{name: values for name, values in row.texts.items() if name not in PATHS},
        **row.keys,
        **row.numbers,
        fields.SOURCE: {"json": row.source},
        fields.PAGES: {"pages": row.pages},
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))

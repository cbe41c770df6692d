"""How good results are: ``python -m bench.search_quality --corpus corpus.jsonl --queries queries.tsv --out run.txt``.

Reads any corpus (one JSON object ``{"id", "title", "text"}`` a line) and any queries (``id<TAB>text`` a line), indexes
and asks them as the product does, and writes a TREC run file (``qid Q0 docid rank score tag``) with 20 hits a query.

With ``--judgements`` (``qid 0 docid relevance`` a line) it prints MRR@10 and recall@10; with ``--without-accents`` the
queries are asked as someone types who leaves the accents out. ``python -m bench.quality_corpus FOLDER`` makes a corpus
with queries and judgements of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.report import p95
from search import Engine, IndexDocument, open_engine
from search.analysis import clean, fold

HITS, JUDGED = 20, 10
BATCH, BATCH_CHARACTERS = 1_000, 8_000_000
READER = "r:everyone"


def read_corpus(path: Path) -> Iterator[tuple[str, str, str]]:
    """Id, title and text of each line; an id is kept to the letter."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                one = json.loads(line)
                yield str(one["id"]), str(one.get("title") or ""), str(one.get("text") or "")
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise SystemExit(f"{path}, line {number}: not a document with an id ({error!r})") from error


def read_queries(path: Path) -> Iterator[tuple[str, str]]:
    """Id and text of each line."""
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for line in lines:
            identifier, tab, text = line.rstrip("\r\n").partition("\t")
            if tab:
                yield identifier, text


def index_all(engine: Engine, corpus: Iterable[tuple[str, str, str]]) -> list[str]:
    """Index everything; returns the ids in order. In the index a document is known by its place in the corpus.

    So the order of equal scores is the corpus's own, and an id may be any text. Of lines with one id the last counts.
    """
    ids: list[str] = []
    place: dict[str, int] = {}
    batch: list[IndexDocument] = []
    held = 0
    for identifier, title, text in corpus:
        number = place.setdefault(identifier, len(ids))
        if number == len(ids):
            ids.append(identifier)
        batch.append(IndexDocument(id=str(number), summary=title, pages=[text], tokens=(READER,)))
        held += len(title) + len(text)
        if len(batch) >= BATCH or held >= BATCH_CHARACTERS:
            engine.index(batch)
            batch, held = [], 0
    engine.index(batch)
    return ids


def ask(engine: Engine, ids: list[str], text: str) -> list[tuple[str, float]]:
    """The best hits with scores that fall strictly, so that whoever sorts by score keeps the order."""
    ranked: list[tuple[str, float]] = []
    if not text.strip():
        return ranked
    for hit in engine.search(text, {READER}, limit=HITS).hits:
        score = round(hit.score, 6)
        if ranked and score >= ranked[-1][1]:
            score = round(ranked[-1][1] - 0.000001, 6)
        ranked.append((ids[int(hit.id)], score))
    return ranked


def read_judgements(path: Path) -> dict[str, set[str]]:
    """Query → the documents that answer it."""
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, document, grade = line.split()
        if int(grade) > 0:
            relevant[query].add(document)
    return relevant


def figures(run: dict[str, list[str]], relevant: dict[str, set[str]]) -> tuple[float, float, int]:
    """MRR@10 and recall@10 over the judged queries, and how many those are."""
    ranks, recalls = [], []
    for query, wanted in relevant.items():
        best = run.get(query, [])[:JUDGED]
        ranks.append(next((1 / rank for rank, one in enumerate(best, 1) if one in wanted), 0.0))
        recalls.append(len(wanted.intersection(best)) / len(wanted))
    return sum(ranks) / len(ranks), sum(recalls) / len(recalls), len(ranks)


@contextmanager
def opened(engine: str, url: str) -> Iterator[Engine]:
    """An empty engine, gone afterwards."""
    if engine == "tantivy":
        with tempfile.TemporaryDirectory(prefix="bench-quality-") as folder:
            yield open_engine(folder)
    else:
        from tests.elasticsearch.server import own_index

        with own_index(url) as found:
            yield found


def main() -> None:
    """Read the command line, index, ask, write the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch"), default="tantivy")
    parser.add_argument("--url", default="", help="of an Elasticsearch; without it one is started (docs/search.md)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judgements", type=Path)
    parser.add_argument("--without-accents", action="store_true")
    arguments = parser.parse_args()
    with opened(arguments.engine, arguments.url) as engine:
        start = time.perf_counter()
        ids = index_all(engine, read_corpus(arguments.corpus))
        taken = time.perf_counter() - start
        print(f"indexed {len(ids)} documents in {taken:.1f} s", file=sys.stderr)
        run: dict[str, list[str]] = {}
        seconds: list[float] = []
        with arguments.out.open("w", encoding="utf-8") as out:
            for query, text in read_queries(arguments.queries):
                start = time.perf_counter()
                hits = ask(engine, ids, fold(clean(text)) if arguments.without_accents else text)
                seconds.append(time.perf_counter() - start)
                run[query] = [document for document, _ in hits]
                for rank, (document, score) in enumerate(hits, 1):
                    out.write(f"{query} Q0 {document} {rank} {score:.6f} edocs-{arguments.engine}\n")
    if seconds:
        middle = sorted(seconds)[len(seconds) // 2]
        print(f"{len(seconds)} queries, p50 {1000 * middle:.1f} ms, p95 {1000 * p95(seconds):.1f} ms", file=sys.stderr)
    if arguments.judgements:
        mrr, recall, count = figures(run, read_judgements(arguments.judgements))
        print(f"{count} judged queries: MRR@{JUDGED} {mrr:.3f}, recall@{JUDGED} {recall:.3f}")


if __name__ == "__main__":
    main()

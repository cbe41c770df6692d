"""How fast search answers: ``python -m bench.search --documents 100000 --engine elasticsearch``.

Makes a corpus of administrative Vietnamese (the same for the same seed), indexes it anew as ``manage.py
search_rebuild`` does, and asks as an ordinary person with 20 access tokens: rights, three facets, 25 highlighted hits.
Prints rates, sizes and the 50th and 95th percentile in milliseconds for each kind of query, and the longest time
that bad input takes. With ``--folder`` the index is kept and taken up again, also one that is filled in part;
``--rounds 0`` fills and asks nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from bench.report import Figure, keep, median, p95
from bench.search_corpus import GROUPS, PERSON_TOKENS, Corpus
from search import Engine, Facet, Sort, open_engine
from search.analysis import clean, fold

PART = "Search"
HOSTILE = (
    "a" * 10_000,
    "văn bản " * 1_250,
    "1 " * 5_000,
    '"' * 10_000,
    "a:" * 5_000,
    "a b c: " * 1_400,
    "( AND OR NOT && || ! + - ~ ^",
    '"quản lý',
    "*",
    "văn*",
    "\x00",
    "😀 công 👨‍👩‍👧 văn",
    "'; DROP TABLE documents; --",
    "title:[a TO z] AND body:{* TO *}",
    " ".join(f"xq{chr(97 + at % 26)}z{chr(97 + at // 26)}" for at in range(60)),
)


def kinds_of_query(corpus: Corpus, documents: int) -> dict[str, Callable[[], str]]:
    """One maker for each kind; half of what they make is typed without accents."""
    chance = random.Random(7)

    def typed(text: str) -> str:
        return fold(clean(text)) if chance.random() < 0.5 else text

    def compounds(count: int) -> str:
        return typed(" ".join(chance.sample(corpus.compounds, count)))

    return {
        "one word (2 syllables)": lambda: compounds(1),
        "three words": lambda: compounds(3),
        "a person's name": lambda: typed(corpus.name()),
        "a question of 12 words": lambda: typed(corpus.sentence(8)),
        "phrase": lambda: f'"{compounds(1)}"',
        "number and symbol": lambda: f"{chance.randint(1, min(5000, documents))} qd ubnd",
        "field and word": lambda: f"loại:qđ {compounds(1)}",
        "misspelled": lambda: compounds(2).replace("n", "m", 1) + "q",
    }


def percentiles(samples: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(samples)
    return f"{1000 * ordered[len(ordered) // 2]:7.1f} {1000 * ordered[int(len(ordered) * 0.95)]:7.1f}"


def measure(ask: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each of so many calls."""
    samples = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        samples.append(time.perf_counter() - start)
    return samples


def fill(engine: Engine, corpus: Corpus, documents: int, batch: int) -> None:
    """Index everything anew, or go on where it was stopped; report documents a second."""
    if engine.count() < documents:
        done = int(engine.begin_rebuild() or 0)
        made = corpus.documents(documents, done + 1)
        number, taken = done, 0.0
        while part := list(islice(made, batch)):
            number += len(part)
            start = time.perf_counter()
            engine.rebuild(part, str(number))
            taken += time.perf_counter() - start
            if number % (100 * batch) == 0:
                print(f"{number:,} documents, {(number - done) / taken:.0f} a second", flush=True)
        start = time.perf_counter()
        engine.commit_rebuild()
        taken += time.perf_counter() - start
        rate = (documents - done) / taken
        keep(Figure(PART, "indexed anew, metadata and 2 KB of text", rate, "/s", 1000, True, f"in batches of {batch}"))
    one = list(islice(Corpus(99).documents(1), 1))
    alone = measure(lambda: engine.index(one), 20)
    beside = f"p95 {1000 * p95(alone):.0f} ms"
    keep(Figure(PART, "one document until it is found", 1000 * median(alone), "ms", beside=beside))


def person(chance: random.Random) -> set[str]:
    """The tokens of somebody."""
    groups = {f"g:{min(int(chance.expovariate(1 / 60)), GROUPS)}" for _ in range(PERSON_TOKENS - 1)}
    return {f"u:{chance.randint(1, 500)}", *groups}


def ask_all(engine: Engine, corpus: Corpus, documents: int, rounds: int) -> None:
    """Every kind of query, with rights, facets and highlights."""
    chance = random.Random(11)
    facets = [Facet.KIND, Facet.ISSUER, Facet.YEAR]
    print(f"everything one person may read: {engine.search('', person(chance)).total} (capped at 10,000)")
    print(f"{'milliseconds':34} {'p50':>7} {'p95':>7}")
    together: list[float] = []
    kinds = kinds_of_query(corpus, documents)
    for make in kinds.values():
        engine.search(make(), person(chance), facets=facets)  # files and connections are met for the first time
    for name, make in kinds.items():
        samples = measure(lambda: engine.search(make(), person(chance), facets=facets), rounds)  # noqa: B023
        together += samples
        print(f"{name:34} {percentiles(samples)}")
    for_many = documents > 100_000
    keep(Figure(PART, f"any query, {documents:,} documents, p50", 1000 * median(together), "ms", 0 if for_many else 60))
    keep(Figure(PART, f"any query, {documents:,} documents, p95", 1000 * p95(together), "ms", 200 if for_many else 120))
    words = kinds["three words"]
    newest = measure(lambda: engine.search(words(), person(chance), facets=facets, sort=Sort.DATE), rounds)
    print(f"{'three words, newest first':34} {percentiles(newest)}")
    everything = measure(lambda: engine.search("", person(chance), facets=facets), rounds)
    print(f"{'everything readable, newest first':34} {percentiles(everything)}")
    some = [hit.id for hit in engine.search("", person(chance), limit=100).hits]
    alike = measure(lambda: engine.more_like_this(chance.choice(some), person(chance)), rounds)
    print(f"{'similar documents':34} {percentiles(alike)}")
    beginnings = measure(lambda: engine.suggest(words()[: chance.randint(3, 12)], person(chance)), 2 * rounds)
    middle = f"p50 {1000 * median(beginnings):.1f} ms"
    keep(Figure(PART, f"suggestions, {documents:,} documents, p95", 1000 * p95(beginnings), "ms", 20, beside=middle))
    worst = [max(measure(lambda: engine.search(typed, person(chance), facets=facets), 3)) for typed in HOSTILE]  # noqa: B023
    typed = ascii(HOSTILE[worst.index(max(worst))][:12])
    keep(Figure(PART, "bad input, the slowest", 1000 * max(worst), "ms", 200, beside=f"{typed}…"))


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[tuple[Engine, Callable[[], int]]]:
    """The engine to measure, and what its index takes in bytes."""
    if arguments.engine == "elasticsearch":
        os.environ.setdefault("EDOCS_TEST_ELASTICSEARCH_HEAP", arguments.heap)
        from search.engines.elasticsearch import ElasticsearchEngine
        from tests.elasticsearch.server import kept_index, own_index

        with kept_index(arguments.folder) if arguments.folder else own_index(arguments.url) as engine:
            assert isinstance(engine, ElasticsearchEngine)
            yield engine, engine.size_in_bytes
        return
    with tempfile.TemporaryDirectory(prefix="bench-search-") as name:
        folder = arguments.folder or Path(name)
        files = folder.rglob
        yield open_engine(folder), lambda: sum(file.stat().st_size for file in files("*") if file.is_file())


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=200, help="queries of each kind")
    parser.add_argument("--heap", default="2g", help="of an Elasticsearch that is started for this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch"), default="tantivy")
    parser.add_argument("--url", default="", help="of an Elasticsearch; without it one is started (docs/search.md)")
    parser.add_argument("--folder", type=Path, help="keep the index here")
    arguments = parser.parse_args()
    corpus = Corpus(arguments.seed)
    with opened(arguments) as (engine, size):
        fill(engine, corpus, arguments.documents, arguments.batch)
        beside = f"{size() / 1e6:.0f} MB"
        keep(Figure(PART, "index, a document", size() / arguments.documents, "bytes", beside=beside))
        if arguments.rounds:
            ask_all(engine, corpus, arguments.documents, arguments.rounds)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

"""The search page as a person waits for it: ``python -m bench.search_page --documents 100000``.

An office with so many documents, each with metadata of its own and 2 KB of text in the embedded index; Django's test
client in production's settings asks for the page with all its facets and 20 marked results, as somebody who reads
everything (the clerk) and as an officer. Prints the time in the server, and what of it the engine took.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from bench import office
from bench.lists import OFFICER, Visitor
from bench.report import Figure, keep, median, p95
from bench.search import kinds_of_query
from bench.search_corpus import Corpus

PART = "Search page"
CLERK = "vanthu"
TOGETHER = 500
TEXTS = 20_000  # different pages of text; each document has two of them
PERSONS = {CLERK: "clerk (reads everything)", OFFICER: "officer"}


def index(corpus: Corpus) -> None:
    """Every document with two pages of text that are in no file; goes on where it was stopped."""
    from edocs.documents.index_rows import as_index_documents
    from edocs.documents.indexing import engine
    from edocs.documents.models import Document

    if engine().count() >= Document.objects.count():
        return
    begun, done = time.perf_counter(), 0
    texts, chance = [corpus.page() for _ in range(TEXTS)], random.Random(3)
    last = int(engine().begin_rebuild() or 0)
    while numbers := list(Document.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:TOGETHER]):
        documents = [replace(one, pages=chance.choices(texts, k=2)) for one in as_index_documents(numbers)]
        last, done = numbers[-1], done + engine().rebuild(documents, str(numbers[-1]))
    engine().commit_rebuild()
    rate = done / (time.perf_counter() - begun)
    keep(Figure(PART, "read from the database and indexed anew", rate, "/s", beside=f"{done:,} documents, one process"))


class Waiting:
    """What requests of one person cost in the server in milliseconds, and what the engine takes of it."""

    def __init__(self, username: str) -> None:
        self.visitor = Visitor(username)
        self.whole: list[float] = []
        self.engine: list[float] = []

    def ask(self, addresses: Sequence[str]) -> None:
        """One request after the other."""
        for address in addresses:
            self.engine.append(0)
            begun = time.perf_counter()
            self.visitor.get(address)
            self.whole.append((time.perf_counter() - begun) * 1000)

    def watched(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        """The engine's own method, with its time noted."""

        def timed(*given: Any, **options: Any) -> Any:
            begun = time.perf_counter()
            try:
                return ask(*given, **options)
            finally:
                self.engine[-1] += (time.perf_counter() - begun) * 1000

        return timed


def measure(corpus: Corpus, documents: int, rounds: int) -> None:
    """Every kind of query as each person, then beginnings of words."""
    from unittest import mock

    from django.urls import reverse

    from edocs.documents.indexing import engine

    kinds = kinds_of_query(corpus, documents)
    chance = random.Random(5)
    for username, who in PERSONS.items():
        typed = [make() for make in kinds.values() for _ in range(rounds)]
        begun = [kinds["three words"]()[: chance.randint(3, 12)] for _ in typed]
        for name, method, addresses, goals in (
            (
                "any query",
                "search",
                [f"{reverse('search')}?{urlencode({'q': q, 'stay': 1})}" for q in typed],
                (60, 120),
            ),
            ("suggestions", "suggest", [f"{reverse('search_suggest')}?{urlencode({'q': q})}" for q in begun], (0, 0)),
        ):
            Waiting(username).ask(addresses[:: len(addresses) // 10])  # files and templates are met for the first time
            waited = Waiting(username)
            with mock.patch.object(engine(), method, waited.watched(getattr(engine(), method))):
                waited.ask(addresses)
            for which, of, goal in (("p50", median, goals[0]), ("p95", p95, goals[1])):
                beside = f"of it the engine {of(waited.engine):.1f} ms"
                keep(Figure(PART, f"{name}, {who}, {which}", of(waited.whole), "ms", goal, beside=beside))


def main() -> None:
    """Read the command line, make the office and its index, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    office.add_arguments(parser, documents=100_000)
    parser.add_argument("--rounds", type=int, default=40, help="requests of each kind of query; 0 prepares alone")
    arguments = parser.parse_args()
    with office.office(arguments):
        corpus = Corpus(1)
        index(corpus)
        if arguments.rounds:
            measure(corpus, arguments.documents, arguments.rounds)


if __name__ == "__main__":
    main()

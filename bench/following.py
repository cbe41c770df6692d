"""How soon the index follows: ``python -m bench.following --documents 20000 --engine elasticsearch``.

With the workers that ``manage.py serve`` starts: from the answer to whoever changed something until the index holds
it (a registration, an instruction, a right granted or withdrawn, a recall), and from registering a file until a word of
its text is found. Once while nothing else is to be done, and once while a hundred dropped files wait to be read.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import office
from bench.registering import letter, until
from bench.report import Figure, keep, median

PART = "The index follows"
GOAL_FOLLOWED_S, GOAL_FOUND_S = 2, 5
WAITING_FILES = 100
SYLLABLES = ("ba", "co", "du", "ge", "hi", "ka", "lo", "mu", "ne", "pi")


class Desk:
    """People who change something, and what each then waits for."""

    def __init__(self) -> None:
        from edocs.office.models import Correspondent, DocumentKind, Person

        self.clerk = Person.objects.get(username="vanthu")
        officers = Person.objects.filter(role_grants__role="officer", is_active=True).exclude(pk=self.clerk.pk)
        self.officer, self.reader = officers.order_by("pk").distinct()[:2]
        self.kind = DocumentKind.objects.get(name="Công văn")
        self.issuer = Correspondent.objects.order_by("id").first()
        self._numbers = itertools.count(int(time.time()) % 10**7 * 1000)

    def word(self) -> str:
        """A word that no document holds, and that is no slip of another."""
        return "".join(SYLLABLES[int(digit)] for digit in str(next(self._numbers)))

    def register(self, word: str, files: list[Any] | None = None) -> Any:
        """A letter that came in, by the service."""
        from edocs import clock
        from edocs.documents.services.registering import IncomingFields, register_incoming

        fields = IncomingFields(
            kind=self.kind,
            issuer=self.issuer,
            issuer_name="",
            number=str(next(self._numbers)),
            symbol="UBND-VP",
            issued_on=clock.today(),
            summary=f"V/v báo cáo kết quả {word}",
        )
        return register_incoming(fields=fields, files=files or [], by=self.clerk)

    def register_with_file(self, word: str) -> Any:
        """The same with a letter whose text holds the word, and nothing else does."""
        from edocs.documents.services.registering import GivenFile
        from edocs.documents.storage import keep as store

        return self.register("", [GivenFile(blob=store([letter(word)], "application/pdf"), name="den.pdf")])


def rounds_of(desk: Desk, rounds: int) -> dict[str, list[float]]:
    """Seconds from each kind of change until the index holds it."""
    from edocs.documents.services.linking import share_document, unshare_document
    from edocs.office.queries import tokens_of
    from edocs.workflow.services.assignments import recall_assignment
    from edocs.workflow.services.handling import assign_directly

    clerk, officer, reader = tokens_of(desk.clerk), tokens_of(desk.officer), tokens_of(desk.reader)
    found: dict[str, list[float]] = {}

    def wait(name: str, true: Callable[[], bool]) -> None:
        found.setdefault(name, []).append(until(true, name))

    for _round in range(rounds):
        word, told, text = desk.word(), desk.word(), desk.word()
        document = desk.register(word)
        wait("a document registered", lambda: sees(clerk, word, document))  # noqa: B023
        share_document(document=document, person=desk.reader, by=desk.clerk)
        wait("a right granted", lambda: sees(reader, word, document))  # noqa: B023
        unshare_document(document=document, person=desk.reader, by=desk.clerk)
        wait("a right withdrawn", lambda: not sees(reader, word, document))  # noqa: B023
        given = assign_directly(document=document, by=desk.clerk, text=f"Theo quy chế {told}", lead=desk.officer)
        wait("an instruction given", lambda: sees(officer, told, document))  # noqa: B023
        recall_assignment(assignment=given.assignments.get(), by=desk.clerk)
        wait("work recalled", lambda: not sees(officer, word, document))  # noqa: B023
        filed = desk.register_with_file(text)
        wait("a file registered", lambda: sees(clerk, text, filed))  # noqa: B023
    return found


def sees(tokens: Any, word: str, document: Any) -> bool:
    """Whether the index itself shows the document to these tokens (what the database lets through is not asked)."""
    from edocs.documents.indexing import engine

    return any(hit.id == str(document.pk) for hit in engine().search(word, tokens).hits)


def tell(found: dict[str, list[float]], beside: str) -> None:
    """A line for each kind of change."""
    for name, seconds in found.items():
        goal = GOAL_FOUND_S if name == "a file registered" else GOAL_FOLLOWED_S
        worst = max(seconds)
        keep(Figure(PART, f"{name}, {beside}", worst, "s", goal, beside=f"the slowest; median {median(seconds):.2f} s"))


class Pile(threading.Thread):
    """Files dropped one after the other, so that there are always about a hundred waiting to be read."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        super().__init__(daemon=True)
        self._desk, self._folder = desk, folder
        self.fewest, self._ended, self.full = WAITING_FILES, threading.Event(), threading.Event()

    def run(self) -> None:
        from django.db import connection

        from edocs.intake.services.arrivals import accept_upload

        number = 0
        while not self._ended.is_set():
            waiting = self.waiting()
            if self.full.is_set():
                self.fewest = min(self.fewest, waiting)
            if waiting >= WAITING_FILES:
                self.full.set()
                self._ended.wait(0.1)
                continue
            number += 1
            path = self._folder / f"{number}.pdf"
            path.write_bytes(letter(f"chờ {number}"))
            accept_upload(path=path, name=path.name, by=self._desk.clerk)
        connection.close()

    @staticmethod
    def waiting() -> int:
        """Files that were dropped and not read yet."""
        from edocs.intake.models import Arrival, ArrivalState

        return Arrival.objects.filter(state=ArrivalState.READING).count()

    def end(self) -> None:
        self._ended.set()
        self.join()


@contextmanager
def workers() -> Iterator[None]:
    """The two workers of ``manage.py serve``; ready when each has shown a sign of life."""
    from django.conf import settings
    from django.utils import timezone

    from edocs.jobs.lanes import Lane
    from edocs.jobs.queries import signs_of_life
    from edocs.web.management.commands.serve import Command

    begun, serve = timezone.now(), Command()
    commands = (
        serve._worker(Lane.NOW, Lane.INDEX, plans=True),
        [*serve._less_urgent(), *serve._worker(Lane.READ, Lane.LATER)],
    )
    running = [
        subprocess.Popen(one, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for one in commands
    ]
    try:
        for lane in (Lane.NOW, Lane.READ):
            until(lambda: (seen := signs_of_life().get(lane)) is not None and seen > begun, "the workers")  # noqa: B023
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


@contextmanager
def elasticsearch() -> Iterator[None]:
    """An Elasticsearch of one's own, used by this process and by those it starts."""
    from django.conf import settings

    from tests.elasticsearch.server import running

    folder = tempfile.TemporaryDirectory(prefix="elasticsearch-", ignore_cleanup_errors=True)
    with folder as name, running(Path(name)) as server:
        settings.SEARCH_URL, settings.SEARCH_CA = f"{server.url}/bench", server.ca
        os.environ |= {"SEARCH_URL": settings.SEARCH_URL, "SEARCH_CA": server.ca}
        yield


def measure(folder: Path, rounds: int, name: str) -> None:
    """Fill the index, then change things alone and beside a pile of files."""
    from edocs.documents import index_care, indexing
    from edocs.jobs.broker import prepare_folder
    from edocs.jobs.models import Job, JobState

    prepare_folder(folder / "queue" / "control")
    index_care.rebuild()
    print(f"{indexing.engine().count():,} documents in the index, {name}", flush=True)
    desk = Desk()
    with workers():
        until(lambda: not Job.objects.filter(state=JobState.WAITING).exists(), "the jobs from before")
        rounds_of(desk, 1)  # everything is met for the first time
        tell(rounds_of(desk, rounds), name)
        with tempfile.TemporaryDirectory() as pdfs:
            pile = Pile(desk, Path(pdfs))
            pile.start()
            try:
                pile.full.wait(120)
                found = rounds_of(desk, rounds)
            finally:
                pile.end()
        tell(found, f"{name}, a pile waiting")
        print(f"files that waited to be read: {pile.fewest} at the fewest", flush=True)


def main() -> None:
    """Read the command line, make the office, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    office.add_arguments(parser, documents=20_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--engine", choices=("tantivy", "elasticsearch"), default="tantivy")
    arguments = parser.parse_args()
    with office.office(arguments) as folder, ExitStack() as open_until_the_end:
        if arguments.engine == "elasticsearch":
            open_until_the_end.enter_context(elasticsearch())
        measure(folder, arguments.rounds, "Elasticsearch" if arguments.engine == "elasticsearch" else "embedded")


if __name__ == "__main__":
    main()

"""Lists and the document page in a large archive: ``python -m bench.lists --documents 100000``.

Asks as an ordinary officer (own token, unit, role) by Django's test client in production's settings, and prints
the time in the server (50th and 95th percentile), the processor's part of it, the SQL statements, and beside them
the bare SQL of the list's own query: what is left is Django's and the templates'. The counts in the rail are
found anew for every page, as for somebody who comes back after more than five seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import office
from bench.report import Figure, keep, median, p95

PART = "Lists"
GOAL_MS, GOAL_STATEMENTS = 40, 10
OFFICER = "chuyenvien1"

Statement = tuple[str, Any]


@dataclass(frozen=True)
class Taken:
    """What one page cost, in milliseconds."""

    wall: list[float]
    cpu: list[float]
    statements: list[Statement]


def timed(work: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Wall and processor time of each of so many calls in milliseconds, the first ten calls left out."""
    for _ in range(10):
        work()
    wall, cpu = [], []
    for _ in range(rounds):
        begun, spent = time.perf_counter(), time.process_time()
        work()
        wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    return wall, cpu


class Visitor:
    """A person with a browser; no time passes on any wire."""

    def __init__(self, username: str) -> None:
        from django.test import Client

        from edocs.office.models import Person

        self.person = Person.objects.get(username=username)
        self.client = Client(HTTP_HOST="localhost")
        self.client.force_login(self.person, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, address: str) -> None:
        """Fetch a page; anything but 200 ends the measurement."""
        from edocs.web.navigation import forget_counts

        forget_counts(self.person)
        response = self.client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")

    def cost(self, address: str, rounds: int) -> Taken:
        """Time of a page, and its statements; a worker has just given a sign of life, as in any office."""
        from django.db import connection

        from edocs.jobs.lanes import Lane
        from edocs.jobs.services import beat_pulse

        beat_pulse(*Lane)

        statements: list[Statement] = []

        def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            statements.append((sql, params))
            return execute(sql, params, many, context)

        self.get(address)
        with connection.execute_wrapper(noted):
            self.get(address)
        return Taken(*timed(lambda: self.get(address), rounds), statements)


def bare(statements: list[Statement], rounds: int) -> float:
    """Median milliseconds of the list's own statement, executed and fetched without any Django model."""
    from django.db import connection

    sql, params = max((one for one in statements if "documents_accessentry" in one[0]), key=lambda one: len(one[0]))

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    return median(timed(ask, rounds)[0])


def pages() -> dict[str, str]:
    """Name of a page → its address."""
    from django.urls import reverse

    from edocs.documents.access import visible
    from edocs.documents.models import Document
    from edocs.office.models import Person

    person = Person.objects.get(username=OFFICER)
    incoming = reverse("incoming")
    seen = visible(person).filter(direction="in")
    newest = seen.order_by("-id").select_related("kind").first()
    with_file = seen.filter(files__isnull=False).order_by("-id").first() or newest
    if newest is None or with_file is None:
        raise SystemExit(f"{OFFICER} sees no document")
    middle = seen.filter(pk__lt=Document.objects.count() // 2).order_by("-id").first() or newest
    filtered = f"{incoming}?state=in_progress&kind={newest.kind_id}&from=2020-01-01"
    return {
        "Incoming list, first page": incoming,
        "Incoming list, filtered by state, kind and date": filtered,
        "Incoming list, in the middle": f"{incoming}?older={middle.pk}",
        "Incoming list, last page": f"{incoming}?last=1",
        "Document page with its file": reverse("document", args=[with_file.pk]),
        "Document page, history": reverse("document", args=[with_file.pk]) + "?tab=history",
    }


def measure(rounds: int) -> None:
    """Every page in turn."""
    from edocs.documents.access import visible

    visitor = Visitor(OFFICER)
    print(f"{OFFICER} sees {visible(visitor.person).count():,} of them")
    for name, address in pages().items():
        taken = visitor.cost(address, rounds)
        beside = f"p95 {p95(taken.wall):.1f} ms, processor {median(taken.cpu):.1f} ms"
        if "list" in name:
            sql = bare(taken.statements, rounds)
            beside += f"; bare SQL {sql:.2f} ms, {median(taken.wall) / sql:.1f} times that"
        keep(Figure(PART, name, median(taken.wall), "ms", GOAL_MS, beside=beside))
        keep(Figure(PART, f"{name}: statements", len(taken.statements), "SQL", GOAL_STATEMENTS))


def profile(address: str, rounds: int) -> None:
    """Where the time of one page goes, for who wants to make it less."""
    visitor = Visitor(OFFICER)
    visitor.get(address)
    with cProfile.Profile() as profiler:
        for _ in range(rounds):
            visitor.get(address)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35).sort_stats("cumtime").print_stats(60)


def statements(address: str) -> None:
    """Each statement of one page with its own time."""
    from django.db import connection

    for sql, params in Visitor(OFFICER).cost(address, 1).statements:
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()
        print(f"{(time.perf_counter() - begun) * 1000:7.2f} ms  {sql[:400]}  {str(params)[:160]}\n")


def main() -> None:
    """Read the command line, make the office, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    office.add_arguments(parser, documents=100_000)
    parser.add_argument("--rounds", type=int, default=100, help="requests of each page")
    parser.add_argument("--profile", metavar="ADDRESS", help="profile this page instead, e.g. /incoming/")
    parser.add_argument("--statements", metavar="ADDRESS", help="show the statements of this page instead")
    arguments = parser.parse_args()
    with office.office(arguments):
        if arguments.profile:
            profile(arguments.profile, arguments.rounds)
        elif arguments.statements:
            statements(arguments.statements)
        else:
            measure(arguments.rounds)


if __name__ == "__main__":
    main()

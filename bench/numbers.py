"""How quickly numbers are given: ``python -m bench.numbers``, on SQLite or on the empty database of ``DATABASE_URL``.

The limit runs in the same run: the bare SQL of a counter (``UPDATE … RETURNING`` and one ``INSERT``), eight processes
hot on one row, one transaction in ten rolled back. Against it the same through the whole service: rights, dates,
repeats, document, access, journal, jobs, number. Then one process alone, with where its time goes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from bench.office import set_up, store_version
from bench.report import Figure, keep, median, p95

PART = "numbers"
ROLLBACKS = 0.10
GOAL_RATIO = 70
GOAL_ALONE_MS = 60
COUNTER = "UPDATE bench_counter SET last = last + 1 WHERE id = 1 RETURNING last"
LINE = "INSERT INTO bench_line (number, words) VALUES (%s, %s)"


class RolledBack(Exception):
    """One transaction in ten ends so."""


@dataclass
class Taken:
    """What one process measured: seconds of each committed number; for one alone, seconds and statements by kind."""

    samples: list[float] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    sending: float = 0.0
    processor: float = 0.0
    starved: int = 0


# --- what is measured -----------------------------------------------------------------------------------------------
def bare() -> None:
    """A number by bare SQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COUNTER)
        (number,) = cursor.fetchone()
        cursor.execute(LINE, [number, "V/v đo tốc độ cấp số"])


def service() -> Callable[[], None]:
    """A number through the whole registering of an incoming document without a file."""
    from edocs import clock
    from edocs.documents.services.registering import IncomingFields, register_incoming
    from edocs.office.models import Correspondent, DocumentKind, Person

    clerk = Person.objects.get(username="vanthu")
    kind = DocumentKind.objects.get(name="Công văn")
    issuer = Correspondent.objects.get(abbreviation="BNV")
    dice = random.Random(os.getpid())

    def register() -> None:
        fields = IncomingFields(
            kind=kind,
            issuer=issuer,
            issuer_name="",
            number=str(dice.randrange(10**11)),
            symbol="BNV-VP",
            issued_on=clock.today(),
            summary="V/v đo tốc độ cấp số qua toàn bộ việc vào sổ",
        )
        register_incoming(fields=fields, files=[], by=clerk)

    return register


def give_numbers(what: str, seconds: float, *, told: bool) -> Taken:
    """Give numbers for so many seconds; ``told`` also says where the time goes."""
    from django.db import OperationalError, connection, transaction

    act = service() if what == "service" else bare
    dice = random.Random(os.getpid() + time.time_ns())
    taken = Taken()
    watch = _watching(taken) if told else None
    processor = time.process_time()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        try:
            with transaction.atomic():
                if watch is not None:
                    with connection.execute_wrapper(watch):
                        act()
                else:
                    act()
                if dice.random() < ROLLBACKS and not told:
                    raise RolledBack
        except RolledBack:
            continue
        except OperationalError as problem:
            if "locked" not in str(problem):
                raise
            taken.starved += 1
            continue
        taken.samples.append(time.perf_counter() - began)
    taken.processor = time.process_time() - processor
    connection.close()
    return taken


def _watching(taken: Taken) -> Any:
    """Adds up the time of statements by verb and table, and of handing jobs to the broker."""
    from edocs.jobs import services

    seconds: dict[str, float] = defaultdict(float)
    statements: dict[str, int] = defaultdict(int)
    taken.seconds, taken.statements = seconds, statements
    send = services.send

    def timed_send(job_id: int) -> None:
        began = time.perf_counter()
        send(job_id)
        taken.sending += time.perf_counter() - began

    services.send = timed_send

    def watch(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            words = sql.replace('"', "").split()
            place = {"INSERT": "INTO", "SELECT": "FROM", "DELETE": "FROM"}.get(words[0])
            table = words[words.index(place) + 1] if place in words else words[1]
            named_anew = words[0] in ("SAVEPOINT", "RELEASE")  # each has a name of its own
            name = words[0] if named_anew else f"{words[0]} {table}"
            seconds[name] += time.perf_counter() - began
            statements[name] += 1

    return watch


# --- many processes -------------------------------------------------------------------------------------------------
def _process(what: str, seconds: float, folder: str, barrier: Barrier, results: Any) -> None:
    set_up_again(Path(folder))
    barrier.wait(120)
    results.put(give_numbers(what, seconds, told=False))


def set_up_again(folder: Path) -> None:
    """Django in a further process on the same office."""
    import django

    os.environ |= {
        "VAR_DIR": str(folder),
        "DEMO": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "edocs.settings",
    }
    django.setup()


def together(what: str, processes: int, seconds: float, folder: Path) -> list[Taken]:
    """So many processes at once, all hot on the same counter."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes), context.Queue()
    started = [
        context.Process(target=_process, args=(what, seconds, str(folder), barrier, results)) for _ in range(processes)
    ]
    for process in started:
        process.start()
    found = [results.get(timeout=seconds + 300) for _process in started]
    for process in started:
        process.join()
    return found


def rate_of(found: list[Taken], seconds: float) -> float:
    """Committed numbers a second."""
    return sum(len(one.samples) for one in found) / seconds


# --- the office it is measured in -----------------------------------------------------------------------------------
def prepare() -> None:
    """The people and catalogues that registering needs, and the table of the bare counter."""
    from django.db import connection

    from edocs.office.models import Agency
    from tests.factories import Office

    if not Agency.objects.exists():
        Office()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_counter")
        cursor.execute("DROP TABLE IF EXISTS bench_line")
        cursor.execute("CREATE TABLE bench_counter (id integer PRIMARY KEY, last integer NOT NULL)")
        cursor.execute("CREATE TABLE bench_line (number integer PRIMARY KEY, words varchar(200) NOT NULL)")
        cursor.execute("INSERT INTO bench_counter VALUES (1, 0)")


def check() -> None:
    """What was measured must also be right: no number missing, none given twice."""
    from edocs.documents.models import Entry

    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)), "numbers with holes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-numbers-", ignore_cleanup_errors=True) as name:
        measure(Path(name), given.processes, given.seconds)


def measure(folder: Path, processes: int, seconds: float) -> None:
    """The whole measurement on one database."""
    set_up(folder)
    prepare()
    _first_message(folder)
    store = store_version()
    print(f"{store}, {processes} processes, {seconds:g} s each, {os.cpu_count()} cores")
    limit = together("bare", processes, seconds, folder)
    whole = together("service", processes, seconds, folder)
    check()
    bare_rate, rate = rate_of(limit, seconds), rate_of(whole, seconds)
    figure = partial(Figure, PART)
    keep(figure(f"bare SQL, {processes} processes ({store})", bare_rate, "/s", beside=_latency(limit)))
    keep(figure(f"whole registering, {processes} processes", rate, "/s", beside=_latency(whole)))
    keep(figure("whole registering against bare SQL", 100 * rate / bare_rate, "%", GOAL_RATIO, more_is_better=True))
    alone = give_numbers("service", seconds, told=True)
    beside = f"p95 {p95(alone.samples) * 1000:.1f} ms, {sum(alone.statements.values()) / len(alone.samples):.0f} SQL"
    keep(figure("registering without a file, alone", median(alone.samples) * 1000, "ms", GOAL_ALONE_MS, beside=beside))
    _tell_where(alone)


def _first_message(folder: Path) -> None:
    """The broker's folder as a running office has it."""
    from edocs.jobs.broker import prepare_folder

    prepare_folder(folder / "queue" / "control")


def _latency(found: list[Taken]) -> str:
    samples = [sample for one in found for sample in one.samples]
    starved = sum(one.starved for one in found)
    words = f"p50 {median(samples) * 1000:.1f}, p95 {p95(samples) * 1000:.0f}, max {max(samples) * 1000:.0f} ms"
    return f"{words}, {starved} waited in vain" if starved else words


def _tell_where(alone: Taken) -> None:
    """Milliseconds of one registering by statement, broker and the rest."""
    count = len(alone.samples)
    total = sum(alone.samples)
    in_sql = sum(alone.seconds.values())
    busy = 1000 * alone.processor / count
    print(f"where {1000 * total / count:.1f} ms go (mean of {count}; {busy:.1f} ms of processor in this process):")
    for name, seconds in sorted(alone.seconds.items(), key=lambda one: -one[1]):
        print(f"  {name:<44}{alone.statements[name] / count:>5.1f} ×{1000 * seconds / count:>8.2f} ms")
    print(f"  {'handing jobs to the broker, after the commit':<52}{1000 * alone.sending / count:>8.2f} ms")
    rest = total - in_sql - alone.sending
    print(f"  {'Python, BEGIN and COMMIT':<52}{1000 * rest / count:>8.2f} ms")


if __name__ == "__main__":
    main()

"""Every measurement: ``python -m bench`` (``make bench``); writes ``docs/performance.md`` from what was found.

Each part runs in a process of its own, at its default size; its result is kept under ``var/bench/`` with its date, so
``python -m bench --only lists`` measures one part anew and writes the page with the others as they were found. Parts
that take long at first, or need Elasticsearch, are measured only when named; what they have built stays under
``var/bench/`` as well.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.report import RESULTS, Figure, kept_in

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
KEPT = ROOT / "var" / "bench"
DOCUMENTS, MANY_DOCUMENTS = 100_000, 1_000_000


@dataclass(frozen=True)
class Part:
    """One measurement: its module in ``bench``, what it is called in the page, and what one reads above it."""

    module: str
    title: str
    about: str
    options: tuple[str, ...] = ()
    in_office: bool = False
    variant: str = ""
    named: bool = False
    """Measured only when named: it takes long, or needs more than every machine has."""
    keeps: bool = False
    """In a folder that stays."""

    @property
    def name(self) -> str:
        """For ``--only``, and of the file with its result."""
        return f"{self.module}_{self.variant}" if self.variant else self.module


PARTS = (
    Part(
        "lists",
        "Lists and the document page",
        "An ordinary officer (tokens: own, unit, role) reads in a large archive. Time in the server by Django's test "
        "client in production's settings; bare SQL is the list's own statement without Django.",
        ("--documents", str(DOCUMENTS)),
        in_office=True,
    ),
    Part(
        "registering",
        "Registering",
        "What a clerk waits for, in the same archive; search is asked until it finds the letter, with a real worker.",
        ("--documents", str(DOCUMENTS)),
        in_office=True,
    ),
    Part(
        "following",
        "The index follows",
        "From the answer to whoever changed something until the index itself holds it, with the workers of one "
        "machine: alone, and while a hundred dropped files wait to be read.",
        ("--documents", "20000"),
    ),
    Part(
        "numbers",
        "Numbers of a register",
        "Eight processes hot on one book, one transaction in ten rolled back, against the bare SQL of a counter.",
    ),
    Part(
        "product_signing",
        "Signing and sealing in the product",
        "Consent, job, signing process over its socket, judged in a limited child, stored, journaled: processor time "
        "of all processes together, against the library and the bare RSA operations on the same files.",
    ),
    Part(
        "signing",
        "Signing and sealing by the library",
        "The library against stock pyHanko doing the same work, and against the RSA operations alone.",
    ),
    Part(
        "signing_memory",
        "Memory of a large file",
        "A file of 200 MB on its whole way, each step in a process of its own: the most memory that was resident.",
    ),
    Part(
        "product_memory",
        "Memory of a large file in the office",
        "A draft as large as the office takes: the most memory that was resident in each worker and in the signing "
        "process. What reads the file itself are limited children, measured in the part before.",
    ),
    Part(
        "search",
        "Search",
        "The embedded engine, asked with rights, three facets and 25 highlighted hits.",
        ("--documents", str(DOCUMENTS)),
    ),
    Part(
        "search",
        "Search by Elasticsearch",
        "The same asked of a server of its own beside the one who asks, with TLS and a password, one shard.",
        ("--documents", str(DOCUMENTS), "--engine", "elasticsearch"),
        variant="elasticsearch",
        named=True,
    ),
    Part(
        "search",
        "Search in a million documents",
        "The embedded engine again. Rates are in the part before unless the index was filled in this run.",
        ("--documents", str(MANY_DOCUMENTS)),
        variant="million",
        named=True,
        keeps=True,
    ),
    Part(
        "search",
        "Search by Elasticsearch in a million documents",
        "One shard; rates are in the part before unless the index was filled in this run.",
        ("--documents", str(MANY_DOCUMENTS), "--engine", "elasticsearch", "--heap", "3g"),
        variant="elasticsearch_million",
        named=True,
        keeps=True,
    ),
    Part(
        "search_page",
        "The search page",
        "The whole request in the server with the embedded engine: all facets counted, 20 hits checked against the "
        "database, marked and shown.",
        ("--documents", str(DOCUMENTS)),
        in_office=True,
    ),
    Part(
        "ocr",
        "Reading scans",
        "Pages made by code (364 words of official prose, 13 pt) and spoiled as scanners do, read by tesseract in the "
        "limited child, its start included. Words count as right when accents and punctuation are.",
    ),
)


@dataclass
class Found:
    """What one part found, and when and where."""

    module: str
    at: str
    load: str
    machine: str
    figures: list[Figure]
    said: str


def measure(part: Part, office: Path) -> Found:
    """Run one part; ends the program when it fails."""
    print(f"\n== {part.title}", flush=True)
    folder = office if part.in_office else KEPT / part.name if part.keeps else None
    options = [*part.options, *(("--folder", str(folder)) if folder else ())]
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-results-") as name:
        results = Path(name, "figures")
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", f"bench.{part.module}", *options],
            cwd=ROOT,
            env=os.environ | {RESULTS: str(results)},
            stdout=subprocess.PIPE,
            text=True,
        )
        said = []
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            said.append(line)
        if process.wait() != 0:
            raise SystemExit(f"{part.title}: python -m bench.{part.module} ended with {process.returncode}")
        load = f"{before:.1f} before, {os.getloadavg()[0]:.1f} after"
        now = dt.datetime.now().astimezone().isoformat(timespec="minutes")
        return Found(part.name, now, load, machine(), kept_in(results), "".join(said))


def machine() -> str:
    """The class of this machine, and what runs on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    models = (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    model = " ".join(next(models, platform.machine()).partition(":")[2].split()) or platform.machine()
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def keep(found: Found) -> None:
    """For the next page."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{found.module}.json").write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1))


def kept() -> dict[str, Found]:
    """What was found the last time, by module."""
    found = {}
    for part in PARTS:
        file = KEPT / f"{part.name}.json"
        if file.exists():
            facts = json.loads(file.read_text())
            figures = [Figure(**one) for one in facts.pop("figures")]
            found[part.name] = Found(figures=figures, **facts)
    return found


def page(found: dict[str, Found]) -> str:
    """The whole page."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench` from what it measured; no figure here is typed by hand. To repeat one part:",
        "`python -m bench --only lists`; what it can be told (another size, a folder to keep): `python -m bench.lists",
        "--help`. With `DATABASE_URL`, lists, registering, numbers and signing in the product measure that database;",
        "give each an empty one.",
        "",
        "A goal is what the product promises; where a peer or a limit runs in the same run, its figure stands beside.",
        "Milliseconds are medians. A machine that does other work too (see its load) is slower by wall time; processor",
        "time and ratios hold better.",
        "",
    ]
    for part in PARTS:
        if part.name in found:
            lines += section(part, found[part.name])
    return "\n".join(lines).rstrip() + "\n"


def section(part: Part, found: Found) -> list[str]:
    """One part: when and where, the figures, what it printed besides."""
    command = " ".join(("python -m", f"bench.{part.module}", *part.options))
    table = ["| | measured | goal | | beside it |", "| --- | ---: | ---: | --- | --- |"]
    for figure in found.figures:
        met = {True: "reached", False: "**missed**", None: ""}[figure.met]
        table.append(f"| {figure.name} | {figure.value_text} | {figure.goal_text} | {met} | {figure.beside} |")
    told = [line.rstrip() for line in found.said.splitlines() if not is_figure(line, found.figures)]
    details = ["", "```text", *told, "```"] if any(told) else []
    return [
        f"## {part.title}",
        "",
        part.about,
        "",
        f"{found.at[:10]}, {found.machine}; load {found.load}. `{command}`",
        "",
        *(table if found.figures else []),
        *details,
        "",
    ]


def is_figure(line: str, figures: list[Figure]) -> bool:
    """True for a printed line that stands in the table already."""
    return any(line.startswith(f"{figure.name:<58}{figure.value_text:>14}") for figure in figures)


def main() -> None:
    """Measure, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[part.name for part in PARTS], help="this part; repeatable")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-office-", ignore_cleanup_errors=True) as office:
        for part in PARTS:
            if part.name in arguments.only if arguments.only else not part.named:
                keep(measure(part, Path(office)))
                PAGE.write_text(page(kept()), encoding="utf-8")  # at once: a later part may fail
    found = kept()
    missed = [figure for one in found.values() for figure in one.figures if figure.met is False]
    print(f"\n{PAGE.relative_to(ROOT)} written; goals missed: {len(missed)}")
    for figure in missed:
        print(f"  {figure.part}: {figure.name}: {figure.value_text}, goal {figure.goal_text}")


if __name__ == "__main__":
    main()

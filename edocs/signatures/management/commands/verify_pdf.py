"""``manage.py verify_pdf``: what is to be said of the signatures of PDF files, without the office and its database."""

from __future__ import annotations

import argparse
import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from edocs.limited import FileRefused
from edocs.limited.evidence import judge_fully
from edocs.limited.signatures import judge_signatures
from edocs.signatures.sentences import reason
from edocs.signatures.services.published import trust_in_force
from signing import Trust

Judge = Callable[[str], dict[str, Any]]

SECONDS = 25.0
"""Longest time for one file; the child that judges it is ended then."""
WORDS = {"pass": "valid", "fail": "invalid", "unsure": "unsure", "unsigned": "unsigned", "unreadable": "unreadable"}
MAX_TRUST_BYTES = 16 * 1024 * 1024

HELP = """\
Judges the signatures of PDF files, each in a child process with limits, and never fetches anything.

valid       every signature is intact, its certificate leads to a trusted one, nothing was altered since
invalid     altered after signing, a wrong signature, or a certificate revoked before signing
unsure      intact as far as can be seen, but not proven: unknown issuer, expired without a trusted time, …
unsigned    no signature
unreadable  no PDF, encrypted with a password, or too broken to be judged

With --trust the named certificates, and they alone, are trusted. A certificate of which nobody says whether it was
revoked then counts as not revoked, and the signature bears the notice "revocation_not_checked" beside its verdict.
Without --trust the installation's list is asked, and such a signature is "unsure". Revocation lists may stand in the
same files as the certificates; those inside the PDF are used in either case.
"""


class Command(BaseCommand):
    help = HELP
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="PDF files")
        parser.add_argument("--json", action="store_true", help="one JSON object a line for each file")
        parser.add_argument(
            "--trust",
            action="extend",
            nargs="+",
            metavar="PEM",
            help="certificates to trust instead of the installation's: PEM or DER, several files, several in one file",
        )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        named = options["trust"] or []
        # "--trust PEM FILE.pdf" reads as two certificates; a PDF is none
        files = [*options["files"], *(name for name in named if _is_pdf(name))]
        named = [name for name in named if not _is_pdf(name)]
        if not files:
            raise CommandError("Name at least one PDF file.")
        with tempfile.TemporaryDirectory(prefix="edocs-trust-") as folder:
            notices: list[str] = []
            if options["trust"]:
                notices = self._write_trust(named, Path(folder))
                judge = partial(judge_signatures, trust=folder, revocation="soft-fail", seconds=SECONDS)
            else:
                judge = partial(judge_fully, trust=installed(), seconds=SECONDS)
            for answer in answers(files, judge):
                answer["reasons"] += notices
                self.stdout.write(json.dumps(answer) if options["json"] else in_words(answer))
                self.stdout.flush()

    def _write_trust(self, named: list[str], folder: Path) -> list[str]:
        """Lay the named certificates down for the children; what could not be read is said with each answer."""
        trust, unreadable = Trust((), revocation="soft-fail"), False
        for name in named:
            try:
                trust |= Trust.from_bytes(_read_small(name))
            except (OSError, ValueError) as error:
                unreadable = True
                self.stderr.write(f"{name}: no certificates to trust ({error})")
        trust.write_to(folder)
        return ["trust_unreadable"] if unreadable else []


def _is_pdf(name: str) -> bool:
    return name.casefold().endswith(".pdf")


def _read_small(name: str) -> bytes:
    """The bytes of a file of certificates; raises ``ValueError`` or ``OSError``."""
    path = Path(name)
    if not path.is_file():
        raise ValueError("no such file")
    if path.stat().st_size > MAX_TRUST_BYTES:
        raise ValueError("too large")
    return path.read_bytes()


def installed() -> Path:
    """The trust of this installation: its list of anchors, or the folder it came with where there is no office yet."""
    try:
        return trust_in_force().folder
    except (DatabaseError, OSError):
        return Path(settings.TRUST_DIR)


def answers(files: list[str], judge: Judge) -> Iterator[dict[str, Any]]:
    """The answer for each file, in their order; some are worked out at the same time."""
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as workers:
        yield from workers.map(lambda name: answer_for(name, judge), files)


def answer_for(name: str, judge: Judge) -> dict[str, Any]:
    """What is said of one file; never raises on what is found under the name."""
    answer: dict[str, Any] = {"file": name, "verdict": "unreadable", "signatures": [], "timestamps": [], "reasons": []}
    problem = _not_a_file(name)
    if problem:
        return answer | {"reasons": [problem]}
    try:
        found = judge(name)
    except FileRefused as refused:
        return answer | {"reasons": [f"refused_{refused.code.value}"]}
    except OSError:  # gone meanwhile, or no room for the child's folder
        return answer | {"reasons": ["not_readable"]}
    shown: dict[str, list[dict[str, Any]]] = {"signature": [], "timestamp": []}
    for one in found["signatures"]:
        shown[one["kind"]].append(_signature(one))
    return answer | {
        "verdict": WORDS[found["verdict"]] if found["readable"] else "unreadable",
        "signatures": shown["signature"],
        "timestamps": shown["timestamp"],
        "reasons": found["reasons"],
    }


def _not_a_file(name: str) -> str:
    """Why there is nothing to read under this name, or an empty string."""
    try:
        mode = os.stat(name).st_mode
        if not stat.S_ISREG(mode):
            return "not_a_file"
        return "" if os.access(name, os.R_OK) else "not_readable"
    except (OSError, ValueError):  # a name with a NUL is a ValueError
        return "not_found"


def _signature(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "field": one["field"],
        "signer": one["who"],
        "organisation": one["organisation"],
        "issuer": one["issuer"],
        "signed_at": one["signed_at"],
        "time_is_trusted": one["time_is_trusted"],
        "coverage": one["coverage"],
        "verdict": WORDS[one["verdict"]],
        "reasons": one["reasons"],
    }


def in_words(answer: dict[str, Any]) -> str:
    """The answer for people: a line for the file, one for each signature, and why."""
    lines = [f"{answer['file']}: {answer['verdict']}"]
    lines += [f"  {reason(code)}" for code in answer["reasons"]]
    for one in answer["signatures"]:
        lines.append(f"  {one['field']}: {one['verdict']}, {one['signer']}, {one['signed_at'] or '-'}")
        lines += [f"    {reason(code)}" for code in one["reasons"] if code not in answer["reasons"]]
    return "\n".join(lines)

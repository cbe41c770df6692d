"""Signatures in foreign PDFs, from outside the child: judge them, prepare a draft for them, find their places."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

from .process import run
from .tasks import signatures as tasks

AnyPath = str | PathLike[str]

_own_files: ContextVar[bool] = ContextVar("edocs_own_files", default=False)


@contextmanager
def own_files() -> Iterator[None]:
    """Judge and prepare in this process: only for files this very program has just composed (the demonstration)."""
    token = _own_files.set(True)
    try:
        yield
    finally:
        _own_files.reset(token)


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """Places as JSON (`signing.Places`), and what makes them doubtful (codes of `signing.place`)."""

    places: dict[str, Any]
    reasons: tuple[str, ...]
    symbol_printed: bool


def judge_signatures(
    path: AnyPath, trust: AnyPath, *, revocation: str = "require", seconds: float | None = None
) -> dict[str, Any]:
    """Judge every signature of a PDF against the roots and revocation lists in the folder `trust`.

    `revocation` is what a certificate needs that nobody says anything about: "require" makes the answer unsure,
    "soft-fail" says so and goes on. `seconds` replaces the standing limit of the task. The answer has `verdict`
    (pass, fail, unsure, unsigned), `reasons`, and per signature who, when and why.
    """
    if _own_files.get():
        return tasks.judge(Path(path), Path(), str(trust), revocation)
    answer: dict[str, Any] = run("judge", path=path, seconds=seconds, trust=str(trust), revocation=revocation)
    return answer


def prepare_for_signing(path: AnyPath, output: AnyPath, places: dict[str, Any]) -> str:
    """Clean a draft, make every field, write it to the file `output`; returns its SHA-256."""
    return _prepared("prepare", Path(path), Path(output), places=places)


def prepare_for_mark(path: AnyPath, output: AnyPath) -> str:
    """Clean an unsigned file, make the place for the agency's words, write it to `output`; returns its SHA-256."""
    return _prepared("prepare_mark", Path(path), Path(output))


def _prepared(task: str, path: Path, target: Path, **arguments: Any) -> str:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".prepare-") as folder:
        if _own_files.get():
            Path(folder, "out").mkdir()
            answer = getattr(tasks, task)(path, Path(folder), **arguments)
            shutil.move(str(Path(folder, "out", "prepared.pdf")), target)
        else:
            answer = run(task, path=path, output=folder, **arguments)
            shutil.move(str(Path(folder, "prepared.pdf")), target)
    return str(answer["sha256"])


def find_signature_places(path: AnyPath, title: list[str], name: str) -> FoundPlaces | None:
    """Where number, date, signature and seal belong, by the signer's title and name in the text."""
    found = run("find_places", path=path, title=title, name=name)
    if found is None:
        return None
    return FoundPlaces(found["places"], tuple(found["reasons"]), found["symbol_printed"])


@dataclass(frozen=True, slots=True)
class ProofsHold:
    """Until when a file can be proved as it stands, what ends then (`signing.renewing.Holding`), and its stamps."""

    until: datetime
    cause: str
    authority: str
    stamps: int


def how_long_proofs_hold(path: AnyPath) -> ProofsHold | None:
    """Until when what a PDF bears can be proved as it stands; None when nobody signed it."""
    found = run("proofs_hold", path=path)
    if found is None:
        return None
    return ProofsHold(**found | {"until": datetime.fromisoformat(found["until"])})


def proofs_later(path: AnyPath, trust: AnyPath, at: datetime) -> dict[str, dict[str, Any]]:
    """What each signature will be judged `at` a later time, by field.

    `verdict` and `time_is_trusted` if nothing is done until then; `if_renewed` ("OK", or a sub-indication) if the file
    is time-stamped again in time (`signing.simulating.simulated`).
    """
    found: dict[str, dict[str, Any]] = run("proofs_later", path=path, trust=str(trust), at=at.isoformat())
    return found


def filled_fields(path: AnyPath) -> list[str]:
    """The names of the text fields of a PDF in which something stands."""
    found: list[str] = run("filled_fields", path=path)
    return found

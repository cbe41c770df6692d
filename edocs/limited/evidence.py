"""Signatures with everything that proves them, from outside the child: judged, their chains, their material."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from . import signatures
from .process import run
from .series import Series, SeriesEnded
from .signatures import AnyPath
from .tasks import evidence as tasks


def judge_fully(
    path: AnyPath, trust: AnyPath, *, seconds: float | None = None, series: Series | None = None
) -> dict[str, Any]:
    """Judge every signature of a PDF as `judge_signatures` does, with chains and the list of anchors applied.

    `trust` is a folder as `edocs.signatures.services.published` writes it. `seconds` shortens the standing limit.
    `series` is asked instead of a child of its own; when that has no answer, such a child gives it after all.
    """
    if signatures._own_files.get():
        return tasks.judge_fully(Path(path), Path(), str(trust))
    answer: dict[str, Any]
    if series is not None:
        with suppress(SeriesEnded):
            answer = series.run(path, trust=str(trust))
            return answer
    answer = run("judge_fully", path=path, trust=str(trust), seconds=seconds)
    return answer


def take_evidence(path: AnyPath, output: AnyPath, trust: AnyPath) -> dict[str, Any]:
    """Judge as `judge_fully` does, and write certificates, revocation answers and tokens into the folder `output`."""
    answer: dict[str, Any] = run("evidence", path=path, output=output, trust=str(trust))
    return answer


def read_trusted_list(path: AnyPath) -> dict[str, Any]:
    """What a trusted list says: `operator`, `signature`, `services` and more (`tasks.evidence.trusted_list`)."""
    answer: dict[str, Any] = run("trusted_list", path=path)
    return answer

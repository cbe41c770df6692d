"""Files in which every byte was made by this office: typeset here, prepared here, signed by our own signing process.

They may be judged by one limited child after the other. Whether a file is one of them is read from the history of its
versions, hash by hash, never from the file itself; whatever was uploaded, converted, signed elsewhere, renewed or taken
up again shares its child with nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from edocs.documents.choices import Origin
from edocs.documents.models import FileVersion
from edocs.jobs.together import shared
from edocs.limited.series import Series
from edocs.signatures.models import SigningItem, SigningSession
from edocs.signatures.services.judging import all_good, judge_file, judge_firmly
from edocs.signatures.services.two_phase import is_elsewhere

MADE = frozenset({Origin.COMPOSED, Origin.PREPARED, Origin.SIGNATURE, Origin.SEAL})
SIGNED = frozenset({Origin.SIGNATURE, Origin.SEAL})
#: bytes; a larger file is judged by itself, so that those of one child never fill its memory
LARGEST = 4 * 1024 * 1024


def judge_own(item: SigningItem, path: Path, *, sha256: str) -> dict[str, Any]:
    """What ``judge_file`` says of a file just signed for ``item``, by a child that judged others of this consent before
    where that is allowed. After anything but "all good" about the bytes with this hash that child ends, and this file,
    as all that follow, is judged by a child of its own.
    Raises Unavailable when there was no time to judge it.
    """
    if path.stat().st_size <= LARGEST and _is_made_here(item):
        series = shared(("judging", item.session_id), _series)
        if series is not None:
            found = judge_file(path, series=series)
            if all_good(found) and found["sha256"] == sha256:
                return found
            series.close()
    return judge_firmly(path)


@contextmanager
def _series() -> Iterator[Series]:
    series = Series("judge_fully")
    try:
        yield series
    finally:
        series.close()


def _is_made_here(item: SigningItem) -> bool:
    """True only among the jobs of one message; what is asked of the versions of a whole consent never changes."""
    known = shared(("made here", item.session_id), partial(_known, item.session))
    return known is not None and item.version_id in known


def _known(session: SigningSession) -> nullcontext[frozenset[int]]:
    return nullcontext(made_here(session))


def made_here(session: SigningSession) -> frozenset[int]:
    """The versions of the files of a consent that are of this office's making from the first byte (two statements)."""
    files = list(session.items.values_list("version__file", flat=True))
    steps = {
        one.result_id: one for one in SigningItem.objects.filter(result__file__in=files).select_related("session__key")
    }
    found: set[int] = set()
    before: FileVersion | None = None
    versions = FileVersion.objects.filter(file__in=files).order_by("file", "ordinal")
    for version in versions.only("file", "ordinal", "origin", "blob", "original"):
        if before is not None and before.file_id != version.file_id:
            before = None
        if _made_of(version, before, steps.get(version.pk)) and (before is None or before.pk in found):
            found.add(version.pk)
        before = version
    return frozenset(found)


def _made_of(version: FileVersion, before: FileVersion | None, step: SigningItem | None) -> bool:
    """Whether a version came to be here, out of the one before it or out of nothing."""
    if version.origin not in MADE or version.original_id is not None:
        return False
    if before is None:
        return bool(version.origin == Origin.COMPOSED)
    if version.origin not in SIGNED:
        return True
    return (
        step is not None
        and (step.version_id, step.sha256) == (before.pk, before.blob_id)
        and not is_elsewhere(step.session.key)
    )

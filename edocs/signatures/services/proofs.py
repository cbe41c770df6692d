"""What is added to files that are signed already: time and proofs that a signature lacked, and later time stamps.

The slow half, as in ``making``: the signing process is asked, everything is judged anew, the bytes are stored. What
comes back is written by the workflow in one transaction.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from edocs.documents.models import FileVersion
from edocs.documents.services.files import Overtaken, add_version
from edocs.documents.storage import is_whole, keep_file, path_of
from edocs.errors import Invalid, WrongState
from edocs.signatures.backend import backend
from edocs.signatures.sentences import as_refusal, sentence
from edocs.signatures.services.judging import all_good, judge_firmly, keep_verdict
from edocs.signatures.services.making import PDF, Made, only_appended
from signing import SigningError


def prove(version: FileVersion) -> Made:
    """Add the time and the proofs that the signatures of a version lack. Slow, changes no rows.

    Raises Unavailable while an authority or the signing process is away or the result could not be judged in time,
    Invalid when it can never be proven (a
    certificate that was revoked meanwhile) or the result is not judged good.
    """
    return _extend(version, lambda source, target: backend().proofs.prove(source, target))


def renew(version: FileVersion) -> Made:
    """Add fresh proofs and a further time stamp to a version whose proofs end. Slow, changes no rows.

    Raises Unavailable while an authority or the signing process is away, Invalid when that is not possible any more
    (the last time stamp lapsed) or the result is not judged good.
    """
    return _extend(version, lambda source, target: backend().proofs.renew(source, target))


def _extend(version: FileVersion, act: Callable[[Path, Path], Any]) -> Made:
    if not is_whole(version.blob):
        raise Invalid(sentence("hash_changed"), code="hash_changed")
    source, folder = path_of(version.blob_id), Path(settings.FILES_DIR)
    with tempfile.TemporaryDirectory(dir=folder, prefix="proving-") as work:
        target = Path(work) / "proven.pdf"
        try:
            act(source, target)
        except SigningError as error:
            raise as_refusal(error) from None
        judgement = judge_firmly(target)
        if not (all_good(judgement) and only_appended(source, target)):
            raise Invalid(sentence("judged_bad"), code="judged_bad")
        return Made(keep_file(target, PDF), judgement)


def keep(version: FileVersion, made: Made, *, note: str) -> FileVersion:
    """Make the extended file the current version, with its verdict; it stays what it was (origin, places).

    The document is locked. Raises WrongState when the file has another version meanwhile.
    """
    try:
        added = add_version(
            file=version.file,
            blob=made.blob,
            origin=version.origin,
            by=None,
            pages=version.pages,
            places=version.places,
            note=note,
            after=version,
        )
    except Overtaken:
        raise WrongState(sentence("hash_changed"), code="hash_changed") from None
    keep_verdict(made.blob, made.judgement, judged_at=timezone.now())
    return added

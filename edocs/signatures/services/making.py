"""The slow half of a signature: ask the signing process, judge everything anew, store the bytes.

Nothing here changes a row that people see; what comes back is written by the workflow in one transaction.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from edocs import clock
from edocs.documents.choices import Origin
from edocs.documents.models import Blob, FileVersion
from edocs.documents.services.files import Overtaken, add_version
from edocs.documents.storage import CHUNK, is_whole, keep_file, path_of
from edocs.errors import Invalid, WrongState
from edocs.signatures.backend import Backend, backend
from edocs.signatures.models import ItemState, Purpose, SigningItem
from edocs.signatures.sentences import as_refusal, sentence
from edocs.signatures.services import two_phase
from edocs.signatures.services.consenting import close_when_done
from edocs.signatures.services.judging import all_good, good_signature, keep_verdict
from edocs.signatures.services.own import judge_own
from signing import Piece, Signed, SigningError

PDF = "application/pdf"
#: purpose of a key -> the field that its signature fills
FIELDS: dict[str, str] = {Purpose.PERSON: "leader", Purpose.SEAL: "seal"}
#: how a signature is doubted while no authority tells whether its certificate, or the time stamp's, is revoked
UNTOLD = frozenset({"revocation_unknown", "timestamp_untrusted"})


@dataclass(frozen=True)
class Made:
    """Signed bytes, stored, with the judgement of all their signatures."""

    blob: Blob
    judgement: dict[str, Any]
    #: what is to be added before the signature is complete (``signing.proving``)
    lacks: tuple[str, ...] = ()


def sign(item: SigningItem, *, field: str = FIELDS[Purpose.PERSON]) -> Made:
    """Let the signing process put the person's signature, or initials, into a field of the file.

    Raises Refusal with the reason of this one document.
    """
    if two_phase.is_elsewhere(item.session.key):
        return _make(item, lambda _signer, target: two_phase.finish(item, target), field=field)
    image = bytes(item.session.person.signature_image or b"") or None
    return _make(
        item,
        lambda signer, target: signer.sign(item.session.handle, _source(item), target, image=image, field=field),
        field=field,
    )


def seal(item: SigningItem, *, number: str, date: str | Sequence[Piece], image: bytes | None) -> Made:
    """Let the signing process fill number and date and seal, in one revision (signing.md 4.3)."""
    if two_phase.is_elsewhere(item.session.key):
        return _make(item, lambda _signer, target: two_phase.finish(item, target))
    return _make(
        item,
        lambda signer, target: signer.seal(
            item.session.handle, _source(item), target, number=number, date=date, image=image
        ),
    )


def mark(item: SigningItem, *, words: Sequence[str]) -> Made:
    """Let the signing process sign as the agency with words: an attachment, a certified copy (R-SIG-3, R-SIG-4)."""
    return _make(
        item, lambda signer, target: signer.mark(item.session.handle, _source(item), target, words=words), field="mark"
    )


def _source(item: SigningItem) -> Path:
    if not is_whole(item.version.blob):
        raise Invalid(sentence("hash_changed"), code="hash_changed")
    return path_of(item.sha256)


def _make(item: SigningItem, act: Callable[[Backend, Path], Signed], *, field: str = "") -> Made:
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="signing-") as work:
        target = Path(work) / "signed.pdf"
        try:
            signed = act(backend(), target)
        except SigningError as error:
            raise as_refusal(error) from None
        if not only_appended(_source(item), target):
            raise Invalid(sentence("judged_bad"), code="judged_bad")
        judgement = judge_own(item, target, sha256=signed.sha256)
        key = item.session.key
        if not (
            _good(judgement, field or FIELDS[key.purpose], signed.lacks)
            and signed.certificate.fingerprint == key.fingerprint
        ):
            raise Invalid(sentence("judged_bad"), code="judged_bad")
        return Made(keep_file(target, PDF), judgement, signed.lacks)


def _good(judgement: dict[str, Any], field: str, lacks: Sequence[str]) -> bool:
    """True when every signature is good, or doubtful for the very reason that is to be cured by a proof to come."""
    if "status" not in lacks:
        return all_good(judgement) and good_signature(judgement, field) is not None
    doubts = {code for one in judgement["signatures"] for code in one["reasons"]}
    signed = any(one["field"] == field for one in judgement["signatures"])
    return signed and not judgement["reasons"] and doubts <= UNTOLD


def only_appended(before: Path, after: Path) -> bool:
    """True when a signed file begins with the earlier one: signed bytes are never rewritten (R-SIG-8)."""
    with before.open("rb") as old, after.open("rb") as new:
        while part := old.read(CHUNK):
            if new.read(len(part)) != part:
                return False
    return True


def conclude(item: SigningItem, made: Made, *, origin: Origin) -> FileVersion:
    """Write the result of one document: the new version, its verdict, the end of the item.

    The document is locked. Raises WrongState when its file is not the one that was agreed to any more.
    """
    file = item.version.file
    file.document = item.document
    try:
        version = add_version(
            file=file,
            blob=made.blob,
            origin=origin,
            by=item.session.person,
            pages=item.version.pages,
            places=item.version.places,
            after=item.version,
        )
    except Overtaken:
        raise WrongState(sentence("hash_changed"), code="hash_changed") from None
    keep_verdict(made.blob, made.judgement, judged_at=timezone.now())
    item.state, item.result, item.finished_at = ItemState.DONE, version, clock.now()
    item.code = item.reason = ""
    item.save(update_fields=["state", "result", "finished_at", "code", "reason"])
    close_when_done(item.session)
    return version

"""Judging the signatures of a PDF, ours or anybody's: PASS, FAIL or UNSURE, with reasons.

An altered file may be FAIL or UNSURE, never PASS.  A lawful file may be PASS or UNSURE.  What pyHanko's own
difference analysis lets through is caught by the guards in :mod:`signing.validate`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.xref import XRefSectionType
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.errors import SigningError
from signing.files import sha256_of
from signing.material import Material, material_in, material_of
from signing.trust import Trust
from signing.validate import certificates, fields, message, pictures, proofs, ranges
from signing.validate.certificates import Certificates
from signing.validate.changes import Changes, changes_after
from signing.validate.reading import BROKEN, NeedsPassword, Reader, entry, opened
from signing.verdicts import Coverage, Judgement, SignatureVerdict, Verdict, worst

log = logging.getLogger(__name__)

BROKEN_MATERIAL = (SigningError, *BROKEN)
MAX_SIGNATURES = 60
"""More signatures and time stamps than this in one file are not judged."""
PICTURE_SECONDS = 8.0
"""How long pages of one file are compared as pictures."""


def judge(path: Path, trust: Trust, *, at: datetime | None = None) -> Judgement:
    """Judge all signatures and time stamps of the PDF at ``path``, as seen ``at`` (default now, UTC).

    Never raises on what the file holds, and never fetches anything.  Needs a moment (20 ms to seconds)
    and should run under limits for foreign files.
    """
    return _judged(path, trust, at, gather=False)[0]


def judge_with_material(path: Path, trust: Trust, *, at: datetime | None = None) -> tuple[Judgement, Material | None]:
    """:func:`judge`, and what the file carries to prove itself; None when that cannot be read, or it bears nothing."""
    judgement, material = _judged(path, trust, at, gather=True)
    if material is not None or not (judgement.signatures or judgement.timestamps):
        return judgement, material
    try:
        return judgement, material_of(path)
    except BROKEN_MATERIAL as error:
        log.info("no material: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
        return judgement, None


def _judged(path: Path, trust: Trust, at: datetime | None, *, gather: bool) -> tuple[Judgement, Material | None]:
    moment = at or datetime.now(UTC)
    digest = sha256_of(path)
    for strict in (True, False):
        try:
            return _judge(path, digest, trust, moment, strict=strict, gather=gather)
        except NeedsPassword:
            return Judgement(digest, moment, (), (), ("encrypted",)), None
        except Exception as error:  # G7: whatever the foreign parser met, the file is not good
            log.info("cannot judge: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
    return Judgement(digest, moment, (), (), ("format",)), None


def _judge(
    path: Path, digest: str, trust: Trust, moment: datetime, *, strict: bool, gather: bool
) -> tuple[Judgement, Material | None]:
    with opened(path, strict=strict) as (reader, lax):
        found = _File(path, reader, path.stat().st_size, lax)
        if len(found.signatures) + len(found.unreadable) > MAX_SIGNATURES:
            return Judgement(digest, moment, (), (), ("too_many_signatures",)), None
        found.guard()
        verdicts = asyncio.run(_judge_each(found, trust, moment))
        material = found.material() if gather else None
    if not any(one.kind == "signature" for one in verdicts):
        found.reasons.append("unsigned")
    codes = tuple(dict.fromkeys(found.reasons))
    verdicts = [_burdened(one, codes) for one in verdicts]
    judgement = Judgement(
        digest,
        moment,
        tuple(one for one in verdicts if one.kind == "signature"),
        tuple(one for one in verdicts if one.kind == "timestamp"),
        codes,
    )
    return judgement, material


@dataclass
class _File:
    """An opened file, its signatures in the order of their revisions, and what is wrong with the whole of it."""

    path: Path
    reader: Reader
    size: int
    reasons: list[str]
    signatures: list[EmbeddedPdfSignature] = field(default_factory=list)
    unreadable: list[SignatureVerdict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.form = fields.Form(self.reader)
        for one in self.form.of_kind("/Sig"):
            if not isinstance(one.value, generic.DictionaryObject):
                continue
            try:
                self.signatures.append(EmbeddedPdfSignature(self.reader, one.dictionary, one.name))
            except message.UNREADABLE as error:
                log.info("a signature cannot be read: %s", type(error).__name__)
                self.unreadable.append(_unreadable(one))
        self.signatures.sort(key=lambda signature: signature.signed_revision)

    @property
    def first_signed(self) -> int:
        """The oldest revision that bears a signature; the newest of all when none does."""
        return min((int(one.signed_revision) for one in self.signatures), default=self.reader.revisions - 1)

    def material(self) -> Material | None:
        """What the file carries to prove itself; None when it is to be read in another way, or not at all."""
        if not self.signatures or self.unreadable or not self.reader.strict:
            return None
        try:
            return material_in(self.reader, self.signatures)
        except BROKEN_MATERIAL as error:
            log.info("no material: %s", type(error).__name__)
            return None

    def guard(self) -> None:
        """What concerns the whole file: its end, its tables, its fields."""
        self.reasons += ranges.after_the_end(self.reader, self.signatures, self.size)
        self.reasons += _hybrid(self.reader, self.first_signed)
        self.reasons += fields.signatures_of_their_own(self.form)
        if self.signatures:
            self.reasons += ranges.between_objects(self.reader, self.first_signed + 1)
            self.reasons += fields.painted_unsigned(self.form, self.first_signed)
            self.reasons += fields.values_shown(self.form, self.path, self.first_signed)


def _hybrid(reader: Reader, first_signed: int) -> list[str]:
    """G6: a file for old and new programs at once is judged in its new form if no signature came before that form.

    It must say the same in both: what the new table holds is free in the old one.
    """
    reasons: list[str] = []
    for revision in range(reader.revisions):
        if reader.xrefs.get_xref_container_info(revision).xref_section_type is not XRefSectionType.HYBRID_MAIN:
            continue
        table: Any = reader.xrefs.get_xref_data(revision)
        hidden = table.hybrid.xref_data
        twice = table.standard_xrefs.keys() & (hidden.standard_xrefs.keys() | hidden.xrefs_in_objstm.keys())
        own = {table.hybrid.meta_info.stream_ref.idnum}
        if revision > first_signed or twice - own:
            return ["lax_format"]
        reasons = ["hybrid_format"]
    return reasons


def _unreadable(one: fields.Field) -> SignatureVerdict:
    """The verdict on a signature that says nothing that could be checked."""
    kind = "timestamp" if message.is_timestamp(one.value) else "signature"
    codes: tuple[str, ...] = ("format",)
    if entry(one.value, "/SubFilter") == "/adbe.x509.rsa_sha1":
        codes = ("unsupported_format", "weak_algorithm")
    elif not isinstance(entry(one.value, "/ByteRange"), generic.ArrayObject):
        codes = ("byte_range",)
    elif not entry(one.value, "/Contents"):
        codes = ("signature_wrong",)
    return SignatureVerdict(one.name, kind, worst(codes), codes)


async def _judge_each(file: _File, trust: Trust, moment: datetime) -> list[SignatureVerdict]:
    """Newest first: a good document time stamp proves when everything before it existed."""
    judged = _Judged(file, Certificates(trust, proofs.gather(file.reader, file.signatures), moment), moment)
    verdicts: list[SignatureVerdict] = []
    for signature in reversed(file.signatures):
        kind = "timestamp" if message.is_timestamp(signature.sig_object) else "signature"
        try:
            verdicts.append(await (judged.timestamp if kind == "timestamp" else judged.signature)(signature))
        except message.UNREADABLE as error:
            log.info("cannot judge: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
            verdicts.append(SignatureVerdict(signature.fq_name, kind, worst(["format"]), ("format",)))
    verdicts.reverse()
    return verdicts + file.unreadable


@dataclass
class _Judged:
    """Judges the signatures of a file one after the other."""

    file: _File
    certificates: Certificates
    existed: datetime
    """The latest time at which everything judged from now on certainly existed."""
    seconds: float = PICTURE_SECONDS

    async def timestamp(self, signature: EmbeddedPdfSignature) -> SignatureVerdict:
        """A document time stamp; when it is good, everything older existed at its time."""
        if entry(signature.sig_object, "/SubFilter") != message.TIMESTAMP:
            return SignatureVerdict(
                signature.fq_name, "timestamp", worst(["unsupported_format"]), ("unsupported_format",)
            )
        token = message.stamp(signature.signed_data, signature.compute_digest)
        whole = self._whole(signature)
        finding = await self.certificates.of_time_stamper(
            token.message.certificate, token.message.others, self.existed, token.time
        )
        distrusted = [] if finding.trusted else ["timestamp_untrusted"]
        reasons = [*token.reasons, *whole.reasons, *distrusted]
        if worst(reasons) is Verdict.PASS and not distrusted:
            self.existed = min(self.existed, token.time)
        return _verdict(signature, "timestamp", token.message, reasons, whole, token.time, not distrusted)

    async def signature(self, signature: EmbeddedPdfSignature) -> SignatureVerdict:
        """The signature of a person or an agency."""
        if str(entry(signature.sig_object, "/SubFilter")) not in (message.DETACHED | {message.OLD}):
            return SignatureVerdict(
                signature.fq_name, "signature", worst(["unsupported_format"]), ("unsupported_format",)
            )
        signed = message.Message.of(signature.signed_data)
        whole = self._whole(signature)
        claimed = message.claimed_time(signature)
        stamped, reasons = await self._stamped(signature)
        proven = min(self.existed, stamped) if stamped else self.existed
        finding = await self.certificates.of_signer(
            signed.certificate, signed.others, proven, None if stamped else claimed
        )
        reasons = [*message.trouble_of(signature, signed), *finding.reasons, *whole.reasons, *reasons]
        return _verdict(signature, "signature", signed, reasons, whole, stamped or claimed, stamped is not None)

    async def _stamped(self, signature: EmbeddedPdfSignature) -> tuple[datetime | None, list[str]]:
        """The earliest time that a trusted time stamp beside the signature proves, and what is wrong with them."""
        times: list[datetime] = []
        reasons: list[str] = []
        for stamp in message.stamps_of(signature):
            if stamp is None:
                reasons.append("timestamp_untrusted")  # its certificate may be left out, lawfully
                continue
            if set(stamp.reasons) - {"weak_algorithm"}:
                reasons.append("timestamp_wrong")
                continue
            finding = await self.certificates.of_time_stamper(
                stamp.message.certificate, stamp.message.others, self.existed, stamp.time
            )
            if finding.trusted and not stamp.reasons:
                times.append(stamp.time)
            else:
                reasons.append("timestamp_untrusted")
        return min(times, default=None), reasons

    def _whole(self, signature: EmbeddedPdfSignature) -> _Whole:
        """Whether the signature covers its revision, and what came after it."""
        trouble = ranges.hole(signature, self.file.reader.stream, self.file.size)
        if trouble:
            self.file.reasons += trouble  # bytes that no signature explains are everybody's trouble
            return _Whole(Coverage.UNCLEAR, Changes("unknown"), tuple(trouble))
        level = signature.evaluate_signature_coverage()
        if level is SignatureCoverageLevel.ENTIRE_FILE:
            return _Whole(Coverage.WHOLE_FILE, Changes("none"), ())
        if level is not SignatureCoverageLevel.ENTIRE_REVISION:
            return _Whole(Coverage.UNCLEAR, Changes("unknown"), ("coverage",))
        changes = changes_after(self.file.reader, signature)
        seen = self._pictures(signature, changes)
        if changes.word == "unknown" and "shown_differently" in seen:
            if signature.docmdp_level is MDPPerm.ANNOTATE:
                seen = []  # notes may be added and show; which ones is not known here
            else:
                changes = Changes("forbidden", changes.fields, ("forbidden_change",))
        return _Whole(Coverage.REVISION, changes, (*changes.reasons, *seen))

    def _pictures(self, signature: EmbeddedPdfSignature, changes: Changes) -> list[str]:
        """G4, where something was filled in or could not be explained."""
        if not changes.want_pictures:
            return []
        try:
            places, touched = pictures.open_places(self.file.reader, int(signature.signed_revision), signature.fieldmdp)
            only = touched if changes.word == "filling" else None
            heavy = pictures.too_heavy(self.file.reader, only)
        except BROKEN as error:
            log.info("fields cannot be placed: %s", type(error).__name__)
            return ["not_compared"]
        if heavy:
            return ["not_compared"]
        begun = datetime.now(UTC)
        found = pictures.compare(
            self.file.path, ranges.end_of(signature), places, only=only, seconds=max(0.5, self.seconds)
        )
        self.seconds -= (datetime.now(UTC) - begun).total_seconds()
        return found


@dataclass(frozen=True)
class _Whole:
    """How much a signature covers and what became of it."""

    coverage: Coverage
    changes: Changes
    reasons: tuple[str, ...]


def _verdict(
    signature: EmbeddedPdfSignature,
    kind: str,
    signed: message.Message,
    reasons: list[str],
    whole: _Whole,
    signed_at: datetime | None,
    time_is_trusted: bool,
) -> SignatureVerdict:
    certificate = certificates.facts(signed.certificate)
    codes = tuple(dict.fromkeys(reasons))
    return SignatureVerdict(
        field=signature.fq_name,
        kind=kind,
        verdict=worst(codes),
        reasons=codes,
        who=certificate.name,
        organisation=certificate.organisation,
        issuer=certificate.issuer,
        certificate=certificate,
        signed_at=signed_at,
        time_is_trusted=time_is_trusted,
        coverage=whole.coverage,
        changes=whole.changes.word,
        changed_fields=whole.changes.fields,
    )


def _burdened(found: SignatureVerdict, reasons: tuple[str, ...]) -> SignatureVerdict:
    """A verdict with what is wrong with the whole file added: nothing passes in an altered file."""
    codes = tuple(dict.fromkeys((*found.reasons, *(code for code in reasons if code != "unsigned"))))
    return found if codes == found.reasons else replace(found, reasons=codes, verdict=worst(codes))

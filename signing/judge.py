"""Judging the signatures of a PDF, ours or anybody's: PASS, FAIL or UNSURE, with reasons.

An altered file may be FAIL or UNSURE, never PASS.  A lawful file may be PASS or UNSURE.  What pyHanko's
own judgement lets through is caught by the guards in :mod:`signing.guards`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import DiffResult, SuspiciousModification
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    SignatureStatus,
)
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from signing import guards
from signing.files import sha256_of
from signing.keys import certificate_info
from signing.trust import Trust, certificate_of
from signing.verdicts import Coverage, Judgement, SignatureVerdict, Verdict, worst

log = logging.getLogger(__name__)

MAX_SIGNATURES = 60
"""More signatures and time stamps than this in one file are not judged."""


def judge(path: Path, trust: Trust, *, at: datetime | None = None) -> Judgement:
    """Judge all signatures and time stamps of the PDF at ``path``, as seen ``at`` (default now, UTC).

    Never raises on what the file holds, and never fetches anything.  Needs a moment (50 ms to seconds)
    and should run under limits for foreign files.
    """
    moment = at or datetime.now(UTC)
    digest = sha256_of(path)
    try:
        return _judge(path, digest, trust, moment)
    except Exception as error:
        log.info("cannot judge: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
        return Judgement(digest, moment, (), (), ("format",))


def _judge(path: Path, digest: str, trust: Trust, moment: datetime) -> Judgement:
    with path.open("rb") as stream:
        reader = PdfFileReader(stream, strict=True)
        reasons: list[str] = []
        if reader.encrypted:
            return Judgement(digest, moment, (), (), ("encrypted",))
        if reader.xrefs.hybrid_xrefs_present:
            reader = PdfFileReader(stream, strict=False)
            reasons.append("lax_format")  # G6
        embedded = list(reader.embedded_signatures)
        if len(embedded) > MAX_SIGNATURES:
            return Judgement(digest, moment, (), (), ("too_many_signatures",))
        reasons += guards.trailing_bytes(reader, embedded)
        reasons += guards.padding(embedded)
        reasons += guards.shared_signatures(reader)
        reasons += guards.shown_unsigned_fields(reader)
        if embedded:
            reasons += guards.text_fields(reader)
        verdicts = asyncio.run(_judge_each(reader, embedded, trust, moment))
    if not any(found.kind == "signature" for found in verdicts):
        reasons.append("unsigned")
    verdicts = [_burdened(found, reasons) for found in verdicts]
    return Judgement(
        digest,
        moment,
        tuple(found for found in verdicts if found.kind == "signature"),
        tuple(found for found in verdicts if found.kind == "timestamp"),
        tuple(dict.fromkeys(reasons)),
    )


async def _judge_each(
    reader: PdfFileReader,
    embedded: list[EmbeddedPdfSignature],
    trust: Trust,
    moment: datetime,
) -> list[SignatureVerdict]:
    """Newest first: a good document time stamp proves when everything before it existed."""
    verdicts: list[SignatureVerdict] = []
    proofs = _Proofs.of(reader)
    existed_at = moment
    for signature in reversed(embedded):
        kind = "timestamp" if signature.sig_object_type == "/DocTimeStamp" else "signature"
        try:
            if kind == "timestamp":
                verdict = await _judge_timestamp(proofs, signature, trust, existed_at)
                if verdict.passed and verdict.signed_at is not None:
                    existed_at = min(existed_at, verdict.signed_at)
            else:
                verdict = await _judge_signature(proofs, signature, trust, existed_at)
        except Exception as error:
            log.info("cannot judge: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
            verdict = SignatureVerdict(signature.fq_name, kind, Verdict.UNSURE, ("format",))
        verdicts.append(verdict)
    verdicts.reverse()
    return verdicts


@dataclass(frozen=True)
class _Proofs:
    """What the file itself carries to prove its certificates."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[asn1_crl.CertificateList, ...] = ()
    ocsps: tuple[asn1_ocsp.OCSPResponse, ...] = ()

    @classmethod
    def of(cls, reader: PdfFileReader) -> _Proofs:
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return cls()
        read = store.as_validation_context({"trust_roots": [], "allow_fetching": False})
        certificates = tuple(certificate_of(found.dump()) for found in store.load_certs())
        return cls(certificates, tuple(read.crls), tuple(read.ocsps))

    def context(self, trust: Trust, moment: datetime) -> ValidationContext:
        """Trust as of ``moment``, with these proofs."""
        return trust.context(moment, self.certificates, self.crls, self.ocsps)


async def _judge_timestamp(
    proofs: _Proofs, signature: EmbeddedPdfSignature, trust: Trust, existed_at: datetime
) -> SignatureVerdict:
    status = await async_validate_pdf_timestamp(signature, proofs.context(trust, existed_at))
    trouble = await _trouble(status, signature, proofs, trust, existed_at)
    reasons = [*_integrity(status), *trouble, *_changes(status)]
    return _verdict(signature, "timestamp", status, reasons, status.timestamp, not reasons)


async def _judge_signature(
    proofs: _Proofs, signature: EmbeddedPdfSignature, trust: Trust, existed_at: datetime
) -> SignatureVerdict:
    claimed = _timestamp_time(signature)
    moment = min(existed_at, claimed) if claimed else existed_at
    status = await async_validate_pdf_signature(
        signature, proofs.context(trust, moment), proofs.context(trust, existed_at)
    )
    time = status.timestamp_validity
    reasons: list[str] = []
    trusted = False
    if time is not None:
        trusted = bool(time.intact and time.valid and time.trusted)
        if not (time.intact and time.valid):
            reasons.append("timestamp_wrong")
        elif not trusted:
            reasons.append("timestamp_untrusted")
            moment = existed_at
            status = await async_validate_pdf_signature(
                signature, proofs.context(trust, moment), proofs.context(trust, moment)
            )
    trouble = await _trouble(status, signature, proofs, trust, moment)
    reasons = [*_integrity(status), *trouble, *_changes(status), *reasons]
    signed_at = time.timestamp if time is not None else signature.self_reported_timestamp
    return _verdict(signature, "signature", status, reasons, signed_at, trusted)


def _timestamp_time(signature: EmbeddedPdfSignature) -> datetime | None:
    """The time in the time stamp beside a signature, believed only once that stamp is validated."""
    for attribute in signature.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            token = attribute["values"][0]["content"]
            when: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
            return when
    return None


def _verdict(
    signature: EmbeddedPdfSignature,
    kind: str,
    status: PdfSignatureStatus | DocumentTimestampStatus,
    reasons: Iterable[str],
    signed_at: datetime | None,
    time_is_trusted: bool,
) -> SignatureVerdict:
    certificate = certificate_info(status.signing_cert.dump())
    codes = tuple(dict.fromkeys(reasons))
    if not codes and isinstance(status, PdfSignatureStatus) and not status.bottom_line:
        codes = ("unexplained",)
    return SignatureVerdict(
        field=signature.fq_name,
        kind=kind,
        verdict=worst(codes),
        reasons=codes,
        who=certificate.name,
        organisation=certificate.organisation,
        issuer=certificate.issuer,
        certificate=certificate,
        signed_at=signed_at.astimezone(UTC) if signed_at is not None else None,
        time_is_trusted=time_is_trusted,
        coverage=_coverage(status.coverage),
        changes=_changes_word(status),
        changed_fields=_changed_fields(status),
    )


def _burdened(found: SignatureVerdict, reasons: list[str]) -> SignatureVerdict:
    """A verdict with what is wrong with the whole file added: nothing passes in an altered file."""
    if not reasons or reasons == ["unsigned"]:
        return found
    codes = tuple(dict.fromkeys((*found.reasons, *reasons)))
    return replace(found, reasons=codes, verdict=worst(codes))


def _integrity(status: SignatureStatus) -> list[str]:
    if not status.intact:
        return ["digest_mismatch"]
    return [] if status.valid else ["signature_wrong"]


_TRUST_PROBLEMS = {
    AdESFailure.REVOKED: "revoked",
    AdESIndeterminate.REVOKED_NO_POE: "revoked",
    AdESIndeterminate.REVOKED_CA_NO_POE: "revoked",
    AdESFailure.NOT_YET_VALID: "certificate_not_yet_valid",
    AdESIndeterminate.EXPIRED: "certificate_expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "certificate_expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "certificate_expired",
    AdESIndeterminate.TRY_LATER: "revocation_unknown",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "wrong_key_usage",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "weak_algorithm",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "weak_algorithm",
}


async def _trouble(
    status: SignatureStatus, signature: EmbeddedPdfSignature, proofs: _Proofs, trust: Trust, moment: datetime
) -> list[str]:
    """Why the certificate is not trusted, if it is not."""
    if status.revoked:
        return ["revoked"]
    if status.trusted:
        return []
    problem = status.trust_problem_indic
    if problem is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
        # pyHanko does not tell missing proof from a bad chain: look again without asking for proof
        lenient = proofs.context(trust.lenient(), moment)
        validator: Any = CertificateValidator(
            signature.signer_cert, signature.other_embedded_certs, validation_context=lenient
        )
        try:
            await validator.async_validate_usage(set())
        except (PathBuildingError, PathValidationError):
            return ["untrusted_issuer"]
        return ["revocation_unknown"]
    return [_TRUST_PROBLEMS.get(problem, "untrusted_issuer") if problem else "untrusted_issuer"]


def _changes(status: PdfSignatureStatus | DocumentTimestampStatus) -> list[str]:
    if _coverage(status.coverage) is Coverage.UNCLEAR:
        return ["coverage"]
    difference = status.diff_result
    if isinstance(difference, SuspiciousModification):
        freed = "free" in str(difference).lower()
        return ["unexplained_change" if freed else "forbidden_change"]
    return [] if status.docmdp_ok is not False else ["forbidden_change"]


def _coverage(level: SignatureCoverageLevel | None) -> Coverage:
    if level is SignatureCoverageLevel.ENTIRE_FILE:
        return Coverage.WHOLE_FILE
    return Coverage.REVISION if level is SignatureCoverageLevel.ENTIRE_REVISION else Coverage.UNCLEAR


def _changed_fields(status: PdfSignatureStatus | DocumentTimestampStatus) -> tuple[str, ...]:
    """The fields filled in later.  Only when something was filled: pyHanko also names untouched fields
    whose appearance is older than the signature."""
    difference = status.diff_result
    if isinstance(difference, DiffResult) and _changes_word(status) == "filling":
        return tuple(sorted(difference.changed_form_fields))
    return ()


_CHANGE_WORDS = {
    "NONE": "none",
    "LTA_UPDATES": "proofs",
    "FORM_FILLING": "filling",
    "ANNOTATIONS": "forbidden",
    "OTHER": "forbidden",
}


def _changes_word(status: PdfSignatureStatus | DocumentTimestampStatus) -> str:
    level = status.modification_level
    return _CHANGE_WORDS.get(level.name, "unknown") if level is not None else "unknown"

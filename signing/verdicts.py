"""What a judgement says: the words, and nothing that works them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.keys import CertificateInfo


class Verdict(StrEnum):
    """The three answers."""

    PASS = "pass"  # noqa: S105 (no password)
    FAIL = "fail"
    UNSURE = "unsure"


class Coverage(StrEnum):
    """How much of the file a signature covers."""

    WHOLE_FILE = "whole_file"
    REVISION = "revision"
    UNCLEAR = "unclear"


FAILING_REASONS = frozenset(
    {
        "digest_mismatch",
        "signature_wrong",
        "forbidden_change",
        "revoked",
        "trailing_bytes",
        "hidden_bytes",
        "unsigned_field_shown",
        "text_differs_from_value",
        "signature_shared",
        "timestamp_wrong",
    }
)
"""Reasons that make a verdict FAIL; every other reason makes it UNSURE."""


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What is to be said of one signature or document time stamp.  Times are in UTC.

    ``reasons`` are codes, empty when the verdict is PASS: ``digest_mismatch`` (signed bytes altered),
    ``signature_wrong``, ``forbidden_change`` (altered after signing beyond what was left open),
    ``unexplained_change``, ``coverage`` (signs only part of its revision), ``revoked``,
    ``revocation_unknown``, ``certificate_expired``, ``certificate_not_yet_valid``,
    ``untrusted_issuer``, ``wrong_key_usage``, ``weak_algorithm``, ``timestamp_wrong``,
    ``timestamp_untrusted``, ``format``, and the file's own reasons (see :class:`Judgement`).
    """

    field: str
    kind: str
    """``signature`` or ``timestamp``."""
    verdict: Verdict
    reasons: tuple[str, ...]
    who: str = ""
    organisation: str = ""
    issuer: str = ""
    certificate: CertificateInfo | None = None
    signed_at: datetime | None = None
    time_is_trusted: bool = False
    coverage: Coverage = Coverage.UNCLEAR
    changes: str = "unknown"
    """What came after: ``none``, ``proofs`` (validation data, time stamps), ``filling``, ``forbidden``,
    ``unknown``."""
    changed_fields: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the verdict is PASS."""
        return self.verdict is Verdict.PASS


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of a whole file.

    ``reasons`` concern the file: ``unsigned``, ``encrypted``, ``format`` (cannot be read),
    ``lax_format`` (readable only with leniency), ``too_many_signatures``, ``trailing_bytes``,
    ``hidden_bytes``, ``unexplained_bytes``, ``unsigned_field_shown``, ``text_differs_from_value``,
    ``text_without_appearance``, ``signature_shared``.
    """

    sha256: str
    judged_at: datetime
    signatures: tuple[SignatureVerdict, ...]
    timestamps: tuple[SignatureVerdict, ...]
    reasons: tuple[str, ...]

    @property
    def signed(self) -> bool:
        """Whether the file bears at least one signature that could be read (time stamps do not count)."""
        return bool(self.signatures)

    @property
    def verdict(self) -> Verdict:
        """The worst of all; UNSURE for a file without signatures."""
        every = {found.verdict for found in (*self.signatures, *self.timestamps)}
        if Verdict.FAIL in every or FAILING_REASONS & set(self.reasons):
            return Verdict.FAIL
        if not self.signatures or self.reasons or Verdict.UNSURE in every:
            return Verdict.UNSURE
        return Verdict.PASS

    def signature(self, field: str) -> SignatureVerdict | None:
        """The verdict on the signature in ``field``, None when there is none."""
        return next((found for found in self.signatures if found.field == field), None)

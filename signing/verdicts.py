"""What a judgement says: the words, and nothing that works them out."""

from __future__ import annotations

from collections.abc import Iterable
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


POLICY_VERSION = 2
"""Raised whenever the same file could be judged otherwise than before: kept verdicts of an older policy are void."""

FAILING_REASONS = frozenset(
    {
        "byte_range",
        "digest_mismatch",
        "field_name_twice",
        "forbidden_change",
        "hidden_bytes",
        "revoked",
        "shown_differently",
        "signature_shared",
        "signature_wrong",
        "text_differs_from_value",
        "timestamp_wrong",
        "trailing_bytes",
        "unsigned_field_shown",
    }
)
"""Reasons that make a verdict FAIL."""

DOUBTS = frozenset(
    {
        "certificate_expired",
        "certificate_not_yet_valid",
        "content_covered",
        "coverage",
        "encrypted",
        "format",
        "lax_format",
        "not_compared",
        "revocation_unknown",
        "revoked_later",
        "text_without_appearance",
        "timestamp_shown",
        "too_many_signatures",
        "unexplained_bytes",
        "unexplained_change",
        "unsigned",
        "unsupported_format",
        "untrusted_issuer",
        "weak_algorithm",
        "wrong_key_usage",
    }
)
"""Reasons that make a verdict UNSURE."""

NOTICES = frozenset({"hybrid_format", "revocation_not_checked", "timestamp_untrusted"})
"""What is said beside a verdict and does not change it."""

REASONS = FAILING_REASONS | DOUBTS | NOTICES
"""Every code that a judgement may hold."""


def worst(reasons: Iterable[str]) -> Verdict:
    """The verdict that these reasons make; a code of no list makes it UNSURE."""
    codes = set(reasons) - NOTICES
    if codes & FAILING_REASONS:
        return Verdict.FAIL
    return Verdict.UNSURE if codes else Verdict.PASS


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What is to be said of one signature or document time stamp.  Times are in UTC.

    ``reasons`` are codes of :data:`REASONS`; those of the whole file stand with each signature too.  A verdict
    of PASS bears notices at most.
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

    ``reasons`` are the codes that concern the whole file.
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
    def readable(self) -> bool:
        """Whether the file could be read far enough to say what signatures it bears."""
        return bool(self.signatures or self.timestamps) or not {"format", "encrypted"} & set(self.reasons)

    @property
    def verdict(self) -> Verdict:
        """The worst of all; UNSURE for a file without signatures."""
        every = {found.verdict for found in (*self.signatures, *self.timestamps)} | {worst(self.reasons)}
        if Verdict.FAIL in every:
            return Verdict.FAIL
        return Verdict.UNSURE if not self.signatures or Verdict.UNSURE in every else Verdict.PASS

    def signature(self, field: str) -> SignatureVerdict | None:
        """The verdict on the signature in ``field``, None when there is none."""
        return next((found for found in self.signatures if found.field == field), None)

"""Whether a certificate leads to a trusted one, was meant for this use, and was in force."""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)

from signing.errors import UnknownKey
from signing.keys import CertificateInfo, certificate_info
from signing.trust import Trust, certificate_of
from signing.validate import lasting
from signing.validate.proofs import Proofs

log = logging.getLogger(__name__)

_CLOCKS_DIFFER = timedelta(days=1)
_SIGNING_USAGES = {"digital_signature", "non_repudiation"}
_SIGNING_PURPOSES = {
    "any_extended_key_usage",
    "email_protection",
    "1.2.840.113583.1.1.5",  # Adobe: authentic documents
    "adobe_authentic_documents_trust",
    "1.3.6.1.4.1.311.10.3.12",  # Microsoft: document signing
    "microsoft_document_signing",
    "1.3.6.1.5.5.7.3.36",  # RFC 9336: document signing
    "document_signing",
}
_PERSONAL_PURPOSES = {"client_auth", "microsoft_smart_card_logon", "1.3.6.1.4.1.311.20.2.2"}
"""Purposes that many authorities give to certificates of persons; enough where the certificate may bind its holder."""
_WHOLE = {"any_extended_key_usage"}


@dataclass(frozen=True)
class Finding:
    """What is to be said of a certificate: codes of reasons, none when it is trusted."""

    reasons: tuple[str, ...] = ()
    path: tuple[x509.Certificate, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether nothing but notices was found."""
        return not set(self.reasons) - {"revocation_not_checked"}


@dataclass
class Certificates:
    """Judges the certificates of one file.  What was found is kept: the same certificate occurs again and again."""

    trust: Trust
    proofs: Proofs
    now: datetime
    _found: dict[tuple[bytes, datetime, str], _Attempt] = field(default_factory=dict)

    async def of_signer(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        proven: datetime,
        claimed: datetime | None,
    ) -> Finding:
        """The certificate of a person or an agency.

        ``proven`` is the latest time at which the signature certainly existed, ``claimed`` what it says itself.
        """
        finding = await self._chain(certificate, others, proven, claimed)
        if finding.path and not _for_documents(certificate, itself_trusted=len(finding.path) == 1):
            return Finding((*finding.reasons, "wrong_key_usage"), finding.path)
        return finding

    async def of_time_stamper(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], proven: datetime, claimed: datetime
    ) -> Finding:
        """The certificate of a time-stamping authority (RFC 3161, section 2.3)."""
        finding = await self._chain(certificate, others, proven, claimed)
        purposes = _purposes(certificate)
        if finding.path and (purposes is None or "time_stamping" not in purposes):
            return Finding((*finding.reasons, "wrong_key_usage"), finding.path)
        return finding

    async def _chain(
        self,
        certificate: x509.Certificate,
        others: Iterable[x509.Certificate],
        proven: datetime,
        claimed: datetime | None,
    ) -> Finding:
        others = list(others)
        moments = [self.now] if proven >= self.now else [self.now, proven]
        policies = ["require"] if self.trust.revocation == "require" else ["require", "soft-fail"]
        last: _Attempt | None = None
        for policy in policies:
            for moment in moments:
                attempt = await self._attempt(certificate, others, moment, policy)
                if attempt.error is None:
                    return self._passed(attempt, policy, proven, claimed)
                revoked = self._revoked(attempt, proven, claimed)
                if revoked and (revoked != "revoked_later" or moment is moments[-1]):
                    return Finding((revoked,), attempt.path)
                last = attempt
        assert last is not None
        return Finding((_word(last.error),), last.path)

    def _passed(self, attempt: _Attempt, policy: str, proven: datetime, claimed: datetime | None) -> Finding:
        path = attempt.path
        if not _may_issue(path):
            return Finding(("untrusted_issuer",), path)
        begin = path[0].not_valid_before
        if proven < begin or (claimed is not None and claimed + _CLOCKS_DIFFER < begin):
            return Finding(("certificate_not_yet_valid",), path)
        if len(path) == 1 and proven > path[0].not_valid_after:
            return Finding(("certificate_expired",), path)  # nobody looks at the dates of what is trusted by itself
        revoked = self._listed(path, proven, claimed)
        if revoked:
            return Finding((revoked,), path)
        open_question = policy != "require" and len(path) > 1
        return Finding(("revocation_not_checked",) if open_question else (), path)

    async def _attempt(
        self, certificate: x509.Certificate, others: list[x509.Certificate], moment: datetime, policy: str
    ) -> _Attempt:
        key = (certificate.dump(), moment, policy)
        if key not in self._found:
            self._found[key] = await self._validate(certificate, others, moment, policy)
        return self._found[key]

    async def _validate(
        self, certificate: x509.Certificate, others: list[x509.Certificate], moment: datetime, policy: str
    ) -> _Attempt:
        proofs, trust = self.proofs, self.trust.with_revocation(policy)
        name = lasting.name_of(
            (certificate.dump(), policy.encode()),
            *trust.parts(),
            *([one.dump() for one in group] for group in (others, proofs.certificates, proofs.crls, proofs.ocsps)),
        )
        plain = type(trust).context is Trust.context  # else it knows more than its parts
        known = lasting.found_before(name, moment) if plain else None
        if known is not None:
            return _Attempt(known, None)
        context = trust.context(moment, (*proofs.certificates, *others), proofs.crls, proofs.ocsps)
        validator: Any = CertificateValidator(certificate, validation_context=context)
        try:
            path = await validator.async_validate_path()
        except (PathBuildingError, PathValidationError, InvalidCertificateError) as error:
            return _Attempt((), error)
        except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm) as error:
            log.info("a chain cannot be judged: %s", type(error).__name__)
            return _Attempt((), error)
        chain = tuple(reversed([one for one in path if isinstance(one, x509.Certificate)]))
        if plain:
            certificates = (*map(certificate_of, (*trust.roots, *trust.intermediates)), *proofs.certificates, *others)
            lasting.keep(name, moment, chain, certificates, (*trust.parsed_crls(), *proofs.crls), proofs.ocsps)
        return _Attempt(chain, None)

    def _revoked(self, attempt: _Attempt, proven: datetime, claimed: datetime | None) -> str:
        error = attempt.error
        return _weight(error.revocation_dt, proven, claimed) if isinstance(error, RevokedError) else ""

    def _listed(self, path: tuple[x509.Certificate, ...], proven: datetime, claimed: datetime | None) -> str:
        """Whether any list names a certificate of the path, however old that list is."""
        for certificate, issuer in itertools.pairwise(path):
            for found in (*self.trust.parsed_crls(), *self.proofs.crls):
                when = _named_in(found, certificate, issuer)
                word = _weight(when, proven, claimed) if when else ""
                if word:
                    return word
            told = (_told_revoked(answer, certificate) for answer in self.proofs.ocsps)
            if any(when and _weight(when, proven, claimed) for when in told):
                return "revocation_unknown"  # too old an answer for the chain, but nobody may pass it over
        return ""


@dataclass(frozen=True)
class _Attempt:
    """A path from the certificate up to the trusted one, or why there is none."""

    path: tuple[x509.Certificate, ...]
    error: Exception | None


def _weight(revoked_at: datetime, proven: datetime, claimed: datetime | None) -> str:
    """What a revocation means for a signature that existed at ``proven`` and says it was made at ``claimed``."""
    if proven < revoked_at:
        return ""
    return "revoked_later" if claimed is not None and claimed < revoked_at else "revoked"


def _word(error: Exception | None) -> str:
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (RevokedError, "revoked"),
        (InsufficientRevinfoError, "revocation_unknown"),
        (ExpiredError, "certificate_expired"),
        (NotYetValidError, "certificate_not_yet_valid"),
        (DisallowedAlgorithmError, "weak_algorithm"),
    )
    return next((word for kind, word in kinds if isinstance(error, kind)), "untrusted_issuer")


def _named_in(
    found: asn1_crl.CertificateList, certificate: x509.Certificate, issuer: x509.Certificate
) -> datetime | None:
    """When this list of the issuer says the certificate was revoked, None when it does not."""
    if found.issuer.dump() != certificate.issuer.dump():
        return None
    try:
        parsed = pyca.load_der_x509_crl(found.dump())
        entry = parsed.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is None:
            return None
        key: Any = load_der_public_key(issuer.public_key.dump())
        return entry.revocation_date_utc if parsed.is_signature_valid(key) else None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _told_revoked(answer: asn1_ocsp.OCSPResponse, certificate: x509.Certificate) -> datetime | None:
    """Since when an OCSP answer, by whomever it is signed, says that the certificate is revoked."""
    try:
        for one in answer.response_data["responses"]:
            asked = one["cert_id"]
            name = hashlib.new(asked["hash_algorithm"]["algorithm"].native, certificate.issuer.dump()).digest()
            same = (
                asked["serial_number"].native == certificate.serial_number and asked["issuer_name_hash"].native == name
            )
            if same and one["cert_status"].name == "revoked":
                since: datetime = one["cert_status"].chosen["revocation_time"].native
                return since
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        log.info("an answer cannot be read: %s", type(error).__name__)
    return None


def _purposes(certificate: x509.Certificate) -> set[str] | None:
    """The purposes a certificate names, None when it names none."""
    value = certificate.extended_key_usage_value
    return set(value.native) if value is not None else None


def _for_documents(certificate: x509.Certificate, *, itself_trusted: bool) -> bool:
    """Whether a certificate is meant for signing documents.

    ``itself_trusted``: it is named as trusted, so its usages are those of an authority perhaps.
    """
    usage = certificate.key_usage_value
    usages = set(usage.native) if usage is not None else None
    if usages is not None and not usages & _SIGNING_USAGES and not itself_trusted:
        return False
    purposes = _purposes(certificate)
    if purposes is None or purposes & _SIGNING_PURPOSES:
        return True
    binding = usages is not None and "non_repudiation" in usages
    return binding and bool(purposes & _PERSONAL_PURPOSES)


def _may_issue(path: tuple[x509.Certificate, ...]) -> bool:
    """Whether the trusted certificate at the end of the path may stand above others, if it does."""
    if len(path) < 2:
        return True
    top = path[-1]
    limits = top.basic_constraints_value
    if limits is not None and not limits["ca"].native:
        return False
    if limits is None and top["tbs_certificate"]["version"].native == "v3":
        return False
    usage = top.key_usage_value
    return usage is None or "key_cert_sign" in set(usage.native)


def facts(certificate: x509.Certificate) -> CertificateInfo:
    """What may be shown of a certificate, also of one that a strict program cannot read."""
    try:
        return certificate_info(certificate.dump())
    except UnknownKey:
        subject, issuer = certificate.subject.native, certificate.issuer.native
        return CertificateInfo(
            name=_text(subject.get("common_name")),
            organisation=_text(subject.get("organization_name")),
            issuer=_text(issuer.get("common_name")),
            serial=f"{certificate.serial_number:x}",
            not_before=certificate.not_valid_before.astimezone(UTC),
            not_after=certificate.not_valid_after.astimezone(UTC),
            fingerprint=certificate.sha256.hex(),
        )


def _text(value: object) -> str:
    return str(value[0] if isinstance(value, list) and value else value or "")

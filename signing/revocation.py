"""Whether a certificate is revoked today, told by its authority: OCSP (RFC 6960) first, then revocation lists.

What the authority says is checked (its signature, for whom, until when), kept while it holds, and put into what is
signed as fresh proof (level B-LT).  Only the signing process asks; a judgement of a file never does.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from signing.errors import CertificateRevoked, RevocationUnknown
from signing.fetching import Fetcher, FetchRefused, Limits

log = logging.getLogger("signing.process")

OCSP_LIMITS = Limits(most_bytes=64 * 1024, seconds=5)
CRL_LIMITS = Limits(most_bytes=32 * 1024 * 1024, seconds=20)
KEPT_AT_MOST = timedelta(hours=1)
"""An answer is asked for again after so long, even when it would hold longer."""
SILENT = timedelta(seconds=30)
"""A machine that did not answer is left alone for so long."""
SKEW = timedelta(minutes=5)
"""How far the authority's clock may be from ours."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What an authority said of one certificate, DER; one of the two is empty."""

    ocsp: bytes = field(default=b"", repr=False)
    crl: bytes = field(default=b"", repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    """The certificates of whoever signed the answer, where that was not the issuer."""


class Authorities:
    """Asks authorities about certificates, and keeps what they said.  Safe for use by several threads."""

    def __init__(self, fetcher: Fetcher, *, wall: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._fetcher = fetcher
        self._wall = wall
        self._kept: dict[bytes, tuple[datetime, Proof]] = {}
        self._lists: dict[str, tuple[datetime, x509.CertificateRevocationList]] = {}
        self._silent: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def proof(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Proof | None:
        """A fresh proof that ``certificate`` is not revoked; None when it names no place to ask that may be asked.

        Raises :class:`CertificateRevoked`, and :class:`RevocationUnknown` when none of those places told.
        """
        name = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None and self._wall() < kept[0]:
            return kept[1]
        asked: list[str] = []
        ways = [
            *(partial(self._ask_ocsp, url) for url in self._allowed(ocsp_addresses(certificate))),
            *(partial(self._ask_crl, url) for url in self._allowed(crl_addresses(certificate))),
        ]
        for way in ways:
            try:
                until, proof = way(certificate, issuer)
            except FetchRefused as refused:
                asked.append(refused.detail)
                continue
            with self._lock:
                self._kept[name] = (min(until, self._wall() + KEPT_AT_MOST), proof)
            return proof
        if not ways:
            return None
        raise RevocationUnknown("; ".join(asked))

    def _allowed(self, urls: Sequence[str]) -> list[str]:
        return [url for url in urls if self._fetcher.allows(url)]

    def _ask_ocsp(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[datetime, Proof]:
        request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
        body = self._fetched(
            url,
            lambda: self._fetcher.post(
                url,
                request.public_bytes(Encoding.DER),
                "application/ocsp-request",
                "application/ocsp-response",
                OCSP_LIMITS,
            ),
        )
        try:
            answer = ocsp.load_der_ocsp_response(body)
            if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                raise FetchRefused(f"{url} answers {answer.response_status.name.lower()}")
            return self._read_ocsp(url, answer, certificate, issuer)
        except (ValueError, UnsupportedAlgorithm):
            raise FetchRefused(f"{url} answers nonsense") from None

    def _read_ocsp(
        self, url: str, answer: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
    ) -> tuple[datetime, Proof]:
        if answer.serial_number != certificate.serial_number or not _about(answer, issuer):
            raise FetchRefused(f"{url} answers for another certificate")
        signer = _responder(answer, issuer, self._wall())
        if signer is None:
            raise FetchRefused(f"{url} answers, but not for this authority")
        until = self._fresh(url, answer.this_update_utc, answer.next_update_utc)
        if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            raise CertificateRevoked(f"revoked on {answer.revocation_time_utc:%Y-%m-%d}, says {url}")
        if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
            raise FetchRefused(f"{url} does not know the certificate")
        others = () if signer == issuer else (signer.public_bytes(Encoding.DER),)
        return until, Proof(ocsp=answer.public_bytes(Encoding.DER), certificates=others)

    def _ask_crl(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[datetime, Proof]:
        with self._lock:
            until, found = self._lists.get(url, (None, None))
        if found is None or until is None or self._wall() >= until:
            body = self._fetched(url, lambda: self._fetcher.get(url, CRL_LIMITS))
            try:
                found = x509.load_der_x509_crl(body)
            except (ValueError, UnsupportedAlgorithm):
                raise FetchRefused(f"{url} is no revocation list") from None
        if found.issuer != issuer.subject or not _signed_by(found, issuer):
            raise FetchRefused(f"{url} is not the list of this authority")
        until = self._fresh(url, found.last_update_utc, found.next_update_utc)
        with self._lock:
            self._lists[url] = (until, found)
        revoked = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if revoked is not None:
            raise CertificateRevoked(f"revoked on {revoked.revocation_date_utc:%Y-%m-%d}, says {url}")
        return until, Proof(crl=found.public_bytes(Encoding.DER))

    def _fetched(self, url: str, fetch: Callable[[], bytes]) -> bytes:
        """What was fetched; a machine that just failed is not waited for by each document of a pile."""
        now = self._wall()
        with self._lock:
            if now < self._silent.get(url, now):
                raise FetchRefused(f"{url} did not answer a moment ago")
        try:
            return fetch()
        except FetchRefused as refused:
            log.warning("revocation: %s", refused.detail)
            with self._lock:
                self._silent[url] = now + SILENT
            raise

    def _fresh(self, url: str, since: datetime, until: datetime | None) -> datetime:
        """Until when an answer holds; raises :class:`FetchRefused` when it does not hold now."""
        now = self._wall()
        ends = until or since + KEPT_AT_MOST
        if since > now + SKEW or ends <= now:
            raise FetchRefused(f"{url} answers for another time")
        return ends


def is_ocsp(der: bytes) -> bool:
    """Whether a proof is the answer of an OCSP responder, and not a revocation list.

    An OCSPResponse begins with its status, ENUMERATED; a list with a SEQUENCE (RFC 6960, 4.2.1; RFC 5280, 5.1).
    """
    begin = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    return der[begin] == 0x0A


def ocsp_addresses(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that its authority answers (authority information access)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        one.access_location.value
        for one in found
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]


def crl_addresses(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that its authority publishes revocation lists."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = (name for point in points for name in point.full_name or ())
    return [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]


def _about(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """Whether an answer is for certificates of this issuer (its name and its key)."""
    digest = hashes.Hash(answer.hash_algorithm)
    digest.update(issuer.subject.public_bytes())
    return answer.issuer_name_hash == digest.finalize() and answer.issuer_key_hash == _key_hash(answer, issuer)


def _key_hash(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bytes:
    bits = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key()).digest
    if isinstance(answer.hash_algorithm, hashes.SHA1):
        return bits  # RFC 5280: the identifier is SHA-1 of the very bits
    builder = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, answer.hash_algorithm)
    return builder.build().issuer_key_hash


def _responder(answer: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> x509.Certificate | None:
    """Whoever signed an answer: the issuer, or one whom the issuer empowered (RFC 6960, 4.2.2.2).

    Of the latter only those that need no proof themselves (``id-pkix-ocsp-nocheck``); the list does for the others.
    """
    if _verifies(issuer, answer):
        return issuer
    for one in answer.certificates:
        try:
            usage = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            one.extensions.get_extension_for_class(x509.OCSPNoCheck)
            one.verify_directly_issued_by(issuer)
        except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
            continue
        valid = one.not_valid_before_utc <= now <= one.not_valid_after_utc
        if valid and ExtendedKeyUsageOID.OCSP_SIGNING in usage and _verifies(one, answer):
            return one
    return None


def _verifies(signer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    if algorithm is None or isinstance(algorithm, hashes.SHA1 | hashes.MD5):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _signed_by(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return False
    return found.is_signature_valid(key)

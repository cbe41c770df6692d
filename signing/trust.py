"""What is trusted: roots, the certificates below them, and revocation lists."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pem, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
)

from signing.errors import CertificateExpired, CertificateNotTrusted, CertificateNotYetValid
from signing.keys import certificate_info


@dataclass(frozen=True)
class Trust:
    """Roots, intermediate certificates and revocation lists, each DER.

    ``revocation`` is ``"require"`` (a certificate without proof that it is not revoked is not trusted;
    fail closed, R-SIG-7) or ``"soft-fail"``.
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    revocation: str = "require"
    _evidence: dict[tuple[bytes, ...], tuple[tuple[bytes, ...], tuple[bytes, ...]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def from_folder(cls, folder: Path, revocation: str = "require") -> Trust:
        """Read ``roots/*.der``, ``intermediates/*.der`` and ``crls/*.crl`` of a folder."""

        def read(name: str, ending: str) -> tuple[bytes, ...]:
            return tuple(p.read_bytes() for p in sorted((folder / name).glob(f"*.{ending}")))

        return cls(read("roots", "der"), read("intermediates", "der"), read("crls", "crl"), revocation)

    @classmethod
    def from_bytes(cls, data: bytes, revocation: str = "soft-fail") -> Trust:
        """Every certificate in ``data`` as a root, with the revocation lists in it.

        ``data`` is PEM (any number of certificates, revocation lists and PKCS#7 bundles, other text between
        them) or one DER certificate, revocation list or bundle.  Raises ``ValueError`` when it holds none.
        """
        blocks = list(_blocks(data))
        roots: list[bytes] = []
        crls: list[bytes] = []
        for der in blocks:
            if _is_certificate(der):
                roots.append(der)
            elif _is_crl(der):
                crls.append(der)
            else:
                roots += _bundled(der)
        if not roots and not crls:
            raise ValueError("neither a certificate nor a revocation list")
        return cls(tuple(dict.fromkeys(roots)), (), tuple(dict.fromkeys(crls)), revocation)

    def __or__(self, other: Trust) -> Trust:
        """What either of the two trusts, with the stricter wish for proofs."""
        strict = "require" in (self.revocation, other.revocation)
        return Trust(
            tuple(dict.fromkeys((*self.roots, *other.roots))),
            tuple(dict.fromkeys((*self.intermediates, *other.intermediates))),
            tuple(dict.fromkeys((*self.crls, *other.crls))),
            "require" if strict else "soft-fail",
        )

    def write_to(self, folder: Path) -> None:
        """Write this trust so that :meth:`from_folder` reads it again."""
        for name, ending, parts in (
            ("roots", "der", self.roots),
            ("intermediates", "der", self.intermediates),
            ("crls", "crl", self.crls),
        ):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for number, der in enumerate(parts):
                (folder / name / f"{number:05d}.{ending}").write_bytes(der)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that makes this trust what it is: with the hash of a file and
        :data:`signing.verdicts.POLICY_VERSION` it names a verdict that may be kept."""
        digest = hashlib.sha256(self.revocation.encode())
        for kind in (self.roots, self.intermediates, self.crls):
            digest.update(b"/")
            for part in sorted(hashlib.sha256(der).digest() for der in kind):
                digest.update(part)
        return digest.hexdigest()

    def parts(self) -> tuple[tuple[bytes, ...], ...]:
        """Everything that is trusted or known, kind by kind."""
        return self.roots, self.intermediates, self.crls

    def with_revocation(self, revocation: str) -> Trust:
        """The same trust with another wish for proof that certificates are not revoked."""
        return self if revocation == self.revocation else replace(self, revocation=revocation)

    def parsed_crls(self) -> tuple[asn1_crl.CertificateList, ...]:
        """The revocation lists, read."""
        return tuple(crl_of(der) for der in self.crls)

    def context(
        self,
        moment: datetime | None = None,
        more_certificates: Iterable[x509.Certificate] = (),
        more_crls: Iterable[asn1_crl.CertificateList] = (),
        ocsps: Iterable[asn1_ocsp.OCSPResponse] = (),
    ) -> ValidationContext:
        """A validation context for one judgement; never fetches anything."""
        return ValidationContext(
            trust_roots=[certificate_of(der) for der in self.roots],
            other_certs=[*(certificate_of(der) for der in self.intermediates), *more_certificates],
            crls=[*(crl_of(der) for der in self.crls), *more_crls],
            ocsps=list(ocsps),
            allow_fetching=False,
            revocation_mode=self.revocation,
            retroactive_revinfo=True,
            moment=moment,
        )

    def check_for_signing(self, certificate: bytes, at: datetime) -> None:
        """Check before signing that ``certificate`` is valid, trusted and for signing (R-SIG-6).

        Raises :class:`CertificateExpired`, :class:`CertificateNotYetValid`,
        :class:`CertificateNotTrusted`.
        """
        info = certificate_info(certificate)
        info.check_valid(at)
        validator: Any = CertificateValidator(certificate_of(certificate), validation_context=self.context(at))
        try:
            asyncio.run(validator.async_validate_usage({"non_repudiation"}))
        except ExpiredError:
            raise CertificateExpired(f"a certificate above {info.name} has ended") from None
        except NotYetValidError:
            raise CertificateNotYetValid(f"a certificate above {info.name} has not begun") from None
        except (InvalidCertificateError, PathBuildingError, PathValidationError) as error:
            raise CertificateNotTrusted(f"certificate of {info.name} is not trusted ({type(error).__name__})") from None

    def evidence(self, *leaves: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Certificates and revocation lists that prove the ``leaves`` for the long term (level B-LT)."""
        if leaves not in self._evidence:
            wanted = {certificate_of(leaf).issuer.dump() for leaf in leaves}
            above: list[bytes] = []
            pool = (*self.intermediates, *self.roots)
            found = True
            while found:
                found = False
                for der in pool:
                    certificate = certificate_of(der)
                    if der not in above and certificate.subject.dump() in wanted:
                        above.append(der)
                        wanted.add(certificate.issuer.dump())
                        found = True
            lists = tuple(der for der in self.crls if crl_of(der).issuer.dump() in wanted)
            self._evidence[leaves] = (tuple(dict.fromkeys((*leaves, *above))), lists)
        return self._evidence[leaves]


@lru_cache(maxsize=512)
def certificate_of(der: bytes) -> x509.Certificate:
    """The parsed form of a DER certificate, kept: parsing it again and again is what costs."""
    return x509.Certificate.load(der)


@lru_cache(maxsize=64)
def crl_of(der: bytes) -> asn1_crl.CertificateList:
    return asn1_crl.CertificateList.load(der)


_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)


def _blocks(data: bytes) -> Iterator[bytes]:
    """The DER elements of a file of certificates, PEM or DER."""
    found = False
    for match in _PEM_BLOCK.finditer(data):
        found = True
        try:
            yield pem.unarmor(match.group(0))[2]
        except ValueError:
            continue
    if not found:
        yield data


def _is_certificate(der: bytes) -> bool:
    try:
        found = x509.Certificate.load(der, strict=True)
        # read to the bottom: a revocation list begins like a certificate
        return bool(found.not_valid_after and found.issuer.native is not None and found.public_key.bit_size)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _is_crl(der: bytes) -> bool:
    try:
        return asn1_crl.CertificateList.load(der, strict=True)["tbs_cert_list"]["this_update"].native is not None
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _bundled(der: bytes) -> list[bytes]:
    """The certificates of a PKCS#7 bundle."""
    try:
        return [found.public_bytes(Encoding.DER) for found in pkcs7.load_der_pkcs7_certificates(der)]
    except (ValueError, UnsupportedAlgorithm):
        return []

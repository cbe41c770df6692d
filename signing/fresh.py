"""Trust that asks the authorities before each signature, and puts their answers into what is signed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko_certvalidator import ValidationContext

from signing.errors import RevocationUnknown
from signing.revocation import Authorities, Proof
from signing.trust import Trust, certificate_of

log = logging.getLogger("signing.process")


@dataclass(frozen=True)
class _ProvedTrust(Trust):
    """A trust with answers of OCSP responders in hand."""

    ocsps: tuple[bytes, ...] = ()

    def context(
        self,
        moment: datetime | None = None,
        more_certificates: Iterable[asn1_x509.Certificate] = (),
        more_crls: Iterable[asn1_crl.CertificateList] = (),
        ocsps: Iterable[asn1_ocsp.OCSPResponse] = (),
    ) -> ValidationContext:
        """As of any trust, with those answers."""
        known = [asn1_ocsp.OCSPResponse.load(der) for der in self.ocsps]
        return super().context(moment, more_certificates, more_crls, [*ocsps, *known])


@dataclass(frozen=True)
class FreshTrust(Trust):
    """Roots, intermediate certificates and lists as of :class:`Trust`, with authorities that are asked.

    Where the authorities cannot be asked or do not tell, a list of our own that holds today is enough; without one
    nothing is signed (R-SIG-7).
    """

    authorities: Authorities | None = None

    def check_for_signing(self, certificate: bytes, at: datetime) -> None:
        """Check before signing, with what the authorities say now (R-SIG-6).

        Raises what :meth:`Trust.check_for_signing` raises, :class:`CertificateRevoked` and
        :class:`RevocationUnknown`.
        """
        self.proved(certificate).check_for_signing(certificate, at)

    def proved(self, *leaves: bytes) -> Trust:
        """This trust with what the authorities say now of the ``leaves`` and of those above them."""
        _, proofs = self._proofs(leaves)
        return _ProvedTrust(
            self.roots,
            (*self.intermediates, *(der for proof in proofs for der in proof.certificates)),
            (*self.crls, *(proof.crl for proof in proofs if proof.crl)),
            self.revocation,
            ocsps=tuple(proof.ocsp for proof in proofs if proof.ocsp),
        )

    def evidence(self, *leaves: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Certificates, and answers and lists that prove the ``leaves``: fresh ones where authorities gave them."""
        chain, proofs = self._proofs(leaves)
        fresh = [proof.ocsp or proof.crl for proof in proofs]
        proved = {certificate_of(der).issuer.dump() for der, proof in self._told(chain) if not proof}
        own = [der for der in self.crls if asn1_crl.CertificateList.load(der).issuer.dump() in proved]
        certificates = (*leaves, *chain, *(der for proof in proofs for der in proof.certificates))
        return tuple(dict.fromkeys(certificates)), tuple(dict.fromkeys((*fresh, *own)))

    def _proofs(self, leaves: tuple[bytes, ...]) -> tuple[list[bytes], list[Proof]]:
        """Every certificate from the leaves up to roots, and what authorities said of those that are no roots."""
        chain: list[bytes] = []
        waiting = list(leaves)
        while waiting:
            der = waiting.pop()
            if der not in chain:
                chain.append(der)
                waiting += [] if der in self.roots else self._issuers(der, leaves)
        return chain, [proof for _, proof in self._told(chain) if proof is not None]

    def _told(self, chain: list[bytes]) -> list[tuple[bytes, Proof | None]]:
        return [(der, self._proof(der, chain)) for der in chain if der not in self.roots]

    def _issuers(self, der: bytes, leaves: tuple[bytes, ...]) -> list[bytes]:
        issuer = certificate_of(der).issuer.dump()
        pool = (*self.intermediates, *self.roots, *leaves)
        return [one for one in dict.fromkeys(pool) if one != der and certificate_of(one).subject.dump() == issuer]

    def _proof(self, der: bytes, chain: list[bytes]) -> Proof | None:
        """What the authority says of one certificate; None where our own list must do."""
        if self.authorities is None:
            return None
        issuers = self._issuers(der, tuple(chain))
        if not issuers:
            return None  # no path to a root: whoever checks the path says so
        issuer = _loaded(issuers[0])
        try:
            return self.authorities.proof(_loaded(der), issuer)
        except RevocationUnknown as unknown:
            if not self._has_list_of(issuer):
                raise
            log.warning("our own revocation list must do: %s", unknown.detail)
            return None

    def _has_list_of(self, issuer: x509.Certificate) -> bool:
        now = datetime.now(UTC)
        lists = (x509.load_der_x509_crl(der) for der in self.crls)
        return any(
            one.issuer == issuer.subject and one.next_update_utc is not None and one.next_update_utc > now
            for one in lists
        )


@lru_cache(maxsize=256)
def _loaded(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)

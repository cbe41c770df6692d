"""Paths of certificates that were found before, out of the very same proofs.

The certificates behind the signatures of a hundred letters are the same few, and so are the lists and answers that
prove them.  What is said of a path follows from the certificate, from what is trusted, from all certificates, lists
and answers at hand, and from the moment; and of the moment nothing counts but whether it lies before or after the
dates that stand in them.  So a path that was found for one moment is found again for each later one up to the next
of those dates.  Only paths that hold are kept, never a refusal; and never beyond this process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from cryptography import x509 as pyca
from pyhanko_certvalidator.policy_decl import FRESHNESS_FALLBACK_VALIDITY_DEFAULT

Path = tuple[x509.Certificate, ...]

_CLOSE = timedelta(seconds=5)
"""As near as this to a date nothing is taken from before: a second of difference is allowed there."""
_MOST = 256


@dataclass(frozen=True)
class _Kept:
    path: Path
    since: datetime
    until: datetime


_kept: dict[bytes, _Kept] = {}


def name_of(*groups: Iterable[bytes]) -> bytes:
    """A name for everything that a path is found out of; each group in its order."""
    digest = hashlib.sha256()
    for group in groups:
        digest.update(b"/")
        for der in group:
            digest.update(len(der).to_bytes(8, "big"))
            digest.update(der)
    return digest.digest()


def found_before(name: bytes, moment: datetime) -> Path | None:
    """The path that was found out of the same things, if it is found for this moment, too."""
    kept = _kept.get(name)
    return kept.path if kept is not None and kept.since <= moment < kept.until else None


def keep(
    name: bytes,
    moment: datetime,
    path: Path,
    certificates: Iterable[x509.Certificate],
    lists: Sequence[asn1_crl.CertificateList],
    answers: Sequence[asn1_ocsp.OCSPResponse],
) -> None:
    """Remember a path that holds at ``moment``, up to the next date in all that it may have been found out of."""
    try:
        dates = list(_dates([*certificates, *path, *_responders(answers)], lists, answers))
    except (ValueError, TypeError, KeyError, AttributeError, pyca.InvalidVersion):
        return  # a date that cannot be read
    until = min((date - _CLOSE for date in dates if date + _CLOSE >= moment), default=moment)
    if until > moment:
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[name] = _Kept(path, moment, until)


def _responders(answers: Iterable[asn1_ocsp.OCSPResponse]) -> Iterator[x509.Certificate]:
    for answer in answers:
        yield from answer.basic_ocsp_response["certs"] or ()


def _dates(
    certificates: Sequence[x509.Certificate],
    lists: Iterable[asn1_crl.CertificateList],
    answers: Iterable[asn1_ocsp.OCSPResponse],
) -> Iterator[datetime]:
    """When certificates begin and end and are revoked, when lists and answers were issued and the next are due."""
    for one in certificates:
        yield one.not_valid_before
        yield one.not_valid_after
    for found in lists:
        parsed = pyca.load_der_x509_crl(found.dump())
        yield from _of_news(parsed.last_update_utc, parsed.next_update_utc)
        for serial in {one.serial_number for one in certificates}:
            entry = parsed.get_revoked_certificate_by_serial_number(serial)
            if entry is not None:
                yield entry.revocation_date_utc
    for answer in answers:
        yield answer.response_data["produced_at"].native
        for told in answer.response_data["responses"]:
            yield from _of_news(told["this_update"].native, told["next_update"].native)
            if told["cert_status"].name == "revoked":
                yield told["cert_status"].chosen["revocation_time"].native


def _of_news(issued: datetime, following: datetime | None) -> Iterator[datetime]:
    yield issued
    yield following or issued + FRESHNESS_FALLBACK_VALIDITY_DEFAULT

"""What a file itself carries to prove its certificates, gathered from every revision.

A later revision may leave a revocation out of its store; the one that was there is remembered all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, x509
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.trust import certificate_of, crl_of
from signing.validate.reading import BROKEN, Reader, entry

log = logging.getLogger(__name__)

_MOST = 2_000
"""More certificates, lists and answers than this in one file are not read."""


@dataclass(frozen=True)
class Proofs:
    """Certificates, revocation lists and OCSP answers found in the file."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[asn1_crl.CertificateList, ...] = ()
    ocsps: tuple[asn1_ocsp.OCSPResponse, ...] = ()


def gather(reader: Reader, signatures: Sequence[EmbeddedPdfSignature]) -> Proofs:
    """The proofs of all revisions and of all signatures; what cannot be read is left out."""
    certificates: dict[bytes, None] = {}
    crls: dict[bytes, None] = {}
    ocsps: dict[bytes, None] = {}
    seen: set[object] = set()
    for revision, store in _stores(reader):
        for key, into in (("/Certs", certificates), ("/CRLs", crls), ("/OCSPs", ocsps)):
            into.update(dict.fromkeys(_streams(reader, revision, entry(store, key), seen)))
    for signature in signatures:
        for signed in (signature.signed_data, *_tokens(signature)):
            found = _in_message(signed)
            certificates.update(dict.fromkeys(found[0]))
            crls.update(dict.fromkeys(found[1]))
            ocsps.update(dict.fromkeys(found[2]))
    return Proofs(
        tuple(_parsed(certificate_of, certificates)),
        tuple(_parsed(crl_of, crls)),
        tuple(_parsed(_ocsp, ocsps)),
    )


def _stores(reader: Reader) -> Iterator[tuple[int, generic.DictionaryObject]]:
    """The security store of every revision that has one, with the number of the revision."""
    for revision in range(reader.revisions):
        try:
            store = reader.get_historical_resolver(revision).root["/DSS"]
        except BROKEN:
            continue
        if isinstance(store, generic.DictionaryObject):
            yield revision, store


def _streams(reader: Reader, revision: int, listed: Any, seen: set[object]) -> Iterator[bytes]:
    """The content of the streams in a list; those ``seen`` in an earlier revision are passed over."""
    if not isinstance(listed, generic.ArrayObject):
        return
    for one in list(listed)[:_MOST]:
        try:
            if isinstance(one, generic.IndirectObject):
                place = (one.idnum, one.generation, reader.xrefs.get_historical_ref(one.reference, revision))
                if place in seen:
                    continue
                seen.add(place)
            yield one.get_object().data
        except BROKEN as error:
            log.info("a proof cannot be read: %s", type(error).__name__)


def _tokens(signature: EmbeddedPdfSignature) -> Iterator[cms.SignedData]:
    try:
        for attribute in signature.signer_info["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                yield from (value["content"] for value in attribute["values"])
    except BROKEN as error:
        log.info("unsigned attributes cannot be read: %s", type(error).__name__)


def _in_message(signed: cms.SignedData) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Certificates, revocation lists and OCSP answers inside a signature (RFC 5652, Adobe's attribute)."""
    certificates: list[bytes] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    try:
        certificates += [one.chosen.dump() for one in signed["certificates"] if one.name == "certificate"]
        for choice in signed["crls"] or ():
            if choice.name == "certificate_list":
                crls.append(choice.chosen.dump())
            elif choice.chosen["other_rev_info_format"].native == "ocsp_response":
                ocsps.append(choice.chosen["other_rev_info"].parsed.dump())
        for attribute in signed["signer_infos"][0]["signed_attrs"]:
            if attribute["type"].native == "adobe_revocation_info_archival":
                archive = attribute["values"][0]
                crls += [one.dump() for one in archive["crl"] or ()]
                ocsps += [one.dump() for one in archive["ocsp"] or ()]
    except BROKEN as error:
        log.info("proofs inside a signature cannot be read: %s", type(error).__name__)
    return certificates, crls, ocsps


def _parsed(parse: Any, ders: Iterable[bytes]) -> Iterator[Any]:
    for der in list(ders)[:_MOST]:
        try:
            yield parse(der)
        except BROKEN as error:
            log.info("a proof is malformed: %s", type(error).__name__)


def _ocsp(der: bytes) -> asn1_ocsp.OCSPResponse:
    found = asn1_ocsp.OCSPResponse.load(der)
    if found["response_status"].native != "successful":
        raise ValueError("no answer")
    return found

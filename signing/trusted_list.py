"""Reading a trusted list of services (ETSI TS 119 612, as the states of the EU publish them).

Only what can be trusted for signatures is taken: services of the types CA/QC and TSA whose status is *granted*.
The XML is read without entities, document types and network.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from signing.chains import ORGANISATION, PERSON, TIMESTAMP

NAMESPACE = "http://uri.etsi.org/02231/v2#"
_T = f"{{{NAMESPACE}}}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_SERVICES = {
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC": frozenset({PERSON, ORGANISATION}),
    "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST": frozenset({TIMESTAMP}),
    "http://uri.etsi.org/TrstSvc/Svctype/TSA": frozenset({TIMESTAMP}),
}
_GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
_FOR = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
_NARROWED = {f"{_FOR}ForeSignatures": PERSON, f"{_FOR}ForeSeals": ORGANISATION}
_ONLY_WEBSITES = f"{_FOR}ForWebSiteAuthentication"


class NotATrustedList(ValueError):
    """The file is no trusted list, or its own signature is wrong; the text says which."""


@dataclass(frozen=True, slots=True)
class Service:
    """A granted service: its certificate (DER), what it may be trusted for, and since when it is granted (UTC)."""

    provider: str
    name: str
    certificate: bytes
    purposes: frozenset[str]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class TrustedListContent:
    """What a list says.

    ``signature`` is ``valid`` (by the key of ``signer``, whose own trust is for people to judge), ``unsigned`` or
    ``unchecked``: with a method that is not known here. A wrong signature raises :class:`NotATrustedList`.
    """

    operator: str
    territory: str
    sequence: int
    issued_at: datetime | None
    next_update: datetime | None
    signature: str
    signer: str
    signer_sha256: str
    services: tuple[Service, ...]
    left_out: int
    """Services of other types or states."""


def read_trusted_list(path: Path) -> TrustedListContent:
    """Read the list at ``path``; what is said to be signed is read from what was really signed."""
    root = _parse(path.read_bytes())
    if root.tag != f"{_T}TrustServiceStatusList":
        raise NotATrustedList("the root is not a TrustServiceStatusList")
    signature, certificate, root = _checked(root)
    scheme = root.find(f"{_T}SchemeInformation")
    if scheme is None:
        raise NotATrustedList("no scheme information")
    found = list(_services(root))
    services = tuple(one for one in found if one is not None)
    return TrustedListContent(
        operator=_name(scheme, "SchemeOperatorName"),
        territory=_text(scheme, "SchemeTerritory"),
        sequence=int(_text(scheme, "TSLSequenceNumber") or 0),
        issued_at=_moment(_text(scheme, "ListIssueDateTime")),
        next_update=_moment(_text(scheme, "NextUpdate", "dateTime")),
        signature=signature,
        signer=certificate.subject.rfc4514_string()[:250] if certificate else "",
        signer_sha256=certificate.fingerprint(SHA256()).hex() if certificate else "",
        services=services,
        left_out=len(found) - len(services),
    )


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotATrustedList(f"not well-formed: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotATrustedList("a document type is not allowed here")
    return root


def _checked(root: etree._Element) -> tuple[str, x509.Certificate | None, etree._Element]:
    """State of the list's own signature, the certificate that it names, and the part that was signed."""
    signature = root.find(f"{_DS}Signature")
    if signature is None:
        return "unsigned", None, root
    try:
        from signxml import exceptions
        from signxml.verifier import XMLVerifier
    except ImportError:
        return "unchecked", None, root
    named = signature.findtext(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    if not named:
        return "unchecked", None, root
    references = len(signature.findall(f"{_DS}SignedInfo/{_DS}Reference"))
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(named))
        answers = XMLVerifier().verify(root, x509_cert=certificate, expect_references=references)
    except (exceptions.InvalidDigest, exceptions.InvalidSignature, exceptions.InvalidInput) as error:
        raise NotATrustedList(f"its signature is wrong ({type(error).__name__})") from None
    except (ValueError, NotImplementedError, exceptions.SignXMLException):
        return "unchecked", None, root
    parts = [one.signed_xml for one in (answers if isinstance(answers, list) else [answers])]
    signed = next((part for part in parts if part is not None and part.tag == root.tag), None)
    if signed is None:
        raise NotATrustedList("its signature does not cover the list")
    return "valid", certificate, signed


def _services(root: etree._Element) -> Iterator[Service | None]:
    """Every service of the list; None for those that are left out."""
    for provider in root.iterfind(f"{_T}TrustServiceProviderList/{_T}TrustServiceProvider"):
        information = provider.find(f"{_T}TSPInformation")
        name = _name(information, "TSPName") if information is not None else ""
        for service in provider.iterfind(f"{_T}TSPServices/{_T}TSPService/{_T}ServiceInformation"):
            yield _service(name, service)


def _service(provider: str, service: etree._Element) -> Service | None:
    purposes = _SERVICES.get(_text(service, "ServiceTypeIdentifier"))
    if purposes is None or _text(service, "ServiceStatus") != _GRANTED:
        return None
    extension = f"{_T}ServiceInformationExtensions/{_T}Extension/{_T}AdditionalServiceInformation/{_T}URI"
    said = {(one.text or "").strip() for one in service.iterfind(extension)}
    narrowed = frozenset(purpose for uri, purpose in _NARROWED.items() if uri in said)
    if TIMESTAMP not in purposes:
        if not narrowed and _ONLY_WEBSITES in said:
            return None
        purposes = narrowed or purposes
    identity = service.findtext(f"{_T}ServiceDigitalIdentity/{_T}DigitalId/{_T}X509Certificate")
    try:
        der = base64.b64decode(identity or "", validate=False)
        x509.load_der_x509_certificate(der)
    except (ValueError, binascii.Error):
        return None
    since = _moment(_text(service, "StatusStartingTime"))
    return Service(provider, _name(service, "ServiceName"), der, purposes, since)


def _text(parent: etree._Element, *names: str) -> str:
    return (parent.findtext("/".join(f"{_T}{name}" for name in names)) or "").strip()


def _name(parent: etree._Element, name: str) -> str:
    """A name in English when there is one, else the first."""
    names = parent.findall(f"{_T}{name}/{_T}Name")
    english = [one for one in names if one.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"]
    return next(((one.text or "").strip() for one in (*english, *names)), "")[:250]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

"""The validation report of ETSI TS 119 102-2 (XML) about the signatures of a PDF, from a judgement and its material.

The report repeats the judgement in the standard's words (EN 319 102-1: TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE) and
carries every certificate, revocation answer and time stamp that the file holds. It is not signed itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from signing.material import Material, SignatureMaterial

VR = "http://uri.etsi.org/19102/v1.2.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES = {"vr": VR, "ds": DS, "XAdES": XADES, "xs": XS, "xsi": XSI}
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
REASON_TYPE = "urn:edocs:signing:reason"
_URN = "urn:etsi:019102"

MAIN = {"pass": "total-passed", "fail": "total-failed"}
SUB = {
    "digest_mismatch": "HASH_FAILURE",
    "signature_wrong": "SIG_CRYPTO_FAILURE",
    "revoked": "REVOKED",
    "revoked_later": "REVOKED_NO_POE",
    "untrusted_issuer": "NO_CERTIFICATE_CHAIN_FOUND",
    "anchor_purpose": "CHAIN_CONSTRAINTS_FAILURE",
    "anchor_not_yet": "CHAIN_CONSTRAINTS_FAILURE",
    "anchor_ended": "CHAIN_CONSTRAINTS_FAILURE",
    "wrong_key_usage": "CHAIN_CONSTRAINTS_FAILURE",
    "certificate_expired": "OUT_OF_BOUNDS_NO_POE",
    "certificate_not_yet_valid": "OUT_OF_BOUNDS_NO_POE",
    "weak_algorithm": "CRYPTO_CONSTRAINTS_FAILURE",
    "revocation_unknown": "TRY_LATER",
    "timestamp_wrong": "TIMESTAMP_ORDER_FAILURE",
    "timestamp_untrusted": "SIG_CONSTRAINTS_FAILURE",
}
"""Our reasons in the standard's words; every other is FORMAT_FAILURE (failed) or GENERIC (indeterminate)."""

Found = Mapping[str, Any]


def validation_report(found: Found, material: Material) -> bytes:
    """The report about a judgement as ``edocs.limited`` gives it (signatures as JSON, with their chains)."""
    root = etree.Element(_q("ValidationReport"), nsmap=NAMESPACES)
    waiting = list(material.signatures)
    for index, one in enumerate(found["signatures"], start=1):
        own = next((m for m in waiting if (m.field, m.kind) == (one["field"], one["kind"])), None)
        if own is None:
            continue
        waiting.remove(own)
        _signature(root, index, one, own, found)
    objects = etree.SubElement(root, _q("SignatureValidationObjects"))
    kept: set[str] = set()
    for kind, parts in (
        ("certificate", material.every_certificate()),
        ("CRL", material.crls),
        ("OCSPResponse", material.ocsps),
        ("timestamp", _stamps(material)),
    ):
        for der in parts:
            _object(objects, kind, der, kept)
    if not len(objects):
        root.remove(objects)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _q(name: str, namespace: str = VR) -> str:
    return f"{{{namespace}}}{name}"


def _add(parent: Any, name: str, text: str | None = None, namespace: str = VR) -> Any:
    made = etree.SubElement(parent, _q(name, namespace))
    made.text = text
    return made


def object_id(der: bytes) -> str:
    """The name of a validation object in the report."""
    return f"vo-{hashlib.sha256(der).hexdigest()}"


def _reference(parent: Any, name: str, identifier: str) -> None:
    _add(parent, name).set("VOReference", identifier)


def _stamps(material: Material) -> tuple[bytes, ...]:
    return tuple(token for one in material.signatures for token in (*one.tokens, *_own_stamp(one)))


def _own_stamp(one: SignatureMaterial) -> tuple[bytes, ...]:
    return (one.cms,) if one.kind == "timestamp" else ()


def _object(parent: Any, kind: str, der: bytes, kept: set[str]) -> None:
    identifier = object_id(der)
    if identifier in kept:
        return
    kept.add(identifier)
    made = _add(parent, "ValidationObject")
    made.set("id", identifier)
    _add(made, "ObjectType", f"{_URN}:validationObject:{kind}")
    shown = _add(made, "ValidationObjectRepresentation")
    etree.SubElement(shown, _q("base64")).text = base64.b64encode(der).decode()


def _digest(parent: Any, value: bytes) -> None:
    made = _add(parent, "DigestAlgAndValue")
    etree.SubElement(made, _q("DigestMethod", DS)).set("Algorithm", SHA256)
    etree.SubElement(made, _q("DigestValue", DS)).text = base64.b64encode(value).decode()


def _signature(root: Any, index: int, one: Found, own: SignatureMaterial, found: Found) -> None:
    report = _add(root, "SignatureValidationReport")
    identifier = _add(report, "SignatureIdentifier")
    identifier.set("id", f"signature-{index}")
    _digest(identifier, hashlib.sha256(own.cms).digest())
    etree.SubElement(identifier, _q("SignatureValue", DS)).text = base64.b64encode(own.signature_value).decode()
    _add(identifier, "HashOnly", "false")
    _add(identifier, "DocHashOnly", "false")
    _add(identifier, "DAIdentifier", one["field"])
    _times(report, one, own, found)
    if own.algorithm.startswith("sha256,") and "digest_mismatch" not in one["reasons"]:
        _digest(_add(report, "SignersDocument"), own.signed_digest)
    if one["kind"] == "signature" and one["signed_at"]:
        attributes = _add(report, "SignatureAttributes")
        signing_time = _add(attributes, "SigningTime")
        signing_time.set("Signed", "true" if not one["time_is_trusted"] else "false")
        _add(signing_time, "Time", one["signed_at"])
    signer = _add(report, "SignerInformation")
    _reference(signer, "SignerCertificate", object_id(own.certificates[0]))
    _add(signer, "Signer", ", ".join(filter(None, (one["who"], one["organisation"]))))
    process = _add(report, "SignatureValidationProcess")
    _add(process, "SignatureValidationProcessID", f"{_URN}:validationprocess:LTVM")
    _status(report, one)


def _times(report: Any, one: Found, own: SignatureMaterial, found: Found) -> None:
    """Without a trusted time stamp the best time known is that of the judgement (EN 319 102-1, 5.6)."""
    info = _add(report, "ValidationTimeInfo")
    _add(info, "ValidationTime", found["judged_at"])
    best = _add(info, "BestSignatureTime")
    _add(best, "POETime", one["signed_at"] if one["time_is_trusted"] else found["judged_at"])
    _add(best, "TypeOfProof", f"{_URN}:poetype:validation")
    stamps = (*own.tokens, *_own_stamp(own))
    if one["time_is_trusted"] and stamps:
        _reference(best, "POEObject", object_id(stamps[0]))


def _status(report: Any, one: Found) -> None:
    status = _add(report, "SignatureValidationStatus")
    main = MAIN.get(one["verdict"], "indeterminate")
    _add(status, "MainIndication", f"{_URN}:mainindication:{main}")
    for name in _subs(one):
        _add(status, "SubIndication", f"{_URN}:subindication:{name}")
    chain = one.get("chain") or []
    if not chain and not one["reasons"]:
        return
    data = _add(status, "AssociatedValidationReportData")
    if chain:
        names = [f"vo-{link['sha256']}" for link in chain]
        anchored = chain[-1]["anchor"]
        if anchored:
            _reference(data, "TrustAnchor", names[-1])
        made = _add(data, "CertificateChain")
        _reference(made, "SigningCertificate", names[0])
        for name in names[1:-1] if anchored else names[1:]:
            _reference(made, "IntermediateCertificate", name)
        if anchored and len(names) > 1:
            _reference(made, "TrustAnchor", names[-1])
    if one["reasons"]:
        more = _add(data, "AdditionalValidationReportData")
        for code in one["reasons"]:
            row = _add(more, "ReportData")
            _add(row, "Type", REASON_TYPE)
            value = _add(row, "Value", code)
            value.set(_q("type", XSI), "xs:string")


def _subs(one: Found) -> Iterable[str]:
    if one["verdict"] == "pass":
        return ()
    other = "FORMAT_FAILURE" if one["verdict"] == "fail" else "GENERIC"
    return dict.fromkeys(SUB.get(code, other) for code in one["reasons"])

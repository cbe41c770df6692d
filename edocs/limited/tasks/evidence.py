"""Judging signatures with the list of anchors, showing their chains, and taking out what proves them."""

import base64
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from edocs.limited.errors import FileRefused, RefusalCode
from edocs.limited.tasks import signatures

Found = dict[str, Any]


def judge_fully(path: Path, folder: Path, trust: str, at: datetime | None = None) -> Found:
    """The judgement of all signatures, each with its chain, its algorithm and the list of anchors applied to it."""
    return _judged(path, Path(trust), at)[0]


def _judged(path: Path, folder: Path, at: datetime | None = None) -> tuple[Found, Any]:
    """The judgement as :func:`judge_fully` gives it, and the material; None when there is nothing to be read."""
    signatures._library()
    from signing import Trust, judge_with_material

    trust = Trust.from_folder(folder)
    judgement, material = judge_with_material(path, trust, at=at)
    found = signatures.told(judgement)
    if material is None:
        return (found | {"evidence": {}}), None
    _explain(found, material, trust, folder)
    counted = {
        "certificates": len(material.every_certificate()),
        "crls": len(material.crls),
        "ocsps": len(material.ocsps),
        "tokens": sum(len(one.tokens) for one in material.signatures)
        + sum(one.kind == "timestamp" for one in material.signatures),
    }
    return (found | {"evidence": counted}), material


def evidence(path: Path, folder: Path, trust: str) -> Found:
    """The material of the file, written into the folder of the child: certificates, CRLs, OCSP answers, tokens.

    With them the report in XML (ETSI TS 119 102-2). Returns the judgement as :func:`judge_fully` does.
    """
    found, material = _judged(path, Path(trust))
    if material is None:
        return found
    from signing.report import validation_report

    material = material.with_certificates(_above(found, Path(trust)))
    out = folder / "out"
    _write(out, "report.xml", validation_report(found, material))
    for index, one in enumerate(material.signatures, start=1):
        _write(out, f"signature-{index}.p7s", one.cms)
        for number, token in enumerate(one.tokens, start=1):
            _write(out, f"signature-{index}-timestamp-{number}.tst", token)
    for der in material.every_certificate():
        _write(out, f"certificate-{hashlib.sha256(der).hexdigest()[:16]}.der", der)
    for index, der in enumerate(material.crls, start=1):
        _write(out, f"list-{index}.crl", der)
    for index, der in enumerate(material.ocsps, start=1):
        _write(out, f"answer-{index}.ocsp", der)
    return found


def _above(found: Found, folder: Path) -> list[bytes]:
    """The certificates of the chains that the file itself does not carry."""
    from signing import Trust

    trust = Trust.from_folder(folder)
    wanted = {link["sha256"] for one in found["signatures"] for link in one.get("chain", ())}
    return [der for der in (*trust.intermediates, *trust.roots) if hashlib.sha256(der).hexdigest() in wanted]


def _write(out: Path, name: str, data: bytes) -> None:
    (out / name).write_bytes(data)


def _explain(found: Found, material: Any, trust: Any, folder: Path) -> None:
    from signing.chains import read_anchors

    anchors = read_anchors(folder)
    pool = (*material.every_certificate(), *trust.intermediates, *trust.roots)
    waiting = list(material.signatures)
    for one in found["signatures"]:
        own = next((m for m in waiting if (m.field, m.kind) == (one["field"], one["kind"])), None)
        if own is None:
            continue
        waiting.remove(own)
        _explain_one(one, own, pool, trust, anchors)
        one["algorithm"] = own.algorithm
        one["holder"] = "" if one["kind"] == "timestamp" else _holder(own.certificates[0], one)
        one["status"] = _status(own.certificates[0], material, trust)
    said = {one["verdict"] for one in found["signatures"]}
    if found["verdict"] == "pass" and said != {"pass"}:
        found["verdict"] = "unsure"


def _holder(certificate: bytes, one: Found) -> str:
    """``person`` or ``organisation`` where the certificate says so, or where its names leave no doubt; else empty."""
    from signing.chains import purposes_of

    said = purposes_of(certificate)
    if len(said) == 1:
        return next(iter(said))
    name, organisation = one["who"].casefold().strip(), one["organisation"].removesuffix(" (DEMO)").casefold().strip()
    if not name or not organisation:
        return ""
    return "organisation" if name == organisation else "person"


def _explain_one(one: Found, own: Any, pool: Any, trust: Any, anchors: dict[str, Any]) -> None:
    from signing.chains import TIMESTAMP, anchor_reasons, chain_of, purposes_of

    at = datetime.fromisoformat(one["signed_at"]) if one["signed_at"] else None
    chain = chain_of(own.certificates[0], (*own.certificates, *pool), trust.roots)
    wanted = {TIMESTAMP} if one["kind"] == "timestamp" else purposes_of(own.certificates[0])
    one["chain"] = [_shown(der, trust) for der in chain]
    reasons = anchor_reasons(anchors, chain, wanted, at) if one["verdict"] == "pass" else []
    if own.token_certificates:
        above = chain_of(own.token_certificates[0], (*own.token_certificates, *pool), trust.roots)
        one["timestamp_chain"] = [_shown(der, trust) for der in above]
        if one["time_is_trusted"] and anchor_reasons(anchors, above, {TIMESTAMP}, at):
            one["time_is_trusted"] = False
            reasons.append("timestamp_untrusted")
    if reasons:
        one["reasons"] = [*one["reasons"], *reasons]
        one["verdict"] = "unsure" if one["verdict"] == "pass" else one["verdict"]


def _shown(der: bytes, trust: Any) -> Found:
    from signing import certificate_info
    from signing.chains import is_demo

    info = certificate_info(der)
    return {
        "name": info.name or info.organisation,
        "organisation": info.organisation,
        "issuer": info.issuer,
        "serial": info.serial,
        "valid_from": info.not_before.isoformat(),
        "valid_to": info.not_after.isoformat(),
        "sha256": info.fingerprint,
        "anchor": der in trust.roots,
        "demo": is_demo(der),
    }


def _status(certificate: bytes, material: Any, trust: Any) -> Found | None:
    from signing.material import status_of

    try:
        status = status_of(certificate, material.ocsps, (*material.crls, *trust.crls))
    except (ValueError, TypeError, KeyError):
        return None  # an answer that cannot be read proves nothing
    return {"kind": status.kind, "at": status.at.isoformat() if status.at else None} if status else None


def trusted_list(path: Path, folder: Path) -> Found:
    """What a trusted list says (ETSI TS 119 612); its granted services with their certificates in base64."""
    signatures._library()
    from signing.trusted_list import NotATrustedList, read_trusted_list

    try:
        said = read_trusted_list(path)
    except NotATrustedList as error:
        raise FileRefused(RefusalCode.DAMAGED, str(error)) from None
    return {
        "operator": said.operator,
        "territory": said.territory,
        "sequence": said.sequence,
        "issued_at": said.issued_at.isoformat() if said.issued_at else None,
        "next_update": said.next_update.isoformat() if said.next_update else None,
        "signature": said.signature,
        "signer": said.signer,
        "signer_sha256": said.signer_sha256,
        "left_out": said.left_out,
        "services": [
            {
                "provider": one.provider,
                "name": one.name,
                "certificate": base64.b64encode(one.certificate).decode(),
                "sha256": hashlib.sha256(one.certificate).hexdigest(),
                "purposes": sorted(one.purposes),
                "since": one.since.isoformat() if one.since else None,
            }
            for one in said.services
        ],
    }

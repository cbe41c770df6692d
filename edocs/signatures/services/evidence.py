"""Everything that proves a verdict in one ZIP: material, reports, and a list of contents that somebody vouches for.

What the package is said to be follows from how it was made: its list of contents is signed by the agency (CAdES with
a time stamp) when a key for evidence is set (``EVIDENCE_KEY``); else it bears a time stamp (RFC 3161) when an authority
is set (``SIGNING_TSA_URLS``); otherwise only the journal, whose blocks are chained, holds its hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from edocs import clock
from edocs.documents.models import Blob
from edocs.documents.storage import keep_file, path_of
from edocs.errors import Invalid
from edocs.jobs.models import Job
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.limited import FileRefused
from edocs.limited.evidence import take_evidence
from edocs.office.models import Agency, Person
from edocs.signatures.backend import backend
from edocs.signatures.cards import Card, signature_cards, summary_of
from edocs.signatures.models import Evidence, Proof, Verdict
from edocs.signatures.sentences import as_refusal
from edocs.signatures.services.published import POLICY, trust_in_force
from edocs.typeset.evidence import EvidenceReport, SignatureBlock, compose_evidence
from signing import FailoverTimestamper, HttpTimestamper, SigningError, Trust

EVIDENCE = "signatures.evidence"
MEDIA_TYPE = "application/zip"
MANIFEST = "manifest.json"
TOKEN = "manifest.json.tst"  # noqa: S105 - a time-stamp token
SIGNATURE = "manifest.json.p7s"
FOLDERS = {
    ".der": "certificates",
    ".crl": "revocation",
    ".ocsp": "revocation",
    ".tst": "timestamps",
    ".p7s": "signatures",
}
README = """This package holds what proves the verdict on one PDF file.

manifest.json      every file of this package with its SHA-256, and the SHA-256 of the PDF judged
manifest.json.tst  if there: time stamp (RFC 3161) over manifest.json; check it with
                   openssl ts -verify -token_in -in manifest.json.tst -data manifest.json -CAfile roots.pem
manifest.json.p7s  if there: signature of the agency over manifest.json (CAdES, detached); check it with
                   openssl cms -verify -binary -inform DER -in manifest.json.p7s -content manifest.json
                   -CAfile roots.pem -out /dev/null
verdict.json       the verdict, for programs
report.xml         the verdict as ETSI TS 119 102-2 says it; it is not signed itself
report.pdf         the verdict, for people
certificates/      X.509, DER        revocation/  CRL and OCSP answers, DER
timestamps/        RFC 3161 tokens   signatures/  the signatures as they stand in the PDF (CMS)

The PDF itself is not in the package.
"""


@dataclass(frozen=True)
class Package:
    """A package that was made and stored, before its row is written."""

    blob: Blob
    found: dict[str, Any]
    manifest: str
    proof: str
    contents: list[dict[str, Any]]


def subject_of(blob_id: str) -> str:
    """Under what name the job of a package can be found."""
    return f"evidence:{blob_id}"


def ask_for_evidence(*, blob: Blob, by: Person | None) -> Job:
    """Have the package about judged bytes made by a job; asking twice makes it once. Raises Invalid (no signature)."""
    verdict = Verdict.objects.filter(blob=blob).first()
    if verdict is None or not verdict.signatures:
        raise Invalid(_("The file bears no signature, so there is no evidence to pack."), code="unsigned")
    with transaction.atomic():
        return enqueue(EVIDENCE, arguments={"sha256": blob.pk}, subject=subject_of(blob.pk), by=by, once=True)


def make_package(blob: Blob, *, by: Person | None) -> Package:
    """Judge stored bytes once more, and pack everything that proves the answer; writes no row but that of the bytes.

    Raises Invalid (no signature, cannot be read) and Unavailable (the time-stamp authority does not answer).
    """
    force = trust_in_force()
    with tempfile.TemporaryDirectory(prefix="evidence-") as work:
        folder, taken = Path(work, "package"), Path(work, "taken")
        folder.mkdir()
        taken.mkdir()
        try:
            found = take_evidence(path_of(blob.sha256), taken, force.folder)
        except FileRefused:
            raise Invalid(_("The file cannot be read, so there is no evidence to pack."), code="unreadable") from None
        if not found["signatures"]:
            raise Invalid(_("The file bears no signature, so there is no evidence to pack."), code="unsigned")
        found |= {"trust": force.fingerprint, "policy": POLICY}
        _sort(taken, folder)
        (folder / "verdict.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
        (folder / "report.pdf").write_bytes(_report(blob, found, by))
        (folder / "README.txt").write_text(README, "utf-8")
        contents = _contents(folder)
        manifest = _manifest(blob, found, contents)
        (folder / MANIFEST).write_bytes(manifest)
        proof = _vouched(manifest, folder, force.folder)
        target = Path(work, "evidence.zip")
        _zip(folder, target)
        package = keep_file(target, MEDIA_TYPE)
    return Package(package, found, hashlib.sha256(manifest).hexdigest(), proof, contents)


def keep_package(blob: Blob, package: Package, *, by: Person | None) -> Evidence:
    """Write the row of a package that was made, and its hash into the journal."""
    with transaction.atomic():
        kept = Evidence.objects.create(
            blob=blob,
            package=package.blob,
            verdict=package.found["verdict"],
            trust=package.found["trust"],
            policy=package.found["policy"],
            manifest=package.manifest,
            proof=package.proof,
            contents=package.contents,
            made_at=clock.now(),
        )
        facts = {"file": blob.pk, "package": package.blob.pk, "manifest": package.manifest, "proof": package.proof}
        record("evidence.make", kept, by=by, after={**facts, "verdict": kept.verdict})
    return kept


def _sort(taken: Path, folder: Path) -> None:
    for file in sorted(taken.iterdir()):
        place = folder / FOLDERS.get(file.suffix, "")
        place.mkdir(exist_ok=True)
        file.rename(place / file.name)


def _contents(folder: Path) -> list[dict[str, Any]]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return [
        {
            "name": one.relative_to(folder).as_posix(),
            "bytes": one.stat().st_size,
            "sha256": hashlib.sha256(one.read_bytes()).hexdigest(),
        }
        for one in files
    ]


def _manifest(blob: Blob, found: dict[str, Any], contents: list[dict[str, Any]]) -> bytes:
    about = {"sha256": blob.sha256, "bytes": blob.size}
    by = {"trust": found["trust"], "policy": found["policy"], "judged_at": found["judged_at"]}
    said = {"document": about, "verdict": found["verdict"], "judged_by": by, "files": contents}
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _vouched(manifest: bytes, folder: Path, trust: Path) -> Proof:
    """Lay beside the list of contents what vouches for it, as this office is set up; never less than that."""
    if settings.EVIDENCE_KEY:
        try:
            signature = backend().proofs.vouch(settings.EVIDENCE_KEY, manifest)
        except SigningError as error:
            raise as_refusal(error) from None
        (folder / SIGNATURE).write_bytes(signature)
        return Proof.SIGNATURE
    token = _token(manifest, trust)
    if not token:
        return Proof.JOURNAL
    (folder / TOKEN).write_bytes(token)
    return Proof.TIMESTAMP


def _token(manifest: bytes, trust: Path) -> bytes:
    """A time stamp over the list of contents by the first authority that answers; empty when none is set."""
    if not settings.SIGNING_TSA_URLS:
        return b""
    trusted, seconds = Trust.from_folder(trust), settings.SIGNING_TSA_SECONDS
    authorities = [HttpTimestamper(url, seconds, trust=trusted) for url in settings.SIGNING_TSA_URLS]
    try:
        return FailoverTimestamper(authorities).token(hashlib.sha256(manifest).digest())
    except SigningError as error:
        raise as_refusal(error) from None


def _zip(folder: Path, target: Path) -> None:
    """The same contents give the same bytes: no times of files, a fixed order."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                entry = zipfile.ZipInfo(one.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                package.writestr(entry, one.read_bytes())


def _report(blob: Blob, found: dict[str, Any], by: Person | None) -> bytes:
    agency = Agency.objects.order_by("id").values_list("name", flat=True).first() or ""
    with translation.override(settings.LANGUAGE_CODE):
        summary = summary_of(found)
        judged = timezone.localtime(dt.datetime.fromisoformat(found["judged_at"]))
        report = EvidenceReport(
            agency=agency,
            title=_("Report on the check of digital signatures"),
            verdict=summary.title,
            sentence=" ".join((summary.sentence, *summary.reasons)),
            about=[
                (_("SHA-256 of the file"), blob.sha256),
                (_("Size"), _("%(n)d bytes") % {"n": blob.size}),
                (_("Checked at"), f"{judged:%H:%M:%S %d/%m/%Y %z}"),
                (_("List of anchors"), found["trust"]),
                (_("Version of the rules"), found["policy"]),
            ],
            signatures=[_block(card) for card in signature_cards(found["signatures"])],
            closing=_("Certificates, revocation answers and time stamps lie beside this report in the same package."),
            printed_by=by.full_name if by else _("the system"),
            printed_at=timezone.localtime(clock.now()),
        )
        return compose_evidence(report)


def _block(card: Card) -> SignatureBlock:
    demo = "DEMO · " if card.is_demo else ""
    facts = [(str(fact.label), f"{fact.text} ({fact.said})") for fact in card.facts]
    return SignatureBlock(
        title=f"{demo}{card.title}",
        state=str(card.state.label),
        sentence=" ".join((card.sentence, *card.reasons)),
        facts=facts,
        chain=[f"{link.name}, {link.organisation}, {link.serial}" for link in card.chain],
    )

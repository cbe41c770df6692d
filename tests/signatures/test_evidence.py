"""The evidence of a verdict: one package beside the document, whole, readable, vouched for."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from django.urls import reverse
from lxml import etree
from pyhanko.generated.etsi import ts_11910202
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from edocs.documents.models import Blob, Document
from edocs.documents.storage import path_of, read
from edocs.errors import Invalid, Unavailable
from edocs.jobs.models import Job
from edocs.jobs.services import enqueue
from edocs.journal.models import Event
from edocs.limited.evidence import take_evidence
from edocs.office.models import Person
from edocs.signatures.backend import backend, using
from edocs.signatures.models import Evidence, Verdict
from edocs.signatures.services.evidence import ask_for_evidence, make_package
from edocs.signatures.services.published import trust_in_force
from signing.demo_pki import AUTHORITY_PASSWORD
from signing.errors import BadConfiguration, BadRequest, PurposeNotAllowed
from signing.keys import load_pkcs12
from signing.process import SigningBackend
from signing.process.keyring import read_keyring
from signing.report import NAMESPACES
from tests.signatures.fixtures import DEPUTY, SEAL, SigningOffice, current
from tests.signing.authorities import TimeAuthority, machine
from tests.signing.softhsm import NEEDS_SOFTHSM, Stored, make_token
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db

DEAD = "http://127.0.0.1:9/"


@pytest.fixture
def sealed(desk: SigningOffice, settings: object, tmp_path: Path) -> Document:
    settings.PUBLISHED_TRUST_DIR = tmp_path / "trust"  # type: ignore[attr-defined]
    return desk.sealed()


def packed(document: Document, by: Person) -> Evidence:
    ask_for_evidence(blob=current(document).blob, by=by)
    run_jobs("signatures.evidence")
    return Evidence.objects.get(blob=current(document).blob)


def opened(kept: Evidence) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(read(kept.package)))


def browser(person: Person) -> Client:
    client = Client()
    client.cookies["edocs_language"] = "en"
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- what is in it --------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-6")
def test_certificates_revocation_answers_and_time_stamps_are_kept_with_the_verdict(
    desk: SigningOffice, sealed: Document
) -> None:
    package = opened(packed(sealed, desk.office.clerk))
    names = package.namelist()
    assert {one.partition("/")[0] for one in names} == {
        "README.txt",
        "certificates",
        "manifest.json",
        "report.pdf",
        "report.xml",
        "revocation",
        "signatures",
        "timestamps",
        "verdict.json",
    }
    for name in names:
        data = package.read(name)
        if name.endswith(".der"):
            x509.load_der_x509_certificate(data)
        elif name.endswith(".crl"):
            x509.load_der_x509_crl(data)
        elif name.endswith((".p7s", ".tst")):
            assert cms.ContentInfo.load(data)["content_type"].native == "signed_data"
    subjects = {
        asn1_x509.Certificate.load(package.read(one)).subject.native["common_name"]
        for one in names
        if one.endswith(".der")
    }
    assert {DEPUTY.name, "DEMO CA", "DEMO Root CA", "DEMO Time Stamping Authority"} <= subjects
    assert json.loads(package.read("verdict.json"))["verdict"] == "pass"


def test_the_list_of_contents_names_every_file_with_its_hash(desk: SigningOffice, sealed: Document) -> None:
    kept = packed(sealed, desk.office.clerk)
    package = opened(kept)
    manifest = json.loads(package.read("manifest.json"))
    assert hashlib.sha256(package.read("manifest.json")).hexdigest() == kept.manifest
    listed = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert listed == {
        name: hashlib.sha256(package.read(name)).hexdigest() for name in package.namelist() if name != "manifest.json"
    }
    assert manifest["document"]["sha256"] == current(sealed).blob_id
    event = Event.objects.get(verb="evidence.make")
    assert event.after["manifest"] == kept.manifest
    assert event.person == desk.office.clerk


def test_the_report_for_people_says_who_signed_and_that_it_is_a_demonstration(
    desk: SigningOffice, sealed: Document, tmp_path: Path
) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(opened(packed(sealed, desk.office.clerk)).read("report.pdf"))
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True).stdout
    said = re.sub(r"\s+", " ", text)
    for words in ("Báo cáo kiểm tra chữ ký số", "Hợp lệ.", DEPUTY.name, "DEMO ·", "DEMO Root CA", "theo dấu thời gian"):
        assert words in said


# --- the report of the standard -------------------------------------------------------------------------------------
def report_of(desk: SigningOffice, content: Path, tmp_path: Path) -> tuple[Any, etree._Element, dict[str, Any]]:
    """Read strictly by the classes of the standard's schema, as XML, and the judgement behind it."""
    out = tmp_path / "out"
    found = take_evidence(content, out, trust_in_force().folder)
    data = (out / "report.xml").read_bytes()
    strict = XmlParser(config=ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=True))
    return strict.from_bytes(data, ts_11910202.ValidationReport), etree.fromstring(data), found


def test_the_xml_report_is_one_of_the_standard(desk: SigningOffice, sealed: Document, tmp_path: Path) -> None:
    report, xml, found = report_of(desk, path_of(current(sealed).blob_id), tmp_path)
    assert xml.tag == "{http://uri.etsi.org/19102/v1.2.1#}ValidationReport"
    said = [one.signature_validation_status.main_indication for one in report.signature_validation_report]
    assert said == ["urn:etsi:019102:mainindication:total-passed"] * len(found["signatures"])
    leader = report.signature_validation_report[0]
    assert leader.signature_identifier.daidentifier == "leader"
    assert DEPUTY.name in leader.signer_information.signer
    assert leader.validation_time_info.best_signature_time.poeobject is not None
    data = leader.signature_validation_status.associated_validation_report_data[0]
    assert len(data.certificate_chain.intermediate_certificate) == 1
    assert data.trust_anchor.voreference == data.certificate_chain.trust_anchor.voreference


def test_every_reference_of_the_report_leads_to_an_object_in_it(
    desk: SigningOffice, sealed: Document, tmp_path: Path
) -> None:
    _report, xml, _found = report_of(desk, path_of(current(sealed).blob_id), tmp_path)
    objects = {one.get("id"): one for one in xml.iterfind(".//vr:ValidationObject", NAMESPACES)}
    wanted = {one.get("VOReference") for one in xml.iterfind(".//*[@VOReference]")}
    assert wanted
    assert wanted <= set(objects)
    kinds = {one.findtext("vr:ObjectType", namespaces=NAMESPACES).rpartition(":")[2] for one in objects.values()}
    assert kinds == {"certificate", "CRL", "timestamp"}


def test_what_failed_is_failed_in_the_report_too(desk: SigningOffice, sealed: Document, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(path_of(current(sealed).blob_id).read_bytes() + b"\n% appended")
    report, xml, _found = report_of(desk, broken, tmp_path)
    assert {one.signature_validation_status.main_indication for one in report.signature_validation_report} == {
        "urn:etsi:019102:mainindication:total-failed"
    }
    codes = {one.text for one in xml.iterfind(".//vr:ReportData/vr:Value", NAMESPACES)}
    assert "trailing_bytes" in codes


# --- who vouches for it ---------------------------------------------------------------------------------------------
@pytest.fixture
def authority(desk: SigningOffice, settings: object) -> Iterator[None]:
    """A time-stamp authority on this machine with the demonstration's certificate, after one that is away."""
    key = load_pkcs12((desk.pki.folder / "authority" / "tsa.p12").read_bytes(), AUTHORITY_PASSWORD)
    with machine() as place:
        place.answers = {"/tsa": TimeAuthority(key)}
        settings.SIGNING_TSA_URLS = [DEAD, place.url("/tsa")]  # type: ignore[attr-defined]
        yield


@pytest.mark.tool("openssl")
def test_with_an_authority_the_list_of_contents_is_time_stamped(
    desk: SigningOffice, sealed: Document, authority: None, tmp_path: Path
) -> None:
    kept = packed(sealed, desk.office.clerk)
    assert kept.proof == "timestamp"
    package = opened(kept)
    for name in ("manifest.json", "manifest.json.tst"):
        (tmp_path / name).write_bytes(package.read(name))
    chain = b"".join(
        x509.load_der_x509_certificate(one.read_bytes()).public_bytes(Encoding.PEM)
        for folder in ("roots", "intermediates")
        for one in (desk.pki.folder / "trust" / folder).iterdir()
    )
    (tmp_path / "roots.pem").write_bytes(chain)
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "manifest.json.tst", "-data", "manifest.json"]
    answer = subprocess.run([*command, "-CAfile", "roots.pem"], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: OK" in answer.stdout + answer.stderr
    page = browser(desk.office.clerk).get(reverse("document", args=[sealed.pk]), {"tab": "signatures"}).content.decode()
    assert "bears a time stamp (RFC 3161)" in page


def test_without_an_authority_the_page_says_that_nobody_vouches(desk: SigningOffice, sealed: Document) -> None:
    assert packed(sealed, desk.office.clerk).proof == "journal"
    page = browser(desk.office.clerk).get(reverse("document", args=[sealed.pk]), {"tab": "signatures"}).content.decode()
    assert "nobody outside vouches for the package" in page


def test_an_authority_that_is_away_lets_the_package_wait(
    desk: SigningOffice, sealed: Document, settings: object
) -> None:
    settings.SIGNING_TSA_URLS = [DEAD]  # type: ignore[attr-defined]
    with pytest.raises(Unavailable):
        make_package(current(sealed).blob, by=desk.office.clerk)
    ask_for_evidence(blob=current(sealed).blob, by=desk.office.clerk)
    run_jobs("signatures.evidence")
    job = Job.objects.get(kind="signatures.evidence")
    assert (job.state, Evidence.objects.count()) == ("waiting", 0)
    page = browser(desk.office.clerk).get(reverse("document", args=[sealed.pk]), {"tab": "signatures"}).content.decode()
    assert "The evidence is being packed." in page


# --- asked for and downloaded ---------------------------------------------------------------------------------------
def test_whoever_sees_the_document_has_it_packed_and_downloads_it(desk: SigningOffice, sealed: Document) -> None:
    address = reverse("file_evidence", args=[current(sealed).pk])
    officer, stranger = browser(desk.office.officer), browser(desk.office.stranger)
    assert officer.get(address).status_code == 404
    assert officer.post(address).status_code == 302
    assert officer.post(address).status_code == 302
    assert Job.objects.filter(kind="signatures.evidence").count() == 1
    run_jobs("signatures.evidence")
    answer = officer.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert zipfile.is_zipfile(io.BytesIO(b"".join(answer.streaming_content)))
    assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)


def test_a_file_without_signatures_has_no_evidence(desk: SigningOffice) -> None:
    blob = current(desk.to_sign()).blob
    with pytest.raises(Invalid):
        ask_for_evidence(blob=blob, by=desk.office.officer)
    with pytest.raises(Invalid):
        make_package(blob, by=None)


@pytest.mark.requirement("R-SIG-6")
def test_issued_documents_get_their_evidence_by_themselves(
    desk: SigningOffice, settings: object, tmp_path: Path
) -> None:
    settings.PUBLISHED_TRUST_DIR = tmp_path / "trust"  # type: ignore[attr-defined]
    issued = desk.sealed(dispatch=True)
    assert issued.state == "issued"
    desk.signed()
    for _round in range(2):
        enqueue("signatures.collect", once=True)
        run_jobs("signatures.collect")
        run_jobs("signatures.evidence")
    assert [one.blob_id for one in Evidence.objects.all()] == [current(issued).blob_id]


def test_the_package_is_the_same_bytes_for_the_same_facts(desk: SigningOffice, sealed: Document) -> None:
    package = opened(packed(sealed, desk.office.clerk))
    assert package.namelist() == sorted(package.namelist())
    assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert Blob.objects.filter(media_type="application/zip").count() == 1
    assert Verdict.objects.get(blob=current(sealed).blob).evidence["tokens"] == 3


# --- signed by the agency -------------------------------------------------------------------------------------------
EVIDENCE_PIN = "2209-evidence"


@pytest.fixture
def signing_evidence(desk: SigningOffice, tmp_path: Path, settings: object) -> Iterator[Path]:
    """An office with a key that signs lists of evidence; gives the file of its PIN."""
    key = desk.pki.load(SEAL.key_id, SEAL.password)
    token = make_token(tmp_path / "hsm", "evidence", EVIDENCE_PIN, Stored("evidence", key))
    pin = tmp_path / "evidence.pin"
    pin.write_text(f"{EVIDENCE_PIN}\n", "utf-8")
    pin.chmod(0o600)
    path = tmp_path / "keys.toml"
    lines = ["[keys.bang-chung]", 'token = "evidence"', 'label = "evidence"', 'purpose = "evidence"']
    path.write_text("\n".join([*lines, f'pin_file = "{pin}"', token.toml("evidence")]), "utf-8")
    above = load_pkcs12((desk.pki.folder / "authority" / "sub.p12").read_bytes(), AUTHORITY_PASSWORD).certificate
    keyring = read_keyring(path, desk.pki.keys, soft_allowed=True, state=None, chain=lambda _: (above,))
    process = SigningBackend(keyring, desk.pki.trust, desk.pki.timestamper())
    settings.EVIDENCE_KEY = "bang-chung"  # type: ignore[attr-defined]
    with using(process):
        yield pin
    process.stop()


def verified_by_openssl(folder: Path, package: zipfile.ZipFile, roots: Path) -> subprocess.CompletedProcess[str]:
    for name in ("manifest.json", "manifest.json.p7s"):
        (folder / name).write_bytes(package.read(name))
    pem = folder / "roots.pem"
    pem.write_text(
        "".join(
            x509.load_der_x509_certificate(one.read_bytes()).public_bytes(Encoding.PEM).decode()
            for one in roots.glob("*.der")
        )
    )
    asked = ["openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", folder / "manifest.json.p7s"]
    more = ["-content", folder / "manifest.json", "-CAfile", pem, "-purpose", "any", "-out", folder / "out"]
    return subprocess.run([*asked, *more], capture_output=True, text=True, check=False)


@NEEDS_SOFTHSM
@pytest.mark.requirement("R-SIG-6")
def test_the_list_of_contents_is_signed_by_the_agency_and_openssl_says_so(
    desk: SigningOffice, sealed: Document, signing_evidence: Path, tmp_path: Path
) -> None:
    kept = packed(sealed, desk.office.clerk)
    package = opened(kept)
    assert kept.proof == "signature"
    assert "manifest.json.tst" not in package.namelist()
    roots = desk.pki.folder / "trust" / "roots"
    said = verified_by_openssl(tmp_path, package, roots)
    assert said.returncode == 0, said.stderr
    signer = cms.ContentInfo.load(package.read("manifest.json.p7s"))["content"]["signer_infos"][0]
    assert "signature_time_stamp_token" in {one["type"].native for one in signer["unsigned_attrs"]}
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as other:
        other.writestr("manifest.json", package.read("manifest.json").replace(b"pass", b"fail", 1))
        other.writestr("manifest.json.p7s", package.read("manifest.json.p7s"))
    with zipfile.ZipFile(changed) as other:
        assert verified_by_openssl(tmp_path, other, roots).returncode != 0
    page = browser(desk.office.clerk).get(reverse("document", args=[sealed.pk]), {"tab": "signatures"})
    assert "is signed by the agency" in page.content.decode()


@NEEDS_SOFTHSM
def test_the_key_of_evidence_signs_lists_and_nothing_else(
    desk: SigningOffice, sealed: Document, signing_evidence: Path
) -> None:
    proofs, said = backend().proofs, json.dumps({"files": []}).encode()
    assert proofs.vouch("bang-chung", said)
    for listed in (b"", b"%PDF-1.7", b"[]", b"{}", said[:-1], read(current(sealed).blob)):
        with pytest.raises(BadRequest):
            proofs.vouch("bang-chung", listed)
    with pytest.raises(PurposeNotAllowed):
        proofs.vouch(SEAL.key_id, said)
    for purpose in ("sign", "seal"):
        with pytest.raises(PurposeNotAllowed):
            backend().unlock("bang-chung", EVIDENCE_PIN, [current(sealed).blob_id], purpose)
    signing_evidence.unlink()
    with pytest.raises(BadConfiguration):
        proofs.vouch("bang-chung", said)


@NEEDS_SOFTHSM
def test_without_its_key_no_package_is_made_that_says_less(
    desk: SigningOffice, sealed: Document, signing_evidence: Path
) -> None:
    signing_evidence.unlink()
    ask_for_evidence(blob=current(sealed).blob, by=desk.office.clerk)
    (job,) = run_jobs("signatures.evidence")
    assert (job.state, job.code) == ("failed", "bad_configuration")
    assert not Evidence.objects.exists()


def test_a_pin_that_others_may_read_is_refused(tmp_path: Path, desk: SigningOffice) -> None:
    pin, library = tmp_path / "pin", tmp_path / "library.so"
    pin.write_text("1", "utf-8")
    library.touch()
    token = f'[tokens.t]\nmodule = "{library}"\nlabel = "t"\n'
    path = tmp_path / "keys.toml"
    for purpose, mode in (("evidence", 0o644), ("seal", 0o600), ("person", 0o600)):
        pin.chmod(mode)
        path.write_text(
            f'{token}[keys.k]\ntoken = "t"\nlabel = "k"\npurpose = "{purpose}"\npin_file = "{pin}"\n', "utf-8"
        )
        with pytest.raises(BadConfiguration):
            read_keyring(path, desk.pki.keys, soft_allowed=True, state=None, chain=lambda _: ())

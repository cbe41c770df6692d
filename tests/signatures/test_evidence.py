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
from edocs.signatures.models import Evidence, Verdict
from edocs.signatures.services.evidence import ask_for_evidence, make_package
from edocs.signatures.services.published import trust_in_force
from signing.demo_pki import AUTHORITY_PASSWORD
from signing.keys import load_pkcs12
from signing.report import NAMESPACES
from tests.signatures.fixtures import DEPUTY, SigningOffice, current
from tests.signing.authorities import TimeAuthority, machine
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

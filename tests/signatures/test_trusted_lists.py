"""Trusted lists by ETSI TS 119 612: read without entities, their own signature checked, taken over by choice."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import etree
from signxml import methods
from signxml.xades import XAdESSigner

from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.signatures.models import TrustAnchor, TrustedList
from edocs.signatures.services.lists import read_list, take_list
from edocs.signatures.services.trust import NewAnchor, add_anchor
from signing.demo_pki import AUTHORITY_PASSWORD, DemoPki
from signing.keys import load_pkcs12
from signing.trusted_list import NotATrustedList, read_trusted_list
from tests.factories import Office
from tests.signatures.fixtures import DEPUTY

pytestmark = pytest.mark.django_db

NS = "http://uri.etsi.org/02231/v2#"
QC, TSA = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC", "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
WITHDRAWN = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"
FOR = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"


def service(der: bytes, name: str, kind: str = QC, status: str = GRANTED, narrowed: str = "") -> str:
    extension = (
        f"""<ServiceInformationExtensions><Extension Critical="true"><AdditionalServiceInformation>
        <URI xml:lang="en">{FOR}{narrowed}</URI></AdditionalServiceInformation></Extension>
        </ServiceInformationExtensions>"""
        if narrowed
        else ""
    )
    return f"""<TSPService><ServiceInformation><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>
    <ServiceName><Name xml:lang="vi">{name}</Name></ServiceName>
    <ServiceDigitalIdentity><DigitalId><X509Certificate>{base64.b64encode(der).decode()}</X509Certificate></DigitalId>
    </ServiceDigitalIdentity><ServiceStatus>{status}</ServiceStatus>
    <StatusStartingTime>2024-01-01T00:00:00Z</StatusStartingTime>{extension}</ServiceInformation></TSPService>"""


def list_xml(*services: str) -> bytes:
    return f"""<TrustServiceStatusList xmlns="{NS}" Id="list"><SchemeInformation>
    <TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber>
    <SchemeOperatorName><Name xml:lang="vi">Trung tâm Chứng thực</Name>
    <Name xml:lang="en">Certification Centre</Name></SchemeOperatorName>
    <SchemeTerritory>VN</SchemeTerritory><ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime>
    <NextUpdate><dateTime>2026-07-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation>
    <TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName><Name xml:lang="vi">Nhà cung cấp A</Name>
    </TSPName></TSPInformation><TSPServices>{"".join(services)}</TSPServices></TrustServiceProvider>
    </TrustServiceProviderList></TrustServiceStatusList>""".encode()


@pytest.fixture
def plain(foreign: bytes, office_pki: DemoPki) -> bytes:
    """Five services, three of which may be taken."""
    root = (office_pki.folder / "trust" / "roots" / "root.der").read_bytes()
    return list_xml(
        service(foreign, "CA một", narrowed="ForeSignatures"),
        service(root, "CA hai"),
        service(root, "TSA hai", TSA),
        service(root, "CA đã thôi", status=WITHDRAWN),
        service(root, "CA web", narrowed="ForWebSiteAuthentication"),
        service(root, "OCSP", "http://uri.etsi.org/TrstSvc/Svctype/Certstatus/OCSP"),
    )


@pytest.fixture
def signed(plain: bytes, office_pki: DemoPki) -> bytes:
    """The same list with the signature of its operator."""
    key = load_pkcs12((office_pki.folder / "authority" / "tsa.p12").read_bytes(), AUTHORITY_PASSWORD)
    pem = x509.load_der_x509_certificate(key.certificate).public_bytes(Encoding.PEM)
    private = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = XAdESSigner(method=methods.enveloped, signature_algorithm="rsa-sha256", digest_algorithm="sha256")
    return etree.tostring(signer.sign(etree.fromstring(plain), key=private, cert=pem.decode()))


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.xml"
    path.write_bytes(content)
    return path


# --- the list as it is ----------------------------------------------------------------------------------------------
def test_only_granted_authorities_and_time_stamps_are_read(plain: bytes, tmp_path: Path) -> None:
    said = read_trusted_list(written(tmp_path, plain))
    assert (said.operator, said.territory, said.sequence) == ("Certification Centre", "VN", 7)
    assert said.signature == "unsigned"
    assert [(one.name, sorted(one.purposes)) for one in said.services] == [
        ("CA một", ["person"]),
        ("CA hai", ["organisation", "person"]),
        ("TSA hai", ["timestamp"]),
    ]
    assert said.left_out == 3
    assert {one.provider for one in said.services} == {"Nhà cung cấp A"}


def test_the_signature_of_the_list_is_checked(signed: bytes, tmp_path: Path) -> None:
    said = read_trusted_list(written(tmp_path, signed))
    assert said.signature == "valid"
    assert "DEMO Time Stamping Authority" in said.signer
    assert len(said.signer_sha256) == 64
    assert len(said.services) == 3


@pytest.mark.parametrize("change", [(b"CA hai", b"CA ba "), (b">7<", b">8<"), (b"2024-01-01", b"2020-01-01")])
def test_a_list_altered_after_signing_is_refused(signed: bytes, tmp_path: Path, change: tuple[bytes, bytes]) -> None:
    with pytest.raises(NotATrustedList, match="signature is wrong"):
        read_trusted_list(written(tmp_path, signed.replace(*change, 1)))


def test_only_what_was_signed_is_read(signed: bytes, plain: bytes, tmp_path: Path) -> None:
    """Signature wrapping: the signed list hidden inside another one."""
    inner = etree.fromstring(signed)
    outer = etree.fromstring(plain.replace(b'Id="list"', b'Id="outer"').replace(b"CA hai", b"CA gia"))
    signature = inner.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    outer.append(signature)
    outer.append(inner)
    said = read_trusted_list(written(tmp_path, etree.tostring(outer)))
    assert (said.signature, [one.name for one in said.services]) == ("valid", ["CA một", "CA hai", "TSA hai"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html/>",
        b"<a><b></a>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>',
    ],
)
def test_what_is_no_list_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotATrustedList):
        read_trusted_list(written(tmp_path, content))


# --- taking it over ---------------------------------------------------------------------------------------------------
def test_a_list_is_kept_as_it_came_and_trusts_nobody_yet(office: Office, signed: bytes, tmp_path: Path) -> None:
    kept = read_list(path=written(tmp_path, signed), by=office.admin)
    assert (kept.operator, kept.signature, len(kept.services)) == ("Certification Centre", "valid", 3)
    assert not TrustAnchor.objects.exists()


def test_the_chosen_services_become_anchors(
    office: Office, signed: bytes, foreign: bytes, tmp_path: Path, office_pki: DemoPki, settings: object
) -> None:
    settings.TRUST_DIR = office_pki.folder / "trust"  # type: ignore[attr-defined]
    kept = read_list(path=written(tmp_path, signed), by=office.admin)
    both = {one["sha256"] for one in kept.services}
    take_list(trusted_list=kept, chosen=both, by=office.admin)
    for anchor in TrustAnchor.objects.filter(fingerprint__in=both):
        persons_only = bytes(anchor.certificate) == foreign
        purposes = (anchor.for_person, anchor.for_organisation, anchor.for_timestamp)
        assert purposes == ((True, False, False) if persons_only else (True, True, True))
        assert anchor.valid_from is not None
        assert (anchor.source, anchor.trusted_list) == ("list", kept)
    assert TrustAnchor.objects.filter(source="list").count() == 2
    with pytest.raises(WrongState):
        take_list(trusted_list=kept, chosen=both, by=office.admin)


def test_who_may_and_what_is_refused(office: Office, plain: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, plain)
    with pytest.raises(NotPermitted):
        read_list(path=path, by=office.clerk)
    kept = read_list(path=path, by=office.admin)
    with pytest.raises(NotPermitted):
        take_list(trusted_list=kept, chosen=[kept.services[0]["sha256"]], by=office.clerk)
    for chosen in ([], ["0" * 64]):
        with pytest.raises(Invalid):
            take_list(trusted_list=kept, chosen=chosen, by=office.admin)
    with pytest.raises(Invalid):
        read_list(path=written(tmp_path, b"<x/>"), by=office.admin)


# --- in the administration ------------------------------------------------------------------------------------------
@pytest.fixture
def desk_of_admin(office: Office) -> Client:
    made = Client()
    made.cookies["edocs_language"] = "en"
    made.force_login(office.admin, backend="django.contrib.auth.backends.ModelBackend")
    return made


def test_an_administrator_reads_and_takes_over_a_list(desk_of_admin: Client, office: Office, signed: bytes) -> None:
    address = reverse("admin:signatures_trustedlist_add")
    answer = desk_of_admin.post(address, {"file": SimpleUploadedFile("tsl.xml", signed)}, follow=True)
    kept = TrustedList.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith(f"/{kept.pk}/change/")
    assert "compare its fingerprint" in page
    assert "CA hai" in page
    change = reverse("admin:signatures_trustedlist_change", args=[kept.pk])
    desk_of_admin.post(change, {"chosen": [kept.services[0]["sha256"]]})
    assert TrustAnchor.objects.filter(source="list").count() == 1
    refused = desk_of_admin.post(address, {"file": SimpleUploadedFile("tsl.xml", b"<x/>")})
    assert "no trusted list" in refused.content.decode()


def test_an_administrator_enters_changes_and_retires_an_anchor(
    desk_of_admin: Client, office: Office, foreign: bytes, office_pki: DemoPki
) -> None:
    address = reverse("admin:signatures_trustanchor_add")
    empty = desk_of_admin.get(reverse("admin:signatures_trustanchor_changelist")).content.decode()
    assert "roots installed with the keys count" in empty
    pem = x509.load_der_x509_certificate(foreign).public_bytes(Encoding.PEM)
    desk_of_admin.post(address, {"file": SimpleUploadedFile("root.pem", pem), "for_timestamp": "on", "note": "Thử"})
    anchor = TrustAnchor.objects.get(certificate=foreign)
    assert (anchor.for_person, anchor.for_timestamp, anchor.note) == (False, True, "Thử")
    listed = desk_of_admin.get(reverse("admin:signatures_trustanchor_changelist")).content.decode()
    assert "DEMO · DEMO Root CA" in listed
    change = reverse("admin:signatures_trustanchor_change", args=[anchor.pk])
    assert anchor.fingerprint in desk_of_admin.get(change).content.decode()
    desk_of_admin.post(
        change, {"for_person": "on", "note": "Thử", "valid_to_0": "2030-01-01", "valid_to_1": "00:00:00"}
    )
    anchor.refresh_from_db()
    assert (anchor.for_person, anchor.for_timestamp) == (True, False)
    assert anchor.valid_to is not None
    refused = desk_of_admin.post(change, {"note": "Thử"})
    assert "at least one purpose" in refused.content.decode()
    holder = (office_pki.keys / f"{DEPUTY.key_id}.der").read_bytes()
    for content, sentence in ((holder, "not of an authority"), (b"nothing", "no certificate")):
        file = SimpleUploadedFile("x.der", content)
        assert sentence in desk_of_admin.post(address, {"file": file, "for_person": "on"}).content.decode()
    desk_of_admin.post(
        reverse("admin:signatures_trustanchor_changelist"), {"action": "retire", "_selected_action": [anchor.pk]}
    )
    anchor.refresh_from_db()
    assert anchor.retired_at is not None


def test_the_certificate_of_an_anchor_stays_what_it_is(office: Office, foreign: bytes) -> None:
    anchor = add_anchor(new=NewAnchor(foreign), by=office.admin)
    again = add_anchor(new=NewAnchor(foreign, note="lần hai"), by=office.admin)
    assert anchor.pk == again.pk
    assert TrustAnchor.objects.filter(certificate=foreign).count() == 1

"""Whether a certificate is revoked, asked of authorities; what a fetcher may do; two time authorities."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing import (
    FailoverTimestamper,
    HttpTimestamper,
    LoadedKey,
    Trust,
    Verdict,
    fill_and_seal,
    judge,
    sign_as_person,
)
from signing.errors import CertificateRevoked, RevocationUnknown, SigningError, TimestampUnavailable
from signing.fetching import Fetcher, FetchRefused, Limits
from signing.fresh import FreshTrust
from signing.revocation import SILENT, Authorities, is_ocsp
from tests.signing.authorities import Agency, Machine, TimeAuthority, agency, certify, machine, serial_of
from tests.signing.conftest import Course


@pytest.fixture
def office() -> Iterator[Agency]:
    with agency() as made:
        yield made


def fresh(office: Agency, *, crls: tuple[bytes, ...] = ()) -> FreshTrust:
    own = office.trust()
    authorities = Authorities(Fetcher([office.machine.host]))
    return FreshTrust(own.roots, own.intermediates, (*own.crls, *crls), authorities=authorities)


def check(trust: Trust, key: LoadedKey) -> None:
    trust.check_for_signing(key.certificate, datetime.now(UTC))


# --- asked ----------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-6")
@pytest.mark.parametrize("mood", ["good", "ocsp by the issuer", "ocsp of a fast clock"])
def test_the_responder_is_asked_once_and_believed(office: Agency, mood: str) -> None:
    office.mood = mood
    trust = fresh(office)
    for _ in range(3):
        check(trust, office.person)
    assert office.machine.asked == ["/ocsp"]
    certificates, proofs = trust.evidence(office.person.certificate)
    assert [is_ocsp(der) for der in proofs] == [True, False]  # the root's list of its own authority stays
    assert (office.responder.certificate in certificates) == (mood != "ocsp by the issuer")


@pytest.mark.parametrize(
    "mood",
    ["ocsp down", "ocsp of another", "ocsp of yesterday", "ocsp by a stranger", "ocsp by one who may be revoked"],
)
def test_an_answer_that_proves_nothing_is_followed_by_the_list(office: Agency, mood: str) -> None:
    office.mood = mood
    trust = fresh(office)
    check(trust, office.person)
    assert office.machine.asked == ["/ocsp", "/crl"]
    assert not any(is_ocsp(der) for der in trust.evidence(office.person.certificate)[1])


@pytest.mark.requirement("R-SIG-7")
@pytest.mark.parametrize("mood", ["good", "ocsp down"])
def test_a_revoked_certificate_signs_nothing(
    office: Agency, course: Course, timestamper: object, tmp_path: Path, mood: str
) -> None:
    office.mood = mood
    office.revoked.add(serial_of(office.person))
    with pytest.raises(CertificateRevoked):
        sign_as_person(course.prepared, tmp_path / "x.pdf", office.person, timestamper, fresh(office))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


@pytest.mark.requirement("R-SIG-7")
@pytest.mark.parametrize("mood", ["crl down", "crl of yesterday", "crl of another"])
def test_where_nobody_tells_nothing_is_signed_unless_our_own_list_holds(office: Agency, mood: str) -> None:
    def silent(_: str, body: bytes) -> tuple[int, str, bytes]:
        return 503, "text/plain", b""

    office.machine.answers["/ocsp"] = silent
    office.mood = mood
    with pytest.raises(RevocationUnknown) as unknown:
        check(fresh(office), office.person)
    assert office.machine.host in unknown.value.detail
    check(fresh(office, crls=(office.crl_of(office.issuing),)), office.person)
    ended = office.crl_of(office.issuing, until=datetime.now(UTC) - timedelta(minutes=5))
    with pytest.raises(RevocationUnknown):
        check(fresh(office, crls=(ended,)), office.person)


def test_a_machine_that_does_not_answer_is_left_alone_for_a_while(office: Agency) -> None:
    moment = [datetime.now(UTC)]
    asked = Authorities(Fetcher([office.machine.host]), wall=lambda: moment[0])
    person, issuing = (x509.load_der_x509_certificate(key.certificate) for key in (office.person, office.issuing))
    office.machine.answers.clear()
    for _ in range(5):
        with pytest.raises(RevocationUnknown):
            asked.proof(person, issuing)
    assert office.machine.asked == ["/ocsp", "/crl"]
    office.machine.answers["/ocsp"] = office.answer_ocsp
    moment[0] += SILENT
    assert asked.proof(person, issuing) is not None


def test_an_answer_is_asked_for_again_after_an_hour(office: Agency) -> None:
    moment = [datetime.now(UTC)]
    asked = Authorities(Fetcher([office.machine.host]), wall=lambda: moment[0])
    person, issuing = (x509.load_der_x509_certificate(key.certificate) for key in (office.person, office.issuing))
    asked.proof(person, issuing)
    office.revoked.add(serial_of(office.person))
    moment[0] += timedelta(minutes=59)
    asked.proof(person, issuing)
    moment[0] += timedelta(minutes=2)
    with pytest.raises(CertificateRevoked):
        asked.proof(person, issuing)


def test_machines_that_are_not_named_are_not_asked(office: Agency) -> None:
    own = office.trust()
    lists = (*own.crls, office.crl_of(office.issuing))
    trust = FreshTrust(own.roots, own.intermediates, lists, authorities=Authorities(Fetcher(["ocsp.example"])))
    check(trust, office.person)
    assert office.machine.asked == []


def test_fresh_answers_are_in_what_is_signed(
    office: Agency, course: Course, tmp_path: Path, signature_png: bytes, seal_png: bytes
) -> None:
    """Leader B-LT and seal B-LTA rest on answers of the same minute, those of the time authority included."""
    office.machine.answers["/tsa"] = TimeAuthority(office.stamper)
    trust = fresh(office)
    stamper = HttpTimestamper(office.machine.url("/tsa"), trust=trust)
    signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
    sign_as_person(course.prepared, signed, office.person, stamper, trust, image=signature_png)
    fill_and_seal(signed, sealed, office.person, stamper, trust, number="1", date="ngày 01 tháng 02", image=seal_png)
    assert office.machine.asked.count("/ocsp") == 2  # one for the person, one for the time authority
    assert "/crl" not in office.machine.asked
    for made in (signed, sealed):
        with made.open("rb") as stream:
            answers = DocumentSecurityStore.read_dss(PdfFileReader(stream)).ocsps
            found = {ocsp.load_der_ocsp_response(one.get_object().data).serial_number for one in answers}
        assert found == {serial_of(office.person), serial_of(office.stamper)}
        # whoever judges has the roots and the root's list, and asks nobody
        judgement = judge(made, office.trust())
        assert judgement.verdict is Verdict.PASS, judgement


# --- the fetcher ----------------------------------------------------------------------------------------------------
@pytest.fixture
def place() -> Iterator[Machine]:
    with machine() as made:
        made.answers["/a"] = lambda path, body: (200, "text/plain", b"x" * 2000)
        yield made


def test_only_named_machines_are_reached(place: Machine) -> None:
    assert len(Fetcher([place.host]).get(place.url("/a"))) == 2000
    name, port = place.host.split(":")
    for url in (
        f"http://localhost:{port}/a",
        f"http://{name}:{int(port) ^ 1}/a",
        f"http://user@{place.host}/a",
        f"ftp://{place.host}/a",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ):
        with pytest.raises(FetchRefused, match="not among the machines"):
            Fetcher([place.host]).get(url)
    assert place.asked == ["/a"]


def test_nobody_is_followed_elsewhere(place: Machine) -> None:
    place.answers["/there"] = lambda path, body: (302, "text/plain", b"")
    place.headers = {"Location": place.url("/a")}
    with pytest.raises(FetchRefused, match="status 302"):
        Fetcher([place.host]).get(place.url("/there"))
    assert place.asked == ["/there"]


def test_no_more_is_read_than_may_be(place: Machine) -> None:
    with pytest.raises(FetchRefused, match="more than 1999 bytes"):
        Fetcher([place.host]).get(place.url("/a"), Limits(most_bytes=1999))
    assert len(Fetcher([place.host]).get(place.url("/a"), Limits(most_bytes=2000))) == 2000


def test_a_machine_that_drips_does_not_keep_us(place: Machine) -> None:
    place.drip = 0.05
    begun = time.monotonic()
    with pytest.raises(FetchRefused):
        Fetcher([place.host]).get(place.url("/a"), Limits(seconds=0.5))
    assert time.monotonic() - begun < 10


def test_the_kind_of_the_answer_counts(place: Machine) -> None:
    with pytest.raises(FetchRefused, match="something else"):
        Fetcher([place.host]).post(place.url("/a"), b"?", "application/ocsp-request", "application/ocsp-response")


# --- two time-stamping authorities ----------------------------------------------------------------------------------
DIGEST = b"\7" * 32


def two(office: Agency) -> tuple[TimeAuthority, TimeAuthority, FailoverTimestamper, list[float]]:
    first, second = TimeAuthority(office.stamper), TimeAuthority(office.stamper)
    office.machine.answers |= {"/first": first, "/second": second}
    trust, seconds = fresh(office), [0.0]
    stampers = [HttpTimestamper(office.machine.url(path), 2, trust=trust) for path in ("/first", "/second")]
    return first, second, FailoverTimestamper(stampers, clock=lambda: seconds[0]), seconds


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("down", "status 503"),
        ("hangs", "takes longer than 2 seconds|does not answer"),
        ("refuses", "it refused"),
        ("another digest", "another question"),
        ("another nonce", "another question"),
        ("wrong clock", "its clock says"),
        ("changed", "signature is wrong"),
        ("another kind", "something else than application/timestamp-reply"),
    ],
)
def test_the_second_authority_stands_in(office: Agency, caplog: pytest.LogCaptureFixture, mood: str, said: str) -> None:
    first, second, stamper, seconds = two(office)
    first.mood = mood
    assert stamper.token(DIGEST)
    assert re.search(said, caplog.text)
    asked = len(office.machine.asked)
    stamper.token(DIGEST)  # the one that failed is not waited for by each document of a pile
    assert office.machine.asked[asked:] == ["/second"]
    first.mood, second.mood = "good", "down"
    assert stamper.token(DIGEST)
    second.mood, seconds[0] = "good", 61.0
    asked = len(office.machine.asked)
    stamper.token(DIGEST)
    assert office.machine.asked[asked:] == ["/first"]


def test_when_both_are_down_the_reason_names_them(office: Agency, course: Course, tmp_path: Path) -> None:
    first, second, stamper, _ = two(office)
    first.mood, second.mood = "down", "refuses"
    with pytest.raises(TimestampUnavailable) as refused:
        sign_as_person(course.prepared, tmp_path / "x.pdf", office.person, stamper, fresh(office))
    assert refused.value.authorities == (office.machine.host, office.machine.host)
    assert "503" in refused.value.detail
    assert "it refused" in refused.value.detail
    assert not list(tmp_path.iterdir())


def strangers(office: Agency) -> dict[str, LoadedKey]:
    stamping = (ExtendedKeyUsageOID.TIME_STAMPING,)
    usage = ("digital_signature",)
    places = {"crl_url": office.machine.url("/crl")}
    ended = (datetime.now(UTC) - timedelta(days=90), datetime.now(UTC) - timedelta(days=1))
    return {
        "for signing documents": office.person,
        "for more than time stamps": certify(
            4, "Two purposes", office.issuing, usage, purposes=(*stamping, ExtendedKeyUsageOID.OCSP_SIGNING), **places
        ),
        "not critically": certify(4, "Lax", office.issuing, usage, purposes=stamping, critical=False, **places),
        "ended": certify(4, "Ended", office.issuing, usage, purposes=stamping, valid=ended, **places),
        "of nobody we know": certify(4, "Stranger", None, usage, purposes=stamping),
    }


@pytest.mark.parametrize(
    "who", ["for signing documents", "for more than time stamps", "not critically", "ended", "of nobody we know"]
)
def test_the_time_is_believed_of_nobody_else(office: Agency, who: str) -> None:
    office.machine.answers["/tsa"] = TimeAuthority(strangers(office)[who])
    stamper = HttpTimestamper(office.machine.url("/tsa"), trust=fresh(office))
    with pytest.raises(TimestampUnavailable, match="its certificate"):
        stamper.token(DIGEST)


def test_a_revoked_time_authority_gives_no_time(office: Agency) -> None:
    office.machine.answers["/tsa"] = TimeAuthority(office.stamper)
    office.revoked.add(serial_of(office.stamper))
    with pytest.raises(TimestampUnavailable, match="revoked"):
        HttpTimestamper(office.machine.url("/tsa"), trust=fresh(office)).token(DIGEST)


def test_without_an_authority_there_is_no_time() -> None:
    with pytest.raises(SigningError):
        FailoverTimestamper([])

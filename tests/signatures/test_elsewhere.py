"""Leaders and the seal with keys elsewhere: prepared, asked, answered once; what is refused is journaled."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edocs import clock
from edocs.documents.models import Document
from edocs.errors import Invalid, NotPermitted, Refusal, WrongState
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.signatures.backend import using
from edocs.signatures.models import ItemState, Key, SigningSession
from edocs.signatures.models_token import Preparation
from edocs.signatures.services import token_requests, two_phase
from edocs.signatures.services.keys import register_key, retire_key, use_key_again
from edocs.signatures.services.token_keys import enter_token, entered_by
from edocs.workflow.services.signing import sign_again
from edocs_sign.config import Config
from edocs_sign.errors import Refused
from edocs_sign.request import Request, read_request
from signing.demo_pki import DemoPki
from signing.errors import TimestampUnavailable
from signing.keys import Secret
from signing.process import SigningBackend
from signing.process.keyring import read_keyring
from signing.two_phase import Prepared
from tests.signatures.fixtures import SigningOffice, current
from tests.signing.certified import certify
from tests.signing.csc_service import CLIENT, CLIENT_SECRET, PIN, CscService, Held
from tests.signing.national_service import OFFICE, OFFICE_SECRET, USER, SmartCaService
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db

SERVER = "https://vanphong.example"


@dataclass
class Elsewhere:
    """The office whose deputy and seal have keys elsewhere; the private keys stand for token and telephone."""

    desk: SigningOffice
    private: rsa.RSAPrivateKey
    key: Key

    def prepared(self, *documents: Document) -> SigningSession:
        """Consented and prepared; the key is waited for."""
        session = self.desk.consent(*documents, password="")
        run_jobs("workflow.sign")
        return session

    def values(self, session: SigningSession, private: rsa.RSAPrivateKey | None = None) -> dict[int, bytes]:
        """What the token answers."""
        waiting = two_phase.standing(session).waiting
        return {
            one.item_id: (private or self.private).sign(
                Prepared.from_facts(one.facts).attributes, padding.PKCS1v15(), hashes.SHA256()
            )
            for one in waiting
        }

    def answer(self, session: SigningSession, values: Mapping[int, bytes] | None = None) -> None:
        two_phase.answer(
            session=session, person=session.person, values=self.values(session) if values is None else values
        )

    def request(self, session: SigningSession) -> Request:
        """The server's request as edocs-sign reads it."""
        signed = token_requests.signing_request(session=session, person=session.person, server=SERVER)
        return read_request(signed, self.config(), clock.now().timestamp())

    def config(self, person: str = "") -> Config:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(token_requests.public_key()))
        return Config(SERVER, public, person or self.desk.office.deputy.username, Path("/nowhere.so"))


@pytest.fixture(scope="session")
def token_key(office_pki: DemoPki) -> tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]:
    private = rsa.generate_private_key(65537, 2048)
    return private, certify(office_pki, private.public_key(), "Nguyễn Thị Hồng Nhung")


@pytest.fixture
def elsewhere(desk: SigningOffice, token_key: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]) -> Elsewhere:
    Key.objects.filter(owner=desk.office.deputy).update(is_active=False)
    desk.office.deputy.full_name = "Nguyễn Thị Hồng Nhung"
    desk.office.deputy.save()
    key = enter_token(person=desk.office.deputy, certificate=token_key[1][0])
    return Elsewhere(desk, token_key[0], key)


def refusals(verb: str = "signing.refused") -> list[str]:
    return [event.after["code"] for event in Event.objects.filter(verb=verb).order_by("id")]


# --- the token ------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-5")
def test_a_pile_is_signed_with_the_token_and_goes_on_to_the_seal(elsewhere: Elsewhere) -> None:
    documents = [elsewhere.desk.to_sign(summary=f"V/v số {number}") for number in range(3)]
    session = elsewhere.prepared(*documents)
    assert [document.refresh_from_db() or document.state for document in documents] == ["signing"] * 3
    assert two_phase.standing(session).ready
    elsewhere.answer(session)
    run_jobs("workflow.sign")
    for document in documents:
        document.refresh_from_db()
        assert document.state == "signed"
        assert current(document).origin == "signature"
    assert elsewhere.desk.sealed(documents[0]).state == "sealed"


def test_the_request_names_person_documents_versions_and_hashes_and_fits_the_helper(elsewhere: Elsewhere) -> None:
    document = elsewhere.desk.to_sign(summary="V/v kinh phí")
    session = elsewhere.prepared(document)
    request = elsewhere.request(session)
    (one,) = request.documents
    assert (one.version, one.sha256) == (current(document).pk, current(document).blob_id)
    assert "V/v kinh phí" in one.title
    assert request.certificate == elsewhere.key.fingerprint
    assert request.expires <= session.expires_at.timestamp()
    assert one.attributes == Prepared.from_facts(Preparation.objects.get().facts).attributes
    again = elsewhere.request(session)
    assert again.session != request.session
    assert Event.objects.filter(verb="token.request").count() == 2


def test_a_request_is_worth_nothing_to_the_helper_of_another(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    signed = token_requests.signing_request(session=session, person=session.person, server=SERVER)
    for config, code in ((elsewhere.config("thinh.tq"), "other_person"),):
        with pytest.raises(Refused) as caught:
            read_request(signed, config, clock.now().timestamp())
        assert caught.value.code == code


def test_another_secret_key_signs_other_requests(elsewhere: Elsewhere, settings: object) -> None:
    before = token_requests.public_key()
    settings.SECRET_KEY = "another secret key"
    assert token_requests.public_key() != before


# --- stealing -------------------------------------------------------------------------------------------------------
def test_an_answer_is_taken_once(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    values = elsewhere.values(session)
    elsewhere.answer(session, values)
    with pytest.raises(WrongState):
        elsewhere.answer(session, values)
    run_jobs("workflow.sign")
    with pytest.raises(WrongState):
        elsewhere.answer(session, values)
    assert refusals() == ["preparation_used"] * 2
    assert Job.objects.filter(kind="workflow.sign").count() == 2  # prepared once, finished once


def test_nobody_answers_for_somebody_else(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    director = elsewhere.desk.office.director
    for act in (
        lambda: two_phase.answer(session=session, person=director, values=elsewhere.values(session)),
        lambda: token_requests.signing_request(session=session, person=director, server=SERVER),
    ):
        with pytest.raises(Invalid):
            act()
    events = Event.objects.filter(verb="signing.refused")
    assert [(event.person_id, event.after["code"]) for event in events] == [(director.pk, "other_person")] * 2
    assert two_phase.standing(session).answered == 0


def test_a_wrong_value_is_refused_and_leaves_the_consent_as_it_was(elsewhere: Elsewhere, office_pki: DemoPki) -> None:
    documents = [elsewhere.desk.to_sign(summary=f"V/v số {number}") for number in range(2)]
    session = elsewhere.prepared(*documents)
    good = elsewhere.values(session)
    first, second = sorted(good)
    other = rsa.generate_private_key(65537, 2048)
    wrong = (
        {first: good[second], second: good[first]},
        elsewhere.values(session, other),
        {first: good[first]},
        {**good, 999_999: good[first]},
        {first: good[first], second: b""},
        {},
    )
    for values in wrong:
        with pytest.raises(Refusal):
            elsewhere.answer(session, values)
    assert len(refusals()) == len(wrong)
    assert two_phase.standing(session).answered == 0
    elsewhere.answer(session, good)
    run_jobs("workflow.sign")
    assert {document.refresh_from_db() or document.state for document in documents} == {"signed"}


def test_an_answer_after_the_consent_is_refused(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    values = elsewhere.values(session)
    SigningSession.objects.update(expires_at=clock.now())
    session.refresh_from_db()
    with pytest.raises(WrongState):
        elsewhere.answer(session, values)
    assert refusals() == ["consent_expired"]


def test_nothing_that_is_kept_signs_anything(elsewhere: Elsewhere) -> None:
    """Rows, journal and jobs of a waiting consent hold neither a key nor a password nor a value to be used again."""
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    facts = Preparation.objects.get().facts
    assert set(facts) == {*Prepared.from_facts(facts).facts(), "dispatch"}
    assert Preparation.objects.get().value is None
    told = json.dumps([list(Event.objects.values_list("after", flat=True)), list(Job.objects.values_list("arguments"))])
    assert session.handle not in told
    assert facts["attributes"] not in told


def test_a_file_that_changed_meanwhile_is_not_finished(elsewhere: Elsewhere) -> None:
    document = elsewhere.desk.to_sign()
    session = elsewhere.prepared(document)
    one = Preparation.objects.get()
    waiting = two_phase.folder() / one.file
    waiting.write_bytes(waiting.read_bytes()[:-5] + b"xxxxx")
    elsewhere.answer(session)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    item = session.items.get()
    assert (document.state, item.state, item.code) == ("to_sign", ItemState.FAILED, "preparation_changed")


# --- faults ---------------------------------------------------------------------------------------------------------
def test_who_does_not_answer_finds_the_documents_where_they_were(elsewhere: Elsewhere) -> None:
    document = elsewhere.desk.to_sign()
    session = elsewhere.prepared(document)
    run_jobs("workflow.elsewhere")
    assert two_phase.sweep() == 0
    SigningSession.objects.update(expires_at=clock.now())
    assert two_phase.sweep() == 1
    document.refresh_from_db()
    item = session.items.get()
    assert (document.state, item.state, item.code) == ("to_sign", ItemState.FAILED, "consent_expired")
    assert list(two_phase.folder().glob(Preparation.objects.get().file)) == []
    second = elsewhere.prepared(document)
    elsewhere.answer(second)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == "signed"


def test_who_gives_up_finds_the_documents_at_once(elsewhere: Elsewhere) -> None:
    document = elsewhere.desk.to_sign()
    session = elsewhere.prepared(document)
    assert two_phase.give_up(session=session, code="declined", person=session.person) == 1
    document.refresh_from_db()
    assert document.state == "to_sign"
    with pytest.raises(WrongState):
        elsewhere.answer(session, {})
    assert Event.objects.filter(verb="signing.give_up").count() == 1


def test_without_a_time_stamp_the_value_is_kept_and_no_pin_is_asked_again(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = elsewhere.desk.to_sign()
    session = elsewhere.prepared(document)
    elsewhere.answer(session)

    def away(*_arguments: object, **_options: object) -> None:
        raise TimestampUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(type(elsewhere.desk.backend.elsewhere), "finish", away)
        run_jobs("workflow.sign")
    item = session.items.get()
    assert (item.state, item.code) == (ItemState.FAILED, "timestamp_unavailable")
    sign_again(item=item, by=session.person)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == "signed"


def test_prepared_files_are_cleared_away(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    elsewhere.answer(session)
    run_jobs("workflow.sign")
    name = Preparation.objects.get().file
    assert (two_phase.folder() / name).exists()
    with clock.at(clock.now() + dt.timedelta(minutes=16)):
        two_phase.sweep()
    assert not (two_phase.folder() / name).exists()
    assert not Preparation.objects.exists()


# --- entering a token -----------------------------------------------------------------------------------------------
def test_only_a_trusted_certificate_with_the_own_name_is_entered(
    desk: SigningOffice, token_key: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]], office_pki: DemoPki
) -> None:
    director = desk.office.director
    certificate = token_key[1][0]
    with pytest.raises(Invalid) as caught:
        enter_token(person=director, certificate=certificate)
    assert caught.value.code == "other_person"
    for rubbish in (b"", b"rubbish", b"x" * 20_000, token_key[1][1]):
        with pytest.raises(Refusal):
            enter_token(person=director, certificate=rubbish)
    assert not Key.objects.filter(provider="token").exists()
    director.full_name = "nguyễn thị  hồng nhung"
    key = enter_token(person=director, certificate=certificate)
    assert enter_token(person=director, certificate=certificate) == key
    assert (key.owner, key.provider, bytes(key.on_token.certificate)) == (director, "token", certificate)
    retire_key(key=key, by=desk.office.admin)  # a lost token: its holder does not put it back into use
    with pytest.raises(Invalid) as caught:
        enter_token(person=director, certificate=certificate)
    assert caught.value.code == "retired"
    assert not entered_by(director).exists()
    with pytest.raises(NotPermitted):
        use_key_again(key=key, by=director)
    use_key_again(key=key, by=desk.office.admin)
    assert list(entered_by(director)) == [key]


# --- services -------------------------------------------------------------------------------------------------------
@dataclass
class Services:
    desk: SigningOffice
    csc: CscService
    phone: SmartCaService

    def enter(self, reference: str) -> Key:
        Key.objects.filter(owner=self.desk.office.deputy).update(is_active=False)
        return register_key(
            reference=reference, purpose="sign", owner=self.desk.office.deputy, by=self.desk.office.admin
        )

    def enter_seal(self, reference: str) -> Key:
        Key.objects.filter(purpose="seal").update(is_active=False)
        return register_key(reference=reference, purpose="seal", owner=None, by=self.desk.office.admin)

    def prepared(self, *documents: Document) -> SigningSession:
        session = self.desk.consent(*documents, password="")
        run_jobs("workflow.sign")
        return session


@pytest.fixture
def services(
    desk: SigningOffice, tmp_path: Path, office_pki: DemoPki, token_key: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]
) -> Iterator[Services]:
    csc = CscService({"cred": Held(*token_key)})
    phone = SmartCaService(*token_key)
    with ExitStack() as stack:
        lines = []
        for name, dialect, url, client, secret in (
            ("tu-xa", "csc", stack.enter_context(csc.serving()), CLIENT, CLIENT_SECRET),
            ("dien-thoai", "smartca", stack.enter_context(phone.serving()), OFFICE, OFFICE_SECRET),
        ):
            (tmp_path / name).write_text(secret, encoding="utf-8")
            lines += [f"[services.{name}]", f'dialect = "{dialect}"', f'url = "{url}"', f'client = "{client}"']
            lines += [f'secret_file = "{tmp_path / name}"', "loopback = true"]
        for name, service, holder, purpose in (
            ("nhung-tu-xa", "tu-xa", "cred", "person"),
            ("nhung-dt", "dien-thoai", USER, "person"),
            ("con-dau-tu-xa", "tu-xa", "cred", "seal"),
            ("con-dau-dt", "dien-thoai", USER, "seal"),
        ):
            lines += [f"[keys.{name}]", f'service = "{service}"', f'holder = "{holder}"', f'purpose = "{purpose}"']
        path = tmp_path / "keys.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        keyring = read_keyring(path, office_pki.keys, soft_allowed=True, state=None, chain=lambda _: ())
        backend = SigningBackend(keyring, office_pki.trust, office_pki.timestamper())
        stack.enter_context(using(backend))
        yield Services(desk, csc, phone)


def test_a_pile_at_a_csc_service_under_one_authorisation(services: Services) -> None:
    key = services.enter("nhung-tu-xa")
    assert key.provider == "csc"
    documents = [services.desk.to_sign(summary=f"V/v số {number}") for number in range(2)]
    session = services.prepared(*documents)
    mode, asked = two_phase.questions(key)
    assert (mode, [one.name for one in asked]) == ("explicit", ["PIN"])
    with pytest.raises(Invalid) as caught:
        two_phase.ask_service(session=session, person=session.person, answers={"PIN": Secret("sai")})
    assert caught.value.code == "wrong_password"
    two_phase.ask_service(session=session, person=session.person, answers={"PIN": Secret(PIN)})
    run_jobs("workflow.sign")
    assert {document.refresh_from_db() or document.state for document in documents} == {"signed"}
    assert services.csc.calls.count("/signatures/signHash") == 1
    assert refusals() == ["wrong_password"]


def test_a_pile_is_confirmed_on_the_telephone(services: Services) -> None:
    services.enter("nhung-dt")
    services.phone.phone.acts = "later:1"
    documents = [services.desk.to_sign(summary=f"V/v số {number}") for number in range(2)]
    services.prepared(*documents)
    run_jobs("workflow.phone")  # asks
    run_jobs("workflow.phone")  # not yet
    Job.objects.filter(kind="workflow.phone").update(not_before=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    run_jobs("workflow.phone")
    run_jobs("workflow.sign")
    assert {document.refresh_from_db() or document.state for document in documents} == {"signed"}
    assert len(services.phone.phone.shows) == 1


def test_who_refuses_on_the_telephone_signs_nothing(services: Services) -> None:
    services.enter("nhung-dt")
    services.phone.phone.acts = "refuse"
    document = services.desk.to_sign()
    session = services.prepared(document)
    run_jobs("workflow.phone")
    run_jobs("workflow.phone")
    document.refresh_from_db()
    item = session.items.get()
    assert (document.state, item.code) == ("to_sign", "holder_refused")


def test_a_clerk_enters_the_token_of_the_agency_as_its_seal(
    desk: SigningOffice, token_key: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]], office_pki: DemoPki
) -> None:
    certificate = certify(office_pki, token_key[0].public_key(), desk.office.agency.name)[0]
    for person in (desk.office.deputy, desk.office.admin):
        with pytest.raises(Invalid):
            enter_token(person=person, certificate=certificate)
    key = enter_token(person=desk.office.clerk, certificate=certificate)
    assert (key.purpose, key.owner, key.provider) == ("seal", None, "token")
    assert list(entered_by(desk.office.clerk)) == [key]
    assert not entered_by(desk.office.deputy).exists()

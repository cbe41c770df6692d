"""Keys at a CSC service, over a real connection; the service refuses whatever the specification does not allow."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing import LocalTimestamper, Trust, Verdict, fill_and_seal, judge, sha256_of, sign_as_person
from signing.demo_pki import DemoPki
from signing.errors import (
    BadRequest,
    CertificateNotTrusted,
    ConsentExpired,
    HolderRefused,
    RemoteRefused,
    RemoteUnavailable,
    SigningError,
    TransactionUsed,
    UnknownKey,
    WrongPassword,
    WrongSignature,
)
from signing.keys import Secret
from signing.providers.csc import Client, CscProvider
from signing.providers.web import MAX_ANSWER, Service
from signing.two_phase import Holder, finish_signature, prepare_signature
from tests.signing.certified import certify
from tests.signing.conftest import Course
from tests.signing.csc_service import CLIENT, CLIENT_SECRET, OTP, PIN, REDIRECT, CscService, Held
from tests.signing.loopback import answering
from tests.signing.outside import pyhanko_says

HERE = Path(__file__).parent
PIECES = [b"one", b"two", b"three"]
DIGESTS = [hashlib.sha256(piece).digest() for piece in PIECES]


@pytest.fixture(scope="module")
def keys(pki: DemoPki) -> dict[str, Held]:
    leader = rsa.generate_private_key(65537, 2048)
    seal = rsa.generate_private_key(65537, 2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    certified = {name: certify(pki, key.public_key(), name) for name, key in (("a", leader), ("b", seal), ("c", curve))}
    return {
        "cred-leader": Held(leader, certified["a"]),
        "cred-seal": Held(seal, certified["b"], objects=("PIN", "OTP")),
        "cred-curve": Held(curve, certified["c"], algorithms=("1.2.840.10045.4.3.2",)),
        "cred-page": Held(leader, certified["a"], mode="oauth2code", algorithms=("1.2.840.113549.1.1.1",)),
        "cred-free": Held(leader, certified["a"], mode="implicit"),
        "cred-off": Held(leader, certified["a"], enabled=False),
    }


@dataclass
class World:
    service: CscService
    provider: CscProvider
    url: str

    def again(self, secret: str = CLIENT_SECRET, **options: object) -> CscProvider:
        """The same service seen by another process."""
        client = Client(CLIENT, Secret(secret), REDIRECT)
        return CscProvider(Service(self.url, loopback=True, **options), client, clock=lambda: self.service.now)


@pytest.fixture
def world(keys: dict[str, Held]) -> Iterator[World]:
    service = CscService(dict(keys))
    with service.serving() as url:
        found = World(service, None, url)  # type: ignore[arg-type]
        found.provider = found.again()
        yield found


def open_leader(world: World, pin: str = PIN) -> object:
    return world.provider.open("cred-leader", Secret(pin), [], "sign")


# --- what the service tells -----------------------------------------------------------------------------------------
def test_every_page_of_the_list_is_read(world: World, keys: dict[str, Held]) -> None:
    assert world.provider.credentials() == sorted(keys)
    assert world.service.calls.count("/credentials/list") == 3


def test_a_key_is_shown_with_its_chain_and_its_questions(world: World, keys: dict[str, Held]) -> None:
    found = world.provider.credential("cred-seal")
    assert (found.known.certificate, *found.known.chain) == keys["cred-seal"].certificates
    assert [one.name for one in found.questions] == ["PIN", "OTP"]
    assert (found.scal, found.most, found.algorithm) == ("2", 100, "rsa")
    assert world.provider.certificate("cred-seal").info.name == "b"


def test_unknown_and_disabled_keys_are_told_apart(world: World) -> None:
    with pytest.raises(UnknownKey):
        world.provider.certificate("cred-nobody")
    with pytest.raises(CertificateNotTrusted):
        world.provider.certificate("cred-off")


def test_the_office_s_token_is_kept_until_shortly_before_its_end(world: World) -> None:
    world.provider.credentials()
    world.provider.credentials()
    assert world.service.calls.count("/oauth2/token") == 1
    world.service.now += 596
    world.provider.credentials()
    assert world.service.calls.count("/oauth2/token") == 2


def test_a_token_that_the_service_ended_early_is_asked_for_anew_once(world: World) -> None:
    world.provider.credentials()
    world.service.tokens.clear()
    assert world.provider.credentials()
    world.service.faults["/credentials/list"] = (401, {"error": "invalid_token"})
    with pytest.raises(RemoteRefused):
        world.provider.credentials()


def test_a_wrong_client_secret_is_refused(world: World) -> None:
    with pytest.raises(RemoteRefused):
        world.again("khác").credentials()


# --- signing --------------------------------------------------------------------------------------------------------
def test_a_pile_is_signed_under_one_authorisation(world: World) -> None:
    values = open_leader(world).sign_many(PIECES)
    assert len(values) == 3
    assert world.service.calls.count("/credentials/authorize") == 1
    assert world.service.calls.count("/signatures/signHash") == 1
    assert [sad.digests for sad in world.service.sads.values()] == [DIGESTS]


def test_two_questions_are_answered_by_name(world: World) -> None:
    with pytest.raises(BadRequest):
        world.provider.open("cred-seal", Secret(PIN), [], "seal")
    with pytest.raises(BadRequest):
        world.provider.open_answered("cred-seal", {"PIN": Secret(PIN)})
    key = world.provider.open_answered("cred-seal", {"PIN": Secret(PIN), "OTP": Secret(OTP)})
    assert len(key.sign_many(PIECES)) == 3


def test_an_elliptic_key_answers_in_der(world: World) -> None:
    key = world.provider.open("cred-curve", Secret(PIN), [], "sign")
    assert key.algorithm == "ec"
    assert key.sign(b"one")[0] == 0x30


def test_a_key_that_asks_nothing_is_opened_with_nothing(world: World) -> None:
    assert world.provider.open("cred-free", Secret(""), [], "sign").sign(b"one")


@pytest.mark.parametrize(("answers", "code"), [({"PIN": "sai"}, WrongPassword), ({"OTP": "000000"}, WrongPassword)])
def test_wrong_answers_are_wrong_passwords(world: World, answers: dict[str, str], code: type[SigningError]) -> None:
    given = {"PIN": PIN, "OTP": OTP} | answers
    key = world.provider.open_answered("cred-seal", {name: Secret(text) for name, text in given.items()})
    with pytest.raises(code):
        key.sign(b"one")
    assert world.service.calls.count("/signatures/signHash") == 0


def test_more_than_one_authorisation_may_hold_is_not_begun(world: World, keys: dict[str, Held]) -> None:
    world.service.keys["cred-leader"] = replace(keys["cred-leader"], multisign=2)
    with pytest.raises(BadRequest):
        open_leader(world).sign_many(PIECES)
    assert world.service.calls.count("/credentials/authorize") == 0


def test_an_authorisation_serves_once_for_exactly_its_hashes_and_not_for_long(world: World) -> None:
    credential = world.provider.credential("cred-leader")
    answers = {"PIN": Secret(PIN)}
    allowed = world.provider.authorise(credential, DIGESTS, answers)
    with pytest.raises(BadRequest):
        world.provider.sign(allowed, [*PIECES[:2], b"another"])
    with pytest.raises(BadRequest):
        world.provider.sign(allowed, PIECES[:2])
    world.provider.sign(allowed, PIECES)
    with pytest.raises(TransactionUsed):
        world.provider.sign(allowed, PIECES)
    late = world.provider.authorise(credential, DIGESTS, answers)
    world.service.now += 296
    with pytest.raises(ConsentExpired):
        world.provider.sign(late, PIECES)


def test_the_service_itself_binds_hashes_to_the_authorisation(world: World) -> None:
    """Not our own check: a client that cheats is refused by the service, and its words are understood."""
    credential = world.provider.credential("cred-leader")
    allowed = world.provider.authorise(credential, DIGESTS, {"PIN": Secret(PIN)})
    cheating = replace(allowed, digests=(DIGESTS[0],))
    with pytest.raises(RemoteRefused):
        world.provider.sign(cheating, PIECES[:1])
    world.provider.sign(allowed, PIECES)
    with pytest.raises(TransactionUsed):
        world.provider.sign(replace(allowed, used=False), PIECES)
    late = world.provider.authorise(credential, DIGESTS, {"PIN": Secret(PIN)})
    world.service.now += 301
    world.provider.credentials()
    with pytest.raises(ConsentExpired):
        world.provider.sign(replace(late, ends=world.service.now + 60), PIECES)


def test_a_signature_that_does_not_fit_is_not_taken(world: World) -> None:
    world.service.spoiled = True
    with pytest.raises(WrongSignature):
        open_leader(world).sign(b"one")


def test_a_closed_key_signs_nothing(world: World) -> None:
    key = open_leader(world)
    key.close()
    key.close()
    with pytest.raises(ConsentExpired):
        key.sign(b"one")


# --- the service's own page -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("bearer", [False, True])
def test_the_holder_authorises_at_the_service_s_page(world: World, bearer: bool) -> None:
    world.service.sad_as_bearer = bearer
    with pytest.raises(BadRequest):
        world.provider.open("cred-page", Secret(""), [], "sign")
    journey = world.provider.journey("cred-page", DIGESTS)
    came = world.service.at_the_page(journey.address)
    allowed = world.provider.arrived(journey, state=came["state"], code=Secret(came["code"]))
    assert len(world.provider.sign(allowed, PIECES)) == 3
    with pytest.raises(ConsentExpired):
        world.provider.arrived(journey, state=came["state"], code=Secret(came["code"]))


def test_a_code_serves_only_who_began(world: World) -> None:
    mine, other = (world.provider.journey("cred-page", DIGESTS) for _ in range(2))
    came = world.service.at_the_page(mine.address)
    with pytest.raises(HolderRefused):
        world.provider.arrived(other, state=came["state"], code=Secret(came["code"]))
    with pytest.raises(ConsentExpired):
        world.provider.arrived(replace(other, state=came["state"]), state=came["state"], code=Secret(came["code"]))


def test_tokens_are_asked_for_on_the_service_s_own_host_alone(world: World) -> None:
    world.service.faults["/info"] = (200, {"methods": ["signatures/signHash"], "oauth2": "https://another.example/idp"})
    with pytest.raises(RemoteUnavailable):
        world.provider.credentials()


# --- what comes instead of an answer --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((500, {"error": "server_error"}), RemoteUnavailable),
        ((503, b"busy"), RemoteUnavailable),
        ((200, b"<html>"), RemoteUnavailable),
        ((200, []), RemoteUnavailable),
        ((200, {"SAD": ""}), RemoteUnavailable),
        ((200, {"SAD": 5}), RemoteUnavailable),
        ((200, b"x" * (MAX_ANSWER + 1)), RemoteUnavailable),
        ((302, {"location": "http://127.0.0.1/"}), RemoteRefused),
        ((403, {"error": "access_denied"}), HolderRefused),
        ((400, {"error": "Ignore this <b>and</b> more", "error_description": PIN}), RemoteRefused),
    ],
)
def test_what_is_no_authorisation_is_none(world: World, said: tuple[int, object], expected: type[SigningError]) -> None:
    key = open_leader(world)
    world.service.faults["/credentials/authorize"] = said
    with pytest.raises(expected) as caught:
        key.sign(b"one")
    assert PIN not in str(caught.value)
    assert "<b>" not in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [{"signatures": []}, {"signatures": ["AA=="] * 2}, {"signatures": ["***"]}, {"responseID": "later"}, {}],
)
def test_another_number_of_signatures_is_no_answer(world: World, said: object) -> None:
    key = open_leader(world)
    world.service.faults["/signatures/signHash"] = (200, said)
    with pytest.raises(RemoteUnavailable):
        key.sign(b"one")


def test_nobody_at_the_address(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = CscProvider(Service(f"http://127.0.0.1:{port}", loopback=True), Client(CLIENT, Secret("x")))
    with pytest.raises(RemoteUnavailable):
        gone.credentials()


def test_a_service_that_drips_is_left_after_the_time_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for number in range(200):
                    try:
                        connection.sendall(f"X-{number}: y\r\n".encode())
                    except OSError:
                        return
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        service = Service(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=0.5, loopback=True)
        began = time.monotonic()
        with pytest.raises(RemoteUnavailable):
            service.post("/info", {})
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "url",
    [
        "http://sign.example/csc/v2",
        "http://127.0.0.1.example/csc",
        "ftp://127.0.0.1/",
        "https://user:secret@sign.example/",
        "https://sign.example/?next=x",
        "https:///csc",
        "",
    ],
)
def test_only_https_to_one_host(url: str) -> None:
    with pytest.raises(RemoteUnavailable):
        Service(url, loopback=True)
    assert Service("https://sign.example/csc/v2").url


def test_plain_http_to_this_machine_is_for_tests_alone() -> None:
    with pytest.raises(RemoteUnavailable):
        Service("http://127.0.0.1:8000/csc/v2")


def test_no_error_shows_what_was_sent(world: World) -> None:
    """Frames of every error, with all their variables, hold neither PIN nor client secret nor authorisation."""
    said: list[str] = []

    def failing(place: str, answer: tuple[int, object]) -> None:
        world.service.faults = {}
        key = world.again().open_answered("cred-seal", {"PIN": Secret(PIN), "OTP": Secret(OTP)})
        world.service.faults = {place: answer}
        try:
            key.sign(b"one")
        except SigningError as error:
            shown = traceback.TracebackException.from_exception(error, capture_locals=True)
            frames = [frame for frame in shown.stack if not frame.filename.startswith(str(HERE))]
            said.append(f"{error!r} {[frame.locals for frame in frames]}")
            assert frames

    for place in ("/credentials/authorize", "/signatures/signHash"):
        for answer in ((500, {}), (400, {"error": "invalid_pin"}), (200, b"?"), (401, {}), (200, {"SAD": 1})):
            failing(place, answer)
    assert len(said) == 10
    told = "\n".join(said)
    secrets = [PIN, OTP, CLIENT_SECRET, *world.service.sads, *world.service.tokens]
    assert [one for one in secrets if one in told] == []


# --- documents ------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-5")
def test_leader_and_seal_at_the_service(
    world: World, course: Course, tmp_path: Path, timestamper: LocalTimestamper, trust: Trust
) -> None:
    leader = open_leader(world)
    seal = world.provider.open_answered("cred-seal", {"PIN": Secret(PIN), "OTP": Secret(OTP)})
    signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
    sign_as_person(course.prepared, signed, leader, timestamper, trust)
    fill_and_seal(signed, sealed, seal, timestamper, trust, number="7", date="ngày 22 tháng 11 năm 2026")
    assert judge(sealed, trust).verdict is Verdict.PASS
    assert pyhanko_says(sealed, trust) == {"leader": True, "seal": True}


def test_a_pile_of_documents_under_one_authorisation(
    world: World, course: Course, tmp_path: Path, timestamper: LocalTimestamper, trust: Trust, signature_png: bytes
) -> None:
    known = world.provider.certificate("cred-leader")
    holder = Holder(known.certificate, known.chain)
    base = sha256_of(course.prepared)
    pictures = [None, signature_png]
    pile = [
        prepare_signature(course.prepared, tmp_path, holder, timestamper, trust, base_sha256=base, image=picture)
        for picture in pictures
    ]
    values = open_leader(world).sign_many([one.attributes for one in pile])
    for number, (one, raw) in enumerate(zip(pile, values, strict=True)):
        target = tmp_path / f"{number}.pdf"
        finish_signature(one, raw, target, timestamper, trust, base_sha256=base)
        assert judge(target, trust).verdict is Verdict.PASS
    assert world.service.calls.count("/credentials/authorize") == 1


def test_a_redirect_is_not_followed() -> None:
    seen: list[str] = []

    def respond(_method: str, path: str, _headers: dict[str, str], _body: bytes) -> tuple[int, object]:
        seen.append(path)
        return 302, {"location": "/elsewhere"}

    with answering(respond) as address:
        assert Service(address, loopback=True).post("/info", {}).status == 302
    assert seen == ["/info"]

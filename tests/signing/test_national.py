"""Keys at national services: the holder confirms on the telephone, or refuses, or does nothing."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signing import LocalTimestamper, Trust, Verdict, fill_and_seal, judge, sha256_of, sign_as_person
from signing.demo_pki import DemoPki
from signing.errors import (
    BadRequest,
    ConsentExpired,
    HolderRefused,
    HolderSilent,
    RemoteRefused,
    RemoteUnavailable,
    SigningError,
    TransactionUsed,
    UnknownKey,
    WrongSignature,
)
from signing.keys import Secret
from signing.providers.national import Holder, PhoneProvider
from signing.providers.national.mysign import MySign
from signing.providers.national.smartca import SmartCa
from signing.providers.web import Service
from signing.two_phase import Holder as KeyHolder
from signing.two_phase import finish_signature, prepare_signature
from tests.signing.certified import certify
from tests.signing.conftest import Course
from tests.signing.national_service import OFFICE, OFFICE_SECRET, USER, MySignService, SmartCaService
from tests.signing.outside import pyhanko_says

HERE = Path(__file__).parent
PIECES = [b"one", b"two", b"three"]
DIALECTS = {"smartca": SmartCa, "mysign": MySign}


@dataclass
class World:
    """One service with one holder, and a clock that only waiting moves."""

    service: SmartCaService | MySignService
    url: str
    time: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def provider(self, secret: str = OFFICE_SECRET, **options: object) -> PhoneProvider:
        kind = SmartCa if isinstance(self.service, SmartCaService) else MySign
        dialect = kind(Service(self.url, loopback=True), OFFICE, Secret(secret))
        return PhoneProvider(dialect, clock=lambda: self.time, sleep=self.sleep, **options)

    def key(self, reference: str = USER, **options: object) -> object:
        return self.provider(**options).open(reference, Secret(""), [], "sign")

    def count(self, ending: str) -> int:
        return sum(call.endswith(ending) for call in self.service.calls)


@pytest.fixture(scope="module")
def held(pki: DemoPki) -> tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]:
    private = rsa.generate_private_key(65537, 2048)
    return private, certify(pki, private.public_key(), "Nguyễn Thị Từ Xa")


@pytest.fixture(params=sorted(DIALECTS))
def world(request: pytest.FixtureRequest, held: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]) -> Iterator[World]:
    kind = SmartCaService if request.param == "smartca" else MySignService
    service = kind(*held)
    with service.serving() as url:
        yield World(service, url)


@pytest.fixture
def smartca(held: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]) -> Iterator[World]:
    service = SmartCaService(*held)
    with service.serving() as url:
        yield World(service, url)


@pytest.fixture
def mysign(held: tuple[rsa.RSAPrivateKey, tuple[bytes, ...]]) -> Iterator[World]:
    service = MySignService(*held)
    with service.serving() as url:
        yield World(service, url)


def test_the_certificate_is_shown_with_its_chain(world: World) -> None:
    known = world.provider().certificate(USER)
    assert (known.certificate, *known.chain) == world.service.certificates
    assert known.info.name == "Nguyễn Thị Từ Xa"


def test_a_pile_is_confirmed_once(world: World) -> None:
    values = world.key(words="Ky 3 van ban").sign_many(PIECES)
    assert len(values) == 3
    assert world.service.phone.shows == ["Ky 3 van ban"]
    assert world.pauses == []


def test_the_holder_takes_their_time_and_is_asked_ever_more_seldom(world: World) -> None:
    world.service.phone.acts = "later:8"
    assert world.key().sign(b"one")
    assert world.pauses == [2, 2, 3, 3, 5, 5, 5, 5]


@pytest.mark.parametrize(
    ("acts", "expected"),
    [("refuse", HolderRefused), ("expire", HolderSilent), ("used", TransactionUsed), ("fail", RemoteRefused)],
)
def test_the_end_that_the_service_tells(world: World, acts: str, expected: type[SigningError]) -> None:
    world.service.phone.acts = acts
    with pytest.raises(expected):
        world.key().sign_many(PIECES)
    assert world.service.phone.asked == 1


def test_a_holder_who_does_nothing_is_not_waited_for_for_ever(world: World) -> None:
    world.service.phone.acts = "ignore"
    with pytest.raises(HolderSilent):
        world.key(patience=60.0).sign(b"one")
    assert 50 < world.time <= 60


def test_a_service_that_is_away_for_a_moment_is_asked_again(world: World) -> None:
    world.service.faults["status$"] = [(503, b"busy"), (502, {}), (200, b"<html>")]
    assert world.key().sign(b"one")
    assert len(world.pauses) == 3


def test_a_service_that_stays_away_ends_the_waiting(world: World) -> None:
    world.service.faults["status$"] = [(503, b"busy")] * 9
    with pytest.raises(RemoteUnavailable):
        world.key().sign(b"one")
    assert len(world.service.faults["status$"]) == 4


def test_a_transaction_of_before_is_not_believed(world: World) -> None:
    world.service.same_code = "abcd"
    key = world.key()
    key.sign(b"one")
    with pytest.raises(TransactionUsed):
        key.sign(b"two")


def test_a_transaction_is_asked_for_its_own_documents_alone(world: World) -> None:
    provider = world.provider()
    known = provider.certificate(USER)
    holder = Holder.of(f"{USER}/{getattr(world.service, 'serial', '') or getattr(world.service, 'credential', '')}")
    transaction = provider.start(holder, PIECES)
    with pytest.raises(BadRequest):
        provider.ask(transaction, known, [*PIECES[:2], b"another"])
    values = provider.ask(transaction, known, PIECES)
    assert values is not None
    assert len(values) == 3


def test_signatures_of_other_documents_are_not_taken(mysign: World) -> None:
    mysign.service.reverse = True
    with pytest.raises(WrongSignature):
        mysign.key().sign_many(PIECES)


def test_signatures_are_put_in_order_by_name(smartca: World) -> None:
    smartca.service.reverse = True
    assert len(smartca.key().sign_many(PIECES)) == 3


def test_a_missing_signature_is_noticed(world: World) -> None:
    one = {"status": "1", "signatures": ["AAAA"], "status_code": 200, "message": "SUCCESS"}
    answer = {**one, "data": {"signatures": [{"doc_id": "x", "signature_value": "AAAA"}]}}
    world.service.faults["status$"] = [(200, answer if isinstance(world.service, SmartCaService) else one)] * 9
    with pytest.raises(RemoteUnavailable):
        world.key().sign_many(PIECES)


def test_nobody_of_this_name(world: World) -> None:
    for reference in ("000000000000", f"{USER}/another", "", "/x"):
        with pytest.raises(UnknownKey):
            world.provider().certificate(reference)


def test_of_several_certificates_one_is_named(smartca: World) -> None:
    smartca.service.others = 2
    with pytest.raises(UnknownKey):
        smartca.provider().certificate(USER)
    assert smartca.provider().certificate(f"{USER}/{smartca.service.serial}")


def test_a_wrong_secret_of_the_office(world: World) -> None:
    with pytest.raises(RemoteRefused):
        world.provider("sai").certificate(USER)


def test_a_session_that_ended_early_is_opened_anew(mysign: World) -> None:
    key = mysign.key()
    mysign.service.session = "another"
    assert key.sign(b"one")
    assert mysign.count("/login") == 2


def test_a_session_is_kept_until_shortly_before_its_end(mysign: World) -> None:
    provider = mysign.provider()
    provider.certificate(USER)
    provider.certificate(USER)
    assert mysign.count("/login") == 1


def test_more_than_a_service_takes_is_not_begun(world: World) -> None:
    with pytest.raises(BadRequest):
        world.key().sign_many([str(number).encode() for number in range(101)])
    with pytest.raises(BadRequest):
        world.key().sign_many([])
    assert world.service.phone.shows == []


def test_a_closed_key_asks_nobody(world: World) -> None:
    key = world.key()
    key.close()
    with pytest.raises(ConsentExpired):
        key.sign(b"one")
    assert world.service.phone.shows == []


def test_no_error_shows_the_secret_of_the_office(world: World) -> None:
    told = []
    for place in ("get_certificate|info$", "/sign$|signHash$", "status$|login$"):
        for answer in ((500, {}), (400, {"error": "x"}), (200, b"?"), (200, {}), (401, {"status_code": 401})):
            world.service.faults = {place: [answer] * 20}
            try:
                world.key(patience=10.0).sign(b"one")
            except SigningError as error:
                shown = traceback.TracebackException.from_exception(error, capture_locals=True)
                told += [str(f.locals) for f in shown.stack if not f.filename.startswith(str(HERE))]
                told.append(repr(error))
    assert len(told) > 30
    session = getattr(world.service, "session", "") or OFFICE_SECRET
    assert [one for one in told if OFFICE_SECRET in one or session in one] == []


@pytest.mark.requirement("R-SIG-5")
def test_leader_and_seal_on_the_telephone(
    world: World, course: Course, tmp_path: Path, timestamper: LocalTimestamper, trust: Trust
) -> None:
    signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
    sign_as_person(course.prepared, signed, world.key(), timestamper, trust)
    fill_and_seal(signed, sealed, world.key(), timestamper, trust, number="7", date="ngày 22 tháng 11 năm 2026")
    assert judge(sealed, trust).verdict is Verdict.PASS
    assert pyhanko_says(sealed, trust) == {"leader": True, "seal": True}


def test_a_pile_of_documents_is_confirmed_once(
    world: World, course: Course, tmp_path: Path, timestamper: LocalTimestamper, trust: Trust, signature_png: bytes
) -> None:
    key = world.key()
    base = sha256_of(course.prepared)
    holder = KeyHolder(key.certificate, key.chain)
    pile = [
        prepare_signature(course.prepared, tmp_path, holder, timestamper, trust, base_sha256=base, image=picture)
        for picture in (None, signature_png)
    ]
    for number, (one, raw) in enumerate(zip(pile, key.sign_many([p.attributes for p in pile]), strict=True)):
        target = tmp_path / f"{number}.pdf"
        finish_signature(one, raw, target, timestamper, trust, base_sha256=base)
        assert judge(target, trust).verdict is Verdict.PASS
    assert len(world.service.phone.shows) == 1

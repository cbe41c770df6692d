"""A path of certificates that was found before is one that would be found again: whatever the file, whenever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signing import Judgement, Trust, judge
from signing.validate import certificates, lasting
from tests.signing.attacks.kit import NOW, YEAR, letter, revocations, sign
from tests.signing.attacks.world import ATTACKS, LAWFUL, Sample, World

SECONDS = (-86_400, -60, -6, -4, -2, -1, 0, 1, 2, 4, 6, 60, 86_400)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    lasting._kept.clear()
    yield
    lasting._kept.clear()


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments for which paths were really searched."""
    seen: list[datetime] = []
    real = certificates.CertificateValidator

    def search(*given: Any, validation_context: Any, **named: Any) -> Any:
        seen.append(validation_context.moment)
        return real(*given, validation_context=validation_context, **named)

    monkeypatch.setattr(certificates, "CertificateValidator", search)
    return seen


def said(path: Path, trust: Trust, at: datetime) -> Judgement:
    return replace(judge(path, trust, at=at), judged_at=at)


def anew(path: Path, trust: Trust, at: datetime) -> Judgement:
    """The judgement with nothing known from before, and nothing left behind."""
    kept = dict(lasting._kept)
    lasting._kept.clear()
    try:
        return said(path, trust, at)
    finally:
        lasting._kept.clear()
        lasting._kept.update(kept)


@pytest.mark.parametrize("sample", [*ATTACKS, *LAWFUL], ids=str)
def test_every_file_is_judged_as_the_first_time(sample: Sample, world: World, tmp_path: Path) -> None:
    path, trust = tmp_path / "x.pdf", sample.trust(world)
    path.write_bytes(sample.make(world))
    now = datetime.now(UTC)
    first = said(path, trust, now)
    for later in (now, now + timedelta(seconds=3), now + timedelta(minutes=7)):
        assert said(path, trust, later) == anew(path, trust, later)
    assert said(path, trust, now) == first


def test_near_every_date_the_path_is_searched_again(world: World, tmp_path: Path, searched: list[datetime]) -> None:
    """Ends of certificates, of lists, and a revocation that is still to come."""
    pki, path = world.pki, tmp_path / "x.pdf"
    path.write_bytes(sign(letter(), pki.leader))
    to_come = NOW + timedelta(days=9)
    lists = (revocations(pki.root, {}), revocations(pki.sub, {pki.leader.certificate.serial_number: to_come}))
    trust = Trust(pki.trust.roots, (), lists, "require")
    ends = [to_come, NOW + timedelta(days=30, hours=-1), NOW + YEAR, NOW + 9 * YEAR]
    assert said(path, trust, NOW).verdict == "pass"
    verdicts = set()
    for end in ends:
        for seconds in SECONDS:
            moment = end + timedelta(seconds=seconds)
            for begin in (NOW, moment - timedelta(seconds=3), moment - timedelta(days=2)):
                said(path, trust, begin)  # something may be kept from then
            found = said(path, trust, moment)
            assert found == anew(path, trust, moment), (end, seconds)
            verdicts |= {(found.verdict.value, *one.reasons) for one in found.signatures}
    assert {one[0] for one in verdicts} == {"pass", "unsure"}

    searched.clear()
    lasting._kept.clear()
    for hours in range(1, 100):
        said(path, trust, NOW + timedelta(hours=hours))
    assert len(searched) == 1  # nothing happens in these days


def test_what_is_trusted_or_told_otherwise_is_another_path(world: World, tmp_path: Path) -> None:
    pki, path = world.pki, tmp_path / "x.pdf"
    path.write_bytes(sign(letter(), pki.leader))
    empty = (revocations(pki.root, {}), revocations(pki.sub, {}))
    revoked = (empty[0], revocations(pki.sub, {pki.leader.certificate.serial_number: NOW - YEAR / 2}))
    good = Trust(pki.trust.roots, (), empty, "require")
    for other in (
        Trust(pki.trust.roots, (), revoked, "require"),
        Trust(pki.trust.roots, (), (), "require"),
        Trust(pki.trust.roots, (), (), "soft-fail"),
        Trust((), (), empty, "require"),
        Trust((pki.false_root.der,), (), empty, "require"),
    ):
        assert said(path, good, NOW).verdict == "pass"
        assert said(path, other, NOW) == anew(path, other, NOW)
        assert said(path, other, NOW) != said(path, good, NOW)


def test_a_trust_that_knows_more_than_its_parts_keeps_nothing(
    world: World, tmp_path: Path, searched: list[datetime]
) -> None:
    class Knowing(Trust):
        def context(self, *given: Any, **named: Any) -> Any:
            return super().context(*given, **named)

    path = tmp_path / "x.pdf"
    path.write_bytes(sign(letter(), world.pki.leader))
    plain = world.pki.trust_with_lists
    said(path, plain, NOW)
    knowing = Knowing(plain.roots, plain.intermediates, plain.crls, plain.revocation)
    for _twice in range(2):
        said(path, knowing, NOW)
    assert len(searched) == 3


def test_so_many_are_kept_and_no_more(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "_MOST", 2)
    path = tmp_path / "x.pdf"
    path.write_bytes(sign(letter(), world.pki.leader))
    for hours in range(1, 6):
        lists = tuple(revocations(one, {}, NOW - timedelta(hours=hours)) for one in (world.pki.root, world.pki.sub))
        said(path, Trust(world.pki.trust.roots, (), lists, "require"), NOW)
        assert 1 <= len(lasting._kept) <= 2

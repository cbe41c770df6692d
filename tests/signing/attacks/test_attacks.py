"""No attack is accepted; no lawful file is called altered, and what can honestly be called good is."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from signing import Verdict, judge
from signing.verdicts import NOTICES, REASONS, Judgement
from tests.signing.attacks.lawfully import libreoffice
from tests.signing.attacks.world import ATTACKS, LAWFUL, Sample, World

TAMPERED = {"digest_mismatch", "forbidden_change", "shown_differently", "hidden_bytes", "trailing_bytes"}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture
def judged(world: World, tmp_path: Path) -> Callable[[Sample], Judgement]:
    def work(sample: Sample) -> Judgement:
        path = tmp_path / "x.pdf"
        path.write_bytes(sample.make(world))
        return judge(path, sample.trust(world))

    return work


def codes(judgement: Judgement) -> set[str]:
    every = (*judgement.signatures, *judgement.timestamps)
    return {code for found in every for code in found.reasons} | set(judgement.reasons)


def test_the_suite_is_as_large_as_promised() -> None:
    assert len(ATTACKS) >= 40
    assert len([sample for sample in LAWFUL if sample.expected == "pass"]) >= 30
    assert len({sample.name for sample in (*ATTACKS, *LAWFUL)}) == len(ATTACKS) + len(LAWFUL)


@pytest.mark.parametrize("sample", ATTACKS, ids=str)
def test_an_attack_is_never_accepted(sample: Sample, judged: Callable[[Sample], Judgement]) -> None:
    judgement = judged(sample)
    assert judgement.verdict is not Verdict.PASS
    assert codes(judgement) - NOTICES, "a refusal has a reason"
    assert codes(judgement) <= REASONS


@pytest.mark.parametrize("sample", LAWFUL, ids=str)
def test_a_lawful_file_is_judged_as_it_deserves(sample: Sample, judged: Callable[[Sample], Judgement]) -> None:
    judgement = judged(sample)
    assert judgement.verdict.value == sample.expected, codes(judgement)
    assert not codes(judgement) & TAMPERED
    assert codes(judgement) <= REASONS


@pytest.mark.tool("soffice")
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs soffice")
def test_a_letter_of_libreoffice_is_judged_good(world: World, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(libreoffice(world))
    judgement = judge(path, world.pki.trust)
    assert judgement.verdict is Verdict.PASS, codes(judgement)


def mutated(data: bytes, chance: random.Random) -> tuple[bytes, int, int]:
    """One change somewhere: a bit flipped, bytes put in or taken out; and where it begins and ends."""
    spot = chance.randrange(len(data))
    kind = chance.randrange(4)
    if kind == 0:
        return data[:spot] + bytes([data[spot] ^ 1 << chance.randrange(8)]) + data[spot + 1 :], spot, spot + 1
    if kind == 1:
        return data[:spot] + chance.randbytes(chance.randint(1, 20)) + data[spot:], spot, spot
    if kind == 2:
        end = min(len(data), spot + chance.randint(1, 20))
        return data[:spot] + data[end:], spot, end
    length = min(40, len(data) - spot)
    return data[:spot] + chance.randbytes(length) + data[spot + length :], spot, spot + length


BASES: dict[str, Callable[[World], tuple[bytes, Callable[[World], object]]]] = {
    "our_letter": lambda world: (world.course["sealed"], lambda w: w.course_trust),
    "plain": lambda world: (world.signed, lambda w: w.pki.trust),
    **{
        sample.name: (lambda world, sample=sample: (sample.make(world), sample.trust))
        for sample in LAWFUL
        if sample.name in ("linearised_with_object_streams", "filled_then_sealed_over", "hybrid_with_two_signers")
    },
}


@pytest.mark.parametrize("base", sorted(BASES))
def test_a_changed_file_is_never_good(base: str, world: World, tmp_path: Path) -> None:
    """Every byte means something, but for the room of a signature, which holds what needs none itself: another copy
    of a certificate that is trusted anyway, digits in capitals.  Then the same is said of the same people and times."""
    data, trust_of = BASES[base](world)
    trust = trust_of(world)
    chance = random.Random(f"mutations of {base}")
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    before = judge(path, trust)
    assert before.verdict is Verdict.PASS
    for _ in range(60):
        changed, start, end = mutated(data, chance)
        path.write_bytes(changed)
        after = judge(path, trust)
        if changed == data or after.verdict is not Verdict.PASS:
            continue
        assert any(first < start and end < last for first, last in rooms(data)), (start, end)
        assert len(changed) == len(data)
        assert after.signatures == before.signatures


def rooms(data: bytes) -> list[tuple[int, int]]:
    """Where the digits of each signature begin and end."""
    return [match.span() for match in re.finditer(rb"/Contents <[0-9a-fA-F]*>", data)]

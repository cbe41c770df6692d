"""Initials of those who checked and several signatories: each signature stays good after every later one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from signing import (
    Box,
    LoadedKey,
    LocalTimestamper,
    Trust,
    Verdict,
    fill_and_seal,
    judge,
    mm,
    prepare,
    sign_as_person,
)
from signing.demo_pki import DemoPki
from signing.errors import AlreadySigned, SealRefused
from signing.layout import INITIALS_FIELDS, LEADER_FIELDS
from signing.place import find_places
from tests.signing.conftest import CHECKER, COPIER, HEAD, LEADER, TITLE, Course
from tests.signing.independent import JavaJudges, java_judges, opinions
from tests.signing.test_place import text_box


@pytest.fixture(scope="module")
def judges(pki: DemoPki) -> Iterator[JavaJudges]:
    with java_judges([pki.folder / "trust" / "roots" / "root.der"]) as found:
        yield found


@pytest.fixture
def prepared(course: Course, tmp_path: Path) -> Path:
    """A letter with places for two who check and two who sign."""
    target = tmp_path / "prepared.pdf"
    signature = course.places.signature
    other = Box(signature.page, mm(30), signature.y0 - mm(45), mm(90), signature.y1 - mm(45))
    prepare(course.draft, target, replace(course.places, others=(other,)), paraph=False)
    return target


@pytest.mark.requirement("R-SIG-5")
@pytest.mark.tool("mvn", "java", "pdfsig", "certutil", "qpdf")
def test_two_initials_two_leaders_and_the_seal_are_good_for_everybody_at_each_stage(
    prepared: Path,
    tmp_path: Path,
    judges: JavaJudges,
    nss: str,
    pki: DemoPki,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    signature_png: bytes,
    seal_png: bytes,
) -> None:
    head, checker, other = (pki.load(holder.key_id, holder.password) for holder in (HEAD, CHECKER, COPIER))
    stages = ((INITIALS_FIELDS[0], head), (INITIALS_FIELDS[1], checker), ("leader", leader_key), ("leader_2", other))
    before, signed = prepared, set()
    for field, key in stages:
        after = tmp_path / f"{field}.pdf"
        sign_as_person(before, after, key, timestamper, trust, image=signature_png, field=field)
        signed.add(field)
        found = opinions(after, judges, trust.roots, nss)
        assert found.good(signed), (field, found)
        assert found.pdfa, (field, found)
        assert after.read_bytes().startswith(before.read_bytes())
        before = after
    sealed = tmp_path / "sealed.pdf"
    fill_and_seal(before, sealed, seal_key, timestamper, trust, number="7", date="ngày 01", image=seal_png)
    found = opinions(sealed, judges, trust.roots, nss)
    assert found.good(signed | {"seal"}), found
    assert found.pdfa, found
    judgement = judge(sealed, trust)
    assert {one.field: one.verdict for one in judgement.signatures} == dict.fromkeys(
        [*(field for field, _ in stages), "seal"], Verdict.PASS
    )


def test_the_seal_is_refused_until_every_signatory_has_signed(
    prepared: Path,
    tmp_path: Path,
    pki: DemoPki,
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
) -> None:
    one, both, sealed = (tmp_path / f"{name}.pdf" for name in ("one", "both", "sealed"))
    sign_as_person(prepared, one, leader_key, timestamper, trust)
    with pytest.raises(SealRefused, match="leader_2"):
        fill_and_seal(one, sealed, seal_key, timestamper, trust, number="7", date="ngày 01")
    assert not sealed.exists()
    sign_as_person(one, both, pki.load(HEAD.key_id, HEAD.password), timestamper, trust, field=LEADER_FIELDS[1])
    fill_and_seal(both, sealed, seal_key, timestamper, trust, number="7", date="ngày 01")
    assert judge(sealed, trust).verdict == Verdict.PASS


def test_the_first_signatory_after_the_second_breaks_the_second_one(
    prepared: Path, tmp_path: Path, pki: DemoPki, leader_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust
) -> None:
    """Why the order is kept: each lock leaves open only who comes after."""
    second, both = tmp_path / "second.pdf", tmp_path / "both.pdf"
    head = pki.load(HEAD.key_id, HEAD.password)
    sign_as_person(prepared, second, head, timestamper, trust, field=LEADER_FIELDS[1])
    sign_as_person(second, both, leader_key, timestamper, trust)
    found = judge(both, trust).signature(LEADER_FIELDS[1])
    assert found is not None
    assert found.verdict == Verdict.FAIL
    with pytest.raises(AlreadySigned):
        sign_as_person(both, tmp_path / "again.pdf", head, timestamper, trust, field=LEADER_FIELDS[1])


def test_initials_stand_after_the_end_of_the_text_and_after_the_recipients(make_letter: Callable[..., Path]) -> None:
    letter = make_letter(end="yes")
    found = find_places(letter, TITLE, LEADER.name)
    assert found is not None
    content, form = found.places.initials
    end, kept = text_box(letter, 0, "./."), text_box(letter, 0, "Lưu: VT")
    assert content.x0 >= end[2]
    assert content.x0 - end[2] < mm(4)
    assert content.y0 < end[3] < content.y1
    assert form.x0 >= kept[2]
    assert form.y0 < kept[3] < form.y1
    assert form.x1 < found.places.seal.x0 + mm(2)

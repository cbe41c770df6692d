"""Whom signatures are trusted for: the list, its purposes and dates, and what is judged anew when it changes."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from edocs.documents.models import Document
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.signatures.models import FormerVerdict, TrustAnchor, Verdict
from edocs.signatures.services.judging import judge_blob, judge_file, keep_verdict
from edocs.signatures.services.published import forget_old, trust_in_force
from edocs.signatures.services.trust import NewAnchor, add_anchor, adopt_installed, change_anchor, retire_anchor
from signing.chains import ORGANISATION, PERSON, TIMESTAMP, read_anchors
from tests.signatures.fixtures import DEPUTY, SigningOffice, current
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db

YEAR = dt.timedelta(days=365)


@pytest.fixture(autouse=True)
def own_list(settings: object, tmp_path: Path) -> None:
    settings.PUBLISHED_TRUST_DIR = tmp_path / "trust"  # type: ignore[attr-defined]


@pytest.fixture
def root(desk: SigningOffice) -> bytes:
    """The root of the office's own authorities."""
    return (desk.pki.folder / "trust" / "roots" / "root.der").read_bytes()


@pytest.fixture
def sealed(desk: SigningOffice) -> Document:
    return desk.sealed()


def judged(document: Document) -> Any:
    return judge_file(path_of(current(document).blob_id))


# --- the list -------------------------------------------------------------------------------------------------------
def test_without_a_list_the_installed_roots_count(desk: SigningOffice, root: bytes) -> None:
    folder = trust_in_force().folder
    assert [one.read_bytes() for one in (folder / "roots").iterdir()] == [root]
    assert len(list((folder / "intermediates").iterdir())) == 1
    assert len(list((folder / "crls").iterdir())) == 2


def test_the_first_anchor_takes_the_installed_roots_along(desk: SigningOffice, root: bytes, foreign: bytes) -> None:
    add_anchor(new=NewAnchor(foreign, purposes={PERSON}), by=desk.office.admin)
    assert TrustAnchor.objects.count() == 2
    installed = TrustAnchor.objects.get(certificate=root)
    assert (installed.source, installed.is_demo, str(installed)) == ("installed", True, "DEMO · DEMO Root CA")
    folder = trust_in_force().folder
    assert {one.read_bytes() for one in (folder / "roots").iterdir()} == {root, foreign}
    purposes = {one.purposes for one in read_anchors(folder).values()}
    assert purposes == {frozenset({PERSON}), frozenset({PERSON, ORGANISATION, TIMESTAMP})}


def test_each_change_of_the_list_is_a_folder_of_its_own(desk: SigningOffice, foreign: bytes) -> None:
    first = trust_in_force()
    anchor = add_anchor(new=NewAnchor(foreign), by=desk.office.admin)
    second = trust_in_force()
    retire_anchor(anchor=anchor, by=desk.office.admin, reason="thử")
    third = trust_in_force()
    assert len({one.folder for one in (first, second, third)}) == 3
    assert len({one.fingerprint for one in (first, second, third)}) == 3
    assert all(one.folder.exists() for one in (first, second, third))
    assert list(first.folder.parent.glob(".writing-*")) == []


def test_what_was_written_out_for_earlier_states_goes_after_a_day(desk: SigningOffice, foreign: bytes) -> None:
    first = trust_in_force().folder
    add_anchor(new=NewAnchor(foreign), by=desk.office.admin)
    second = trust_in_force().folder
    assert forget_old() == 0
    for folder in (first, second):
        os.utime(folder, (0, 0))
    assert forget_old() == 1
    assert (first.exists(), second.exists()) == (False, True)


def test_a_new_revocation_list_changes_the_folder_but_no_verdict(
    desk: SigningOffice, settings: object, tmp_path: Path
) -> None:
    own = tmp_path / "installed"
    shutil.copytree(settings.TRUST_DIR, own)  # type: ignore[attr-defined]
    settings.TRUST_DIR = own  # type: ignore[attr-defined]
    before = trust_in_force()
    shutil.copy(own / "crls" / "sub.crl", own / "crls" / "sub-2.crl")
    after = trust_in_force()
    assert before.folder != after.folder
    assert before.fingerprint == after.fingerprint


@pytest.mark.requirement("R-SEC-2")
def test_only_an_administrator_decides_who_is_trusted(desk: SigningOffice, foreign: bytes) -> None:
    with pytest.raises(NotPermitted):
        add_anchor(new=NewAnchor(foreign), by=desk.office.clerk)
    anchor = add_anchor(new=NewAnchor(foreign), by=desk.office.admin)
    with pytest.raises(NotPermitted):
        change_anchor(anchor=anchor, changes={"note": "x"}, by=desk.office.director)
    with pytest.raises(NotPermitted):
        retire_anchor(anchor=anchor, by=desk.office.director)
    with pytest.raises(NotPermitted):
        adopt_installed(by=desk.office.clerk)


def test_what_is_done_to_the_list_stands_in_the_journal(desk: SigningOffice, foreign: bytes) -> None:
    anchor = add_anchor(new=NewAnchor(foreign), by=desk.office.admin)
    change_anchor(anchor=anchor, changes={"for_person": False}, by=desk.office.admin)
    retire_anchor(anchor=anchor, by=desk.office.admin, reason="Khóa bị lộ")
    told = Event.objects.filter(object_type="signatures.trustanchor", object_id=str(anchor.pk)).order_by("id")
    assert [one.verb for one in told] == ["trust.add", "trust.change", "trust.retire"]
    assert told[1].before == {"for_person": True}
    assert told[2].after == {"reason": "Khóa bị lộ"}
    with pytest.raises(WrongState):
        retire_anchor(anchor=anchor, by=desk.office.admin)
    again = add_anchor(new=NewAnchor(foreign), by=desk.office.admin)
    assert (again.pk, again.retired_at) == (anchor.pk, None)


def test_what_cannot_be_an_anchor_is_refused(desk: SigningOffice, root: bytes) -> None:
    holder = (desk.pki.keys / f"{DEPUTY.key_id}.der").read_bytes()
    now = dt.datetime.now(dt.UTC)
    for new in (
        NewAnchor(holder),
        NewAnchor(root, purposes=()),
        NewAnchor(root, purposes={"everything"}),
        NewAnchor(root, valid_from=now, valid_to=now - YEAR),
    ):
        with pytest.raises(Invalid):
            add_anchor(new=new, by=desk.office.admin)
    anchor = add_anchor(new=NewAnchor(root), by=desk.office.admin)
    none = dict.fromkeys(("for_person", "for_organisation", "for_timestamp"), False)
    with pytest.raises(Invalid):
        change_anchor(anchor=anchor, changes=none, by=desk.office.admin)


# --- what it does to verdicts ---------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-7")
def test_the_chain_ends_at_the_anchor_and_says_that_it_is_a_demonstration(sealed: Document) -> None:
    found = judged(sealed)
    assert found["verdict"] == "pass"
    leader = found["signatures"][0]
    assert [one["name"] for one in leader["chain"]] == [DEPUTY.name, "DEMO CA", "DEMO Root CA"]
    assert [one["anchor"] for one in leader["chain"]] == [False, False, True]
    assert all(one["demo"] for one in leader["chain"])
    assert leader["timestamp_chain"][0]["name"] == "DEMO Time Stamping Authority"
    assert leader["algorithm"] == "sha256, rsa 2048"
    assert leader["status"]["kind"] == "crl"
    assert found["evidence"] == {"certificates": 5, "crls": 2, "ocsps": 0, "tokens": 3}


def change(desk: SigningOffice, root: bytes, **changes: object) -> None:
    anchor = add_anchor(new=NewAnchor(root), by=desk.office.admin)
    change_anchor(anchor=anchor, changes=changes, by=desk.office.admin)


def reasons(found: Any) -> set[str]:
    return {code for one in found["signatures"] for code in one["reasons"]}


def test_an_anchor_for_time_stamps_alone_vouches_for_no_signature(
    desk: SigningOffice, sealed: Document, root: bytes
) -> None:
    change(desk, root, for_person=False, for_organisation=False)
    found = judged(sealed)
    assert found["verdict"] == "unsure"
    assert {one["kind"]: one["verdict"] for one in found["signatures"]} == {"signature": "unsure", "timestamp": "pass"}
    assert reasons(found) == {"anchor_purpose"}


def test_a_time_stamp_below_an_anchor_for_people_alone_proves_no_time(
    desk: SigningOffice, sealed: Document, root: bytes
) -> None:
    change(desk, root, for_timestamp=False)
    found = judged(sealed)
    assert found["verdict"] == "unsure"
    leader = found["signatures"][0]
    assert not leader["time_is_trusted"]
    assert leader["reasons"] == ["timestamp_untrusted"]


def test_an_anchor_counts_between_its_dates(desk: SigningOffice, sealed: Document, root: bytes) -> None:
    now = dt.datetime.now(dt.UTC)
    anchor = add_anchor(new=NewAnchor(root), by=desk.office.admin)
    for changes, expected in (
        ({"valid_from": now + YEAR, "valid_to": None}, {"anchor_not_yet", "timestamp_untrusted"}),
        ({"valid_from": None, "valid_to": now - YEAR}, {"anchor_ended", "timestamp_untrusted"}),
        ({"valid_from": now - YEAR, "valid_to": now + YEAR}, set()),
    ):
        change_anchor(anchor=anchor, changes=changes, by=desk.office.admin)
        found = judged(sealed)
        assert reasons(found) == expected
        assert found["verdict"] == ("unsure" if expected else "pass")


def test_an_anchor_taken_out_of_use_vouches_for_nothing(desk: SigningOffice, sealed: Document, root: bytes) -> None:
    anchor = add_anchor(new=NewAnchor(root), by=desk.office.admin)
    retire_anchor(anchor=anchor, by=desk.office.admin)
    found = judged(sealed)
    assert found["verdict"] == "unsure"
    assert "untrusted_issuer" in reasons(found)


def test_a_changed_list_has_every_verdict_judged_anew_and_keeps_the_former(
    desk: SigningOffice, sealed: Document, root: bytes
) -> None:
    blob = current(sealed).blob
    before = Verdict.objects.get(blob=blob)
    assert before.verdict == "pass"
    anchor = add_anchor(new=NewAnchor(root), by=desk.office.admin)
    run_jobs("signatures.rejudge")
    assert Verdict.objects.get(blob=blob).verdict == "pass"
    retire_anchor(anchor=anchor, by=desk.office.admin)
    run_jobs("signatures.rejudge")
    after = Verdict.objects.get(blob=blob)
    assert (after.verdict, after.trust) == ("unsure", trust_in_force().fingerprint)
    former = list(FormerVerdict.objects.filter(blob=blob))
    assert [one.verdict for one in former] == ["pass", "pass"]
    assert before.trust in {one.trust for one in former}
    assert not Job.objects.filter(kind="signatures.rejudge").exclude(state="done").exists()


def test_the_same_bytes_list_and_rules_are_not_judged_again(sealed: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("judged again")

    monkeypatch.setattr("edocs.signatures.services.judging.judge_fully", never)
    assert judge_blob(current(sealed).blob)["verdict"] == "pass"


def test_a_verdict_repeated_word_for_word_leaves_no_former_one(sealed: Document) -> None:
    blob = current(sealed).blob
    kept = Verdict.objects.get(blob=blob)
    keep_verdict(blob, judge_blob(blob), judged_at=dt.datetime.now(dt.UTC))
    assert not FormerVerdict.objects.filter(blob=blob).exists()
    assert Verdict.objects.get(blob=blob).judged_at > kept.judged_at

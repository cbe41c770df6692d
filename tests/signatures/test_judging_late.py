"""A file that could not be judged in time: that says nothing of it, so it is called neither good nor bad."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edocs.documents.choices import State
from edocs.documents.storage import path_of
from edocs.jobs.models import JobState
from edocs.jobs.services import enqueue
from edocs.limited import FileRefused, RefusalCode
from edocs.signatures.models import FormerVerdict, ItemState, Verdict
from edocs.signatures.services import judging
from edocs.signatures.services.trust import REJUDGE
from edocs.workflow.services import joint
from tests.signatures.fixtures import SigningOffice, current, item_of
from tests.signatures.test_intake import arrived, form_of
from tests.signatures.test_proving import Away, away
from tests.workflow.outgoing import run_jobs
from tests.workflow.test_joint import OUTSIDE, bring, fresh, signed_by_first, signed_outside

__all__ = ["away"]
pytestmark = pytest.mark.django_db
Late = Callable[[int], None]


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Late:
    """The machine is too busy to judge the next so many files."""

    def begin(how_many: int) -> None:
        waiting, judge = [None] * how_many, judging.judge_fully

        def judged(path: Path, *given: Any, **named: Any) -> dict[str, Any]:
            if waiting:
                waiting.pop()
                raise FileRefused(RefusalCode.TIMEOUT, "no answer in time")
            return judge(path, *given, **named)

        monkeypatch.setattr(judging, "judge_fully", judged)

    return begin


def test_what_was_signed_is_judged_once_more(desk: SigningOffice, late: Late) -> None:
    document = desk.to_sign()
    desk.consent(document)
    late(1)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == State.SIGNED
    assert Verdict.objects.get(blob=current(document).blob).verdict == "pass"


def test_what_was_signed_and_not_judged_is_not_called_bad_and_is_signed_again(desk: SigningOffice, late: Late) -> None:
    document = desk.to_sign()
    before = current(document)
    session = desk.consent(document)
    late(2)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    item = item_of(session, document)
    assert (item.state, item.code) == (ItemState.FAILED, "not_judged")
    assert item.reason
    assert (document.state, current(document)) == (State.TO_SIGN, before)
    assert desk.signed(document).state == State.SIGNED


def test_a_seal_that_was_not_judged_keeps_the_number_and_is_made_again(desk: SigningOffice, late: Late) -> None:
    document = desk.signed()
    session = desk.seal(document)
    late(2)
    run_jobs("workflow.seal")
    document.refresh_from_db()
    assert (document.state, item_of(session, document).code) == (State.SEALING, "not_judged")
    code = document.code
    sealed = desk.sealed(document)
    assert (sealed.state, sealed.code) == (State.SEALED, code)


def test_a_proof_that_was_not_judged_is_asked_for_again_by_itself(away: Away, late: Late) -> None:
    document = away.signed()
    away.authority.mood = "good"
    late(2)
    job = away.prove()
    assert (job.state, bool(job.reason)) == (JobState.WAITING, True)
    assert away.prove().state == JobState.DONE
    document.refresh_from_db()
    assert document.state == State.SIGNED


def test_a_file_from_elsewhere_that_was_not_judged_may_be_brought_again(
    desk: SigningOffice, late: Late, tmp_path: Path
) -> None:
    approval = signed_by_first(desk, OUTSIDE)
    back = signed_outside(desk, approval, tmp_path)
    late(2)
    job = bring(desk, approval, back)
    assert (job.kind, job.state, job.code) == (joint.TAKE_SIGNED, JobState.FAILED, "not_judged")
    assert bring(desk, approval, back).state == JobState.DONE
    assert fresh(approval).state == State.SIGNED


def test_a_file_that_arrives_is_judged_once_more_and_no_verdict_gives_way_to_none(
    desk: SigningOffice, late: Late, tmp_path: Path
) -> None:
    version = current(desk.sealed())
    content = path_of(version.blob_id).read_bytes()
    late(1)
    assert "Digital signatures intact." in form_of(desk, arrived(desk, content, tmp_path))
    late(2)
    arrived(desk, content, tmp_path)
    assert Verdict.objects.get(blob=version.blob).verdict == "pass"


def test_a_verdict_that_holds_no_more_stays_until_there_is_another(desk: SigningOffice, late: Late) -> None:
    documents = [desk.signed(), desk.signed()]
    Verdict.objects.update(trust="before")
    verdicts = [Verdict.objects.get(blob=current(one).blob) for one in documents]
    late(2)
    enqueue(REJUDGE)
    run_jobs(REJUDGE)
    for verdict in verdicts:
        verdict.refresh_from_db()
    assert [one.verdict for one in verdicts] == ["pass", "pass"]
    assert [one.trust == "before" for one in verdicts] == [True, False], "the first waits for the next hour"
    assert FormerVerdict.objects.count() == 1
    enqueue(REJUDGE)
    run_jobs(REJUDGE)
    verdicts[0].refresh_from_db()
    assert verdicts[0].trust != "before"

"""Files of this office's own making share a judging child on one consent; others, and whatever is in doubt, do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import add_version
from edocs.documents.storage import path_of
from edocs.jobs.models import Job
from edocs.jobs.tasks import run_job
from edocs.limited.series import Series
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from edocs.signatures.services.judging import judge_file
from edocs.signatures.services.own import made_here
from edocs.workflow.services import issuing
from edocs.workflow.services.signing import Pick
from tests.signatures.fixtures import SEAL, SigningOffice, current

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction around a test is not to be closed by the worker."""
    monkeypatch.setattr("edocs.jobs.tasks.close_old_connections", lambda: None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes of what was judged in a shared child."""
    seen: list[str] = []
    real = Series.run

    def run(self: Series, path: Path, **arguments: Any) -> Any:
        found = real(self, path, **arguments)
        seen.append(found["sha256"])
        return found

    monkeypatch.setattr(Series, "run", run)
    return seen


def run_together(kind: str) -> None:
    """What a worker does with one message."""
    run_job(*Job.objects.filter(kind=kind, state="waiting").order_by("id").values_list("pk", flat=True))


def seal_all(desk: SigningOffice, *documents: Document) -> SigningSession:
    picks = [Pick(one.pk, current(one).pk) for one in documents]
    return issuing.number_and_seal_all(picks=picks, by=desk.office.clerk, password=SEAL.password)


def state_of(*documents: Document) -> set[str]:
    return set(Document.objects.filter(pk__in=[one.pk for one in documents]).values_list("state", flat=True))


def judged_alone(document: Document) -> dict[str, Any]:
    return judge_file(path_of(current(document).blob_id))


@pytest.mark.requirement("R-SIG-5")
def test_what_was_written_here_is_judged_together_and_no_otherwise(desk: SigningOffice, asked: list[str]) -> None:
    written = [desk.to_sign(summary=f"V/v báo cáo số liệu tháng {number}") for number in (1, 2, 3)]
    brought = desk.to_sign(content=desk.letter())
    desk.consent(written[0], brought, *written[1:])
    run_together("workflow.sign")
    assert state_of(*written, brought) == {State.SIGNED}
    assert asked == [current(one).blob_id for one in written]

    asked.clear()
    seal_all(desk, brought, *written)
    run_together("workflow.seal")
    assert state_of(*written, brought) == {State.SEALED}
    assert desk.backend.open_sessions == 0
    assert asked == [current(one).blob_id for one in written]
    for document in (*written, brought):
        kept, alone = Verdict.objects.get(blob=current(document).blob_id), judged_alone(document)
        assert (kept.verdict, kept.reasons, kept.signatures) == ("pass", alone["reasons"], alone["signatures"])


def test_a_job_by_itself_has_a_child_of_its_own(desk: SigningOffice, asked: list[str]) -> None:
    document = desk.to_sign()
    desk.consent(document)
    run_together("workflow.sign")
    assert state_of(document) == {State.SIGNED}
    assert asked == []


def test_when_the_shared_child_ends_each_file_is_judged_by_itself(
    desk: SigningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    pile = [desk.to_sign(summary=f"V/v báo cáo số liệu tháng {number}") for number in (1, 2, 3)]
    real, calls = Series._line, []

    def ends(self: Series, child: Any) -> bytes:
        calls.append(child)
        if len(calls) == 2:
            child.end()
        return real(self, child)

    monkeypatch.setattr(Series, "_line", ends)
    session = desk.consent(*pile)
    run_together("workflow.sign")
    assert len(calls) == 2  # nothing is asked of a series that ended
    assert state_of(*pile) == {State.SIGNED}
    assert set(session.items.values_list("state", flat=True)) == {ItemState.DONE}


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"verdict": "unsure"}, {"signatures": []}])
def test_only_a_good_answer_about_these_very_bytes_counts(
    change: dict[str, Any], desk: SigningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    pile = [desk.to_sign(summary=f"V/v báo cáo số liệu tháng {number}") for number in (1, 2)]
    real, calls = Series.run, []

    def run(self: Series, path: Path, **arguments: Any) -> Any:
        found = real(self, path, **arguments) | change
        calls.append(path)
        return found

    monkeypatch.setattr(Series, "run", run)
    desk.consent(*pile)
    run_together("workflow.sign")
    assert state_of(*pile) == {State.SIGNED}
    for document in pile:
        alone = judged_alone(document)
        kept = Verdict.objects.get(blob=current(document).blob_id)
        assert (kept.verdict, kept.signatures) == ("pass", alone["signatures"])
    assert len(calls) == 1  # nothing more is asked of that child


def test_a_worker_killed_in_a_pile_signs_nothing_twice(desk: SigningOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """What ends the process."""

    pile = [desk.to_sign(summary=f"V/v báo cáo số liệu tháng {number}") for number in (1, 2, 3)]
    real, calls = Series.run, []

    def run(self: Series, path: Path, **arguments: Any) -> Any:
        calls.append(path)
        if len(calls) == 2:
            raise Killed
        return real(self, path, **arguments)

    session = desk.consent(*pile)
    monkeypatch.setattr(Series, "run", run)
    with pytest.raises(Killed):
        run_together("workflow.sign")
    assert list(session.items.values_list("state", flat=True)) == ["done", "waiting", "waiting"]
    Job.objects.filter(state="running").update(lease_until="2020-01-01T00:00:00Z")
    run_job(*Job.objects.filter(kind="workflow.sign").order_by("id").values_list("pk", flat=True))
    # the key signed the second once already; it is not asked to do so again
    states = list(session.items.order_by("id").values_list("state", "code"))
    assert states == [("done", ""), ("failed", "consent_missing"), ("done", "")]
    versions = FileVersion.objects.filter(file__document__in=pile, origin=Origin.SIGNATURE)
    assert versions.count() == 2
    assert current(pile[1]).origin == Origin.PREPARED


def test_every_step_from_the_first_byte_on_must_be_of_our_own_making(desk: SigningOffice) -> None:
    written, brought = desk.to_sign(), desk.to_sign(content=desk.letter())
    session = desk.consent(written, brought)
    assert made_here(session) >= {current(written).pk}
    assert current(brought).pk not in made_here(session)
    run_together("workflow.sign")
    session = seal_all(desk, written, brought)
    signed = current(written)
    assert signed.pk in made_here(session)
    assert current(brought).pk not in made_here(session)

    step = SigningItem.objects.get(result=signed)
    for changes in ({"sha256": "0" * 64}, {"version": current(brought)}, {"result": current(brought)}):
        before = {name: getattr(step, name) for name in changes}
        SigningItem.objects.filter(pk=step.pk).update(**changes)
        assert signed.pk not in made_here(session)
        SigningItem.objects.filter(pk=step.pk).update(**before)
    assert signed.pk in made_here(session)
    type(step.session.key).objects.filter(pk=step.session.key_id).update(provider="token")
    assert signed.pk not in made_here(session)
    type(step.session.key).objects.filter(pk=step.session.key_id).update(provider="pkcs12")

    for origin in (Origin.UPLOAD, Origin.CONVERSION, Origin.COPY):
        FileVersion.objects.filter(file=signed.file, origin=Origin.PREPARED).update(origin=origin)
        assert signed.pk not in made_here(session)
        FileVersion.objects.filter(file=signed.file, origin=origin).update(origin=Origin.PREPARED)
    FileVersion.objects.filter(file=signed.file, ordinal=1).update(original=signed.blob)
    assert signed.pk not in made_here(session)
    FileVersion.objects.filter(file=signed.file, ordinal=1).update(original=None)
    assert signed.pk in made_here(session)
    again = add_version(file=signed.file, blob=signed.blob, origin=Origin.SIGNATURE, by=desk.office.deputy)
    assert signed.pk in made_here(session)
    assert again.pk not in made_here(session)  # nobody says how it came to be

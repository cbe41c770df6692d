"""Signing by the leader: one consent, many documents, each with its own result."""

from __future__ import annotations

import datetime as dt

import pytest

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import add_version
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, Unavailable, WrongState
from edocs.jobs import services as jobs
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import kinds
from edocs.journal.models import Event
from edocs.office.models import Authority, Notice
from edocs.signatures.backend import using
from edocs.signatures.models import ItemState, Key, SigningItem, SigningSession, Verdict
from edocs.signatures.services.keys import register_key
from edocs.workflow.models import Decision
from edocs.workflow.services import approving
from edocs.workflow.services.signing import Pick, sign_again, sign_documents, take_back_signed
from signing.errors import TimestampUnavailable
from signing.process import SigningBackend, SigningClient
from tests.signatures.fixtures import DEPUTY, DIRECTOR, EXPIRED, SigningOffice, current, item_of, round_of, run_again
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R-SIG-1")
def test_a_signed_document_waits_for_its_number_with_everything_recorded(desk: SigningOffice) -> None:
    document = desk.to_sign()
    shown = current(document)
    session = desk.consent(document)
    assert document.pk == item_of(session, document).document_id
    document.refresh_from_db()
    assert document.state == State.SIGNING

    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.reason) == (JobState.DONE, "")
    document.refresh_from_db()
    assert document.state == State.SIGNED
    assert (document.signer, document.signer_name) == (desk.office.deputy, "Nguyễn Thị Hồng Nhung")
    assert document.signer_position == "Phó Giám đốc"
    version = current(document)
    assert (version.origin, version.ordinal, version.places) == (Origin.SIGNATURE, shown.ordinal + 1, shown.places)
    assert path_of(version.blob_id).read_bytes().startswith(path_of(shown.blob_id).read_bytes())

    item = item_of(session, document)
    assert (item.state, item.result, item.sha256) == (ItemState.DONE, version, shown.blob_id)
    assert item.title == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    assert item.authority == "Quyết định 12/QĐ-SNV"
    verdict = Verdict.objects.get(blob=version.blob)
    assert verdict.verdict == "pass"
    (leader,) = [one for one in verdict.signatures if one["field"] == "leader"]
    assert (leader["who"], leader["verdict"], leader["time_is_trusted"]) == (DEPUTY.name, "pass", True)

    assert Decision.objects.get(step__kind="sign").version == shown
    assert round_of(document).ended_at is not None
    event = Event.objects.get(verb="document.sign")
    assert event.person == desk.office.deputy
    assert event.after is not None
    assert event.after["sha256"] == version.blob_id
    assert event.after["serial"] == desk.keys[DEPUTY.key_id].serial
    consent = Event.objects.get(verb="signing.consent")
    assert consent.after is not None
    assert consent.after["files"] == [[document.pk, shown.blob_id]]
    assert Notice.objects.filter(person=desk.office.clerk, kind="to_seal").exists()
    assert access.may_see(desk.office.clerk, document)
    assert Job.objects.filter(kind="documents.index", subject=f"document:{document.pk}").exists()
    assert Job.objects.filter(kind="documents.read", arguments__sha256=version.blob_id).exists()


def test_the_opened_key_is_dropped_when_everything_is_signed(
    desk: SigningOffice, django_capture_on_commit_callbacks: object
) -> None:
    document = desk.to_sign()
    desk.consent(document)
    assert desk.backend.open_sessions == 1
    with django_capture_on_commit_callbacks(execute=True):
        run_jobs("workflow.sign")
    assert desk.backend.open_sessions == 0


# --- who, and in which state ----------------------------------------------------------------------------------------
def test_only_the_signatory_of_the_round_signs(desk: SigningOffice) -> None:
    document = desk.to_sign()
    for other in (desk.office.director, desk.office.officer, desk.office.clerk, desk.office.stranger):
        with pytest.raises(NotPermitted):
            desk.consent(document, person=other)
    assert not SigningSession.objects.exists()
    assert desk.backend.open_sessions == 0


@pytest.mark.requirement("R-LAW-12")
def test_who_lost_the_authority_since_the_draft_was_submitted_cannot_sign(desk: SigningOffice) -> None:
    document = desk.to_sign()
    held = Authority.objects.filter(person=desk.office.deputy)
    held.update(valid_to=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Invalid) as refusal:
        desk.consent(document)
    assert refusal.value.code == "no_authority"
    assert "12/QĐ-SNV" in str(refusal.value)
    held.update(valid_to=None)
    held.get().kinds.add(desk.office.decision)
    with pytest.raises(Invalid) as refusal:
        desk.consent(document)
    assert refusal.value.code == "no_authority"
    document.refresh_from_db()
    assert document.state == State.TO_SIGN


@pytest.mark.requirement("R-LAW-11")
def test_a_version_that_changed_after_it_was_opened_is_not_signed(desk: SigningOffice) -> None:
    document = desk.to_sign()
    shown = current(document)
    newer = add_version(
        file=shown.file, blob=shown.blob, origin=Origin.PREPARED, by=None, pages=shown.pages, places=shown.places
    )
    with pytest.raises(WrongState) as refusal:
        sign_documents(person=desk.office.deputy, picks=[Pick(document.pk, shown.pk)], password=DEPUTY.password)
    assert document.summary[:40] in str(refusal.value)
    assert desk.backend.open_sessions == 0
    sign_documents(person=desk.office.deputy, picks=[Pick(document.pk, newer.pk)], password=DEPUTY.password)


def test_a_draft_that_is_not_prepared_yet_is_not_signed(desk: SigningOffice) -> None:
    document = desk.to_sign()
    base = round_of(document).version
    FileVersion.objects.filter(file=base.file).exclude(pk=base.pk).update(origin=Origin.UPLOAD)
    with pytest.raises(WrongState):
        desk.consent(document)


def test_a_document_being_signed_is_not_signed_twice(desk: SigningOffice) -> None:
    document = desk.to_sign()
    session = sign_documents(
        person=desk.office.deputy, picks=[Pick(document.pk, current(document).pk)] * 2, password=DEPUTY.password
    )
    assert session.items.count() == 1
    with pytest.raises(WrongState):
        desk.consent(document)
    run_jobs("workflow.sign")
    with pytest.raises(WrongState):
        desk.consent(document)


def test_nothing_changes_unless_all_of_a_pile_may_be_signed(desk: SigningOffice) -> None:
    mine, other = desk.to_sign(), desk.to_sign(signer=desk.office.director)
    with pytest.raises(NotPermitted):
        desk.consent(mine, other)
    mine.refresh_from_db()
    assert mine.state == State.TO_SIGN
    assert not SigningItem.objects.exists()


def test_an_empty_pile_is_refused(desk: SigningOffice) -> None:
    with pytest.raises(Invalid):
        desk.consent()


def test_without_a_key_or_with_an_expired_one_the_person_is_told_so(desk: SigningOffice) -> None:
    document = desk.to_sign(signer=desk.office.director)
    Key.objects.filter(owner=desk.office.director).update(is_active=False)
    with pytest.raises(Invalid) as refusal:
        desk.consent(document, person=desk.office.director, password=DIRECTOR.password)
    assert refusal.value.code == "no_key"
    register_key(reference=EXPIRED.key_id, purpose="sign", owner=desk.office.director, by=desk.office.admin)
    with pytest.raises(Invalid) as refusal:
        desk.consent(document, person=desk.office.director, password=EXPIRED.password)
    assert refusal.value.code == "certificate_expired"
    assert "01/01/2025" in str(refusal.value)
    # the signing process looks for itself, whatever the table of keys says
    Key.objects.filter(reference=EXPIRED.key_id).update(valid_to=clock.now() + dt.timedelta(days=9))
    with pytest.raises(Invalid) as refusal:
        desk.consent(document, person=desk.office.director, password=EXPIRED.password)
    assert refusal.value.code == "certificate_expired"
    assert not SigningSession.objects.exists()


def test_a_signature_by_another_key_than_the_one_entered_is_not_kept(desk: SigningOffice) -> None:
    document = desk.to_sign()
    Key.objects.filter(reference=DEPUTY.key_id).update(fingerprint="0" * 64)
    session = desk.consent(document)
    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == (JobState.FAILED, "judged_bad")
    assert item_of(session, document).code == "judged_bad"
    assert current(document).origin == Origin.PREPARED


# --- a pile of which one fails --------------------------------------------------------------------------------------
class OneRefuses:
    """A signing process whose time-stamp service does not answer for one file."""

    def __init__(self, real: SigningBackend, sha256: str) -> None:
        self.real, self.sha256 = real, sha256

    def sign(self, session: str, source: object, target: object, **how: object) -> object:
        if str(source).endswith(self.sha256):
            raise TimestampUnavailable("no answer")
        return self.real.sign(session, source, target, **how)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


def test_of_a_pile_of_five_one_fails_and_is_signed_again_alone(desk: SigningOffice) -> None:
    pile = [desk.to_sign(summary=f"V/v báo cáo số liệu quý {number}") for number in range(1, 6)]
    bad = pile[2]
    with using(OneRefuses(desk.backend, current(bad).blob_id)):
        session = desk.consent(*pile)
        run_jobs("workflow.sign")
    states = []
    for document in pile:
        document.refresh_from_db()
        states.append(document.state)
    assert states == [State.SIGNED, State.SIGNED, State.TO_SIGN, State.SIGNED, State.SIGNED]
    item = item_of(session, bad)
    assert (item.state, item.code) == (ItemState.FAILED, "timestamp_unavailable")
    assert item.reason
    notice = Notice.objects.get(kind="sign_failed")
    assert (notice.person, notice.address) == (desk.office.deputy, f"/sign/sessions/{session.pk}/")

    with pytest.raises(NotPermitted):
        sign_again(item=item, by=desk.office.director)
    sign_again(item=item, by=desk.office.deputy)
    with pytest.raises(WrongState):
        sign_again(item=item, by=desk.office.deputy)
    made = run_jobs("workflow.sign")
    assert [job.state for job in made] == [JobState.DONE] * 5
    bad.refresh_from_db()
    assert bad.state == State.SIGNED
    assert item_of(session, bad).code == ""
    assert session.items.count() == 5


def test_after_the_consent_ended_the_password_is_asked_for_again(desk: SigningOffice) -> None:
    document = desk.to_sign()
    with using(OneRefuses(desk.backend, current(document).blob_id)):
        session = desk.consent(document)
        run_jobs("workflow.sign")
    SigningSession.objects.update(expires_at=clock.now())
    with pytest.raises(WrongState) as refusal:
        sign_again(item=item_of(session, document), by=desk.office.deputy)
    assert refusal.value.code == "consent_expired"
    desk.consent(document)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == State.SIGNED


def test_a_consent_that_waited_too_long_for_the_worker_fails_with_its_reason(desk: SigningOffice) -> None:
    document = desk.to_sign()
    now = [0.0]
    slow = SigningBackend(desk.pki.keys, desk.pki.trust, desk.pki.timestamper(), clock=lambda: now[0])
    with using(slow):
        session = desk.consent(document)
        now[0] = 301.0
        (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == (JobState.FAILED, "consent_expired")
    document.refresh_from_db()
    assert document.state == State.TO_SIGN
    assert item_of(session, document).state == ItemState.FAILED


@pytest.mark.requirement("R-SIG-8")
def test_a_worker_killed_between_signing_and_writing_leaves_a_reason_and_nothing_else(desk: SigningOffice) -> None:
    document = desk.to_sign()
    before = current(document)
    session = desk.consent(document)
    job = Job.objects.get(kind="workflow.sign")
    claimed = jobs.claim(job.pk)
    assert claimed is not None
    assert kinds["workflow.sign"].handler(claimed) is not None  # signed, and then the worker is gone
    run_again(job)
    assert (job.state, job.code) == (JobState.FAILED, "consent_missing")
    item = item_of(session, document)
    assert (item.state, item.code) == (ItemState.FAILED, "consent_missing")
    document.refresh_from_db()
    assert document.state == State.TO_SIGN
    assert current(document) == before
    # under the old consent it cannot be signed a second time; with a new one it can
    with pytest.raises(WrongState):
        sign_again(item=item, by=desk.office.deputy)
    desk.consent(document)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == State.SIGNED


def test_a_file_that_changed_on_disk_is_not_signed(desk: SigningOffice) -> None:
    document = desk.to_sign()
    session = desk.consent(document)
    path = path_of(current(document).blob_id)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\n% one more line")
    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == (JobState.FAILED, "hash_changed")
    assert item_of(session, document).code == "hash_changed"
    document.refresh_from_db()
    assert document.state == State.TO_SIGN


def test_a_failed_signature_is_not_repeated_from_the_page_of_jobs(desk: SigningOffice) -> None:
    document = desk.to_sign()
    with using(OneRefuses(desk.backend, current(document).blob_id)):
        desk.consent(document)
        (job,) = run_jobs("workflow.sign")
    jobs.repeat(job=job, by=desk.office.admin)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.code) == (JobState.FAILED, "wrong_state")
    desk.consent(document)
    run_jobs("workflow.sign")
    jobs.repeat(job=job, by=desk.office.admin)  # nothing is left to do: the administrator can clear it
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert FileVersion.objects.filter(file__document=document, origin=Origin.SIGNATURE).count() == 1


def test_without_a_signing_process_nothing_changes(desk: SigningOffice, tmp_path: object) -> None:
    document = desk.to_sign()
    with (
        using(SigningClient(tmp_path / "nobody.sock", timeout=1)),
        pytest.raises(Unavailable) as refusal,
    ):
        desk.consent(document)
    assert refusal.value.code == "signer_unreachable"
    document.refresh_from_db()
    assert document.state == State.TO_SIGN


# --- taking back ----------------------------------------------------------------------------------------------------
def test_a_signed_document_is_taken_back_before_it_has_a_number(desk: SigningOffice) -> None:
    document = desk.signed()
    drafted = round_of(document).version
    for other in (desk.office.officer, desk.office.director):
        with pytest.raises(NotPermitted):
            take_back_signed(document=document, by=other, reason="Sai căn cứ pháp lý")
    with pytest.raises(Invalid) as refusal:
        take_back_signed(document=document, by=desk.office.deputy, reason="  sai ")
    assert refusal.value.field == "reason"
    take_back_signed(document=document, by=desk.office.deputy, reason="Sai căn cứ pháp lý")
    document.refresh_from_db()
    assert document.state == State.DRAFT
    assert current(document) == drafted
    assert FileVersion.objects.filter(file__document=document, origin=Origin.SIGNATURE).exists()
    assert not access.may_see(desk.office.clerk, document)
    notice = Notice.objects.get(kind="draft.returned", person=desk.office.officer)
    assert notice.facts["reason"] == "Sai căn cứ pháp lý"
    with pytest.raises(WrongState):
        take_back_signed(document=document, by=desk.office.deputy, reason="Sai căn cứ pháp lý")


def test_the_clerk_refuses_the_seal_with_a_reason_and_the_draft_goes_round_again(desk: SigningOffice) -> None:
    document = desk.signed()
    take_back_signed(document=document, by=desk.office.clerk, reason="Thiếu nơi nhận")
    assert Notice.objects.filter(kind="draft.returned", person=desk.office.deputy).exists()
    again = Document.objects.get(pk=document.pk)
    assert again.number == ""
    approval = approving.submit(document=again, by=desk.office.officer, signer=desk.office.deputy)
    assert approval.round == 2
    again.refresh_from_db()
    assert again.state == State.TO_SIGN  # the checks were passed on exactly this content
    run_jobs(approving.PREPARE)
    desk.signed(again)

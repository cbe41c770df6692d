"""Checking, approving, returning: who may, in which state, and what follows."""

from pathlib import Path

import pytest

from edocs.documents import access
from edocs.documents.choices import Origin, State
from edocs.documents.services.files import main_version
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.office.models import Authority, Delegation, Notice, RoleGrant, Unit
from edocs.workflow.models import Approval, ChainTemplate, Decision, DecisionKind, StepState
from edocs.workflow.queries.approving import approval_view
from edocs.workflow.services import approving, drafting, uploads
from tests.factories import Office, person
from tests.workflow.outgoing import approve, draft, fields, step, stored_pdf, submitted, to_sign, written

pytestmark = pytest.mark.django_db


def states(approval: Approval) -> list[str]:
    return list(approval.steps.order_by("order").values_list("state", flat=True))


def return_(approval: Approval, kind: str, by: object, reason: str = "Thiếu số liệu quý III", **more: object) -> object:
    return approving.return_draft(
        step=step(approval, kind),
        by=by,
        version=approval.version,
        reason=reason,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.requirement("R-LAW-10")
def test_content_and_format_are_checked_by_two_persons_then_the_signer(office: Office) -> None:
    approval = submitted(office, note="Gấp trong ngày")
    steps = list(approval.steps.order_by("order"))
    assert [(one.kind, one.person) for one in steps] == [
        ("content", office.head),
        ("format", office.bureau_head),
        ("sign", office.deputy),
    ]
    assert states(approval) == ["open", "pending", "pending"]
    assert approval.document.state == State.IN_APPROVAL
    notice = Notice.objects.get(person=office.head)
    assert (notice.kind, notice.facts["by"]) == ("approval.content", office.officer.full_name)
    for one in (office.head, office.bureau_head, office.deputy):
        assert access.may_see(one, approval.document)
    assert not access.may_see(office.stranger, approval.document)


@pytest.mark.requirement("R-LAW-10")
def test_a_second_format_checker_is_taken_when_the_first_checks_the_content(office: Office) -> None:
    document = drafting.start_draft(
        by=office.bureau_head, kind=office.letter, summary="Về việc khác", recipients=[drafting.RecipientLine(name="A")]
    )
    drafting.write_letter(document=document, fields=fields(office), by=office.bureau_head)
    second = person("phoCVP", "Lý Thị Hai", office.bureau, "officer", "format_checker")
    approval = approving.submit(document=document, by=office.bureau_head, signer=office.deputy)
    assert step(approval, "content").person == office.bureau_head
    assert step(approval, "format").person == second


def test_who_submits_what_they_check_decides_it_all_the_same(office: Office) -> None:
    document = written(office)
    approval = approving.submit(document=document, by=office.head, signer=office.deputy)
    assert states(approval) == ["open", "pending", "pending"]
    approve(approval, "content", office.head)
    assert states(approval) == ["approved", "open", "pending"]
    assert Decision.objects.get().by == office.head


@pytest.mark.requirement("R-LAW-12")
def test_a_signer_without_authority_is_refused_with_the_names_of_those_who_have_it(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        submitted(office, stored(office), signer=office.head)
    assert refusal.value.code == "no_authority"
    assert office.director.full_name in str(refusal.value)
    assert not Approval.objects.exists()


def stored(office: Office) -> object:
    return written(office)


@pytest.mark.requirement("R-LAW-12")
def test_authority_is_limited_in_time_kind_and_field(office: Office) -> None:
    held = Authority.objects.create(
        person=office.head,
        prefix="TL.",
        head_title="Giám đốc",
        own_title="Trưởng phòng",
        basis="Quy chế làm việc",
    )
    held.kinds.add(office.decision)
    document = draft(office)
    uploads_version(office, document)
    with pytest.raises(Invalid):
        approving.submit(document=document, by=office.officer, signer=office.head)
    held.kinds.set([office.letter])
    approval = approving.submit(document=document, by=office.officer, signer=office.head)
    assert approval.authority.lines == ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"]
    document.refresh_from_db()
    assert (document.signer, document.signer_position) == (office.head, "Trưởng phòng")


def uploads_version(office: Office, document: object, pages: int = 1) -> object:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        kept = stored_pdf(Path(folder), pages=pages)
    return uploads.upload_draft(document=document, stored=kept, by=office.officer)  # type: ignore[arg-type]


def test_the_signer_must_be_the_one_printed_in_the_letter(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        submitted(office, signer=office.director)
    assert refusal.value.code == "printed_otherwise"


def test_a_draft_without_text_or_recipients_is_not_submitted(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        submitted(office, draft(office))
    assert refusal.value.field == "file"
    document = written(office)
    drafting.set_recipients(document=document, recipients=[], by=office.officer)
    with pytest.raises(Invalid) as refusal:
        submitted(office, document)
    assert refusal.value.field == "recipients"


@pytest.mark.parametrize("missing", ["chain", "format_checker", "head"])
def test_a_chain_that_nobody_can_walk_says_what_is_missing(office: Office, missing: str) -> None:
    document = written(office)
    if missing == "chain":
        ChainTemplate.objects.update(is_active=False)
    elif missing == "format_checker":
        RoleGrant.objects.filter(role="format_checker").delete()
    else:
        Unit.objects.update(head=None)
        office.officer.refresh_from_db()
    with pytest.raises(Invalid) as refusal:
        submitted(office, document)
    assert refusal.value.code in ("no_chain", "no_format_checker", "no_content_checker")
    document.refresh_from_db()
    assert document.state == State.DRAFT


def test_only_the_author_or_the_head_submits(office: Office) -> None:
    with pytest.raises(NotPermitted):
        submitted(office, by=office.stranger)


def test_checks_passed_lead_to_the_signature_and_its_preparation(office: Office) -> None:
    approval = to_sign(office)
    approval.document.refresh_from_db()
    assert approval.document.state == State.TO_SIGN
    assert states(approval) == ["approved", "approved", "open"]
    job = Job.objects.get(kind=approving.PREPARE)
    assert job.arguments == {"approval": approval.pk}
    assert Notice.objects.filter(person=office.deputy, kind="approval.sign").exists()
    assert [event.verb for event in Event.objects.filter(verb__startswith="approval").order_by("id")] == [
        "approval.submit",
        "approval.approve",
        "approval.approve",
    ]


def test_nobody_decides_for_another_or_before_their_turn(office: Office) -> None:
    approval = submitted(office)
    for other in (office.officer, office.stranger, office.director, office.admin, office.inactive):
        with pytest.raises(NotPermitted):
            approve(approval, "content", other)
    with pytest.raises(WrongState):
        approve(approval, "format", office.bureau_head)
    assert not Decision.objects.exists()


def test_who_acts_for_a_checker_may_check_but_not_sign_or_refuse(office: Office) -> None:
    Delegation.objects.create(person=office.head, delegate=office.other_head)
    Delegation.objects.create(person=office.deputy, delegate=office.other_head)
    approval = submitted(office)
    approve(approval, "content", office.other_head)
    approve(approval, "format", office.bureau_head)
    assert Decision.objects.get(step__kind="content").by == office.other_head
    with pytest.raises(NotPermitted):
        return_(approval, "sign", office.other_head)


def test_the_signer_approves_by_signing_only(office: Office) -> None:
    approval = to_sign(office)
    with pytest.raises(WrongState):
        approve(approval, "sign", office.deputy)


def test_a_step_is_decided_once(office: Office) -> None:
    approval = submitted(office)
    approve(approval, "content", office.head)
    with pytest.raises(WrongState) as refusal:
        approve(approval, "content", office.head)
    assert office.head.full_name in str(refusal.value)
    assert Decision.objects.count() == 1


@pytest.mark.requirement("R-LAW-11")
def test_a_decision_on_a_version_that_was_replaced_is_refused(office: Office) -> None:
    first = submitted(office)
    return_(first, "content", office.head)
    document = first.document
    drafting.write_letter(document=document, fields=fields(office, body="Bản sửa."), by=office.officer)
    second = submitted(office, document)
    for round_ in (first, second):
        with pytest.raises(WrongState) as refusal:
            approve(round_, "content", office.head, version=first.version)
        assert refusal.value.code == "newer_version"
        assert office.officer.full_name in str(refusal.value)
    assert states(second) == ["open", "pending", "pending"]


@pytest.mark.requirement("R-LAW-11")
def test_a_changed_version_goes_back_to_everybody_who_saw_the_old_one(office: Office) -> None:
    first = submitted(office)
    approve(first, "content", office.head)
    return_(first, "format", office.bureau_head)
    drafting.write_letter(document=first.document, fields=fields(office, body="Bản sửa."), by=office.officer)
    second = submitted(office, first.document)
    assert second.round == 2
    assert states(second) == ["open", "pending", "pending"]


def test_an_unchanged_version_keeps_the_decisions_that_hold(office: Office) -> None:
    first = submitted(office)
    approve(first, "content", office.head)
    return_(first, "format", office.bureau_head)
    second = submitted(office, first.document, note="Đã đúng thể thức, xem Phụ lục I")
    assert states(second) == ["approved", "open", "pending"]
    line = approval_view(first.document).rounds[0].lines[0]
    assert line.carried
    assert line.decision is not None
    assert line.decision.by == office.head


@pytest.mark.requirement("R-LAW-11")
@pytest.mark.parametrize("change", ["attachment", "recipients", "urgency"])
def test_what_changed_beside_the_file_is_looked_at_again(office: Office, change: str, tmp_path: Path) -> None:
    document = draft(office)
    uploads_version(office, document)
    first = submitted(office, document)
    approve(first, "content", office.head)
    return_(first, "format", office.bureau_head)
    if change == "attachment":
        kept = stored_pdf(tmp_path, pages=2)
        uploads.add_attachment(document=document, stored=kept, by=office.officer)
    elif change == "recipients":
        drafting.set_recipients(document=document, recipients=[drafting.RecipientLine(name="B")], by=office.officer)
    else:
        drafting.change_draft(
            document=document,
            by=office.officer,
            kind=office.letter,
            field=office.field,
            summary=document.summary,
            urgency=2,
        )
    assert states(submitted(office, document)) == ["open", "pending", "pending"]


def test_a_return_needs_a_reason_and_reaches_author_and_unit_head(office: Office) -> None:
    approval = submitted(office)
    approve(approval, "content", office.head)
    with pytest.raises(Invalid) as refusal:
        return_(approval, "format", office.bureau_head, reason="xem")
    assert refusal.value.field == "reason"
    assert return_(approval, "format", office.bureau_head) is None
    approval.document.refresh_from_db()
    approval.refresh_from_db()
    assert approval.document.state == State.DRAFT
    assert approval.ended_at is not None
    assert states(approval) == ["approved", "returned", "pending"]
    told = Notice.objects.filter(kind="draft.returned")
    assert {notice.person for notice in told} == {office.officer, office.head}
    assert told[0].facts["reason"] == "Thiếu số liệu quý III"


@pytest.mark.requirement("R-DOC-13")
def test_a_return_to_an_earlier_step_keeps_the_checks_between(office: Office) -> None:
    approval = to_sign(office)
    target = return_(approval, "sign", office.deputy, to_step=step(approval, "content"))
    approval.document.refresh_from_db()
    assert target == step(approval, "content")
    assert approval.document.state == State.IN_APPROVAL
    assert states(approval) == ["open", "approved", "returned"]
    approve(approval, "content", office.head)
    approval.document.refresh_from_db()
    assert approval.document.state == State.TO_SIGN
    assert states(approval) == ["approved", "approved", "open"]


def test_a_return_goes_to_an_earlier_step_of_the_same_round_only(office: Office) -> None:
    approval = submitted(office)
    with pytest.raises(Invalid):
        return_(approval, "content", office.head, to_step=step(approval, "format"))
    assert not Decision.objects.exists()


def test_the_signer_returns_to_the_author_and_the_version_people_made_is_current_again(office: Office) -> None:
    approval = to_sign(office)
    return_(approval, "sign", office.deputy)
    current = main_version(approval.document)
    assert current is not None
    assert current.origin == Origin.COMPOSED
    assert Decision.objects.get(step__kind="sign").kind == DecisionKind.RETURN
    again = submitted(office, approval.document)
    again.document.refresh_from_db()
    assert states(again) == ["approved", "approved", "open"]
    assert again.document.state == State.TO_SIGN


def test_the_author_takes_a_draft_back_while_nobody_signed(office: Office) -> None:
    approval = submitted(office)
    with pytest.raises(NotPermitted):
        approving.withdraw_approval(document=approval.document, by=office.stranger)
    approving.withdraw_approval(document=approval.document, by=office.officer, reason="Sửa số liệu")
    approval.refresh_from_db()
    approval.document.refresh_from_db()
    assert approval.document.state == State.DRAFT
    assert approval.ended_at is not None
    assert Notice.objects.filter(person=office.head, kind="approval.withdrawn").exists()
    with pytest.raises(WrongState):
        approving.withdraw_approval(document=approval.document, by=office.officer)
    with pytest.raises(WrongState):
        approve(approval, "content", office.head)


def test_a_document_being_signed_is_not_taken_back(office: Office) -> None:
    approval = to_sign(office)
    type(approval.document).objects.filter(pk=approval.document_id).update(state=State.SIGNING)
    with pytest.raises(WrongState):
        approving.withdraw_approval(document=approval.document, by=office.officer)
    assert step(approval, "sign").state == StepState.OPEN

"""What those do who were given work, and what follows above and below them."""

import datetime as dt
from collections.abc import Iterator

import pytest

from edocs import clock
from edocs.deadlines.models import Extension
from edocs.documents import access
from edocs.documents.choices import Direction, State
from edocs.documents.models import Document, DocumentLink, View
from edocs.documents.services.registering import cancel_registration
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from edocs.office.models import Delegation, Notice, Person
from edocs.workflow.models import Assignment, Instruction, SubmissionState
from edocs.workflow.services.answers import answer_issued, finish_with_answer
from edocs.workflow.services.assignments import (
    accept,
    acknowledge,
    finish,
    note_progress,
    pass_on,
    recall_assignment,
    return_assignment,
    return_result,
)
from edocs.workflow.services.extensions import ask_extension, decide_extension
from edocs.workflow.services.handling import assign_directly, instruct, submit_to_leader
from tests.factories import Office, incoming, moment, person

pytestmark = pytest.mark.django_db

TEXT = "Giao Phòng CCHC chủ trì tham mưu."


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with clock.at(moment("2026-10-13")):
        yield


@pytest.fixture
def instruction(office: Office) -> Instruction:
    """The director gave the reform unit the lead, the staff unit a share, the bureau word; three working days."""
    document = incoming(office)
    submit_to_leader(document=document, to=office.director, by=office.clerk)
    return instruct(
        document=document,
        author=office.director,
        text=TEXT,
        lead=office.reform,
        coordinators=[office.staff],
        inform=[office.bureau],
        working_days=3,
    )


@pytest.fixture
def lead(instruction: Instruction) -> Assignment:
    return instruction.assignments.get(role="lead")


@pytest.fixture
def passed(office: Office, lead: Assignment) -> Assignment:
    """The head passed the lead on to the officer, one working day earlier."""
    made = pass_on(assignment=lead, by=office.head, text="Chị Huyền thực hiện", lead=office.officer, working_days=2)
    return made.assignments.get()


def state_of(assignment: Assignment) -> str:
    return Assignment.objects.values_list("state", flat=True).get(pk=assignment.pk)


def document_state(assignment: Assignment) -> str:
    return Document.objects.values_list("state", flat=True).get(pk=assignment.document_id)


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def last_verb() -> str:
    return Event.objects.filter(object_type="documents.document").order_by("-id")[0].verb


def outgoing(office: Office, state: str = State.DRAFT) -> Document:
    """An answer as the outgoing flow makes it; only the row matters here."""
    made = Document.objects.create(
        direction=Direction.OUTGOING,
        state=state,
        kind=office.letter,
        number="152",
        symbol="SNV-CCHC",
        code="152/SNV-CCHC",
        summary="V/v trả lời",
        author=office.officer,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    access.grant(made, [f"u:{office.officer.pk}"], reason="draft")
    return made


# --- accepting, noting, reading -------------------------------------------------------------------------------------
def test_accepting_the_lead_puts_the_document_in_progress(office: Office, lead: Assignment) -> None:
    accept(assignment=lead, by=office.head)
    lead.refresh_from_db()
    assert (lead.state, lead.accepted_by, lead.accepted_at) == ("in_progress", office.head, clock.now())
    assert document_state(lead) == State.IN_PROGRESS
    assert last_verb() == "assignment.accept"
    with pytest.raises(WrongState):
        accept(assignment=lead, by=office.head)


def test_a_coordinator_accepting_does_not_begin_the_document(office: Office, instruction: Instruction) -> None:
    share = instruction.assignments.get(role="coordinate")
    accept(assignment=share, by=office.other_head)
    assert document_state(share) == State.ASSIGNED


@pytest.mark.parametrize("who", ["officer", "other_head", "director", "clerk", "admin", "stranger", "inactive"])
def test_only_the_head_acts_for_a_unit(office: Office, lead: Assignment, who: str) -> None:
    other = getattr(office, who)
    for attempt in (
        lambda: accept(assignment=lead, by=other),
        lambda: finish(assignment=lead, result="Xong rồi", by=other),
        lambda: return_assignment(assignment=lead, reason="Không thuộc phòng", by=other),
        lambda: note_progress(assignment=lead, text="Đang làm", by=other),
        lambda: pass_on(assignment=lead, by=other, text="Làm đi", lead=office.officer),
        lambda: ask_extension(assignment=lead, wanted=moment("2026-10-30"), reason="Chờ số liệu", by=other),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert state_of(lead) == "new"


def test_whoever_acts_for_the_head_acts_for_the_unit_as_long_as_it_holds(office: Office, lead: Assignment) -> None:
    Delegation.objects.create(person=office.head, delegate=office.officer, valid_to=dt.date(2026, 10, 13))
    with clock.at(moment("2026-10-14")), pytest.raises(NotPermitted):
        accept(assignment=lead, by=office.officer)
    accept(assignment=lead, by=office.officer)
    lead.refresh_from_db()
    assert lead.accepted_by == office.officer


def test_a_note_begins_the_work_and_an_empty_one_is_refused(office: Office, lead: Assignment) -> None:
    with pytest.raises(Invalid):
        note_progress(assignment=lead, text=" ", by=office.head)
    with pytest.raises(Invalid):
        note_progress(assignment=lead, text="x" * 1001, by=office.head)
    note = note_progress(assignment=lead, text="Đã đề nghị các phòng gửi số liệu", by=office.head)
    assert (note.by, state_of(lead)) == (office.head, "in_progress")
    assert last_verb() == "assignment.note"


def test_information_is_read_and_never_work(office: Office, instruction: Instruction) -> None:
    word = instruction.assignments.get(role="inform")
    for attempt in (
        lambda: accept(assignment=word, by=office.bureau_head),
        lambda: finish(assignment=word, result="Xong", by=office.bureau_head),
        lambda: return_assignment(assignment=word, reason="Không liên quan", by=office.bureau_head),
        lambda: pass_on(assignment=word, by=office.bureau_head, text="Xem", lead=office.clerk),
    ):
        with pytest.raises(WrongState):
            attempt()
    with pytest.raises(NotPermitted):
        acknowledge(assignment=word, by=office.officer)
    acknowledge(assignment=word, by=office.bureau_head)
    assert state_of(word) == "done"
    assert document_state(word) == State.ASSIGNED
    with pytest.raises(WrongState):
        acknowledge(assignment=word, by=office.bureau_head)


def test_a_duty_is_not_acknowledged_away(office: Office, lead: Assignment) -> None:
    with pytest.raises(WrongState):
        acknowledge(assignment=lead, by=office.head)


# --- passing on -----------------------------------------------------------------------------------------------------
def test_the_head_names_one_responsible_person_in_time(office: Office, lead: Assignment, passed: Assignment) -> None:
    assert (passed.parent, passed.person, passed.role) == (lead, office.officer, "lead")
    assert passed.deadline.due_at == moment("2026-10-15", "17:30")
    assert passed.deadline.set_by == office.head
    assert passed.instruction.parent == lead
    assert state_of(lead) == "in_progress"
    assert document_state(lead) == State.IN_PROGRESS
    assert told(office.officer) == ["assigned"]
    assert last_verb() == "assignment.pass_on"
    with pytest.raises(WrongState):
        pass_on(assignment=lead, by=office.head, text="Người khác", lead=office.officer)


def test_the_inner_deadline_is_not_later_than_the_one_above(office: Office, lead: Assignment) -> None:
    with pytest.raises(Invalid) as refusal:
        pass_on(assignment=lead, by=office.head, text="Làm đi", lead=office.officer, working_days=4)
    assert refusal.value.field == "due"
    made = pass_on(assignment=lead, by=office.head, text="Làm đi", lead=office.officer)
    inner = made.assignments.get().deadline
    assert inner.due_at == lead.deadline.due_at
    assert inner.pk != lead.deadline_id


def test_late_work_is_passed_on_with_the_deadline_that_passed(office: Office, lead: Assignment) -> None:
    with clock.at(moment("2026-10-20")):
        with pytest.raises(Invalid):
            pass_on(assignment=lead, by=office.head, text="Làm đi", lead=office.officer, working_days=1)
        made = pass_on(assignment=lead, by=office.head, text="Làm ngay", lead=office.officer)
    assert made.assignments.get().deadline.due_at == lead.deadline.due_at


def test_a_unit_head_gives_work_inside_the_unit_only(office: Office, lead: Assignment) -> None:
    for receiver in (office.stranger, office.staff, office.deputy):
        with pytest.raises(Invalid) as refusal:
            pass_on(assignment=lead, by=office.head, text="Làm đi", lead=receiver)
        assert refusal.value.field == "lead"
    with pytest.raises(Invalid) as refusal:
        pass_on(assignment=lead, by=office.head, text="Làm đi", lead=office.head)
    assert refusal.value.field == "lead"


def test_an_officer_does_not_pass_on(office: Office, passed: Assignment) -> None:
    colleague = person("dongnghiep", "Lê Thị Đồng Nghiệp", office.reform, "officer")
    with pytest.raises(NotPermitted):
        pass_on(assignment=passed, by=office.officer, text="Làm giúp", lead=colleague)


def test_a_leader_named_in_person_instructs_further(office: Office) -> None:
    document = incoming(office)
    submit_to_leader(document=document, to=office.director, by=office.clerk)
    given = instruct(document=document, author=office.director, text="Đ/c Nhung chỉ đạo", lead=office.deputy)
    made = pass_on(assignment=given.assignments.get(), by=office.deputy, text=TEXT, lead=office.staff)
    assert made.author == office.deputy
    assert access.may_see(office.other_head, document)


def test_passing_on_for_the_head_names_both(office: Office, lead: Assignment) -> None:
    Delegation.objects.create(person=office.head, delegate=office.bureau_head)
    made = pass_on(assignment=lead, by=office.bureau_head, text="Chị Huyền thực hiện", lead=office.officer)
    assert (made.author, made.acting_by) == (office.head, office.bureau_head)


# --- giving back ----------------------------------------------------------------------------------------------------
def test_a_returned_lead_lies_before_the_leader_again(
    office: Office, instruction: Instruction, lead: Assignment
) -> None:
    with pytest.raises(Invalid):
        return_assignment(assignment=lead, reason="kg", by=office.head)
    return_assignment(assignment=lead, reason="Thuộc chức năng Phòng TCBC", by=office.head)
    lead.refresh_from_db()
    assert (lead.state, lead.result) == ("returned", "Thuộc chức năng Phòng TCBC")
    assert document_state(lead) == State.WITH_LEADER
    waiting = lead.document.submissions.get(state=SubmissionState.OPEN)
    assert (waiting.to, waiting.by, waiting.note) == (office.director, office.head, "Thuộc chức năng Phòng TCBC")
    assert "returned" in told(office.director)
    assert not access.may_see(office.officer, lead.document)
    assert state_of(instruction.assignments.get(role="coordinate")) == "new"
    again = instruct(document=lead.document, author=office.director, text="Giao Phòng TCBC", lead=office.bureau)
    assert document_state(again.assignments.get()) == State.ASSIGNED


def test_a_returned_share_leaves_the_lead_alone(office: Office, instruction: Instruction) -> None:
    share = instruction.assignments.get(role="coordinate")
    return_assignment(assignment=share, reason="Không có số liệu này", by=office.other_head)
    assert document_state(share) == State.ASSIGNED
    assert told(office.director)[-1] == "returned"


def test_work_returned_inside_the_unit_is_the_heads_again(office: Office, lead: Assignment, passed: Assignment) -> None:
    return_assignment(assignment=passed, reason="Tôi đi học đến hết tháng", by=office.officer)
    assert (state_of(passed), state_of(lead)) == ("returned", "in_progress")
    assert told(office.head)[-1] == "returned"
    assert document_state(lead) == State.IN_PROGRESS
    colleague = person("dongnghiep", "Lê Thị Đồng Nghiệp", office.reform, "officer")
    pass_on(assignment=lead, by=office.head, text="Chị Nghiệp làm thay", lead=colleague)


def test_returning_takes_back_what_was_passed_on(office: Office, lead: Assignment, passed: Assignment) -> None:
    return_assignment(assignment=lead, reason="Không thuộc phòng", by=office.head)
    assert state_of(passed) == "recalled"
    assert told(office.officer) == ["assigned", "no_longer_needed"]


def test_what_the_clerk_gave_comes_back_to_the_register(office: Office) -> None:
    document = incoming(office)
    given = assign_directly(document=document, by=office.clerk, text="Theo Quy chế", lead=office.reform)
    return_assignment(assignment=given.assignments.get(), reason="Không thuộc phòng", by=office.head)
    document.refresh_from_db()
    assert document.state == State.REGISTERED
    assert told(office.clerk) == ["returned"]
    submit_to_leader(document=document, to=office.director, by=office.clerk)


def test_taken_back_only_while_nobody_opened_it(office: Office, instruction: Instruction, lead: Assignment) -> None:
    share = instruction.assignments.get(role="coordinate")
    with pytest.raises(NotPermitted):
        recall_assignment(assignment=share, by=office.deputy)
    recall_assignment(assignment=share, by=office.director)
    assert state_of(share) == "recalled"
    assert not access.may_see(office.stranger, share.document)
    assert told(office.other_head)[-1] == "recalled"
    assert document_state(share) == State.ASSIGNED
    View.objects.create(document=lead.document, person=office.officer, at=clock.now())
    with pytest.raises(WrongState):
        recall_assignment(assignment=lead, by=office.director)
    with pytest.raises(WrongState):
        recall_assignment(assignment=share, by=office.director)


def test_accepted_work_is_not_taken_back(office: Office, lead: Assignment) -> None:
    accept(assignment=lead, by=office.head)
    with pytest.raises(WrongState):
        recall_assignment(assignment=lead, by=office.director)


def test_a_lead_taken_back_lies_before_the_leader_again(office: Office, lead: Assignment) -> None:
    View.objects.create(document=lead.document, person=office.head, at=moment("2026-10-12"))  # before it was given
    recall_assignment(assignment=lead, by=office.director)
    assert document_state(lead) == State.WITH_LEADER
    assert lead.document.submissions.get(state=SubmissionState.OPEN).to == office.director


# --- finishing ------------------------------------------------------------------------------------------------------
def test_a_finished_top_lead_closes_the_document_and_what_is_still_open(
    office: Office, instruction: Instruction, lead: Assignment
) -> None:
    with pytest.raises(Invalid):
        finish(assignment=lead, result=" ", by=office.head)
    finish(assignment=lead, result="Đã báo cáo UBND tỉnh", by=office.head)
    lead.refresh_from_db()
    assert (lead.state, lead.result, lead.ended_by) == ("done", "Đã báo cáo UBND tỉnh", office.head)
    assert document_state(lead) == State.DONE
    assert state_of(instruction.assignments.get(role="coordinate")) == "recalled"
    assert state_of(instruction.assignments.get(role="inform")) == "new"
    assert told(office.director)[-1] == "done"
    assert told(office.other_head)[-1] == "no_longer_needed"
    assert access.may_see(office.other_head, lead.document)
    with pytest.raises(WrongState):
        finish(assignment=lead, result="Lần nữa", by=office.head)


def test_the_officers_result_is_a_proposal_until_the_head_confirms(
    office: Office, lead: Assignment, passed: Assignment
) -> None:
    finish(assignment=passed, result="Đã tổng hợp, kèm biểu", by=office.officer)
    assert (state_of(passed), state_of(lead), document_state(lead)) == ("done", "in_progress", State.IN_PROGRESS)
    assert told(office.head)[-1] == "done"
    finish(assignment=lead, result="Đã tổng hợp, kèm biểu", by=office.head)
    assert document_state(lead) == State.DONE


def test_the_head_gives_a_result_back(office: Office, lead: Assignment, passed: Assignment) -> None:
    finish(assignment=passed, result="Đã tổng hợp", by=office.officer)
    with pytest.raises(NotPermitted):
        return_result(assignment=passed, reason="Thiếu biểu số 3", by=office.director)
    return_result(assignment=passed, reason="Thiếu biểu số 3", by=office.head)
    assert state_of(passed) == "in_progress"
    assert passed.notes.get().text == "Thiếu biểu số 3"
    assert told(office.officer)[-1] == "reopened"
    with pytest.raises(WrongState):
        return_result(assignment=passed, reason="Thiếu biểu số 3", by=office.head)


def test_a_head_who_finishes_takes_back_what_is_below(office: Office, lead: Assignment, passed: Assignment) -> None:
    finish(assignment=lead, result="Tôi đã tự trả lời", by=office.head)
    assert state_of(passed) == "recalled"
    assert document_state(lead) == State.DONE


def test_a_finished_share_is_told_to_the_lead(office: Office, instruction: Instruction) -> None:
    share = instruction.assignments.get(role="coordinate")
    finish(assignment=share, result="Đã gửi số liệu", by=office.other_head)
    assert told(office.head)[-1] == "done"
    assert told(office.director)[-1] == "done"
    assert document_state(share) == State.ASSIGNED


def test_nothing_is_done_on_a_cancelled_document(office: Office, lead: Assignment) -> None:
    cancel_registration(document=lead.document, reason="Vào sổ nhầm", by=office.clerk)
    for attempt in (
        lambda: accept(assignment=lead, by=office.head),
        lambda: finish(assignment=lead, result="Xong", by=office.head),
        lambda: recall_assignment(assignment=lead, by=office.director),
    ):
        with pytest.raises(WrongState):
            attempt()


# --- answers --------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-DOC-11")
def test_an_answer_keeps_the_work_open_until_it_is_issued_and_then_closes_the_line(
    office: Office, lead: Assignment, passed: Assignment
) -> None:
    answer = outgoing(office)
    assert finish_with_answer(assignment=passed, answer=answer, by=office.officer) is False
    assert DocumentLink.objects.get(source=answer, target=passed.document).kind == "replies"
    assert state_of(passed) == "in_progress"
    Document.objects.filter(pk=answer.pk).update(state=State.ISSUED)
    ended = answer_issued(document=answer, by=office.clerk)
    lead.refresh_from_db()
    assert [row.pk for row in ended] == [passed.pk]
    assert (lead.state, lead.answer, lead.result) == ("done", answer, "152/SNV-CCHC")
    assert document_state(lead) == State.DONE
    assert told(office.director)[-1] == "done"
    assert answer_issued(document=answer, by=office.clerk) == []


def test_an_answer_already_issued_finishes_at_once(office: Office, passed: Assignment) -> None:
    answer = outgoing(office, State.ISSUED)
    assert finish_with_answer(assignment=passed, answer=answer, by=office.officer) is True
    assert document_state(passed) == State.DONE


def test_the_answer_of_a_share_does_not_end_the_lead(
    office: Office, instruction: Instruction, lead: Assignment
) -> None:
    share = instruction.assignments.get(role="coordinate")
    answer = outgoing(office, State.ISSUED)
    access.grant(answer, [f"u:{office.other_head.pk}"], reason="draft")
    finish_with_answer(assignment=share, answer=answer, by=office.other_head)
    assert (state_of(share), state_of(lead)) == ("done", "new")


def test_what_cannot_answer_is_refused(office: Office, passed: Assignment) -> None:
    with pytest.raises(Invalid):
        finish_with_answer(assignment=passed, answer=incoming(office, number="9"), by=office.officer)
    answer = outgoing(office)
    hidden = outgoing(office)
    hidden.access.all().delete()
    with pytest.raises(NotPermitted):
        finish_with_answer(assignment=passed, answer=hidden, by=office.officer)
    with pytest.raises(NotPermitted):
        finish_with_answer(assignment=passed, answer=answer, by=office.stranger)
    Document.objects.filter(pk=answer.pk).update(state=State.CANCELLED)
    with pytest.raises(WrongState):
        finish_with_answer(assignment=passed, answer=answer, by=office.officer)
    assert not DocumentLink.objects.exists()


# --- more time ------------------------------------------------------------------------------------------------------
def test_more_time_is_asked_of_whoever_set_the_deadline(office: Office, lead: Assignment) -> None:
    with pytest.raises(Invalid):
        ask_extension(assignment=lead, wanted=moment("2026-10-20", "17:30"), reason="lâu", by=office.head)
    asked = ask_extension(
        assignment=lead, wanted=moment("2026-10-20", "17:30"), reason="Chờ số liệu cấp xã", by=office.head
    )
    assert told(office.director)[-1] == "extension_asked"
    assert last_verb() == "assignment.ask_extension"
    with pytest.raises(WrongState):
        ask_extension(assignment=lead, wanted=moment("2026-10-21"), reason="Chờ số liệu", by=office.head)
    with pytest.raises(NotPermitted):
        decide_extension(extension=asked, grant=True, by=office.deputy)
    decide_extension(extension=asked, grant=True, by=office.director)
    lead.deadline.refresh_from_db()
    assert (lead.deadline.due_at, lead.deadline.extended) == (moment("2026-10-20", "17:30"), 1)
    assert lead.deadline.first_due_at == moment("2026-10-16", "17:30")
    assert told(office.head)[-1] == "extension_granted"


def test_a_refusal_says_why(office: Office, lead: Assignment) -> None:
    asked = ask_extension(assignment=lead, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.head)
    with pytest.raises(Invalid):
        decide_extension(extension=asked, grant=False, by=office.director)
    decide_extension(extension=asked, grant=False, answer="Phải xong trong tuần", by=office.director)
    assert told(office.head)[-1] == "extension_refused"
    assert Extension.objects.get().state == "refused"


def test_time_inside_the_unit_ends_with_the_time_above(office: Office, passed: Assignment) -> None:
    asked = ask_extension(
        assignment=passed, wanted=moment("2026-10-20", "17:30"), reason="Chờ số liệu", by=office.officer
    )
    with pytest.raises(Invalid) as refusal:
        decide_extension(extension=asked, grant=True, by=office.head)
    assert refusal.value.field == "wanted"
    assert Extension.objects.get().state == "asked"


def test_a_coordinator_gets_no_more_time_than_the_lead(office: Office, instruction: Instruction) -> None:
    share = instruction.assignments.get(role="coordinate")
    asked = ask_extension(assignment=share, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.other_head)
    with pytest.raises(Invalid):
        decide_extension(extension=asked, grant=True, by=office.director)


def test_no_more_time_without_a_deadline_after_it_or_for_work_that_ended(office: Office, lead: Assignment) -> None:
    with clock.at(moment("2026-10-20")), pytest.raises(WrongState):
        ask_extension(assignment=lead, wanted=moment("2026-10-30"), reason="Chờ số liệu", by=office.head)
    asked = ask_extension(assignment=lead, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.head)
    finish(assignment=lead, result="Đã xong", by=office.head)
    with pytest.raises(WrongState):
        decide_extension(extension=asked, grant=True, by=office.director)
    document = incoming(office, number="4")
    free = assign_directly(document=document, by=office.clerk, text="Theo Quy chế", lead=office.reform)
    with pytest.raises(WrongState):
        ask_extension(
            assignment=free.assignments.get(), wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.head
        )
    assert state_of(free.assignments.get()) == "new"

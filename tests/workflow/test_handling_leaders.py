"""Incoming documents before leaders: submitted, instructed, forwarded, given back, refused, reopened."""

import datetime as dt

import pytest

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import State
from edocs.documents.models import Document, Entry
from edocs.errors import Invalid, NotPermitted, Refusal, WrongState
from edocs.journal.models import Event
from edocs.office.models import Delegation, Notice, Person, Unit
from edocs.workflow.models import Assignment, AssignmentState, Instruction, Submission, SubmissionState
from edocs.workflow.services.assignments import finish
from edocs.workflow.services.handling import (
    assign_directly,
    file_for_information,
    forward_to_leader,
    instruct,
    reopen,
    return_to_clerk,
    return_to_sender,
    submit_to_leader,
)
from tests.factories import Office, incoming, moment

pytestmark = pytest.mark.django_db

TEXT = "Giao Phòng CCHC chủ trì tham mưu, trình trước hạn."


@pytest.fixture(autouse=True)
def tuesday():
    """Tuesday 13 October 2026, half past eight."""
    with clock.at(moment("2026-10-13")):
        yield


def submitted(office: Office, to: Person | None = None, **changes) -> Document:
    document = incoming(office, **changes)
    submit_to_leader(document=document, to=to or office.director, by=office.clerk, note="Trình Giám đốc")
    document.refresh_from_db()
    return document


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def verbs(document: Document) -> list[str]:
    events = Event.objects.filter(object_type="documents.document", object_id=str(document.pk))
    return list(events.order_by("id").values_list("verb", flat=True))


# --- submitting -----------------------------------------------------------------------------------------------------
def test_submitting_shows_the_document_to_the_leader_and_tells_them(office: Office) -> None:
    document = incoming(office)
    submission = submit_to_leader(
        document=document, to=office.director, by=office.clerk, note="Gấp", proposed_lead=office.reform
    )
    document.refresh_from_db()
    assert document.state == State.WITH_LEADER
    assert (submission.state, submission.proposed_lead) == (SubmissionState.OPEN, office.reform)
    assert access.may_see(office.director, document)
    assert not access.may_see(office.deputy, document)
    notice = Notice.objects.get(person=office.director)
    assert notice.kind == "submitted"
    assert notice.facts["code"] == "3987/UBND-NC"
    assert notice.facts["summary"] == document.summary
    assert notice.address == f"/documents/{document.pk}/"
    assert "document.submit" in verbs(document)


@pytest.mark.parametrize("who", ["director", "head", "officer", "admin", "inactive"])
def test_only_the_clerk_submits(office: Office, who: str) -> None:
    document = incoming(office)
    with pytest.raises(NotPermitted):
        submit_to_leader(document=document, to=office.director, by=getattr(office, who))
    document.refresh_from_db()
    assert document.state == State.REGISTERED


def test_a_document_lies_before_leaders_only_and_before_one_at_a_time(office: Office) -> None:
    document = incoming(office)
    with pytest.raises(Invalid) as refusal:
        submit_to_leader(document=document, to=office.head, by=office.clerk)
    assert refusal.value.field == "to"
    submit_to_leader(document=document, to=office.director, by=office.clerk)
    with pytest.raises(WrongState):
        submit_to_leader(document=document, to=office.deputy, by=office.clerk)
    assert Submission.objects.count() == 1


def test_a_leader_passes_it_to_another_leader(office: Office) -> None:
    document = submitted(office)
    forward_to_leader(document=document, to=office.deputy, by=office.director, note="Chuyển đ/c Nhung")
    document.refresh_from_db()
    assert document.state == State.WITH_LEADER
    assert [s.state for s in document.submissions.all()] == ["forwarded", "open"]
    assert access.may_see(office.deputy, document)
    assert told(office.deputy) == ["submitted"]
    assert "document.forward" in verbs(document)
    with pytest.raises(NotPermitted):
        forward_to_leader(document=document, to=office.director, by=office.director)
    with pytest.raises(Invalid):
        forward_to_leader(document=document, to=office.deputy, by=office.deputy)


def test_a_leader_gives_it_back_to_the_clerk_with_a_reason(office: Office) -> None:
    document = submitted(office)
    with pytest.raises(Invalid):
        return_to_clerk(document=document, reason="no", by=office.director)
    with pytest.raises(NotPermitted):
        return_to_clerk(document=document, reason="Không phải của tôi", by=office.deputy)
    return_to_clerk(document=document, reason="Trình đ/c Phó Giám đốc phụ trách", by=office.director)
    document.refresh_from_db()
    assert document.state == State.REGISTERED
    assert document.submissions.get().reason == "Trình đ/c Phó Giám đốc phụ trách"
    assert told(office.clerk) == ["returned"]
    with pytest.raises(WrongState):
        return_to_clerk(document=document, reason="Một lần nữa", by=office.director)


@pytest.mark.requirement("R-LAW-04")
@pytest.mark.requirement("R-LAW-17")
def test_the_clerk_refuses_a_document_with_a_reason_and_its_number_stays_taken(office: Office) -> None:
    document = submitted(office)
    with pytest.raises(NotPermitted):
        return_to_sender(document=document, reason="Gửi nhầm địa chỉ", by=office.director)
    with pytest.raises(Invalid):
        return_to_sender(document=document, reason="  ", by=office.clerk)
    return_to_sender(document=document, reason="Chữ ký số không hợp lệ", by=office.clerk)
    document.refresh_from_db()
    assert (document.state, document.cancelled_reason) == (State.RETURNED, "Chữ ký số không hợp lệ")
    assert document.submissions.get().state == SubmissionState.RETURNED
    assert told(office.director) == ["submitted", "returned_to_sender"]
    assert Entry.objects.get(document=document).cancelled_at is None
    with pytest.raises(WrongState):
        submit_to_leader(document=document, to=office.director, by=office.clerk)


def test_what_is_being_handled_is_no_longer_refused(office: Office) -> None:
    document = submitted(office)
    instruct(document=document, author=office.director, text=TEXT, lead=office.reform)
    with pytest.raises(WrongState):
        return_to_sender(document=document, reason="Gửi nhầm địa chỉ", by=office.clerk)


# --- instructing ----------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-LAW-08")
@pytest.mark.requirement("R-DOC-12")
def test_an_instruction_makes_every_assignment_with_a_deadline_of_its_own(office: Office) -> None:
    document = submitted(office)
    made = instruct(
        document=document,
        author=office.director,
        text=f"  {TEXT} ",
        lead=office.reform,
        coordinators=[office.staff, office.bureau_head],
        inform=[office.deputy],
        working_days=3,
    )
    document.refresh_from_db()
    rows = list(made.assignments.select_related("deadline"))
    assert document.state == State.ASSIGNED
    assert made.text == TEXT
    assert [(r.role, r.unit or r.person, r.state) for r in rows] == [
        ("lead", office.reform, "new"),
        ("coordinate", office.staff, "new"),
        ("coordinate", office.bureau_head, "new"),
        ("inform", office.deputy, "new"),
    ]
    assert {r.deadline.due_at for r in rows[:3]} == {moment("2026-10-16", "17:30")}
    assert len({r.deadline_id for r in rows[:3]}) == 3
    assert rows[3].deadline is None
    assert document.submissions.get().state == SubmissionState.INSTRUCTED
    for reader in (office.head, office.officer, office.other_head, office.bureau_head, office.deputy):
        assert access.may_see(reader, document)
    assert not access.may_see(office.admin, incoming(office, number="77"))
    assert told(office.head) == ["assigned"]
    assert told(office.deputy) == ["informed"]
    event = Event.objects.get(verb="document.instruct")
    assert event.person == office.director
    assert [a["role"] for a in event.after["assignments"]] == ["lead", "coordinate", "coordinate", "inform"]


def test_people_not_named_see_nothing(office: Office) -> None:
    document = submitted(office)
    instruct(document=document, author=office.director, text=TEXT, lead=office.reform)
    for other in (office.stranger, office.other_head, office.deputy, office.admin, office.inactive):
        assert not access.may_see(other, document)


def test_the_head_sees_what_is_given_to_an_officer_of_theirs(office: Office) -> None:
    document = submitted(office)
    instruct(document=document, author=office.director, text=TEXT, lead=office.officer)
    assert access.may_see(office.officer, document)
    assert access.may_see(office.head, document)
    assert not access.may_see(office.other_head, document)


@pytest.mark.parametrize("who", ["clerk", "head", "officer", "admin", "inactive"])
def test_only_leaders_instruct(office: Office, who: str) -> None:
    document = submitted(office)
    with pytest.raises(NotPermitted):
        instruct(document=document, author=getattr(office, who), text=TEXT, lead=office.reform)
    assert not Instruction.objects.exists()


def test_a_leader_instructs_only_what_they_may_see(office: Office) -> None:
    document = submitted(office)
    with pytest.raises(NotPermitted):
        instruct(document=document, author=office.deputy, text=TEXT, lead=office.reform)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "   "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"coordinators": ["reform"]}, "coordinators"),
        ({"inform": ["staff", "staff"]}, "inform"),
        ({"lead": "inactive"}, "lead"),
        ({"lead": "director"}, "lead"),
        ({"due_at": moment("2026-10-12")}, "due"),
    ],
)
def test_what_cannot_be_instructed_is_refused_and_changes_nothing(office: Office, changes: dict, field: str) -> None:
    document = submitted(office)
    values = {"text": TEXT, "lead": office.reform} | {
        name: [getattr(office, v) for v in value]
        if isinstance(value, list)
        else getattr(office, value)
        if name == "lead"
        else value
        for name, value in changes.items()
    }
    with pytest.raises(Invalid) as refusal:
        instruct(document=document, author=office.director, **values)
    assert refusal.value.field == field
    assert not Instruction.objects.exists()
    document.refresh_from_db()
    assert document.state == State.WITH_LEADER


def test_a_unit_without_a_head_or_of_the_past_cannot_lead(office: Office) -> None:
    document = submitted(office)
    headless = Unit.objects.create(name="Tổ công tác", abbreviation="TCT")
    gone = Unit.objects.create(name="Phòng cũ", abbreviation="PC", head=office.head, valid_to=dt.date(2025, 12, 31))
    for unit in (headless, gone):
        with pytest.raises(Invalid) as refusal:
            instruct(document=document, author=office.director, text=TEXT, lead=unit)
        assert refusal.value.field == "lead"


def test_a_second_instruction_stands_beside_the_first(office: Office) -> None:
    document = submitted(office)
    first = instruct(document=document, author=office.director, text=TEXT, lead=office.reform)
    second = instruct(document=document, author=office.director, text="Giao thêm Phòng TCBC", lead=office.staff)
    document.refresh_from_db()
    assert document.state == State.ASSIGNED
    assert list(document.instructions.all()) == [first, second]
    finish(assignment=first.assignments.get(), result="Đã tham mưu", by=office.head)
    document.refresh_from_db()
    assert document.state == State.ASSIGNED
    finish(assignment=second.assignments.get(), result="Đã xong", by=office.other_head)
    document.refresh_from_db()
    assert document.state == State.DONE


def test_another_leader_who_sees_it_may_forestall_and_the_first_is_told(office: Office) -> None:
    document = submitted(office)
    forward_to_leader(document=document, to=office.deputy, by=office.director)
    instruct(document=document, author=office.director, text=TEXT, lead=office.reform)
    assert told(office.deputy) == ["submitted", "instructed"]
    assert not Submission.objects.filter(state=SubmissionState.OPEN).exists()


def test_acting_for_a_leader_is_recorded_and_needs_a_delegation_of_today(office: Office) -> None:
    document = submitted(office)
    with pytest.raises(NotPermitted):
        instruct(document=document, author=office.director, acting_by=office.deputy, text=TEXT, lead=office.reform)
    Delegation.objects.create(
        person=office.director,
        delegate=office.deputy,
        valid_from=dt.date(2026, 10, 12),
        valid_to=dt.date(2026, 10, 14),
    )
    made = instruct(document=document, author=office.director, acting_by=office.deputy, text=TEXT, lead=office.reform)
    assert (made.author, made.acting_by) == (office.director, office.deputy)
    event = Event.objects.get(verb="document.instruct")
    assert event.person == office.deputy
    assert event.after["author"] == office.director.pk
    with clock.at(moment("2026-10-15")), pytest.raises(NotPermitted):
        instruct(document=document, author=office.director, acting_by=office.deputy, text=TEXT, lead=office.staff)


def test_the_short_path_hands_over_without_a_leader(office: Office) -> None:
    document = incoming(office)
    with pytest.raises(NotPermitted):
        assign_directly(document=document, by=office.officer, text="Theo Quy chế", lead=office.reform)
    made = assign_directly(
        document=document, by=office.clerk, text="Theo Điều 7 Quy chế làm việc", lead=office.reform, working_days=5
    )
    document.refresh_from_db()
    assert document.state == State.ASSIGNED
    assert made.author == office.clerk
    assert told(office.head) == ["assigned"]
    assert "document.assign_directly" in verbs(document)
    with pytest.raises(WrongState):
        assign_directly(document=document, by=office.clerk, text="Lần nữa", lead=office.staff)


def test_what_is_only_to_be_known_is_done_at_once_and_is_nobodys_work(office: Office) -> None:
    document = submitted(office)
    made = file_for_information(
        document=document, author=office.director, text="Lưu, các phòng để biết.", inform=[office.reform, office.staff]
    )
    document.refresh_from_db()
    assert document.state == State.DONE
    assert {a.role for a in made.assignments.all()} == {"inform"}
    assert access.may_see(office.stranger, document)
    assert document.submissions.get().state == SubmissionState.INSTRUCTED
    with pytest.raises(Invalid):
        reopen(document=document, by=office.director, reason="Cần xử lý thêm")
    instruct(document=document, author=office.director, text=TEXT, lead=office.reform)
    document.refresh_from_db()
    assert document.state == State.ASSIGNED


def test_who_gave_the_work_opens_it_again(office: Office) -> None:
    document = submitted(office)
    lead = instruct(
        document=document, author=office.director, text=TEXT, lead=office.reform, working_days=1
    ).assignments.get()
    with pytest.raises(WrongState):
        reopen(document=document, by=office.director, reason="Chưa đạt yêu cầu")
    finish(assignment=lead, result="Đã báo cáo", by=office.head)
    with pytest.raises(NotPermitted):
        reopen(document=document, by=office.deputy, reason="Chưa đạt yêu cầu")
    reopen(document=document, by=office.director, reason="Chưa đạt yêu cầu", working_days=2)
    document.refresh_from_db()
    lead.refresh_from_db()
    assert document.state == State.IN_PROGRESS
    assert (lead.state, lead.ended_at, lead.ended_by) == (AssignmentState.IN_PROGRESS, None, None)
    assert lead.deadline.due_at == moment("2026-10-15", "17:30")
    assert lead.notes.get().text == "Chưa đạt yêu cầu"
    assert told(office.head)[-1] == "reopened"
    assert verbs(document)[-1] == "document.reopen"


def test_a_cancelled_document_takes_no_instruction(office: Office) -> None:
    from edocs.documents.services.registering import cancel_registration

    document = submitted(office)
    cancel_registration(document=document, reason="Vào sổ nhầm", by=office.clerk)
    with pytest.raises(Refusal):
        instruct(document=document, author=office.director, text=TEXT, lead=office.reform)
    assert not Assignment.objects.exists()

"""Queues, counts, the course tree and the permitted actions."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from edocs import clock
from edocs.documents.choices import Urgency
from edocs.documents.models import Document, View
from edocs.documents.services.registering import cancel_registration
from edocs.office.models import Person, Unit
from edocs.workflow.models import Assignment, Instruction
from edocs.workflow.queries.handling import (
    Queue,
    actions_for,
    count_to_instruct,
    count_work,
    course_tree,
    my_queue,
    to_instruct,
)
from edocs.workflow.services.assignments import accept, acknowledge, finish, note_progress, pass_on, return_assignment
from edocs.workflow.services.extensions import ask_extension
from edocs.workflow.services.handling import (
    file_for_information,
    instruct,
    return_to_clerk,
    submit_to_leader,
)
from tests.factories import Office, incoming, moment

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.workflow.handling_urls")]

NOW = moment("2026-10-13")


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


def given(office: Office, lead: Unit | Person | None = None, **changes) -> Instruction:
    """A document put before the director and instructed."""
    asked = {
        name: changes.pop(name) for name in ("coordinators", "inform", "working_days", "due_at") if name in changes
    }
    document = incoming(office, **changes)
    submit_to_leader(document=document, to=office.director, by=office.clerk)
    return instruct(document=document, author=office.director, text="Giao chủ trì", lead=lead or office.reform, **asked)


def passed_on(office: Office, instruction: Instruction) -> Assignment:
    lead = instruction.assignments.get(role="lead")
    return pass_on(assignment=lead, by=office.head, text="Chị Huyền làm", lead=office.officer).assignments.get()


def numbers(queue: Queue) -> dict[str, list[str]]:
    return {group.name: [row.document.number for row in group.rows] for group in queue.groups if group.rows}


def statements(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


def fresh(person: Person) -> Person:
    """Without what an earlier call kept on the object."""
    return Person.objects.get(pk=person.pk)


# --- the queue ------------------------------------------------------------------------------------------------------
def test_work_is_grouped_by_when_it_is_due(office: Office) -> None:
    with clock.at(moment("2026-10-08")):
        given(office, number="1", working_days=1)
    given(office, number="2", working_days=0)
    given(office, number="3", working_days=3)
    given(office, number="4", working_days=4)
    given(office, number="5")
    queue = my_queue(office.head)
    assert numbers(queue) == {
        "overdue": ["1"],
        "today": ["2"],
        "this_week": ["3"],
        "later": ["4"],
        "no_deadline": ["5"],
    }
    assert [group.total for group in queue.groups] == [1, 1, 1, 1, 1]
    assert count_work(office.head) == (5, 1)
    row = queue.groups[0].rows[0]
    assert (row.from_name, str(row.role), row.unread) == ("Trần Quốc Thịnh", "Lead", True)


def test_information_and_cancelled_documents_are_no_work(office: Office) -> None:
    known = given(office, office.staff, number="1", inform=[office.reform])
    cancelled = given(office, number="2", working_days=1)
    cancel_registration(document=cancelled.document, reason="Vào sổ nhầm", by=office.clerk)
    queue = my_queue(office.head)
    assert numbers(queue) == {}
    assert [row.document.number for row in queue.information] == ["1"]
    assert count_work(office.head) == (0, 0)
    acknowledge(assignment=known.assignments.get(role="inform"), by=office.head)
    assert my_queue(office.head).empty


def test_information_of_a_finished_document_waits_to_be_read(office: Office) -> None:
    document = incoming(office)
    submit_to_leader(document=document, to=office.director, by=office.clerk)
    file_for_information(document=document, author=office.director, text="Để biết", inform=[office.reform])
    assert len(my_queue(office.head).information) == 1


def test_work_passed_on_waits_with_the_officer_and_comes_back_to_confirm(office: Office) -> None:
    share = passed_on(office, given(office, working_days=3))
    assert numbers(my_queue(office.officer)) == {"this_week": ["3987"]}
    head = my_queue(office.head)
    assert numbers(head) == {}
    assert len(head.passed_on) == 1
    assert count_work(office.head) == (0, 0)
    finish(assignment=share, result="Đã xong", by=office.officer)
    (row,) = my_queue(office.head).groups[2].rows
    assert row.to_confirm
    assert my_queue(office.officer).empty


def test_a_head_sees_what_is_overdue_with_their_people(office: Office) -> None:
    with clock.at(moment("2026-10-08")):
        passed_on(office, given(office, working_days=1))
    (row,) = my_queue(office.head).unit_overdue
    assert row.holder_name == "Hoàng Thị Thanh Huyền"
    assert my_queue(office.other_head).unit_overdue == []


def test_leaders_see_the_urgent_first_and_what_came_back(office: Office) -> None:
    for number, urgency in (("1", Urgency.NORMAL), ("2", Urgency.EXPRESS), ("3", Urgency.URGENT)):
        document = incoming(office, number=number, urgency=urgency)
        submit_to_leader(
            document=document, to=office.director, by=office.clerk, note="Trình", proposed_lead=office.reform
        )
    back = given(office, number="4").assignments.get()
    return_assignment(assignment=back, reason="Không thuộc phòng", by=office.head)
    View.objects.create(document=Document.objects.get(number="2"), person=office.director, at=clock.now())
    rows = to_instruct(office.director)
    assert [row.document.number for row in rows] == ["2", "3", "1", "4"]
    assert [row.unread for row in rows] == [False, True, True, True]
    assert [row.returned for row in rows] == [False, False, False, True]
    assert (rows[0].proposed_lead, rows[0].from_name) == (office.reform, "Đỗ Thị Mai Hương")
    assert count_to_instruct(office.director) == (4, 2)
    assert my_queue(office.director).to_instruct == rows
    assert to_instruct(office.deputy) == []


def test_requests_for_more_time_wait_for_whoever_set_the_deadline(office: Office) -> None:
    lead = given(office, working_days=3).assignments.get()
    ask_extension(assignment=lead, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.head)
    (asked,) = my_queue(office.director).time_asked
    assert (asked.document.number, asked.holder_name) == ("3987", "Phòng Cải cách hành chính")
    assert my_queue(office.deputy).time_asked == []


def test_nobody_has_no_queue(office: Office) -> None:
    assert my_queue(office.inactive).empty
    assert count_work(office.inactive) == (0, 0)


def test_the_number_of_statements_does_not_grow_with_the_rows(office: Office) -> None:
    lead = given(office, number="1", working_days=3).assignments.get()
    ask_extension(assignment=lead, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.head)
    submit_to_leader(document=incoming(office, number="x"), to=office.director, by=office.clerk)
    few = {who: statements(lambda who=who: my_queue(getattr(office, who))) for who in ("director", "head", "officer")}
    for number in range(2, 14):
        made = given(office, number=str(number), working_days=3, inform=[office.staff])
        passed_on(office, made)
        submit_to_leader(document=incoming(office, number=f"y{number}"), to=office.director, by=office.clerk)
        ask_extension(
            assignment=made.assignments.get(role="lead"),
            wanted=moment("2026-10-20"),
            reason="Chờ số liệu",
            by=office.head,
        )
    many = {who: statements(lambda who=who: my_queue(getattr(office, who))) for who in ("director", "head", "officer")}
    assert many == few
    assert max(many.values()) <= 9
    assert statements(lambda: count_work(office.head)) == 1
    assert statements(lambda: count_to_instruct(office.director)) == 1


# --- the course -----------------------------------------------------------------------------------------------------
def test_the_course_tells_who_asked_whom_and_what_came_of_it(office: Office) -> None:
    with clock.at(moment("2026-10-12", "09:00")):
        instruction = given(office, working_days=3, coordinators=[office.staff], inform=[office.bureau])
    with clock.at(moment("2026-10-12", "10:00")):
        share = passed_on(office, instruction)
        note_progress(assignment=share, text="Đang tổng hợp", by=office.officer)
        ask_extension(assignment=share, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.officer)
    nodes = course_tree(instruction.document, person=office.officer)
    assert [node.kind for node in nodes] == ["registered", "submission", "instruction"]
    assert nodes[0].who == "Đỗ Thị Mai Hương registered it"
    assert nodes[1].text == "Put before Trần Quốc Thịnh."
    top = nodes[2]
    assert (top.who, top.text) == ("Trần Quốc Thịnh", "Giao chủ trì")
    lead, coordinator, known = top.children
    assert (lead.who, lead.unit, str(lead.role)) == ("Phòng Cải cách hành chính", True, "Lead")
    assert lead.text == "Vũ Đức Anh, 10:00 12/10: “Chị Huyền làm”"
    assert (lead.due.kind, lead.due.label) == ("later", "In 2 working days")
    assert (str(coordinator.role), coordinator.hint) == ("Coordinate", "not opened yet")
    assert (str(known.role), known.due, known.state) == ("For information", None, None)
    (officer,) = lead.children
    assert (officer.who, officer.mine, str(officer.state.label)) == ("Hoàng Thị Thanh Huyền", True, "In progress")
    assert [child.kind for child in officer.children] == ["note", "extension"]
    assert not lead.mine


def test_the_course_ends_with_results_and_reasons(office: Office) -> None:
    document = incoming(office)
    submit_to_leader(document=document, to=office.director, by=office.clerk, note="Trình")
    return_to_clerk(document=document, reason="Trình đ/c Phó", by=office.director)
    submit_to_leader(document=document, to=office.deputy, by=office.clerk)
    lead = instruct(
        document=document, author=office.deputy, text="Giao", lead=office.reform, inform=[office.staff]
    ).assignments.get(role="lead")
    View.objects.create(document=document, person=office.stranger, at=clock.now())
    finish(assignment=lead, result="Đã báo cáo", by=office.head)
    nodes = course_tree(document)
    assert nodes[1].text == "Put before Trần Quốc Thịnh. Trình Given back: “Trình đ/c Phó”"
    done, known = nodes[3].children
    assert (done.text, str(done.state.label), done.due) == ("Result: Đã báo cáo", "Done 13/10", None)
    assert known.hint == "has read it"


def test_many_who_only_have_to_know_are_one_line(office: Office) -> None:
    others = [Unit.objects.create(name=f"Phòng {n}", abbreviation=f"P{n}", head=office.deputy) for n in range(5)]
    made = given(office, inform=[*others, office.officer])
    (_lead, mine, rest) = course_tree(made.document, person=office.officer)[2].children
    assert mine.who == "Hoàng Thị Thanh Huyền"
    assert (rest.who, rest.hint) == ("5 others", "0 have read it")
    assert rest.text == "Phòng 0, Phòng 1, Phòng 2, Phòng 3, Phòng 4"


def test_the_course_takes_the_same_statements_however_long_it_is(office: Office) -> None:
    instruction = given(office, working_days=3)
    note_progress(assignment=instruction.assignments.get(), text="Một", by=office.head)
    document = instruction.document
    course_tree(document)
    few = statements(lambda: course_tree(document, person=office.head))
    for number in range(8):
        more = instruct(
            document=document,
            author=office.director,
            text=f"Lần {number}",
            lead=office.reform,
            coordinators=[office.staff, office.bureau],
            working_days=3,
        )
        share = passed_on(office, more)
        note_progress(assignment=share, text="Đang làm", by=office.officer)
        ask_extension(assignment=share, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.officer)
    assert statements(lambda: course_tree(document, person=office.head)) == few <= 8


# --- actions --------------------------------------------------------------------------------------------------------
def names(person: Person, document: Document) -> tuple[str | None, set[str]]:
    document.refresh_from_db()
    found = actions_for(fresh(person), document)
    return (found.main.name if found.main else None), {action.name for action in found.others}


def test_each_person_has_one_next_thing_and_only_what_is_permitted(office: Office) -> None:
    document = incoming(office)
    assert names(office.clerk, document) == ("submit", {"assign_directly", "return_to_sender", "copy"})
    assert names(office.officer, document) == (None, set())
    submit_to_leader(document=document, to=office.director, by=office.clerk)
    assert names(office.director, document) == ("instruct", {"forward", "return_to_clerk"})
    assert names(office.clerk, document) == (None, {"return_to_sender", "copy"})
    made = instruct(
        document=document,
        author=office.director,
        text="Giao",
        lead=office.reform,
        inform=[office.bureau],
        working_days=3,
    )
    assert names(office.director, document) == (None, {"instruct", "recall"})
    assert names(office.head, document)[0] == "pass_on"
    assert names(office.bureau_head, document) == ("acknowledge", set())
    share = passed_on(office, made)
    assert names(office.officer, document)[0] == "accept"
    assert "pass_on" not in names(office.officer, document)[1]
    accept(assignment=share, by=office.officer)
    main, others = names(office.officer, document)
    assert main == "finish"
    assert others == {"note", "ask_extension", "return"}
    finish(assignment=share, result="Đã xong", by=office.officer)
    main, others = names(office.head, document)
    assert main == "finish"
    assert {"pass_on", "return_result"} <= others
    finish(assignment=made.assignments.get(role="lead"), result="Đã xong", by=office.head)
    assert names(office.head, document) == (None, set())
    assert names(office.director, document) == (None, {"instruct", "reopen", "recall"})
    for nobody in (office.stranger, office.admin, office.inactive):
        assert names(nobody, document) == (None, set())


def test_time_asked_for_is_the_next_thing_of_whoever_set_the_deadline(office: Office) -> None:
    lead = given(office, working_days=3).assignments.get()
    ask_extension(assignment=lead, wanted=moment("2026-10-20"), reason="Chờ số liệu", by=office.head)
    assert names(office.director, lead.document)[0] == "decide_extension"
    assert "ask_extension" not in names(office.head, lead.document)[1]
    assert "decide_extension" not in names(office.deputy, lead.document)[1]


def test_what_was_opened_is_not_offered_to_be_taken_back(office: Office) -> None:
    made = given(office)
    View.objects.create(document=made.document, person=office.officer, at=clock.now())
    assert "recall" not in names(office.director, made.document)[1]


def test_actions_take_the_same_statements_however_many_assignments_there_are(office: Office) -> None:
    made = given(office, working_days=3)
    passed_on(office, made)
    few = statements(lambda: actions_for(fresh(office.head), made.document))
    for number in range(6):
        more = instruct(
            document=made.document,
            author=office.director,
            text=f"Lần {number}",
            lead=office.reform,
            coordinators=[office.staff],
            working_days=3,
        )
        passed_on(office, more)
    assert statements(lambda: actions_for(fresh(office.head), made.document)) == few <= 9

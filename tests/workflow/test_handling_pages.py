"""The pages and forms of handling: what is shown, what a POST does, and who gets in."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edocs import clock
from edocs.deadlines.models import Extension
from edocs.documents import access
from edocs.documents.choices import Direction, State
from edocs.documents.models import Document
from edocs.office.models import Delegation, InstructionTemplate, Person, SavedForm
from edocs.workflow.models import Assignment, Instruction, Submission
from edocs.workflow.services.assignments import accept, finish, pass_on
from edocs.workflow.services.handling import instruct, submit_to_leader
from tests.factories import Office, incoming, moment, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.workflow.handling_urls")]


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with clock.at(moment("2026-10-13")):
        yield


def signed_in(someone: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["edocs_language"] = "en"
    client.force_login(someone, backend="django.contrib.auth.backends.ModelBackend")
    return client


def submitted(office: Office, number: str = "3987", **changes) -> Document:
    document = incoming(office, number=number, **changes)
    submit_to_leader(document=document, to=office.director, by=office.clerk, note="Trình", proposed_lead=office.reform)
    document.refresh_from_db()
    return document


def assigned(office: Office, **changes) -> Assignment:
    values = {"text": "Giao", "lead": office.reform, "working_days": 3} | changes
    made = instruct(document=submitted(office), author=office.director, **values)
    return made.assignments.get(role="lead")


# --- the leader's page ----------------------------------------------------------------------------------------------
def test_the_page_shows_the_first_document_with_the_proposed_lead(office: Office) -> None:
    submitted(office, "1")
    submitted(office, "2", urgency=3, reply_by=dt.date(2026, 10, 20))
    InstructionTemplate.objects.create(text="Giao chủ trì tham mưu", working_days=3)
    InstructionTemplate.objects.create(text="Chỉ của tôi", person=office.deputy)
    page = signed_in(office.director).get("/instruct/").content.decode()
    assert page.index("2/UBND-NC") < page.index("1/UBND-NC")
    assert f'<option value="u:{office.reform.pk}" selected>' in page
    assert "Đỗ Thị Mai Hương proposes it" in page
    assert "Giao chủ trì tham mưu" in page
    assert "Chỉ của tôi" not in page
    assert "3 working days, that is 17:30" in page
    assert "The sender wants the answer by 20/10/2026." in page


def test_an_empty_queue_says_so(office: Office) -> None:
    page = signed_in(office.director).get("/instruct/")
    assert page.status_code == 200
    assert "Nothing waits for an instruction" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "queue", "document"),
    [
        ("director", 200, 200),
        ("deputy", 200, 404),
        ("clerk", 403, 403),
        ("head", 403, 404),
        ("officer", 403, 404),
        ("stranger", 403, 404),
        ("admin", 403, 404),
    ],
)
def test_only_leaders_get_in_and_only_to_what_lies_before_them(
    office: Office, who: str, queue: int, document: int
) -> None:
    found = submitted(office)
    client = signed_in(getattr(office, who))
    assert client.get("/instruct/").status_code == queue
    assert client.get(f"/instruct/{found.pk}/").status_code == document
    assert client.post(f"/instruct/{found.pk}/", {"text": "Giao", "lead": f"u:{office.staff.pk}"}).status_code in (
        {302} if who == "director" else {403, 404}
    )


def test_nobody_gets_in_without_signing_in(office: Office) -> None:
    document = submitted(office)
    row = instruct(document=document, author=office.director, text="Giao", lead=office.reform).assignments.get()
    for address in (
        "/instruct/",
        f"/instruct/{document.pk}/",
        "/instruct/due/",
        "/pick/people-units/?q=vu",
        f"/documents/{document.pk}/handling/submit/",
        f"/assignments/{row.pk}/accept/",
    ):
        answer = Client().get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/login/")
    row.refresh_from_db()
    assert row.state == "new"


def test_sending_instructs_and_opens_the_next(office: Office) -> None:
    first, second = submitted(office, "1"), submitted(office, "2")
    SavedForm.objects.create(
        person=office.director, key=f"instruct-{first.pk}", data={"text": "Gi"}, saved_at=clock.now()
    )
    client = signed_in(office.director)
    answer = client.post(
        f"/instruct/{first.pk}/",
        {
            "lead": f"u:{office.reform.pk}",
            "coordinators": [f"u:{office.staff.pk}", f"p:{office.bureau_head.pk}"],
            "inform": [f"p:{office.deputy.pk}"],
            "text": "Giao Phòng CCHC chủ trì",
            "due": "5",
        },
    )
    assert answer.headers["Location"] == f"/instruct/{second.pk}/"
    made = Instruction.objects.get()
    assert [a.role for a in made.assignments.all()] == ["lead", "coordinate", "coordinate", "inform"]
    assert made.assignments.first().deadline.due_at == moment("2026-10-20", "17:30")
    assert not SavedForm.objects.exists()
    answer = client.post(
        f"/instruct/{second.pk}/",
        {"lead": f"p:{office.officer.pk}", "text": "Làm", "due": "date", "due_on": "2026-10-15"},
    )
    assert answer.headers["Location"] == "/instruct/"
    assert Assignment.objects.get(person=office.officer).deadline.due_at == moment("2026-10-15", "17:30")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lead": ""}, "This field is required."),
        ({"lead": "u:999999"}, "does not exist any more"),
        ({"lead": "x:1"}, "does not exist any more"),
        ({"text": ""}, "This field is required."),
        ({"inform": ["u:reform"]}, "is named twice"),
        ({"due": "date"}, "Choose the day."),
        ({"due": "3", "due_on": "2026-10-15"}, "A day is entered as well."),
        ({"due": "date", "due_on": "2026-10-01"}, "lies in the past"),
        ({"due": "77777"}, "77777"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(office: Office, changes: dict, sentence: str) -> None:
    document = submitted(office)
    data = {"lead": f"u:{office.reform.pk}", "text": "Giao Phòng CCHC", "due": "3"} | changes
    if "inform" in data:
        data["inform"] = [f"u:{office.reform.pk}"]
    answer = signed_in(office.director).post(f"/instruct/{document.pk}/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    if data["text"]:
        assert "Giao Phòng CCHC" in page
    assert not Instruction.objects.exists()


def test_kept_for_information_without_work(office: Office) -> None:
    document = submitted(office)
    client = signed_in(office.director)
    data = {"text": "Lưu, để biết", "inform": [f"u:{office.staff.pk}"], "lead": f"u:{office.reform.pk}", "file": "1"}
    assert client.post(f"/instruct/{document.pk}/", data).status_code == 422
    data["lead"] = ""
    assert client.post(f"/instruct/{document.pk}/", data).status_code == 302
    document.refresh_from_db()
    assert document.state == State.DONE


def test_writing_for_a_leader_names_both(office: Office) -> None:
    document = submitted(office)
    Delegation.objects.create(person=office.director, delegate=office.bureau_head)
    client = signed_in(office.bureau_head)
    page = client.get(f"/instruct/{document.pk}/").content.decode()
    assert "You write for Trần Quốc Thịnh" in page
    client.post(f"/instruct/{document.pk}/", {"lead": f"u:{office.reform.pk}", "text": "Giao"})
    made = Instruction.objects.get()
    assert (made.author, made.acting_by) == (office.director, office.bureau_head)


def test_the_page_takes_the_same_statements_however_long_the_queue(office: Office) -> None:
    document = submitted(office)
    client = signed_in(office.director)
    client.get(f"/instruct/{document.pk}/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/instruct/{document.pk}/")
        counts.append(len(captured))
        for number in range(10):
            submitted(office, str(number))
    assert counts[0] == counts[1]


# --- small answers --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("due=1", "1 working day, that is 17:30 Wednesday 14/10/2026"),
        ("due=date&due_on=2026-10-16", "Until 17:30 Friday 16/10/2026"),
        ("due=date&due_on=oops", "Choose the day."),
        ("due=none", "No deadline is set."),
        ("due=3&due_on=2026-10-16", "A day is entered as well. Choose “Until a date”, or empty the day."),
        ("due=99999", "No deadline is set."),
        ("due=<script>", "No deadline is set."),
    ],
)
def test_a_deadline_is_said_as_a_date_at_once(office: Office, query: str, words: str) -> None:
    assert signed_in(office.director).get(f"/instruct/due/?{query}").content.decode() == words


def test_people_and_units_are_found_by_letters_without_accents(office: Office) -> None:
    twin = person("huyen2", "Hoàng Thị Thanh Huyền", office.staff, "officer")
    client = signed_in(office.director)
    found = client.get("/pick/people-units/?q=huyen").json()["items"]
    assert {(item["value"], item["hint"]) for item in found} == {
        (f"p:{office.officer.pk}", "Chuyên viên, CCHC"),
        (f"p:{twin.pk}", "Chuyên viên, TCBC"),
    }
    (unit,) = [item for item in client.get("/pick/people-units/?q=cai cach").json()["items"] if item["unit"]]
    assert (unit["label"], unit["hint"]) == ("Phòng Cải cách hành chính", "Vũ Đức Anh")
    assert client.get("/pick/people-units/?q=").json()["items"] == []
    assert client.get("/pick/people-units/?q=nghi viec").json()["items"] == []


def test_inside_a_unit_only_its_people_are_offered(office: Office) -> None:
    lead = assigned(office)
    found = signed_in(office.head).get(f"/pick/people-units/?q=chuyen vien&within={lead.pk}").json()["items"]
    assert [item["value"] for item in found] == [f"p:{office.officer.pk}"]
    assert signed_in(office.stranger).get(f"/pick/people-units/?q=a&within={lead.pk}").status_code == 404


# --- the verbs ------------------------------------------------------------------------------------------------------
def test_the_clerk_puts_it_before_a_leader_from_the_document(office: Office) -> None:
    document = incoming(office, field=office.field)
    client = signed_in(office.clerk)
    page = client.get(f"/documents/{document.pk}/handling/submit/").content.decode()
    assert "Trần Quốc Thịnh, Giám đốc" in page
    assert f'<option value="{office.reform.pk}" selected>' in page
    answer = client.post(
        f"/documents/{document.pk}/handling/submit/",
        {"to": office.director.pk, "note": "Trình", "proposed_lead": office.reform.pk, "next": "/incoming/"},
    )
    assert answer.headers["Location"] == "/incoming/"
    assert Submission.objects.get().to == office.director


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_going_back_leads_nowhere_else(office: Office, address: str) -> None:
    lead = assigned(office)
    answer = signed_in(office.head).post(f"/assignments/{lead.pk}/accept/", {"next": address})
    assert answer.headers["Location"] == f"/documents/{lead.document_id}/"


def test_the_course_of_work_through_its_forms(office: Office) -> None:
    lead = assigned(office)
    head, officer, director = signed_in(office.head), signed_in(office.officer), signed_in(office.director)
    page = head.get(f"/assignments/{lead.pk}/pass-on/").content.decode()
    assert f'value="p:{office.officer.pk}"' in page
    assert f'value="p:{office.stranger.pk}"' not in page
    head.post(
        f"/assignments/{lead.pk}/pass-on/",
        {"lead": f"p:{office.officer.pk}", "text": "Chị Huyền làm", "due": "2"},
    )
    share = Assignment.objects.get(parent=lead)
    accepted = officer.post(f"/assignments/{share.pk}/accept/", {"next": "/"}, follow=True)
    assert [str(said) for said in accepted.context["messages"]] == [f"{lead.document.code}: Accepted."]
    assert officer.post(f"/assignments/{share.pk}/note/", {"text": "Đang làm"}).status_code == 302
    officer.post(f"/assignments/{share.pk}/extension/", {"wanted": "2026-10-16", "reason": "Chờ số liệu"})
    asked = Extension.objects.get()
    assert asked.wanted == moment("2026-10-16", "17:30")
    assert "Chờ số liệu" in head.get(f"/extensions/{asked.pk}/").content.decode()
    assert head.post(f"/extensions/{asked.pk}/", {"decision": "refuse", "answer": ""}).status_code == 422
    assert head.post(f"/extensions/{asked.pk}/", {"decision": "grant"}).status_code == 302
    assert officer.post(f"/assignments/{share.pk}/finish/", {"result": ""}).status_code == 422
    officer.post(f"/assignments/{share.pk}/finish/", {"result": "Đã tổng hợp"})
    assert "Đã tổng hợp" in head.get(f"/assignments/{lead.pk}/finish/").content.decode()
    head.post(f"/assignments/{share.pk}/return-result/", {"reason": "Thiếu biểu 3"})
    officer.post(f"/assignments/{share.pk}/finish/", {"result": "Đã bổ sung"})
    head.post(f"/assignments/{lead.pk}/finish/", {"result": "Đã bổ sung"})
    assert Document.objects.get().state == State.DONE
    director.post(f"/documents/{lead.document_id}/handling/reopen/", {"reason": "Cần làm lại", "due": "2"})
    assert Document.objects.get().state == State.IN_PROGRESS


def test_who_returns_the_only_thing_that_let_them_see_it_lands_at_home(office: Office) -> None:
    lead = assigned(office)
    answer = signed_in(office.head).post(f"/assignments/{lead.pk}/return/", {"reason": "Không thuộc phòng"})
    assert answer.headers["Location"] == "/"
    assert not access.may_see(office.head, lead.document)


def test_the_answer_is_named_by_number_and_symbol(office: Office) -> None:
    lead = assigned(office)
    answer = Document.objects.create(
        direction=Direction.OUTGOING,
        state=State.ISSUED,
        kind=office.letter,
        code="152/SNV-CCHC",
        summary="V/v trả lời",
        author=office.head,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    client = signed_in(office.head)
    data = {"result": "", "answer": "152/snv-cchc"}
    assert client.post(f"/assignments/{lead.pk}/finish/", data).status_code == 422
    access.grant(answer, [f"u:{office.head.pk}"], reason="draft")
    assert client.post(f"/assignments/{lead.pk}/finish/", data).status_code == 302
    lead.refresh_from_db()
    assert (lead.state, lead.answer) == ("done", answer)


@pytest.mark.parametrize(
    ("who", "asking", "doing"),
    [
        ("head", 200, 302),
        ("director", 403, 403),
        ("clerk", 403, 403),
        ("officer", 403, 403),
        ("deputy", 404, 404),
        ("stranger", 404, 404),
        ("admin", 404, 404),
    ],
)
def test_a_verb_is_only_for_whom_it_is(office: Office, who: str, asking: int, doing: int) -> None:
    lead = assigned(office)
    client = signed_in(getattr(office, who))
    assert client.get(f"/assignments/{lead.pk}/accept/").status_code == asking
    assert client.post(f"/assignments/{lead.pk}/accept/").status_code == doing
    lead.refresh_from_db()
    assert lead.state == ("in_progress" if who == "head" else "new")


def test_what_somebody_else_did_first_is_said(office: Office) -> None:
    lead = assigned(office)
    accept(assignment=lead, by=office.head)
    client = signed_in(office.head)
    assert client.post(f"/assignments/{lead.pk}/accept/").status_code == 409
    assert client.get(f"/assignments/{lead.pk}/nothing/").status_code == 404
    assert client.get("/assignments/999/accept/").status_code == 404
    assert client.get("/extensions/999/").status_code == 404
    assert client.put(f"/assignments/{lead.pk}/accept/").status_code == 405


@pytest.mark.parametrize("verb", ["note", "extension", "return", "finish", "pass-on"])
def test_every_question_can_be_asked_as_a_page(office: Office, verb: str) -> None:
    lead = assigned(office)
    page = signed_in(office.head).get(f"/assignments/{lead.pk}/{verb}/?next=/incoming/")
    assert page.status_code == 200
    assert 'name="next" value="/incoming/"' in page.content.decode()
    assert page.content.decode().count(" autofocus") == 1  # the hands are on the keyboard: field, then Ctrl+Enter
    assert "data-submit" in page.content.decode()
    assert 'style="' not in page.content.decode().split("<main")[1]


@pytest.mark.parametrize("verb", ["forward", "return-to-clerk"])
def test_every_question_about_a_document_can_be_asked_as_a_page(office: Office, verb: str) -> None:
    document = submitted(office)
    assert signed_in(office.director).get(f"/documents/{document.pk}/handling/{verb}/").status_code == 200
    assert signed_in(office.clerk).get(f"/documents/{document.pk}/handling/{verb}/").status_code == 403


def test_the_clerk_hands_over_directly_and_refuses(office: Office) -> None:
    first, second = incoming(office, number="1"), incoming(office, number="2")
    client = signed_in(office.clerk)
    assert client.get(f"/documents/{first.pk}/handling/assign/").status_code == 200
    client.post(
        f"/documents/{first.pk}/handling/assign/",
        {"lead": f"u:{office.reform.pk}", "text": "Theo Điều 7 Quy chế", "due": "5"},
    )
    client.post(f"/documents/{second.pk}/handling/return-to-sender/", {"reason": "Gửi nhầm nơi nhận"})
    assert [d.state for d in Document.objects.order_by("id")] == [State.ASSIGNED, State.RETURNED]


def test_a_deadline_a_head_cannot_give_is_said_at_its_field(office: Office) -> None:
    lead = assigned(office)
    data = {"lead": f"p:{office.officer.pk}", "text": "Làm", "due": "10"}
    answer = signed_in(office.head).post(f"/assignments/{lead.pk}/pass-on/", data)
    assert answer.status_code == 422
    assert "later than the one set above" in answer.content.decode()


def test_finished_work_offers_nothing_to_its_people(office: Office) -> None:
    lead = assigned(office)
    share = pass_on(assignment=lead, by=office.head, text="Làm", lead=office.officer).assignments.get()
    finish(assignment=lead, result="Tự làm", by=office.head)
    assert signed_in(office.officer).post(f"/assignments/{share.pk}/finish/", {"result": "Xong"}).status_code == 409

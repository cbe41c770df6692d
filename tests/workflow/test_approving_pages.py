"""The pages of those who check, through HTTP."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edocs.documents.choices import State
from edocs.workflow.models import Approval, Decision
from edocs.workflow.services import approving, drafting
from tests.factories import Office
from tests.workflow.outgoing import BODY, approve, fields, step, submitted, to_sign
from tests.workflow.test_drafting_pages import client_of

pytestmark = pytest.mark.django_db


def posted(approval: Approval, kind: str, **more: object) -> dict[str, object]:
    return {"step": step(approval, kind).pk, "version": approval.version_id, "decision": "approve"} | more


def check(approval: Approval) -> str:
    return reverse("draft_check", args=[approval.document_id])


def test_a_check_is_passed_and_the_next_one_opens(office: Office) -> None:
    first, second = submitted(office), submitted(office)
    client = client_of(office.head)
    page = client.get(check(first))
    assert page.status_code == 200
    answer = client.post(check(first), posted(first, "content"))
    assert answer.headers["Location"] == check(second)
    answer = client.post(check(second), posted(second, "content"))
    assert answer.headers["Location"] == reverse("to_check")
    assert Decision.objects.count() == 2
    queue = client_of(office.bureau_head).get(reverse("to_check")).content.decode()
    assert check(first) in queue
    assert check(second) in queue


def test_a_draft_is_returned_with_its_reason(office: Office) -> None:
    approval = submitted(office)
    approve(approval, "content", office.head)
    client = client_of(office.bureau_head)
    wrong = client.post(check(approval), posted(approval, "format", decision="return", reason="x"))
    assert wrong.status_code == 422
    back = step(approval, "content").pk
    given = posted(approval, "format", decision="return", reason="Xem lại căn cứ", to_step=back)
    assert client.post(check(approval), given).status_code == 302
    assert step(approval, "content").state == "open"
    client_of(office.head).post(
        check(approval), posted(approval, "content", decision="return", reason="Sai căn cứ pháp lý")
    )
    approval.document.refresh_from_db()
    assert approval.document.state == State.DRAFT


@pytest.mark.requirement("R-LAW-11")
def test_deciding_on_an_old_page_decides_nothing_and_shows_what_changed(office: Office) -> None:
    first = submitted(office)
    old_page = posted(first, "content")
    approving.return_draft(step=step(first, "content"), by=office.head, version=first.version, reason="Thiếu số liệu")
    later = BODY.replace("214 thủ tục", "215 thủ tục")
    drafting.write_letter(document=first.document, fields=fields(office, body=later), by=office.officer)
    second = submitted(office, first.document)
    client = client_of(office.head)
    answer = client.post(check(first), old_page, follow=True)
    text = answer.content.decode()
    assert Decision.objects.filter(kind="approve").count() == 0
    assert "<del>214</del>" in text
    assert "<ins>215</ins>" in text
    assert str(second.version_id) in text


def test_only_those_whose_turn_it_is_see_the_check(office: Office) -> None:
    approval = submitted(office)
    assert client_of(office.stranger).get(check(approval)).status_code == 404
    assert client_of(office.officer).get(check(approval)).status_code == 302
    assert client_of(office.bureau_head).get(check(approval)).status_code == 302
    assert client_of(office.officer).post(check(approval), posted(approval, "content")).status_code == 403
    assert client_of(office.head).post(check(approval), {"step": "1x", "version": "2"}).status_code == 404
    assert Client().get(reverse("to_check")).status_code == 302
    assert not Decision.objects.exists()


def test_a_document_to_be_signed_is_not_checked_any_more(office: Office) -> None:
    approval = to_sign(office)
    assert client_of(office.head).post(check(approval), posted(approval, "content")).status_code == 409


def test_the_queue_page_costs_the_same_for_one_and_for_many(office: Office) -> None:
    client = client_of(office.head)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("to_check")).status_code == 200
        return len(captured)

    submitted(office)
    statements()
    few = statements()
    for _ in range(3):
        submitted(office)
    assert statements() == few


def test_the_check_page_costs_the_same_whatever_waits_beside_it(office: Office) -> None:
    approval = submitted(office)
    client = client_of(office.head)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(check(approval)).status_code == 200
        return len(captured)

    statements()
    few = statements()
    for _ in range(3):
        submitted(office)
    assert statements() == few

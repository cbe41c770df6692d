"""What waits for whom, what can be done, and that reading it costs the same for one row and for many."""

import pytest
from django.test.utils import CaptureQueriesContext

from edocs.documents.models import Document
from edocs.office.models import Delegation, Person
from edocs.workflow.queries import approving as queries
from edocs.workflow.services import approving, drafting
from tests.factories import Office
from tests.workflow.outgoing import approve, draft, run_jobs, step, submitted, to_sign, written

pytestmark = pytest.mark.django_db


def codes(person: Person, document: Document) -> list[str]:
    document.refresh_from_db()
    return [action.code for action in queries.actions_for_outgoing(person, document)]


def test_each_sees_what_waits_for_them(office: Office) -> None:
    approval = submitted(office)
    assert [row.document for row in queries.to_check_queue(office.head)] == [approval.document]
    for other in (office.bureau_head, office.officer, office.deputy, office.stranger, office.inactive):
        assert queries.to_check_queue(other) == []
    approve(approval, "content", office.head)
    assert queries.to_check_queue(office.head) == []
    assert [row.step.kind for row in queries.to_check_queue(office.bureau_head)] == ["format"]


def test_who_acts_for_a_checker_sees_their_checks_but_not_their_signatures(office: Office) -> None:
    Delegation.objects.create(person=office.head, delegate=office.other_head)
    Delegation.objects.create(person=office.deputy, delegate=office.other_head)
    approval = submitted(office)
    assert len(queries.to_check_queue(office.other_head)) == 1
    approve(approval, "content", office.head)
    approve(approval, "format", office.bureau_head)
    assert queries.to_sign_queue(office.other_head) == []
    assert queries.counts_for(office.other_head).to_sign == 0


def test_the_queue_of_signatures_says_what_still_hinders(office: Office) -> None:
    to_sign(office)
    (row,) = queries.to_sign_queue(office.deputy)
    assert row.blocked == "preparing"
    run_jobs(approving.PREPARE)
    (row,) = queries.to_sign_queue(office.deputy)
    assert (row.blocked, row.places_doubtful) == ("", False)


def test_counts(office: Office) -> None:
    draft(office)
    first = submitted(office)
    counts = queries.counts_for(office.officer)
    assert (counts.drafts, counts.returned) == (1, 0)
    assert queries.counts_for(office.head).to_check == 1
    approving.return_draft(step=step(first, "content"), by=office.head, version=first.version, reason="Thiếu số liệu")
    counts = queries.counts_for(office.officer)
    assert (counts.drafts, counts.returned, counts.to_check) == (2, 1, 0)
    drafts = queries.drafts_of(office.officer)
    assert drafts[0].document == first.document
    assert [one.came_back for one in drafts] == [True, False]
    view = queries.approval_view(first.document)
    assert view.last_return is not None
    assert view.last_return.reason == "Thiếu số liệu"


def test_what_can_be_done_follows_state_and_person(office: Office) -> None:
    document = draft(office)
    assert codes(office.officer, document)[0] == "write"
    submit = next(one for one in queries.actions_for_outgoing(office.officer, document) if one.code == "submit")
    assert not submit.allowed
    approval = submitted(office)
    document = approval.document
    assert codes(office.head, document) == ["approve", "return", "withdraw"]
    assert codes(office.officer, document) == ["withdraw"]
    assert codes(office.stranger, document) == []
    assert codes(office.inactive, document) == []
    approve(approval, "content", office.head)
    approve(approval, "format", office.bureau_head)
    assert codes(office.deputy, document) == ["return", "sign"]
    run_jobs(approving.PREPARE)
    assert codes(office.deputy, document) == ["sign", "return", "move_signature"]


def test_a_written_draft_with_recipients_is_first_to_be_submitted(office: Office) -> None:
    document = written(office)
    assert codes(office.officer, document)[0] == "submit"
    drafting.cancel_draft(document=document, reason="Không cần nữa", by=office.officer)
    assert codes(office.officer, document) == []


def statements(django_assert_num_queries: object, work: object) -> int:
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        work()  # type: ignore[operator]
    return len(captured)


def test_reading_costs_the_same_for_one_row_and_for_many(office: Office, django_assert_num_queries: object) -> None:
    approval = submitted(office)
    reads = {
        "check": lambda: queries.to_check_queue(office.head),
        "counts": lambda: queries.counts_for(office.head),
        "drafts": lambda: queries.drafts_of(office.officer),
        "view": lambda: queries.approval_view(approval.document),
        "actions": lambda: queries.actions_for_outgoing(office.head, approval.document),
    }
    draft(office)
    few = {name: statements(django_assert_num_queries, read) for name, read in reads.items()}
    for _ in range(4):
        submitted(office)
        draft(office)
    many = {name: statements(django_assert_num_queries, read) for name, read in reads.items()}
    assert few == many == {"check": 3, "counts": 3, "drafts": 2, "view": 3, "actions": 2}


def test_the_queue_of_signatures_costs_the_same_for_one_and_many(
    office: Office, django_assert_num_queries: object
) -> None:
    to_sign(office)
    few = statements(django_assert_num_queries, lambda: queries.to_sign_queue(office.deputy))
    for _ in range(3):
        to_sign(office)
    assert len(queries.to_sign_queue(office.deputy)) == 4
    assert statements(django_assert_num_queries, lambda: queries.to_sign_queue(office.deputy)) == few == 3

"""Registering incoming documents."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import State
from edocs.documents.models import Book, BookYear, Document, Entry
from edocs.documents.services.numbering import book_for
from edocs.documents.services.registering import cancel_registration, find_repeats
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job
from edocs.journal.models import Event
from tests.factories import Office, given, incoming, moment

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R-DOC-05")
@pytest.mark.requirement("R-LAW-05")
def test_numbers_follow_each_other_and_start_again_each_year(office: Office) -> None:
    with clock.at(moment("2026-12-31")):
        numbers = [incoming(office, number=str(n)).arrival_number for n in range(3)]
    with clock.at(moment("2027-01-04")):
        first = incoming(office).arrival_number
    assert numbers == [1, 2, 3]
    assert first == 1


def test_a_cancelled_number_is_never_given_again(office: Office) -> None:
    wrong = incoming(office, number="1")
    cancel_registration(document=wrong, reason="Nhầm sổ công văn", by=office.clerk)
    following = incoming(office, number="2")
    wrong.refresh_from_db()
    assert wrong.state == State.CANCELLED
    assert following.arrival_number == 2
    assert Entry.objects.get(document=wrong).reason == "Nhầm sổ công văn"
    with pytest.raises(WrongState):
        cancel_registration(document=wrong, reason="Một lần nữa", by=office.clerk)


@pytest.mark.requirement("R-LAW-01")
def test_only_the_clerical_office_registers(office: Office) -> None:
    with pytest.raises(NotPermitted):
        incoming(office, by=office.officer)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issued_on": dt.date(2026, 10, 14)}, "issued_on"),
        ({"arrived_on": dt.date(2026, 10, 14), "issued_on": dt.date(2026, 10, 1)}, "arrived_on"),
        ({"summary": "  "}, "summary"),
        ({"issuer": None, "issuer_name": " "}, "issuer_name"),
        ({"reply_by": dt.date(2026, 1, 1)}, "reply_by"),
    ],
)
def test_what_cannot_be_right_is_refused_and_takes_no_number(office: Office, changes: dict, field: str) -> None:
    with clock.at(moment("2026-10-13")):
        with pytest.raises(Invalid) as refusal:
            incoming(office, **changes)
        assert refusal.value.field == field
        assert incoming(office).arrival_number == 1


@pytest.mark.requirement("R-DOC-08")
def test_repeats_are_found_by_identifier_code_and_bytes(office: Office) -> None:
    first = incoming(office, identifier="H99,2026/10/13,3987/UBND-NC", files=[given(b"%PDF-1.7 the same bytes")])
    again = given(b"%PDF-1.7 the same bytes").blob
    by_code = find_repeats(issuer=office.province, code="3987/ubnd-nc")
    by_identifier = find_repeats(identifier="H99,2026/10/13,3987/UBND-NC", issuer=None, code="")
    by_bytes = find_repeats(issuer=None, code="", blobs=[again])
    assert [(r.document.pk, r.reason) for r in by_code] == [(first.pk, "code")]
    assert [(r.document.pk, r.reason) for r in by_identifier] == [(first.pk, "identifier")]
    assert [(r.document.pk, r.reason) for r in by_bytes] == [(first.pk, "bytes")]
    assert find_repeats(issuer=office.ministry, code="3987/UBND-NC") == []


@pytest.mark.requirement("R-SEC-2")
def test_before_it_is_passed_on_only_the_clerical_office_sees_it(office: Office) -> None:
    document = incoming(office)
    assert access.may_see(office.clerk, document)
    for other in (
        office.director,
        office.head,
        office.officer,
        office.stranger,
        office.admin,
        office.inactive,
    ):
        assert not access.may_see(other, document)


def test_the_journal_tells_who_registered_what(office: Office) -> None:
    document = incoming(office)
    event = Event.objects.get(verb="document.register")
    assert event.person == office.clerk
    assert event.object_id == str(document.pk)
    assert event.after["arrival_number"] == 1


@pytest.mark.requirement("R-DOC-05")
def test_the_book_that_names_the_kind_comes_before_the_one_for_all_others(office: Office) -> None:
    letters = Book.objects.create(name="Sổ công văn đến", direction="in", agency=office.agency, order=9)
    letters.kinds.set([office.letter])
    assert book_for(direction="in", kind=office.letter) == letters
    assert book_for(direction="in", kind=office.decision).kinds.count() == 0
    Book.objects.filter(pk=letters.pk).update(is_active=False)
    assert book_for(direction="in", kind=office.letter) != letters
    Book.objects.update(is_active=False)
    with pytest.raises(Invalid, match="Công văn"):
        book_for(direction="in", kind=office.letter)


@pytest.mark.requirement("R-LAW-05")
def test_a_closed_book_gives_no_number_and_leaves_nothing_behind(office: Office) -> None:
    first = incoming(office, number="1")
    BookYear.objects.update(closed=True)
    with pytest.raises(WrongState):
        incoming(office, number="2")
    assert Document.objects.count() == Entry.objects.count() == 1
    BookYear.objects.update(closed=False)
    assert first.arrival_number == 1
    assert incoming(office, number="3").arrival_number == 2


def test_registering_costs_few_statements(office: Office) -> None:
    incoming(office, number="1")
    office.clerk.role_names  # noqa: B018 (read once in a request)
    with CaptureQueriesContext(connection) as caught:
        document = incoming(office, number="2")
    kinds = [one["sql"].split()[0] for one in caught.captured_queries]
    assert sorted(kinds) == [*["INSERT"] * 5, "RELEASE", "SAVEPOINT", "SELECT", *["UPDATE"] * 2], kinds
    (job,) = Job.objects.filter(subject=f"document:{document.pk}")
    assert job.kind == "documents.index"
    document.refresh_from_db()
    assert document.changed_at == document.created_at

"""Registering incoming documents."""

import datetime as dt

import pytest

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import State
from edocs.documents.models import Entry
from edocs.documents.services.registering import cancel_registration, find_repeats
from edocs.errors import Invalid, NotPermitted, WrongState
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

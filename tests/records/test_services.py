"""The life of a case file: opened, filled, emptied, set right, closed, reopened."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from edocs import clock
from edocs.documents.services.registering import cancel_registration
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from edocs.office.models import Delegation, Notice, Person
from edocs.records.models import CaseFile, Filed
from edocs.records.queries import FileFilter, contents_of, file_page, filed_of, get_visible_file, next_code
from edocs.records.services import (
    MOST_DOCUMENTS,
    close_file,
    may_open,
    open_file,
    put_in,
    reopen_file,
    set_right,
    take_out,
)
from tests.factories import Office, incoming, moment
from tests.records.making import case_file, particulars, seen_by

pytestmark = pytest.mark.django_db


def ordinals(file: CaseFile) -> dict[int, int]:
    """Document → its number in the file."""
    return dict(file.filed.values_list("document_id", "ordinal"))


def end(file: CaseFile, by: Person, **changes: object) -> CaseFile:
    values: dict[str, Any] = {"title": file.title, "code": file.code, "retention_years": file.retention_years}
    values |= {"ended_on": clock.today(), "note": "Đủ tài liệu"}
    return close_file(file=file, by=by, **values | changes)


# --- opening ----------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-FIL-2")
def test_a_code_is_proposed_from_the_unit_and_given_once_a_year(office: Office) -> None:
    year = clock.today().year
    assert next_code(office.reform, year) == "01.CCHC"
    first = case_file(office.officer)
    assert (first.code, first.year, first.unit, first.keeper) == ("01.CCHC", year, office.reform, office.officer)
    assert next_code(office.reform, year) == "02.CCHC"
    assert next_code(office.reform, year + 1) == next_code(office.staff, year).replace("TCBC", "CCHC") == "01.CCHC"
    with pytest.raises(Invalid, match=r"02\.CCHC") as refused:
        open_file(particulars=particulars(code="01.CCHC"), by=office.head)
    assert refused.value.field == "code"
    before = particulars(started_on=dt.date(year - 1, 5, 4))
    assert open_file(particulars=before, by=office.officer).year == year - 1


def test_a_long_abbreviation_still_gives_a_code_that_fits(office: Office) -> None:
    office.reform.abbreviation = "TRUNGTAMPHUCVUHANHCHINHCONG"
    office.reform.save()
    first = case_file(office.officer)
    assert len(first.code) <= 20
    assert case_file(office.officer).code == first.code.replace("01.", "02.")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("code", {"code": " "}),
        ("code", {"code": "1" * 21}),
        ("title", {"title": "\n"}),
        ("title", {"title": "x" * 501}),
        ("retention_years", {"retention_years": 0}),
        ("retention_years", {"retention_years": 201}),
        ("started_on", {"started_on": dt.date(2999, 1, 1)}),
        ("usage", {"usage": "secret"}),
        ("note", {"note": "x" * 501}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(office: Office, field: str, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        open_file(particulars=particulars(**changes), by=office.officer)
    assert refused.value.field == field
    assert not CaseFile.objects.exists()


def test_a_head_opens_a_file_for_somebody_of_the_unit_who_is_told(office: Office) -> None:
    file = open_file(particulars=particulars(), by=office.head, keeper=office.officer)
    assert file.keeper == office.officer
    notice = Notice.objects.get(person=office.officer, kind="case_file_given")
    assert notice.address == f"/case-files/{file.pk}/"
    for by, keeper in ((office.officer, office.head), (office.head, office.stranger), (office.head, office.inactive)):
        with pytest.raises(Invalid):
            open_file(particulars=particulars(code="09.CCHC"), by=by, keeper=keeper)


def test_administrators_open_no_case_files(office: Office) -> None:
    assert not may_open(office.admin)
    with pytest.raises(NotPermitted):
        open_file(particulars=particulars(), by=office.admin)


# --- documents --------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-FIL-2")
def test_documents_are_numbered_by_themselves_and_a_number_is_not_given_again(office: Office) -> None:
    file = case_file(office.officer)
    first, second, third = (seen_by(office, office.officer, number=str(n)) for n in (1, 2, 3))
    assert put_in(file=file, documents=[first, second], by=office.officer) == 2
    assert ordinals(file) == {first.pk: 1, second.pk: 2}
    assert put_in(file=file, documents=[second], by=office.officer) == 0
    take_out(filed=Filed.objects.get(document=second), reason="Trùng", by=office.officer)
    put_in(file=file, documents=[third], by=office.officer)
    assert ordinals(file) == {first.pk: 1, third.pk: 3}


@pytest.mark.requirement("R-FIL-6")
def test_one_document_lies_in_many_files_of_many_people_without_a_copy(office: Office) -> None:
    document = seen_by(office, office.officer, office.stranger)
    files = [case_file(office.officer), case_file(office.officer), case_file(office.stranger)]
    for file in files:
        put_in(file=file, documents=[document], by=file.keeper)
    assert {row.file for row in filed_of(office.clerk, document)} == set(files)
    assert {row.file for row in filed_of(office.officer, document)} == set(files[:2])
    assert {contents_of(office.clerk, file).lines[0].document for file in files} == {document}


@pytest.mark.requirement("R-FIL-3")
def test_all_documents_of_a_file_are_tied_to_its_code(office: Office) -> None:
    """The file shows its documents, each document its files; a new code holds for all of them at once."""
    file = case_file(office.officer)
    documents = [seen_by(office, office.officer, number=str(n)) for n in (1, 2)]
    put_in(file=file, documents=documents, by=office.officer)
    set_right(file=file, particulars=particulars(code="07.CCHC"), by=office.officer)
    for document in documents:
        assert [row.file.code for row in filed_of(office.officer, document)] == ["07.CCHC"]
    found = contents_of(office.officer, get_visible_file(office.officer, file.pk))
    assert [line.document for line in found.lines] == documents


@pytest.mark.requirement("R-FIL-5")
def test_all_files_of_one_account_are_listed_and_counted(office: Office) -> None:
    mine = [case_file(office.officer) for _ in range(3)]
    case_file(office.head)
    case_file(office.stranger)
    page = file_page(office.officer, FileFilter())
    assert (page.total, list(page.rows)) == (3, mine[::-1])
    assert file_page(office.officer, FileFilter(scope="unit")).total == 4
    assert file_page(office.officer, FileFilter(scope="all")).total == 4
    assert file_page(office.director, FileFilter(scope="all")).total == 5


def test_a_file_is_paged_by_key_in_both_directions(office: Office) -> None:
    files = [case_file(office.officer) for _ in range(60)][::-1]
    first = file_page(office.officer, FileFilter())
    assert list(first.rows) == files[:25]
    second = file_page(office.officer, FileFilter(), older_than=first.older)
    assert list(second.rows) == files[25:50]
    last = file_page(office.officer, FileFilter(), older_than=second.older)
    assert (list(last.rows), last.older) == (files[50:], None)
    assert list(file_page(office.officer, FileFilter(), newer_than=last.newer).rows) == files[25:50]
    assert file_page(office.officer, FileFilter(), newer_than=second.newer).newer is None


def test_a_file_tells_its_documents_in_order_of_time_with_running_pages(office: Office) -> None:
    file = case_file(office.officer)
    days = (dt.date(2026, 3, 9), dt.date(2026, 1, 5), dt.date(2026, 2, 2))
    documents = [seen_by(office, office.officer, number=str(n), issued_on=day) for n, day in enumerate(days)]
    for document, pages in zip(documents, (4, 3, 1), strict=True):
        type(document).objects.filter(pk=document.pk).update(pages=pages)
    put_in(file=file, documents=documents, by=office.officer)
    found = contents_of(office.officer, file)
    assert [(line.document.pk, line.pages) for line in found.lines] == [
        (documents[1].pk, "1–3"),
        (documents[2].pk, "4"),
        (documents[0].pk, "5–8"),
    ]
    assert (found.documents, found.pages, found.hidden) == (3, 8, 0)


def test_what_was_cancelled_or_is_not_seen_is_not_put_in(office: Office) -> None:
    file = case_file(office.officer)
    hidden, cancelled = incoming(office), seen_by(office, office.officer, number="9")
    with pytest.raises(NotPermitted):
        put_in(file=file, documents=[cancelled, hidden], by=office.officer)
    cancel_registration(document=cancelled, reason="Vào sổ nhầm", by=office.clerk)
    cancelled.refresh_from_db()
    with pytest.raises(Invalid):
        put_in(file=file, documents=[cancelled], by=office.officer)
    with pytest.raises(Invalid):
        put_in(file=file, documents=[], by=office.officer)
    assert not Filed.objects.exists()


def test_a_file_holds_as_many_documents_as_three_digits_count(office: Office) -> None:
    file = case_file(office.officer)
    CaseFile.objects.filter(pk=file.pk).update(last_ordinal=MOST_DOCUMENTS - 1)
    documents = [seen_by(office, office.officer, number=str(n)) for n in (1, 2)]
    with pytest.raises(Invalid):
        put_in(file=file, documents=documents, by=office.officer)
    assert put_in(file=file, documents=documents[:1], by=office.officer) == 1
    assert ordinals(file) == {documents[0].pk: 999}


def test_taking_out_needs_a_reason_and_happens_once(office: Office) -> None:
    file = case_file(office.officer)
    put_in(file=file, documents=[seen_by(office, office.officer)], by=office.officer)
    row = Filed.objects.get()
    with pytest.raises(Invalid):
        take_out(filed=row, reason="  ", by=office.officer)
    take_out(filed=row, reason="Bản nháp", by=office.officer)
    with pytest.raises(WrongState):
        take_out(filed=row, reason="Bản nháp", by=office.officer)
    event = Event.objects.get(verb="case_file.take_out")
    assert event.after == {"document": row.document_id, "ordinal": 1, "reason": "Bản nháp"}


# --- closing ----------------------------------------------------------------------------------------------------------
def test_closing_sets_title_code_and_retention_right_and_counts_in_order_of_time(office: Office) -> None:
    file = case_file(office.officer)
    days = (dt.date(2026, 3, 9), dt.date(2026, 1, 5), dt.date(2026, 2, 2), dt.date(2025, 2, 2))
    documents = [seen_by(office, office.officer, number=str(n), issued_on=day) for n, day in enumerate(days)]
    put_in(file=file, documents=documents, by=office.officer)
    take_out(filed=file.filed.get(document=documents[3]), reason="Bản trùng", by=office.officer)
    closed = end(file, office.officer, title="Chỉ số cải cách hành chính", code="05.CCHC", retention_years=None)
    closed.refresh_from_db()
    assert (closed.title, closed.code, closed.retention_years) == ("Chỉ số cải cách hành chính", "05.CCHC", None)
    assert (closed.ended_on, closed.closing_note, closed.is_open) == (clock.today(), "Đủ tài liệu", False)
    assert ordinals(closed) == {documents[1].pk: 1, documents[2].pk: 2, documents[0].pk: 3}


def test_nothing_changes_in_a_closed_file_until_it_is_reopened_with_a_reason(office: Office) -> None:
    file = case_file(office.officer)
    document, other = (seen_by(office, office.officer, number=str(n)) for n in (1, 2))
    put_in(file=file, documents=[document], by=office.officer)
    end(file, office.officer)
    with pytest.raises(WrongState):
        put_in(file=file, documents=[other], by=office.officer)
    with pytest.raises(WrongState):
        take_out(filed=Filed.objects.get(), reason="Nhầm", by=office.officer)
    with pytest.raises(WrongState):
        set_right(file=file, particulars=particulars(), by=office.officer)
    with pytest.raises(WrongState):
        end(file, office.officer)
    with pytest.raises(Invalid):
        reopen_file(file=file, reason="", by=office.officer)
    reopen_file(file=file, reason="Có văn bản bổ sung", by=office.head)
    with pytest.raises(WrongState):
        reopen_file(file=file, reason="Lần nữa", by=office.head)
    assert put_in(file=file, documents=[other], by=office.officer) == 1
    assert ordinals(file) == {document.pk: 1, other.pk: 2}
    kept = Event.objects.get(verb="case_file.reopen")
    assert (kept.before["note"], kept.after) == ("Đủ tài liệu", {"reason": "Có văn bản bổ sung"})


@pytest.mark.parametrize("days", [-1, 1])
def test_a_file_ends_between_its_beginning_and_today(office: Office, days: int) -> None:
    file = case_file(office.officer)
    with pytest.raises(Invalid) as refused:
        end(file, office.officer, **{"ended_on": clock.today() + dt.timedelta(days=days)})
    assert refused.value.field == "ended_on"
    file.refresh_from_db()
    assert file.is_open


def test_a_closing_note_is_always_written(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        end(case_file(office.officer), office.officer, note=" ")
    assert refused.value.field == "note"


# --- whose it is ------------------------------------------------------------------------------------------------------
def test_only_the_keeper_the_head_and_who_acts_for_them_change_a_file(office: Office) -> None:
    file = case_file(office.officer)
    colleague = Person.objects.create(username="dongnghiep", full_name="Trần Thị Hoa", unit=office.reform)
    for by in (office.clerk, office.director, office.stranger, office.other_head, colleague):
        with pytest.raises(NotPermitted):
            set_right(file=file, particulars=particulars(title="Khác"), by=by)
        with pytest.raises(NotPermitted):
            end(file, by)
    set_right(file=file, particulars=particulars(title="Của trưởng phòng"), by=office.head)
    Delegation.objects.create(person=office.head, delegate=colleague, valid_from=clock.today())
    set_right(file=file, particulars=particulars(title="Thay trưởng phòng"), by=Person.objects.get(pk=colleague.pk))
    file.refresh_from_db()
    assert file.title == "Thay trưởng phòng"


def test_a_file_is_handed_on_inside_its_unit(office: Office) -> None:
    file = case_file(office.officer)
    with pytest.raises(Invalid) as refused:
        set_right(file=file, particulars=particulars(), keeper=office.stranger, by=office.head)
    assert refused.value.field == "keeper"
    set_right(file=file, particulars=particulars(), keeper=office.head, by=office.officer)
    file.refresh_from_db()
    assert file.keeper == office.head
    assert Event.objects.get(verb="case_file.change").after == {"keeper": office.head.pk}
    assert Notice.objects.filter(person=office.head, kind="case_file_given").count() == 1


def test_the_journal_tells_of_the_file_and_of_the_document(office: Office) -> None:
    with clock.at(moment("2026-10-13")):
        file = case_file(office.officer)
        document = seen_by(office, office.officer)
        put_in(file=file, documents=[document], by=office.officer)
    put = Event.objects.get(verb="case_file.put")
    assert (put.object_id, put.after) == (str(file.pk), {"document": document.pk, "ordinal": 1})
    told = Event.objects.get(verb="document.case_file")
    assert (told.object_id, told.after) == (str(document.pk), {"file": file.pk, "code": "01.CCHC"})

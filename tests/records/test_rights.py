"""Case files widen nobody's right to a document, and tell nobody what they may not know."""

from __future__ import annotations

import random

import pytest
from django.http import Http404
from django.test import Client

from edocs import clock
from edocs.documents.access import visible
from edocs.documents.models import AccessEntry, Document
from edocs.errors import Refusal
from edocs.office.models import Delegation, Person
from edocs.records.models import CaseFile
from edocs.records.queries import contents_of, filed_of, get_visible_file, visible_files
from edocs.records.services import close_file, put_in, reopen_file, take_out
from tests.factories import Office, incoming
from tests.records.making import case_file, seen_by

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-SEC-2")]

STEPS = 60


def people_of(office: Office) -> list[Person]:
    return [
        office.clerk,
        office.director,
        office.deputy,
        office.head,
        office.officer,
        office.other_head,
        office.stranger,
    ]


def rights(people: list[Person]) -> dict[int, set[int]]:
    """Person → the documents they may see."""
    return {one.pk: set(visible(one).values_list("pk", flat=True)) for one in people}


def again(person: Person) -> Person:
    """The person as a new request knows them."""
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_with_case_files_everybody_sees_the_same_documents_as_before(
    office: Office, seed: int
) -> None:
    dice, people = random.Random(seed), people_of(office)
    documents = [seen_by(office, *dice.sample(people, dice.randint(0, 3)), number=str(n)) for n in range(6)]
    Delegation.objects.create(person=office.officer, delegate=office.stranger, valid_from=clock.today())
    files = [case_file(dice.choice(people)) for _ in range(4)]
    people = [again(one) for one in people]
    entries, before = AccessEntry.objects.count(), rights(people)
    done = 0
    for _ in range(STEPS):
        done += _something(dice, files, documents, dice.choice(people))
        for person in people:
            for file in visible_files(person):
                told = contents_of(person, file)
                lying = set(file.filed.values_list("document_id", flat=True))
                assert {line.document.pk for line in told.lines} == lying & before[person.pk]
                assert told.hidden == len(lying - before[person.pk])
    assert done > 5
    assert rights([again(one) for one in people]) == before
    assert AccessEntry.objects.count() == entries


def _something(dice: random.Random, files: list[CaseFile], documents: list[Document], other: Person) -> bool:
    file = dice.choice(files)
    by = dice.choice((again(file.keeper), again(file.keeper), other))
    row = file.filed.select_related("file", "document").first()
    try:
        match dice.choice(("put", "put", "put", "out", "close", "reopen")):
            case "put":
                put_in(file=file, documents=dice.sample(documents, dice.choice((1, 1, 2))), by=by)
            case "out" if row is not None:
                take_out(filed=row, reason="Thử", by=by)
            case "close":
                kept = {"title": file.title, "code": file.code, "retention_years": None}
                close_file(file=file, ended_on=clock.today(), note="Xong", by=by, **kept)
            case _:
                reopen_file(file=file, reason="Tiếp tục", by=by)
    except Refusal:
        return False
    return True


def test_who_sees_a_file(office: Office) -> None:
    file = case_file(office.officer)
    colleague = Person.objects.create(username="dongnghiep", full_name="Trần Thị Hoa", unit=office.reform)
    for person in (office.officer, office.head, colleague, office.director, office.deputy, office.clerk):
        assert get_visible_file(person, file.pk) == file
    for person in (office.stranger, office.other_head, office.admin, office.inactive):
        with pytest.raises(Http404):
            get_visible_file(person, file.pk)
    Delegation.objects.create(person=office.head, delegate=office.stranger, valid_from=clock.today())
    assert get_visible_file(again(office.stranger), file.pk) == file


def test_a_document_tells_only_the_files_that_the_reader_may_see(office: Office) -> None:
    document = seen_by(office, office.officer, office.stranger)
    put_in(file=case_file(office.officer), documents=[document], by=office.officer)
    assert filed_of(office.officer, document).count() == filed_of(office.clerk, document).count() == 1
    assert not filed_of(office.stranger, document).exists()


def test_the_page_of_a_file_counts_what_it_may_not_name(office: Office) -> None:
    file = case_file(office.officer)
    shown = seen_by(office, office.officer, number="1", summary="V/v quokka")
    hidden = [seen_by(office, office.officer, number=str(n), summary=f"V/v narwhal {n}") for n in (77, 78)]
    put_in(file=file, documents=[shown, *hidden], by=office.officer)
    take_out(filed=file.filed.get(document=hidden[1]), reason="Trùng với narwhal", by=office.officer)
    shown.access.create(token=f"u:{office.deputy.pk}", reason="test")
    browser = Client()
    browser.cookies["edocs_language"] = "en"
    browser.force_login(office.deputy, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/case-files/{file.pk}/").content.decode()
    assert "quokka" in page
    assert "narwhal" not in page
    assert "77/UBND" not in page
    assert "1 document that you may not read" in page
    assert "a document that you may not read" in page
    assert f"/documents/{hidden[0].pk}/" not in page


def test_whoever_loses_the_right_to_a_document_finds_it_in_the_file_no_more(office: Office) -> None:
    file, document = case_file(office.officer), seen_by(office, office.officer)
    put_in(file=file, documents=[document], by=office.officer)
    document.access.filter(token=f"u:{office.officer.pk}").delete()
    found = contents_of(again(office.officer), file)
    assert (found.lines, found.hidden, found.documents) == ([], 1, 1)


def test_the_clerk_sees_every_file_but_puts_nothing_into_it(office: Office) -> None:
    file = case_file(office.officer)
    with pytest.raises(Refusal):
        put_in(file=file, documents=[incoming(office)], by=office.clerk)
    assert not file.filed.exists()

"""``hồ sơ:…`` finds the documents of a case file, by its code or the words of its title, and betrays no title."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edocs.documents import fits, index_care, indexing
from edocs.documents.models import Document
from edocs.documents.search_models import Sharing
from edocs.documents.searching import Asked, meant, search
from edocs.documents.services.searches import save_search
from edocs.office.models import Notice, Person
from edocs.records.models import CaseFile
from edocs.records.services import put_in, set_right, take_out
from search import HintCode
from tests.documents.test_indexing import run_index
from tests.elasticsearch.server import URL, own_index
from tests.factories import Office
from tests.records.making import case_file, particulars, seen_by

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "tantivy":
        yield request.param
        return
    if not os.environ.get(URL):
        pytest.skip("needs an Elasticsearch: python -m tests.elasticsearch.server (see docs/search.md)")
    with own_index() as made:
        monkeypatch.setattr(indexing, "_engine", lambda *_where: made)
        yield request.param


def found(person: Person, words: str) -> set[int]:
    return {document.pk for _hit, document in search(person, Asked(words)).rows}


@pytest.fixture
def letters(office: Office) -> list[Document]:
    """Four letters that the officer and a stranger may read."""
    return [seen_by(office, office.officer, office.stranger, number=str(n), summary=f"V/v số {n}") for n in range(4)]


@pytest.fixture
def file(office: Office, letters: list[Document]) -> CaseFile:
    """Two of them lie in a file whose title the stranger may not know, one of these in another as well."""
    made = case_file(office.officer, title="Xem xét kỷ luật viên chức")
    other = case_file(office.officer, title="Tinh giản biên chế")
    put_in(file=made, documents=letters[:2], by=office.officer)
    put_in(file=other, documents=letters[1:3], by=office.officer)
    return made


@pytest.mark.requirement("R-FIL-3")
@pytest.mark.requirement("R-STA-04")
def test_a_file_is_found_by_its_code_and_by_its_title(
    engine: str, office: Office, letters: list[Document], file: CaseFile
) -> None:
    run_index()
    both, first = {letters[0].pk, letters[1].pk}, {letters[0].pk}
    for words in (
        'hồ sơ:"kỷ luật"',
        "ho so:01.TCCB",
        "hồ sơ:01.CCHC",
        'case_file:"ky luat vien chuc"',
        "case file:luat",
    ):
        assert found(office.officer, words) == (set() if "TCCB" in words else both), words
    assert found(office.officer, "hồ sơ:CCHC") == {one.pk for one in letters[:3]}
    assert found(office.officer, 'hồ sơ:luật -hồ sơ:"tinh giản"') == first
    assert found(office.officer, 'hồ sơ:luật hồ sơ:"tinh giản"') == {letters[1].pk}
    assert found(office.officer, "hồ sơ:luật số:0") == first
    assert found(office.officer, "-hồ sơ:luật") == {letters[2].pk, letters[3].pk}


@pytest.mark.requirement("R-SEC-2")
def test_a_title_is_not_told_to_who_may_not_see_the_file(
    engine: str, office: Office, letters: list[Document], file: CaseFile
) -> None:
    """The stranger reads the same letters; the title finds nothing for them, and excludes nothing either."""
    run_index()
    everything = {one.pk for one in letters}
    assert found(office.stranger, 'hồ sơ:"kỷ luật"') == set()
    assert found(office.stranger, '-hồ sơ:"kỷ luật"') == everything
    assert found(office.stranger, '"kỷ luật"') == set()
    assert found(office.stranger, 'hồ sơ:"01.CCHC xem xét"') == set()
    known = search(office.stranger, Asked('hồ sơ:"kỷ luật"')).hints
    unknown = search(office.stranger, Asked('hồ sơ:"gấu trúc"')).hints
    assert [hint.code for hint in known] == [hint.code for hint in unknown] == [HintCode.NO_MATCH]
    # the code stands on the documents themselves
    assert found(office.stranger, "hồ sơ:01.CCHC") == {letters[0].pk, letters[1].pk}


def test_the_number_of_a_file_in_the_index_is_not_a_word(
    engine: str, office: Office, letters: list[Document], file: CaseFile
) -> None:
    run_index()
    assert found(office.stranger, f"hồ sơ:{file.pk}") <= found(office.stranger, "hồ sơ:CCHC")
    assert meant(office.stranger, Asked(f'hồ sơ:"{file.title}"').parsed).clauses[0].keys == ()  # type: ignore[union-attr]


def test_the_index_follows_what_is_put_in_taken_out_and_renamed(
    engine: str, office: Office, letters: list[Document], file: CaseFile
) -> None:
    run_index()
    put_in(file=file, documents=[letters[3]], by=office.officer)
    take_out(filed=file.filed.get(document=letters[0]), reason="Nhầm", by=office.officer)
    run_index()
    assert found(office.officer, "hồ sơ:luật") == {letters[1].pk, letters[3].pk}
    set_right(file=file, particulars=particulars(code="09.CCHC", title="Đánh giá viên chức"), by=office.officer)
    assert found(office.officer, "hồ sơ:luật") == set()
    assert found(office.officer, 'hồ sơ:"đánh giá"') == found(office.officer, "hồ sơ:9.CCHC")
    assert found(office.officer, 'hồ sơ:"đánh giá"') == {letters[1].pk, letters[3].pk}
    assert not index_care.compare()


def test_a_case_file_in_the_query_costs_one_statement_however_many_files_there_are(
    office: Office, letters: list[Document], file: CaseFile
) -> None:
    run_index()

    def cost(words: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            found(office.officer, words)
        return len(caught)

    plain = (cost("số:1"), cost("số:1"))[1]  # asked twice: tokens are kept with the person
    assert cost("hồ sơ:luật") == plain + 1
    for _ in range(30):
        case_file(office.officer, title="Xem xét kỷ luật")
    assert cost("hồ sơ:luật") == plain + 1


def test_a_search_for_a_case_file_is_followed_by_who_may_see_the_file(office: Office) -> None:
    file = case_file(office.officer, title="Xem xét kỷ luật viên chức")
    for person in (office.officer, office.stranger):
        save_search(person=person, name="Kỷ luật", asked=Asked('hồ sơ:"kỷ luật"'), shared=Sharing.NOBODY, follow=True)
    document = seen_by(office, office.officer, office.stranger)
    put_in(file=file, documents=[document], by=office.officer)
    assert fits.tell_followers([document.pk]) == 1
    assert [notice.person for notice in Notice.objects.filter(kind="search_fits")] == [office.officer]

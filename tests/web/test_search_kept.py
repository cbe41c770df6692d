"""Saved and shared searches, and results as files."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from openpyxl import load_workbook

from edocs.documents.models import Document, Export
from edocs.documents.search_models import RecentSearch, SavedSearch, SearchFollower
from edocs.documents.searching import Asked
from edocs.documents.services import searches
from edocs.documents.services.linking import share_document, unshare_document
from edocs.documents.services.searches import note_search, recent_of, save_search
from edocs.documents.storage import path_of
from edocs.errors import Invalid
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.limited import read_text
from edocs.workflow.services.handling import submit_to_leader
from tests.documents.test_indexing import run_index
from tests.factories import Office, incoming
from tests.security.world import run_all
from tests.web.test_search import browser_of, found, letters

__all__ = ["letters"]
pytestmark = pytest.mark.django_db


# --- saved searches ---------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-STA-06")
def test_a_saved_search_is_opened_again(office: Office, letters: list[Document]) -> None:
    browser = browser_of(office.clerk)
    asked = Asked("bien che", {"kind": (office.letter.name,)})
    page = browser.get(f"/search/save/?{asked.query}")
    assert page.context["form"].initial["name"] == "bien che"
    given = {"name": "Biên chế", "shared": "nobody", "follow": "on"}
    answer = browser.post(f"/search/save/?{asked.query}", given, follow=True)
    assert found(answer) == {letters[0].pk, letters[1].pk}
    saved = SavedSearch.objects.get()
    assert Asked.read(saved.query) == asked
    assert "Biên chế" in answer.content.decode()
    twice = browser.post(f"/search/save/?{asked.query}", given)
    assert twice.status_code == 422
    assert "You have a search named “Biên chế” already." in twice.content.decode()


def test_nothing_is_not_saved(office: Office) -> None:
    for name, words in (("Tên", ""), ("", "bien che")):
        with pytest.raises(Invalid):
            save_search(person=office.clerk, name=name, asked=Asked(words), shared="nobody", follow=False)


def test_shared_searches_show_each_person_their_own_results(office: Office, letters: list[Document]) -> None:
    unit = save_search(person=office.head, name="Phòng", asked=Asked("bien che"), shared="unit", follow=False)
    every = save_search(person=office.head, name="Chung", asked=Asked("bien che"), shared="everybody", follow=False)
    own = save_search(person=office.head, name="Riêng", asked=Asked("bien che"), shared="nobody", follow=False)
    listed = {person.pk: set(searches.searches_of(person)) for person in (office.head, office.officer, office.clerk)}
    assert listed == {
        office.head.pk: {unit, every, own},
        office.officer.pk: {unit, every},
        office.clerk.pk: {every},
    }
    assert len(found(browser_of(office.clerk).get(f"/search/saved/{every.pk}/", follow=True))) == 3
    assert found(browser_of(office.officer).get(f"/search/saved/{every.pk}/", follow=True)) == set()


def test_only_its_owner_removes_a_search(office: Office) -> None:
    every = save_search(person=office.head, name="Chung", asked=Asked("bien che"), shared="everybody", follow=True)
    address = f"/search/saved/{every.pk}/change/"
    assert browser_of(office.officer).post(address, {"do": "remove"}).status_code == 404
    assert browser_of(office.officer).post(address, {"do": "follow"}).status_code == 302
    assert SearchFollower.objects.count() == 2
    assert browser_of(office.officer).post(address, {"do": "leave"}).status_code == 302
    assert browser_of(office.head).post(address, {"do": "remove"}).status_code == 302
    assert not SavedSearch.objects.exists()
    assert not SearchFollower.objects.exists()


def test_the_last_twenty_searches_are_remembered(office: Office) -> None:
    for n in range(30):
        note_search(person=office.clerk, words=f"lần {n}")
    note_search(person=office.clerk, words="lần 15")
    assert RecentSearch.objects.filter(person=office.clerk).count() == 20
    assert recent_of(office.clerk, limit=3) == ["lần 15", "lần 29", "lần 28"]


# --- files ------------------------------------------------------------------------------------------------------------
def made(office: Office, format: str, query: str = "q=bien+che") -> tuple[Export, bytes]:
    answer = browser_of(office.clerk).post("/search/export/", {"query": query, "format": format})
    export = Export.objects.latest("pk")
    assert answer.headers["Location"] == f"/exports/{export.pk}/"
    assert browser_of(office.clerk).get(f"/exports/{export.pk}/").status_code == 202
    jobs.run(Job.objects.get(subject=f"export:{export.pk}").pk)
    export.refresh_from_db()
    assert export.blob is not None
    return export, path_of(export.blob.sha256).read_bytes()


def text_of(format: str, content: bytes, path: object) -> str:
    if format == "xlsx":
        rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        return "\n".join(str(value) for row in rows for value in row)
    if format == "csv":
        return content.decode("utf-8-sig")
    if format == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    return "\n".join(page.text for page in read_text(path))  # type: ignore[arg-type]


@pytest.mark.requirement("R-STA-08", "R-STA-10")
@pytest.mark.parametrize("format", ["xlsx", "docx", "pdf", "csv"])
def test_results_as_a_file_are_marked_with_who_and_when(office: Office, letters: list[Document], format: str) -> None:
    export, content = made(office, format)
    assert export.rows == 3
    assert export.blob is not None
    text = " ".join(text_of(format, content, path_of(export.blob.sha256)).split())
    for letter in letters[:3]:
        assert letter.code in text
        assert letter.summary in text
    assert letters[3].summary not in text
    assert office.clerk.full_name in text
    answer = browser_of(office.clerk).get(f"/exports/{export.pk}/")
    assert f".{format}" in answer.headers["Content-Disposition"]
    assert browser_of(office.head).get(f"/exports/{export.pk}/").status_code == 404
    assert office.clerk.notices.filter(kind="export_ready").exists()


def test_a_file_keeps_the_order_and_the_filters_of_the_page(office: Office, letters: list[Document]) -> None:
    asked = Asked.read("q=bien+che&sort=number")
    _export, content = made(office, "csv", asked.query)
    codes = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:-1]
    assert codes == ["13/UBND-NC", "12/UBND-NC", "11/UBND-NC"]
    _export, content = made(office, "csv", Asked("bien che", {"kind": (office.decision.name,)}).query)
    assert content.decode("utf-8-sig").count("UBND-NC") == 1


def test_many_results_are_all_in_the_file(office: Office) -> None:
    numbers = [incoming(office, number=str(n), summary=f"V/v biên chế lần {n}").code for n in range(1, 260)]
    run_index()
    _export, content = made(office, "csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:-1]) == sorted(numbers)


def test_a_file_holds_what_its_person_may_see_when_it_is_made(office: Office, letters: list[Document]) -> None:
    from edocs.documents.services.reading import ask_search_export

    for letter in letters[:2]:
        share_document(document=letter, person=office.stranger, by=office.clerk)
    run_index()
    export = ask_search_export(person=office.stranger, asked=Asked("bien che"), columns=[], format="csv")
    unshare_document(document=letters[0], person=office.stranger, by=office.clerk)
    jobs.run(Job.objects.get(subject=f"export:{export.pk}").pk)  # the index has not heard of it
    export.refresh_from_db()
    assert export.blob is not None
    text = path_of(export.blob.sha256).read_text()
    assert letters[0].code not in text
    assert letters[1].code in text
    assert export.rows == 1


def test_text_that_a_spreadsheet_would_run_is_text(office: Office) -> None:
    incoming(office, summary="=HYPERLINK(1) biên chế")
    run_index()
    _export, content = made(office, "csv")
    assert "'=HYPERLINK" in content.decode("utf-8-sig")


# --- word of what is new ----------------------------------------------------------------------------------------------
def followed(office: Office, words: str = "bien che") -> SavedSearch:
    return save_search(person=office.clerk, name=words, asked=Asked(words), shared="everybody", follow=True)


@pytest.mark.requirement("R-STA-06")
def test_who_follows_a_search_is_told_once_of_what_is_new(office: Office, letters: list[Document]) -> None:
    search = followed(office)
    searches.follow_search(search=search, by=office.stranger)
    new = incoming(office, number="21", summary="V/v biên chế giáo viên")
    incoming(office, number="22", summary="V/v kinh phí")
    run_all()
    (notice,) = office.clerk.notices.filter(kind="search_fits")
    assert notice.facts == {"name": "bien che", "what": new.code}
    # nobody is told of what they may not see, and nobody twice of the same
    assert not office.stranger.notices.filter(kind="search_fits").exists()
    submit_to_leader(document=new, to=office.deputy, by=office.clerk)
    run_all()
    assert office.clerk.notices.filter(kind="search_fits").count() == 1
    page = browser_of(office.clerk).get("/search/")
    assert "1 new" in page.content.decode()
    browser_of(office.clerk).get(notice.address, follow=True)
    assert "1 new" not in browser_of(office.clerk).get("/search/").content.decode()
    # what becomes visible later is told then
    share_document(document=new, person=office.stranger, by=office.clerk)
    run_all()
    assert office.stranger.notices.filter(kind="search_fits").count() == 1


def test_a_change_of_an_old_document_is_nothing_new(office: Office, letters: list[Document]) -> None:
    followed(office)
    submit_to_leader(document=letters[0], to=office.deputy, by=office.clerk)
    run_all()
    assert not office.clerk.notices.filter(kind="search_fits").exists()


def test_what_only_resembles_a_search_does_not_fit_it(office: Office, letters: list[Document]) -> None:
    """On the page, documents with some of the words are shown too; nobody wants word of these."""
    followed(office, "biên chế giáo viên mầm non")
    incoming(office, number="23", summary="V/v biên chế công chức")
    incoming(office, number="24", summary="V/v biên chế giáo viên mầm nom")
    run_all()
    assert not office.clerk.notices.filter(kind="search_fits").exists()
    incoming(office, number="25", summary="Giáo viên mầm non: biên chế năm 2027")
    run_all()
    assert office.clerk.notices.filter(kind="search_fits").count() == 1

"""The pages of case files, as people use them without JavaScript."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from edocs import clock
from edocs.documents.models import Export
from edocs.documents.storage import path_of
from edocs.office.models import Person
from edocs.records.models import CaseFile, Filed
from edocs.records.services import put_in
from tests.factories import Office
from tests.records.making import case_file, seen_by
from tests.security.world import run_all

pytestmark = pytest.mark.django_db


def browser_of(person: Person, language: str = "en") -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["edocs_language"] = language
    return browser


def form_of(answer: Any) -> dict[str, str]:
    """What the form would send as it stands."""
    form = answer.context["form"]
    return {bound.name: str(bound.value() if bound.value() is not None else "") for bound in form}


def test_an_officer_opens_a_file_fills_it_closes_it_and_reopens_it(office: Office) -> None:
    browser, document = browser_of(office.officer), seen_by(office, office.officer)
    asked = browser.get("/case-files/new/", {"documents": document.pk})
    given = form_of(asked)
    assert given["code"] == "01.CCHC"
    given |= {"title": "Hồ sơ chỉ số CCHC", "started_on": f"{clock.today():%d/%m/%Y}", "documents": str(document.pk)}
    page = browser.post("/case-files/new/", given, follow=True)
    file = CaseFile.objects.get()
    assert page.redirect_chain[-1][0] == f"/case-files/{file.pk}/"
    assert document.summary in page.content.decode()
    assert "put in 3987/UBND-NC" not in page.content.decode()  # the sentence says "put 3987/UBND-NC in as number 1"
    assert "put 3987/UBND-NC in as number 1" in page.content.decode()
    closing = form_of(browser.get(f"/case-files/{file.pk}/close/"))
    refused = browser.post(f"/case-files/{file.pk}/close/", closing)
    assert refused.status_code == 422
    closing |= {"note": "Đã xong", "ended_on": f"{clock.today():%d/%m/%Y}", "retention": "ever"}
    page = browser.post(f"/case-files/{file.pk}/close/", closing, follow=True).content.decode()
    assert "Đã xong" in page
    assert "For ever" in page
    assert "Take out" not in page
    again = browser.post(f"/case-files/{file.pk}/reopen/", {"reason": "Bổ sung"}, follow=True).content.decode()
    assert "reopened the file: Bổ sung" in again
    file.refresh_from_db()
    assert (file.is_open, file.retention_years) == (True, None)


def test_from_its_page_a_document_is_put_in_and_taken_out(office: Office) -> None:
    browser, document, file = browser_of(office.officer), seen_by(office, office.officer), case_file(office.officer)
    here = f"/documents/{document.pk}/?tab=links"
    assert file.title in browser.get(here).content.decode()
    sent = {"documents": document.pk, "file": file.pk, "next": here}
    page = browser.post("/case-files/put/", sent, follow=True)
    assert page.redirect_chain[-1][0] == here
    assert "1 document was put into the case file 01.CCHC." in page.content.decode()
    assert (
        "lies in the case file 01.CCHC already" in browser.post("/case-files/put/", sent, follow=True).content.decode()
    )
    row = Filed.objects.get()
    assert f"/case-files/out/{row.pk}/" in browser.get(here).content.decode()
    assert browser.post(f"/case-files/out/{row.pk}/", {"reason": ""}).status_code == 422
    assert browser.post(f"/case-files/out/{row.pk}/", {"reason": "Nhầm"}).status_code == 302
    assert not Filed.objects.exists()
    history = browser.get(f"/documents/{document.pk}/?tab=history").content.decode()
    assert "took it out of the case file 01.CCHC" in history


def test_several_ticked_ones_are_put_in_together(office: Office) -> None:
    browser, file = browser_of(office.officer), case_file(office.officer)
    documents = [seen_by(office, office.officer, number=str(n)) for n in range(3)]
    listed = browser.get("/incoming/").content.decode()
    assert all(f'name="documents" value="{one.pk}"' in listed for one in documents)
    asked = browser.get("/case-files/put/", {"documents": [one.pk for one in documents[:2]], "next": "/incoming/?q=1"})
    assert [one.pk for one in asked.context["documents"]] == [one.pk for one in documents[:2]]
    sent = {"documents": [one.pk for one in documents[:2]], "file": file.pk, "next": "/incoming/?q=1"}
    answer = browser.post("/case-files/put/", sent)
    assert answer.headers["Location"] == "/incoming/?q=1"
    assert set(file.filed.values_list("document_id", flat=True)) == {one.pk for one in documents[:2]}


def test_what_is_chosen_but_not_seen_is_left_out_and_nothing_chosen_is_said(office: Office) -> None:
    browser, hidden = browser_of(office.officer), seen_by(office)
    file = case_file(office.officer)
    for sent in ({}, {"documents": hidden.pk}, {"documents": "x"}):
        assert browser.get("/case-files/put/", sent).status_code == 422
        assert browser.post("/case-files/put/", {**sent, "file": file.pk}).status_code == 422
    away = {
        "documents": seen_by(office, office.officer, number="5").pk,
        "file": file.pk,
        "next": "https://example.org/",
    }
    assert browser.post("/case-files/put/", away).headers["Location"].startswith("/documents/")


def test_a_file_of_somebody_else_is_not_offered_nor_taken(office: Office) -> None:
    document, other = seen_by(office, office.officer), case_file(office.stranger)
    browser = browser_of(office.officer)
    assert other.title not in browser.get(f"/documents/{document.pk}/?tab=links").content.decode()
    assert browser.post("/case-files/put/", {"documents": document.pk, "file": other.pk}).status_code == 422
    assert not Filed.objects.exists()


def test_a_code_that_is_taken_comes_back_with_the_next_free_one(office: Office) -> None:
    case_file(office.officer)
    browser = browser_of(office.officer)
    given = form_of(browser.get("/case-files/new/")) | {"title": "Khác", "code": "01.CCHC"}
    given["started_on"] = f"{clock.today():%d/%m/%Y}"
    answer = browser.post("/case-files/new/", given)
    assert answer.status_code == 422
    assert "The next free code is 02.CCHC." in answer.content.decode()


def test_the_list_is_narrowed_by_the_address(office: Office) -> None:
    mine, other = case_file(office.officer, title="Chỉ số cải cách"), case_file(office.head, title="Một cửa")
    browser = browser_of(office.officer)

    def listed(**query: str) -> set[str]:
        return {row.key for row in browser.get("/case-files/", query).context["rows"]}

    assert listed() == {str(mine.pk)}
    assert listed(scope="unit") == {str(mine.pk), str(other.pk)}
    assert listed(scope="unit", q="mot cua") == listed(scope="unit", q="02.cchc") == {str(other.pk)}
    assert listed(scope="unit", state="closed") == listed(scope="unit", year="1999") == set()
    assert listed(scope="unit", state="open", year=str(clock.today().year)) == {str(mine.pk), str(other.pk)}
    assert listed(scope="nonsense", state="x", year="y") == {str(mine.pk)}


@pytest.mark.requirement("R-STA-08")
def test_the_list_is_had_as_a_file_with_the_rights_of_who_asked(office: Office) -> None:
    file = case_file(office.officer)
    put_in(file=file, documents=[seen_by(office, office.officer)], by=office.officer)
    case_file(office.stranger)
    browser = browser_of(office.officer)
    assert browser.post("/case-files/export/", {"scope": "all", "format": "xlsx"}).status_code == 302
    run_all()
    made = Export.objects.get()
    assert made.blob is not None
    sheet = load_workbook(io.BytesIO(path_of(made.blob.sha256).read_bytes())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [(row[1], row[2], row[3], row[8]) for row in rows] == [("01.CCHC", file.title, "10 năm", 1)]
    assert browser.post("/case-files/export/", {"format": "exe"}).status_code == 422


@pytest.mark.parametrize("language", ["vi", "en"])
def test_titles_are_text_never_markup(office: Office, language: str) -> None:
    file = case_file(office.officer, title="<script>alert(1)</script>", note="<b>x</b>")
    browser = browser_of(office.officer, language)
    for address in ("/case-files/", f"/case-files/{file.pk}/", f"/case-files/{file.pk}/change/"):
        page = browser.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

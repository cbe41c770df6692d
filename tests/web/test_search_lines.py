"""What people type and read on the search page: every field, every facet, every explanation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from edocs.documents.models import Document
from edocs.documents.searching import FACETS
from edocs.office.models import Field
from search import Facet
from tests.documents.test_indexing import run_index
from tests.factories import Office, incoming
from tests.web.test_search import browser_of, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(office: Office) -> list[Document]:
    """Three letters; the first has everything."""
    land = Field.objects.create(name="Đất đai, nhà ở")
    made = [
        incoming(
            office,
            number="125",
            symbol="SNV-VP",
            summary="V/v hướng dẫn tinh giản biên chế",
            signer_name="Lê Thị Thuý",
            field=office.field,
            issued_on=dt.date(2025, 3, 4),
        ),
        incoming(office, number="126", symbol="STC-QLNS", summary="V/v kinh phí sửa trụ sở", issuer=office.ministry),
        incoming(office, number="127", symbol="UBND-ĐC", summary="V/v thu hồi đất", field=land, kind=office.decision),
    ]
    run_index()
    return made


def asked(office: Office, typed: str, language: str = "en", **chosen: Any) -> Any:
    return browser_of(office.clerk, language).get("/search/", {"q": typed, "stay": "1", **chosen})


@pytest.mark.parametrize(
    "typed",
    [
        "số:125",
        "so:125/SNV-VP",
        "number:125",
        "ký hiệu:SNV-VP",
        "symbol:snv-vp",
        'trích yếu:"tinh giản"',
        "summary:bien",
        'cơ quan:"UBND tỉnh" số:125',
        'issuer:"ubnd tinh" số:125',
        'người ký:"lê thị thuý"',
        'signer:"le thi thuy"',
        "loại:công số:125",
        'kind:"Công văn" số:125',
        "từ ngày:01/03/2025 đến ngày:31/03/2025 số:125",
        "ngày ban hành:04/03/2025",
        "issued:2025-03-04",
        'lĩnh vực:"cải cách hành chính"',
        'linh vuc:"cai cach"',
        'field:"hành chính"',
        "cai cach hanh chinh",
        "125/SNV-VP",
        "125 snv vp",
        "125snvvp",
        "hướng dẫn -kinh",
    ],
)
def test_every_field_and_every_writing_of_a_number_finds(office: Office, letters: list[Document], typed: str) -> None:
    results = asked(office, typed).context["results"]
    assert results[0]["document"] == letters[0], typed
    if ":" in typed:
        assert len(results) == 1


def test_the_field_of_work_is_a_facet_with_counts(office: Office, letters: list[Document]) -> None:
    assert set(FACETS) == set(Facet) - {Facet.CASE_FILE}
    answer = asked(office, "")
    facet = next(one for one in answer.context["facets"] if one["name"] == "field")
    counted = {one["value"]: one["count"] for one in facet["values"]}
    assert counted == {"Cải cách hành chính": 1, "Đất đai, nhà ở": 1}
    assert "Field of work" in answer.content.decode()
    both = asked(office, "", field=list(counted))
    assert found(both) == {letters[0].pk, letters[2].pk}
    assert [chip.label for chip in both.context["chips"]] == list(counted)
    assert "Lĩnh vực" in asked(office, "", "vi").content.decode()


def test_the_form_has_the_field_of_work(office: Office, letters: list[Document]) -> None:
    browser = browser_of(office.clerk, "vi")
    answer = browser.get("/search/form/", {"go": "1", "field": "Đất đai, nhà ở"}, follow=True)
    assert answer.context["typed"] == 'lĩnh vực:"Đất đai, nhà ở"'
    assert found(answer) == {letters[2].pk}
    page = browser.get("/search/form/", {"q": answer.context["typed"]})
    assert page.context["form"].initial["field"] == "Đất đai, nhà ở"


@pytest.mark.parametrize(
    ("typed", "chosen", "said"),
    [
        ("xyzzyq", {}, "No document holds “xyzzyq”."),
        ("kinh phi xyzzyq", {}, "No document holds “xyzzyq”."),
        ("lĩnh vực:thuế", {}, "“thuế” finds nothing."),
        ("hạn:01/01/1999", {}, "“due” finds nothing."),
        ("ngày:01/01/1999", {}, "“date” finds nothing."),
        ("kinh phi", {"field": "Cải cách hành chính"}, "Without the filter “Field of work” there would be 1 results."),
        ('trích yếu:"kinh phí" -sửa', {}, "Without excluding “sửa” there would be 1 results."),
        ("số:三 kinh", {}, "“三” is not a number."),
        ("từ ngày:35/13/2025 kinh", {}, "“35/13/2025” is not a date; write 13/10/2026."),
        ('"kinh phí', {}, "A quotation mark was not closed; it was left out."),
        ("mau:đỏ kinh", {}, "There is no field “mau”; it was searched as a word."),
        ("kinh*", {}, "* and ? are not needed and were left out."),
        ("-kinh", {}, "Only excluded words were given; everything else is shown."),
        ("***", {}, "There was no word to search for."),
        ("kinh " * 300, {}, "The query was too long; only its beginning was searched."),
    ],
)
def test_whatever_is_wrong_is_said(
    office: Office, letters: list[Document], typed: str, chosen: dict[str, str], said: str
) -> None:
    answer = asked(office, typed, **chosen)
    assert answer.status_code == 200
    assert said in [hint["text"] for hint in answer.context["hints"]]
    assert said in answer.content.decode()


def test_a_misspelled_syllable_is_corrected_as_one_would_type_it(office: Office, letters: list[Document]) -> None:
    answer = asked(office, "tinh gianr bien che")
    assert answer.context["results"][0]["document"] == letters[0]
    assert answer.context["corrected"] == "tinh gian bien che"
    assert asked(office, "tinh gian bien che").context["corrected"] == ""


@pytest.mark.parametrize(
    "typed",
    ["x" * 10_000, "văn " * 2_500, '"' * 400, "*", "\x00", "😀", "'; DROP TABLE x; --", "a:[* TO *] AND (b^2", "-"],
)
def test_whatever_is_typed_is_a_page(office: Office, letters: list[Document], typed: str) -> None:
    browser = browser_of(office.clerk)
    answer = browser.get("/search/", {"q": typed})
    assert answer.status_code == 200
    assert answer.context["results"] or answer.context["hints"]
    assert browser.get("/search/suggest/", {"q": typed}).status_code == 200
    assert browser.get("/search/form/", {"q": typed}).status_code == 200

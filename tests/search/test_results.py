"""Sorting, paging, filters, facets, fields, marks and suggestions."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from search import DateRange, Engine, Filters, HintCode, ResultPage, Sort
from tests.search.conftest import READER, document, found


def pages(engine: Engine, query: str, sort: Sort, limit: int) -> list[ResultPage]:
    read = [engine.search(query, READER, sort=sort, limit=limit)]
    while read[-1].after:
        read.append(engine.search(query, READER, sort=sort, limit=limit, after=read[-1].after))
    return read


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("batch", [1, 7, 40])
def test_paging_shows_every_document_once_in_the_order_of_one_page(engine: Engine, sort: Sort, batch: int) -> None:
    made = [
        document(
            at,
            "họp giao ban" if at % 2 else "họp",
            number=at % 5 or None,
            year=2026,
            issued_on=date(2026, 1, 1 + at % 3) if at % 4 else None,
            due=datetime(2026, 5, 1 + at % 4, 17) if at % 3 else None,
        )
        for at in range(1, 41)
    ]
    for start in range(0, len(made), batch):  # few and many segments: ties must not depend on them
        engine.index(made[start : start + batch])
    whole = found(engine, "họp", sort=sort, limit=100)
    assert len(whole) == len(set(whole)) == 40
    read = pages(engine, "họp", sort, 7)
    assert [hit.id for page in read for hit in page.hits] == whole
    assert {page.total for page in read} == {40}


def test_equal_documents_come_newest_first_whatever_the_order_of_indexing(engine: Engine) -> None:
    for at in (3, 9, 1, 12, 7):
        engine.index([document(at, "họp")])
    for sort in Sort:
        assert found(engine, "họp", sort=sort) == ["12", "9", "7", "3", "1"]


def test_a_page_is_not_shifted_by_documents_added_before_it(engine: Engine) -> None:
    engine.index([document(at, "họp", issued_on=date(2026, 1, at)) for at in range(1, 11)])
    for sort in (Sort.DATE, Sort.RELEVANCE):
        first = engine.search("họp", READER, sort=sort, limit=4)
        engine.index([document(100, "họp", issued_on=date(2026, 2, 1))])
        second = engine.search("họp", READER, sort=sort, limit=4, after=first.after)
        assert [hit.id for hit in second.hits] == ["6", "5", "4", "3"]
        engine.delete(["100"])


def test_orders(engine: Engine) -> None:
    engine.index(
        [
            document(1, "họp", number=5, year=2025, issued_on=date(2025, 6, 1), due=datetime(2026, 5, 1, 17)),
            document(2, "họp", number=3, year=2026, issued_on=date(2026, 1, 2), due=datetime(2026, 5, 1, 9)),
            document(3, "họp", number=9, year=2026, arrived_on=date(2026, 2, 1), issued_on=date(2020, 1, 1)),
            document(4, "họp"),
        ]
    )
    assert found(engine, "họp", sort=Sort.DATE) == ["3", "2", "1", "4"]
    assert found(engine, "họp", sort=Sort.NUMBER) == ["3", "2", "1", "4"]
    assert found(engine, "họp", sort=Sort.DUE) == ["2", "1", "4", "3"]
    assert found(engine, "") == ["3", "2", "1", "4"]


def test_by_date_all_words_are_asked_for_and_only_else_any(engine: Engine) -> None:
    engine.index(
        [
            document(1, "kế hoạch thanh tra", issued_on=date(2024, 1, 1)),
            document(2, "kế hoạch", issued_on=date(2026, 1, 1)),
        ]
    )
    assert found(engine, "kế hoạch thanh tra") == ["1", "2"]
    assert found(engine, "kế hoạch thanh tra", sort=Sort.DATE) == ["1"]
    engine.delete(["1"])
    engine.index([document(3, "thanh tra", issued_on=date(2025, 1, 1))])
    page = engine.search("kế hoạch thanh tra", READER, sort=Sort.DATE)
    assert [hit.id for hit in page.hits] == ["2", "3"]
    assert HintCode.ANY_WORD in [hint.code for hint in page.hints]


@pytest.mark.parametrize(
    "cursor", ["", "x", "r1", "r1:a:b", "k", "kx", "k-", "k" + "9" * 40, "r99999999999:1.0:2", "\0"]
)
@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.DATE])
def test_a_cursor_that_cannot_be_read_is_harmless(engine: Engine, cursor: str, sort: Sort) -> None:
    engine.index([document(1, "họp")])
    assert engine.search("họp", READER, sort=sort, after=cursor).total == 1


FILED = [
    document(1, "họp", kind="QĐ", unit="12", year=2025, issued_on=date(2025, 3, 1), labels={"kind": "Quyết định"}),
    document(2, "họp", kind="BC", unit="12", year=2026, arrived_on=date(2026, 3, 1), has_signature=True),
    document(3, "họp", kind="BC", unit="7", year=2026, issuer="Sở Nội vụ", labels={"unit": "Phòng Hành chính"}),
    document(4, "họp", kind="TB", unit="7", year=2026, signer="Trần Thuý Hà", due=date(2026, 4, 1)),
]


def test_values_of_a_filter_widen_and_filters_narrow(engine: Engine) -> None:
    engine.index(FILED)
    page = engine.search(
        "họp",
        READER,
        filters=Filters(values={"kind": ["BC", "TB"], "year": ["2026"]}),
        facets=["kind", "unit", "year"],
    )
    assert {hit.id for hit in page.hits} == {"2", "3", "4"}
    counts = {name: {one.value: one.count for one in values} for name, values in page.facets.items()}
    assert counts["kind"] == {"BC": 2, "TB": 1}  # under the year, as if no kind were chosen
    assert counts["year"] == {"2026": 3}
    assert counts["unit"] == {"12": 1, "7": 2}


def test_filters_by_days_due_and_signature(engine: Engine) -> None:
    engine.index(FILED)
    assert found(engine, "họp", filters=Filters(days=DateRange(date(2026, 1, 1), None))) == ["2"]
    assert found(engine, "họp", filters=Filters(due=DateRange(None, date(2026, 4, 1)))) == ["4"]
    assert found(engine, "họp", filters=Filters(values={"has_signature": ["yes"]})) == ["2"]
    assert len(found(engine, "họp", filters=Filters(values={"kind": []}))) == 4


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("loại:QĐ", {"1"}),
        ('loại:"quyết định"', {"1"}),
        ("loai:BC", {"2", "3"}),
        ('đơn vị:"hành chính"', {"3"}),
        ("năm:2026", {"2", "3", "4"}),
        ('cơ quan:"so noi vu"', {"3"}),
        ('người ký:"thúy hà"', {"4"}),
        ("từ ngày:1/2025 đến ngày:12/2025", {"1"}),
        ("hạn:01/04/2026", {"4"}),
        ("trích yếu:họp -loại:BC", {"1", "4"}),
        ("sở nội vụ", {"3"}),
    ],
)
def test_fields_in_the_query(engine: Engine, typed: str, ids: set[str]) -> None:
    engine.index(FILED)
    assert set(found(engine, typed)) == ids


def test_a_bare_key_is_not_a_word(engine: Engine) -> None:
    engine.index(FILED)
    assert found(engine, "12") == []


def test_an_empty_result_says_which_part_finds_nothing_and_which_filter_hides(engine: Engine) -> None:
    engine.index(FILED)
    page = engine.search('họp cơ quan:"bộ y tế"', READER)
    assert [(hint.code, hint.subject) for hint in page.hints] == [(HintCode.NO_MATCH, "bộ y tế")]
    page = engine.search("họp", READER, filters=Filters(values={"kind": ["BC"], "year": ["2025"]}))
    assert {(hint.subject, hint.other) for hint in page.hints} == {("kind", "1"), ("year", "2")}


def test_marks_in_summary_and_in_the_best_line_with_its_page(engine: Engine) -> None:
    engine.index(
        [
            document(
                1,
                "Về việc hoà giải <b>",
                "Trang đầu nói hòa một lần.",
                "Mở đầu. " * 40 + "Công tác hoà giải ở cơ sở được quan tâm. " + "Kết thúc. " * 40,
            )
        ]
    )
    (hit,) = engine.search("hoa giai co so", READER).hits
    assert hit.summary == [("Về việc ", False), ("hoà giải", True), (" <b>", False)]
    assert hit.page == 2
    assert ("hoà giải", True) in hit.line
    assert ("cơ sở", True) in hit.line
    assert len("".join(text for text, _ in hit.line)) < 200


def test_typed_accents_mark_what_they_fit(engine: Engine) -> None:
    engine.index([document(1, "Hà họp ở bờ hạ"), document(2, "bờ hạ")])
    marked = {hit.id: [text for text, mark in hit.summary if mark] for hit in engine.search("hà", READER).hits}
    assert marked == {"1": ["Hà"], "2": ["hạ"]}


def test_no_line_when_the_words_stand_only_in_the_summary(engine: Engine) -> None:
    engine.index([document(1, "họp", "Nội dung khác"), document(2, "họp")])
    assert [(hit.line, hit.page) for hit in engine.search("họp", READER).hits] == [([], None)] * 2


def test_a_hit_gives_back_what_was_indexed(engine: Engine) -> None:
    due = datetime.fromisoformat("2026-05-01T17:00:00+07:00")
    engine.index([document(1, "họp", code="5/BC-VP", number=5, recipients=("VT", "A"), due=due, has_signature=True)])
    (hit,) = engine.search("họp", READER).hits
    assert (hit.code, hit.number, hit.recipients, hit.due, hit.has_signature) == (
        "5/BC-VP",
        5,
        ("VT", "A"),
        due,
        True,
    )
    assert (hit.issued_on, hit.kind, hit.year) == (None, "", None)


def test_suggestions_by_number_summary_and_issuer(engine: Engine) -> None:
    engine.index(
        [
            document(1, "Quyết định nghỉ hưu", code="15/QĐ-UBND", issued_on=date(2026, 1, 1)),
            document(2, "Quy chế họp", code="152/QC", issuer="Sở Quy hoạch"),
            document(3, "Kế hoạch", code="9/KH"),
        ]
    )
    suggest = engine.suggest
    assert [one.id for one in suggest("15", READER)] == ["1", "2"]
    assert [one.id for one in suggest("15/q", READER)] == ["1"]
    assert [one.id for one in suggest("quyết đ", READER)] == ["1"]
    assert [(one.kind, one.text) for one in suggest("so quy", READER)] == [("issuer", "Sở Quy hoạch")]
    assert {one.id for one in suggest("qu", READER) if one.kind == "document"} == {"1", "2"}
    assert suggest("q", READER) == suggest("", READER) == suggest('"*', READER) == []

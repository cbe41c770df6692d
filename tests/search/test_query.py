from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import DateRange, HintCode, parse
from search.analysis import terms
from search.query import (
    MAX_BESIDE,
    MAX_PARTS,
    MAX_WORDS,
    FieldCode,
    FieldDays,
    FieldText,
    Phrase,
    Query,
    Word,
)

TODAY = date(2026, 3, 18)  # a Wednesday


def read(text: str) -> Query:
    return parse(text, today=TODAY)


def hints(text: str) -> list[HintCode]:
    return [hint.code for hint in read(text).hints]


def test_words_phrases_and_exclusions() -> None:
    query = read('báo cáo "cải cách hành chính" -nháp -"bản sao"')
    assert query.clauses == (Word("báo"), Word("cáo"), Phrase("cải cách hành chính"))
    assert query.excluded == (Word("nháp"), Phrase("bản sao"))
    assert query.hints == ()


@pytest.mark.parametrize(
    ("typed", "clause"),
    [
        ("số:15", FieldCode("number", "15")),
        ("so:15", FieldCode("number", "15")),
        ("Số: 12/CV", FieldCode("number", "12/CV")),
        ("ký hiệu:SNV-VP", FieldCode("symbol", "SNV-VP")),
        ("kyhieu:SNV-VP", FieldCode("symbol", "SNV-VP")),
        ('trích yếu:"hòa giải"', FieldText("summary", "hòa giải")),
        ("summary:x", FieldText("summary", "x")),
        ('cơ quan:"Sở Nội vụ"', FieldText("issuer", "Sở Nội vụ")),
        ('nguoi ky:"nguyễn an"', FieldText("signer", "nguyễn an")),
        ("loại:QĐ", FieldText("kind", "QĐ")),
        ("kind:QĐ", FieldText("kind", "QĐ")),
        ("sổ:mật", FieldText("book", "mật")),
        ("đơn vị:vp", FieldText("unit", "vp")),
        ("trạng thái:xong", FieldText("state", "xong")),
        ("hồ sơ:01", FieldText("case_file", "01")),
        ("nơi nhận:vt", FieldText("recipients", "vt")),
        ("năm:2026", FieldText("year", "2026")),
        ("hạn:20/3/2026", FieldDays("due", DateRange(date(2026, 3, 20), date(2026, 3, 20)))),
        ("từ ngày:01/02/2026", FieldDays("day", DateRange(date(2026, 2, 1), None))),
        ("đến ngày:2/2026", FieldDays("day", DateRange(None, date(2026, 2, 28)))),
        ("from:2025", FieldDays("day", DateRange(date(2025, 1, 1), None))),
        ("to:2026-01-05", FieldDays("day", DateRange(None, date(2026, 1, 5)))),
        ("ngày:homnay", FieldDays("day", DateRange(TODAY, TODAY))),
        ('ngày:"tuần này"', FieldDays("day", DateRange(date(2026, 3, 16), date(2026, 3, 22)))),
        ('date:"tháng trước"', FieldDays("day", DateRange(date(2026, 2, 1), date(2026, 2, 28)))),
        ("due:overdue", FieldDays("due", DateRange(None, date(2026, 3, 17)))),
    ],
)
def test_fields_in_vietnamese_and_english(typed: str, clause: object) -> None:
    query = read(typed)
    assert query.clauses == (clause,)
    assert query.hints == ()


def test_a_field_after_plain_words() -> None:
    query = read("công văn về việc số:15 -loại:BC")
    assert query.clauses == (Word("công"), Word("văn"), Word("về"), Word("việc"), FieldCode("number", "15"))
    assert query.excluded == (FieldText("kind", "BC"),)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ('báo cáo "hành chính', HintCode.UNBALANCED_QUOTE),
        ("abc:def", HintCode.UNKNOWN_FIELD),
        ("số:", HintCode.EMPTY_FIELD),
        ("từ ngày:31/02/2026", HintCode.BAD_DATE),
        ("từ ngày:hoa", HintCode.BAD_DATE),
        ("cơ quan:sở nội vụ", HintCode.QUOTE_VALUE),
        ("quyết*", HintCode.WILDCARD),
        ("-nháp", HintCode.ONLY_NEGATIVE),
        ("+ && || !", HintCode.NOTHING_TO_SEARCH),
        ("từ " * 400, HintCode.TOO_LONG),
        ("từ " * 60, HintCode.TOO_LONG),
        ("a/" * 60, HintCode.TOO_LONG),
        (f'"{"từ " * 80}"', HintCode.TOO_LONG),
        ('"họp" ' * 17, HintCode.TOO_LONG),
        ("năm:2025 " * 17, HintCode.TOO_LONG),
        ("ngày:2025 " * 17, HintCode.TOO_LONG),
        ("họp " + "-nháp " * 17, HintCode.TOO_LONG),
    ],
)
def test_mistakes_are_hints(typed: str, hint: HintCode) -> None:
    assert hint in hints(typed)


def test_a_query_is_searched_as_far_as_there_is_room() -> None:
    assert read("a/" * 60).words == [Word("/".join("a" * 48))]
    assert read(f'"{"a " * 80}"').clauses == (Phrase(" ".join("a" * 64)),)
    assert read(f'họp -"{"a " * 80}"').excluded == ()  # less of it would exclude more
    assert len(read("họp " + "ngày:2025 " * 40).clauses) == 1 + MAX_PARTS
    assert read("từ " * 47 + "15/QĐ-UBND").words[-1] == Word("15")


def test_a_mistaken_part_does_not_take_the_rest_with_it() -> None:
    assert read("từ ngày:31/02/2026 họp").clauses == (Word("họp"),)
    assert read('họp "giao ban').clauses == (Word("họp"), Word("giao"), Word("ban"))
    assert read("abc:def").clauses == (Word("abc"), Word(":def"))


def test_blank_is_not_a_mistake() -> None:
    assert read("  \t ").is_blank
    assert read("").hints == ()
    assert not read("***").is_blank


@pytest.mark.parametrize("typed", ["15/QĐ-UBND", "15/qđ ubnd", "15qđubnd", "15 QD UBND", "số 15/QĐ-UBND"])
def test_words_that_together_may_be_a_code(typed: str) -> None:
    (whole,) = [code for code in read(typed).codes if code.whole]
    assert whole.key == "15QDUBND"


def test_codes_among_words_and_years_are_candidates_but_not_whole() -> None:
    query = read("báo cáo 125/SNV-VP ngày 5")
    assert {code.key for code in query.codes} >= {"125SNVVP", "5"}
    assert not any(code.whole for code in query.codes)


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from("abđế 15/-\":*?()[]{}^~+&|!\\'\0\n😀.:số:từ ngày:"), max_size=80))
def test_nothing_typed_raises(text: str) -> None:
    read(text)


@given(st.lists(st.sampled_from(["từ", "a/b/c", "số:1", '"họp giao ban"', "-x", '-"a b"', "ngày:2025"]), max_size=150))
def test_no_query_becomes_larger_than_its_room(typed: list[str]) -> None:
    query = read(" ".join(typed))
    assert sum(len(terms(word.text).folded) for word in query.words) <= MAX_WORDS
    beside = [one for one in query.clauses if not isinstance(one, Word)]
    assert len(beside) <= MAX_PARTS
    assert len(query.excluded) <= MAX_PARTS
    texts = [one.text for one in (*beside, *query.excluded) if not isinstance(one, FieldDays)]
    assert sum(len(terms(text).folded) for text in texts) <= MAX_BESIDE


@given(st.text(max_size=200))
def test_no_text_at_all_raises(text: str) -> None:
    read(text)

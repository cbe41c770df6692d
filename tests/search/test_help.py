"""What helps someone who does not find: corrections, similar documents, explanations, phrases nobody wrote."""

from __future__ import annotations

from datetime import date

import pytest

from search import DateRange, Engine, Filters, HintCode, Sort
from tests.search.conftest import READER, document, found

LETTERS = [
    document(1, "Giấy ủy quyền giải quyết hồ sơ đất đai", "Ủy quyền cho ông An nộp hồ sơ đất đai tại bộ phận một cửa."),
    document(2, "Về việc giải quyết hồ sơ đất đai", "Bộ phận một cửa trả kết quả hồ sơ đất đai."),
    document(3, "Kế hoạch tiêm chủng mở rộng", "Trạm y tế tổ chức tiêm chủng mở rộng cho trẻ em."),
    document(4, "Báo cáo tiêm chủng", "Kết quả tiêm chủng mở rộng của trạm y tế."),
    document(5, "Quyết định nghỉ hưu", "Quyết định nghỉ hưu theo chế độ."),
    document(6, "Quyết định khen thưởng", "Quyết định khen thưởng."),
]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.index(LETTERS)
    return engine


def test_a_correction_is_the_query_as_one_would_type_it(filled: Engine) -> None:
    assert filled.did_you_mean("giay uy quyem", READER) == "giay uy quyen"
    assert filled.did_you_mean("giấy ủy quyềm", READER) == "giấy ủy quyền"
    assert filled.did_you_mean("giấy ủy quyền", READER) is None
    assert filled.search("tiem chumg", READER).corrected == "tiem chung"


def test_neighbours_decide_between_corrections(filled: Engine) -> None:
    # "quyet" is one slip away as well, and in more documents.
    assert filled.did_you_mean("uy quyeb", READER) == "uy quyen"


def test_a_correction_is_made_of_readable_words_alone(engine: Engine) -> None:
    engine.index([document(1, "Đàn voi rừng", tokens={"u:2"}), document(2, "Việc khác rừng")])
    assert engine.did_you_mean("voix rung", {"u:2"}) == "voi rung"
    assert engine.did_you_mean("voix rung", {"u:1"}) is None


def test_similar_documents_share_telling_pairs(filled: Engine) -> None:
    assert [hit.id for hit in filled.more_like_this("1", READER)][0] == "2"
    (first, *_) = filled.more_like_this("3", READER)
    assert first.id == "4"
    assert ("tiêm chủng", True) in first.summary
    assert "3" not in [hit.id for hit in filled.more_like_this("3", READER)]
    assert len(filled.more_like_this("1", READER, limit=1)) == 1


def test_nothing_is_similar_to_what_one_may_not_read(filled: Engine) -> None:
    filled.index([document(9, "Kế hoạch tiêm chủng mở rộng", tokens={"u:2"})])
    assert filled.more_like_this("9", READER) == []
    assert filled.more_like_this("no such id", READER) == []
    assert filled.more_like_this("3", set()) == []
    assert "9" not in [hit.id for hit in filled.more_like_this("3", READER)]


def test_a_phrase_that_nobody_wrote_is_searched_as_words(filled: Engine) -> None:
    page = filled.search('"hồ sơ quyền ủy"', READER)
    assert page.hits[0].id == "1"
    assert [(hint.code, hint.subject) for hint in page.hints] == [(HintCode.NO_MATCH, "hồ sơ quyền ủy")]
    assert set(found(filled, '"tiêm chủng" -"báo cáo"')) == {"3"}


def test_an_empty_result_names_filters_days_and_exclusions(engine: Engine) -> None:
    engine.index([document(1, "họp mật", issued_on=date(2026, 3, 1)), document(2, "họp", issued_on=date(2026, 3, 2))])
    late = Filters(days=DateRange(date(2027, 1, 1), None))
    assert [(hint.code, hint.subject, hint.other) for hint in engine.explain_empty("họp", READER, filters=late)] == [
        (HintCode.FILTERED_OUT, "days", "2")
    ]
    page = engine.search('trích yếu:"họp mật" -mật', READER)
    assert [(hint.code, hint.subject, hint.other) for hint in page.hints] == [(HintCode.EXCLUDED, "mật", "1")]
    assert [hint.code for hint in engine.explain_empty("xyzzyx", READER)] == [HintCode.UNKNOWN_WORD]


def test_suggestions_know_signers(engine: Engine) -> None:
    engine.index([document(1, "họp", signer="Nguyễn Thị Thúy"), document(2, "họp", signer="Trần An", tokens={"u:2"})])
    assert [(one.kind, one.text) for one in engine.suggest("thi thu", READER)] == [("signer", "Nguyễn Thị Thúy")]
    assert engine.suggest("tran a", READER) == []


def test_a_question_in_a_sentence_finds_like_its_keywords(filled: Engine) -> None:
    asked = "Cho tôi hỏi trẻ em muốn tiêm chủng mở rộng thì phải đến đâu và cần những giấy tờ gì?"
    assert found(filled, asked)[0] == "3"
    assert found(filled, "cho toi hoi tre em muon tiem chung mo rong thi phai den dau")[0] == "3"


@pytest.mark.parametrize("sort", [Sort.DATE, Sort.NUMBER, Sort.DUE])
def test_other_orders_ask_for_every_word_first(filled: Engine, sort: Sort) -> None:
    assert set(found(filled, "quyết định nghỉ hưu", sort=sort)) == {"5"}
    page = filled.search("quyết định tiêm chủng", READER, sort=sort)
    assert HintCode.ANY_WORD in [hint.code for hint in page.hints]
    assert {hit.id for hit in page.hits} >= {"3", "4", "5", "6"}

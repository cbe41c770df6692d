"""What a query must find, and what must not come before it."""

from __future__ import annotations

import unicodedata

import pytest

from search import Engine, HintCode
from tests.search.conftest import READER, document, found

DOCUMENTS = [
    document(1, "Về hòa giải ở cơ sở"),
    document(2, "Về hoà giải ở cơ sở"),
    document(3, unicodedata.normalize("NFD", "VỀ HOÀ GIẢI Ở CƠ SỞ")),
    document(4, "Về hoa giai o co so"),
    document(5, "Giấy ủy quyền"),
    document(6, "Giấy uỷ quyền"),
    document(7, "Xử phạt giao thông", code="168/2024/NĐ-CP", number=168, symbol="NĐ-CP"),
    document(8, "Xử phạt giao thông", code="168/2023/NĐ-CP", number=168, symbol="NĐ-CP"),
    document(9, "Kèm văn bản", "Thi hành Nghị định số 168/2024/NĐ-CP của Chính phủ"),
    document(10, "Kiện toàn ban chỉ đạo", code="15/QĐ-UBND", number=15, symbol="QĐ-UBND"),
    document(11, "Kiện toàn ban chỉ đạo", code="115/QĐ-UBND", number=115, symbol="QĐ-UBND"),
    document(12, "Danh sách đàn ông"),
    document(13, "Việc dán ống nước"),
    document(20, "Bổ nhiệm bà Nguyễn Thị Thúy"),
    document(21, "Bổ nhiệm bà Nguyễn Thị Thuý"),
    document(22, "Bổ nhiệm bà Nguyễn Thị Thùy"),
    document(23, "Bổ nhiệm bà Nguyễn Thị Thuỷ"),
    document(30, "Hướng dẫn quản lý văn bản"),
    document(31, "Văn bản về quản trị và lý lịch", "Bản văn quản lý"),
    document(32, "Ðường bộ và Ɖường sắt"),
    document(33, "Công văn hỏa tốc", code="125/SNV-VP", number=125, symbol="SNV-VP"),
    document(34, "Mạng lưới cổng vàn"),
    document(35, "Kĩ thuật và qui định"),
    document(36, "Bảo vệ bí mật nhà nước"),
    document(37, "Báo bị mất giấy tờ"),
]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.index(DOCUMENTS)
    return engine


@pytest.mark.parametrize("typed", ["hoà giải", "hòa giải", "HOÀ GIẢI", unicodedata.normalize("NFD", "hoà giải")])
def test_tone_place_and_composition_do_not_matter(filled: Engine, typed: str) -> None:
    hits = found(filled, typed)
    assert set(hits[:3]) == {"1", "2", "3"}
    assert hits[3] == "4"


def test_uy_quyen(filled: Engine) -> None:
    assert set(found(filled, "uy quyen")[:2]) == {"5", "6"}


@pytest.mark.parametrize("typed", ["168/2024/ND-CP", "168/2024/NĐ-CP", "168 2024 nđ cp", "số 168/2024/nd-cp"])
def test_a_decree_by_its_number_and_after_it_what_cites_it(filled: Engine, typed: str) -> None:
    assert found(filled, typed) == ["7", "9"]


@pytest.mark.parametrize(
    "typed", ["15/qđ ubnd", "15/QĐ-UBND", "15/QD-UBND", "15QĐUBND", "15 qd ubnd", "số: 15/QĐ-UBND"]
)
def test_a_decision_in_every_writing(filled: Engine, typed: str) -> None:
    assert found(filled, typed) == ["10"]


@pytest.mark.parametrize("typed", ["125/SNV-VP", "125 snv vp", "125snvvp", "125/SNV"])
def test_a_letter_in_every_writing(filled: Engine, typed: str) -> None:
    assert found(filled, typed) == ["33"]


@pytest.mark.parametrize("typed", ["15", "số 15", "015", "số:15"])
def test_a_number_alone_leads_to_the_document_that_has_it(filled: Engine, typed: str) -> None:
    assert found(filled, typed)[0] == "10"


def test_a_number_among_other_words(filled: Engine) -> None:
    assert found(filled, "kiện toàn 115/QĐ-UBND")[0] == "11"


def test_dan_ong_by_accents(filled: Engine) -> None:
    assert set(found(filled, "dan ong")[:2]) == {"12", "13"}
    assert found(filled, "đàn ông")[:2] == ["12", "13"]
    assert found(filled, "dán ống")[:2] == ["13", "12"]


def test_a_name_without_accents(filled: Engine) -> None:
    assert set(found(filled, "nguyen thi thuy")[:4]) == {"20", "21", "22", "23"}
    assert set(found(filled, "Nguyễn Thị Thuý")[:2]) == {"20", "21"}


def test_a_phrase_finds_the_phrase_alone_and_words_the_phrase_first(filled: Engine) -> None:
    assert found(filled, '"quản lý văn bản"') == ["30"]
    assert found(filled, '"quan ly van ban"') == ["30"]
    assert found(filled, "quản lý văn bản")[:2] == ["30", "31"]


def test_words_without_accents_find_accented_ones(filled: Engine) -> None:
    assert found(filled, "cong van hoa toc")[0] == "33"


def test_accented_hits_come_before_folded_ones(filled: Engine) -> None:
    assert found(filled, "công văn")[0] == "33"
    assert found(filled, "cổng vàn")[0] == "34"
    assert found(filled, "bí mật")[0] == "36"
    assert found(filled, "bị mất")[0] == "37"


def test_variants_of_i_and_y(filled: Engine) -> None:
    assert found(filled, "kỹ thuật")[0] == "35"
    assert found(filled, '"quy định"') == ["35"]


def test_lookalikes_of_d(filled: Engine) -> None:
    assert found(filled, "Đường") == ["32"]
    assert found(filled, "duong sat") == ["32"]


def test_a_misspelled_syllable_is_searched_as_a_known_one(filled: Engine) -> None:
    page = filled.search("uy quyem", READER)
    assert {hit.id for hit in page.hits[:2]} == {"5", "6"}
    assert [(hint.code, hint.subject, hint.other) for hint in page.hints] == [(HintCode.SPELLING, "quyem", "quyen")]


def test_a_known_syllable_is_never_respelled(filled: Engine) -> None:
    assert filled.search("hoa", READER).hints == []


def test_an_unknown_word_does_not_hide_the_others(filled: Engine) -> None:
    page = filled.search("xyzzyx ủy quyền", READER)
    assert {hit.id for hit in page.hits} >= {"5", "6"}
    assert HintCode.UNKNOWN_WORD in [hint.code for hint in page.hints]


def test_exclusion(filled: Engine) -> None:
    assert "13" in found(filled, "dan ong")
    assert "13" not in found(filled, "dan ong -nước")
    assert "12" not in found(filled, "-đàn")

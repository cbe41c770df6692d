from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import (
    cited_codes,
    clean,
    code_prefixes,
    fold,
    fold_code,
    has_accents,
    located_terms,
    normalize,
    terms,
)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("HOÀ", "HÒA"),
        ("Hoà", "Hòa"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Uỷ ban", "Ủy ban"),
        ("huỵ", "hụy"),
        ("hoàn", "hoàn"),
        ("thuyền", "thuyền"),
        ("quý", "quý"),
        ("quỳ", "quỳ"),
        ("QUỸ", "QUỸ"),
        ("hoà-giải", "hòa-giải"),
        ("uỷ, uỷ.", "ủy, ủy."),
    ],
)
def test_the_tone_of_an_open_syllable_goes_to_its_old_place(new: str, old: str) -> None:
    assert normalize(new) == old
    assert normalize(unicodedata.normalize("NFD", new)) == old


def test_every_open_pair_has_one_form() -> None:
    olds = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
    news = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]
    for old, new in zip(olds, news, strict=True):
        assert normalize(f"h{new}") == f"h{old}" == normalize(f"h{old}")
        assert normalize(f"q{new}") == f"q{new}"


@pytest.mark.parametrize("lookalike", ["Ð", "Ɖ"])
def test_lookalikes_of_the_barred_d_are_one_letter(lookalike: str) -> None:
    assert clean(f"{lookalike}ường") == "Đường"
    assert terms(f"{lookalike}ường").exact == ("đường",)
    assert fold_code(f"15/Q{lookalike}-UBND") == "15QDUBND"


def test_folding_keeps_every_offset() -> None:
    text = clean(unicodedata.normalize("NFD", "Nguyễn Thị Thuý ở Đắk Lắk, İstanbul"))
    assert fold(text) == "nguyen thi thuy o dak lak, istanbul"
    assert len(fold(text)) == len(text)


@given(st.text(max_size=60))
def test_any_text_has_as_many_folded_as_exact_terms(text: str) -> None:
    cut = terms(text)
    assert len(cut.exact) == len(cut.folded)
    assert len(fold(clean(text))) == len(clean(text))
    assert all(term and " " not in term for term in (*cut.exact, *cut.folded))


@given(st.text(alphabet="aàăâeêiìoòôơuùưyýđhqutlmkg015/- ", max_size=40))
def test_terms_do_not_depend_on_composition_or_case(text: str) -> None:
    assert terms(unicodedata.normalize("NFD", text)) == terms(text) == terms(text.upper())


def test_exact_and_folded_forms_and_pairs() -> None:
    cut = terms("Công văn hỏa tốc")
    assert cut.exact == ("công", "văn", "hỏa", "tốc")
    assert cut.folded == ("cong", "van", "hoa", "toc")
    assert cut.pairs == ["cong_van", "van_hoa", "hoa_toc"]
    assert cut.exact_pairs == ["công_văn", "văn_hỏa", "hỏa_tốc"]


@pytest.mark.parametrize(("one", "other"), [("quy", "qui"), ("kỹ", "kĩ"), ("lý", "lí"), ("công ty", "công ti")])
def test_a_closing_y_and_i_are_folded_to_one(one: str, other: str) -> None:
    assert terms(one).folded == terms(other).folded
    assert terms(one).exact != terms(other).exact


def test_other_words_with_y_stay() -> None:
    assert terms("thuy uy quyen hay").folded == ("thuy", "uy", "quyen", "hay")


def test_numbers_and_symbols_are_cut_into_parts_without_leading_zeros() -> None:
    assert terms("05/2024/NĐ-CP").folded == ("5", "2024", "nd", "cp")
    assert terms("15qđ 000").folded == ("15", "qd", "0")


def test_noise_is_left_out() -> None:
    assert terms("x" * 41 + " a_b \x00 😀 ?!").folded == ("a", "b")


def test_has_accents() -> None:
    assert has_accents("cong văn")
    assert has_accents("Đ")
    assert not has_accents("cong van 15/QD")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("168/2024/NĐ-CP", "168/2024NDCP"),
        ("168/2024/ND-CP", "168/2024NDCP"),
        ("168 2024 nd cp", "168/2024NDCP"),
        ("15/QĐ-UBND", "15QDUBND"),
        ("15qđubnd", "15QDUBND"),
        ("15 QD UBND", "15QDUBND"),
        ("15/qđ ubnd", "15QDUBND"),
        ("Số: 015 /QĐ-UBND", "15QDUBND"),
        ("125/SNV-VP", "125SNVVP"),
        ("125 snv vp", "125SNVVP"),
        ("số 15", "15"),
        ("07/NQ–HĐND", "7NQHDND"),
        ("?!", ""),
    ],
)
def test_a_code_has_one_key_however_it_is_typed(typed: str, key: str) -> None:
    assert fold_code(typed) == key


def test_keys_of_different_codes_differ() -> None:
    assert fold_code("1/52024") != fold_code("15/2024") != fold_code("152024")
    assert fold_code("115/QĐ-UBND") != fold_code("15/QĐ-UBND")


def test_beginnings_of_a_code() -> None:
    assert code_prefixes("168/2024/NĐ-CP") == ["168", "168/2024", "168/2024ND"]


def test_codes_cited_in_a_text() -> None:
    text = "Căn cứ Nghị định số 168/2024/NĐ-CP, Tờ trình số  15  /TTr-SNV;\nchính trị - xã hội ngày 05/01/2026"
    assert cited_codes(text) == ["168/2024NDCP", "NDCP", "15TTRSNV", "TTRSNV", "5/1/2026"]


def test_terms_are_found_again_where_they_stand() -> None:
    text = "Kĩ thuật số 005/QĐ, uỷ quyền!"
    found = [(text[start:end], folded, exact) for start, end, folded, exact in located_terms(text)]
    assert found == [
        ("Kĩ", "ki", "kĩ"),
        ("thuật", "thuat", "thuật"),
        ("số", "so", "số"),
        ("005", "5", "5"),
        ("QĐ", "qd", "qđ"),
        ("uỷ", "uy", "ủy"),
        ("quyền", "quyen", "quyền"),
    ]


@given(st.text(max_size=60))
def test_located_terms_are_the_terms(text: str) -> None:
    found = list(located_terms(clean(text)))
    assert tuple(folded for _, _, folded, _ in found) == terms(text).folded
    assert tuple(exact for _, _, _, exact in found) == terms(text).exact

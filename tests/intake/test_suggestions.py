"""Fields read from the text of incoming documents: our own layouts, and others with all their liberties."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from dataclasses import fields, replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edocs.intake.suggestions import Confidence, Kind, PageText, Suggestions, Word, suggest
from edocs.typeset import compose_letter, number_text
from tests.typeset.letters import Sample, samples
from tests.typeset.reading import pages_of

_LEVELS = {"": None, "KHẨN": 1, "THƯỢNG KHẨN": 2, "HỎA TỐC": 3}


@cache
def _composed() -> list[tuple[Sample, list[PageText]]]:
    return [(sample, pages_of(compose_letter(sample.letter).pdf)) for sample in samples()]


def _expected(sample: Sample) -> dict[str, Any]:
    letter = sample.letter
    return {
        "number": number_text(letter.number or ""),
        "symbol": letter.symbol,
        "issued_on": letter.issued_on,
        "issuer": sample.issuer,
        "kind": letter.kind,
        "summary": f"V/v {letter.summary}" if letter.kind == "Công văn" else letter.summary,
        "signer_name": letter.signer,
        "signer_position": sample.position,
        "signer_prefix": sample.prefix or None,
        "urgency": _LEVELS[letter.urgency.value[0]],
        "reply_by": sample.reply_by,
    }


def _values(found: Suggestions) -> dict[str, Any]:
    values = {}
    for field in fields(found):
        suggestion = getattr(found, field.name)
        if field.name != "pages":
            value = suggestion.value if suggestion else None
            values[field.name] = value.name if isinstance(value, Kind) else value
    return values


def _accuracy(change: Any = None) -> tuple[Counter[str], int]:
    """How many of the sample letters give each field right, after ``change`` was done to their pages."""
    right: Counter[str] = Counter()
    composed = _composed()
    for sample, pages in composed:
        values = _values(suggest(change(pages) if change else pages))
        right.update(name for name, value in _expected(sample).items() if values[name] == value)
    return right, len(composed)


def _with_words(pages: list[PageText], change: Any) -> list[PageText]:
    changed = []
    for page in pages:
        words = tuple(replaced for word in page.words for replaced in change(word))
        changed.append(replace(page, words=words))
    return changed


def test_every_field_of_every_layout_is_read() -> None:
    right, count = _accuracy()
    assert count >= 40
    assert {name: f"{share}/{count}" for name, share in right.items() if share < count} == {}


def test_decomposed_text_reads_the_same() -> None:
    def decompose(word: Word) -> list[Word]:
        return [Word(unicodedata.normalize("NFD", word.text), word.box)]

    right, count = _accuracy(lambda pages: _with_words(pages, decompose))
    assert {name: share for name, share in right.items() if share < count} == {}


def test_blanks_around_the_strokes_of_the_number_do_not_matter() -> None:
    def apart(word: Word) -> list[Word]:
        parts = re.split(r"([/-])", word.text) if re.match(r"\d+/", word.text) else [word.text]
        left, bottom, right, top = word.box
        step = (right - left) / len(parts)
        return [Word(p, (left + i * step, bottom, left + (i + 0.8) * step, top)) for i, p in enumerate(parts) if p]

    right, count = _accuracy(lambda pages: _with_words(pages, apart))
    assert right["number"] == right["symbol"] == right["kind"] == count


def test_order_of_words_in_the_file_and_small_shifts_do_not_matter() -> None:
    chance = random.Random(7)

    def shake(pages: list[PageText]) -> list[PageText]:
        shaken = []
        for page in pages:
            words = [
                Word(w.text, (w.box[0], w.box[1] + (d := chance.uniform(-1, 1)), w.box[2], w.box[3] + d))
                for w in page.words
            ]
            chance.shuffle(words)
            shaken.append(replace(page, words=tuple(words)))
        return shaken

    right, count = _accuracy(shake)
    assert {name: share for name, share in right.items() if share < 0.95 * count} == {}


def test_an_appendix_after_the_signature_does_not_hide_the_signer() -> None:
    appendix = PageText(
        9, "", tuple(Word(text, (90 + 60 * n, 700, 140 + 60 * n, 712)) for n, text in enumerate(["Phụ", "lục"]))
    )
    right, count = _accuracy(lambda pages: [*pages, appendix])
    assert right["signer_name"] == right["signer_position"] == count


def test_each_suggestion_tells_where_it_was_read() -> None:
    for sample, pages in _composed():
        found = suggest(pages)
        boxes = {page.page: page for page in pages}
        for field in fields(found):
            suggestion = getattr(found, field.name)
            if field.name == "pages" or suggestion is None:
                continue
            place = suggestion.place
            assert place.page in boxes
            assert place.words
            left, bottom, right, top = place.box
            inside = [
                word.text
                for word in boxes[place.page].words
                if left - 1 <= word.box[0] and word.box[2] <= right + 1 and bottom - 1 <= word.box[1] <= top + 1
            ]
            assert place.words.split()[0] in inside, (field.name, sample.letter.kind)
        assert found.pages == len(pages)


def _text(text: str) -> list[PageText]:
    """A page of plain text, columns as typed, without boxes."""
    return [PageText(1, text)]


OLD = """
      UBND TỈNH NAM KHÊ            CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
          SỞ Y TẾ                       Độc lập - Tự do - Hạnh phúc

     Số :  214 / SYT - NVY            Nam Khê, ngày 7  tháng 10 năm 2026
   V/v: xin ý kiến góp ý dự thảo
   Quy chế phối hợp

                   HOẢ TỐC

           Kính gửi: Sở Nội vụ tỉnh Nam Khê

     Căn cứ Công văn số 12/UBND-VX ngày 01/10/2026 của UBND tỉnh, Sở Y tế
     đề nghị quý Sở cho ý kiến bằng văn bản trước 17h00 ngày 12/10 để tổng hợp.

  Nơi nhận:                              KT. GIÁM ĐỐC
  - Như trên;                            PHÓ GIÁM ĐỐC
  - Lưu: VT.
                                           (Đã ký)

                                       BS. Trần Thị Thuỷ
"""


def test_a_letter_of_the_old_spelling_with_loose_spacing() -> None:
    assert _values(suggest(_text(OLD))) == {
        "number": "214",
        "symbol": "SYT-NVY",
        "issued_on": date(2026, 10, 7),
        "issuer": "Sở Y tế tỉnh Nam Khê",
        "kind": "Công văn",
        "summary": "V/v xin ý kiến góp ý dự thảo Quy chế phối hợp",
        "signer_name": "Trần Thị Thuỷ",
        "signer_position": "Phó Giám đốc",
        "signer_prefix": "KT.",
        "urgency": 3,
        "reply_by": date(2026, 10, 12),
    }


def test_a_deadline_without_a_year_is_only_likely() -> None:
    found = suggest(_text(OLD)).reply_by
    assert found is not None
    assert found.confidence is Confidence.LIKELY
    assert found.place.box is None


TAX = """
       TỔNG CỤC THUẾ               CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
   CỤC THUẾ TỈNH NAM KHÊ                Độc lập - Tự do - Hạnh phúc

     Số: 88/CT-TTHT                  Nam Khê, ngày 15 tháng 9 năm 2026
   V/v chính sách thuế

           Kính gửi: Sở Nội vụ
     Cục Thuế trả lời như sau.
  Nơi nhận:                              CỤC TRƯỞNG
  - Như trên.
                                       Phạm Văn Bình
"""


def test_a_symbol_that_looks_like_a_kind_does_not_make_a_directive_of_a_letter() -> None:
    found = suggest(_text(TAX))
    assert found.kind is not None
    assert found.kind.value.name == "Công văn"
    assert found.kind.confidence is Confidence.LIKELY
    assert found.issuer is not None
    assert found.issuer.value == "Cục Thuế tỉnh Nam Khê"
    assert found.issuer.raw == "TỔNG CỤC THUẾ / CỤC THUẾ TỈNH NAM KHÊ"


DECREE = """
          CHÍNH PHỦ                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                        Độc lập - Tự do - Hạnh phúc
     Số: 30/2020/NĐ-CP                 Hà Nội, ngày 05 tháng 3 năm 2020

                         NGHỊ ĐỊNH
                     Về công tác văn thư

     Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;
     Chính phủ ban hành Nghị định về công tác văn thư.

  Nơi nhận:                              TM. CHÍNH PHỦ
  - Ban Bí thư;                            THỦ TƯỚNG
  - Lưu: VT.

                                       Nguyễn Văn Mẫu
"""


def test_a_legal_document_keeps_its_year_in_the_symbol() -> None:
    values = _values(suggest(_text(DECREE)))
    assert (values["number"], values["symbol"]) == ("30", "2020/NĐ-CP")
    assert values["kind"] == "Nghị định"
    assert values["summary"] == "Về công tác văn thư"
    assert values["issuer"] == "Chính phủ"
    assert (values["signer_prefix"], values["signer_position"]) == ("TM.", "Thủ tướng")
    assert values["reply_by"] is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Số: 30NĐ-CP", ("30", "NĐ-CP", Confidence.LIKELY)),
        ("Số: 30/NĐ-CP", ("30", "NĐ-CP", Confidence.SURE)),
        ("Số: 30 Láng-Hạ", None),
        ("Số: 30láng-hạ", None),
        ("Số: 30NĐ", None),
    ],
)
def test_a_stroke_that_the_scan_lost_stands_between_digits_and_capitals(
    line: str, expected: tuple[str, str, Confidence] | None
) -> None:
    found = suggest(_text(DECREE.replace("Số: 30/2020/NĐ-CP", line)))
    read = (found.number.value, found.symbol.value, found.number.confidence) if found.number and found.symbol else None
    assert read == expected


PARTY = """
      TỈNH ỦY NAM KHÊ                   ĐẢNG CỘNG SẢN VIỆT NAM
            *
     Số 15-CV/TU                     Nam Khê, ngày 20 tháng 8 năm 2026

           Kính gửi: Các cấp ủy trực thuộc
"""


def test_a_party_document_is_read_but_only_likely() -> None:
    found = suggest(_text(PARTY))
    assert found.number is not None
    assert found.symbol is not None
    assert (found.number.value, found.symbol.value) == ("15", "CV/TU")
    assert found.number.confidence is Confidence.LIKELY
    assert found.issued_on is not None
    assert found.issued_on.value == date(2026, 8, 20)


SIGNED = """
                                              Ký bởi: Sở Nội vụ
                                              Thời gian ký: 13/10/2026 08:24:10 +07:00
   ỦY BAN NHÂN DÂN                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
     TỈNH NAM KHÊ                       Độc lập - Tự do - Hạnh phúc
   SỞ NỘI VỤ
     Số:     /QĐ-SNV                 Nam Khê, ngày    tháng    năm 2026

                         Q U Y Ế T  Đ Ị N H
                  Về việc cử công chức đi công tác

                     GIÁM ĐỐC SỞ NỘI VỤ
     Căn cứ Luật Cán bộ, công chức;
     Điều 1. Cử ông A đi công tác từ ngày 20 tháng 10 năm 2026.
  Nơi nhận:                              Q. GIÁM ĐỐC
  - Như Điều 1;
                                     Ký bởi: Nguyễn Văn Tú
                                     Ngày ký: 13/10/2026
                                        Nguyễn Văn Tú
"""


def test_a_draft_without_number_and_date_under_visible_signatures() -> None:
    values = _values(suggest(_text(SIGNED)))
    assert values["number"] is None
    assert values["symbol"] == "QĐ-SNV"
    assert values["issued_on"] is None
    assert values["issuer"] == "Sở Nội vụ tỉnh Nam Khê"
    assert values["kind"] == "Quyết định"
    assert values["summary"] == "Về việc cử công chức đi công tác"
    assert (values["signer_prefix"], values["signer_position"]) == ("Q.", "Giám đốc")
    assert values["signer_name"] == "Nguyễn Văn Tú"


WRAPPED = """
   ỦY BAN NHÂN DÂN                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
  THÀNH PHỐ HỒ CHÍ MINH                 Độc lập - Tự do - Hạnh phúc
  SỞ NÔNG NGHIỆP VÀ MÔI                 _________________________
         TRƯỜNG
      ___________              Thành phố Hồ Chí Minh, ngày 05
     Số: 77/BC-SNNMT                  tháng 02 năm 2026

                          BÁO CÁO
                   Kết quả công tác quý I
                          _______
     Sở báo cáo như sau.
"""


def test_rules_and_lines_that_ran_over_are_put_right() -> None:
    found = suggest(_text(WRAPPED))
    values = _values(found)
    assert values["issuer"] == "Sở Nông nghiệp và Môi trường thành phố Hồ Chí Minh"
    assert values["issued_on"] == date(2026, 2, 5)
    assert values["summary"] == "Kết quả công tác quý I"
    assert found.issued_on is not None
    assert found.issued_on.place.words == "ngày 05 tháng 02 năm 2026"


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("gửi ý kiến trước ngày 23/10/2026.", date(2026, 10, 23)),
        ("gửi ý kiến trước ngày 23 tháng 10 năm 2026.", date(2026, 10, 23)),
        ("báo cáo chậm nhất là 16 giờ 30 phút ngày 23-10-2026.", date(2026, 10, 23)),
        ("thời hạn trả lời đến hết ngày 23.10.2026.", date(2026, 10, 23)),
        ("áp dụng với người nghỉ trước ngày 01 tháng 7 năm 2016.", None),
        ("gửi trước ngày 31/02/2027.", None),
        ("gửi trước ngày nghị quyết có hiệu lực.", None),
        ("gửi trước ngày 23/10/2031.", None),
    ],
)
def test_only_a_day_to_come_is_a_deadline(sentence: str, day: date | None) -> None:
    assert _values(suggest(_text(TAX.replace("Cục Thuế trả lời như sau.", sentence))))["reply_by"] == day


def test_a_deadline_may_run_over_the_end_of_a_line() -> None:
    text = TAX.replace("Cục Thuế trả lời như sau.", "đề nghị gửi trước ngày 23\n     tháng 10 năm 2026.")
    assert _values(suggest(_text(text)))["reply_by"] == date(2026, 10, 23)


def test_dates_and_numbers_of_the_text_are_not_those_of_the_document() -> None:
    text = "  Kính gửi: Sở Nội vụ\n  Theo Công văn số 12/UBND-VX ngày 01 tháng 10 năm 2026 của UBND tỉnh.\n"
    values = _values(suggest(_text(text)))
    assert values["number"] is None
    assert values["issued_on"] is None
    assert values["summary"] is None


def test_urgency_words_in_a_sentence_are_no_stamp() -> None:
    text = TAX.replace("V/v chính sách thuế", "V/v xử lý khẩn cấp").replace("Cục Thuế trả", "KHẨN trương trả")
    assert suggest(_text(text)).urgency is None


def test_kinds_of_the_agency_take_the_place_of_the_table() -> None:
    own = (Kind("Công văn", ""), Kind("Quyết định hành chính", "QĐ"))
    found = suggest(_text(SIGNED.replace("Q U Y Ế T  Đ Ị N H", "")), own).kind
    assert found is not None
    assert found.value == own[1]
    assert found.confidence is Confidence.LIKELY


@pytest.mark.parametrize("pages", [[], [PageText(1, "")], [PageText(1, "\n \n"), PageText(2, "")]])
def test_pages_without_text_suggest_nothing(pages: list[PageText]) -> None:
    found = suggest(pages)
    assert found == Suggestions(pages=len(pages))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=600))
def test_any_text_is_survived(text: str) -> None:
    assert suggest([PageText(1, text)]).pages == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_part_of_a_letter_is_survived(data: st.DataObject) -> None:
    _, pages = data.draw(st.sampled_from(_composed()))
    words = pages[0].words
    begin = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(begin, len(words)))
    assert suggest([replace(pages[0], words=words[begin:end])]).pages == 1

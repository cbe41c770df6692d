"""Official letters: format, places, archival PDF, and text that nobody may turn into commands."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edocs.typeset import (
    Article,
    Box,
    Clause,
    Letter,
    NotALetter,
    Paragraph,
    Point,
    TypesetError,
    UnprintableText,
    Urgency,
    compose_letter,
)
from signing.layout import mm

from .letters import samples
from .reading import pages_of, text_of

MADE_AT = datetime(2026, 10, 13, 8, 24, tzinfo=UTC)


@pytest.fixture
def draft() -> Letter:
    """A công văn not yet numbered or dated."""
    return Letter(
        superior="Ủy ban nhân dân tỉnh Nam Khê",
        agency="Sở Nội vụ",
        place="Nam Khê",
        kind="Công văn",
        symbol="SNV-CCHC",
        summary="báo cáo kết quả rà soát các tiêu chí bị trừ điểm",
        addressees=("Ủy ban nhân dân tỉnh Nam Khê",),
        body=(Paragraph("Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh xem xét, chỉ đạo./."),),
        position_lines=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        signer="Nguyễn Thị Hồng Nhung",
        recipients=("Như trên",),
        file_copy="Lưu: VT, CCHC",
    )


def _inside(box: Box, pdf: bytes) -> list[str]:
    """The words whose middles lie in the box."""
    page = pages_of(pdf)[box.page]
    return [
        word.text
        for word in page.words
        if box.x0 <= (word.box[0] + word.box[2]) / 2 <= box.x1 and box.y0 <= (word.box[1] + word.box[3]) / 2 <= box.y1
    ]


def _word(pdf: bytes, text: str, page: int = 0) -> tuple[float, float, float, float]:
    return next(word.box for word in pages_of(pdf)[page].words if word.text.startswith(text))


def _ink(pdf: bytes, page: int = 0) -> tuple[float, float, float, float]:
    """Margins in mm around everything printed on the page: left, top, right, bottom."""
    scale = 4
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil().convert("L")
    left, top, right, bottom = picture.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    unit = scale * 72 / 25.4
    return left / unit, top / unit, 210 - right / unit, 297 - bottom / unit


def test_number_box_of_a_draft_is_the_blank_between_so_and_the_stroke(draft: Letter) -> None:
    made = compose_letter(draft)
    box = made.places.number
    assert _inside(box, made.pdf) == []
    assert _word(made.pdf, "Số:")[2] < box.x0
    assert box.x1 < _word(made.pdf, "/SNV-CCHC")[0] + 1
    assert box.width >= mm(11)
    assert box.height == pytest.approx(13 * 1.4)


@pytest.mark.parametrize(("room", "number"), [(2, "05"), (5, "12345"), (7, "1234567")])
def test_the_blank_takes_the_number_it_was_made_for(draft: Letter, room: int, number: str) -> None:
    blank = compose_letter(replace(draft, number_room=room)).places.number
    filled = compose_letter(replace(draft, number=number)).places.number
    assert blank.width >= filled.width


def test_date_box_of_a_draft_follows_the_place_and_takes_any_date(draft: Letter) -> None:
    made = compose_letter(draft)
    box = made.places.date
    assert _inside(box, made.pdf) == []
    assert 0 < box.x0 - _word(made.pdf, "Khê,")[2] < 6
    widest = max(
        compose_letter(replace(draft, issued_on=date(2026, month, day))).places.date.width
        for month, day in ((12, 30), (10, 28), (2, 28), (9, 30))
    )
    assert box.width > widest


def test_given_number_and_date_stand_exactly_where_the_clerk_would_write_them(draft: Letter) -> None:
    blank = compose_letter(draft).places
    made = compose_letter(replace(draft, number="5", issued_on=date(2026, 1, 5)))
    assert "".join(_inside(made.places.number, made.pdf) or ["05/SNV-CCHC"]).startswith("05")
    assert " ".join(_inside(made.places.date, made.pdf)) == "ngày 05 tháng 01 năm 2026"
    assert made.places.number.y0 == pytest.approx(blank.number.y0)
    assert made.places.date.y0 == pytest.approx(blank.date.y0)
    # The baseline that the box promises is the one the text stands on.
    bottom = _word(made.pdf, "05/SNV")[1]
    assert bottom == pytest.approx(made.places.number.y0 + 0.35 * 13, abs=0.6)


def test_signature_lies_between_position_and_name_and_the_seal_over_its_left_third(draft: Letter) -> None:
    made = compose_letter(draft)
    signature, seal = made.places.signature, made.places.seal
    assert _inside(signature, made.pdf) == []
    assert _word(made.pdf, "PHÓ")[1] > signature.y1
    assert _word(made.pdf, "Nhung")[3] < signature.y0
    assert seal.width == pytest.approx(mm(36))
    assert seal.height == pytest.approx(mm(36))
    assert seal.x1 - signature.x0 == pytest.approx(signature.width / 3)
    assert (seal.y0 + seal.y1) / 2 == pytest.approx((signature.y0 + signature.y1) / 2)
    assert _word(made.pdf, "CCHC.")[2] < seal.x0


def test_margins_are_those_of_the_decree(draft: Letter) -> None:
    made = compose_letter(replace(draft, body=(Paragraph("Nội dung của văn bản dài. " * 600),)))
    assert made.pages > 2
    left, top, right, _ = _ink(made.pdf)
    half_a_pixel = 0.05
    assert 30 - half_a_pixel <= left <= 35
    assert 20 - half_a_pixel <= top <= 25
    assert 15 - half_a_pixel <= right <= 20
    for page in range(1, made.pages):
        bottom = _ink(made.pdf, page)[3]
        assert bottom >= 20 - half_a_pixel
        assert _ink(made.pdf, page)[0] >= 30 - half_a_pixel


def test_page_numbers_are_centred_in_the_top_margin_and_hidden_on_page_one(draft: Letter) -> None:
    pdf = compose_letter(replace(draft, body=(Paragraph("Nội dung của văn bản dài. " * 600),))).pdf
    pages = pages_of(pdf)
    assert not any(word.text == "1" for word in pages[0].words)
    for number, page in enumerate(pages[1:], start=2):
        top = max(page.words, key=lambda word: word.box[3])
        assert top.text == str(number)
        assert top.box[1] > 841.89 - mm(20)
        centre = (mm(30) + mm(210 - 15)) / 2
        assert (top.box[0] + top.box[2]) / 2 == pytest.approx(centre, abs=2)


def test_fonts_are_ours_and_embedded_and_archival_pdf_is_claimed(draft: Letter) -> None:
    with pikepdf.open(io.BytesIO(compose_letter(draft).pdf)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert pdf.Root.Lang == "vi-VN"
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            assert re.match(r"/[A-Z]{6}\+Tinos", str(font.BaseFont))
            assert "/ToUnicode" in font


def test_same_letter_and_time_give_the_same_bytes(draft: Letter) -> None:
    first = compose_letter(draft, made_at=MADE_AT).pdf
    compose_letter(replace(draft, signer="Người Khác"))
    assert compose_letter(draft, made_at=MADE_AT).pdf == first


def test_text_comes_out_composed_even_if_it_went_in_decomposed(draft: Letter) -> None:
    text = "Ủy ban nhân dân xã Đông Lĩnh đề nghị hướng dẫn"
    pdf = compose_letter(replace(draft, body=(Paragraph(unicodedata.normalize("NFD", text)),))).pdf
    read = text_of(pdf)
    assert text in read
    assert read == unicodedata.normalize("NFC", read)


HOSTILE = '#panic("x") $x^2$ *đậm* _nghiêng_ `mã` \\n \\u{41} "kép" \'đơn\' <nhãn> @ref // hết /* */ [a] {b} = - + ~'


def test_text_is_printed_as_it_is_and_never_read_as_markup(draft: Letter) -> None:
    letter = replace(
        draft,
        agency=HOSTILE[:40],
        summary=HOSTILE,
        signer=HOSTILE[:30],
        symbol="A#b$c*d\\e",
        addressees=(HOSTILE, HOSTILE),
        recipients=(HOSTILE,),
        body=(Paragraph(HOSTILE), Clause(HOSTILE, title=HOSTILE), Point(HOSTILE)),
    )
    read = text_of(compose_letter(letter).pdf)
    assert read.count(HOSTILE) >= 4
    assert "/A#b$c*d\\e" in read


@pytest.mark.parametrize("name", ["Nguyễn " * 43, "x" * 300, "ỦY-BAN/" * 43], ids=["words", "one-word", "strokes"])
def test_names_of_three_hundred_signs_stay_on_the_page(draft: Letter, name: str) -> None:
    letter = replace(
        draft,
        agency=name,
        summary=name,
        signer=name,
        position_lines=(name,),
        addressees=(name, name),
        recipients=(name,),
        body=(Paragraph(name), Article(name, title=name)),
    )
    made = compose_letter(letter)
    for page in range(made.pages):
        left, _, right, bottom = _ink(made.pdf, page)
        assert min(left, right, bottom) > 10
    squeezed = re.sub(r"\s", "", text_of(made.pdf))
    assert re.sub(r"\s", "", name) in squeezed


def test_a_sign_without_a_font_is_refused_by_name(draft: Letter) -> None:
    with pytest.raises(UnprintableText) as refused:
        compose_letter(replace(draft, summary="họp 😀 và 漢字"))
    assert refused.value.signs == "字漢😀"


@pytest.mark.parametrize("part", ["agency", "place", "symbol", "signer", "position_lines"])
def test_a_missing_part_is_named(draft: Letter, part: str) -> None:
    with pytest.raises(NotALetter) as refused:
        compose_letter(replace(draft, **{part: (" ",) if part == "position_lines" else " "}))
    assert refused.value.part == part


def test_several_addressees_stand_one_under_the_other_under_the_colon(draft: Letter) -> None:
    pdf = compose_letter(replace(draft, addressees=("Sở Tài chính;", "Sở Y tế", "Sở Xây dựng."))).pdf
    words = pages_of(pdf)[0].words
    dashes = [word.box[0] for word in words if word.text == "-" and word.box[0] > mm(60) and word.box[3] < 700]
    colon = next(word.box[2] for word in words if word.text == "gửi:")
    assert len(dashes) >= 3
    assert max(dashes[:3]) - min(dashes[:3]) < 0.5
    assert abs(dashes[0] - colon) < 6
    assert "Sở Tài chính; - Sở Y tế; - Sở Xây dựng." in text_of(pdf)


def test_a_decision_has_grounds_authority_and_articles(draft: Letter) -> None:
    decision = replace(
        draft,
        kind="Quyết định",
        kind_code="QĐ",
        symbol="QĐ-SNV",
        summary="Về việc cử công chức",
        authority="Giám đốc Sở Nội vụ",
        addressees=(),
        grounds=("Căn cứ Luật Cán bộ, công chức;", "Theo đề nghị của Trưởng phòng;"),
        body=(Article("Cử ông A."), Article(title="Hiệu lực"), Clause("Từ ngày ký."), Point("x"), Point("y")),
    )
    read = text_of(compose_letter(decision).pdf)
    order = (
        "QUYẾT ĐỊNH Về việc cử công chức",
        "GIÁM ĐỐC SỞ NỘI VỤ",
        "Căn cứ Luật Cán bộ, công chức;",
        "Theo đề nghị của Trưởng phòng.",
        "QUYẾT ĐỊNH:",
        "Điều 1. Cử ông A.",
        "Điều 2. Hiệu lực",
        "1. Từ ngày ký.",
        "a) x",
        "b) y",
        "Nơi nhận:",
    )
    positions = [read.index(part) for part in order]
    assert positions == sorted(positions)


@pytest.mark.parametrize(("urgency", "width"), [(u, u.value[1]) for u in Urgency if u.value[1]])
def test_urgency_stamp_is_red_and_of_lawful_size(draft: Letter, urgency: Urgency, width: int) -> None:
    pdf = compose_letter(replace(draft, urgency=urgency)).pdf
    scale = 4
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("RGB")
    red, green, _ = picture.split()
    mask = red.point(lambda value: 255 if value > 150 else 0)
    plain = green.point(lambda value: 255 if value < 100 else 0)
    box = _both(mask, plain).getbbox()
    unit = scale * 72 / 25.4
    assert (box[2] - box[0]) / unit == pytest.approx(width, abs=0.6)
    assert (box[3] - box[1]) / unit == pytest.approx(8, abs=0.6)
    assert urgency.value[0] in text_of(pdf)


def _both(one, other):
    from PIL import ImageChops

    return ImageChops.multiply(one, other)


def test_no_page_carries_a_signature_alone(draft: Letter) -> None:
    for paragraphs in range(14, 34):
        body = tuple(Paragraph(f"Đoạn thứ {n} của văn bản.") for n in range(paragraphs))
        made = compose_letter(replace(draft, body=body))
        last = pages_of(made.pdf)[-1]
        assert "Đoạn thứ" in last.text
        assert made.places.signature.page == made.pages - 1


def test_recipients_longer_than_a_page_leave_the_signer_beside_their_beginning(draft: Letter) -> None:
    made = compose_letter(replace(draft, recipients=tuple(f"Ủy ban nhân dân xã số {n}" for n in range(120))))
    place = made.places.signature
    label = next(word for word in pages_of(made.pdf)[place.page].words if word.text == "nhận:")
    assert made.pages >= place.page + 2
    assert 0 < label.box[1] - place.y1 < mm(20)
    assert _inside(place, made.pdf) == []


def test_all_sample_letters_are_composed_with_free_places() -> None:
    kinds = set()
    for sample in samples():
        made = compose_letter(replace(sample.letter, number=None, issued_on=None))
        kinds.add(sample.letter.kind)
        for box in (made.places.number, made.places.date, made.places.signature):
            assert _inside(box, made.pdf) == []
        assert made.places.date.y0 == pytest.approx(made.places.number.y0), "on one line, however long the place"
        assert made.places.date.x1 <= mm(210 - 15)
    assert len(kinds) == 8


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400), st.text(max_size=80))
def test_any_text_gives_a_letter_or_a_named_refusal(draft: Letter, body: str, name: str) -> None:
    letter = replace(draft, body=(Paragraph(body),), signer=name, summary=body, recipients=(name, body))
    try:
        made = compose_letter(letter)
    except (UnprintableText, NotALetter):
        return
    assert made.pdf.startswith(b"%PDF-1.7")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_forked_after_composing_is_refused_instead_of_waiting_for_ever(draft: Letter) -> None:
    compose_letter(draft)
    child = os.fork()
    if child == 0:
        try:
            compose_letter(draft)
        except TypesetError:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

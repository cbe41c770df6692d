"""Finding the places in the text of a draft."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from signing import LoadedKey, LocalTimestamper, Trust, Verdict, fill_and_seal, judge, mm, prepare, sign_as_person
from signing.errors import DamagedDocument, EncryptedDocument
from signing.layout import seal_box
from signing.place import find_places
from signing.text import date_pieces, date_words
from tests.signing.conftest import LEADER, TITLE


def text_box(path: Path, page: int, wanted: str) -> tuple[float, float, float, float]:
    """Where a text stands on a page."""
    text_page = pypdfium2.PdfDocument(path)[page].get_textpage()
    start, length = text_page.search(wanted, match_case=True).get_next()
    boxes = [text_page.get_charbox(n) for n in range(start, start + length)]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


@pytest.mark.requirement("R-SIG-1")
def test_the_signature_stands_between_title_and_name(make_letter: Callable[..., Path]) -> None:
    letter = make_letter()
    found = find_places(letter, TITLE, LEADER.name)
    assert found is not None
    assert found.certain
    assert found.symbol_printed
    box = found.places.signature
    title = text_box(letter, 0, "PHÓ GIÁM ĐỐC")
    name = text_box(letter, 0, LEADER.name)
    assert name[3] <= box.y0 < box.y1 <= title[1]
    assert abs((box.x0 + box.x1) / 2 - (name[0] + name[2]) / 2) < 5
    assert box.height > mm(20)


@pytest.mark.requirement("R-SIG-2")
def test_the_seal_has_its_real_size_and_covers_a_third_on_the_left(make_letter: Callable[..., Path]) -> None:
    found = find_places(make_letter(), TITLE, LEADER.name)
    assert found is not None
    signature, seal = found.places.signature, found.places.seal
    assert seal == seal_box(signature)
    assert seal.width == pytest.approx(mm(36))
    assert seal.height == pytest.approx(mm(36))
    assert (seal.x1 - signature.x0) / signature.width == pytest.approx(1 / 3)
    assert seal.x0 < signature.x0


def test_the_last_match_on_the_last_page_wins(make_letter: Callable[..., Path]) -> None:
    letter = make_letter(articles="40")
    found = find_places(letter, TITLE, LEADER.name)
    assert found is not None
    assert found.places.signature.page == len(pypdfium2.PdfDocument(letter)) - 1
    assert found.places.number.page == found.places.date.page == 0


def test_spelling_of_the_question_does_not_matter(make_letter: Callable[..., Path]) -> None:
    plain = find_places(make_letter(), TITLE, LEADER.name)
    odd = find_places(
        make_letter(),
        [unicodedata.normalize("NFD", line.lower()) + " " for line in TITLE],
        unicodedata.normalize("NFD", "nguyễn  THỊ hồng ánh"),
    )
    assert plain == odd


def test_doubts_are_said(make_letter: Callable[..., Path]) -> None:
    assert find_places(make_letter(), TITLE, "Trần Văn Khác") is None
    found = find_places(make_letter(), ["CHỦ TỊCH"], LEADER.name)
    assert found is not None
    assert found.reasons == ("title_not_found",)


def test_pages_with_an_odd_origin_or_a_turn(make_letter: Callable[..., Path], tmp_path: Path) -> None:
    plain = find_places(make_letter(), TITLE, LEADER.name)
    assert plain is not None
    path = tmp_path / "odd.pdf"
    with pikepdf.open(make_letter()) as pdf:
        page = pdf.pages[0]
        page.MediaBox = pikepdf.Array([100, 50, 695.28, 891.89])
        page.contents_add(b"q 1 0 0 1 100 50 cm", prepend=True)
        page.contents_add(b"Q")
        pdf.save(path)
    moved = find_places(path, TITLE, LEADER.name)
    assert moved is not None
    assert moved.certain
    for name in ("number", "date", "signature", "seal"):
        before, after = getattr(plain.places, name), getattr(moved.places, name)
        assert after.rect == pytest.approx((before.x0 + 100, before.y0 + 50, before.x1 + 100, before.y1 + 50), abs=0.1)
    with pikepdf.open(make_letter()) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(path)
    turned = find_places(path, TITLE, LEADER.name)
    assert turned is not None
    assert "page_rotated" in turned.reasons


@pytest.mark.parametrize("words", ["no", "yes"])
def test_number_and_date_come_to_stand_on_the_line(
    make_letter: Callable[..., Path],
    leader_key: LoadedKey,
    seal_key: LoadedKey,
    timestamper: LocalTimestamper,
    trust: Trust,
    tmp_path: Path,
    words: str,
) -> None:
    letter = make_letter(date_words=words)
    found = find_places(letter, TITLE, LEADER.name)
    assert found is not None
    assert found.certain
    assert len(found.places.date_stops) == (2 if words == "yes" else 0)
    one, two, three = (tmp_path / f"{n}.pdf" for n in (1, 2, 3))
    prepare(letter, one, found.places)
    sign_as_person(one, two, leader_key, timestamper, trust)
    pieces = date_pieces(found.places, date(2026, 11, 22))
    fill_and_seal(two, three, seal_key, timestamper, trust, number="1043", date=pieces)
    assert judge(three, trust).verdict is Verdict.PASS
    flat = tmp_path / "flat.pdf"
    with pikepdf.open(three) as pdf:
        pdf.flatten_annotations("all")
        pdf.save(flat)
    symbol, number = text_box(flat, 0, "/QĐ-SNV"), text_box(flat, 0, "1043")
    place, day = text_box(flat, 0, "u, ng" if words == "yes" else "nh M"), text_box(flat, 0, "22")
    assert number[1] == pytest.approx(text_box(flat, 0, "SNV")[1], abs=0.5)
    assert 0 <= symbol[0] - number[2] < 8
    assert day[1] == pytest.approx(text_box(flat, 0, "11")[1], abs=0.3)
    assert place[1] - 4 < day[1] < place[1] + 4


def test_dates_are_written_as_the_decree_says() -> None:
    assert date_words(date(2026, 2, 5)) == ("05", "02", "2026")
    assert date_words(date(2026, 3, 15)) == ("15", "3", "2026")


def test_unreadable_drafts_are_refused(make_letter: Callable[..., Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"nothing")
    with pytest.raises(DamagedDocument):
        find_places(bad, TITLE, LEADER.name)
    with pikepdf.open(make_letter()) as pdf:
        pdf.save(bad, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(EncryptedDocument):
        find_places(bad, TITLE, LEADER.name)

"""Reading pages: text layers with places, pictures by OCR, copies with text; and what hostile files get."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from edocs.limited import (
    FileRefused,
    LayerPage,
    PlacedWord,
    RefusalCode,
    add_text_layer,
    image_to_pdf,
    ocr_page,
    read_pages,
    read_text,
)
from edocs.limited.tasks import ocr
from tests.scans import Scanner, pdf_of, plain_page, scan_of, scanned, share_right

from . import hostile
from .test_hostile import REFUSED, Maker

needs_tesseract = pytest.mark.tool("tesseract")


def text_of(lines: tuple[tuple[PlacedWord, ...], ...]) -> str:
    return " ".join(word.text for line in lines for word in line)


# --- text layers ----------------------------------------------------------------------------------------------------
def test_pages_tell_words_pictures_and_whether_they_are_blank(tmp_path: Path) -> None:
    text = tmp_path / "text.pdf"
    text.write_bytes(pdf_of(["Kính gửi: Sở Nội vụ"]))
    (read,) = read_pages(text, [1])
    assert text_of(read.lines) == "Kính gửi: Sở Nội vụ"
    assert (read.number, read.pictures, read.drawn) == (1, 0, True)
    (blank,) = read_pages(hostile.pdf(tmp_path / "blank.pdf"), [1])
    assert (blank.lines, blank.pictures, blank.drawn) == ((), 0, False)
    (scan,) = read_pages(scan_of("Quét", tmp_path / "scan.pdf", Scanner(dpi=72)), [1])
    assert (scan.lines, scan.pictures, scan.drawn) == ((), 1, True)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_places_are_those_of_the_page_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    path = tmp_path / "turned.pdf"
    path.write_bytes(pdf_of(["Kính gửi"]))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].rotate(rotation, relative=False)
        pdf.save()
    (read,) = read_pages(path, [1])
    left, top, _, _ = read.lines[0][0].place
    corner = {0: (True, True), 90: (False, True), 180: (False, False), 270: (True, False)}[rotation]
    assert (left < 0.5, top < 0.5) == corner


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_pages(hostile.pdf(tmp_path / "one.pdf"), [2])
    assert refusal.value.code == RefusalCode.NO_SUCH_PAGE


# --- pictures -------------------------------------------------------------------------------------------------------
@needs_tesseract
@pytest.mark.parametrize(
    ("scanner", "least"),
    [
        (Scanner(), 0.97),
        (Scanner(skew=1.3, noise=0.25, blur=0.8), 0.96),
        (Scanner(dpi=150), 0.94),
        (Scanner(skew=5), 0.96),
        (Scanner(turn=180), 0.96),
    ],
    ids=["200 dpi", "noise", "150 dpi", "askew", "upside down"],
)
def test_scans_are_read(tmp_path: Path, scanner: Scanner, least: float) -> None:
    text = plain_page(5)
    read = ocr_page(scan_of(text, tmp_path / "scan.pdf", scanner), 1)
    assert share_right(text, text_of(read.lines)) >= least
    assert read.confidence > 85
    assert read.turn == (360 - scanner.turn) % 360


@needs_tesseract
def test_a_faint_page_upside_down_is_read_though_its_letters_do_not_tell(tmp_path: Path) -> None:
    scanner = Scanner(dpi=100, skew=-1.74, blur=1.18, noise=0.06, turn=180)
    text = plain_page(5, 70)
    read = ocr_page(scan_of(text, tmp_path / "scan.pdf", scanner, seed=893), 1)
    assert read.turn == 180
    assert share_right(text, text_of(read.lines), loosely=True) >= 0.5


class Reader:
    """Says how far a page should be turned (0: it cannot tell), and gives these readings of the turned picture."""

    def __init__(self, told: int, readings: list[ocr.Reading]) -> None:
        self.told, self.left = told, list(readings)

    def orientation(self, image: Image.Image) -> int:
        return self.told

    def __call__(self, image: Image.Image) -> ocr.Reading:
        return self.left.pop(0)


def _reading(confidence: float, *, sideways: bool = False) -> ocr.Reading:
    return ocr.Reading([[["từ", 0.0, 0.0, 1.0, 1.0]]], confidence, sideways)


@pytest.mark.parametrize(
    ("as_it_is", "told", "turned", "turn"),
    [
        (_reading(38), 180, [_reading(91)], 180),
        (_reading(38), 180, [_reading(30)], 0),
        (_reading(38), 0, [_reading(91)], 180),
        (_reading(38), 0, [_reading(35)], 0),
        (_reading(70), 0, [], 0),
        (_reading(30, sideways=True), 0, [_reading(42), _reading(91)], 270),
        (_reading(30, sideways=True), 0, [_reading(91), _reading(42)], 90),
        (_reading(38), 270, [_reading(90, sideways=True), _reading(92)], 180),
        (_reading(38), 270, [_reading(90, sideways=True), _reading(20)], 270),
    ],
    ids=[
        "told",
        "told wrongly",
        "upside down",
        "hopeless either way",
        "poor, but words",
        "on its left side",
        "on its right side",
        "told wrongly by a quarter",
        "lines from top to bottom",
    ],
)
def test_a_page_is_turned_as_it_is_read_best(
    as_it_is: ocr.Reading, told: int, turned: list[ocr.Reading], turn: int
) -> None:
    reader = Reader(told, turned)
    found, read = ocr._turned(reader, Image.new("L", (2, 3)), as_it_is)  # type: ignore[arg-type]
    assert found == turn
    assert read is (max(turned, key=lambda one: one.worth) if turn else as_it_is)
    assert reader.left == []


@needs_tesseract
def test_places_on_a_scan_are_those_of_the_words(tmp_path: Path) -> None:
    """Within two millimetres, also where the sheet lies askew and is straightened for reading."""
    page = pdf_of([plain_page(6, 150)])
    path = tmp_path / "true.pdf"
    path.write_bytes(page)
    (true,) = read_pages(path, [1])
    middle = {word.text: _middle(word) for line in true.lines for word in line if len(word.text) > 4}
    for skew in (0.0, 3.0):
        scanned(page, 1, Scanner(skew=skew)).save(tmp_path / "scan.png", dpi=(200, 200))
        read = ocr_page(tmp_path / "scan.png", 1)
        found = {word.text: _middle(word) for line in read.lines for word in line}
        shared = [word for word in middle if word in found and _once(true.lines, word)]
        assert len(shared) > 20
        for word in shared:
            x, y = _turned(*middle[word], skew)
            assert found[word] == (pytest.approx(x, abs=2.5 / 210), pytest.approx(y, abs=2.5 / 297)), (word, skew)


def _middle(word: PlacedWord) -> tuple[float, float]:
    left, top, width, height = word.place
    return left + width / 2, top + height / 2


def _once(lines: tuple[tuple[PlacedWord, ...], ...], text: str) -> bool:
    return sum(word.text == text for line in lines for word in line) == 1


def _turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """Where a point of the sheet (parts of A4) lies when it is turned about its middle, counter-clockwise."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    across, down = (x - 0.5) * 210, (y - 0.5) * 297
    return 0.5 + (cosine * across + sine * down) / 210, 0.5 + (cosine * down - sine * across) / 297


@needs_tesseract
def test_a_few_words_on_a_noisy_sheet_are_found(tmp_path: Path) -> None:
    read = ocr_page(scan_of("Quyết định thành lập hội đồng", tmp_path / "scan.pdf", Scanner(noise=0.2)), 1)
    assert text_of(read.lines) == "Quyết định thành lập hội đồng"


@needs_tesseract
def test_a_blank_sheet_has_no_words(tmp_path: Path) -> None:
    Image.new("L", (1654, 2339), 240).save(tmp_path / "blank.png", dpi=(200, 200))
    read = ocr_page(tmp_path / "blank.png", 1)
    assert (read.lines, read.confidence) == ((), 0)


@needs_tesseract
def test_every_page_of_a_tiff_can_be_read(tmp_path: Path) -> None:
    pictures = [scanned(pdf_of([plain_page(seed, 60)]), 1, Scanner()) for seed in (1, 2)]
    pictures[0].save(tmp_path / "fax.tiff", save_all=True, append_images=pictures[1:], dpi=(200, 200))
    read = ocr_page(tmp_path / "fax.tiff", 2)
    assert share_right(plain_page(2, 60), text_of(read.lines)) >= 0.95


def test_without_tesseract_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edocs.limited.process._bare_environment", lambda folder: {"PATH": "/nonexistent"})
    with pytest.raises(FileRefused) as refusal:
        ocr_page(scan_of("Quét", tmp_path / "scan.pdf", Scanner(dpi=72)), 1)
    assert refusal.value.code == RefusalCode.NOT_INSTALLED


# --- copies with text -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_stand_in_the_copy_where_they_were_found(tmp_path: Path, rotation: int, turn: int) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842)).rotate(rotation, relative=False)
        pdf.save(tmp_path / "scan.pdf")
    places = {"Nghị": (0.1, 0.1, 0.2, 0.03), "quyết": (0.4, 0.1, 0.2, 0.03)}
    if turn in (90, 270):
        places = {text: (y, x, high, wide) for text, (x, y, wide, high) in places.items()}
    words = [PlacedWord(text, place) for text, place in places.items()]
    made = add_text_layer(tmp_path / "scan.pdf", tmp_path / "copy.pdf", [LayerPage(1, words, turn)], title="Bản")
    assert made.page_count == 1
    with pikepdf.open(made.path) as pdf:
        # where the copy is shown upright, places were found on the page as the original is shown
        assert int(pdf.pages[0].obj.get("/Rotate", 0)) == (rotation + turn) % 360
        pdf.pages[0].rotate(rotation, relative=False)
        pdf.save(tmp_path / "as-before.pdf")
    (read,) = read_pages(tmp_path / "as-before.pdf", [1])
    found = {word.text: word.place for line in read.lines for word in line}
    assert set(found) == set(places)
    for text, place in places.items():
        assert _inside(found[text], place), (text, found[text], place)


def _inside(one: tuple[float, ...], other: tuple[float, ...], margin: float = 0.03) -> bool:
    return all(
        other[axis] - margin <= one[axis] and one[axis] + one[axis + 2] <= other[axis] + other[axis + 2] + margin
        for axis in (0, 1)
    )


def test_the_copy_cannot_be_taken_for_a_signed_file(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                FT=pikepdf.Name.Sig,
                T=pikepdf.String("Signature1"),
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                Rect=[0, 0, 0, 0],
                V=pikepdf.Dictionary(Type=pikepdf.Name.Sig),
            )
        )
        page.obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        pdf.save(tmp_path / "signed.pdf")
    add_text_layer(tmp_path / "signed.pdf", tmp_path / "copy.pdf", [], title="Bản để đọc")
    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert "/AcroForm" not in copy.Root
        assert "/Annots" not in copy.pages[0].obj
        assert copy.docinfo["/Title"] == "Bản để đọc"


def test_a_copy_of_a_picture_is_a_pdf(tmp_path: Path) -> None:
    scanned(pdf_of(["Quét"]), 1, Scanner(dpi=72)).save(tmp_path / "scan.png", dpi=(72, 72))
    image_to_pdf(tmp_path / "scan.png", tmp_path / "same.pdf")
    word = PlacedWord("Quét", (0.1, 0.1, 0.2, 0.03))
    add_text_layer(tmp_path / "scan.png", tmp_path / "copy.pdf", [LayerPage(1, [word])], title="Bản")
    assert read_text(tmp_path / "copy.pdf")[0].text == "Quét"


# --- hostile files --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [make for make, _ in REFUSED])
def test_hostile_files_bring_down_no_reader(tmp_path: Path, make: Maker) -> None:
    path = tmp_path / "file"
    make(path)
    for read in (
        lambda: read_pages(path, [1], seconds=5),
        lambda: ocr_page(path, 1, seconds=5),
        lambda: add_text_layer(path, tmp_path / "copy.pdf", [LayerPage(1, [])], title="Bản"),
    ):
        with suppress(FileRefused):  # anything else is a fault of ours
            read()
    assert not list(tmp_path.glob(".make-*"))


HUNGRY: list[Maker] = [hostile.content_bomb_pdf, hostile.self_referencing_pdf, hostile.doubling_forms_pdf]


@needs_tesseract
@pytest.mark.parametrize("make", HUNGRY)
def test_what_never_ends_is_ended(tmp_path: Path, make: Maker) -> None:
    path = tmp_path / "bomb.pdf"
    make(path)
    with pytest.raises(FileRefused) as refusal:
        ocr_page(path, 1, seconds=4)
    assert refusal.value.code in (RefusalCode.BOMB, RefusalCode.TIMEOUT)


@needs_tesseract
def test_a_page_as_large_as_a_field_is_drawn_small(tmp_path: Path) -> None:
    assert ocr_page(hostile.huge_page_pdf(tmp_path / "huge.pdf"), 1).lines == ()

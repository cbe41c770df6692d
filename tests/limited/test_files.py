"""Ordinary files: recognised, inspected, drawn, read, converted."""

import os
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from PIL import Image

from edocs.limited import (
    FileKind,
    FileRefused,
    RefusalCode,
    convert_office,
    image_to_pdf,
    inspect,
    read_office_text,
    read_text,
    render_page,
    render_thumbnails,
    sniff,
    text_difference,
)
from edocs.limited.geometry import shown
from edocs.limited.ocr import ocr_available

from . import hostile

needs_libreoffice = pytest.mark.tool("soffice")
ODT = "application/vnd.oasis.opendocument.text"


def odt(path: Path, text: str) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("mimetype", ODT)
        container.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{names}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{ODT}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
        )
        container.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{names}:office:1.0" xmlns:t="{names}:text:1.0" o:version="1.2"><o:body>'
            f"<o:text><t:p>{text}<t:s/>x<t:tab/>y</t:p></o:text></o:body></o:document-content>",
        )
    return path


def xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["Đơn vị", "Số văn bản"])
    book.active.append(["Phòng Hành chính", 12])
    book.save(path)
    return path


def picture(path: Path, form: str, size: tuple[int, int] = (400, 200), **options: object) -> Path:
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))  # the upper left quarter is red
    image.save(path, form, **options)
    return path


def red_corner(file: Path, folder: Path) -> tuple[str, str]:
    """Which quarter of the first page is red."""
    drawn = render_page(file, 1, folder / "corner.webp", dpi=36)
    image = Image.open(drawn.path).convert("RGB")
    for across, x in (("left", 0.25), ("right", 0.75)):
        for up, y in (("upper", 0.25), ("lower", 0.75)):
            red, green, _ = image.getpixel((int(image.width * x), int(image.height * y)))
            if red > 200 and green < 90:
                return up, across
    raise AssertionError("no red quarter")


def test_kinds_are_known_by_content(tmp_path: Path) -> None:
    file = tmp_path / "upload"
    makers = {
        FileKind.PDF: hostile.pdf,
        FileKind.DOCX: hostile.docx,
        FileKind.XLSX: xlsx,
        FileKind.ODT: lambda path: odt(path, "a"),
        FileKind.PNG: lambda path: picture(path, "PNG"),
        FileKind.JPEG: lambda path: picture(path, "JPEG"),
        FileKind.TIFF: lambda path: picture(path, "TIFF"),
    }
    for kind, make in makers.items():
        make(file)
        assert sniff(file, "TEP" + kind.extension.upper()) == sniff(file, "x" + kind.extension)
        assert sniff(file, "x" + kind.extension).kind is kind
        assert sniff(file, "x" + kind.extension).extension_agrees
        assert not sniff(file, "x.bin").extension_agrees
        assert not sniff(file, kind.value).extension_agrees


def test_libmagic_of_the_package_serves_where_the_system_has_none(tmp_path: Path) -> None:
    program = (
        "import sys, ctypes.util; sys.path.insert(0, sys.argv[1]); ctypes.util.find_library = lambda name: None\n"
        "import ctypes; loading = ctypes.CDLL.__init__\n"
        "def only_bundled(self, name, *rest, **more):\n"
        "    if name and 'magic' in str(name) and 'pylibmagic' not in str(name): raise OSError(name)\n"
        "    loading(self, name, *rest, **more)\n"
        "ctypes.CDLL.__init__ = only_bundled\n"
        "from pathlib import Path; from edocs.limited.kinds import recognise\n"
        "print([recognise(Path(p)).value for p in sys.argv[2:]], 'pylibmagic' in sys.modules)\n"
    )
    files = [hostile.pdf(tmp_path / "a"), hostile.docx(tmp_path / "b"), picture(tmp_path / "c", "TIFF")]
    said = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parents[2]), *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "['pdf', 'docx', 'tiff'] True"


def test_inspection_of_a_form(tmp_path: Path) -> None:
    found = inspect(hostile.form_pdf(tmp_path / "upload"), "a.pdf")
    assert found.signed_fields == ("leader",)
    assert found.is_signed
    assert found.empty_signature_fields == ("seal",)
    assert found.other_fields == 1
    assert found.active == ("javascript",)
    assert not found.encrypted
    assert not found.has_text


def test_inspection_of_pages(tmp_path: Path) -> None:
    file = tmp_path / "upload"
    with pikepdf.new() as made:
        for _ in range(3):
            made.add_blank_page(page_size=(595, 842))
        made.pages[1].obj.Rotate = 90
        made.pages[1].obj.CropBox = [10, 20, 310, 220]
        made.Root.PageLabels = pikepdf.Dictionary(
            Nums=[0, pikepdf.Dictionary(S=pikepdf.Name.r), 2, pikepdf.Dictionary(S=pikepdf.Name.D)]
        )
        made.save(file)
    found = inspect(file, "a.pdf")
    assert [page.label for page in found.pages] == ["i", "ii", "1"]
    assert found.pages[0].box == (0, 0, 595, 842)
    assert (found.pages[1].width, found.pages[1].height, found.pages[1].rotation) == (200, 300, 90)
    assert found.pages[1].box == (10, 20, 310, 220)


def test_an_owner_password_alone_does_not_hinder_reading(tmp_path: Path) -> None:
    file = hostile.pdf(tmp_path / "upload", encryption=pikepdf.Encryption(user="", owner="x"))
    assert inspect(file, "a.pdf").encrypted


def test_a_broken_cross_reference_is_repaired_and_said(tmp_path: Path) -> None:
    file = hostile.pdf(tmp_path / "upload", pages=2)
    file.write_bytes(file.read_bytes().replace(b"startxref\n", b"startxref\n9"))
    found = inspect(file, "a.pdf")
    assert found.repaired
    assert found.page_count == 2


def test_drawing_shows_filled_fields_and_signatures(tmp_path: Path) -> None:
    drawn = render_page(hostile.form_pdf(tmp_path / "upload"), 1, tmp_path / "p.webp", dpi=72)
    image = Image.open(drawn.path)
    assert (image.format, image.size) == ("WEBP", (200, 200))
    gray = image.convert("L")
    assert gray.getpixel((100, 100)) < 60  # the text field
    assert gray.getpixel((10, 190)) < 60  # the leader's signature
    assert gray.getpixel((180, 20)) > 200  # bare paper


def test_thumbnails(tmp_path: Path) -> None:
    file = hostile.pdf(tmp_path / "upload", pages=5)
    drawn = render_thumbnails(file, tmp_path / "small", width=120, most=3)
    assert [(d.page, d.width) for d in drawn] == [(1, 120), (2, 120), (3, 120)]
    assert sorted(os.listdir(tmp_path / "small")) == ["page-1.webp", "page-2.webp", "page-3.webp"]
    assert [d.page for d in render_thumbnails(file, tmp_path / "some", pages=[4])] == [4]


def test_words_stand_where_they_are_drawn(tmp_path: Path) -> None:
    file = hostile.text_pdf(tmp_path / "upload", "Cong van so 12", "Kinh gui")
    (page,) = read_text(file)
    assert page.text == "Cong van so 12\nKinh gui"
    assert [word.text for word in page.words] == ["Cong", "van", "so", "12", "Kinh", "gui"]
    left, bottom, _, top = page.words[0].box
    assert left == pytest.approx(100, abs=2)
    assert bottom == pytest.approx(700, abs=4)
    assert top == pytest.approx(709, abs=3)
    place = shown(inspect(file).pages[0], page.words[0].box)
    assert place[1] == pytest.approx((842 - top) / 842, abs=0.001)
    assert read_text(file, words=False)[0].words == ()


def test_changed_words_between_two_versions(tmp_path: Path) -> None:
    earlier = hostile.text_pdf(tmp_path / "a", "Han nop ngay 10 thang 5", "Kinh gui")
    later = hostile.text_pdf(tmp_path / "b", "Han nop ngay 12 thang 5", "Kinh gui")
    assert [(c.kind, c.page, c.word) for c in text_difference(earlier, later)] == [
        ("removed", 1, "10"),
        ("added", 1, "12"),
    ]
    assert text_difference(earlier, earlier) == []
    longer = hostile.text_pdf(tmp_path / "c", "Han nop ngay 10 thang 5", "Kinh gui", "Noi nhan")
    assert [(c.kind, c.word) for c in text_difference(earlier, longer)] == [("added", "Noi"), ("added", "nhan")]
    assert [(c.kind, c.word) for c in text_difference(longer, earlier)] == [("removed", "Noi"), ("removed", "nhan")]


def test_office_text(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Kế hoạch số 5")
    assert read_office_text(hostile.docx(tmp_path / "a", decomposed)).text == "Kế hoạch số 5"
    assert read_office_text(odt(tmp_path / "b", "Báo cáo")).text == "Báo cáo x\ty"
    assert read_office_text(xlsx(tmp_path / "c")).text == "Đơn vị\tSố văn bản\t\nPhòng Hành chính\t12"
    cut = read_office_text(hostile.docx(tmp_path / "d", "dài " * 1000), max_characters=100)
    assert cut.cut
    assert len(cut.text) == 100
    with pytest.raises(FileRefused) as refused:
        read_office_text(hostile.pdf(tmp_path / "e"))
    assert refused.value.code == RefusalCode.WRONG_KIND


@pytest.mark.parametrize(("form", "options"), [("PNG", {}), ("JPEG", {"quality": 90}), ("TIFF", {})])
def test_a_scan_becomes_a_page_in_its_own_size(form: str, options: dict, tmp_path: Path) -> None:
    file = picture(tmp_path / "scan", form, dpi=(200, 200), **options)
    made = image_to_pdf(file, tmp_path / "made.pdf")
    (page,) = inspect(made.path, "made.pdf").pages
    assert (page.width, page.height) == (144, 72)
    assert inspect(file, "scan").pages[0].width == 144
    assert red_corner(made.path, tmp_path) == ("upper", "left")


def test_a_scan_without_resolution_is_as_wide_as_a4(tmp_path: Path) -> None:
    made = image_to_pdf(picture(tmp_path / "scan", "PNG"), tmp_path / "made.pdf")
    assert inspect(made.path).pages[0].width == pytest.approx(595.28, abs=0.1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_as_the_camera_was_held(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of An"
    file = picture(tmp_path / "photo", "JPEG", exif=exif, quality=95)
    made = image_to_pdf(file, tmp_path / "made.pdf")
    expected = {
        1: ("upper", "left"), 2: ("upper", "right"), 3: ("lower", "right"), 4: ("lower", "left"),
        5: ("upper", "left"), 6: ("upper", "right"), 7: ("lower", "right"), 8: ("lower", "left"),
    }  # fmt: skip
    assert red_corner(made.path, tmp_path) == expected[orientation]
    (page,) = inspect(made.path).pages
    assert (page.height > page.width) == (orientation >= 5)
    assert inspect(file, "a.jpg").pages[0].height == pytest.approx(page.height, abs=0.1)
    assert b"Camera of An" not in made.path.read_bytes()


def test_a_tiff_of_many_pages_and_modes(tmp_path: Path) -> None:
    frames = [Image.new(mode, (170, 220), 0) for mode in ("1", "L", "RGB", "CMYK", "P", "I;16")]
    frames[0].save(tmp_path / "scan", "TIFF", save_all=True, append_images=frames[1:], dpi=(100, 100))
    assert image_to_pdf(tmp_path / "scan", tmp_path / "made.pdf").page_count == 6
    found = inspect(tmp_path / "made.pdf")
    assert {(page.width, page.height) for page in found.pages} == {(122.4, 158.4)}
    with pytest.raises(FileRefused) as refused:
        image_to_pdf(tmp_path / "scan", tmp_path / "made.pdf", max_pages=5)
    assert refused.value.code == RefusalCode.TOO_MANY_PAGES


def test_transparency_becomes_white_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(tmp_path / "scan", "PNG")
    made = image_to_pdf(tmp_path / "scan", tmp_path / "made.pdf")
    drawn = render_page(made.path, 1, tmp_path / "p.webp", dpi=20)
    assert Image.open(drawn.path).convert("L").getextrema()[0] > 250


@needs_libreoffice
def test_office_files_become_pdf(tmp_path: Path) -> None:
    files = [
        hostile.docx(tmp_path / "a", "Kính gửi: Sở Nội vụ"),
        odt(tmp_path / "b", "Báo cáo quý"),
        xlsx(tmp_path / "c"),
    ]
    for file, expected in zip(files, ("Kính gửi: Sở Nội vụ", "Báo cáo quý", "Phòng Hành"), strict=True):
        made = convert_office(file, tmp_path / "made.pdf")
        assert made.page_count == 1
        assert expected in read_text(made.path)[0].text
        assert inspect(made.path, "a.pdf").active == ()


@needs_libreoffice
def test_a_linked_picture_of_this_machine_is_not_drawn_into_the_pdf(tmp_path: Path) -> None:
    secret = picture(tmp_path / "secret.png", "PNG")
    file = hostile.linked_picture_docx(tmp_path / "upload", secret)
    convert_office(file, tmp_path / "made.pdf")
    with pikepdf.open(tmp_path / "made.pdf") as made:
        assert "Sơ đồ" in read_text(tmp_path / "made.pdf")[0].text
        assert not made.pages[0].get_images()


@needs_libreoffice
def test_a_conversion_that_takes_too_long_leaves_no_libreoffice_behind(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        convert_office(hostile.docx(tmp_path / "upload"), tmp_path / "made.pdf", seconds=0.5)
    assert refused.value.code == RefusalCode.TIMEOUT
    assert os.listdir(tmp_path) == ["upload"]


def test_without_libreoffice_the_conversion_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "edocs.limited.process._bare_environment", lambda folder: {"PATH": str(tmp_path), "TMPDIR": folder}
    )
    with pytest.raises(FileRefused) as refused:
        convert_office(hostile.docx(tmp_path / "upload"), tmp_path / "made.pdf")
    assert refused.value.code == RefusalCode.NOT_INSTALLED


def test_ocr_is_there_only_with_the_vietnamese_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not ocr_available()
    for languages, available in (("eng\nosd", False), ("eng\nvie", True)):
        program.write_text(f"#!/bin/sh\necho 'List of available languages:\n{languages}'\n")
        program.chmod(0o755)
        assert ocr_available() is available

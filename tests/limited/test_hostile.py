"""Every hostile or broken file is refused with its code in time, whichever task meets it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edocs.limited import FileRefused, RefusalCode, inspect, read_text, render_page, sniff

from . import hostile

Maker = Callable[[Path], object]


def html(path: Path) -> None:
    path.write_bytes(b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>")


def html_before_pdf(path: Path) -> None:
    hostile.pdf(path)
    path.write_bytes(b"<html><script>alert(1)</script>\n" + path.read_bytes())


def program(path: Path) -> None:
    path.write_bytes(b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0d\x86" + bytes(400))


def noise(path: Path) -> None:
    path.write_bytes(bytes(1) + os.urandom(20_000))


def truncated_docx(path: Path) -> None:
    hostile.docx(path, "văn bản " * 1000)
    path.write_bytes(path.read_bytes()[:-400])


def truncated_jpeg(path: Path) -> None:
    from PIL import Image

    Image.effect_noise((400, 400), 90).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:5_000])


def macro_docx(path: Path) -> None:
    hostile.docx(path, **{"word__vbaProject.bin": b"code"})


def other_zip(path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(path, "w") as container:
        container.writestr("../../etc/cron.d/x", "* * * * * root true")


def password_zip(path: Path) -> None:
    hostile.docx(path)
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)


def no_page(path: Path) -> None:
    hostile.raw_pdf(path, [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])


REFUSED: list[tuple[Maker, str]] = [
    (lambda path: path.touch(), "empty"),
    (html, "wrong_kind"),
    (html_before_pdf, "wrong_kind"),
    (program, "wrong_kind"),
    (noise, "wrong_kind"),
    (other_zip, "wrong_kind"),
    (hostile.encrypted_pdf, "encrypted"),
    (hostile.encrypted_office, "encrypted"),
    (password_zip, "encrypted"),
    (hostile.truncated_pdf, "truncated"),
    (truncated_docx, "truncated"),
    (truncated_jpeg, "truncated"),
    (macro_docx, "macro"),
    (hostile.zip_bomb_docx, "bomb"),
    (hostile.lying_zip_docx, "bomb"),
    (hostile.nested_zip_docx, "bomb"),
    (hostile.huge_png, "bomb"),
    (hostile.content_bomb_pdf, "bomb"),
    (hostile.self_referencing_pdf, "bomb"),
    (hostile.doubling_forms_pdf, "bomb"),
    (hostile.page_tree_loop_pdf, "damaged"),
    (no_page, "damaged"),
    (hostile.external_entity_docx, "damaged"),
]


@pytest.mark.parametrize(("make", "code"), REFUSED, ids=[getattr(m, "__name__", "file") for m, _ in REFUSED])
def test_inspection_refuses(make: Maker, code: str, tmp_path: Path) -> None:
    file = tmp_path / "upload"
    make(file)
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        inspect(file, "document.pdf")
    assert refused.value.code == RefusalCode(code)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "make",
    [
        hostile.content_bomb_pdf,
        hostile.self_referencing_pdf,
        hostile.page_tree_loop_pdf,
        hostile.encrypted_pdf,
    ],
)
@pytest.mark.parametrize("task", ["render", "text"])
def test_a_file_that_was_never_inspected_hurts_no_later_task(make: Maker, task: str, tmp_path: Path) -> None:
    file = tmp_path / "upload"
    make(file)
    with pytest.raises(FileRefused):
        render_page(file, 1, tmp_path / "page.webp") if task == "render" else read_text(file)
    assert os.listdir(tmp_path) == ["upload"]


def test_a_page_of_70_metres_is_drawn_small(tmp_path: Path) -> None:
    file = hostile.huge_page_pdf(tmp_path / "upload")
    drawn = render_page(file, 1, tmp_path / "page.webp", dpi=300)
    assert (drawn.width, drawn.height) == (3000, 3000)


def test_a_page_like_a_thread_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "upload"
    hostile.raw_pdf(
        file,
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1 90000] >>",
        ],
    )
    with pytest.raises(FileRefused) as refused:
        render_page(file, 1, tmp_path / "page.webp")
    assert refused.value.code == RefusalCode.BOMB


def test_200_megabytes_are_refused_by_size_before_any_process_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "upload"
    with file.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    monkeypatch.setattr("subprocess.Popen", None)
    for task in (sniff, inspect):
        with pytest.raises(FileRefused) as refused:
            task(file, "big.pdf")
        assert refused.value.code == RefusalCode.TOO_LARGE


def test_pages_are_counted_before_they_are_read(tmp_path: Path) -> None:
    file = hostile.pdf(tmp_path / "upload", pages=12)
    with pytest.raises(FileRefused) as refused:
        inspect(file, max_pages=10)
    assert refused.value.code == RefusalCode.TOO_MANY_PAGES
    with pytest.raises(FileRefused) as refused:
        render_page(file, 13, tmp_path / "page.webp")
    assert refused.value.code == RefusalCode.NO_SUCH_PAGE

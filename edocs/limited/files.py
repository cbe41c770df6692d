"""The tasks as plain functions: each starts one limited child and returns typed results or raises `FileRefused`."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import results
from .kinds import FileKind, agrees, check_size
from .limits import MAX_FILE_BYTES, MAX_PAGES
from .process import run

AnyPath = str | os.PathLike[str]


def sniff(path: AnyPath, name: str, *, max_bytes: int = MAX_FILE_BYTES) -> results.Sniffed:
    """Recognise the kind of the file by its content; `name` is only compared, never opened.

    A kind of the allow-list under a wrong extension is accepted and noted; everything else is refused.
    Office containers are checked for zip bombs, macros, passwords and entity declarations.
    """
    check_size(Path(path), max_bytes)
    kind = FileKind(run("sniff", path=path, max_bytes=max_bytes)["kind"])
    return results.Sniffed(kind, agrees(kind, name))


def inspect(
    path: AnyPath,
    name: str = "",
    *,
    max_bytes: int = MAX_FILE_BYTES,
    max_pages: int = MAX_PAGES,
) -> results.Inspection:
    """`sniff`, and besides for PDF and images everything in `Inspection`; the check that every upload passes."""
    check_size(Path(path), max_bytes)
    facts = run("inspect", path=path, max_bytes=max_bytes, max_pages=max_pages)
    return results.inspection(facts, extension_agrees=agrees(FileKind(facts["kind"]), name))


def render_page(path: AnyPath, page: int, output: AnyPath, *, dpi: float = 110) -> results.Rendered:
    """Draw one page of a PDF as WebP into the file `output`; the longer side has at most 3000 pixels."""
    target = Path(output)
    # Beside the target, so that the finished picture appears there in one step.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".render-") as folder:
        (drawn,) = run("render", path=path, output=folder, pages=[page], dpi=dpi)
        os.replace(Path(folder, drawn["file"]), target)
    return results.Rendered(page, target, drawn["width"], drawn["height"])


def render_thumbnails(
    path: AnyPath,
    folder: AnyPath,
    *,
    pages: Sequence[int] | None = None,
    width: int = 160,
    most: int = 100,
) -> list[results.Rendered]:
    """Draw small pictures (`page-N.webp`, `width` pixels wide) of the given pages, else of the first `most`."""
    listed = None if pages is None else list(pages)
    drawn = run("render", path=path, output=folder, pages=listed, width=width, most=most)
    return [results.Rendered(d["page"], Path(folder, d["file"]), d["width"], d["height"]) for d in drawn]


def read_text(
    path: AnyPath,
    *,
    pages: Sequence[int] | None = None,
    most: int = MAX_PAGES,
    words: bool = True,
) -> list[results.PageText]:
    """Text (NFC) of a PDF's pages with the box of every word; `words=False` is quicker, for indexing."""
    listed = None if pages is None else list(pages)
    return [results.page_text(e) for e in run("text", path=path, pages=listed, most=most, words=words)]


def read_office_text(path: AnyPath, *, max_characters: int = 2_000_000) -> results.OfficeText:
    """Plain text (NFC) of a DOCX, XLSX or ODT file."""
    return results.OfficeText(**run("office_text", path=path, max_characters=max_characters))


def image_to_pdf(path: AnyPath, output: AnyPath, *, max_pages: int = MAX_PAGES) -> results.Converted:
    """Make a PDF of a PNG, JPEG or TIFF (all its pages) in its physical size, upright, into the file `output`."""
    return make_pdf("image_to_pdf", path, output, max_pages=max_pages)


def convert_office(
    path: AnyPath,
    output: AnyPath,
    *,
    seconds: float | None = None,
    max_pages: int = MAX_PAGES,
    pdf_a: bool = True,
) -> results.Converted:
    """Make a PDF of a DOCX, ODT or XLSX with LibreOffice (refusal `not_installed` where it is missing)."""
    return make_pdf(
        "convert_office",
        path,
        output,
        seconds=seconds,
        max_pages=max_pages,
        pdf_a=pdf_a,
    )


def text_difference(earlier: AnyPath, later: AnyPath, *, most: int = 60) -> list[results.Change]:
    """Words that changed between two versions of a PDF (the first `most` pages of each)."""
    changes = run("text_difference", path=earlier, other=os.path.abspath(later), most=most)
    return [results.Change(c["kind"], c["page"], c["word"], tuple(c["box"])) for c in changes]


def make_pdf(
    task: str,
    path: AnyPath,
    output: AnyPath,
    *,
    seconds: float | None = None,
    **arguments: Any,
) -> results.Converted:
    """Run a task that writes `made.pdf`, and put that at `output` in one step."""
    target = Path(output)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".make-") as folder:
        made = run(task, path=path, output=folder, seconds=seconds, **arguments)
        os.replace(Path(folder, "made.pdf"), target)
    return results.Converted(target, made["pages"], tuple(made["notes"]))

"""Task `office_text`: plain text of DOCX, XLSX and ODT, read from their XML without resolving anything outside."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ..errors import FileRefused, RefusalCode
from ..kinds import FileKind, recognise

_WORD_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml$")


def office_text(path: Path, folder: Path, *, max_characters: int) -> dict[str, Any]:
    kind = recognise(path)
    readers = {FileKind.DOCX: _docx, FileKind.XLSX: _xlsx, FileKind.ODT: _odt}
    if kind not in readers:
        raise FileRefused(RefusalCode.WRONG_KIND, kind.value)
    from lxml import etree

    pieces: list[str] = []
    length = 0
    try:
        with zipfile.ZipFile(path) as container:
            for piece in readers[kind](container):
                pieces.append(piece)
                length += len(piece)
                if length > max_characters:
                    break
    except (etree.XMLSyntaxError, zipfile.BadZipFile, ValueError, IndexError) as error:
        raise FileRefused(RefusalCode.DAMAGED, str(error)) from None
    whole = unicodedata.normalize("NFC", "".join(pieces)).strip()
    return {"text": whole[:max_characters], "cut": length > max_characters}


def _docx(container: zipfile.ZipFile) -> Iterator[str]:
    # The letter first, then headers, footers and notes.
    parts = sorted(
        filter(_WORD_PARTS.match, container.namelist()),
        key=lambda name: name != "word/document.xml",
    )
    for part in parts:
        with container.open(part) as stream:
            for name, element in _elements(stream, ("t", "tab", "br", "cr", "p", "tc", "noBreakHyphen")):
                if name == "t":
                    yield element.text or ""
                else:
                    yield {"tab": "\t", "tc": "\t", "noBreakHyphen": "-"}.get(name, "\n")


def _odt(container: zipfile.ZipFile) -> Iterator[str]:
    from lxml import etree

    for part in (
        "content.xml",
        "styles.xml",
    ):  # headers and footers live among the styles
        if part not in container.namelist():
            continue
        with container.open(part) as stream:
            for _, element in _elements(stream, ("p", "h")):
                if etree.QName(element).namespace.endswith("text:1.0"):
                    yield _odt_paragraph(element) + "\n"


def _odt_paragraph(paragraph: Any) -> str:
    from lxml import etree

    said = [paragraph.text or ""]
    for child in paragraph.iterdescendants():
        if isinstance(child.tag, str):
            name = etree.QName(child).localname
            if name == "s":
                said.append(" ")
            elif name in ("tab", "line-break"):
                said.append("\t" if name == "tab" else "\n")
            said.append(child.text or "")
        said.append(child.tail or "")
    return "".join(said)


def _xlsx(container: zipfile.ZipFile) -> Iterator[str]:
    shared = _shared_strings(container)
    for part in sorted(filter(_SHEETS.match, container.namelist()), key=lambda name: (len(name), name)):
        with container.open(part) as stream:
            for name, element in _elements(stream, ("c", "row")):
                yield "\n" if name == "row" else _cell(element, shared) + "\t"
        yield "\n"


def _shared_strings(container: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in container.namelist():
        return []
    with container.open(name) as stream:
        return [_joined(element) for _, element in _elements(stream, ("si",))]


def _cell(cell: Any, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _joined(cell)
    value = next((child.text or "" for child in cell if child.tag.endswith("}v")), "")
    return shared[int(value)] if cell.get("t") == "s" and value else value


def _joined(element: Any) -> str:
    """All `t` below, without the reading aids of phonetic runs."""
    return "".join(part.text or "" for part in element.iter("{*}t") if not part.getparent().tag.endswith("}rPh"))


def _elements(stream: IO[bytes], names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield (local name, element) for each finished element of these names, forgetting what lies behind."""
    from lxml import etree

    options: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
    }
    for _, element in etree.iterparse(stream, events=("end",), tag=[f"{{*}}{n}" for n in names], **options):
        yield etree.QName(element).localname, element
        element.clear(keep_tail=True)
        while element.getprevious() is not None:
            del element.getparent()[0]

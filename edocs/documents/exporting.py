"""Lists and results as files: spreadsheet, text, Word, PDF; marked with who had them made and when (R-STA-08, -10)."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from edocs.documents.choices import ExportFormat
from edocs.typeset import Listing, compose_listing

MOST = 20_000
PAPER_A4 = 9  # its number in spreadsheets
#: paper that nobody reads to its end is not made
MOST_PRINTED = 3_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MEDIA_TYPES: dict[str, str] = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.PDF: "application/pdf",
    ExportFormat.CSV: "text/csv",
}
Row = Sequence[object]


@dataclass(frozen=True)
class Table:
    """What is to be written: titles with the share of the width they take, and the rows as they come.

    ``mark`` says who had it made when, ``watermark`` the same in short; ``about`` what was searched for.
    """

    title: str
    agency: str
    mark: str
    watermark: str
    about: Sequence[str]
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Row]


def most_rows(format: str) -> int:
    """How many rows a file of this kind holds at most."""
    return MOST_PRINTED if format in (ExportFormat.PDF, ExportFormat.DOCX) else MOST


def write_table(table: Table, format: str, folder: Path) -> tuple[Path, int]:
    """Write a file of one of the formats; returns it (the caller removes it) and how many rows it holds."""
    counted = _Counted(islice(table.rows, most_rows(format)))
    write = {ExportFormat.CSV: _csv, ExportFormat.DOCX: _docx, ExportFormat.PDF: _pdf}.get(ExportFormat(format), _xlsx)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=f".{format}", delete=False) as target:
        path = Path(target.name)
    write(table, counted, path)
    return path, counted.rows


class _Counted(Iterator[Row]):
    """Rows passing by, counted."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._source = rows
        self.rows = 0

    def __next__(self) -> Row:
        row = next(self._source)
        self.rows += 1
        return row


def _xlsx(table: Table, rows: Iterable[Row], path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title[:31])
    sheet.oddFooter.left.text = table.mark.replace("&", "&&")
    sheet.oddFooter.right.text = "&P/&N"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = PAPER_A4
    sheet.print_title_rows = "2:2"
    for number, (_title, width) in enumerate(table.columns):
        sheet.column_dimensions[chr(ord("A") + number)].width = max(10, width * 0.6)
    sheet.append([table.mark])
    header = [WriteOnlyCell(sheet, value=title) for title, _width in table.columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for row in rows:
        sheet.append([_safe(value) for value in row])
    book.save(path)


def _csv(table: Table, rows: Iterable[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as target:  # with a mark, so that Excel reads Vietnamese
        writer = csv.writer(target)
        writer.writerow([title for title, _width in table.columns])
        writer.writerows([_safe(_text(value)) for value in row] for row in rows)
        writer.writerow([table.mark])


def _pdf(table: Table, rows: Iterable[Row], path: Path) -> None:
    listing = Listing(table.title, table.agency, table.about, table.columns, table.mark, table.watermark)
    path.write_bytes(compose_listing(listing, [[_text(value) for value in row] for row in rows]))


def _docx(table: Table, rows: Iterable[Row], path: Path) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(15), Mm(12)
    section.top_margin = section.bottom_margin = Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(10)
    section.footer.paragraphs[0].text = table.mark
    document.add_paragraph(table.agency)
    document.add_paragraph().add_run(table.title).bold = True
    for line in table.about:
        document.add_paragraph(line)
    grid = document.add_table(rows=2, cols=len(table.columns), style="Table Grid")
    across = 270 / sum(width for _title, width in table.columns)
    for cells in (grid.rows[0].cells, grid.rows[1].cells):
        for cell, (title, width) in zip(cells, table.columns, strict=True):
            cell.width = Mm(width * across)
            cell.paragraphs[0].add_run(title).bold = True
    head, pattern = grid.rows[0]._tr, grid.rows[1]._tr
    head.get_or_add_trPr().append(head.makeelement(qn("w:tblHeader"), {}))
    for bold in list(pattern.iter(qn("w:b"))):
        bold.getparent().remove(bold)
    grid._tbl.remove(pattern)
    for row in rows:
        # a copy of one finished row: building thousands of them cell by cell takes minutes
        line = deepcopy(pattern)
        for place, value in zip(line.iter(qn("w:t")), row, strict=True):
            place.text = _printable(_text(value))
        grid._tbl.append(line)
    document.save(str(path))


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%H:%M %d/%m/%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def _printable(text: str) -> str:
    """Without the control characters that XML refuses."""
    return "".join(char for char in text if char >= " " or char in "\t\n")


def _safe(value: object) -> object:
    """Text that a spreadsheet would run as a formula is shown as text."""
    if not isinstance(value, str):
        return value
    text = _printable(value)
    return "'" + text if text.startswith(FORMULA) else text

"""A list as a spreadsheet: the columns of the register, and who had it made when (R-STA-08, R-STA-10)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from edocs.documents.choices import Direction
from edocs.documents.models import Document
from edocs.office.models import Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_list(documents: Iterable[Document], direction: str, person: Person, folder: Path) -> tuple[Path, int]:
    """Write the rows; returns the file and how many."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Incoming") if direction == Direction.INCOMING else _("Outgoing"))
    moment = timezone.localtime()
    sheet.append([_("Made by %(who)s at %(when)s") % {"who": person.full_name, "when": f"{moment:%H:%M %d/%m/%Y}"}])
    header = [WriteOnlyCell(sheet, value=title) for title in _titles(direction)]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    rows = 0
    for document in documents:
        sheet.append([_safe(value) for value in _row(document, direction)])
        rows += 1
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".xlsx", delete=False) as target:
        book.save(target)
    return Path(target.name), rows


def _titles(direction: str) -> list[str]:
    if direction == Direction.INCOMING:
        first = [_("Arrival date"), _("Arrival number"), _("Issuer"), _("Number and symbol"), _("Document date")]
    else:
        first = [_("Number and symbol"), _("Document date"), _("Unit"), _("Signer")]
    return [*first, _("Kind"), pgettext("document", "Summary"), _("Urgency"), _("State")]


def _row(document: Document, direction: str) -> list[object]:
    if direction == Direction.INCOMING:
        first: list[object] = [
            document.arrived_on,
            document.arrival_number,
            document.issuer_name,
            document.code,
            document.issued_on,
        ]
    else:
        unit = document.unit.name if document.unit else ""
        first = [document.code, document.issued_on, unit, document.signer_name]
    return [
        *first,
        document.kind.name,
        document.summary,
        document.get_urgency_display(),
        document.get_state_display(),
    ]


def _safe(value: object) -> object:
    """Text that a spreadsheet would run as a formula is shown as text."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value

"""What results show of a document, as each person chooses (Decree 30/2020 App. VI, 6đ); files show the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs.documents.choices import Direction, State
from edocs.documents.models import Document
from search import Hit

#: the value of a column: of the document, and of its line in the index where there is one
Value = Callable[[Document, Hit | None], object]


@dataclass(frozen=True)
class Column:
    """One thing to be shown; ``width`` is its share of a printed line, in millimetres of A4 across."""

    key: str
    label: str | Promise
    value: Value
    width: int = 20


def _from(document: Document, _hit: Hit | None) -> object:
    if document.direction == Direction.INCOMING:
        return document.issuer_name
    return document.unit.name if document.unit else ""


def _line(_document: Document, hit: Hit | None) -> object:
    return "".join(text for text, _marked in hit.line) if hit else ""


def _due(_document: Document, hit: Hit | None) -> object:
    due = hit.due if hit else None
    return timezone.localtime(due).replace(tzinfo=None) if hasattr(due, "tzinfo") and due else due  # type: ignore[arg-type]


COLUMNS: tuple[Column, ...] = (
    Column("code", _("Number and symbol"), lambda document, _hit: document.code, 34),
    Column("issued_on", _("Document date"), lambda document, _hit: document.issued_on, 21),
    Column("kind", _("Kind"), lambda document, _hit: document.kind.name, 24),
    Column("from", pgettext_lazy("column", "Issuer or unit"), _from, 38),
    Column("summary", pgettext_lazy("document", "Summary"), lambda document, _hit: document.summary, 80),
    Column("line", _("Line of the text"), _line, 60),
    Column("state", _("State"), lambda document, _hit: str(State(document.state).label), 26),
    Column("arrival", _("Arrival number"), lambda document, _hit: document.arrival_number, 16),
    Column("arrived_on", _("Arrival date"), lambda document, _hit: document.arrived_on, 21),
    Column("signer", _("Signer"), lambda document, _hit: document.signer_name, 32),
    Column("book", _("Register book"), lambda _document, hit: hit.book if hit else "", 30),
    Column("due", _("Due"), _due, 24),
    Column("urgency", _("Urgency"), lambda document, _hit: document.get_urgency_display(), 20),
    Column("pages", _("Pages"), lambda document, _hit: document.pages or None, 13),
)
BY_KEY = {column.key: column for column in COLUMNS}
#: shown until somebody chooses otherwise; the summary always is
USUAL = ("code", "issued_on", "kind", "from", "summary", "line", "state")
ALWAYS = "summary"


def chosen(keys: Iterable[str]) -> list[Column]:
    """The columns of these keys in their usual order; the usual ones when none is known."""
    wanted = {key for key in keys if key in BY_KEY} or set(USUAL)
    return [column for column in COLUMNS if column.key in wanted | {ALWAYS}]

"""What an export holds: the rows of a list or of a search, read with the rights its person has at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from edocs.documents import columns
from edocs.documents.access import visible
from edocs.documents.choices import Direction
from edocs.documents.exporting import Row, Table, most_rows
from edocs.documents.filters import ListFilter
from edocs.documents.models import Document, Export
from edocs.documents.searching import Asked, everything, search
from edocs.office.models import Agency, Person


@dataclass(frozen=True)
class Listed:
    """A list that another part of the house knows how to make: titles with their widths, rows, and about how many."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Row]
    total: int


#: lists of higher layers, by the name under ``list`` in the filters of an export: (person, filters, most rows)
lists: dict[str, Callable[[Person, Mapping[str, str], int], Listed]] = {}


def table_of(export: Export) -> tuple[Table, int]:
    """The table of an export and about how many rows it will have. Raises SearchError."""
    person = export.person
    moment = f"{timezone.localtime():%H:%M %d/%m/%Y}"
    mark = _("Made by %(who)s at %(when)s") % {"who": person.full_name, "when": moment}
    watermark = f"{person.full_name} · {moment}"
    agency = Agency.objects.order_by("id").values_list("name", flat=True).first() or ""
    most = most_rows(export.format)
    if make := lists.get(export.filters.get("list", "")):
        other = make(person, export.filters, most)
        return Table(other.title, agency, mark, watermark, (), other.columns, other.rows), min(other.total, most)
    if export.direction:
        documents = _listed(person, export)
        title = _("Incoming") if export.direction == Direction.INCOMING else _("Outgoing")
        rows = (_row(document, export.direction) for document in documents[:most].iterator())
        total = documents.count()
        return Table(title, agency, mark, watermark, (), _titles(export.direction), rows), min(total, most)
    asked = Asked.read(export.query)
    shown = columns.chosen(export.columns)
    found = search(person, asked, limit=1, facets=())
    about = [_about(asked)] if asked.words else []
    if found.total > most or found.capped:
        about.append(_("The first %(most)d results; there are more.") % {"most": most})
    titles = [(str(one.label), one.width) for one in shown]
    table = Table(_("Search results"), agency, mark, watermark, about, titles, _results(person, asked, shown, most))
    return table, min(found.total, most)


def _about(asked: Asked) -> str:
    return _("Searched for: %(words)s") % {"words": asked.words}


def _results(person: Person, asked: Asked, shown: Iterable[columns.Column], most: int) -> Iterator[Row]:
    chosen = list(shown)
    for hit, document in everything(person, asked, most):
        yield [column.value(document, hit) for column in chosen]


def _listed(person: Person, export: Export) -> QuerySet[Document]:
    rows = ListFilter.read(Direction(export.direction), export.filters).apply(visible(person))
    return rows.select_related("kind", "unit").order_by("-pk")


def _titles(direction: str) -> list[tuple[str, int]]:
    if direction == Direction.INCOMING:
        first = [
            (_("Arrival date"), 21),
            (_("Arrival number"), 16),
            (_("Issuer"), 38),
            (_("Number and symbol"), 34),
            (_("Document date"), 21),
        ]
    else:
        first = [(_("Number and symbol"), 34), (_("Document date"), 21), (_("Unit"), 34), (_("Signer"), 32)]
    return [
        *first,
        (_("Kind"), 24),
        (pgettext("document", "Summary"), 80),
        (_("Urgency"), 20),
        (_("State"), 26),
    ]


def _row(document: Document, direction: str) -> Row:
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

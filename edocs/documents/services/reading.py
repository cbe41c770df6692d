"""What reading leaves behind, and lists as files."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.choices import Direction, ExportFormat
from edocs.documents.models import Document, Export, View
from edocs.documents.searching import Asked
from edocs.errors import Invalid
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.office.models import Person


def note_view(*, document: Document, person: Person, what: str = "open") -> None:
    """Who opened or downloaded what, when (R-STA-11); opening again within the same hour is one view."""
    moment = clock.now()
    last = View.objects.filter(document=document, person=person, what=what).order_by("-id").first()
    if last is None or (moment - last.at).total_seconds() > 3600:
        View.objects.create(document=document, person=person, at=moment, what=what)


def ask_export(
    *, person: Person, direction: Direction, filters: dict[str, str], format: str = ExportFormat.XLSX
) -> Export:
    """Ask for a list as a file; a job makes it with the rights this person has then."""
    return _ask(Export(person=person, direction=direction, filters=filters, format=_known(format)), by=person)


def ask_list_export(*, person: Person, name: str, filters: dict[str, str], format: str) -> Export:
    """Ask for a list that another part of the house makes (``listed.lists``)."""
    return _ask(Export(person=person, filters={**filters, "list": name}, format=_known(format)), by=person)


def ask_search_export(*, person: Person, asked: Asked, columns: Sequence[str], format: str) -> Export:
    """Ask for all results of a search as a file, with the columns that the page shows."""
    return _ask(Export(person=person, query=asked.query, columns=list(columns), format=_known(format)), by=person)


def _known(format: str) -> str:
    if format not in ExportFormat.values:
        raise Invalid(_("Choose Excel, Word, PDF or CSV."), field="format")
    return format


def _ask(export: Export, *, by: Person) -> Export:
    with transaction.atomic():
        export.at = clock.now()
        export.save()
        what = {"q": export.query} if export.query else {"direction": export.direction, "filters": export.filters}
        record("list.export", export, by=by, after=what | {"format": export.format})
        enqueue("documents.export", arguments={"export": export.pk}, subject=f"export:{export.pk}", by=by)
    return export

"""What reading leaves behind, and lists as files."""

from __future__ import annotations

from django.db import transaction

from edocs import clock
from edocs.documents.choices import Direction
from edocs.documents.models import Document, Export, View
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.office.models import Person


def note_view(*, document: Document, person: Person, what: str = "open") -> None:
    """Who opened or downloaded what, when (R-STA-11); opening again within the same hour is one view."""
    moment = clock.now()
    last = View.objects.filter(document=document, person=person, what=what).order_by("-id").first()
    if last is None or (moment - last.at).total_seconds() > 3600:
        View.objects.create(document=document, person=person, at=moment, what=what)


def ask_export(*, person: Person, direction: Direction, filters: dict[str, str]) -> Export:
    """Ask for a list as XLSX; a job makes it with the rights this person has then."""
    with transaction.atomic():
        export = Export.objects.create(person=person, direction=direction, filters=filters, at=clock.now())
        record("list.export", export, by=person, after={"direction": direction, "filters": filters})
        enqueue("documents.export", arguments={"export": export.pk}, subject=f"export:{export.pk}", by=person)
    return export

"""Documents and work items as rows of queues and lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils import timezone

from edocs import clock, ui
from edocs.deadlines.services import WorkingCalendar, working_calendar
from edocs.documents.choices import Direction, State
from edocs.documents.models import Document
from edocs.ui import Due, due_of

STATES: dict[str, tuple[str, ui.Tone]] = {
    State.REGISTERED: ("clipboard-check", "grey"),
    State.WITH_LEADER: ("message-2-share", "blue"),
    State.ASSIGNED: ("user-share", "blue"),
    State.IN_PROGRESS: ("progress", "blue"),
    State.DONE: ("check", "green"),
    State.RETURNED: ("arrow-back-up", "red"),
    State.DRAFT: ("file-pencil", "grey"),
    State.IN_APPROVAL: ("file-check", "blue"),
    State.TO_SIGN: ("signature", "amber"),
    State.SIGNING: ("progress", "blue"),
    State.PROVING: ("clock-pause", "amber"),
    State.SIGNED: ("rubber-stamp", "amber"),
    State.SEALING: ("progress", "blue"),
    State.SEALED: ("send", "amber"),
    State.ISSUED: ("check", "green"),
    State.CANCELLED: ("x", "red"),
}


def state_of(document: Document) -> ui.State:
    """The state of a document as icon, word and colour."""
    icon, tone = STATES[document.state]
    # not get_state_display: it translates every state there is, and a list asks for 25 rows
    return ui.State(State(document.state).label, icon, tone)


def due_chip(due_at: dt.datetime | None, calendar: WorkingCalendar | None = None) -> Due:
    """The chip of a deadline, counted in working days of the office."""
    now = clock.now()
    if due_at is None:
        return due_of(None, now=now, working_days=0)
    today, day = timezone.localtime(now).date(), timezone.localtime(due_at).date()
    days = abs((calendar or working_calendar()).between(today, day))
    return due_of(due_at, now=now, working_days=days)


def name_of(document: Document) -> str:
    """What stands first in a row: number and symbol, or the kind of a draft."""
    return document.code or document.kind.name


def sender_of(document: Document) -> str:
    """From whom: the issuer, or the drafting unit."""
    if document.direction == Direction.INCOMING:
        return document.issuer_name
    return document.unit.name if document.unit else ""


def list_rows(documents: Iterable[Document], due: Mapping[int, dt.datetime], *, tick: str = "") -> list[ui.QueueRow]:
    """Rows of the lists of incoming and outgoing documents; with ``tick`` they can be ticked under that name."""
    calendar = working_calendar()
    return [
        ui.QueueRow(
            url=reverse("document", args=[document.pk]),
            number=name_of(document),
            sender=sender_of(document),
            summary=document.summary,
            key=str(document.pk),
            role=str(document.arrival_number or "")
            if document.direction == Direction.INCOMING
            else document.signer_name,
            due=due_chip(due[document.pk], calendar) if document.pk in due else None,
            state=state_of(document),
            urgency=document.urgency,
            preview_url=reverse("document_preview", args=[document.pk]),
            tick=tick,
        )
        for document in documents
    ]

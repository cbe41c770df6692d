"""My work: what waits for this person, by what they do and by when it is due."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from edocs import ui
from edocs.deadlines.services import WorkingCalendar, working_calendar
from edocs.documents.access import visible
from edocs.documents.choices import Direction, State
from edocs.documents.models import Document
from edocs.intake.models import Arrival, ArrivalState
from edocs.office.models import Person
from edocs.web.reading.rows import due_chip, name_of, sender_of, state_of
from edocs.workflow.queries.approving import Waiting, drafts_of, to_check_queue, to_sign_queue
from edocs.workflow.queries.handling import Item, Queue, ToInstruct, my_queue

SHOWN = 12
ICONS = {"overdue": "alert-triangle", "today": "clock", "this_week": "calendar-week", "later": "calendar"}


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The home page."""
    person: Person = request.user  # type: ignore[assignment]
    calendar = working_calendar()
    queue = my_queue(person)
    groups = [
        *(_clerk_groups(person) if person.has_role("clerk") else []),
        *_leader_groups(person, queue),
        *_work_groups(queue, calendar),
        *_draft_groups(person),
        *_other_groups(queue, calendar),
    ]
    groups = [group for group in groups if group.rows]
    return render(request, "reading/work.html", {"groups": groups})


def _clerk_groups(person: Person) -> list[ui.QueueGroup]:
    waiting = Arrival.objects.filter(state__in=(ArrivalState.READY, ArrivalState.READING, ArrivalState.FAILED))
    arrivals = list(waiting.order_by("id")[: SHOWN + 1])
    outgoing = visible(person).filter(direction=Direction.OUTGOING).select_related("kind", "unit")
    to_seal = list(
        outgoing.filter(state__in=(State.PROVING, State.SIGNED, State.SEALING)).order_by("-urgency", "id")[: SHOWN + 1]
    )
    to_send = list(outgoing.filter(state=State.SEALED).order_by("-urgency", "id")[: SHOWN + 1])
    unsubmitted = visible(person).filter(direction=Direction.INCOMING, state=State.REGISTERED).select_related("kind")
    to_submit = list(unsubmitted.order_by("-urgency", "id")[: SHOWN + 1])
    return [
        _group(
            _("To register"),
            [_arrival_row(one) for one in arrivals],
            "clipboard-plus",
            reverse("intake"),
            _("Register all"),
        ),
        _group(_("To put before a leader"), [_document_row(one) for one in to_submit], "message-2-share"),
        _group(
            _("To number and seal"),
            [_document_row(one, url=reverse("seal", args=[one.pk])) for one in to_seal],
            "rubber-stamp",
            reverse("to_seal"),
        ),
        _group(_("To dispatch"), [_document_row(one, url=reverse("seal", args=[one.pk])) for one in to_send], "send"),
    ]


def _leader_groups(person: Person, queue: Queue) -> list[ui.QueueGroup]:
    groups = [
        _group(
            _("To instruct"),
            [_instruct_row(one) for one in queue.to_instruct],
            "message-2-share",
            reverse("to_instruct"),
            _("Instruct one after the other"),
            total=queue.to_instruct_total,
        )
    ]
    if person.has_role("leader", "unit_head"):
        rows = [_waiting_row(one, reverse("to_sign")) for one in to_sign_queue(person)]
        groups.append(_group(_("To sign"), rows, "signature", reverse("to_sign"), _("Sign together")))
    if person.has_role("leader", "unit_head", "format_checker"):
        rows = [_waiting_row(one, reverse("draft_check", args=[one.document.pk])) for one in to_check_queue(person)]
        groups.append(_group(_("To check"), rows, "file-check", reverse("to_check")))
    asked = [
        ui.QueueRow(
            url=reverse("document", args=[one.document.pk]),
            number=name_of(one.document),
            sender=one.holder_name,
            summary=one.document.summary,
            key=f"extension-{one.extension.pk}",
            role=_("asks for more time"),
            preview_url=reverse("document_preview", args=[one.document.pk]),
        )
        for one in queue.time_asked
    ]
    return [*groups, _group(_("More time asked for"), asked, "clock-question")]


def _work_groups(queue: Queue, calendar: WorkingCalendar) -> list[ui.QueueGroup]:
    return [
        _group(
            str(group.label),
            [_item_row(item, calendar) for item in group.rows],
            ICONS.get(group.name, "point"),
            total=group.total,
            late=group.name == "overdue",
        )
        for group in queue.groups
    ]


def _draft_groups(person: Person) -> list[ui.QueueGroup]:
    returned = ui.State(_("Came back to be corrected"), "arrow-back-up", "amber")
    rows = [
        replace(_document_row(one.document), state=returned) if one.came_back else _document_row(one.document)
        for one in drafts_of(person, SHOWN + 1)
    ]
    return [_group(_("My drafts"), rows, "file-pencil")]


def _other_groups(queue: Queue, calendar: WorkingCalendar) -> list[ui.QueueGroup]:
    return [
        _group(
            _("My units: overdue"),
            [_item_row(one, calendar) for one in queue.unit_overdue],
            "alert-triangle",
            late=True,
        ),
        _group(_("Passed on, still open"), [_item_row(one, calendar) for one in queue.passed_on], "arrow-forward-up"),
        _group(_("For information"), [_item_row(one, calendar) for one in queue.information], "info-circle"),
    ]


def _group(
    label: str,
    rows: list[ui.QueueRow],
    icon: str,
    more_url: str = "",
    more_label: str = "",
    *,
    total: int | None = None,
    late: bool = False,
) -> ui.QueueGroup:
    count = len(rows) if total is None else total
    return ui.QueueGroup(label, rows[:SHOWN], count, icon, late=late, more_url=more_url, more_label=more_label)


def _document_row(document: Document, url: str = "") -> ui.QueueRow:
    return ui.QueueRow(
        url=url or reverse("document", args=[document.pk]),
        number=name_of(document),
        sender=sender_of(document),
        summary=document.summary,
        key=f"document-{document.pk}",
        state=state_of(document),
        urgency=document.urgency,
        preview_url=reverse("document_preview", args=[document.pk]),
    )


def _arrival_row(arrival: Arrival) -> ui.QueueRow:
    states = {
        ArrivalState.READING: ui.State(_("Being read"), "progress", "blue"),
        ArrivalState.READY: ui.State(_("Read, to be confirmed"), "wand", "violet"),
        ArrivalState.FAILED: ui.State(_("Cannot be read"), "file-off", "amber"),
    }
    found = arrival.suggestions
    number = "/".join(found[name]["value"] for name in ("number", "symbol") if name in found)
    return ui.QueueRow(
        url=reverse("intake_file", args=[arrival.pk]),
        number=number or arrival.name,
        sender=found.get("issuer", {}).get("value", ""),
        summary=found.get("summary", {}).get("value", "") or arrival.name,
        key=f"arrival-{arrival.pk}",
        state=states[ArrivalState(arrival.state)],
        urgency=found.get("urgency", {}).get("value", 0),
        preview_url=reverse("intake_preview", args=[arrival.pk]),
    )


def _instruct_row(one: ToInstruct) -> ui.QueueRow:
    return ui.QueueRow(
        url=reverse("document", args=[one.document.pk]),
        number=name_of(one.document),
        sender=one.document.issuer_name,
        summary=one.document.summary,
        key=f"submission-{one.submission_id}",
        role=_("returned") if one.returned else one.from_name,
        urgency=one.document.urgency,
        unread=one.unread,
        preview_url=reverse("document_preview", args=[one.document.pk]),
    )


def _waiting_row(one: Waiting, url: str) -> ui.QueueRow:
    return ui.QueueRow(
        url=url,
        number=one.document.kind.name,
        sender=sender_of(one.document),
        summary=one.document.summary,
        key=f"step-{one.step.pk}",
        role=one.document.author.full_name,
        urgency=one.document.urgency,
        preview_url=reverse("document_preview", args=[one.document.pk]),
    )


def _item_row(item: Item, calendar: WorkingCalendar) -> ui.QueueRow:
    return ui.QueueRow(
        url=reverse("document", args=[item.document.pk]),
        number=name_of(item.document),
        sender=item.from_name,
        summary=item.document.summary,
        key=f"assignment-{item.assignment_id}",
        role=item.role,
        due=due_chip(item.due_at, calendar) if item.due_at else None,
        urgency=item.document.urgency,
        unread=item.unread,
        preview_url=reverse("document_preview", args=[item.document.pk]),
    )

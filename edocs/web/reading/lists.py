"""The lists of incoming and outgoing documents: filters in the address, paging by key, export by a job."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from edocs import ui
from edocs.asked import line_in, number_in
from edocs.day_input import DAY_FORMAT, day_in
from edocs.documents.choices import Direction, ExportFormat, State, Urgency
from edocs.documents.filters import NAMES, ListFilter
from edocs.documents.queries import list_page
from edocs.documents.services.reading import ask_export
from edocs.office.models import DocumentKind, Unit
from edocs.records.services import may_open
from edocs.web.reading.rows import list_rows
from edocs.workflow.queries.deadlines import due_of_documents

INCOMING_STATES = (
    State.REGISTERED,
    State.WITH_LEADER,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.DONE,
    State.RETURNED,
    State.CANCELLED,
)
DIRECTIONS = {"incoming": Direction.INCOMING, "outgoing": Direction.OUTGOING}
LONGEST_FILTER = 60
DAYS = ("from", "to")
OUTGOING_STATES = (*(state for state in State if state not in INCOMING_STATES), State.CANCELLED)


@require_GET
def incoming(request: HttpRequest) -> HttpResponse:
    return _list(request, Direction.INCOMING, "incoming")


@require_GET
def outgoing(request: HttpRequest) -> HttpResponse:
    return _list(request, Direction.OUTGOING, "outgoing")


def _list(request: HttpRequest, direction: Direction, url_name: str) -> HttpResponse:
    wanted = ListFilter.read(direction, request.GET.dict())
    page = list_page(
        request.user,  # type: ignore[arg-type]
        wanted,
        older_than=number_in(request.GET.get("older")),
        newer_than=number_in(request.GET.get("newer")),
        last="last" in request.GET,
    )
    filing = may_open(request.user)  # type: ignore[arg-type]
    given = _given(request.GET)
    typed_days = [line_in(request.GET.get(name), LONGEST_FILTER) for name in DAYS]
    kinds = list(DocumentKind.objects.all())
    units = list(Unit.objects.all()) if direction == Direction.OUTGOING else []
    states = INCOMING_STATES if direction == Direction.INCOMING else OUTGOING_STATES
    context = {
        "title": _("Incoming documents") if direction == Direction.INCOMING else _("Outgoing documents"),
        "rows": list_rows(
            page.rows, due_of_documents([row.pk for row in page.rows]), tick="documents" if filing else ""
        ),
        "filing": filing,
        "pager": _pager(url_name, given, page.newer, page.older, len(page.rows)),
        "given": given,
        "chips": _chips(url_name, given, kinds, units),
        "not_days": [text for text in typed_days if text and day_in(text) is None],
        "clear_url": reverse(url_name),
        "last_url": f"{reverse(url_name)}?{urlencode(given | {'last': 1})}",
        "export_url": reverse("list_export", args=[url_name]),
        "states": [(state.value, state.label) for state in states],
        "kinds": kinds,
        "units": units,
        "urgencies": Urgency.choices,
        "formats": ExportFormat.choices,
        "incoming": direction == Direction.INCOMING,
    }
    return render(request, "reading/list.html", context)


def _given(values: QueryDict) -> dict[str, str]:
    """The filters that were sent, cut to what a filter can be."""
    cut = {name: line_in(values.get(name), LONGEST_FILTER) for name in NAMES}
    for name in DAYS:
        day = day_in(cut[name])
        cut[name] = f"{day:{DAY_FORMAT}}" if day is not None else ""
    return {name: value for name, value in cut.items() if value}


def _pager(url_name: str, given: dict[str, str], newer: int | None, older: int | None, shown: int) -> ui.Keyset:
    def address(**more: int) -> str:
        query = urlencode(given | {name: str(value) for name, value in more.items()})
        return f"{reverse(url_name)}?{query}" if query else reverse(url_name)

    return ui.Keyset(
        shown,
        first_url=address() if newer else "",
        previous_url=address(newer=newer) if newer else "",
        next_url=address(older=older) if older else "",
    )


def _chips(url_name: str, given: dict[str, str], kinds: Sequence[DocumentKind], units: Sequence[Unit]) -> list[ui.Chip]:
    """Active filters as chips, each with the address without it."""
    labels = {
        "q": pgettext("document", "Number"),
        "from": pgettext("date", "From"),
        "to": pgettext("date", "To"),
        "year": _("Year"),
    }
    rows = {"kind": {str(one.pk): one.name for one in kinds}, "unit": {str(one.pk): one.name for one in units}}
    chips = []
    for name, value in given.items():
        rest = urlencode({other: text for other, text in given.items() if other != name})
        url = f"{reverse(url_name)}?{rest}" if rest else reverse(url_name)
        chips.append(ui.Chip(rows.get(name, {}).get(value) or _chip_label(name, value, labels), url))
    return chips


def _chip_label(name: str, value: str, labels: dict[str, str]) -> str:
    if name == "state" and value in State.values:
        return str(State(value).label)
    if name == "urgency" and number_in(value) in Urgency.values:
        return str(Urgency(int(value)).label)
    return f"{labels.get(name, name)}: {value}"


@require_POST
def export(request: HttpRequest, url_name: str) -> HttpResponse:
    """Ask for the list as a spreadsheet; the bell says when it is ready."""
    direction = DIRECTIONS.get(url_name)
    if direction is None:
        raise Http404
    given = _given(request.POST)
    wanted = request.POST.get("format") or ExportFormat.XLSX
    ask_export(person=request.user, direction=direction, filters=given, format=wanted)  # type: ignore[arg-type]
    messages.success(request, _("The file is being made. The bell tells you when it is ready."))
    query = urlencode(given)
    return HttpResponseRedirect(f"{reverse(url_name)}?{query}" if query else reverse(url_name))

"""The lists of incoming and outgoing documents: filters in the address, paging by key, export by a job."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from edocs import ui
from edocs.documents.choices import Direction, State, Urgency
from edocs.documents.filters import NAMES, ListFilter
from edocs.documents.queries import list_page
from edocs.documents.services.reading import ask_export
from edocs.office.models import DocumentKind, Unit
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
        older_than=_key(request, "older"),
        newer_than=_key(request, "newer"),
        last="last" in request.GET,
    )
    given = {name: request.GET[name] for name in NAMES if request.GET.get(name)}
    states = INCOMING_STATES if direction == Direction.INCOMING else OUTGOING_STATES
    context = {
        "title": _("Incoming documents") if direction == Direction.INCOMING else _("Outgoing documents"),
        "rows": list_rows(page.rows, due_of_documents([row.pk for row in page.rows])),
        "pager": _pager(url_name, given, page.newer, page.older, len(page.rows)),
        "given": given,
        "chips": _chips(url_name, given),
        "clear_url": reverse(url_name),
        "last_url": f"{reverse(url_name)}?{urlencode(given | {'last': 1})}",
        "export_url": reverse("list_export", args=[url_name]),
        "states": [(state.value, state.label) for state in states],
        "kinds": DocumentKind.objects.all(),
        "units": Unit.objects.all() if direction == Direction.OUTGOING else (),
        "urgencies": Urgency.choices,
        "incoming": direction == Direction.INCOMING,
    }
    return render(request, "reading/list.html", context)


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


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


def _chips(url_name: str, given: dict[str, str]) -> list[ui.Chip]:
    """Active filters as chips, each with the address without it."""
    labels = {
        "q": pgettext("document", "Number"),
        "from": pgettext("date", "From"),
        "to": pgettext("date", "To"),
        "year": _("Year"),
    }
    chips = []
    for name, value in given.items():
        rest = urlencode({other: text for other, text in given.items() if other != name})
        url = f"{reverse(url_name)}?{rest}" if rest else reverse(url_name)
        chips.append(ui.Chip(_chip_label(name, value, labels), url))
    return chips


def _chip_label(name: str, value: str, labels: dict[str, str]) -> str:
    if name == "state" and value in State.values:
        return str(State(value).label)
    if name == "urgency" and value.isdecimal() and int(value) in Urgency.values:
        return str(Urgency(int(value)).label)
    if name == "kind" and value.isdecimal():
        return str(DocumentKind.objects.filter(pk=int(value)).first() or value)
    if name == "unit" and value.isdecimal():
        return str(Unit.objects.filter(pk=int(value)).first() or value)
    return f"{labels.get(name, name)}: {value}"


@require_POST
def export(request: HttpRequest, url_name: str) -> HttpResponse:
    """Ask for the list as a spreadsheet; the bell says when it is ready."""
    direction = Direction.INCOMING if url_name == "incoming" else Direction.OUTGOING
    given = {name: request.POST[name] for name in NAMES if request.POST.get(name)}
    ask_export(person=request.user, direction=direction, filters=given)  # type: ignore[arg-type]
    messages.success(request, _("The spreadsheet is being made. The bell tells you when it is ready."))
    query = urlencode(given)
    return HttpResponseRedirect(f"{reverse(url_name)}?{query}" if query else reverse(url_name))

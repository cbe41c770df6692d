"""The list of case files and the page of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from edocs import ui
from edocs.asked import line_in, number_in
from edocs.documents.choices import ExportFormat
from edocs.documents.models import Document
from edocs.journal.models import Event
from edocs.office.models import Person
from edocs.records.models import CaseFile
from edocs.records.queries import (
    ALL,
    LONGEST,
    MINE,
    NAMES,
    UNIT,
    FileFilter,
    contents_of,
    file_page,
    get_visible_file,
    history_of_file,
    may_change,
)
from edocs.records.services import ask_files_export, may_open
from edocs.records.words import retention_in_words
from edocs.web.reading.rows import name_of
from edocs.web.reading.verbs import sentence_of

SCOPES: tuple[tuple[str, str | Promise], ...] = (
    (MINE, pgettext_lazy("case files", "Mine")),
    (UNIT, pgettext_lazy("case files", "Of my unit")),
    (ALL, pgettext_lazy("case files", "All I may see")),
)
OPEN = ui.State(pgettext_lazy("case file", "Open"), "folder-open", "blue")
CLOSED = ui.State(pgettext_lazy("case file", "Closed"), "lock", "grey")
STATES = (("open", OPEN.label), ("closed", CLOSED.label))
LABELS: dict[str, str | Promise] = {"q": gettext_lazy("Words"), "year": gettext_lazy("Year")}


def state_of_file(file: CaseFile) -> ui.State:
    """Open or closed, as icon, word and colour."""
    return OPEN if file.is_open else CLOSED


@require_GET
def case_files(request: HttpRequest) -> HttpResponse:
    """Case files: mine, my unit's, all that I may see; filters in the address, paging by key."""
    person: Person = request.user  # type: ignore[assignment]
    given = _given(request.GET)
    wanted = FileFilter.read(given)
    page = file_page(
        person, wanted, older_than=number_in(request.GET.get("older")), newer_than=number_in(request.GET.get("newer"))
    )
    narrowed = {name: value for name, value in given.items() if name != "scope"}
    context = {
        "tabs": [ui.Tab(label, _address(narrowed | {"scope": name}), name == wanted.scope) for name, label in SCOPES],
        "rows": list(_rows(page.rows)),
        "total": page.total,
        "pager": ui.Keyset(
            len(page.rows),
            first_url=_address(given) if page.newer else "",
            previous_url=_address(given | {"newer": str(page.newer)}) if page.newer else "",
            next_url=_address(given | {"older": str(page.older)}) if page.older else "",
            total=page.total,
        ),
        "given": given,
        "chips": _chips(given, narrowed),
        "clear_url": _address({name: value for name, value in given.items() if name == "scope"}),
        "states": STATES,
        "formats": ExportFormat.choices,
        "may_open": may_open(person),
    }
    return render(request, "records/list.html", context)


def _rows(files: Iterable[Any]) -> Iterable[ui.QueueRow]:
    for file in files:
        yield ui.QueueRow(
            url=reverse("case_file", args=[file.pk]),
            number=file.code,
            sender=f"{file.year} · {file.keeper.full_name}",
            summary=file.title,
            key=str(file.pk),
            role=_("Documents: %(n)d") % {"n": file.documents},
            state=state_of_file(file),
        )


def _given(values: QueryDict) -> dict[str, str]:
    """The filters that were sent and that make sense, as they stand in the address."""
    wanted = FileFilter.read({name: values.get(name, "") for name in NAMES})
    kept = {"scope": wanted.scope, "state": wanted.state, "year": str(wanted.year or ""), "q": wanted.words}
    return {name: kept[name] for name in NAMES if kept[name] and line_in(values.get(name), LONGEST)}


def _address(given: dict[str, str]) -> str:
    return f"{reverse('case_files')}?{urlencode(given)}" if given else reverse("case_files")


def _chips(given: dict[str, str], narrowed: dict[str, str]) -> list[ui.Chip]:
    chips = []
    for name, value in narrowed.items():
        label = str(dict(STATES)[value]) if name == "state" else f"{LABELS[name]}: {value}"
        chips.append(ui.Chip(label, _address({other: text for other, text in given.items() if other != name})))
    return chips


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the list as a file; the bell says when it is ready."""
    given = _given(request.POST)
    wanted = request.POST.get("format") or ExportFormat.XLSX
    ask_files_export(person=request.user, filters=given, format=wanted)  # type: ignore[arg-type]
    messages.success(request, _("The file is being made. The bell tells you when it is ready."))
    return HttpResponseRedirect(_address(given))


@require_GET
def case_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One case file: what lies in it, what is entered about it, what was done with it."""
    person: Person = request.user  # type: ignore[assignment]
    file = get_visible_file(person, pk)
    context = {
        "file": file,
        "state": state_of_file(file),
        "retention": retention_in_words(file.retention_years),
        "contents": contents_of(person, file),
        "events": [(event, _sentence(event, document)) for event, document in history_of_file(person, file)],
        "may_change": may_change(person, file),
    }
    return render(request, "records/file.html", context)


def _sentence(event: Event, document: Document | None) -> str:
    """What somebody did with the file; of a document that the reader may not see neither name nor reason is told."""
    facts = dict(event.after or {})
    if document is not None:
        event.after = facts | {"what": name_of(document)}
    elif "document" in facts:
        event.after = facts | {"what": _("a document that you may not read"), "reason": "…"}
    return sentence_of(event)

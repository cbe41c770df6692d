"""The search page: one box, facets, results as people read them; rights are inside the engine and checked again."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from edocs import clock, ui
from edocs.asked import number_in
from edocs.documents.access import visible
from edocs.documents.choices import Direction, State
from edocs.documents.indexing import engine
from edocs.documents.models import Document
from edocs.documents.queries import by_code
from edocs.office.models import Person, Unit
from edocs.office.queries import tokens_of
from edocs.web.reading.rows import due_chip, state_of
from search import Facet, Filters, Hint, HintCode, Hit, ResultPage, SearchError, Sort, parse

PAGE = 20
FACETS: tuple[tuple[str, str | Promise], ...] = (
    (Facet.DIRECTION, gettext_lazy("Direction")),
    (Facet.KIND, gettext_lazy("Kind")),
    (Facet.ISSUER, gettext_lazy("Issuer")),
    (Facet.UNIT, gettext_lazy("Unit")),
    (Facet.YEAR, gettext_lazy("Year")),
    (Facet.STATE, gettext_lazy("State")),
)
SORTS: tuple[tuple[str, str | Promise], ...] = (
    (Sort.RELEVANCE, gettext_lazy("Best match")),
    (Sort.DATE, gettext_lazy("Newest first")),
    (Sort.NUMBER, pgettext_lazy("document", "Number")),
    (Sort.DUE, gettext_lazy("Due first")),
)
HINTS: dict[str, str | Promise] = {
    HintCode.TOO_LONG: gettext_lazy("The query was too long; only its beginning was searched."),
    HintCode.UNBALANCED_QUOTE: gettext_lazy("A quotation mark was not closed; it was left out."),
    HintCode.UNKNOWN_FIELD: gettext_lazy("There is no field “%(subject)s”; it was searched as a word."),
    HintCode.EMPTY_FIELD: gettext_lazy("The field “%(subject)s” has no value; it was left out."),
    HintCode.BAD_DATE: gettext_lazy("“%(subject)s” is not a date; write 13/10/2026."),
    HintCode.BAD_NUMBER: gettext_lazy("“%(subject)s” is not a number."),
    HintCode.QUOTE_VALUE: gettext_lazy("Put several words of a field in quotation marks: %(subject)s."),
    HintCode.WILDCARD: gettext_lazy("* and ? are not needed and were left out."),
    HintCode.ONLY_NEGATIVE: gettext_lazy("Only excluded words were given; everything else is shown."),
    HintCode.NOTHING_TO_SEARCH: gettext_lazy("There was no word to search for."),
    HintCode.UNKNOWN_WORD: gettext_lazy("No document holds “%(subject)s”."),
    HintCode.SPELLING: gettext_lazy("No document holds “%(subject)s”; “%(other)s” was searched instead."),
    HintCode.NO_MATCH: gettext_lazy("“%(subject)s” finds nothing."),
    HintCode.FILTERED_OUT: gettext_lazy("Without the filter “%(subject)s” there would be %(other)s results."),
    HintCode.ANY_WORD: gettext_lazy("No document holds all the words; those that hold some are shown."),
}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Results for ``q``; a number and symbol that means one document goes straight there."""
    person: Person = request.user  # type: ignore[assignment]
    typed = request.GET.get("q", "").replace("\x00", " ").strip()
    chosen = {name: request.GET.getlist(name) for name, _label in FACETS if request.GET.getlist(name)}
    sort = request.GET.get("sort", "")
    sort = sort if sort in {one.value for one in Sort} else Sort.RELEVANCE
    if typed and not chosen and "stay" not in request.GET and (one := by_code(person, typed)) is not None:
        return HttpResponseRedirect(reverse("document", args=[one.pk]))
    context: dict[str, Any] = {"typed": typed, "sort": sort, "sorts": SORTS, "chosen": chosen}
    try:
        page = engine().search(
            parse(typed, today=clock.today()),
            tokens_of(person),
            filters=Filters(values=chosen),
            facets=[name for name, _label in FACETS],
            sort=Sort(sort),
            limit=PAGE,
            after=request.GET.get("after"),
        )
    except SearchError:
        context |= {"down": True, "results": _from_the_database(person, typed)}
        return render(request, "reading/search.html", context)
    words = _Words(chosen)
    results = _results(person, page)
    query = {"q": typed, "sort": sort}
    context |= {
        "results": results,
        "total": page.total,
        "capped": page.capped,
        "facets": words.facets(page),
        "chips": words.chips(query),
        "clear_url": f"{reverse('search')}?{urlencode(query)}",
        "hints": [_hint(hint) for hint in page.hints],
        "next_url": _address(query | {"after": page.after}, chosen) if page.after else "",
    }
    return render(request, "reading/search.html", context)


def _address(query: dict[str, Any], chosen: dict[str, list[str]]) -> str:
    return f"{reverse('search')}?{urlencode(query | chosen, doseq=True)}"


def _hint(hint: Hint) -> str:
    return str(HINTS[hint.code]) % {"subject": hint.subject, "other": hint.other}


def _results(person: Person, page: ResultPage) -> list[dict[str, Any]]:
    """Hits with their documents; what the database does not let through (the index may be behind) is left out."""
    numbers = [int(hit.id) for hit in page.hits]
    documents = visible(person).select_related("kind", "unit").in_bulk(numbers)
    return [_result(hit, documents[int(hit.id)]) for hit in page.hits if int(hit.id) in documents]


def _result(hit: Hit, document: Document) -> dict[str, Any]:
    line = hit.line
    return {
        "document": document,
        "url": reverse("document", args=[document.pk]),
        "summary": hit.summary or [(document.summary, False)],
        "line": line,
        "page": hit.page if line else None,
        "state": state_of(document),
        "due": due_chip(hit.due) if isinstance(hit.due, dt.datetime) else None,
    }


def _from_the_database(person: Person, typed: str) -> list[dict[str, Any]]:
    """While the engine is down: number and beginning of the summary."""
    found = visible(person).filter(summary__icontains=typed).select_related("kind", "unit").order_by("-pk")[:PAGE]
    return [
        {
            "document": document,
            "url": reverse("document", args=[document.pk]),
            "summary": [(document.summary, False)],
            "state": state_of(document),
        }
        for document in found
    ]


class _Words:
    """Facet values in words, and the addresses that choose or drop them."""

    def __init__(self, chosen: dict[str, list[str]]) -> None:
        self.chosen = chosen
        self._units = dict(Unit.objects.values_list("pk", "name"))

    def label(self, facet: str, value: str) -> str:
        if facet == Facet.UNIT:
            return self._units.get(number_in(value) or 0, value)
        if facet == Facet.STATE and value in State.values:
            return str(State(value).label)
        if facet == Facet.DIRECTION and value in Direction.values:
            return str(Direction(value).label)
        return value

    def facets(self, page: ResultPage) -> list[dict[str, Any]]:
        shown = []
        for name, label in FACETS:
            counts = [count for count in page.facets.get(name, []) if count.value][:8]
            if counts:
                values = [self._value(name, count.value, count.count) for count in counts]
                shown.append({"name": str(name), "label": label, "values": values})
        return shown

    def _value(self, facet: str, value: str, count: int) -> dict[str, Any]:
        on = value in self.chosen.get(facet, [])
        return {"value": value, "label": self.label(facet, value), "count": count, "on": on}

    def _toggled(self, facet: str, value: str, query: dict[str, str]) -> str:
        values = list(self.chosen.get(facet, []))
        if value in values:
            values.remove(value)
        else:
            values.append(value)
        return _address(query, {name: kept for name, kept in (self.chosen | {facet: values}).items() if kept})

    def chips(self, query: dict[str, str]) -> list[ui.Chip]:
        return [
            ui.Chip(self.label(facet, value), self._toggled(facet, value, query))
            for facet, values in self.chosen.items()
            for value in values
        ]


@require_GET
def suggest(request: HttpRequest) -> JsonResponse:
    """What the beginning of a query may mean, only of what the person may see."""
    person: Person = request.user  # type: ignore[assignment]
    typed = request.GET.get("q", "").replace("\x00", " ").strip()
    if len(typed) < 2:
        return JsonResponse({"items": []})
    try:
        found = engine().suggest(typed, tokens_of(person), limit=8)
    except SearchError:
        found = []
    numbers = [int(one.id) for one in found if one.kind == "document" and one.id]
    seen = set(visible(person).filter(pk__in=numbers).values_list("pk", flat=True))
    items = [
        {"label": one.text, "code": one.code, "url": reverse("document", args=[int(one.id)])}
        if one.kind == "document"
        else {"label": one.text, "code": "", "url": f"{reverse('search')}?{urlencode({'q': one.text})}"}
        for one in found
        if one.kind != "document" or (one.id and int(one.id) in seen)
    ]
    return JsonResponse({"items": items, "label": _("Suggestions")})

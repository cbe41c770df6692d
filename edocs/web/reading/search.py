"""The search page: one box, a form that writes the same query, facets, results as people read them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from edocs.asked import number_in, text_in
from edocs.documents import columns
from edocs.documents.access import get_visible
from edocs.documents.choices import ExportFormat
from edocs.documents.index_rows import places_of
from edocs.documents.queries import by_code
from edocs.documents.searching import Asked, Found, IndexFilling, from_the_database, search, similar
from edocs.documents.services.searches import listed_for, note_search
from edocs.office.models import Person, Unit
from edocs.web.preferences import remember
from edocs.web.reading.search_form import SearchForm, initial_of
from edocs.web.reading.search_shown import SORTS, Words, result, shown_hints
from edocs.web.reading.search_suggested import suggested
from search import SearchError

COLUMNS_COOKIE = "edocs_columns"
UNITS_KEY, UNITS_SECONDS = "edocs.unit_names", 60
LONGEST_CURSOR = 200


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """Results for ``q``; a number and symbol that means one document goes straight there."""
    person: Person = request.user  # type: ignore[assignment]
    asked = Asked.read(request.GET)
    straight = asked.words and not asked.chosen and "stay" not in request.GET
    if straight and (one := by_code(person, asked.words)) is not None:
        return HttpResponseRedirect(reverse("document", args=[one.pk]))
    after = request.GET.get("after", "")[:LONGEST_CURSOR] or None
    context = _frame(request, asked)
    try:
        found = search(person, asked, after=after)
    except SearchError as problem:
        rows = from_the_database(person, asked)
        context |= _without_index(problem)
        context["results"] = [result(None, row, context["shown"], asked.plain) for row in rows]
        return render(request, "reading/search.html", context)
    if after is None and not asked.chosen:
        note_search(person=person, words=asked.words)
    return render(request, "reading/search.html", context | _results(asked, found, context["shown"], after))


def _frame(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What stands around the results, whatever they are."""
    person: Person = request.user  # type: ignore[assignment]
    shown = {column.key for column in columns.chosen(request.COOKIES.get(COLUMNS_COOKIE, "").split("."))}
    return {
        "asked": asked,
        "typed": asked.words,
        "sort": asked.sort,
        "sorts": SORTS,
        "shown": shown,
        "columns": [
            {"key": one.key, "label": one.label, "on": one.key in shown, "always": one.key == columns.ALWAYS}
            for one in columns.COLUMNS
        ],
        "saved": listed_for(person),
        "saved_now": number_in(request.GET.get("saved")),
        "formats": ExportFormat.choices,
        "form_url": f"{reverse('search_form')}?{urlencode({'q': asked.words})}",
        "save_url": f"{reverse('search_save')}?{asked.query}",
        "here": f"{reverse('search')}?{asked.query}",
    }


def _without_index(problem: SearchError) -> dict[str, Any]:
    return {"down": True, "filling": isinstance(problem, IndexFilling)}


def _results(asked: Asked, found: Found, shown: set[str], after: str | None) -> dict[str, Any]:
    words = Words(asked, cache.get_or_set(UNITS_KEY, unit_names, UNITS_SECONDS) or ())
    places = places_of([document.pk for _hit, document in found.rows])
    find = Asked(found.corrected).plain if found.corrected else asked.plain
    first = f"{reverse('search')}?{asked.query}&stay=1"
    corrected = Asked(found.corrected, asked.chosen, asked.sort) if found.corrected else None
    return {
        "results": [result(hit, one, shown, find, places.get(one.pk, ())) for hit, one in found.rows],
        "total": found.total,
        "capped": found.capped,
        "counted": found.counted,
        "older": found.older,
        "facets": words.facets(found),
        "chips": words.chips(),
        "clear_url": f"{reverse('search')}?{Asked(asked.words, {}, asked.sort).query}&stay=1",
        "hints": shown_hints(found.hints, words),
        "corrected": found.corrected,
        "corrected_url": f"{reverse('search')}?{corrected.query}&stay=1" if corrected else "",
        "first_url": first if after else "",
        "next_url": f"{first}&{urlencode({'after': found.after})}" if found.after else "",
    }


def unit_names() -> list[tuple[int, str]]:
    """The units by number, for facets; a minute old at most."""
    return list(Unit.objects.values_list("pk", "name"))


@require_GET
def search_form(request: HttpRequest) -> HttpResponse:
    """The form with one field for each part of a query; filled in, it leads to the results of the query it writes."""
    if "go" in request.GET:
        form = SearchForm(request.GET)
        if form.is_valid():
            return HttpResponseRedirect(f"{reverse('search')}?{urlencode({'q': form.query(), 'stay': 1})}")
    else:
        form = SearchForm(initial=initial_of(Asked.read(request.GET).words))
    return render(request, "reading/search_form.html", {"form": form})


@require_GET
def search_similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Other documents about the same as one document."""
    person: Person = request.user  # type: ignore[assignment]
    document = get_visible(person, pk)
    context = _frame(request, Asked()) | {"similar_to": document}
    try:
        rows = similar(person, document)
    except SearchError as problem:
        return render(request, "reading/search.html", context | _without_index(problem) | {"results": []})
    results = [result(hit, row, context["shown"], "") for hit, row in rows]
    return render(request, "reading/search.html", context | {"results": results, "total": len(rows), "counted": True})


@require_POST
def search_columns(request: HttpRequest) -> HttpResponse:
    """Which facts of a document this browser's results show (R-STA-05)."""
    chosen = columns.chosen(request.POST.getlist("column"))
    asked = Asked.read(text_in(request.POST.get("query"), 8000))
    response = HttpResponseRedirect(f"{reverse('search')}?{asked.query}&stay=1")
    remember(response, COLUMNS_COOKIE, ".".join(column.key for column in chosen))
    return response


@require_GET
def suggest(request: HttpRequest) -> JsonResponse:
    """What the beginning of a query may mean, only of what the person may see."""
    person: Person = request.user  # type: ignore[assignment]
    typed = Asked.read(request.GET).words
    return JsonResponse({"items": suggested(person, typed), "label": _("Suggestions")})

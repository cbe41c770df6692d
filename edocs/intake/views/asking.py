"""What the form asks while it is being filled: agencies, the next number, repeats."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from edocs import clock
from edocs.day_input import day_in
from edocs.documents.models import Book
from edocs.documents.services.registering import Repeat
from edocs.intake import queries
from edocs.intake.forms import LONGEST_NAME, NEW, clean_line, ids_of, known_issuer
from edocs.intake.views.access import clerk_only
from edocs.office.models import Correspondent, DocumentKind
from search.analysis import fold


@require_GET
@clerk_only
def issuers(request: HttpRequest) -> JsonResponse:
    """Agencies whose name holds what was typed; the words themselves as a new one when none is called so."""
    typed = clean_line(request.GET.get("q"))[:LONGEST_NAME]
    found = queries.issuers_like(typed)
    items: list[dict[str, Any]] = [
        {"value": str(one.pk), "label": one.name, "hint": one.code or one.abbreviation} for one in found
    ]
    if len(typed) > 1 and not any(fold(one.name) == fold(typed) for one in found):
        items.append({"value": NEW + typed, "label": typed, "hint": _("new, enter it")})
    return JsonResponse({"items": items})


@require_GET
@clerk_only
def number(request: HttpRequest) -> HttpResponse:
    """The number that would be given now for the chosen book, kind and day."""
    values = request.GET
    found = queries.number_will_be(
        book=row_of(Book, values.get("book")),
        kind=row_of(DocumentKind, values.get("kind")),
        day=day_of(values.get("arrived_on")),
    )
    return render(request, "intake/number.html", {"number": found})


@require_GET
@clerk_only
def repeats(request: HttpRequest) -> HttpResponse:
    """Documents that the one being entered may repeat (R-DOC-08)."""
    values = request.GET
    issuer: Correspondent | None = known_issuer(values.get("issuer", ""))
    arrival = queries.arrival_for(number_of(values.get("arrival")))
    found = queries.repeats_of(
        issuer=issuer,
        code=clean_line(values.get("code")),
        identifier=clean_line(values.get("identifier")),
        arrivals=[arrival] if arrival else [],
    )
    return render(request, "intake/repeats.html", repeats_context(found, values.get("confirmed", "")))


def repeats_context(found: list[Repeat], confirmed: str) -> dict[str, Any]:
    """The warning: a confirmation is for the very documents that were shown, so that a later one is asked again."""
    numbers = [repeat.document.pk for repeat in found]
    return {
        "repeats": found,
        "repeats_ids": ",".join(map(str, numbers)),
        "all_confirmed": set(numbers) <= ids_of(confirmed),
    }


def number_of(value: object) -> int:
    """A row's number that was sent; 0 for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def row_of(model: Any, value: object) -> Any:
    """The row of a number that was sent; None for anything else."""
    number = number_of(value)
    return model.objects.filter(pk=number).first() if number else None


def day_of(value: object) -> dt.date:
    """A date that was sent; today for anything else."""
    return value if isinstance(value, dt.date) else day_in(value) or clock.today()

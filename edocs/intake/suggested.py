"""The form as it opens: what was read from the file, matched to the catalogues, each value with its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from edocs import clock
from edocs.documents.choices import Channel, Urgency
from edocs.documents.models import Book
from edocs.intake.forms import NEW, RegisterForm, clean_line
from edocs.intake.models import Arrival
from edocs.intake.pages import Spot, joined, place_words, spots_of
from edocs.intake.queries import match_issuer, usual_route
from edocs.office.models import Correspondent, DocumentKind
from edocs.ui import Suggestion, ViewerBox

#: fields of the form and the suggestions they are made of
SOURCES = {
    "code": ("number", "symbol"),
    "issuer": ("issuer",),
    "issued_on": ("issued_on",),
    "kind": ("kind",),
    "urgency": ("urgency",),
    "summary": ("summary",),
    "signer_name": ("signer_name",),
    "signer_position": ("signer_position",),
    "reply_by": ("reply_by",),
}
LONGEST = {"code": 42, "summary": 500, "signer_name": 50, "signer_position": 100}
NARROW = frozenset({"issued_on", "kind", "urgency", "reply_by"})


@dataclass
class Opening:
    """What a form opens with: its first values, where each came from, and the boxes on the pages."""

    initial: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, Suggestion] = field(default_factory=dict)
    boxes: list[ViewerBox] = field(default_factory=list)
    issuer: Correspondent | None = None
    new_issuer: str = ""


def value_of(suggestions: Mapping[str, Any], name: str) -> Any:
    """A suggested value, or None."""
    found = suggestions.get(name)
    return found.get("value") if isinstance(found, dict) else None


def code_of(suggestions: Mapping[str, Any]) -> str:
    """Number and symbol as one reads them."""
    parts = (value_of(suggestions, "number"), value_of(suggestions, "symbol"))
    return "/".join(clean_line(part) for part in parts if part)


def first_values(books: Sequence[Book]) -> dict[str, Any]:
    """The values of a form of which nothing was read."""
    return {
        "arrived_on": clock.today(),
        "urgency": Urgency.NORMAL.value,
        "channel": Channel.POST.value,
        "book": books[0].pk if len(books) == 1 else None,
        "copies": 1,
    }


def opening_of(arrival: Arrival, *, books: Sequence[Book], kinds: Sequence[DocumentKind]) -> Opening:
    """The form of an arrived file (four statements at most, whatever was read)."""
    read = arrival.suggestions
    opening = Opening(initial=first_values(books))
    values = _plain_values(read, kinds)
    name = clean_line(value_of(read, "issuer"))[:200]
    if name:
        opening.issuer = match_issuer(name)
        opening.new_issuer = "" if opening.issuer else name
        values["issuer"] = str(opening.issuer.pk) if opening.issuer else NEW + name
    opening.initial |= values
    if read.get("pages"):
        opening.initial["pages"] = read["pages"]
    spots = spots_of(arrival.shown, read)
    for name in values:
        _mark(opening, name, read, spots)
    if opening.issuer is not None:
        _add_usual_route(opening, opening.issuer)
    return opening


def _plain_values(read: Mapping[str, Any], kinds: Sequence[DocumentKind]) -> dict[str, Any]:
    """Suggestions as values of the form; what does not fit its field is left out."""
    values: dict[str, Any] = {}
    texts = {name: clean_line(value_of(read, name)) for name in ("summary", "signer_name", "signer_position")}
    texts["code"] = code_of(read)
    values |= {name: text for name, text in texts.items() if 0 < len(text) <= LONGEST[name]}
    for name in ("issued_on", "reply_by"):
        if day := _day(value_of(read, name)):
            values[name] = day
    named = {kind.name.casefold(): kind.pk for kind in kinds}
    if kind := named.get(str(value_of(read, "kind") or "").casefold()):
        values["kind"] = kind
    if value_of(read, "urgency") in (Urgency.URGENT, Urgency.VERY_URGENT, Urgency.EXPRESS):
        values["urgency"] = value_of(read, "urgency")
    return values


def _day(text: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def _mark(opening: Opening, name: str, read: Mapping[str, Any], spots: Mapping[str, Spot]) -> None:
    sources = [read[source] for source in SOURCES[name] if isinstance(read.get(source), dict)]
    if not sources:
        return
    spot = joined([spots[source] for source in SOURCES[name] if source in spots])
    words = place_words(sources[0].get("page") or 1, spot, short=name in NARROW)
    if not all(source.get("sure") for source in sources):
        words = _("%(place)s, look again") % {"place": words}
    opening.marks[name] = Suggestion(words, name if spot else "")
    if spot:
        opening.boxes.append(ViewerBox(spot.page, *spot.box, kind="spot", name=name, tone="violet"))


def _add_usual_route(opening: Opening, issuer: Correspondent) -> None:
    route = usual_route(issuer)
    if route is None:
        return
    opening.initial["leader"] = route.to_id
    opening.marks["leader"] = Suggestion(_("as before"))
    if route.proposed_lead_id:
        opening.initial["proposed_lead"] = route.proposed_lead_id
        opening.marks["proposed_lead"] = Suggestion(_("as before"))


def marks_still_true(opening: Opening, form: RegisterForm) -> dict[str, Suggestion]:
    """The marks of values that the person has not changed; a form that came back holds what was typed."""
    if not form.is_bound:
        return opening.marks
    same = {name for name in opening.marks if _text(form[name].value()) == _text(opening.initial.get(name))}
    return {name: mark for name, mark in opening.marks.items() if name in same}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")

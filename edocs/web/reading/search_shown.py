"""Results, facets and hints of a search in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from edocs import ui
from edocs.asked import number_in
from edocs.documents.choices import Direction, FileRole, State
from edocs.documents.index_rows import FilePages
from edocs.documents.models import Document, DocumentFile
from edocs.documents.searching import FACETS, Asked, Found
from edocs.web.reading.rows import due_chip, name_of, sender_of, state_of
from edocs.web.reading.search_form import name_of_field
from search import NO, YES, Facet, FacetCount, Hint, HintCode, Hit, Sort
from search.query import FieldDays

FEW_VALUES = 6
LABELS: dict[str, str | Promise] = {
    Facet.DIRECTION: gettext_lazy("Direction"),
    Facet.KIND: gettext_lazy("Kind"),
    Facet.ISSUER: gettext_lazy("Issuer"),
    Facet.UNIT: gettext_lazy("Unit"),
    Facet.YEAR: gettext_lazy("Year"),
    Facet.BOOK: gettext_lazy("Register book"),
    Facet.STATE: gettext_lazy("State"),
    Facet.SIGNER: gettext_lazy("Signer"),
    Facet.FIELD: gettext_lazy("Field of work"),
    Facet.HAS_SIGNATURE: gettext_lazy("Digital signature"),
}
SIGNED: dict[str, str | Promise] = {YES: gettext_lazy("Signed digitally"), NO: gettext_lazy("Without")}
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
    HintCode.BAD_DATE: gettext_lazy("“%(other)s” is not a date; write 13/10/2026."),
    HintCode.BAD_NUMBER: gettext_lazy("“%(other)s” is not a number."),
    HintCode.QUOTE_VALUE: gettext_lazy("Put several words of a field in quotation marks: %(subject)s."),
    HintCode.WILDCARD: gettext_lazy("* and ? are not needed and were left out."),
    HintCode.ONLY_NEGATIVE: gettext_lazy("Only excluded words were given; everything else is shown."),
    HintCode.NOTHING_TO_SEARCH: gettext_lazy("There was no word to search for."),
    HintCode.UNKNOWN_WORD: gettext_lazy("No document holds “%(subject)s”."),
    HintCode.SPELLING: gettext_lazy("No document holds “%(subject)s”; “%(other)s” was searched instead."),
    HintCode.NO_MATCH: gettext_lazy("“%(subject)s” finds nothing."),
    HintCode.FILTERED_OUT: gettext_lazy("Without the filter “%(subject)s” there would be %(other)s results."),
    HintCode.EXCLUDED: gettext_lazy("Without excluding “%(subject)s” there would be %(other)s results."),
    HintCode.ANY_WORD: gettext_lazy("No document holds all the words; those that hold some are shown."),
}


@dataclass(frozen=True)
class Place:
    """Where the line of a result stands: in which file (none: it was said about the document), on which page."""

    page: int = 0
    file: DocumentFile | None = None

    @property
    def words(self) -> str:
        """``p. 3``; with the name of an attachment; or that it is not from the text."""
        if self.file is None:
            return gettext("From the course and the details:") if self.page else ""
        page = gettext("p. %(n)d") % {"n": self.page}
        return page if self.file.role == FileRole.MAIN else f"{self.file.name}, {page}"


def place_in(files: Sequence[FilePages], page: int | None) -> Place:
    """File and page for a page of the index."""
    if not page:
        return Place()
    for one in files:
        if one.first <= page <= one.last:
            return Place(page - one.first + 1, one.file)
    return Place(page)


def _address(document: Document, place: Place, find: str) -> str:
    """The document opened where the line stands, with the words looked for."""
    query: dict[str, object] = {"find": find} if find else {}
    if find and place.file is not None:
        query |= {"page": place.page} | ({"file": place.file.pk} if place.file.role != FileRole.MAIN else {})
    here = reverse("document", args=[document.pk])
    return f"{here}?{urlencode(query)}" if query else here


def result(
    hit: Hit | None, document: Document, shown: set[str], find: str, files: Sequence[FilePages] = ()
) -> dict[str, Any]:
    """A result as one reads it; without a hit (the engine is away) what the database knows."""
    line = hit.line if hit and "line" in shown else []
    due = hit.due if hit and "due" in shown else None
    place = place_in(files, hit.page if hit and line else None)
    return {
        "document": document,
        "name": name_of(document) if "code" in shown else "",
        "from": sender_of(document) if "from" in shown else "",
        "kind": document.kind.name if "kind" in shown and document.code else "",
        "url": _address(document, place, find),
        "summary": (hit.summary if hit else None) or [(document.summary, False)],
        "line": line,
        "place": place.words,
        "state": state_of(document) if "state" in shown else None,
        "due": due_chip(due) if isinstance(due, dt.datetime) else None,
        "issued_on": document.issued_on if "issued_on" in shown else None,
        "facts": list(_facts(hit, document, shown)),
        "similar_url": reverse("search_similar", args=[document.pk]) if hit else "",
    }


def _facts(hit: Hit | None, document: Document, shown: set[str]) -> Iterable[tuple[str | Promise, object]]:
    """What was chosen beyond the usual."""
    chosen: tuple[tuple[str, str | Promise, object], ...] = (
        ("arrival", gettext_lazy("Arrival number"), document.arrival_number),
        ("arrived_on", gettext_lazy("Arrival date"), document.arrived_on),
        ("signer", gettext_lazy("Signer"), document.signer_name),
        ("book", gettext_lazy("Register book"), hit.book if hit else ""),
        ("pages", gettext_lazy("Pages"), document.pages or None),
    )
    return ((label, value) for key, label, value in chosen if key in shown and value)


def shown_hints(hints: Sequence[Hint], words: Words) -> list[dict[str, str]]:
    """Hints as sentences; one that names a filter carries the address without it."""
    said = []
    days = {clause.field for clause in words.asked.parsed.clauses if isinstance(clause, FieldDays)}
    for hint in hints:
        subject, url = hint.subject, ""
        if hint.code == HintCode.NO_MATCH and subject in days:
            subject = name_of_field(subject)
        if hint.code == HintCode.FILTERED_OUT and hint.subject in LABELS:
            subject, url = str(LABELS[hint.subject]), words.without(hint.subject)
        text = str(HINTS[hint.code]) % {"subject": subject, "other": hint.other}
        said.append({"text": text, "url": url, "code": str(hint.code)})
    return said


class Words:
    """Facet values in words, and the addresses that choose or drop them."""

    def __init__(self, asked: Asked, units: Iterable[tuple[int, str]]) -> None:
        self.asked = asked
        self._units = dict(units)

    def label(self, facet: str, value: str) -> str:
        if facet == Facet.UNIT:
            return self._units.get(number_in(value) or 0, value)
        if facet == Facet.STATE and value in State.values:
            return str(State(value).label)
        if facet == Facet.DIRECTION and value in Direction.values:
            return str(Direction(value).label)
        if facet == Facet.HAS_SIGNATURE:
            return str(SIGNED.get(value, value))
        return value

    def facets(self, found: Found) -> list[dict[str, Any]]:
        """Each facet with its values: the chosen ones and the most frequent in sight, the rest to be opened."""
        return [self._facet(name, found.facets[name]) for name in FACETS if self._has(found, name)]

    def _has(self, found: Found, name: str) -> bool:
        return any(count.value for count in found.facets.get(name, ())) or name in self.asked.chosen

    def _facet(self, name: str, counts: Sequence[FacetCount]) -> dict[str, Any]:
        chosen = self.asked.chosen.get(name, ())
        known = {count.value: count.count for count in counts if count.value}
        order = sorted(known, reverse=True) if name == Facet.YEAR else list(known)
        order = [*(value for value in chosen if value not in known), *order]
        values = [self._value(name, value, known.get(value, 0)) for value in order]
        values.sort(key=lambda one: not one["on"])
        few = max(FEW_VALUES, len(chosen))
        more = values[few:] if len(values) > few + 1 else []
        label = ngettext("%(n)d more value", "%(n)d more values", len(more)) % {"n": len(more)}
        return {
            "name": str(name),
            "label": LABELS[name],
            "values": values[:few] if more else values,
            "more": more,
            "more_label": label,
        }

    def _value(self, facet: str, value: str, count: int) -> dict[str, Any]:
        on = value in self.asked.chosen.get(facet, ())
        return {"value": value, "label": self.label(facet, value), "count": count, "on": on}

    def chips(self) -> list[ui.Chip]:
        return [
            ui.Chip(self.label(facet, value), self._address(self.asked.toggled(facet, value)))
            for facet, values in self.asked.chosen.items()
            for value in values
        ]

    def without(self, facet: str) -> str:
        """The address of the same search without narrowing by one facet."""
        return self._address(self.asked.without(facet))

    def _address(self, asked: Asked) -> str:
        return f"{reverse('search')}?{asked.query}&stay=1"

"""Reading case files. Every read is filtered by who asks, and a document in a file by who may see that document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404
from django.utils import timezone

from edocs.asked import line_in, number_in
from edocs.documents.access import visible
from edocs.documents.models import Document
from edocs.journal.models import Event
from edocs.office.models import Person, Role, Unit
from edocs.office.queries import tokens_of
from edocs.records.models import CaseFile, Filed, words_of

PAGE = 25
#: whoever leads the agency answers for its case files, and the clerical office guides and checks their making
SEE_ALL = (Role.LEADER, Role.CLERK)
NAMES = ("scope", "state", "year", "q")
MINE, UNIT, ALL = "mine", "unit", "all"
SCOPES = (MINE, UNIT, ALL)
STATES = ("open", "closed")
LONGEST = 100
#: as many open files as are offered to put a document into
OFFERED = 200
#: as many files as the words of one query may mean
MOST_MATCHING = 5_000


def _numbers(person: Person, letter: str) -> list[int]:
    """The people (``u``) the person is or acts for, or the units (``g``) they belong to or head."""
    return [int(token[2:]) for token in tokens_of(person) if token.startswith(f"{letter}:")]


def visible_files(person: Person) -> QuerySet[CaseFile]:
    """Case files a person may see: their own, those of their unit; leaders and the clerical office see all."""
    if not person.is_active:
        return CaseFile.objects.none()
    if person.has_role(*SEE_ALL):
        return CaseFile.objects.all()
    people, units = _numbers(person, "u"), _numbers(person, "g")
    return CaseFile.objects.filter(Q(keeper__in=people) | Q(unit__in=units) | Q(unit__head__in=people))


def changeable_files(person: Person) -> QuerySet[CaseFile]:
    """Case files a person may change: whoever keeps them, the head of their unit, and who acts for one of these."""
    people = _numbers(person, "u")
    return CaseFile.objects.filter(Q(keeper__in=people) | Q(unit__head__in=people))


def may_change(person: Person, file: CaseFile) -> bool:
    """Whether a person may change a case file; its unit is read."""
    return not {file.keeper_id, file.unit.head_id}.isdisjoint(_numbers(person, "u"))


def get_visible_file(person: Person, pk: int) -> CaseFile:
    """The case file, or the answer of an address that does not exist: whether it exists is not told either."""
    found = visible_files(person).select_related("keeper__position", "unit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# --- lists ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FileFilter:
    """What the list is narrowed to; made from the query string, senseless values are left out."""

    scope: str = MINE
    state: str = ""
    year: int | None = None
    words: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> FileFilter:
        """From the query string of the list, or from the kept filters of an export."""
        year = number_in(given.get("year"))
        return cls(
            scope=given["scope"] if given.get("scope") in SCOPES else MINE,
            state=given["state"] if given.get("state") in STATES else "",
            year=year if year is not None and year <= dt.MAXYEAR else None,
            words=line_in(given.get("q"), LONGEST),
        )

    def files(self, person: Person) -> QuerySet[CaseFile]:
        """Visible case files of this sort."""
        found = visible_files(person)
        if self.scope == MINE:
            found = found.filter(keeper__in=_numbers(person, "u"))
        elif self.scope == UNIT:
            found = found.filter(unit__in=_numbers(person, "g"))
        if self.state:
            found = found.filter(ended_on__isnull=self.state == "open")
        if self.year is not None:
            found = found.filter(year=self.year)
        if words := words_of(self.words).strip():
            found = found.filter(words__contains=words)
        return found


@dataclass(frozen=True)
class FilePage:
    """One page of the list, newest first, between two keys; ``total`` is all of the list."""

    rows: Sequence[CaseFile]
    newer: int | None
    older: int | None
    total: int


def file_page(
    person: Person, wanted: FileFilter, *, older_than: int | None = None, newer_than: int | None = None
) -> FilePage:
    """A page of visible case files with how many documents lie in each (two statements, whatever the page)."""
    files = wanted.files(person)
    total = files.count()
    if newer_than is not None:
        found = _rows(files.filter(pk__gt=newer_than), "pk")
        more, rows = len(found) > PAGE, found[:PAGE][::-1]
        return FilePage(rows, rows[0].pk if more else None, rows[-1].pk if rows else None, total)
    found = _rows(files.filter(pk__lt=older_than) if older_than is not None else files, "-pk")
    rows = found[:PAGE]
    newer = rows[0].pk if rows and older_than is not None else None
    return FilePage(rows, newer, rows[-1].pk if len(found) > PAGE else None, total)


def _rows(files: QuerySet[CaseFile], order: str) -> list[CaseFile]:
    numbers = files.order_by(order).values("pk")[: PAGE + 1]
    return list(with_totals(CaseFile.objects.filter(pk__in=numbers)).order_by(order))


def with_totals(files: QuerySet[CaseFile]) -> QuerySet[Any]:
    """Case files with keeper, unit, and how many documents (``documents``) with how many ``pages`` they hold."""
    counted = files.annotate(documents=Count("filed"), pages=Sum("filed__document__pages", default=0))
    return counted.select_related("keeper", "unit")


# --- one file ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A line of a file's table of contents: the document and on which of the file's pages it stands."""

    filed: Filed
    document: Document
    first: int
    last: int

    @property
    def pages(self) -> str:
        """``4–9``; nothing while the document has no pages."""
        if not self.document.pages:
            return ""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Contents:
    """What lies in a file, in order of time: lines for what the reader may see; the rest is only counted."""

    lines: Sequence[Line]
    hidden: int
    documents: int
    pages: int


def in_order_of_time(filed: QuerySet[Filed]) -> list[Filed]:
    """By the date of the document, or of its arrival or entry while it has none (App. V: the sequence of events)."""

    def key(one: Filed) -> tuple[dt.date, int]:
        document = one.document
        entered = timezone.localtime(document.created_at).date()
        return document.issued_on or document.arrived_on or entered, one.ordinal

    return sorted(filed.select_related("document"), key=key)


def contents_of(person: Person, file: CaseFile) -> Contents:
    """The table of contents as far as the person may see it (two statements)."""
    filed = in_order_of_time(file.filed.all())
    seen = visible(person).filter(filed__file=file).select_related("kind", "unit").in_bulk()
    lines, page = [], 0
    for one in filed:
        first, page = page + 1, page + one.document.pages
        if (document := seen.get(one.document_id)) is not None:
            lines.append(Line(one, document, first, page))
    return Contents(lines, len(filed) - len(lines), len(filed), page)


def history_of_file(person: Person, file: CaseFile, limit: int = 200) -> list[tuple[Event, Document | None]]:
    """Journal events about the file, newest first, each with its document if the person may see that."""
    own = Event.objects.filter(object_type=CaseFile._meta.label_lower, object_id=str(file.pk))
    events = list(own.select_related("person").order_by("-id")[:limit])
    named = {(event.after or {}).get("document") for event in events} - {None}
    seen = visible(person).select_related("kind").in_bulk(named)
    return [(event, seen.get((event.after or {}).get("document"))) for event in events]


def filed_of(person: Person, document: Document) -> QuerySet[Filed]:
    """Where a document lies, as far as the person may see these files."""
    rows = Filed.objects.filter(document=document, file__in=visible_files(person))
    return rows.select_related("file__unit", "file__keeper").order_by("file")


def offered_files(person: Person) -> list[CaseFile]:
    """Open files into which the person may put something, newest first."""
    return list(changeable_files(person).filter(ended_on=None).order_by("-pk")[:OFFERED])


def next_code(unit: Unit, year: int) -> str:
    """The first free code of a unit in a year: ``01.TCCB`` (ordinal, point, abbreviation; Decree 30/2020, App. V)."""
    ending = f".{unit.abbreviation}"[:17]
    given = CaseFile.objects.filter(year=year, code__endswith=ending).values_list("code", flat=True)
    taken = [number for code in given if (number := number_in(code.removesuffix(ending))) is not None]
    return f"{max(taken, default=0) + 1:02d}{ending}"


def keepers_for(person: Person) -> QuerySet[Person]:
    """Who may keep a file that the person opens: themselves, or anybody in a unit they head."""
    active = Person.objects.filter(is_active=True, unit__isnull=False).select_related("unit", "position")
    return active.filter(Q(pk=person.pk) | Q(unit__head=person)).order_by("given_name", "full_name")


def keepers_of(file: CaseFile) -> QuerySet[Person]:
    """Who may keep a file that is open: whoever does, or anybody else of its unit."""
    active = Person.objects.filter(Q(is_active=True, unit=file.unit_id) | Q(pk=file.keeper_id))
    return active.select_related("unit", "position").order_by("given_name", "full_name")


def matching(person: Person, text: str) -> list[str]:
    """The case files that words of a query mean, as they stand in the search index.

    A code may be known to whoever sees a document of the file: the arrival stamp has a line for it. A title may not:
    only files that the person may see are found by it.
    """
    words = words_of(text)
    if not words.strip():
        return []
    seen = visible_files(person).filter(words__contains=words).values("pk")
    found = CaseFile.objects.filter(Q(code_words__contains=words) | Q(pk__in=seen))
    return [str(pk) for pk in found.order_by("-pk").values_list("pk", flat=True)[:MOST_MATCHING]]

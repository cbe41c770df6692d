"""Reading what waits to be registered, and what the clerk will want to know beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from edocs import clock
from edocs.documents.choices import Direction, Urgency
from edocs.documents.models import Book, Document
from edocs.documents.services.numbering import book_for, direction_books, next_will_be
from edocs.documents.services.registering import Repeat, find_repeats
from edocs.errors import Invalid
from edocs.intake.models import Arrival, ArrivalState
from edocs.office.models import Correspondent, DocumentKind, Person, SavedForm
from edocs.office.queries import find_correspondents
from edocs.workflow.models import Submission
from search.analysis import fold

#: what a clerk still has to deal with
OPEN = (ArrivalState.READING, ArrivalState.READY, ArrivalState.FAILED)
TO_REGISTER = (ArrivalState.READY, ArrivalState.FAILED)
#: kept though it could not be shown: the clerk fills the form by hand
NOT_CONVERTED = "not_installed"
SHOWN_IN_QUEUE = 200
SHOWN_BESIDE = 50
LOOKED_BACK = 10


def arrival_for(pk: int) -> Arrival | None:
    """One arrived file with its bytes and, once registered, its document (one statement)."""
    found = Arrival.objects.select_related("received", "shown", "by", "document")
    return found.filter(pk=pk).first()


def waiting_counts(person: Person) -> tuple[int, int]:
    """For the rail: how many files wait, and how many of them are urgent or failed (one statement)."""
    urgent = Q(suggestions__urgency__value__gte=Urgency.URGENT) | Q(state=ArrivalState.FAILED)
    found = Arrival.objects.filter(state__in=OPEN).aggregate(n=Count("pk"), red=Count("pk", filter=urgent))
    return found["n"], found["red"]


def queue(limit: int = SHOWN_IN_QUEUE) -> list[Arrival]:
    """What waits, oldest first; one more than ``limit`` says that there is more."""
    return list(Arrival.objects.filter(state__in=OPEN).select_related("received", "by").order_by("id")[:limit])


@dataclass(frozen=True)
class Waiting:
    """One file of the sequence in which the clerk goes through them."""

    pk: int
    state: str
    urgency: int


@dataclass(frozen=True)
class Order:
    """The files that wait, urgent ones first, then as they came."""

    files: tuple[Waiting, ...]

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.files)

    def position(self, pk: int) -> int:
        """1 for the first; 0 when the file does not wait any more."""
        return next((place for place, one in enumerate(self.files, 1) if one.pk == pk), 0)

    def before(self, pk: int) -> int | None:
        place = self.position(pk)
        return self.files[place - 2].pk if place > 1 else None

    def after(self, pk: int) -> int | None:
        """The next file; for one that does not wait any more the first that does."""
        place = self.position(pk)
        if place:
            return self.files[place].pk if place < len(self.files) else None
        return self.files[0].pk if self.files else None

    def next_to_register(self, pk: int = 0) -> int | None:
        """The next file with a form: after this one, else from the start; None when all are done."""
        place = self.position(pk)
        turned = (*self.files[place:], *self.files[:place])
        return next((one.pk for one in turned if one.state == ArrivalState.READY and one.pk != pk), None)


def sequence() -> Order:
    """The order of work: urgent first (R-DOC-04), those that cannot be read last (one statement)."""
    rows = Arrival.objects.filter(state__in=OPEN).order_by("id")
    files = [
        Waiting(pk, state, _urgency(urgency))
        for pk, state, urgency in rows.values_list("pk", "state", "suggestions__urgency__value")
    ]
    files.sort(key=lambda one: (one.state == ArrivalState.FAILED, -one.urgency, one.pk))
    return Order(tuple(files))


def _urgency(value: object) -> int:
    return value if isinstance(value, int) and value in Urgency.values else Urgency.NORMAL


def registered_today() -> int:
    """How many incoming documents arrived and were registered today."""
    return Document.objects.filter(direction=Direction.INCOMING, arrived_on=clock.today()).count()


def beside(arrival: Arrival) -> QuerySet[Arrival]:
    """Other files of the batch that may be attachments: dropped by the same person on the same day."""
    day = timezone.localtime(arrival.at).replace(hour=0, minute=0, second=0, microsecond=0)
    same = Arrival.objects.filter(state__in=TO_REGISTER, by=arrival.by_id, at__range=(day, day + dt.timedelta(days=1)))
    readable = Q(state=ArrivalState.READY) | Q(failure=NOT_CONVERTED)
    near = same.filter(readable).exclude(pk=arrival.pk).order_by("id").values("pk")[:SHOWN_BESIDE]
    return Arrival.objects.filter(pk__in=list(near.values_list("pk", flat=True))).order_by("id")


def saved_values(person: Person, key: str) -> dict[str, Any]:
    """What this person was typing under a key; the page needs it for choices that are not among the usual ones."""
    kept = SavedForm.objects.filter(person=person, key=key[:80]).first()
    return kept.data if kept else {}


# --- the issuer -----------------------------------------------------------------------------------------------------
#: how letter heads and catalogues write the same body
WRITTEN_ALIKE = (("ủy ban nhân dân", "UBND"), ("hội đồng nhân dân", "HĐND"))
LOCALITIES = ("tinh ", "thanh pho ", "xa ", "phuong ", "dac khu ")


def spellings(name: str) -> list[str]:
    """The folded spellings under which an agency may stand in the catalogue."""
    folded = fold(name)
    found = [folded]
    for long, short in WRITTEN_ALIKE:
        for one, other in ((fold(long), fold(short)), (fold(short), fold(long))):
            found += [text.replace(one, other, 1) for text in list(found) if text.startswith(one)]
    return list(dict.fromkeys(text for text in found if text))


def match_issuer(name: str) -> Correspondent | None:
    """The outside agency that a letter head means, when there is no doubt (two statements at most).

    Its name or an alias is the same, or the catalogue has just one of that name with its locality behind it
    ("Sở Tài chính" for "Sở Tài chính tỉnh Nam Khê").
    """
    wanted = spellings(name)
    if not wanted:
        return None
    held = Correspondent.objects.filter(Correspondent.on(clock.today()))
    same = held.filter(Q(folded__in=wanted) | Q(aliases__folded__in=wanted)).distinct()
    exact = list(same.order_by("pk")[:2])
    if exact:
        return exact[0]
    longer = [f"{text} {locality}" for text in wanted for locality in LOCALITIES]
    begins = Q()
    for text in longer:
        begins |= Q(folded__startswith=text)
    near = list(held.filter(begins).order_by("pk")[:2])
    return near[0] if len(near) == 1 else None


def issuers_like(words: str) -> Sequence[Correspondent]:
    """Agencies to choose from while typing; nothing for less than two letters."""
    return list(find_correspondents(words)) if len(words) > 1 else []


def usual_route(issuer: Correspondent) -> Submission | None:
    """How the last documents of this issuer went: to which leader, with which unit proposed (one statement)."""
    last = Document.objects.filter(direction=Direction.INCOMING, issuer=issuer).order_by("-id").values("pk")
    found = Submission.objects.filter(document__in=last[:LOOKED_BACK], to__is_active=True)
    return found.order_by("-id").first()


# --- repeats and numbers --------------------------------------------------------------------------------------------
def repeats_of(
    *, issuer: Correspondent | None, code: str, identifier: str, arrivals: Sequence[Arrival] = ()
) -> list[Repeat]:
    """Documents already registered that this one may repeat (R-DOC-08): three statements at most."""
    blobs = [blob for one in arrivals for blob in (one.received, one.shown)]
    return find_repeats(identifier=identifier, issuer=issuer, code=code, blobs=blobs)


def books() -> list[Book]:
    """The books for incoming documents."""
    return list(direction_books(Direction.INCOMING))


def number_will_be(*, book: Book | None, kind: DocumentKind | None, day: dt.date) -> int | None:
    """The arrival number that would be given now; None while the book is not known. Nobody is promised it."""
    if book is None and kind is not None:
        try:
            book = book_for(direction=Direction.INCOMING, kind=kind)
        except Invalid:
            return None
    return next_will_be(book, day.year) if book else None

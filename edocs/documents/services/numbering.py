"""Numbers of registers: gapless, in order, never given twice (Decree 30/2020, Art. 15 and 22; R-DOC-05, R-LAW-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.choices import Direction
from edocs.documents.models import Book, BookYear, Document, Entry
from edocs.errors import Invalid, WrongState
from edocs.office.models import DocumentKind, Person

NEXT_NUMBER = """
    UPDATE documents_bookyear SET last = last + 1
    WHERE book_id = %s AND year = %s AND NOT closed
    RETURNING last
"""


def book_for(*, direction: str, kind: DocumentKind) -> Book:
    """The book in use for a kind: the one that names it, else the one that names none."""
    fitting = Book.objects.filter(Q(kinds=kind) | Q(kinds=None), direction=direction, is_active=True)
    book = fitting.order_by(F("kinds").asc(nulls_last=True), "order", "name").first()
    if book is None:
        raise Invalid(
            _("No register book is set up for “%(kind)s”. Ask the administrator to add one.") % {"kind": kind.name}
        )
    return book


def next_will_be(book: Book, year: int) -> int:
    """The number that would be given now; shown as "will be", promised to nobody."""
    last = BookYear.objects.filter(book=book, year=year).values_list("last", flat=True).first()
    return (last or 0) + 1


def hold_counters(books: Iterable[Book], year: int) -> None:
    """Lock the counters of books, in one order, for the rest of the transaction: what is looked at before a number is
    given still stands when it is given.
    """
    for book in sorted(set(books), key=lambda one: one.pk):
        BookYear.objects.get_or_create(book=book, year=year)
        BookYear.objects.select_for_update().get(book=book, year=year)


def give_number(*, document: Document, book: Book, day: dt.date, by: Person) -> Entry:
    """Give the next number of a book. Call it as late as possible in the transaction: it holds the counter's row.

    Number order follows date order: a day before the last entry's is refused (domain §2.3, Order).
    """
    number = _next(book, day.year)
    if number is None:  # the first of its year, perhaps for several at once, or closed
        BookYear.objects.get_or_create(book=book, year=day.year)
        number = _next(book, day.year)
    if number is None:
        raise WrongState(
            _("The book “%(book)s” is closed for %(year)s. Choose another book or ask the administrator.")
            % {"book": book.name, "year": day.year}
        )
    return Entry.objects.create(book=book, year=day.year, number=number, document=document, by=by, at=clock.now())


def _next(book: Book, year: int) -> int | None:
    """Count up in one statement; None when the year is closed, or was never opened."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [book.pk, year])
        row = cursor.fetchone()
    return row[0] if row else None


def cancel_entries(*, document: Document, by: Person, reason: str) -> int:
    """Cancel the lines of a document; their numbers stay taken for ever."""
    return document.entries.filter(cancelled_at=None).update(cancelled_at=clock.now(), cancelled_by=by, reason=reason)


def number_text(number: int) -> str:
    """Numbers below ten are written with a leading zero (Decree 30/2020, App. I, II.3)."""
    return f"{number:02d}"


def symbol_for(*, kind: DocumentKind, agency_abbreviation: str, unit_abbreviation: str) -> str:
    """``QĐ-SNV`` for a named kind, ``SNV-VP`` for an official letter (domain §2.4)."""
    if kind.is_letter:
        return f"{agency_abbreviation}-{unit_abbreviation}"
    return f"{kind.abbreviation}-{agency_abbreviation}"


def identifier_for(*, agency_code: str, issued_on: dt.date, code: str) -> str:
    """The document identifier: agency code, date, number and symbol (domain §4.4; R-DOC-03)."""
    return f"{agency_code},{issued_on:%Y/%m/%d},{code}"


def direction_books(direction: Direction) -> models.QuerySet[Book]:
    """Books in use for a direction."""
    return Book.objects.filter(direction=direction, is_active=True)

"""Register books and their years: what an administrator may still change once numbers were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.documents.models import Book, BookYear, Entry
from edocs.errors import Invalid, WrongState
from edocs.office.models import Person
from edocs.office.services import delete_catalogue, save_catalogue

#: What belongs to the numbers already given and may not move under them.
FIXED = ("direction", "agency")


def save_book(*, thing: Book, by: Person, changes: Mapping[str, Any]) -> Book:
    """Add or change a book. With numbers in it, its direction and agency stay (Decree 30/2020, Art. 15, 22).

    Raises NotPermitted, Invalid, WrongState (numbers were given; a kind stands in another book already).
    """
    with transaction.atomic():
        if thing.pk is not None and Entry.objects.filter(book=thing.pk).exists():
            stored = Book.objects.get(pk=thing.pk)
            for name in FIXED:
                if name in changes and changes[name] != getattr(stored, name):
                    raise WrongState(
                        _("Numbers were given in “%(book)s”; it keeps its direction and agency. Add another book.")
                        % {"book": stored.name}
                    )
        book = save_catalogue(thing=thing, by=by, changes=changes)
        _kinds_are_in_one_book(book)
    return book


def save_book_year(*, thing: BookYear, by: Person, changes: Mapping[str, Any]) -> BookYear:
    """Open a year, at the number the paper register had reached, or close and reopen it; numbers are never set back.

    Raises NotPermitted, Invalid, WrongState (the last number of a year in use was to be changed).
    """
    with transaction.atomic():
        if thing.pk is not None:
            stored = BookYear.objects.select_for_update().get(pk=thing.pk)
            moved = [
                name for name in ("book", "year", "last") if changes.get(name, _of(stored, name)) != _of(stored, name)
            ]
            if moved:
                raise WrongState(
                    _("The numbers of a year go on by themselves and are never set by hand. Only close or reopen it.")
                )
        return save_catalogue(thing=thing, by=by, changes=changes)


def delete_book_year(*, thing: BookYear, by: Person) -> None:
    """Take a year away that was opened by mistake: only while no number was given."""
    if Entry.objects.filter(book=thing.book_id, year=thing.year).exists():
        raise WrongState(_("Numbers were given in this year; it can be closed, not deleted."), code="in_use")
    delete_catalogue(thing=thing, by=by)


def _of(row: BookYear, name: str) -> Any:
    return getattr(row, name)


def _kinds_are_in_one_book(book: Book) -> None:
    """A kind named by two books in use would leave open which number it gets."""
    if not book.is_active:
        return
    for kind in book.kinds.all():
        other = Book.objects.filter(direction=book.direction, is_active=True, kinds=kind).exclude(pk=book.pk).first()
        if other is not None:
            raise Invalid(
                _("“%(kind)s” is already numbered in “%(book)s”. Take it out there first.")
                % {"kind": kind.name, "book": other.name},
                field="kinds",
            )

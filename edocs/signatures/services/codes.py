"""Which documents bear a QR code to the public verification page: those of the books chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.choices import Direction
from edocs.documents.models import Document
from edocs.documents.services.numbering import book_for
from edocs.errors import Invalid, NotPermitted, Refusal
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.models import CodedBook


def save_coded_book(*, thing: CodedBook, by: Person, changes: Mapping[str, Any]) -> CodedBook:
    """Have the documents of a book bear the code from now on; drafts prepared already stay as they are.

    Raises NotPermitted, Invalid (not a book of outgoing documents, chosen already, no address set).
    """
    _only_administrators(by)
    book = changes.get("book") or thing.book
    if not settings.VERIFY_ADDRESS:
        raise Invalid(
            _("The address of the verification page is not set (VERIFY_ADDRESS). Set it first, then choose the book.")
        )
    if book.direction != Direction.OUTGOING:
        raise Invalid(_("“%(book)s” is no book of outgoing documents.") % {"book": book.name}, field="book")
    with transaction.atomic():
        kept, made = CodedBook.objects.get_or_create(book=book, defaults={"since": clock.now()})
        if not made:
            raise Invalid(_("The documents of “%(book)s” bear the code already.") % {"book": book.name}, field="book")
        thing.pk = kept.pk
        record("book.code", kept, by=by, after={"book": book.name})
    return kept


def delete_coded_book(*, thing: CodedBook, by: Person) -> None:
    """Documents of this book bear no code from now on; those that bear one keep it."""
    _only_administrators(by)
    with transaction.atomic():
        record("book.no_code", thing, by=by, before={"book": thing.book.name})
        CodedBook.objects.filter(pk=thing.pk).delete()


def code_address(document: Document) -> str:
    """The address that the code of a document leads to; empty when it is to bear none."""
    if not settings.VERIFY_ADDRESS:
        return ""
    try:
        book = book_for(direction=document.direction, kind=document.kind)
    except Refusal:
        return ""  # said when it is numbered
    return settings.VERIFY_ADDRESS if CodedBook.objects.filter(book=book).exists() else ""


def _only_administrators(by: Person) -> None:
    if not by.has_role("administrator"):
        raise NotPermitted(_("Only an administrator changes the catalogues. Ask them to do it."))

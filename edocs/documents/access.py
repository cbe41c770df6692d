"""The one door: who may see which document (R-SEC-2). Lists, counts, previews and downloads all come through here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from edocs.documents.indexing import follow
from edocs.documents.models import AccessEntry, Document, Withdrawal
from edocs.office.models import Person
from edocs.office.queries import tokens_of

#: as many entries of access as are looked up by number
FEW = 500


def visible(person: Person) -> QuerySet[Document]:
    """Documents a person may see; for nobody, none."""
    tokens = tokens_of(person)
    entries = AccessEntry.objects.filter(document=OuterRef("pk"), token__in=tokens)
    return Document.objects.filter(Exists(entries)) if tokens else Document.objects.none()


def visible_for_pages(person: Person) -> QuerySet[Document]:
    """The same documents, for reading a page of a long list.

    Whoever sees few is given their numbers at once (one short statement more): looking for ten among a hundred
    thousand, document by document, took 40 ms.
    """
    entries = AccessEntry.objects.filter(token__in=tokens_of(person)).order_by()
    numbers = list(entries.values_list("document_id", flat=True)[: FEW + 1])
    return Document.objects.filter(pk__in=numbers) if len(numbers) <= FEW else visible(person)


def may_see(person: Person, document: Document) -> bool:
    """True when the person may see this document."""
    tokens = tokens_of(person)
    return bool(tokens) and AccessEntry.objects.filter(document=document, token__in=tokens).exists()


def get_visible(person: Person, pk: int) -> Document:
    """The document, or the answer of an address that does not exist: whether it exists is not told either."""
    document = visible(person).filter(pk=pk).select_related("kind", "issuer", "unit", "signer", "author").first()
    if document is None:
        raise Http404
    return document


def grant(document: Document, tokens: Iterable[str], *, reason: str) -> None:
    """Let the holders of tokens see the document, for a reason that can be withdrawn by itself."""
    AccessEntry.objects.bulk_create(
        (AccessEntry(document=document, token=token, reason=reason) for token in sorted(set(tokens))),
        ignore_conflicts=True,
    )
    follow([document.pk])


def withdraw(document: Document, tokens: Iterable[str], *, reason: str) -> None:
    """Take one reason away; other reasons to see the document stay.

    Search hears of it at once, though its index follows a moment later (``withdrawn_from``).
    """
    gone = sorted(set(tokens))
    AccessEntry.objects.filter(document=document, token__in=gone, reason=reason).delete()
    Withdrawal.objects.bulk_create(Withdrawal(document=document, token=token) for token in gone)
    follow([document.pk])


def withdrawn_from(person: Person) -> list[int]:
    """Documents that the index may still show to a person, though they may not see them any more (one statement)."""
    tokens = tokens_of(person)
    unheard = Withdrawal.objects.filter(token__in=tokens)
    seen = AccessEntry.objects.filter(document=OuterRef("document"), token__in=tokens)
    return list(unheard.exclude(Exists(seen)).order_by().values_list("document_id", flat=True).distinct())

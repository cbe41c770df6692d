"""Reading documents: pages of lists, versions, history. Every read is filtered by who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Prefetch, Q, QuerySet

from edocs.documents.access import visible, visible_for_pages
from edocs.documents.filters import ListFilter
from edocs.documents.models import AccessEntry, Document, DocumentFile, DocumentLink, FileVersion, View
from edocs.journal.models import Event
from edocs.office.models import Person
from search.analysis import fold_code

PAGE = 25


@dataclass(frozen=True)
class ListPage:
    """One page of a list, newest first, between two keys."""

    rows: Sequence[Document]
    newer: int | None
    older: int | None


def list_page(
    person: Person,
    wanted: ListFilter,
    *,
    older_than: int | None = None,
    newer_than: int | None = None,
    last: bool = False,
) -> ListPage:
    """A page of visible documents by key (two statements, whatever the page)."""
    documents = wanted.apply(visible_for_pages(person))
    if last or newer_than is not None:
        forward = documents.filter(pk__gt=newer_than) if newer_than is not None else documents
        rows = _rows(forward, "pk")
        more_newer, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        older = rows[-1].pk if rows and newer_than is not None else None
        return ListPage(rows, rows[0].pk if rows and more_newer else None, older)
    if older_than is not None:
        documents = documents.filter(pk__lt=older_than)
    rows = _rows(documents, "-pk")
    more_older, rows = len(rows) > PAGE, rows[:PAGE]
    newer = rows[0].pk if rows and older_than is not None else None
    return ListPage(rows, newer, rows[-1].pk if more_older else None)


def _rows(documents: QuerySet[Document], order: str) -> list[Document]:
    """The rows of a page and one more: their numbers are found first, so that nothing wide is sorted."""
    numbers = documents.order_by(order).values("pk")[: PAGE + 1]
    return list(Document.objects.filter(pk__in=numbers).select_related("kind", "unit").order_by(order))


def files_of(document: Document) -> list[DocumentFile]:
    """Files with all their versions (two statements)."""
    versions = FileVersion.objects.select_related("blob", "by").order_by("-ordinal")
    return list(document.files.prefetch_related(Prefetch("versions", queryset=versions)))


def links_of(person: Person, document: Document) -> list[tuple[DocumentLink, Document]]:
    """Links with the other document, as far as the person may see that one (two statements)."""
    links = list(DocumentLink.objects.filter(Q(source=document) | Q(target=document)).order_by("id"))
    others = {link.target_id if link.source_id == document.pk else link.source_id for link in links}
    seen = visible(person).select_related("kind").in_bulk(others)
    pairs = ((link, link.target_id if link.source_id == document.pk else link.source_id) for link in links)
    return [(link, seen[other]) for link, other in pairs if other in seen]


def history_of(document: Document, limit: int = 200) -> QuerySet[Event]:
    """Journal events about the document and its files, newest first."""
    files = [str(pk) for pk in document.files.values_list("pk", flat=True)]
    own = Q(object_type=Document._meta.label_lower, object_id=str(document.pk))
    of_files = Q(object_type=DocumentFile._meta.label_lower, object_id__in=files)
    return Event.objects.filter(own | of_files).select_related("person").order_by("-id")[:limit]


def readers_of(document: Document, limit: int = 100) -> list[tuple[str, dt.datetime]]:
    """Who opened the document and when last, the latest first (R-PRE-1)."""
    rows = View.objects.filter(document=document).values_list("person__full_name").annotate(last=Max("at"))
    return list(rows.order_by("-last")[:limit])


def by_code(person: Person, typed: str) -> Document | None:
    """The one visible document that a typed number and symbol mean; None when there is none or more than one."""
    folded = fold_code(typed)[:45]
    found = list(visible(person).filter(code_folded=folded)[:2]) if folded else []
    return found[0] if len(found) == 1 else None


def shared_with(document: Document) -> list[Person]:
    """People who read the document because somebody shared it."""
    tokens = AccessEntry.objects.filter(document=document, reason="share").values_list("token", flat=True)
    numbers = [int(token.removeprefix("u:")) for token in tokens]
    return list(Person.objects.filter(pk__in=numbers).select_related("unit", "position"))

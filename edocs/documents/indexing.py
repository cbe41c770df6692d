"""The search index follows the database: by jobs that are asked for in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F

from edocs.documents.index_rows import as_index_documents
from edocs.documents.models import Document
from edocs.jobs.services import enqueue_many
from edocs.transactions import note, noted
from search import open_engine
from search.engine import Engine

#: the kind of job that carries a document into the index
INDEX = "documents.index"


@lru_cache(maxsize=4)
def _engine(folder: str, url: str, api_key: str, ca: str, shards: int) -> Engine:
    return open_engine(url, api_key=api_key, ca=ca, shards=shards) if url else open_engine(folder)


def engine() -> Engine:
    """The engine chosen by ``SEARCH_URL``; the embedded one when it is empty."""
    return _engine(
        str(settings.SEARCH_DIR),
        settings.SEARCH_URL,
        settings.SEARCH_API_KEY,
        settings.SEARCH_CA,
        settings.SEARCH_SHARDS,
    )


def counted_up(number: int) -> dict[str, Any]:
    """What a statement that changes a document has to set besides, unless this transaction counted it up already."""
    return {} if noted(("follow", number)) else {"revision": F("revision") + 1}


def follow(numbers: Iterable[int], *, new: bool = False, counted: bool = False) -> None:
    """Let the index follow documents that are being changed; called inside the transaction that changes them.

    Once in a transaction is enough: what is counted and asked for is seen by others only with all of its changes.
    ``new`` documents were made in this very transaction, so nobody has asked for them yet; those ``counted`` had
    ``counted_up`` in the statement that changed them.
    """
    fresh = [number for number in sorted(set(numbers)) if not noted(("follow", number))]
    if fresh and not (new or counted):
        Document.objects.filter(pk__in=fresh).update(revision=F("revision") + 1)
    for number in fresh:
        note(("follow", number))
    wanted: list[tuple[str, dict[str, Any]]] = [(f"document:{number}", {"document": number}) for number in fresh]
    enqueue_many(INDEX, wanted, once=True, first=new)


def index_documents(numbers: Iterable[int]) -> int:
    """Add or replace documents in the index as they stand in the database; what is not to be found leaves it.

    Two workers may carry the same document, and the one that read it first may write it last. So whoever has written
    looks again, and what was changed meanwhile is written anew: the last to write has written the last state.
    Raises SearchError.
    """
    waiting, written = list(set(numbers)), 0
    while waiting:
        before = dict(Document.objects.filter(pk__in=waiting).values_list("pk", "revision"))
        documents = as_index_documents(waiting)
        if gone := {str(number) for number in waiting} - {document.id for document in documents}:
            engine().delete(gone)
        written += engine().index(documents)
        now = Document.objects.filter(pk__in=waiting).values_list("pk", "revision")
        waiting = [number for number, revision in now if before.get(number) != revision]
    return written

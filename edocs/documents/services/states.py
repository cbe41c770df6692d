"""Moving a document from one state to another: one place, one table (``choices.MOVES``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import MOVES, State
from edocs.documents.models import Document
from edocs.documents.services.files import touch, touch_all
from edocs.errors import WrongState


def locked(document: Document) -> Document:
    """The document's row, locked for the rest of the transaction: one change at a time."""
    return Document.objects.select_for_update().get(pk=document.pk)


def locked_all(numbers: Iterable[int]) -> list[Document]:
    """Rows of documents, locked in the order of their numbers, so that two piles never wait for each other."""
    return list(Document.objects.select_for_update().filter(pk__in=list(numbers)).order_by("pk"))


def move(document: Document, to: State, **changes: object) -> None:
    """Move a locked document; ``changes`` are further fields to set. Raises WrongState with who should do what."""
    if to not in MOVES[document.state]:
        raise wrong_state(document)
    touch(document, state=to, **changes)


def move_all(documents: Sequence[Document], to: State) -> None:
    """Move locked documents together, in as many statements as for one. Raises WrongState and moves none."""
    for document in documents:
        if to not in MOVES[document.state]:
            raise wrong_state(document)
    touch_all(documents, state=to)


def wrong_state(document: Document) -> WrongState:
    """The refusal that a service gives when somebody else was quicker."""
    return WrongState(
        _("“%(summary)s” is now in state “%(state)s”, so this cannot be done any more. Reload the page to see why.")
        % {"summary": document.summary[:80], "state": document.get_state_display()}
    )

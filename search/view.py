"""What an engine can be asked about one state of its index; everything else is built on this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from search.documents import FacetCount
from search.nodes import Node

FACET_VALUES = 50
RANKED_ANEW = 500
"""In a large index the best so many by ``first`` alone are ranked anew with ``more``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a document to be shown."""

    source: Mapping[str, Any]
    pages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One page of the best. ``first`` scores what is found; ``more`` adds to it.

    An engine may add ``more`` to the best :data:`RANKED_ANEW` alone.
    """

    matching: Node
    """Conditions, without scores."""
    wanted: Node | None = None
    """A further condition, without scores: exactly what any of ``first`` finds."""
    first: tuple[Node, ...]
    more: tuple[Node, ...] = ()
    limit: int
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """One page by an integer field, downwards."""

    matching: Node
    key: str
    limit: int
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many match, as far as ``cap`` + 1, and how many of them hold each value of some fields."""

    matching: Node
    cap: int = 0
    facets: tuple[str, ...] = ()
    values: int = FACET_VALUES


@dataclass(slots=True)
class Found:
    """Hits in order; a reference is the engine's own."""

    hits: list[tuple[float, Any]] = field(default_factory=list)
    after: str | None = None


@dataclass(slots=True)
class Counts:
    """``total`` is exact up to the cap asked for; beyond, it only says that there are more."""

    total: int = 0
    facets: dict[str, list[FacetCount]] = field(default_factory=dict)


class View(Protocol):
    """One state of an index. Several questions in one call cost an engine behind a network one round trip."""

    def frequencies(self, place: str, terms: Sequence[str]) -> dict[str, int]:
        """Term → documents with it, readable or not, about. Terms without any are left out."""
        ...

    def ask(
        self, finds: Sequence[Ranked | Sorted] = (), counts: Sequence[Counted] = ()
    ) -> tuple[list[Found], list[Counts]]:
        """A page for each of ``finds``, totals and facets for each of ``counts``."""
        ...

    def size(self) -> int:
        """Documents in the index, readable or not."""
        ...

    def newest(self, count: int) -> int | None:
        """About the sort key by date of the document that so many are newer than; ``None`` where there are few more.

        Asked often: an engine may remember what it was a while ago.
        """
        ...

    def load(self, references: Sequence[Any], *, pages: bool = True) -> list[Stored | None]:
        """What is shown of the hits found, the text only when asked; ``None`` for one that has gone meanwhile."""
        ...

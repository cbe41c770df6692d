"""What is asked of an index, in no engine's own words: a tree that each engine turns into its own query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with a term in a field; scored by BM25 times ``weight``."""

    place: str
    term: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class OneOf:
    """Documents with any of the values in a field. Without a score."""

    place: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InOrder:
    """Documents with the terms side by side; scored by BM25 times ``weight``."""

    place: str
    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Beginning:
    """Documents with a term that begins so. Without a score."""

    place: str
    letters: str


@dataclass(frozen=True, slots=True)
class Between:
    """Documents with a number from ``first`` to ``last``, both included. Without a score."""

    place: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same documents, all with one score."""

    part: Node
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class BestOf:
    """At least one; the best score counts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of ``must``, none of ``never``; without ``must`` at least one of ``may``. Scores add up."""

    must: tuple[Node, ...] = ()
    may: tuple[Node, ...] = ()
    never: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents. Without a score."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


Node: TypeAlias = Term | OneOf | InOrder | Beginning | Between | Fixed | BestOf | Both | Everything | Nothing


def any_of(parts: Sequence[Node]) -> Node:
    """At least one, none when there are none; scores add up."""
    if not parts:
        return Nothing()
    return parts[0] if len(parts) == 1 else Both(may=tuple(parts))


def all_of(parts: Sequence[Node]) -> Node:
    """Each of them, everything when there are none."""
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else Both(must=tuple(parts))


def best_of(parts: Sequence[Node]) -> Node:
    """At least one, none when there are none; the best score counts."""
    if not parts:
        return Nothing()
    return parts[0] if len(parts) == 1 else BestOf(tuple(parts))


def phrase(place: str, terms: Sequence[str], weight: float = 1.0) -> Node:
    """The terms side by side; nothing without terms."""
    if not terms:
        return Nothing()
    return Term(place, terms[0], weight) if len(terms) == 1 else InOrder(place, tuple(terms), weight)

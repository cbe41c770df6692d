"""Pages of results that neither repeat nor miss a document, whatever the engine does with equal scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from search.documents import TOTAL_CAP

Scored: TypeAlias = tuple[float, int, Any]
"""Score, the number that decides between equal scores, the engine's reference."""

SPARE = 12
"""Hits fetched beyond the page, so that equal scores at its end are mostly settled at once."""


def page_by_relevance(
    fetch: Callable[[int], Sequence[Scored]], limit: int, after: str | None
) -> tuple[list[tuple[float, Any]], str | None]:
    """Best first, equal scores by the larger tie. ``fetch(n)`` gives the best ``n`` in no certain order of equals.

    The cursor is the rank, score and tie of the last hit shown.
    """
    rank, last_score, last_tie = _read_cursor(after)
    wanted = min(rank + limit + 1, TOTAL_CAP)
    fetched = min(wanted + SPARE, TOTAL_CAP)
    while True:
        hits = fetch(fetched)
        scores = sorted((score for score, _, _ in hits), reverse=True)
        # Which of equal scores are left out is the engine's own choice: fetch on until none are.
        settled = len(hits) < fetched or scores[-1] < scores[min(wanted, len(hits)) - 1]
        if settled or fetched >= TOTAL_CAP:
            break
        fetched = min(4 * fetched, TOTAL_CAP)
    ordered = sorted(hits, key=lambda hit: (-hit[0], -hit[1]))
    start = 0
    if after is not None and last_score is not None:
        following = (at + 1 for at, hit in enumerate(ordered) if hit[1] == last_tie)
        later = (at for at, hit in enumerate(ordered) if (hit[0], hit[1]) < (last_score, last_tie))
        start = next(following, next(later, len(ordered)))
    shown = ordered[start : start + limit]
    more = len(ordered) > start + limit and start + limit < TOTAL_CAP
    cursor = f"r{start + len(shown)}:{shown[-1][0]!r}:{shown[-1][1]}" if more and shown else None
    return [(score, reference) for score, _, reference in shown], cursor


def _read_cursor(after: str | None) -> tuple[int, float | None, int]:
    try:
        rank, score, tie = (after or "").removeprefix("r").split(":")
        return min(max(int(rank), 0), TOTAL_CAP), float(score), int(tie)
    except ValueError:
        return 0, None, 0


def key_before(after: str | None) -> int | None:
    """The sort key of the last hit shown, from a cursor of :func:`key_cursor`."""
    if after is None or not after.startswith("k"):
        return None
    digits = after[1:]
    if not digits.lstrip("-").isdecimal() or len(digits) > 20:
        return None
    return min(max(int(digits), -(2**63) + 1), 2**63 - 1)


def key_cursor(key: int) -> str:
    """The cursor after the hit with this sort key."""
    return f"k{key}"

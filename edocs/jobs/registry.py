"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job

#: Writes the result; runs in the transaction that marks the job done, so its effect happens exactly once.
Finish = Callable[[], None]
#: Does the slow part without touching rows and returns what is left to write.
Handler = Callable[[Job], Finish | None]
#: Runs once in the transaction that marks a job failed for good.
OnFailure = Callable[[Job, str], None]


@dataclass(frozen=True)
class Kind:
    """How one kind of job is done."""

    name: str
    handler: Handler
    attempts: int
    on_failure: OnFailure | None
    lane: Lane
    load: int = 1
    """So many that wait are done together by whoever takes the first (``claim_more``): one message is enough."""


kinds: dict[str, Kind] = {}
#: Kinds that beat asks for every so many seconds: name -> seconds.
periodic: dict[str, int] = {}


def job(
    name: str,
    *,
    attempts: int = 5,
    every: int | None = None,
    on_failure: OnFailure | None = None,
    lane: Lane = Lane.NOW,
    load: int = 1,
) -> Callable[[Handler], Handler]:
    """Register a handler. ``attempts`` counts unexpected errors; ``every`` (seconds) lets beat ask for it; ``load`` is
    how many that wait the handler takes along."""

    def keep(handler: Handler) -> Handler:
        kinds[name] = Kind(name, handler, attempts, on_failure, lane, load)
        if every is not None:
            periodic[name] = every
        return handler

    return keep


def lane_of(kind: str) -> Lane:
    """Where jobs of this kind wait; a kind that nobody knows any more waits with those for which people wait."""
    return kinds[kind].lane if kind in kinds else Lane.NOW

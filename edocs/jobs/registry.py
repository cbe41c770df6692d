"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


kinds: dict[str, Kind] = {}
#: Kinds that beat asks for every so many seconds: name -> seconds.
periodic: dict[str, int] = {}


def job(
    name: str, *, attempts: int = 5, every: int | None = None, on_failure: OnFailure | None = None
) -> Callable[[Handler], Handler]:
    """Register a handler. ``attempts`` counts unexpected errors; ``every`` (seconds) lets beat ask for it."""

    def keep(handler: Handler) -> Handler:
        kinds[name] = Kind(name, handler, attempts, on_failure)
        if every is not None:
            periodic[name] = every
        return handler

    return keep

"""What one transaction asks for is handed over once, when it is committed: a message for each kind of job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction
from django.db.transaction import Atomic

from edocs.jobs.models import Job
from edocs.jobs.registry import lane_of
from edocs.transactions import at_the_end, outermost

#: numbers in one message: they are done one after the other by one worker
TOGETHER = 25
_held: ContextVar[frozenset[str]] = ContextVar("edocs_held_jobs", default=frozenset())


@contextmanager
def held_back(*kinds: str) -> Iterator[None]:
    """Hand jobs of these kinds to no worker: whoever asks for them does them at once (the demonstration's past).

    What is left undone is found by beat later, like every job whose message was lost.
    """
    token = _held.set(frozenset(kinds))
    try:
        yield
    finally:
        _held.reset(token)


@dataclass
class _HandOver:
    """Jobs by kind that wait for the end of this transaction."""

    block: Atomic | None
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __call__(self) -> None:
        from edocs.jobs import services

        for kind, numbers in self.numbers.items():
            for start in range(0, len(numbers), TOGETHER):
                services.hand_over(*numbers[start : start + TOGETHER], lane=lane_of(kind))


def hand_over_at_commit(*jobs: Job) -> None:
    """Give jobs to a worker once this transaction is committed; at once outside of one."""
    block = outermost()
    waiting = (one for one in at_the_end() if isinstance(one, _HandOver) and block is not None and one.block is block)
    given = next(waiting, None)
    new = _HandOver(block) if given is None else given
    for job in jobs:
        if job.kind not in _held.get():
            new.numbers[job.kind].append(job.pk)
    if given is None:
        transaction.on_commit(new)

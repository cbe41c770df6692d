"""What one transaction asks for is handed over once, when it is committed: a message for each kind of job.

Django's list of what is to be done at commit is the memory of it: what a savepoint took back is forgotten with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.transaction import Atomic

from edocs.jobs.models import Job

#: numbers in one message: they are done one after the other by one worker
TOGETHER = 25


def _block() -> Atomic | None:
    """The outermost transaction of the office's own making; None outside of one (and in a test's own frame)."""
    return next((block for block in connection.atomic_blocks if not block._from_testcase), None)


@dataclass
class _Asked:
    """A job asked for in this transaction; at its end nothing is left to be done for it."""

    block: Atomic
    job: Job

    def __call__(self) -> None:
        """Only the memory counts."""


@dataclass
class _HandOver:
    """Jobs by kind that wait for the end of this transaction."""

    block: Atomic | None
    numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __call__(self) -> None:
        from edocs.jobs import services

        for numbers in self.numbers.values():
            for start in range(0, len(numbers), TOGETHER):
                services.hand_over(*numbers[start : start + TOGETHER])


def hand_over_at_commit(job: Job) -> None:
    """Give the job to a worker once this transaction is committed; at once outside of one."""
    block = _block()
    waiting = (done for _savepoints, done, _robust in connection.run_on_commit if isinstance(done, _HandOver))
    given = next((one for one in waiting if block is not None and one.block is block), None)
    if given is None:
        given = _HandOver(block)
        given.numbers[job.kind].append(job.pk)
        transaction.on_commit(given)
    else:
        given.numbers[job.kind].append(job.pk)


def remember(job: Job) -> None:
    """This transaction has asked for the job: it need not look for it again."""
    block = _block()
    if block is not None:
        transaction.on_commit(_Asked(block, job))


def asked_here(kind: str, subject: str) -> Job | None:
    """The job of this kind and subject that this very transaction has asked for, if it has."""
    block = _block()
    if block is None:
        return None
    for _savepoints, done, _robust in reversed(connection.run_on_commit):
        if isinstance(done, _Asked) and done.block is block and (done.job.kind, done.job.subject) == (kind, subject):
            return done.job
    return None

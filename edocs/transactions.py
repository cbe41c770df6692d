"""What one transaction remembers until its end, so that nothing is looked for or written twice in it.

Django's own list of what is to be done at commit is the memory: what a savepoint takes back is forgotten with it.
Outside of a transaction (and in the frame that a test puts around it) nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.transaction import Atomic


@dataclass(frozen=True)
class _Note:
    """Something to remember; at the end of the transaction nothing is left to be done for it."""

    block: Atomic
    key: Hashable
    value: Any

    def __call__(self) -> None:
        """Only the memory counts."""


def outermost() -> Atomic | None:
    """The outermost transaction of the office's own making, if there is one."""
    return next((block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)), None)


def at_the_end() -> Iterator[Any]:
    """What is to be done at the end of this transaction, the newest first."""
    return (entry[1] for entry in reversed(connection.run_on_commit))


def note(key: Hashable, value: Any = True) -> None:
    """Remember ``value`` under ``key`` until this transaction ends."""
    block = outermost()
    if block is not None:
        transaction.on_commit(_Note(block, key, value))


def noted(key: Hashable) -> Any:
    """What this transaction remembers under ``key``; None when it remembers nothing."""
    block = outermost()
    if block is None:
        return None
    found = (one for one in at_the_end() if isinstance(one, _Note) and one.block is block and one.key == key)
    return next((one.value for one in found), None)

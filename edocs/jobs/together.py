"""What jobs that came in one message share: made by the first that wants it, given back after the last."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class _Shared:
    stack: ExitStack
    things: dict[Hashable, Any] = field(default_factory=dict)


_shared: ContextVar[_Shared | None] = ContextVar("edocs_jobs_together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Around jobs that one worker does one after the other."""
    with ExitStack() as stack:
        token = _shared.set(_Shared(stack))
        try:
            yield
        finally:
            _shared.reset(token)


def shared(key: Hashable, make: Callable[[], AbstractContextManager[T]]) -> T | None:
    """What ``key`` names, entered once and left after the last of the jobs; None for a job that runs by itself.

    Nothing that decides about a document may be kept here: only what cannot change while the jobs run.
    """
    here = _shared.get()
    if here is None:
        return None
    if key not in here.things:
        here.things[key] = here.stack.enter_context(make())
    found: T = here.things[key]
    return found

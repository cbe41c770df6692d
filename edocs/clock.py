"""The one place that says what time it is, so that the demonstration and the tests can live on another day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_fixed: ContextVar[dt.datetime | None] = ContextVar("edocs_clock", default=None)


def now() -> dt.datetime:
    """The present moment, aware, UTC."""
    return _fixed.get() or timezone.now()


def today() -> dt.date:
    """The present date in the office's time zone."""
    return timezone.localtime(now()).date()


def is_fixed() -> bool:
    """True inside ``at``: a past day is being told (demonstration, tests)."""
    return _fixed.get() is not None


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let everything inside happen at ``moment`` (aware)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)

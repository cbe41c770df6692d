"""Counting wrong passwords per key: guessing is slowed down, nobody is locked out for good."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from signing.errors import TooManyAttempts

FREE_ATTEMPTS = 3
"""Wrong passwords before waiting begins."""
LONGEST_WAIT = 60.0
"""Longest wait between two attempts, in seconds."""
FORGOTTEN_AFTER = 900.0
"""After this many quiet seconds the count starts anew."""


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    last: float = 0.0
    not_before: float = 0.0


class Attempts:
    """Wrong passwords so far, per key.  ``clock`` gives seconds that never run backwards."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}
        self._lock = threading.Lock()

    def check(self, key_id: str) -> None:
        """Raise :class:`TooManyAttempts` while the key must wait; an attempt made too early is not
        counted, so impatience costs nothing more."""
        with self._lock:
            count = self._counts.get(key_id)
            if count is None:
                return
            now = self._clock()
            if now - count.last > FORGOTTEN_AFTER:
                del self._counts[key_id]
            elif now < count.not_before:
                wait = count.not_before - now
                raise TooManyAttempts(f"wait {wait:.0f} seconds before the next attempt", wait)

    def wrong(self, key_id: str) -> None:
        """Count a wrong password: 1, 2, 4 … seconds of waiting after the free attempts."""
        with self._lock:
            count = self._counts.setdefault(key_id, _Count())
            count.wrong += 1
            count.last = self._clock()
            beyond = count.wrong - FREE_ATTEMPTS
            if beyond >= 0:
                count.not_before = count.last + min(2.0 ** min(beyond, 10), LONGEST_WAIT)

    def right(self, key_id: str) -> None:
        """Forget the count: the right password was given."""
        with self._lock:
            self._counts.pop(key_id, None)

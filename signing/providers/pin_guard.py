"""Counting wrong PINs of a token, so that ours never are the ones that lock it."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from signing.errors import PinGuarded


class PinGuard:
    """Wrong PINs in a row, per token; kept in a file, since the token remembers them over a restart as well.

    An attempt is written down before it is made and taken back when the PIN was right (or never reached the
    token): whoever is killed in between has been counted.  ``folder`` holds ``pins.json``; None keeps the count
    in memory alone.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "pins.json" if folder is not None else None
        self._memory: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self, token: str, most: int) -> None:
        """Count an attempt; raises :class:`PinGuarded` when ``most`` in a row were wrong."""
        with self._lock:
            counts = self._read()
            if counts.get(token, 0) >= most:
                raise PinGuarded(f"{most} wrong PINs in a row: token {token!r} must be released")
            counts[token] = counts.get(token, 0) + 1
            self._write(counts)

    def take_back(self, token: str) -> None:
        """The attempt never reached the token."""
        with self._lock:
            counts = self._read()
            counts[token] = max(0, counts.get(token, 0) - 1)
            self._write(counts)

    def release(self, token: str) -> None:
        """The PIN was right, or an administrator vouches for the token: count anew."""
        with self._lock:
            counts = self._read()
            if counts.pop(token, 0):
                self._write(counts)

    def _read(self) -> dict[str, int]:
        if self._path is None:
            return self._memory
        try:
            return {str(name): int(count) for name, count in json.loads(self._path.read_text("utf-8")).items()}
        except FileNotFoundError:
            return {}

    def _write(self, counts: dict[str, int]) -> None:
        if self._path is None:
            self._memory = counts
            return
        part = self._path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as stream:
            json.dump({name: count for name, count in counts.items() if count}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._path)

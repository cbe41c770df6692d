"""One question to the signing process, and reading what it says."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signing.errors import BadRequest
from signing.process import protocol

MOST_BYTES = 1 << 30
"""Largest file that is signed."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question: what was said, the open files beside it, which user said it, and whether it still listens."""

    said: dict[str, Any]
    files: list[int]
    peer: int
    listens: Callable[[], bool]

    def text(self, name: str) -> str:
        """A text that must be there; raises :class:`BadRequest`."""
        found = self.said.get(name)
        if not isinstance(found, str) or "\0" in found:
            raise BadRequest(f"{name} is missing")
        return found

    def texts(self, name: str) -> list[str]:
        """A list of texts; raises :class:`BadRequest`."""
        found = self.said.get(name)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise BadRequest(f"{name} is not a list")
        return found

    def table(self, name: str) -> dict[str, Any]:
        """An object; raises :class:`BadRequest`."""
        found = self.said.get(name)
        if not isinstance(found, dict):
            raise BadRequest(f"{name} is missing")
        return found

    def both_files(self) -> tuple[int, int]:
        """Source and target: two ordinary files, so that nothing can keep us waiting."""
        if len(self.files) != protocol.MOST_FILES:
            raise BadRequest("two open files are wanted")
        facts = [os.fstat(file) for file in self.files]
        if not all(stat.S_ISREG(one.st_mode) for one in facts) or facts[0].st_size > MOST_BYTES:
            raise BadRequest("what was passed is no ordinary file, or too large")
        source, target = self.files
        return source, target


Operation = Callable[[Request], dict[str, Any]]

"""Messages that go through a folder, each put there whole and taken by one worker alone.

kombu's own channel writes a message in the place where workers look for it: one that looks at that moment takes an
empty file and ends. It also moves what it takes into the folder for temporary files, which may lie on another disk,
where moving is no longer one step, and orders messages by a clock that starts anew with the machine.
"""

from __future__ import annotations

import heapq
import logging
import os
import time
import uuid
from collections import defaultdict, deque
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)
#: the ending of a message while it is written, and while it is read
UNFINISHED, TAKEN = ".part", ".taken"
#: messages remembered from one look into the folder
LISTED = 1_000


class Channel(filesystem.Channel):
    """kombu's channel with messages that appear and vanish in one step.

    The folder is listed once for many messages: after hours in which nobody took any there are tens of thousands, and
    listing them for each one took longer than beat needs to send the next.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
        self._listed: dict[str, deque[str]] = defaultdict(deque)

    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # its bases disagree
        place = Path(self.data_folder_out) / f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        unfinished = place.with_suffix(UNFINISHED)
        unfinished.write_text(dumps(payload), "utf-8")  # type: ignore[no-untyped-call]
        os.replace(unfinished, place)

    def _get(self, queue: str, *_more: Any) -> Any:
        folder, listed = Path(self.data_folder_in), self._listed[queue]
        while name := self._oldest(folder, queue, listed):
            taken = folder / f"{name}{TAKEN}"
            try:
                os.rename(folder / name, taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            try:
                written = taken.read_bytes()
                taken.unlink()
                return loads(written.decode("utf-8"))  # type: ignore[no-untyped-call]
            except (FileNotFoundError, ValueError):
                # A power cut can leave an empty file, or other bytes; a worker that starts at this moment may clear an
                # old message away as left over. What it asked for stands in the table and is sent again.
                log.warning("message %s could not be read and was passed over", name)
        raise Empty

    @staticmethod
    def _oldest(folder: Path, queue: str, listed: deque[str]) -> str:
        """The message to be tried next; empty when there is none. What was listed may have been taken meanwhile."""
        if not listed:
            listed.extend(heapq.nsmallest(LISTED, (one for one in os.listdir(folder) if one.endswith(f".{queue}.msg"))))
        return listed.popleft() if listed else ""


class Transport(filesystem.Transport):
    """kombu's transport with our channel."""

    Channel = Channel

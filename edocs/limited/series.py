"""One limited child for several files: only for files of the house's own making, never for one that people brought.

Whoever reads a foreign file gets a child that ends with it (`process.run`), so that no file can do anything to another.
Files that this office typeset and signed itself cannot hold what their makers did not put there, and a hundred of
them on one consent would pay a hundred times for starting and for reading the same certificates. Who may share a child
is not said by the file but by whoever knows where it came from (`edocs.signatures.services.own`).

The limits are those of a single child: memory for all together, time for each file. Whatever else happens than a plain
answer ends the series; its caller then has the file, and those after it, read each by itself.
"""

import json
import os
import selectors
import tempfile
import time
from pathlib import Path
from typing import Any

from . import process
from .errors import FileRefused
from .limits import LIMITS
from .process import GRACE
from .served import ServedChild, start_served

MOST = 25
"""Files of one child."""


class SeriesEnded(Exception):
    """There is no answer about this file, nor will there be one about another; the reason as words."""


class Series:
    """A child of the fork server that does one task on file after file.

    Not for several threads. `run` starts it when it is first needed, and anew after `MOST` files; `close` ends it.
    """

    def __init__(self, task: str) -> None:
        self._task = task
        self._limits = LIMITS[task]
        self._child: ServedChild | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._left = 0
        self._over = False

    def run(self, path: str | os.PathLike[str], **arguments: Any) -> Any:
        """The answer of the child about the file at `path`. Raises SeriesEnded; then the series is over."""
        if self._over:
            raise SeriesEnded("over")
        try:
            answer = self._asked(os.path.abspath(path), arguments)
        except (OSError, ValueError, FileRefused) as problem:
            self.close()
            raise SeriesEnded(type(problem).__name__) from None
        if not isinstance(answer, dict) or "result" not in answer:
            self.close()
            raise SeriesEnded("refused")
        return answer["result"]

    def close(self) -> None:
        """End the child, whatever it does; nothing is asked of this series any more."""
        self._over = True
        self._end()

    def _asked(self, path: str, arguments: dict[str, Any]) -> Any:
        if self._left == 0:
            self._start()
        self._left -= 1
        child, folder = self._child, self._folder
        if child is None or folder is None:
            raise OSError("no child")
        request = {
            "task": self._task,
            "path": path,
            "folder": folder.name,
            "limits": self._limits._asdict(),
            "most": MOST,
            "arguments": arguments,
        }
        child.request.write(json.dumps(request).encode() + b"\n")
        child.request.flush()
        return json.loads(self._line(child))

    def _line(self, child: ServedChild) -> bytes:
        """The next line that the child says."""
        deadline = time.monotonic() + self._limits.seconds + GRACE
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(child.answer, selectors.EVENT_READ)
            while not said.endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise TimeoutError
                part = os.read(child.answer.fileno(), 1 << 20)
                if not part or len(said) + len(part) > self._limits.reply_bytes:
                    raise OSError("no whole answer")
                said += part
        return said

    def _start(self) -> None:
        self._end()
        if self._task not in process.SERVED:
            raise OSError("not a task of the fork server")
        self._folder = tempfile.TemporaryDirectory(prefix="edocs-limited-", ignore_cleanup_errors=True)
        Path(self._folder.name, "out").mkdir()
        with Path(self._folder.name, "stderr").open("wb") as errors:
            self._child = start_served(self._folder.name, errors.fileno(), process._bare_environment("/nonexistent"))
        if self._child is None:
            raise OSError("no fork server")
        self._left = MOST

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
        if self._folder is not None:
            self._folder.cleanup()
        self._child = self._folder = None
        self._left = 0

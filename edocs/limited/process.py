"""Start a child process for one task on one foreign file, and bring back its answer or its refusal.

The child gets a bare environment, a folder of its own, its own process group and hard limits (`limits.py`).
Whatever happens to it (killed, crashed, silent, talkative), the caller sees a result or `FileRefused`,
the whole process group is gone, and so is the folder. Tasks in `SERVED` get a child forked from a clean process
that has imported their libraries already (`served.py`), limited by the same lines; the others a new interpreter.
"""

import json
import logging
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import FileRefused, RefusalCode
from .limits import LIMITS, Limits
from .served import SERVED as SERVED
from .served import ServedChild, ServerGone, start_served

logger = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
GRACE = 0.5  # seconds a child has for setting up before its own clock counts
OUT_OF_CONTROL = {
    signal.SIGXCPU,
    signal.SIGKILL,
    signal.SIGABRT,
    signal.SIGTRAP,
    signal.SIGILL,
}


class TaskFailed(FileRefused):
    """The child answered nonsense or met an error nobody foresaw: a fault to be mended here, and logged as such.

    For the caller it is a refusal (`damaged`) as any other, since some file brought it about.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(RefusalCode.DAMAGED, detail)

    def __reduce__(self) -> tuple[type["TaskFailed"], tuple[str]]:  # type: ignore[override]
        return TaskFailed, (self.detail,)


def run(
    task: str,
    *,
    path: str | os.PathLike[str],
    seconds: float | None = None,
    memory: int | None = None,
    output: str | os.PathLike[str] | None = None,
    **arguments: Any,
) -> Any:
    """Run `task` on the file at `path` in a limited child process and return its JSON answer.

    `seconds` and `memory` (bytes) replace the standing limits of the task. The child writes its files into
    a folder of its own; they are moved into the folder `output` only when the task succeeded.
    Raises `FileRefused`; `TaskFailed`, which is one, when the fault is ours.
    """
    limits = LIMITS[task]
    if seconds is not None:
        limits = limits._replace(seconds=seconds)
    if memory is not None:
        limits = limits._replace(memory=memory)
    with tempfile.TemporaryDirectory(prefix="edocs-limited-", ignore_cleanup_errors=True) as folder:
        made = Path(folder, "out")
        made.mkdir()
        request = {
            "task": task,
            "path": os.path.abspath(path),
            "folder": folder,
            "limits": limits._asdict(),
            "arguments": arguments,
        }
        answer = _answer_of_child(request, limits, folder)
        if output is not None:
            Path(output).mkdir(parents=True, exist_ok=True)
            for file in made.iterdir():
                _move_whole(file, Path(output, file.name))
        return answer


def _move_whole(source: Path, target: Path) -> None:
    """Put `source` at `target` so that nobody ever sees half a file there, across file systems too."""
    try:
        os.replace(source, target)
    except OSError:
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        shutil.copyfile(source, beside)
        os.replace(beside, target)


def _answer_of_child(request: dict[str, Any], limits: Limits, folder: str) -> Any:
    if request["task"] in SERVED:
        try:
            return _answer(request, limits, folder, served=True)
        except ServerGone:
            # a file may have brought that about, so the task is tried once more, in a child all by itself
            shutil.rmtree(Path(folder, "out"))
            Path(folder, "out").mkdir()
    return _answer(request, limits, folder, served=False)


def _answer(request: dict[str, Any], limits: Limits, folder: str, *, served: bool) -> Any:
    complaints = Path(folder, "stderr")
    with complaints.open("wb") as errors:
        child = _start(folder, errors.fileno(), served=served)
    deadline = time.monotonic() + limits.seconds + GRACE
    status: int | None = None
    try:
        reply = _exchange(child, json.dumps(request).encode(), deadline, limits.reply_bytes)
        child.await_exit(deadline)
    finally:
        status = child.end()
    if status is None:
        raise ServerGone
    return _read(reply, status, complaints)


class PlainChild:
    """A child started anew, with an interpreter of its own."""

    def __init__(self, folder: str, errors: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=_bare_environment(folder),
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.request, self.answer = self._process.stdin, self._process.stdout

    def await_exit(self, deadline: float) -> None:
        """Wait for the end without reaping, so that the process group's number cannot be given away yet."""
        while os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            if time.monotonic() > deadline:
                raise FileRefused(RefusalCode.TIMEOUT, "the child does not end")
            time.sleep(0.001)

    def end(self) -> int:
        """Kill whatever is left of the child's process group, then reap the child; its status."""
        with suppress(ProcessLookupError, PermissionError):  # nothing left
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self.request, self.answer):
            if not stream.closed:
                with suppress(BrokenPipeError):  # an unsent rest of the request
                    stream.close()
        return self._process.wait()


Child = PlainChild | ServedChild


def _start(folder: str, errors: int, *, served: bool) -> Child:
    child = start_served(folder, errors, _bare_environment("/nonexistent")) if served else None
    return child or PlainChild(folder, errors)


def _bare_environment(folder: str) -> dict[str, str]:
    """No variable of ours goes along: keys, passwords and database addresses live in them."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "XDG_CACHE_HOME": folder,
        "OMP_THREAD_LIMIT": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _exchange(child: Child, request: bytes, deadline: float, most: int) -> bytes:
    """Send the request and read the answer until the child closes it."""
    with suppress(BrokenPipeError):  # a child already dead: how it died is read from its exit status
        child.request.write(request)
        child.request.close()
    chunks: list[bytes] = []
    received = 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.answer, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise FileRefused(RefusalCode.TIMEOUT, "no answer in time")
            chunk = os.read(child.answer.fileno(), 1 << 20)
            if not chunk:
                return b"".join(chunks)
            received += len(chunk)
            if received > most:
                raise FileRefused(RefusalCode.BOMB, f"answer of more than {most} bytes")
            chunks.append(chunk)


def _read(reply: bytes, status: int, complaints: Path) -> Any:
    try:
        answer = json.loads(reply) if status == 0 else None
    except ValueError:
        answer = None
    if isinstance(answer, dict) and "result" in answer:
        return answer["result"]
    if isinstance(answer, dict) and "refused" in answer:
        raise FileRefused(answer["refused"], str(answer.get("detail", "")))
    said = _tail(complaints)
    if status < 0:
        died_of = signal.Signals(-status)
        if died_of == signal.SIGALRM:
            raise FileRefused(RefusalCode.TIMEOUT, "the child's own clock ran out")
        code = RefusalCode.BOMB if died_of in OUT_OF_CONTROL else RefusalCode.DAMAGED
        raise FileRefused(code, f"the child died of {died_of.name}; {said}")
    logger.error("limited task ended with %s: %s", status, said)
    raise TaskFailed(f"child ended with {status}: {said}")


def _tail(complaints: Path, most: int = 2_000) -> str:
    with complaints.open("rb") as file:
        file.seek(max(0, complaints.stat().st_size - most))
        return file.read().decode(errors="replace").strip()

"""Children from a fork server: for tasks whose libraries take longer to import than the task itself.

One server per process of ours, started when it is first needed and again when it died (`forking.py` is its program).
`start_served` gives None whenever there is no server to be had; the caller then starts a plain child instead.
"""

import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from .errors import FileRefused, RefusalCode
from .forking import ENDED, READY

logger = logging.getLogger(__name__)

SERVER = Path(__file__).with_name("forking.py")
SERVED = frozenset({"judge", "judge_fully", "prepare", "prepare_mark", "find_places", "proofs_hold", "filled_fields"})
START_SECONDS = 30.0
REST_SECONDS = 60.0  # after a failed start
END_SECONDS = 5.0
FAREWELL_SECONDS = 0.5


class ServerGone(Exception):
    """The fork server ended while a child of it worked; that child is dead too."""


class ServedChild:
    """One child of the fork server; the same face as `process.PlainChild`."""

    def __init__(self, request: int, answer: int, course: socket.socket, control: socket.socket) -> None:
        self.request = os.fdopen(request, "wb")
        self.answer = os.fdopen(answer, "rb", buffering=0)
        self._course = course
        self._control = control
        self._status: int | None = None

    def await_exit(self, deadline: float) -> None:
        """Wait until the server has reaped the child. Raises FileRefused (`timeout`), ServerGone."""
        if not self._told(deadline - time.monotonic()):
            raise FileRefused(RefusalCode.TIMEOUT, "the child does not end")
        if self._status is None:
            raise ServerGone

    def end(self) -> int | None:
        """Have the child's whole group killed and reaped; its status, or None when the server is gone."""
        for stream in (self.request, self.answer):
            with suppress(BrokenPipeError):
                stream.close()
        if self._status is None:
            with suppress(OSError):
                self._course.shutdown(socket.SHUT_WR)
            if not self._told(END_SECONDS):
                _server.stop(self._control)  # it hangs; its children die with it
        self._course.close()
        return self._status

    def _told(self, seconds: float) -> bool:
        """True when the server said how the child ended, or will never say it."""
        if self._status is not None:
            return True
        poll = select.poll()
        poll.register(self._course, select.POLLIN)
        if not poll.poll(max(0.0, seconds) * 1000):
            return False
        with suppress(OSError):
            said = self._course.recv(ENDED.size)
            if len(said) == ENDED.size:
                (self._status,) = ENDED.unpack(said)
        return True


def start_served(folder: str, errors: int, environment: dict[str, str]) -> ServedChild | None:
    """A child of the fork server that works in `folder` and complains to the descriptor `errors`; None without one."""
    for _attempt in range(2):  # a server that died since the last task is noticed only now
        control = _server.control(environment)
        if control is None:
            return None
        child = _ask(control, folder, errors)
        if child is not None:
            return child
        _server.stop(control)
    return None


def _ask(control: socket.socket, folder: str, errors: int) -> ServedChild | None:
    theirs_in, request = os.pipe()
    answer, theirs_out = os.pipe()
    course, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    child = ServedChild(request, answer, course, control)
    try:
        socket.send_fds(control, [os.fsencode(folder)], [theirs_in, theirs_out, errors, theirs.fileno()])
    except OSError:
        child.request.close()
        child.answer.close()
        course.close()
        return None
    finally:
        theirs.close()
        os.close(theirs_in)
        os.close(theirs_out)
    return child


class _Server:
    """The server of this process; every method may be called by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._rests_until = 0.0

    @property
    def pid(self) -> int | None:
        """The server's process id, None while there is none."""
        return self._process.pid if self._process is not None else None

    def control(self, environment: dict[str, str]) -> socket.socket | None:
        """The socket to the server, which is started when there is none."""
        with self._lock:
            if self._control is None and time.monotonic() >= self._rests_until:
                self._start(environment)
            return self._control

    def _start(self, environment: dict[str, str]) -> None:
        # one message is one packet, so threads need no lock to send
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", str(SERVER)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=environment,
                start_new_session=True,
            )
        ours.settimeout(START_SECONDS)
        try:
            ready = ours.recv(len(READY)) == READY
        except OSError:
            ready = False
        ours.settimeout(END_SECONDS)
        self._control = ours
        if ready:
            return
        logger.warning("the fork server for limited tasks does not start; plain children do its work")
        self._end()
        self._rests_until = time.monotonic() + REST_SECONDS

    def stop(self, control: socket.socket | None = None) -> None:
        """End the server and its children; with `control` only if that is still the way to the one in use."""
        with self._lock:
            if control is None or control is self._control:
                self._end()

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()  # which a healthy server understands
        if self._process is not None:
            try:
                self._process.wait(FAREWELL_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control = self._process = None

    def forget(self) -> None:
        """In a forked copy of this process: the server is the other one's."""
        if self._control is not None:
            self._control.close()
        self.__init__()  # type: ignore[misc]


_server = _Server()
os.register_at_fork(after_in_child=_server.forget)

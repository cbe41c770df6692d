"""The fork server's program: imports once what is slow to import, and forks a child for every task.

Started by its path, isolated (`python -I`), by `served.py`; file descriptor 0 is a socket to that process. It never
opens a file that people brought and never reads a request: it passes both on to a child of its own, which limits
itself by the same lines as a child that is started anew (`child.py`). The one file it reads itself, before the first
fork, comes with the program (`warming.py`). Each message brings four descriptors (request,
answer, complaints, course); over the last one goes back how the child ended, or comes the wish that it be ended (the
other end is closed). When the socket closes, every child is killed and the server ends; a child does not outlive it.

All children share one layout of memory, which children started anew would not.
"""

import ctypes
import gc
import importlib.util
import os
import random
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
PRELOADED = (
    "edocs.limited.errors",
    "edocs.limited.tasks.evidence",
    "signing.material",
    "signing.chains",
    "signing.place",
    "lxml.etree",
)
READY = b"ready"
GARBAGE = 20_000  # new objects before a child looks for garbage; most end before, and memory is limited anyway
ENDED = struct.Struct("<i")  # the exit status, or the signal as a negative number
DESCRIPTORS = 4
IDLE_SECONDS = 900  # then the server gives its memory back; the next task starts another one
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


class Running:
    """A child at work, and the socket over which its end is told."""

    def __init__(self, pid: int, course: socket.socket) -> None:
        self.pid, self.course = pid, course
        self.watch = os.pidfd_open(pid)

    def finish(self) -> None:
        """Kill whatever is left of the group, reap, and tell how the child ended. Its number is ours until then."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)  # it may not have a group of its own yet
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        with suppress(OSError):
            self.course.send(ENDED.pack(status))
        self.course.close()
        os.close(self.watch)


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    child = load_child()
    child.enter_packages()
    sys.path.append(str(HERE.parents[1]))  # for the library `signing`, as its tasks do
    for name in PRELOADED:
        import_module(name)
    import_module("edocs.limited.warming").warm_up()
    if len(os.listdir("/proc/self/task")) != 1:
        raise SystemExit("a library has started a thread, so it is not safe to fork")
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    control.send(READY)
    serve(control, child)


def load_child() -> ModuleType:
    """The plain child's program as a module, by its path."""
    spec = importlib.util.spec_from_file_location("edocs_limited_child", HERE / "child.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def serve(control: socket.socket, child: ModuleType) -> None:
    """Fork on demand until the other side is gone, or nobody has asked for long."""
    running: list[Running] = []
    while True:
        watched: list[int | socket.socket] = [control]
        for one in running:
            watched += (one.watch, one.course)
        ready, _, _ = select.select(watched, [], [], None if running else IDLE_SECONDS)
        if not ready:
            return
        for one in [one for one in running if one.watch in ready or one.course in ready]:
            one.finish()
            running.remove(one)
        if control in ready:
            folder, descriptors, _, _ = socket.recv_fds(control, 4096, DESCRIPTORS)
            if len(descriptors) != DESCRIPTORS:
                break
            running.append(start(os.fsdecode(folder), descriptors, child))
    for one in running:
        one.finish()


def start(folder: str, descriptors: list[int], child: ModuleType) -> Running:
    """Fork one child that works in `folder`; in the child this never returns."""
    server = os.getpid()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            become_child(folder, descriptors[:3], server)
            child.main()  # ends by itself, with 0
        except BaseException:  # noqa: BLE001 - nothing may lead back into the server's loop
            traceback.print_exc()
        finally:
            os._exit(status)
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    return Running(pid, socket.socket(fileno=descriptors[3]))


def become_child(folder: str, descriptors: list[int], server: int) -> None:
    """What starting a program anew would have done: session, folder, variables, and no descriptor but three."""
    os.setsid()
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        os._exit(1)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)
    os.chdir(folder)
    os.environ |= {"HOME": folder, "TMPDIR": folder, "XDG_CACHE_HOME": folder}
    tempfile.tempdir = None
    random.seed()


if __name__ == "__main__":
    main()

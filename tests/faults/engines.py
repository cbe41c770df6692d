"""The engines of the fault tests, and how each is made to fail for a while: a full disk, a server that is away."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest

from edocs.documents import indexing
from search.engines.elasticsearch import ElasticsearchEngine
from tests.elasticsearch.server import CA, URL, Node, Server

LEFT_BYTES = 8_192
"""What a full disk has left: too little for any commit."""


class Failing(Protocol):
    """An engine that can be made to fail. ``environment`` leads other processes to it."""

    environment: dict[str, str]

    def fail(self) -> None:
        """From now on nothing can be written."""
        ...

    def recover(self) -> None:
        """From now on all is well."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class Embedded:
    """The embedded engine on a disk of its own, which fills up.

    Only root may mount one; for others the folder takes no new files while it fails.
    """

    def __init__(self, place: Path, size: int) -> None:
        place.mkdir()
        self.folder = place / "search"
        self.environment = {"SEARCH_URL": "", "SEARCH_DIR": str(self.folder)}
        self._place = place
        self._filler = place / "filler"
        self._well = threading.Event()
        self._filling: threading.Thread | None = None
        self._mounted = os.geteuid() == 0
        if self._mounted:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)

    def fail(self) -> None:
        if not self._mounted:
            self._allow(0o500)
            return
        self._fill()
        self._well.clear()
        self._filling = threading.Thread(target=self._keep_full)
        self._filling.start()

    def recover(self) -> None:
        if self._mounted:
            self._well.set()
            if self._filling:
                self._filling.join()
            self._filler.unlink(missing_ok=True)
        else:
            self._allow(0o700)

    def close(self) -> None:
        indexing._engine.cache_clear()
        self.recover()
        if self._mounted:
            subprocess.run(["umount", "-l", str(self._place)], check=True)

    def _fill(self) -> None:
        disk = os.statvfs(self._place)
        # others write at the same time: whatever room is left at the end is little
        with suppress(OSError), self._filler.open("ab") as filler:
            if (room := disk.f_bavail * disk.f_frsize - LEFT_BYTES) > 0:
                os.posix_fallocate(filler.fileno(), filler.tell(), room)

    def _keep_full(self) -> None:
        """Takes the room that an engine wins by removing what a killed one left behind."""
        while not self._well.wait(0.05):
            self._fill()

    def _allow(self, mode: int) -> None:
        for folder in self.folder.glob("index*"):
            folder.chmod(mode)


class OnTheWay:
    """Elasticsearch behind a way that can be cut: connections break and no new one is let through."""

    def __init__(self, server: Server) -> None:
        parts = urlsplit(server.url)
        self._there = (str(parts.hostname), int(parts.port or 0))
        self._open: list[socket.socket] = []
        self._listener = self._listen(0)
        self._port = int(self._listener.getsockname()[1])
        login = parts.netloc.rpartition("@")[0]
        url = f"{parts.scheme}://{login}@127.0.0.1:{self._port}/t{secrets.token_hex(6)}"
        self.environment = {"SEARCH_URL": url, "SEARCH_CA": server.ca}

    def fail(self) -> None:
        # a thread that waits in accept would keep the port
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def recover(self) -> None:
        self._listener = self._listen(self._port)

    def close(self) -> None:
        _drop(self.environment)
        self.fail()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._let_through, args=(listener,), daemon=True).start()
        return listener

    def _let_through(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._there)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while part := one.recv(65_536):
            other.sendall(part)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Killed:
    """An Elasticsearch of one's own that is killed with -9 and started again."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="elasticsearch-"))  # its user must be able to come here
        self._node = Node(self._folder)
        self._node.start()
        server = self._node.server
        self.environment = {"SEARCH_URL": f"{server.url}/t{secrets.token_hex(6)}", "SEARCH_CA": server.ca}

    def fail(self) -> None:
        self._node.kill()

    def recover(self) -> None:
        self._node.start()

    def close(self) -> None:
        self._node.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _drop(environment: dict[str, str]) -> None:
    ElasticsearchEngine(environment["SEARCH_URL"], ca=environment["SEARCH_CA"]).drop()


def failing(name: str, folder: Path, *, size: int, killed: bool) -> Failing:
    """An empty engine. Elasticsearch is one of its own that is ``killed``, or the one that the environment names."""
    if name == "tantivy":
        return Embedded(folder / "disk", size)
    if killed:
        return Killed()
    if not os.environ.get(URL):
        pytest.skip("needs an Elasticsearch: python -m tests.elasticsearch.server (see docs/search.md)")
    return OnTheWay(Server(os.environ[URL], os.environ[CA]))

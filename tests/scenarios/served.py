"""An office that is served for real: its own folder and database, web, worker with beat, and signing process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
IMPORT = "from django.core.management import call_command"
Found = TypeVar("Found")


def wait_for(found: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """Ask again and again until there is an answer; fail with ``what`` was waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = found()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class ServedOffice:
    """A demonstration agency in a folder of its own; ``with office.serving():`` starts its processes."""

    folder: Path
    database_url: str = ""
    broker_url: str = ""
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "served.log"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of this office is told; nothing of the tests' own settings."""
        own = ("VAR_DIR", "FILES_DIR", "PREVIEWS_DIR", "SEARCH_DIR", "KEYS_DIR", "TRUST_DIR", "SIGNING_SOCKET")
        kept = {name: value for name, value in os.environ.items() if name not in (*own, "DATABASE_URL", "BROKER_URL")}
        stores = {"DATABASE_URL": self.database_url, "BROKER_URL": self.broker_url}
        told = {"VAR_DIR": str(self.folder), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "edocs.settings"}
        return kept | {name: value for name, value in stores.items() if value} | told

    def manage(self, *arguments: str) -> str:
        """Run ``manage.py`` in this office; gives what it said."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start ``manage.py serve``; it answers a little later (``wait_until_served``)."""
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), *options]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait_until_served(self, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
        """Until the log-in page answers."""

        def answered() -> bool:
            assert process.poll() is None, f"serve ended: {self.log.read_text()}"
            return self.status("/login/") == 200

        wait_for(answered, "the log-in page", seconds)

    def status(self, path: str) -> int:
        """The status of an answer; 0 when nobody answers."""
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", path)
            return connection.getresponse().status
        return 0

    @contextmanager
    def serving(self, *options: str) -> Iterator[None]:
        """Web, worker and signing process, until the end of the block."""
        process = self.start(*options)
        try:
            self.wait_until_served(process)
            wait_for((self.folder / "signing.sock").exists, "the socket of the signing process")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextmanager
def own_office(folder: Path, *, stories: int = 0) -> Iterator[ServedOffice]:
    """A demonstration agency in ``folder``, with so many of its stories told; on the database and broker in use.

    ``DATABASE_URL`` naming PostgreSQL gives it a database of its own there, ``BROKER_URL`` naming Redis the last of
    its numbered databases.
    """
    with own_database() as database_url:
        office = ServedOffice(folder, database_url, own_broker())
        made = ["call_command('migrate', verbosity=0)", "call_command('demo_start')"]
        if stories:
            made.append(f"call_command('demo_fill', '--continue', '--stories', '{stories}')")
        # one process: loading Django three times would take longer than making the agency
        office.manage("shell", "--no-imports", "-c", "; ".join([IMPORT, *made]))
        yield office


@contextmanager
def own_database() -> Iterator[str]:
    """The address of a new database on the PostgreSQL in use; empty for SQLite, which lies in the folder."""
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given)
    if not parts.scheme.startswith("postgres"):
        yield ""
        return
    import psycopg

    name = f"{parts.path.strip('/') or 'edocs'}_served_{os.getpid()}"
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def own_broker() -> str:
    """The last numbered database of the Redis in use; empty for the queue in the folder."""
    parts = urlsplit(os.environ.get("BROKER_URL", ""))
    return parts._replace(path="/15").geturl() if parts.scheme.startswith("redis") else ""

"""Starting, killing and restarting real processes on the test's own database."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The address of the test database, for other processes."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    login = f"{facts['USER']}:{facts['PASSWORD']}" if facts["PASSWORD"] else facts["USER"]
    return f"postgres://{login}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


class Pack:
    """Processes of ours that may be killed at any moment; ``kill_one`` starts another in its place."""

    def __init__(self, folder: Path) -> None:
        self.stop_file = folder / "stop"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "edocs.settings",
            "DATABASE_URL": database_url(),
            "VAR_DIR": str(folder),
            "BROKER_URL": "filesystem://localhost",
            "DEMO": "1",
            "JOB_LEASE_SECONDS": "2",
            "JOB_RESEND_SECONDS": "2",
            "LOG_LEVEL": "ERROR",
            "STOP_FILE": str(self.stop_file),
        }
        self.running: dict[str, list[subprocess.Popen[bytes]]] = {}
        self.killed = 0
        self.dice = random.Random(20261013)

    def start(self, what: str, count: int = 1) -> None:
        """Start so many processes of a kind."""
        for _number in range(count):
            self.running.setdefault(what, []).append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.processes", what],
                    cwd=settings.BASE_DIR,
                    env=self.environment,
                    start_new_session=True,
                )
            )

    def kill_one(self, what: str) -> None:
        """Kill one with -9, whatever it is doing, and start another."""
        victim = self.dice.choice(self.running[what])
        self.running[what].remove(victim)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait(10)
        self.killed += 1
        self.start(what)

    def stop(self) -> list[int]:
        """Let all end by themselves; returns exit codes other than 0 of those that were not stopped by us."""
        self.stop_file.touch()
        codes: list[int] = []
        for what, processes in self.running.items():
            for process in processes:
                if what == "worker" and process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait(10)
                    continue
                codes.append(process.wait(60))
        self.running.clear()
        return [code for code in codes if code]


@pytest.fixture
def pack(transactional_db: None, tmp_path: Path) -> Iterator[Pack]:
    made = Pack(tmp_path)
    yield made
    made.stop_file.touch()
    for processes in made.running.values():
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
    connection.close()

"""``manage.py serve``: the embedded mode, one command for web, worker with beat, and the signing process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from edocs.jobs.lanes import Lane
from signing import SigningError
from signing.process.client import SigningClient

GRACE_SECONDS = 10
RESTART_AFTER = 2.0
PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = "Serves the office: web, worker, beat and signing process, until Ctrl+C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--demo", action="store_true", help="fill the demonstration agency first, if it is new")
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self._refuse_taken_port(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if options["demo"]:
            call_command("demo_start")
        commands = {
            "worker": self._worker(Lane.NOW, Lane.INDEX, plans=True),
            "reader": [*self._less_urgent(), *self._worker(Lane.READ, Lane.LATER)],
            "web": self._web(host, port, options["threads"]),
        }
        if self._signs_elsewhere():
            self.stdout.write(f"The signing process at {settings.SIGNING_SOCKET} is used.")
        else:
            commands = {"signing": [sys.executable, "manage.py", "signing_daemon"], **commands}
        if options["demo"]:
            # the last of the 300 documents may still be made while people look around
            commands["demo"] = [sys.executable, "manage.py", "demo_fill", "--continue"]
        self._supervise(commands, once={"demo"}, greet=lambda: self._greet(host, port, demo=options["demo"]))

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                raise CommandError(
                    f"Port {port} is in use by another program. Choose another one: make demo PORT={port + 1}"
                ) from None

    def _signs_elsewhere(self) -> bool:
        """Whether a signing process of its own, under another user, answers already."""
        try:
            SigningClient(Path(settings.SIGNING_SOCKET)).ping()
        except SigningError:
            return False
        return True

    def _worker(self, *lanes: Lane, plans: bool = False) -> list[str]:
        """A worker of some lanes with two threads; one of them is also beat."""
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "edocs.celery", "worker", "-P", "threads", "-c", "2"]
        queues = ["-Q", ",".join(lanes), "-n", f"{lanes[0]}@%h"]
        schedule = ["-B", "-s", settings.CELERY_BEAT_SCHEDULE_FILENAME] if plans else []
        return [*celery, *queues, *schedule, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]

    def _less_urgent(self) -> list[str]:
        """What can wait leaves the processor to pages and signatures."""
        return [nice, "-n", "5"] if (nice := shutil.which("nice")) else []

    def _web(self, host: str, port: int, threads: int) -> list[str]:
        listen = f"--listen={host}:{port}"
        return [sys.executable, "-m", "waitress", listen, f"--threads={threads}", "edocs.wsgi:application"]

    def _supervise(self, commands: dict[str, list[str]], *, once: set[str], greet: Any) -> None:
        running: dict[str, subprocess.Popen[bytes]] = {}
        stopping = False

        def stop(_signal: int, _frame: FrameType | None) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        for name, command in commands.items():
            running[name] = self._start(command)
        greet()
        while not stopping:
            time.sleep(0.5)
            for name, process in list(running.items()):
                code = process.poll()
                if code is None:
                    continue
                if name in once:
                    del running[name]
                    continue
                self.stderr.write(f"{name} ended with {code}; starting it again")
                time.sleep(RESTART_AFTER)
                running[name] = self._start(commands[name])
        self._stop_all(running)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "edocs.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)

    def _stop_all(self, running: dict[str, subprocess.Popen[bytes]]) -> None:
        for process in running.values():
            _signal_group(process, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for process in running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
        if "signing" in running:
            Path(settings.SIGNING_SOCKET).unlink(missing_ok=True)

    def _greet(self, host: str, port: int, *, demo: bool) -> None:
        self._wait_for_web(host, port)
        self.stdout.write(f"\nedocs is served at http://{host}:{port}/  (Ctrl+C stops it)\n")
        self.stdout.flush()
        if demo:
            call_command("demo_start", "--tell", stdout=self.stdout)
            self.stdout.flush()

    def _wait_for_web(self, host: str, port: int) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex((host, port)) == 0:
                    return
            time.sleep(0.2)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return

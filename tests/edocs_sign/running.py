"""edocs-sign in a process of its own, answered through its input as a person answers it in a terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.edocs_sign.soft_token import ROOT, SoftToken


@dataclass
class Running:
    """The program; ``said`` is what it showed so far."""

    process: subprocess.Popen[str]
    port: int = 0
    said: list[str] = field(default_factory=list)

    def line(self, holding: str) -> str:
        """Read until a line that holds these words."""
        assert self.process.stdout is not None
        for _ in range(60):
            read = self.process.stdout.readline()
            self.said.append(read)
            if holding in read:
                return read
        raise AssertionError(f"never said {holding!r} but {self.said}")

    def types(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def code(self) -> str:
        """The pairing code on the screen."""
        return self.line("Mã ghép nối").split(": ")[1].strip()


@contextmanager
def running(config: Path, token: SoftToken) -> Iterator[Running]:
    """edocs-sign with this configuration (in Vietnamese, in a terminal)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edocs_sign", str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**token.environment, "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
    )
    try:
        started = Running(process)
        started.port = int(started.line("cổng").split("cổng ")[1].split(".")[0])
        yield started
    finally:
        process.terminate()
        process.wait(10)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()

"""Our end of the process beside a token: started when needed, asked one thing at a time, killed when it hangs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from signing.errors import TokenUnavailable
from signing.keys import Secret

log = logging.getLogger("signing.process")

_CHILD = Path(__file__).with_name("token_child.py")
_GRACE = 2.0
"""Seconds beyond the longest answer before we kill the process; after twice as many it ends itself."""
_KEPT = ("HOME", "PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
"""What of our environment the vendor's library sees; never the office's own secrets."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Where a token is.  Either ``label`` or ``serial`` names it."""

    name: str
    module: Path
    """The vendor's PKCS#11 library."""
    label: str = ""
    serial: str = ""
    seconds: float = 20.0
    """Longest answer of the token."""
    pin_attempts: int = 3
    """Wrong PINs in a row after which we ask no more; below the token's own limit."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What the library wants to find in its environment (``SOFTHSM2_CONF``)."""


class TokenCrashed(TokenUnavailable):
    """The process beside the token ended in the middle of a call; another one may be started."""


class TokenProcess:
    """The process beside one token.  Not safe for threads: :class:`Pkcs11Provider` asks under a lock.

    Errors are given back, not raised, by :meth:`ask`: a raised one would show a frame that may hold a PIN.
    """

    def __init__(self, settings: TokenSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self.logged_in = False
        self.started = 0

    @property
    def pid(self) -> int | None:
        """The process, when one runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def ask(self, do: str, *, secret: Secret | None = None, **more: str) -> dict[str, Any] | TokenUnavailable:
        """One question; starts the process when there is none.

        Gives what the child answered: its result, or ``error`` with a code and a detail.
        """
        if self.pid is None:
            failed = self._start()
            if failed is not None:
                return failed
        said = self._exchange(do, secret, more)
        if isinstance(said, TokenUnavailable):
            self.stop()
        return said

    def _start(self) -> TokenUnavailable | None:
        self.stop()
        settings = self._settings
        ours, theirs = Pipe()
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD), str(theirs.fileno())],
                env={**kept, **settings.environment},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._connection = ours
        self.started += 1
        if self.started > 1:
            log.warning("token %s: started its process again", settings.name)
        where = {"module": str(settings.module), "label": settings.label, "serial": settings.serial}
        said = self._receive(lambda: ours.send_bytes(json.dumps(where).encode()))
        if isinstance(said, TokenUnavailable):
            self.stop()
            return said
        if "error" in said:
            self.stop()
            return TokenUnavailable(f"the library of token {settings.name!r} does not load ({said['detail']})")
        return None

    def _exchange(self, do: str, secret: Secret | None, more: Mapping[str, str]) -> dict[str, Any] | TokenUnavailable:
        connection = self._connection
        assert connection is not None

        def send() -> None:
            message = {"do": do, "seconds": self._settings.seconds + 2 * _GRACE, **more}
            if secret is not None:
                message["pin"] = secret.reveal()
            connection.send_bytes(json.dumps(message).encode())

        return self._receive(send)

    def _receive(self, send: Any) -> dict[str, Any] | TokenUnavailable:
        connection, name = self._connection, self._settings.name
        assert connection is not None
        try:
            send()
            if not connection.poll(self._settings.seconds + _GRACE):
                return TokenUnavailable(f"token {name!r} did not answer within {self._settings.seconds:.0f} seconds")
            said: dict[str, Any] = json.loads(connection.recv_bytes())
        except (OSError, EOFError, ValueError):
            return TokenCrashed(f"the library of token {name!r} ended in the middle of a call")
        return said

    def stop(self) -> None:
        """End the process; whoever was logged in is logged out with it."""
        self.logged_in = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()


class TokenQueue:
    """The place at a token: one at a time, and nobody waits for ever behind one that hangs."""

    def __init__(self, settings: TokenSettings) -> None:
        self._lock = threading.Lock()
        self._settings = settings

    def __enter__(self) -> None:
        patience = 3 * (self._settings.seconds + _GRACE)
        if not self._lock.acquire(timeout=patience):
            raise TokenUnavailable(f"token {self._settings.name!r} was busy for {patience:.0f} seconds")

    def __exit__(self, *_: object) -> None:
        self._lock.release()

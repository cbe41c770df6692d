"""JSON over HTTPS to remote signing services: one host, no redirects, limited in size and time.

What is sent may hold a PIN: :class:`~signing.keys.Secret` values are opened only where bytes leave this process,
in a function that raises nothing, so that no error's frames can show them.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from signing.errors import RemoteUnavailable
from signing.keys import Secret

MAX_ANSWER = 1024 * 1024
"""Longest answer that is read, in bytes."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said: the status of HTTP and the JSON below it."""

    status: int
    body: Any = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether HTTP calls it a success."""
        return 200 <= self.status < 300

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object; empty for anything else."""
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True, slots=True)
class Service:
    """A service below one address.  ``timeout`` is for a whole exchange, in seconds.

    Plain HTTP is refused but for this machine itself, and there only with ``loopback`` (tests).
    """

    url: str
    timeout: float = 15.0
    ca_file: str | None = None
    loopback: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        near = self.loopback and parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or near):
            raise RemoteUnavailable("a remote signing service is reached by https only")
        if parts.username is not None or parts.query or parts.fragment:
            raise RemoteUnavailable("the address of a remote signing service holds nothing but host and path")

    def post(self, path: str, body: Mapping[str, Any], *, bearer: Secret | None = None) -> Answer:
        """Send a JSON object and read JSON; ``Secret`` values inside ``body`` are sent as their text.

        Raises :class:`RemoteUnavailable` when nothing that can be understood comes back in time.
        """
        return self._ask(path, "application/json", lambda: json.dumps(body, default=_reveal), bearer)

    def post_form(self, path: str, fields: Mapping[str, str | Secret]) -> Answer:
        """The same with a form, as OAuth 2 wants it."""

        def encoded() -> str:
            return urlencode({name: _plain(value) for name, value in fields.items()})

        return self._ask(path, "application/x-www-form-urlencoded", encoded, None)

    def _ask(self, path: str, kind: str, content: Callable[[], str], bearer: Secret | None) -> Answer:
        found = self._exchange(path, kind, content, bearer)
        if isinstance(found, str):
            raise RemoteUnavailable(f"{urlsplit(self.url).hostname}: {found}")
        return found

    def _exchange(self, path: str, kind: str, content: Callable[[], str], bearer: Secret | None) -> Answer | str:
        """The answer, or what went wrong; never raises with what was sent."""
        parts = urlsplit(self.url)
        connection = self._connection(parts.hostname or "", parts.port)
        late = threading.Event()
        clock = threading.Timer(self.timeout, _cut, (connection, late))  # the socket's own limit is for each read alone
        clock.daemon = True
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Accept": "application/json"}
        try:
            if bearer is not None:
                headers["Authorization"] = f"Bearer {bearer.reveal()}"
            connection.connect()
            clock.start()
            connection.request("POST", parts.path.rstrip("/") + path, content().encode(), headers)
            response = connection.getresponse()
            body = response.read(MAX_ANSWER + 1)
            if late.is_set() or len(body) > MAX_ANSWER:
                return "the answer is too long or too slow"
            return Answer(response.status, json.loads(body) if body.strip() else {})
        except (OSError, http.client.HTTPException, ValueError) as error:
            return f"no answer that can be understood ({type(error).__name__})"
        finally:
            clock.cancel()
            connection.close()

    def _connection(self, host: str, port: int | None) -> http.client.HTTPConnection:
        if self.url.startswith("https:"):
            return http.client.HTTPSConnection(host, port, timeout=self.timeout, context=_context(self.ca_file))
        return http.client.HTTPConnection(host, port, timeout=self.timeout)


def taken(found: dict[str, Any], name: str) -> Secret:
    """A secret that a service gave, out of what it said: the frames of later errors shall not show it.

    Raises :class:`RemoteUnavailable` when there is none.
    """
    given = found.pop(name, None)
    if not isinstance(given, str) or not given:
        raise RemoteUnavailable("the service gave no authorisation")
    return Secret(given)


@cache
def _context(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} is not JSON")

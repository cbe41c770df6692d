"""Asking authorities over HTTP, within limits: only machines that are named, little, soon, and nowhere else.

The addresses of OCSP responders and revocation lists stand in certificates, that is in what strangers sent; so a
fetcher goes only to machines on its list, follows no redirection, and reads no more and no longer than it may.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from signing.errors import SigningError

_PORTS = {"http": 80, "https": 443}


class FetchRefused(SigningError):
    """An address may not be asked, or its answer is not what may be read; ``host`` is the machine."""

    code = "fetch_refused"

    def __init__(self, detail: str = "", host: str = "") -> None:
        super().__init__(detail)
        self.host = host


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may cost: bytes, and seconds from the first to the last of them."""

    most_bytes: int = 256 * 1024
    seconds: float = 10.0


class Fetcher:
    """Asks the machines in ``hosts``: ``name`` for the usual port, or ``name:port``.  Nothing else is reached."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(host.strip().casefold() for host in hosts)

    def allows(self, url: str) -> bool:
        """Whether an address may be asked."""
        return _target(url)[1] in self._hosts

    def get(self, url: str, limits: Limits = Limits()) -> bytes:
        """The body found at ``url``; raises :class:`FetchRefused`."""
        return self._ask("GET", url, None, {}, "", limits)

    def post(self, url: str, body: bytes, kind: str, answer_kind: str, limits: Limits = Limits()) -> bytes:
        """The body answered to ``body``, each of the given content type; raises :class:`FetchRefused`."""
        return self._ask("POST", url, body, {"Content-Type": kind, "Accept": answer_kind}, answer_kind, limits)

    def _ask(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str], kind: str, limits: Limits
    ) -> bytes:
        scheme, host, path = _target(url)
        name = host.rpartition(":")[0] or host
        if host not in self._hosts:
            raise FetchRefused(f"{host or 'the address'} is not among the machines that may be asked", name)
        address, port = _split(host, _PORTS[scheme])
        connection = (
            http.client.HTTPSConnection(address, port, timeout=limits.seconds, context=ssl.create_default_context())
            if scheme == "https"
            else http.client.HTTPConnection(address, port, timeout=limits.seconds)
        )
        try:
            connection.connect()
            with _cut_after(connection.sock, limits.seconds) as late:
                connection.request(method, path, body, {**headers, "Connection": "close"})
                answer = connection.getresponse()
                read = answer.read(limits.most_bytes + 1)
            if late.is_set():
                raise FetchRefused(f"{host} takes longer than {limits.seconds:.0f} seconds", name)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchRefused(f"{host} does not answer ({type(error).__name__})", name) from None
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:  # a redirection as well: nobody is followed elsewhere
            raise FetchRefused(f"{host} answers with status {answer.status}", name)
        if kind and answer.headers.get_content_type() != kind:
            raise FetchRefused(f"{host} answers something else than {kind}", name)
        if len(read) > limits.most_bytes:
            raise FetchRefused(f"{host} answers more than {limits.most_bytes} bytes", name)
        return read


@contextmanager
def _cut_after(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """End a conversation in ``seconds``, however slowly the other side drips; tells whether that was done."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _target(url: str) -> tuple[str, str, str]:
    """Scheme, machine (with its port where it is not the usual one) and path; the machine is empty when there is
    none that could be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", "", ""
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        return "", "", ""
    name = parts.hostname.casefold()
    host = name if port in (None, _PORTS[parts.scheme]) else f"{name}:{port}"
    return parts.scheme, host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _split(host: str, usual: int) -> tuple[str, int]:
    name, _, port = host.rpartition(":")
    return (name, int(port)) if name else (host, usual)


def host_of(url: str) -> str:
    """The machine of an address as :class:`Fetcher` names it."""
    return _target(url)[1]

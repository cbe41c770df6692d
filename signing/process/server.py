"""The signing process: a Unix socket in front of :class:`SigningBackend`."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import select
import socket
import socketserver
import struct
import threading
import traceback
from pathlib import Path
from typing import Any

from signing.errors import (
    BadRequest,
    ConsentOfAnother,
    SignerUnreachable,
    SigningError,
    TimestampUnavailable,
    TooManyAttempts,
)
from signing.layout import LEADER_FIELD
from signing.process import elsewhere_operations, proofs, protocol
from signing.process.asked import Operation, Request
from signing.process.backend import SigningBackend
from signing.process.keyring import Peers

log = logging.getLogger("signing.process")

IDLE_SECONDS = 30.0
"""A client that says nothing for so long is dropped."""
MOST_CONNECTIONS = 64
SWEEP_SECONDS = 10.0
_PEER = struct.Struct("3i")
_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """No core dumps, and no look into this process's memory by others of the same user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class SigningServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves one :class:`SigningBackend` to processes of our own user and of those in ``peers``."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, path: Path, backend: SigningBackend, peers: Peers | None = None) -> None:
        _remove_stale(path)
        self.path = path
        self.operations = _operations(backend, peers or Peers())
        self._heard = {os.getuid()} | (peers.users | peers.workers if peers else frozenset())
        self._backend = backend
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._stopping = threading.Event()
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Conversation)
        finally:
            os.umask(before)
        # where others are heard the kernel still tells us who they are
        os.chmod(path, 0o600 if self._heard == {os.getuid()} else 0o666)

    def run(self) -> None:
        """Serve until :meth:`stop`; keys whose time is over are dropped meanwhile."""
        threading.Thread(target=self._sweep, name="sweep", daemon=True).start()
        try:
            self.serve_forever(poll_interval=0.5)
        finally:
            self._stopping.set()
            self.server_close()
            self._backend.stop()
            self.path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Make :meth:`run` return; to be called from another thread."""
        self.shutdown()

    def _sweep(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            self._backend.sweep()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Only processes of the users that are named are heard (SO_PEERCRED)."""
        user = _peer(request)
        if user not in self._heard:
            log.warning("refused a connection of user %d", user)
            return False
        return True

    def process_request(self, request: Any, client_address: Any) -> None:
        """One thread per connection, but not without bound."""
        if not self._room.acquire(blocking=False):
            log.warning("refused a connection: %d are open", MOST_CONNECTIONS)
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the place back when a conversation is over."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection broke; what was said on it is never logged."""
        log.info("a connection broke")


def _peer(connection: socket.socket) -> int:
    """The user at the other end, as the kernel knows it."""
    _, user, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(user)


def _listens(connection: socket.socket) -> bool:
    """Whether the other end is still there."""
    readable, _, _ = select.select([connection], [], [], 0)
    return not readable or bool(connection.recv(1, socket.MSG_PEEK))


def _remove_stale(path: Path) -> None:
    """Remove the socket of a process that is gone; raise when one still answers there."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise SignerUnreachable(f"another signing process serves {path}")


class _Conversation(socketserver.BaseRequestHandler):
    """Requests of one client, one after the other."""

    server: SigningServer

    def handle(self) -> None:
        self.request.settimeout(IDLE_SECONDS)
        peer = _peer(self.request)
        while True:
            try:
                message, files = protocol.receive_with_files(self.request)
            except BadRequest as error:
                protocol.send(self.request, _error(error))
                return
            except TimeoutError:
                return
            try:
                if message is None:
                    return
                request = Request(message, files, peer, lambda: _listens(self.request))
                protocol.send(self.request, self._answer(request))
            finally:
                for file in files:
                    os.close(file)

    def _answer(self, request: Request) -> dict[str, Any]:
        name = request.said.get("do")
        operation = self.server.operations.get(name) if isinstance(name, str) else None
        if operation is None:
            return _error(BadRequest("no such operation"))
        try:
            return {"ok": operation(request)}
        except SigningError as error:
            log.info("%s for user %d: %s", name, request.peer, error.code)
            return _error(error)
        except Exception as error:  # noqa: BLE001 the process must outlive any one request
            # only the kind and the places: messages could carry what was said
            places = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s failed: %s\n%s", name, type(error).__name__, places)
            return _error(SigningError(f"unexpected {type(error).__name__}"))


def _error(error: SigningError) -> dict[str, Any]:
    found: dict[str, Any] = {"code": error.code, "detail": error.detail}
    if isinstance(error, TooManyAttempts):
        found["retry_after"] = error.retry_after
    if isinstance(error, TimestampUnavailable):
        found["authorities"] = list(error.authorities)
    return {"error": found}


def _operations(backend: SigningBackend, peers: Peers) -> dict[str, Operation]:
    """What may be asked.  No operation takes a time or a path."""
    asked = (*_about_keys(backend, peers), *_with_files(backend))
    own = {operation.__name__: operation for operation in asked}  # type: ignore[attr-defined]
    return own | elsewhere_operations.operations(backend.elsewhere, peers) | proofs.operations(backend.proofs)


def _about_keys(backend: SigningBackend, peers: Peers) -> tuple[Operation, ...]:
    """Keys and what may be done with them."""

    def ping(_: Request) -> dict[str, Any]:
        return {"open_sessions": backend.open_sessions}

    def certificate(request: Request) -> dict[str, Any]:
        key = request.text("key")
        facts = protocol.certificate_to_json(backend.certificate(key))
        return {"certificate": facts, "provider": backend.provider(key)}

    def unlock(request: Request) -> dict[str, Any]:
        if request.peer in peers.workers:
            raise ConsentOfAnother(f"user {request.peer} gives no consents")
        session = backend.unlock(
            request.text("key"),
            request.text("password"),
            request.texts("hashes"),
            request.text("purpose"),
            kinds=request.texts("kinds"),
            peer=request.peer,
        )
        return {"session": session}

    def forget(request: Request) -> dict[str, Any]:
        backend.forget(request.text("session"), peer=request.peer)
        return {}

    return ping, certificate, unlock, forget


def _with_files(backend: SigningBackend) -> tuple[Operation, ...]:
    """What is made of one file in another, under a consent."""

    def sign(request: Request) -> dict[str, Any]:
        signed = backend.sign(
            request.text("session"),
            *request.both_files(),
            image=protocol.image_from_text(request.said.get("image")),
            field=str(request.said.get("field") or LEADER_FIELD),
            peer=request.peer,
            wanted=request.listens,
        )
        log.info("signed %s for user %d", signed.sha256, request.peer)
        return protocol.signed_to_json(signed)

    def seal(request: Request) -> dict[str, Any]:
        signed = backend.seal(
            request.text("session"),
            *request.both_files(),
            number=request.text("number"),
            date=protocol.pieces_from_list(request.said.get("date")),
            image=protocol.image_from_text(request.said.get("image")),
            peer=request.peer,
            wanted=request.listens,
        )
        log.info("sealed %s for user %d", signed.sha256, request.peer)
        return protocol.signed_to_json(signed)

    def mark(request: Request) -> dict[str, Any]:
        signed = backend.mark(
            request.text("session"),
            *request.both_files(),
            words=request.texts("words"),
            peer=request.peer,
            wanted=request.listens,
        )
        log.info("signed %s with words for user %d", signed.sha256, request.peer)
        return protocol.signed_to_json(signed)

    return sign, seal, mark

"""The signing process: a Unix socket in front of :class:`SigningBackend`."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import socket
import socketserver
import struct
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from signing.errors import BadRequest, SignerUnreachable, SigningError, TooManyAttempts
from signing.process import protocol
from signing.process.backend import SigningBackend

log = logging.getLogger("signing.process")

IDLE_SECONDS = 30.0
"""A client that says nothing for so long is dropped."""
MOST_CONNECTIONS = 64
SWEEP_SECONDS = 10.0
_PEER = struct.Struct("3i")
_PR_SET_DUMPABLE = 4

Operation = Callable[[dict[str, Any]], dict[str, Any]]


def keep_memory_private() -> None:
    """No core dumps, and no look into this process's memory by others of the same user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


class SigningServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves one :class:`SigningBackend` to processes of the same user."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, path: Path, backend: SigningBackend) -> None:
        _remove_stale(path)
        self.path = path
        self.operations = _operations(backend)
        self._backend = backend
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._stopping = threading.Event()
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Conversation)
        finally:
            os.umask(before)
        os.chmod(path, 0o600)

    def run(self) -> None:
        """Serve until :meth:`stop`; keys whose time is over are dropped meanwhile."""
        threading.Thread(target=self._sweep, name="sweep", daemon=True).start()
        try:
            self.serve_forever(poll_interval=0.5)
        finally:
            self._stopping.set()
            self.server_close()
            self.path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Make :meth:`run` return; to be called from another thread."""
        self.shutdown()

    def _sweep(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            self._backend.sweep()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Only processes of our own user are heard (SO_PEERCRED)."""
        peer = request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        _, user, _ = _PEER.unpack(peer)
        if user != os.getuid():
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
        while True:
            try:
                message = protocol.receive(self.request)
            except BadRequest as error:
                protocol.send(self.request, _error(error))
                return
            except TimeoutError:
                return
            if message is None:
                return
            protocol.send(self.request, self._answer(message))

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        name = message.get("do")
        operation = self.server.operations.get(name) if isinstance(name, str) else None
        if operation is None:
            return _error(BadRequest("no such operation"))
        try:
            return {"ok": operation(message)}
        except SigningError as error:
            log.info("%s: %s", name, error.code)
            return _error(error)
        except Exception as error:  # noqa: BLE001 the process must outlive any one request
            # only the kind and the places: messages could carry what was said
            places = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s failed: %s\n%s", name, type(error).__name__, places)
            return _error(SigningError(f"unexpected {type(error).__name__}"))


def _error(error: SigningError) -> dict[str, Any]:
    wait = error.retry_after if isinstance(error, TooManyAttempts) else 0.0
    return {"error": {"code": error.code, "detail": error.detail, "retry_after": wait}}


def _text(message: dict[str, Any], name: str) -> str:
    found = message.get(name)
    if not isinstance(found, str) or "\0" in found:
        raise BadRequest(f"{name} is missing")
    return found


def _path(message: dict[str, Any], name: str) -> Path:
    path = Path(_text(message, name))
    if not path.is_absolute():
        raise BadRequest(f"{name} is not an absolute path")
    return path


def _operations(backend: SigningBackend) -> dict[str, Operation]:
    """What may be asked.  No operation takes a time."""

    def ping(_: dict[str, Any]) -> dict[str, Any]:
        return {"open_sessions": backend.open_sessions}

    def certificate(message: dict[str, Any]) -> dict[str, Any]:
        return protocol.certificate_to_json(backend.certificate(_text(message, "key")))

    def unlock(message: dict[str, Any]) -> dict[str, Any]:
        hashes = message.get("hashes")
        if not isinstance(hashes, list) or not all(isinstance(digest, str) for digest in hashes):
            raise BadRequest("hashes is not a list")
        session = backend.unlock(_text(message, "key"), _text(message, "password"), hashes, _text(message, "purpose"))
        return {"session": session}

    def sign(message: dict[str, Any]) -> dict[str, Any]:
        signed = backend.sign(
            _text(message, "session"),
            _path(message, "source"),
            _path(message, "target"),
            image=protocol.image_from_text(message.get("image")),
            initials=message.get("initials") is True,
        )
        return protocol.signed_to_json(signed)

    def seal(message: dict[str, Any]) -> dict[str, Any]:
        signed = backend.seal(
            _text(message, "session"),
            _path(message, "source"),
            _path(message, "target"),
            number=_text(message, "number"),
            date=protocol.pieces_from_list(message.get("date")),
            image=protocol.image_from_text(message.get("image")),
        )
        return protocol.signed_to_json(signed)

    def forget(message: dict[str, Any]) -> dict[str, Any]:
        backend.forget(_text(message, "session"))
        return {}

    operations: tuple[Operation, ...] = (ping, certificate, unlock, sign, seal, forget)
    return {operation.__name__: operation for operation in operations}  # type: ignore[attr-defined]

"""The connection: one client a process, errors in the library's own words, writing with back-pressure."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.exceptions import ConnectionTimeout

from search.engine import EngineBusy, EngineUnavailable

T = TypeVar("T")

ANSWER_SECONDS, BULK_SECONDS = 15.0, 120.0
CHUNK_BYTES, CHUNK_ACTIONS = 4_000_000, 1_000
SLOW_SECONDS, LEFT_ALONE_SECONDS = 0.5, 20.0
"""A server that let somebody wait so long for nothing is left alone so long: whoever asks is told at once."""
PATIENCE = 60.0  # seconds of refusals until a writer gives up
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
TOO_MANY = 429
GONE, EXISTS = 404, 409
Action = tuple[dict[str, Any], str | None]
"""What to do, and the document as JSON, as the bulk interface takes them."""


class Server:
    """An Elasticsearch at an address ``https://[user:password@]host:port/[prefix]``."""

    def __init__(self, address: str, *, api_key: str = "", ca: str = "") -> None:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        self.url = urlunsplit((parts.scheme, host, "", "", ""))
        self.prefix = parts.path.strip("/").lower() or "edocs"
        self.shards = 1
        self._options: dict[str, Any] = {"request_timeout": ANSWER_SECONDS, "max_retries": 1}
        if api_key:
            self._options["api_key"] = api_key
        elif parts.username:
            self._options["basic_auth"] = (unquote(parts.username), unquote(parts.password or ""))
        if ca:
            self._options["ca_certs"] = ca
        self._clients: dict[int, Elasticsearch] = {}
        self._making = threading.Lock()
        self._silent_until = 0.0

    @property
    def client(self) -> Elasticsearch:
        """The client of this process; connections do not survive a fork."""
        pid = os.getpid()
        with self._making:
            if pid not in self._clients:
                try:
                    self._clients = {pid: Elasticsearch(self.url, **self._options)}
                except (ValueError, OSError) as error:
                    raise EngineUnavailable(f"Elasticsearch at {self.url} cannot be used: {error}") from error
            return self._clients[pid]

    def asking(self, ask: Callable[[Elasticsearch], T]) -> T:
        """The answer, or :class:`EngineUnavailable` or :class:`EngineBusy` with the reason."""
        client = self.client
        began = self._may_ask()
        try:
            answer = ask(client)
        except ApiError as error:
            self._silent_until = 0.0
            kind = EngineBusy if error.status_code == TOO_MANY else EngineUnavailable
            raise kind(f"Elasticsearch at {self.url} refused: {error.message} ({error.status_code})") from error
        except TransportError as error:
            now = time.monotonic()
            self._silent_until = now + LEFT_ALONE_SECONDS if now - began > SLOW_SECONDS else 0.0
            if isinstance(error, ConnectionTimeout):
                raise EngineBusy(f"Elasticsearch at {self.url} did not answer in time.") from error
            raise EngineUnavailable(f"Elasticsearch at {self.url} cannot be reached: {error.message}") from error
        self._silent_until = 0.0
        return answer

    def _may_ask(self) -> float:
        """The time now; of those who come after a silent server was left alone for a while, one is let through."""
        with self._making:
            now = time.monotonic()
            if now < self._silent_until:
                raise EngineUnavailable(f"Elasticsearch at {self.url} did not answer a moment ago.")
            if self._silent_until:
                self._silent_until = now + LEFT_ALONE_SECONDS
        return now

    def write(self, actions: Iterable[Action], *, refresh: bool, forgiven: Iterable[int] = ()) -> None:
        """Carry out all actions, in parts; a part refused for load is tried again, ever more slowly.

        Answers with a ``forgiven`` status are no failure. Raises :class:`EngineBusy` after a minute of refusals.
        """
        sent: Future[None] | None = None
        with ThreadPoolExecutor(1) as sender:  # the next part is made while the server works at the one before
            for part, last in _with_last(_parts(actions)):
                if sent is not None:
                    sent.result()
                if sent is None and last:
                    self._write_part(part, refresh, {*forgiven})
                else:
                    sent = sender.submit(self._write_part, part, refresh and last, {*forgiven})
            if sent is not None:
                sent.result()

    def _write_part(self, part: list[Action], refresh: bool, forgiven: set[int]) -> None:
        deadline, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
        while part:
            refused: list[Action] = []
            told = self._bulk(part, refresh)
            if told is None:
                refused = part
            elif told["errors"]:
                refused = _refused(part, told["items"], forgiven)
            if refused and time.monotonic() > deadline:
                raise EngineBusy(f"Elasticsearch at {self.url} has refused documents for {PATIENCE:.0f} s.")
            if refused:
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            part = refused

    def _bulk(self, part: list[Action], refresh: bool) -> Any:
        lines: list[Any] = []
        for action, document in part:
            lines.append(action)
            if document is not None:
                lines.append(document)
        try:
            return self.asking(
                lambda client: client.options(request_timeout=BULK_SECONDS).bulk(
                    operations=lines, refresh=refresh, require_alias=True
                )
            )
        except EngineBusy:
            return None


def _refused(part: list[Action], items: list[dict[str, Any]], forgiven: set[int]) -> list[Action]:
    """The actions to try again; another failure ends the writing."""
    again: list[Action] = []
    for action, item in zip(part, items, strict=True):
        (told,) = item.values()
        if told["status"] == TOO_MANY:
            again.append(action)
        elif "error" in told and told["status"] not in forgiven:
            raise EngineUnavailable(f"Elasticsearch refused document {told['_id']}: {told['error']['reason']}")
    return again


def _parts(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """Requests of a size that a server takes at once."""
    part: list[Action] = []
    held = 0
    for action in actions:
        size = len(action[1] or "")
        if part and (held + size > CHUNK_BYTES or len(part) >= CHUNK_ACTIONS):
            yield part
            part, held = [], 0
        part.append(action)
        held += size
    if part:
        yield part


def _with_last(parts: Iterable[list[Action]]) -> Iterator[tuple[list[Action], bool]]:
    waiting: list[Action] | None = None
    for part in parts:
        if waiting is not None:
            yield waiting, False
        waiting = part
    if waiting is not None:
        yield waiting, True

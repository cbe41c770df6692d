"""HTTP on this computer alone (127.0.0.1), for the pages of one origin alone."""

from __future__ import annotations

import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from edocs_sign.config import Config
from edocs_sign.errors import Refused
from edocs_sign.helper import Helper

MAX_BODY = 1024 * 1024
"""Longest question, in bytes."""
_READ_SECONDS = 10.0
log = logging.getLogger("edocs_sign")


class Listener(ThreadingHTTPServer):
    """The server; ``port`` is where it listens (0 in the configuration takes a free one)."""

    daemon_threads = True

    def __init__(self, config: Config, helper: Helper) -> None:
        self.config, self.helper = config, helper
        super().__init__(("127.0.0.1", config.port), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    timeout = _READ_SECONDS
    server_version = "edocs-sign"
    sys_version = ""

    def do_OPTIONS(self) -> None:
        """May this page ask?  Browsers ask so before every question of a page of another origin."""
        try:
            self._check_origin()
        except Refused as refused:
            self._refuse(refused)
            return
        self.send_response(204)
        self._allow()
        self.send_header("Access-Control-Allow-Methods", "POST")
        self.send_header("Access-Control-Allow-Headers", "Content-Type, X-Pairing")
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Access-Control-Max-Age", "600")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Nothing is shown to a browser that comes by itself."""
        self._refuse(Refused("bad_request"))

    def do_POST(self) -> None:
        """One question."""
        try:
            self._check_origin()
            said = self._do(self._body())
        except Refused as refused:
            self._refuse(refused)
        else:
            self._answer(200, said)

    def _do(self, body: dict[str, Any]) -> dict[str, Any]:
        helper, pairing = self.server.helper, self.headers.get("X-Pairing", "")
        if self.path == "/hello":
            return helper.hello(pairing)
        if self.path == "/code":
            return helper.show_code()
        if self.path == "/pair":
            return helper.pair(body.get("code"))
        if self.path == "/certificates":
            return helper.certificates(pairing, body.get("request"))
        if self.path == "/sign":
            return helper.sign(pairing, body.get("request"))
        raise Refused("bad_request")

    def _check_origin(self) -> None:
        """The page's origin is the configured one, and the name asked for is this computer's (no rebinding)."""
        hosts = {f"127.0.0.1:{self.server.port}", f"localhost:{self.server.port}"}
        if self.headers.get("Origin", "").lower() != self.server.config.server or self.headers.get("Host") not in hosts:
            raise Refused("other_origin")

    def _body(self) -> dict[str, Any]:
        try:
            size = int(self.headers.get("Content-Length", "0"))
            if self.headers.get_content_type() != "application/json" or not 0 < size <= MAX_BODY:
                raise Refused("bad_request")
            said = json.loads(self.rfile.read(size))
        except (ValueError, OSError):
            raise Refused("bad_request") from None
        if not isinstance(said, dict):
            raise Refused("bad_request")
        return said

    def _allow(self) -> None:
        self.send_header("Access-Control-Allow-Origin", self.server.config.server)
        self.send_header("Vary", "Origin")

    def _refuse(self, refused: Refused) -> None:
        origin = self.headers.get("Origin", "")
        log.warning("refused %s for %r: %s", self.path[:40], origin[:200], refused.code)
        self.server.helper.refused(refused, origin)
        self.close_connection = True
        self._answer(refused.status, {"error": refused.code}, allow=refused.code != "other_origin")

    def _answer(self, status: int, said: dict[str, Any], *, allow: bool = True) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        if allow:
            self._allow()
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Requests that went well are not worth a line."""

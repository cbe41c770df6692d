"""What edocs-sign does when a page asks; everything but HTTP and the screen."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from edocs_sign import __version__
from edocs_sign.asking import Person
from edocs_sign.config import Config
from edocs_sign.errors import Refused
from edocs_sign.request import Request, read_request
from edocs_sign.token import OnToken, Tokens
from edocs_sign.words import WORDS

CODE_SECONDS = 180.0
"""How long a pairing code may be typed."""
CODE_TRIES = 5
"""How often a code may be typed wrongly before it is worthless."""
CODES_AT_ONCE = 10
"""Codes shown within an hour; more would be somebody knocking."""
MOST_PAIRINGS = 8
WRONG_PINS = 3
"""Wrong PINs in a row after which the token is not asked any more until edocs-sign is started again."""
_KEPT_REFUSALS = 50


class Helper:
    """One person's edocs-sign.  ``clock`` is the time of day in seconds (Unix)."""

    def __init__(
        self,
        config: Config,
        person: Person,
        tokens: Tokens | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._person = person
        self._tokens = tokens or Tokens(config.module, config.token)
        self._clock = clock
        self._words = WORDS[config.language]
        self._state = _State(config.state)
        self._lock = threading.Lock()
        self._busy = threading.Lock()
        self._code = ""
        self._code_ends = 0.0
        self._tries = 0
        self._shown: deque[float] = deque(maxlen=CODES_AT_ONCE)
        self._wrong_pins = 0
        self._refusals: deque[dict[str, Any]] = deque(maxlen=_KEPT_REFUSALS)

    # --- pairing ----------------------------------------------------------------------------------------------------
    def hello(self, pairing: str) -> dict[str, Any]:
        """Whether somebody is here and knows this browser; a browser that is known learns what was refused."""
        paired = self._state.knows(pairing)
        said: dict[str, Any] = {"program": "edocs-sign", "version": __version__, "paired": paired}
        if paired:
            with self._lock:
                said["refused"] = list(self._refusals)
                self._refusals.clear()
        return said

    def show_code(self) -> dict[str, Any]:
        """Show a fresh pairing code on this computer's screen; the page is told nothing but that."""
        with self._lock:
            now = self._clock()
            if len(self._shown) == CODES_AT_ONCE and now - self._shown[0] < 3600:
                raise Refused("too_many_codes")
            self._shown.append(now)
            self._code, self._code_ends, self._tries = f"{secrets.randbelow(10**8):08d}", now + CODE_SECONDS, 0
            shown = f"{self._code[:4]} {self._code[4:]}"
        words = self._words
        self._person.tell(words["code_why"].format(server=self._config.server), words["code"].format(code=shown))
        return {"shown": True}

    def pair(self, code: object) -> dict[str, Any]:
        """Exchange the code for what this browser shows from now on.  Raises ``wrong_code``."""
        with self._lock:
            typed = "".join(str(code).split()).encode()
            alive = bool(self._code) and self._clock() < self._code_ends and self._tries < CODE_TRIES
            self._tries += 1
            if not alive or not secrets.compare_digest(typed, self._code.encode()):
                raise Refused("wrong_code")
            self._code = ""
        pairing = secrets.token_urlsafe(32)
        self._state.remember(pairing)
        return {"pairing": pairing}

    def refused(self, refusal: Refused, origin: str) -> None:
        """Keep what was refused, for the person here and for the office's journal."""
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        with self._lock:
            self._refusals.append({"at": at, "code": refusal.code, "origin": origin[:200]})

    # --- what a paired page asks ------------------------------------------------------------------------------------
    def certificates(self, pairing: str, asked: object) -> dict[str, Any]:
        """The signing certificates on the token, for entering a key at the server; no PIN is asked."""
        self._read(pairing, asked, "certificates")
        with self._working():
            found = [one for one in self._tokens.certificates() if _signs(one.der)]
        return {"certificates": [base64.b64encode(one.der).decode() for one in found]}

    def sign(self, pairing: str, asked: object) -> dict[str, Any]:
        """Show the documents, ask for the PIN, sign them all; a request serves once.

        Raises :class:`Refused`.  A declined or failed request may not be used again either.
        """
        request = self._read(pairing, asked, "sign")
        with self._working():
            found = self._tokens.find(request.certificate)
            self._state.use(request.session, request.expires, self._clock())
            pin = self._person.ask_pin(*self._shown_lines(request, found))
            if pin is None:
                raise Refused("declined")
            if self._wrong_pins >= WRONG_PINS:
                raise Refused("pin_guarded")
            if self._clock() >= request.expires:
                raise Refused("expired")
            try:
                values = self._tokens.sign(found, pin, [one.attributes for one in request.documents])
            except Refused as refused:
                if refused.code == "wrong_pin":
                    self._wrong_pins += 1
                    self._person.tell(self._words["wrong_pin"])
                raise
            self._wrong_pins = 0
        self._person.tell(self._words["done"].format(count=len(values)))
        return {
            "signatures": [
                {"item": one.item, "value": base64.b64encode(value).decode()}
                for one, value in zip(request.documents, values, strict=True)
            ]
        }

    def _read(self, pairing: str, asked: object, purpose: str) -> Request:
        if not self._state.knows(pairing):
            raise Refused("not_paired")
        now = self._clock()
        request = read_request(asked, self._config, now)
        if request.purpose != purpose:
            raise Refused("bad_request")
        if self._state.was_used(request.session, now):
            raise Refused("used")
        return request

    def _working(self) -> _One:
        return _One(self._busy)

    def _shown_lines(self, request: Request, found: OnToken) -> list[str]:
        words = self._words
        certificate = x509.load_der_x509_certificate(found.der)
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        lines = [words["asks"].format(server=self._config.server, name=request.name, count=len(request.documents))]
        for number, one in enumerate(request.documents, 1):
            grouped = " ".join(one.sha256[at : at + 8] for at in range(0, 64, 8))
            facts = {"title": one.title, "pages": one.pages, "version": one.version, "sha256": grouped}
            lines.append(words["document"].format(number=number, **facts))
        owner = str(names[0].value) if names else ""
        lines.append(words["certificate"].format(name=owner, day=f"{certificate.not_valid_after_utc:%d/%m/%Y}"))
        lines.append(words["compare"])
        if self._tokens.last_try(found):
            lines.append(words["last_try"])
        return lines


class _One:
    """One request at the token at a time; another is told so instead of waiting behind a PIN window."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise Refused("busy")

    def __exit__(self, *_error: object) -> None:
        self._lock.release()


def _signs(der: bytes) -> bool:
    """Whether a certificate is for signing documents."""
    try:
        usage = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    return usage.content_commitment or usage.digital_signature


class _State:
    """Pairings (by their hash) and requests that were used, in one file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pairings: list[str] = []
        self._used: dict[str, float] = {}
        with suppress(OSError, ValueError, TypeError, KeyError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._pairings = [str(one) for one in kept["pairings"]][-MOST_PAIRINGS:]
            self._used = {str(name): float(until) for name, until in kept["used"].items()}

    def knows(self, pairing: str) -> bool:
        """Whether a browser was paired."""
        digest = hashlib.sha256(pairing.encode()).hexdigest()
        with self._lock:
            return any(secrets.compare_digest(digest, one) for one in self._pairings)

    def remember(self, pairing: str) -> None:
        """Keep a pairing; the oldest goes when there are many."""
        with self._lock:
            digest = hashlib.sha256(pairing.encode()).hexdigest()
            self._pairings = [*self._pairings, digest][-MOST_PAIRINGS:]
            self._keep()

    def was_used(self, session: str, now: float) -> bool:
        """Whether a request was used, as long as it could be used again."""
        with self._lock:
            return self._used.get(session, 0.0) > now

    def use(self, session: str, until: float, now: float) -> None:
        """Use a request up.  Raises ``used`` when somebody was quicker."""
        with self._lock:
            if self._used.get(session, 0.0) > now:
                raise Refused("used")
            self._used = {name: ends for name, ends in self._used.items() if ends > now} | {session: until}
            self._keep()

    def _keep(self) -> None:
        part = self._path.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"pairings": self._pairings, "used": self._used}, stream)
        os.replace(part, self._path)

"""What the signing process does for files that are signed already: it alone speaks with authorities outside.

For proofs no key is opened: whoever may use the socket may have a file proven, as anybody could who has it.  Lists of
evidence are signed by a key that serves nothing else, and that no person opens.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from signing import cms
from signing.errors import BadConfiguration, BadRequest, FileUnreachable
from signing.files import replacing
from signing.keys import Secret
from signing.process.asked import Operation, Request
from signing.process.elsewhere import brought_in, taken_out, workplace
from signing.process.keyring import Keyring
from signing.proving import prove
from signing.renewing import renew
from signing.sign import check_for_signing
from signing.timestamps import Timestamper
from signing.trust import Trust

LONGEST_LIST = 4 * 1024 * 1024
"""Longest list of evidence that is signed, in bytes."""


class ProofBackend(Protocol):
    """What can be asked about files that are signed already."""

    def prove(self, source: Path, target: Path) -> str:
        """Add time and proofs that a leader's signature lacks; the SHA-256 of ``target``."""

    def renew(self, source: Path, target: Path) -> str:
        """Add fresh proofs and a further time stamp; the SHA-256 of ``target``."""

    def vouch(self, key_id: str, listed: bytes) -> bytes:
        """A signature beside a list of evidence."""


class ProofKeeper:
    """Adds time stamps and proofs to signed files."""

    def __init__(self, trust: Trust, timestamper: Timestamper, keys: Keyring) -> None:
        self._trust = trust
        self._timestamper = timestamper
        self._keys = keys

    def prove(self, source: Path | int, target: Path | int) -> str:
        """See :func:`signing.proving.prove`, whose errors these are, and :class:`FileUnreachable`."""
        return self._made(prove, source, target)

    def renew(self, source: Path | int, target: Path | int) -> str:
        """See :func:`signing.renewing.renew`, whose errors these are, and :class:`FileUnreachable`."""
        return self._made(renew, source, target)

    def vouch(self, key_id: str, listed: bytes) -> bytes:
        """A detached CAdES signature (DER, with a time stamp) of a key for evidence over a list of contents.

        ``listed`` must be a JSON object that names ``files``: so nothing else can be had signed by this key, a PDF
        least of all.  Raises :class:`UnknownKey`, :class:`PurposeNotAllowed`, :class:`OutsideHours`,
        :class:`BadRequest`, :class:`TimestampUnavailable`, and what its token meets.
        """
        provider, rules = self._keys.find(key_id)
        rules.check_purpose("evidence")
        rules.check_time(datetime.now(UTC))
        if len(listed) > LONGEST_LIST or not _is_list(listed):
            raise BadRequest("this is no list of evidence")
        digest = hashlib.sha256(listed).digest()
        check_for_signing(self._trust, provider.certificate(key_id).certificate, self._timestamper.now())
        key = provider.open(key_id, self._pin(key_id), [digest.hex()], "evidence")
        try:
            return cms.signature(key, digest, self._timestamper.token)
        finally:
            key.close()

    def _pin(self, key_id: str) -> Secret:
        try:
            return Secret(self._keys.pins[key_id].read_text("utf-8").strip())
        except (KeyError, OSError, UnicodeDecodeError):
            raise BadConfiguration(f"keys.{key_id}: its pin_file cannot be read") from None

    def _made(
        self, make: Callable[[Path, Path, Timestamper, Trust], str], source: Path | int, target: Path | int
    ) -> str:
        with workplace() as folder:
            copy, made = brought_in(source, folder / "source.pdf"), folder / "proven.pdf"
            digest = make(copy, made, self._timestamper, self._trust)
            taken_out(made, target)
        return digest


def _is_list(listed: bytes) -> bool:
    try:
        said = json.loads(listed)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and isinstance(said.get("files"), list)


def operations(keeper: ProofKeeper) -> dict[str, Operation]:
    """What may be asked."""

    def proofs_prove(request: Request) -> dict[str, Any]:
        return {"sha256": keeper.prove(*request.both_files())}

    def proofs_renew(request: Request) -> dict[str, Any]:
        return {"sha256": keeper.renew(*request.both_files())}

    def proofs_vouch(request: Request) -> dict[str, Any]:
        made = keeper.vouch(request.text("key"), request.text("listed").encode())
        return {"signature": base64.b64encode(made).decode()}

    return {"proofs_prove": proofs_prove, "proofs_renew": proofs_renew, "proofs_vouch": proofs_vouch}


class ProofClient:
    """The same over the socket; ``ask`` sends a question with files beside it and gives its result."""

    def __init__(self, ask: Callable[[dict[str, Any], Sequence[int]], dict[str, Any]]) -> None:
        self._ask = ask

    def prove(self, source: Path, target: Path) -> str:
        """See :meth:`ProofKeeper.prove`."""
        return self._with_files("proofs_prove", source, target)

    def renew(self, source: Path, target: Path) -> str:
        """See :meth:`ProofKeeper.renew`."""
        return self._with_files("proofs_renew", source, target)

    def vouch(self, key_id: str, listed: bytes) -> bytes:
        """See :meth:`ProofKeeper.vouch`."""
        said = self._ask({"do": "proofs_vouch", "key": key_id, "listed": listed.decode()}, ())
        return base64.b64decode(said["signature"])

    def _with_files(self, wanted: str, source: Path, target: Path) -> str:
        try:
            with source.open("rb") as incoming, replacing(target) as part, part.open("wb") as outgoing:
                return str(self._ask({"do": wanted}, (incoming.fileno(), outgoing.fileno()))["sha256"])
        except OSError as error:
            raise FileUnreachable(f"the file cannot be read or written ({type(error).__name__})") from None

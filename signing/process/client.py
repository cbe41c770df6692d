"""The signing process as seen by the rest of the house."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from signing.errors import BadRequest, FileUnreachable, SignerUnreachable, SigningError, error_for
from signing.files import replacing
from signing.keys import CertificateInfo
from signing.layout import LEADER_FIELD
from signing.process import protocol
from signing.process.elsewhere_operations import ElsewhereClient
from signing.process.proofs import ProofClient
from signing.sign import Signed
from signing.text import Piece


class SigningClient:
    """Speaks with the signing process at the Unix socket ``path``; safe for use by several threads.

    Each call opens a connection of its own.  ``timeout`` is in seconds, per question; ``work_timeout`` for those
    that sign.  All errors are :class:`SigningError`; :class:`SignerUnreachable` when the process does not answer.
    """

    def __init__(self, path: Path, *, timeout: float = 30.0, work_timeout: float = 100.0) -> None:
        self._path = path
        self._timeout = timeout
        self._work_timeout = work_timeout

    def ping(self, *, timeout: float = 2.0) -> int:
        """Ask whether the process lives; gives the number of open sessions."""
        return int(_result(self._ask({"do": "ping"}, timeout))["open_sessions"])

    def certificate(self, key_id: str) -> CertificateInfo:
        """The facts of a key's certificate; raises :class:`UnknownKey`."""
        return protocol.certificate_from_json(self._certificate(key_id)["certificate"])

    def provider(self, key_id: str) -> str:
        """The name of the kind of place where a key lives; raises :class:`UnknownKey`."""
        return str(self._certificate(key_id)["provider"])

    def _certificate(self, key_id: str) -> dict[str, Any]:
        return _result(self._ask({"do": "certificate", "key": key_id}, self._timeout))

    def unlock(
        self, key_id: str, password: str, hashes: Sequence[str], purpose: str, *, kinds: Sequence[str] = ()
    ) -> str:
        """Open a key for exactly these files; see :meth:`SigningBackend.unlock`.

        The password is in no error raised here, and in no frame of this library that an error shows.
        """
        answer = self._ask(
            {
                "do": "unlock",
                "key": key_id,
                "password": password,
                "hashes": list(hashes),
                "purpose": purpose,
                "kinds": list(kinds),
            },
            self._timeout,
        )
        del password
        return str(_result(answer)["session"])

    def sign(
        self,
        session: str,
        source: Path,
        target: Path,
        *,
        image: bytes | None = None,
        field: str = LEADER_FIELD,
    ) -> Signed:
        """Sign as a person; see :meth:`SigningBackend.sign`."""
        message = {
            "do": "sign",
            "session": session,
            "image": protocol.image_to_text(image),
            "field": field,
        }
        return self._work(message, source, target)

    def seal(
        self,
        session: str,
        source: Path,
        target: Path,
        *,
        number: str,
        date: str | Sequence[Piece],
        image: bytes | None = None,
    ) -> Signed:
        """Fill number and date and seal; see :meth:`SigningBackend.seal`."""
        message = {
            "do": "seal",
            "session": session,
            "number": number,
            "date": protocol.pieces_to_list(date if isinstance(date, str) else tuple(date)),
            "image": protocol.image_to_text(image),
        }
        return self._work(message, source, target)

    def mark(self, session: str, source: Path, target: Path, *, words: Sequence[str]) -> Signed:
        """Sign as the agency with words; see :meth:`SigningBackend.mark`."""
        return self._work({"do": "mark", "session": session, "words": list(words)}, source, target)

    def forget(self, session: str) -> None:
        """Close a session."""
        _result(self._ask({"do": "forget", "session": session}, self._timeout))

    @property
    def elsewhere(self) -> ElsewhereClient:
        """Questions about keys that are elsewhere."""
        return ElsewhereClient(lambda message, files: self._ask(message, self._work_timeout, files), _result)

    @property
    def proofs(self) -> ProofClient:
        """Asks for proofs of what is signed already."""
        return ProofClient(lambda message, files: _result(self._ask(message, self._work_timeout, files)))

    def _work(self, message: dict[str, Any], source: Path, target: Path) -> Signed:
        """Pass both files open; ``target`` appears only when it is whole."""
        try:
            with source.open("rb") as incoming, replacing(target) as part, part.open("wb") as outgoing:
                files = (incoming.fileno(), outgoing.fileno())
                return protocol.signed_from_json(_result(self._ask(message, self._work_timeout, files)))
        except OSError as error:
            raise FileUnreachable(f"the file cannot be read or written ({type(error).__name__})") from None

    def _ask(self, message: dict[str, Any], timeout: float, files: Sequence[int] = ()) -> dict[str, Any] | SigningError:
        """One question and its answer.  Errors are returned, not raised: a raised one would show this
        frame, which may hold a password."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(timeout)
                connection.connect(str(self._path))
                protocol.send(connection, message, files)
                answer = protocol.receive(connection)
        except (OSError, BadRequest) as error:
            return SignerUnreachable(f"the signing process does not answer ({type(error).__name__})")
        if answer is None:
            return SignerUnreachable("the signing process closed the connection")
        return answer


def _result(answer: dict[str, Any] | SigningError) -> dict[str, Any]:
    """The result in an answer; raises the error in it."""
    if isinstance(answer, SigningError):
        raise answer
    if "error" in answer:
        error = answer["error"]
        raise error_for(
            str(error.get("code")),
            str(error.get("detail", "")),
            float(error.get("retry_after", 0.0)),
            tuple(map(str, error.get("authorities", ()))),
        )
    found = answer.get("ok")
    if not isinstance(found, dict):
        raise SignerUnreachable("the signing process answered nonsense")
    return found

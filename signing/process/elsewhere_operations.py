"""The signing process's questions about keys that are elsewhere: as it answers them, and as they are asked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack

from signing.errors import BadRequest, ConsentOfAnother, FileUnreachable, SigningError
from signing.files import replacing
from signing.keys import Secret
from signing.layout import LEADER_FIELD
from signing.process import protocol
from signing.process.asked import Operation, Request
from signing.process.elsewhere import LONGEST, Elsewhere, Filling
from signing.process.keyring import Peers
from signing.providers import Purpose
from signing.providers.csc_credential import Question
from signing.providers.national import Holder, Transaction
from signing.sign import Signed
from signing.two_phase import Prepared

_MOST_PIECES = 200
Answer = dict[str, Any] | SigningError


class Wished(TypedDict, total=False):
    """What may be said of a preparation; what is not said is as in :meth:`Elsewhere.prepare`."""

    image: bytes | None
    field: str
    filling: Filling | None
    lifetime: timedelta


class ElsewhereBackend(Protocol):
    """What can be asked about keys that are elsewhere; see :class:`signing.process.elsewhere.Elsewhere`."""

    def prepare(
        self,
        source: Path,
        target: Path,
        certificate: bytes,
        *,
        base_sha256: str,
        **wished: Unpack[Wished],
    ) -> Prepared:
        """First phase."""

    def finish(self, prepared: Prepared, raw: bytes, source: Path, target: Path, *, base_sha256: str) -> Signed:
        """Second phase."""

    def describe(self, key_id: str) -> tuple[bytes, str, tuple[Question, ...]]:
        """Certificate, way of asking, questions."""

    def start(
        self,
        key_id: str,
        purpose: Purpose,
        pieces: Sequence[bytes],
        answers: Mapping[str, Secret],
        kinds: Sequence[str] = (),
    ) -> list[bytes] | Transaction:
        """Ask a service."""

    def ask(self, key_id: str, transaction: Transaction, pieces: Sequence[bytes]) -> list[bytes] | None:
        """What a telephone's holder decided."""


def operations(elsewhere: Elsewhere, peers: Peers) -> dict[str, Operation]:
    """What may be asked about keys that are elsewhere."""

    def prepare(request: Request) -> dict[str, Any]:
        said, filling = request.said, None
        if said.get("number") is not None:
            filling = Filling(request.text("number"), protocol.pieces_from_list(said.get("date")))
        seconds = said.get("seconds")
        if not isinstance(seconds, int | float) or seconds <= 0:
            raise BadRequest("seconds is missing")
        prepared = elsewhere.prepare(
            *request.both_files(),
            _bytes(request.text("certificate")),
            base_sha256=request.text("base"),
            image=protocol.image_from_text(said.get("image")),
            field=str(said.get("field") or LEADER_FIELD),
            filling=filling,
            lifetime=timedelta(seconds=seconds),
        )
        return prepared.facts()

    def finish(request: Request) -> dict[str, Any]:
        signed = elsewhere.finish(
            prepared_from(request.table("prepared")),
            _bytes(request.text("value")),
            *request.both_files(),
            base_sha256=request.text("base"),
        )
        return protocol.signed_to_json(signed)

    def describe(request: Request) -> dict[str, Any]:
        certificate, mode, questions = elsewhere.describe(request.text("key"))
        asked = [[one.name, one.kind, one.label] for one in questions]
        return {"certificate": _text(certificate), "mode": mode, "questions": asked}

    def start(request: Request) -> dict[str, Any]:
        if request.peer in peers.workers:
            raise ConsentOfAnother(f"user {request.peer} gives no consents")
        answers = {name: Secret(str(value)) for name, value in request.table("answers").items()}
        purpose: Purpose = "seal" if request.text("purpose") == "seal" else "sign"
        given = elsewhere.start(request.text("key"), purpose, _pieces(request), answers, kinds=request.texts("kinds"))
        if isinstance(given, Transaction):
            return {"transaction": transaction_facts(given)}
        return {"values": [_text(value) for value in given]}

    def ask(request: Request) -> dict[str, Any]:
        transaction = transaction_from(request.table("transaction"))
        values = elsewhere.ask(request.text("key"), transaction, _pieces(request))
        return {"values": None if values is None else [_text(value) for value in values]}

    listed: tuple[Operation, ...] = (prepare, finish, describe, start, ask)
    return {f"elsewhere_{operation.__name__}": operation for operation in listed}  # type: ignore[attr-defined]


class ElsewhereClient:
    """The same questions over the socket.

    ``send`` sends one with files beside it and raises nothing; ``result`` finds the result in what came back, or
    raises the error in it: so no error's frames show a question, which may hold a PIN.
    """

    def __init__(
        self, send: Callable[[dict[str, Any], Sequence[int]], Answer], result: Callable[[Answer], dict[str, Any]]
    ) -> None:
        self._send = send
        self._result = result

    def prepare(
        self,
        source: Path,
        target: Path,
        certificate: bytes,
        *,
        base_sha256: str,
        **wished: Unpack[Wished],
    ) -> Prepared:
        """See :meth:`Elsewhere.prepare`."""
        message: dict[str, Any] = {
            "do": "elsewhere_prepare",
            "certificate": _text(certificate),
            "base": base_sha256,
            "image": protocol.image_to_text(wished.get("image")),
            "field": wished.get("field", LEADER_FIELD),
            "seconds": wished.get("lifetime", LONGEST).total_seconds(),
        }
        if (filling := wished.get("filling")) is not None:
            date = filling.date
            message |= {
                "number": filling.number,
                "date": protocol.pieces_to_list(date if isinstance(date, str) else tuple(date)),
            }
        return prepared_from(self._with_files(message, source, target))

    def finish(self, prepared: Prepared, raw: bytes, source: Path, target: Path, *, base_sha256: str) -> Signed:
        """See :meth:`Elsewhere.finish`."""
        message = {
            "do": "elsewhere_finish",
            "prepared": prepared.facts(),
            "value": _text(raw),
            "base": base_sha256,
        }
        return protocol.signed_from_json(self._with_files(message, source, target))

    def describe(self, key_id: str) -> tuple[bytes, str, tuple[Question, ...]]:
        """See :meth:`Elsewhere.describe`."""
        found = self._result(self._send({"do": "elsewhere_describe", "key": key_id}, ()))
        return _bytes(found["certificate"]), str(found["mode"]), tuple(Question(*one) for one in found["questions"])

    def start(
        self,
        key_id: str,
        purpose: Purpose,
        pieces: Sequence[bytes],
        answers: Mapping[str, Secret],
        kinds: Sequence[str] = (),
    ) -> list[bytes] | Transaction:
        """See :meth:`Elsewhere.start`."""
        answer = self._send(
            {
                "do": "elsewhere_start",
                "key": key_id,
                "purpose": purpose,
                "pieces": [_text(piece) for piece in pieces],
                "answers": {name: secret.reveal() for name, secret in answers.items()},
                "kinds": list(kinds),
            },
            (),
        )
        found = self._result(answer)
        if "transaction" in found:
            return transaction_from(found["transaction"])
        return [_bytes(value) for value in found["values"]]

    def ask(self, key_id: str, transaction: Transaction, pieces: Sequence[bytes]) -> list[bytes] | None:
        """See :meth:`Elsewhere.ask`."""
        message = {"do": "elsewhere_ask", "key": key_id, "pieces": [_text(piece) for piece in pieces]}
        answer = self._send({**message, "transaction": transaction_facts(transaction)}, ())
        found = self._result(answer)["values"]
        return None if found is None else [_bytes(value) for value in found]

    def _with_files(self, message: dict[str, Any], source: Path, target: Path) -> dict[str, Any]:
        try:
            with source.open("rb") as incoming, replacing(target) as part, part.open("wb") as outgoing:
                return self._result(self._send(message, (incoming.fileno(), outgoing.fileno())))
        except OSError as error:
            raise FileUnreachable(f"the file cannot be read or written ({type(error).__name__})") from None


def transaction_facts(transaction: Transaction) -> dict[str, Any]:
    """A transaction as JSON; it holds no secret."""
    return {
        "user": transaction.holder.user,
        "certificate": transaction.holder.certificate,
        "code": transaction.code,
        "names": list(transaction.names),
        "digests": [digest.hex() for digest in transaction.digests],
    }


def transaction_from(facts: Mapping[str, Any]) -> Transaction:
    """The opposite; raises :class:`BadRequest`."""
    try:
        digests = tuple(bytes.fromhex(digest) for digest in facts["digests"])
        holder = Holder(str(facts["user"]), str(facts["certificate"]))
        return Transaction(holder, str(facts["code"]), tuple(map(str, facts["names"])), digests)
    except (KeyError, TypeError, ValueError):
        raise BadRequest("the transaction is malformed") from None


def prepared_from(facts: dict[str, Any]) -> Prepared:
    """What was prepared, from JSON; raises :class:`BadRequest`."""
    try:
        return Prepared.from_facts(facts)
    except (KeyError, TypeError, ValueError):
        raise BadRequest("what was prepared is malformed") from None


def _pieces(request: Request) -> list[bytes]:
    listed = request.texts("pieces")
    if not 1 <= len(listed) <= _MOST_PIECES:
        raise BadRequest(f"between 1 and {_MOST_PIECES} pieces are signed at once")
    return [_bytes(text) for text in listed]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("not base64") from None

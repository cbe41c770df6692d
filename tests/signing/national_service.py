"""National remote signing services for tests; each speaks exactly the fields of its description and no others."""

from __future__ import annotations

import base64
import json
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tests.signing.loopback import answering

OFFICE, OFFICE_SECRET = "so-noi-vu", "mật-khẩu-đơn-vị-9024"
USER = "001088012345"
HEX = re.compile(r"[0-9a-f]{64}")


class Wrong(Exception):
    """The request is not as the service describes it."""


@dataclass
class Phone:
    """The holder's telephone: what it shows, and what its holder does with it."""

    shows: list[str] = field(default_factory=list)
    acts: str = "confirm"
    """``confirm``, ``refuse``, ``ignore`` or ``later:N`` (confirms after N questions)."""
    asked: int = 0

    def state(self) -> str:
        self.asked += 1
        word, _, after = self.acts.partition(":")
        if word == "later":
            return "confirm" if self.asked > int(after) else "wait"
        return {"ignore": "wait"}.get(word, word)


@dataclass
class Service(ABC):
    """What both services have: one holder with one key, a telephone, and requests that lie on it."""

    private: rsa.RSAPrivateKey
    certificates: tuple[bytes, ...]
    phone: Phone = field(default_factory=Phone)
    requests: dict[str, dict[str, bytes]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    faults: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    same_code: str = ""
    reverse: bool = False

    @abstractmethod
    def _operations(self) -> dict[str, Callable[[dict[str, Any], str, dict[str, str]], tuple[int, Any]]]:
        """What answers, by a pattern of the path."""

    @contextmanager
    def serving(self) -> Iterator[str]:
        with answering(self._respond) as address:
            yield address
        assert self.bad == []

    def _respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        place = urlsplit(path).path
        self.calls.append(place)
        for pattern, waiting in self.faults.items():
            if re.search(pattern, place) and waiting:
                return waiting.pop(0)
        for pattern, operation in self._operations().items():
            if found := re.fullmatch(pattern, place):
                try:
                    if method != "POST" or headers.get("content-type", "").split(";")[0] != "application/json":
                        raise Wrong("not a POST of JSON")
                    return operation(json.loads(body), found[1] if found.groups() else "", headers)
                except Wrong as wrong:
                    self.bad.append(f"{place}: {wrong}")
                    return 400, {"error": str(wrong)}
        self.bad.append(f"{place}: no such method")
        return 404, {}

    def _kept(self, digests: dict[str, bytes]) -> str:
        code = self.same_code or secrets.token_hex(8)
        self.requests[code] = digests
        return code

    def _value(self, digest: bytes) -> str:
        value = self.private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        return base64.b64encode(value).decode()


def _exactly(given: Any, **kinds: type) -> None:
    if not isinstance(given, dict) or set(given) != set(kinds):
        raise Wrong(f"fields {sorted(given)} instead of {sorted(kinds)}")
    for name, kind in kinds.items():
        if not isinstance(given[name], kind) or (kind is int and isinstance(given[name], bool)):
            raise Wrong(f"{name} is no {kind.__name__}")


def _plain(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_\- ]*", text):
        raise Wrong("the telephone shows plain letters only")
    return text


@dataclass
class SmartCaService(Service):
    """VNPT SmartCA, version 4."""

    serial: str = "540110000b5a"
    others: int = 0

    def _operations(self) -> dict[str, Any]:
        return {
            "/v1/credentials/get_certificate": self._certificate,
            "/v1/signatures/sign": self._sign,
            "/v1/signatures/sign/([0-9a-f]+)/status": self._status,
        }

    def _office(self, given: dict[str, Any]) -> dict[str, Any] | None:
        if (given["sp_id"], given["sp_password"]) != (OFFICE, OFFICE_SECRET):
            return {"status_code": 401, "message": "Unauthorized", "data": None}
        return None

    def _certificate(self, given: Any, _code: str, _headers: dict[str, str]) -> tuple[int, Any]:
        _exactly(given, sp_id=str, sp_password=str, user_id=str, serial_number=str, transaction_id=str)
        if refused := self._office(given):
            return 200, refused
        pem = base64.b64encode(self.certificates[0]).decode()
        one = {
            "cert_id": "c-1",
            "serial_number": self.serial,
            "cert_data": pem,
            "chain_data": {"ca_cert": base64.b64encode(self.certificates[1]).decode(), "root_cert": None},
        }
        listed = [one, *({**one, "serial_number": f"{number:x}"} for number in range(self.others))]
        found = listed if given["user_id"] == USER else []
        return 200, {"status_code": 200, "message": "Success", "data": {"user_certificates": found}}

    def _sign(self, given: Any, _code: str, _headers: dict[str, str]) -> tuple[int, Any]:
        texts = dict.fromkeys(
            ("sp_id", "sp_password", "user_id", "serial_number", "transaction_id", "transaction_desc", "time_stamp"),
            str,
        )
        _exactly(given, **texts, sign_files=list)
        if refused := self._office(given):
            return 200, refused
        if (given["user_id"], given["serial_number"]) != (USER, self.serial):
            raise Wrong("another holder")
        if not re.fullmatch(r"[0-9]{14}Z", given["time_stamp"]):
            raise Wrong("time_stamp")
        digests: dict[str, bytes] = {}
        for one in given["sign_files"]:
            _exactly(one, doc_id=str, file_type=str, sign_type=str, data_to_be_signed=str)
            if (one["file_type"], one["sign_type"]) != ("pdf", "hash") or not HEX.fullmatch(one["data_to_be_signed"]):
                raise Wrong("sign_files")
            digests[one["doc_id"]] = bytes.fromhex(one["data_to_be_signed"])
        if len(digests) != len(given["sign_files"]) or not digests:
            raise Wrong("doc_id twice, or nothing to sign")
        self.phone.shows.append(_plain(given["transaction_desc"]))
        code = self._kept(digests)
        return 200, {"status_code": 200, "message": "Success", "data": {"tran_code": code}}

    def _status(self, given: Any, code: str, _headers: dict[str, str]) -> tuple[int, Any]:
        _exactly(given)
        if code not in self.requests:
            return 200, {"status_code": 404, "message": "Not found", "data": None}
        state = self.phone.state()
        words = {"wait": "WAITING_FOR_SIGNER_CONFIRM", "refuse": "SIGNER_REJECTED", "expire": "EXPIRED"}
        words |= {"used": "TRANSACTION_USED", "fail": "SIGN_FAILED"}
        if state != "confirm":
            data = {"tran_code": code, "signatures": None}
            return 200, {"status_code": 200, "message": words[state], "data": data}
        values = [
            {"doc_id": name, "signature_value": self._value(digest)} for name, digest in self.requests[code].items()
        ]
        if self.reverse:
            values.reverse()
        return 200, {"status_code": 200, "message": "SUCCESS", "data": {"tran_code": code, "signatures": values}}


@dataclass
class MySignService(Service):
    """Viettel MySign."""

    credential: str = "001088012345_248_20260917"
    session: str = ""
    lasts: str = "3600"

    def _operations(self) -> dict[str, Any]:
        return {
            "/vtss/service/ras/v1/login": self._login,
            "/vtss/service/certificates/info": self._certificates,
            "/vtss/service/signHash": self._sign,
            "/vtss/service/requests/status": self._status,
        }

    def _login(self, given: Any, _code: str, _headers: dict[str, str]) -> tuple[int, Any]:
        _exactly(given, client_id=str, client_secret=str, profile_id=str, user_id=str)
        if given["profile_id"] != "adss:ras:profile:001":
            raise Wrong("profile_id")
        if (given["client_id"], given["client_secret"]) != (OFFICE, OFFICE_SECRET):
            return 401, {"error": "86024"}
        if given["user_id"] != USER:
            return 400, {"error": "58008"}
        self.session = secrets.token_urlsafe(16)
        token = {"access_token": self.session, "refresh_token": "", "token_type": "Bearer"}
        return 200, {**token, "expires_in": self.lasts}

    def _known(self, headers: dict[str, str]) -> bool:
        return bool(self.session) and headers.get("authorization") == f"Bearer {self.session}"

    def _certificates(self, given: Any, _code: str, headers: dict[str, str]) -> tuple[int, Any]:
        texts = dict.fromkeys(("client_id", "client_secret", "profile_id", "user_id", "certificates"), str)
        _exactly(given, **texts, certInfo=bool, authInfo=bool)
        if not self._known(headers):
            return 401, {"error": "invalid_token"}
        listed = [base64.b64encode(der).decode() for der in self.certificates]
        key = {"status": "enabled", "algo": ["1.2.840.113549.1.1.1"], "len": "2048", "curve": None}
        cert = {"status": "valid", "certificates": listed}
        return 200, [{"key": key, "cert": cert, "authMode": "implicit", "credential_id": self.credential, "scal": "2"}]

    def _sign(self, given: Any, _code: str, headers: dict[str, str]) -> tuple[int, Any]:
        texts = dict.fromkeys(
            ("client_id", "client_secret", "credentialID", "description", "hashAlgo", "signAlgo"), str
        )
        _exactly(given, **texts, numSignatures=int, documents=list, hash=list, **{"async": int})
        if not self._known(headers):
            return 401, {"error": "invalid_token"}
        if (given["credentialID"], given["async"]) != (self.credential, 1):
            raise Wrong("credentialID or async")
        if (given["hashAlgo"], given["signAlgo"]) != ("2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"):
            raise Wrong("algorithms")
        if not given["numSignatures"] == len(given["hash"]) == len(given["documents"]) > 0:
            raise Wrong("numSignatures")
        names = []
        for one in given["documents"]:
            _exactly(one, document_id=str, document_name=str)
            names.append(one["document_id"])
            self._text(one["document_name"])
        digests = [base64.b64decode(text, validate=True) for text in given["hash"]]
        if any(len(digest) != 32 for digest in digests) or len(set(names)) != len(names):
            raise Wrong("hash or document_id")
        self.phone.shows.append(self._text(given["description"]))
        return 200, {"transactionId": self._kept(dict(zip(names, digests, strict=True)))}

    def _text(self, encoded: str) -> str:
        if len(encoded) >= 100:
            raise Wrong("a text is too long")
        return _plain(base64.b64decode(encoded, validate=True).decode())

    def _status(self, given: Any, _code: str, headers: dict[str, str]) -> tuple[int, Any]:
        _exactly(given, transactionId=str)
        if not self._known(headers):
            return 401, {"error": "invalid_token"}
        if given["transactionId"] not in self.requests:
            return 404, {"error": "unknown"}
        state = self.phone.state()
        numbers = {"wait": "4000", "refuse": "4002", "expire": "4001", "used": "4006", "fail": "4004"}
        if state != "confirm":
            return 200, {"status": numbers[state], "signatures": None}
        values = [self._value(digest) for digest in self.requests[given["transactionId"]].values()]
        if self.reverse:
            values.reverse()
        return 200, {"status": "1", "signatures": [f"{value[:64]}\r\n{value[64:]}" for value in values]}

"""A remote signing service for tests: CSC interface version 2, strict about every field it is given."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tests.signing.loopback import answering

SHA256 = "2.16.840.1.101.3.4.2.1"
OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*)){2,}")
BASE = "/csc/v2"
CLIENT, CLIENT_SECRET, REDIRECT = "van-phong", "bí-mật-của-phần-mềm-7731", "https://vanphong.example/sign/remote/back/"
PIN, OTP = "PIN-của-lãnh-đạo-5518", "204617"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Refused(Exception):
    """What the service answers instead of doing it."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.status, self.error, self.description = status, error, description


@dataclass
class Held:
    """A key of the service."""

    private: PrivateKey
    certificates: tuple[bytes, ...]
    mode: str = "explicit"
    objects: tuple[str, ...] = ("PIN",)
    algorithms: tuple[str, ...] = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1")
    multisign: int = 100
    enabled: bool = True


@dataclass
class Allowed:
    """One SAD: for which key, which hashes, until when, once."""

    credential: str
    digests: list[bytes]
    ends: float
    used: bool = False


@dataclass
class CscService:
    """The service; ``now`` is moved by tests."""

    keys: dict[str, Held]
    now: float = 1_000_000.0
    sad_seconds: int = 300
    page: int = 2
    sad_as_bearer: bool = False
    calls: list[str] = field(default_factory=list)
    faults: dict[str, tuple[int, Any]] = field(default_factory=dict)
    spoiled: bool = False
    raw_ecdsa: bool = True
    tokens: dict[str, float] = field(default_factory=dict)
    sads: dict[str, Allowed] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""

    @contextmanager
    def serving(self) -> Iterator[str]:
        with answering(self._respond) as address:
            self.url = address
            yield address + BASE

    # --- HTTP -------------------------------------------------------------------------------------------------------
    def _respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        place = urlsplit(path).path.removeprefix(BASE).removeprefix("/idp")
        self.calls.append(place)
        if place in self.faults:
            return self.faults[place]
        try:
            if place == "/oauth2/token":
                return 200, self._token(method, headers, body)
            return 200, self._json_call(method, place, headers, body)
        except Refused as refused:
            return refused.status, {"error": refused.error, "error_description": refused.description}

    def _json_call(self, method: str, place: str, headers: dict[str, str], body: bytes) -> Any:
        operations = {
            "/info": self._info,
            "/credentials/list": self._list,
            "/credentials/info": self._credential,
            "/credentials/authorize": self._authorize,
            "/signatures/signHash": self._sign,
        }
        if place not in operations or method != "POST":
            raise Refused("invalid_request", "no such method", 404)
        if headers.get("content-type", "").split(";")[0] != "application/json":
            raise Refused("invalid_request", "not JSON", 415)
        given = json.loads(body)
        if not isinstance(given, dict):
            raise Refused("invalid_request", "not an object")
        if place == "/info":
            return self._info(given)
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        scoped = place == "/signatures/signHash" and bearer in self.sads
        if not scoped and self.tokens.get(bearer, 0) <= self.now:
            raise Refused("invalid_token", "unknown or ended", 401)
        if scoped:
            given["SAD"] = bearer
        return operations[place](given)

    # --- methods ----------------------------------------------------------------------------------------------------
    def _info(self, given: dict[str, Any]) -> Any:
        _only(given, optional={"lang": str})
        return {
            "specs": "2.0.0.2",
            "name": "Ký số từ xa thử",
            "logo": "https://example.test/logo.png",
            "region": "VN",
            "lang": "vi-VN",
            "authType": ["external"],
            "oauth2": self.url + "/idp",
            "methods": ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"],
        }

    def _list(self, given: dict[str, Any]) -> Any:
        kinds = {"userID": str, "maxResults": int, "pageToken": str, "onlyValid": bool, "clientData": str}
        _only(given, optional=kinds)
        names = sorted(self.keys)
        first = int(given.get("pageToken", "0"))
        listed: dict[str, Any] = {"credentialIDs": names[first : first + self.page], "onlyValid": True}
        if first + self.page < len(names):
            listed["nextPageToken"] = str(first + self.page)
        return listed

    def _credential(self, given: dict[str, Any]) -> Any:
        kinds = {"certificates": str, "certInfo": bool, "authInfo": bool, "lang": str, "clientData": str}
        _only(given, {"credentialID": str}, kinds)
        if given.get("certificates", "single") not in ("none", "single", "chain"):
            raise Refused("invalid_request", "Invalid parameter certificates")
        held = self._held(given)
        shown = {"none": 0, "single": 1, "chain": None}[given.get("certificates", "single")]
        auth: dict[str, Any] = {"mode": held.mode}
        if held.mode == "explicit":
            auth["expression"] = " AND ".join(held.objects)
            kind = {"PIN": "Password", "OTP": "Password"}
            auth["objects"] = [{"type": kind[one], "id": one, "format": "A", "label": one} for one in held.objects]
        return {
            "description": "test",
            "key": {"status": "enabled" if held.enabled else "disabled", "algo": list(held.algorithms), "len": 2048},
            "cert": {
                "status": "valid",
                "certificates": [base64.b64encode(der).decode() for der in held.certificates[:shown]],
            },
            "auth": auth if given.get("authInfo") else {},
            "SCAL": "2",
            "multisign": held.multisign,
        }

    def _authorize(self, given: dict[str, Any]) -> Any:
        _only(
            given,
            {"credentialID": str, "numSignatures": int, "hashes": list, "hashAlgorithmOID": str},
            {"authData": list, "description": str, "clientData": str},
        )
        held = self._held(given)
        digests = _digests(given)
        if given["numSignatures"] != len(digests) or not 1 <= len(digests) <= held.multisign:
            raise Refused("invalid_request", "Invalid parameter numSignatures")
        if held.mode == "oauth2code":
            raise Refused("invalid_request", "the credential is authorised by OAuth 2")
        answers = {}
        for one in given.get("authData", []):
            if set(one) != {"id", "value"} or one["id"] not in held.objects:
                raise Refused("invalid_request", "Invalid parameter authData")
            answers[one["id"]] = one["value"]
        for name, right, error in (("PIN", PIN, "invalid_pin"), ("OTP", OTP, "invalid_otp")):
            if name in held.objects and held.mode == "explicit" and answers.get(name) != right:
                raise Refused(error, f"The {name} is wrong")
        sad = secrets.token_urlsafe(24)
        self.sads[sad] = Allowed(given["credentialID"], digests, self.now + self.sad_seconds)
        return {"SAD": sad, "expiresIn": self.sad_seconds}

    def _sign(self, given: dict[str, Any]) -> Any:
        _only(
            given,
            {"credentialID": str, "SAD": str, "hashes": list, "hashAlgorithmOID": str, "signAlgo": str},
            {"signAlgoParams": str, "operationMode": str, "clientData": str},
        )
        held, digests = self._held(given), _digests(given)
        if not OID.fullmatch(given["signAlgo"]) or given["signAlgo"] not in held.algorithms:
            raise Refused("invalid_request", "Invalid parameter signAlgo")
        if given.get("operationMode", "S") != "S":
            raise Refused("invalid_request", "Invalid parameter operationMode")
        allowed = self.sads.get(given["SAD"])
        if allowed is None or allowed.credential != given["credentialID"]:
            raise Refused("invalid_request", "Invalid parameter SAD")
        if allowed.used:
            raise Refused("sad_used", "SAD was used")
        if allowed.ends <= self.now:
            raise Refused("sad_expired", "SAD expired")
        if digests != allowed.digests:
            raise Refused("invalid_request", "Hash is not authorized by the SAD")
        allowed.used = True
        return {"signatures": [base64.b64encode(self._value(held, digest)).decode() for digest in digests]}

    def _value(self, held: Held, digest: bytes) -> bytes:
        algorithm = Prehashed(hashes.SHA256())
        if isinstance(held.private, rsa.RSAPrivateKey):
            value = held.private.sign(digest, padding.PKCS1v15(), algorithm)
        else:
            value = held.private.sign(digest, ec.ECDSA(algorithm))
        return value[:-1] + bytes([value[-1] ^ 1]) if self.spoiled else value

    # --- OAuth 2 ----------------------------------------------------------------------------------------------------
    def at_the_page(self, address: str, *, pin: str = PIN) -> dict[str, str]:
        """The holder at the service's own page: look at the request, give the PIN, be sent back with a code."""
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.url or parts.path != "/idp/oauth2/authorize":
            raise Refused("invalid_request", "another page")
        asked = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        needed = {"response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge"}
        needed |= {"code_challenge_method", "credentialID", "numSignatures", "hashes", "hashAlgorithmOID"}
        if set(asked) != needed:
            raise Refused("invalid_request", f"fields {sorted(needed ^ set(asked))}")
        if (asked["response_type"], asked["client_id"], asked["redirect_uri"]) != ("code", CLIENT, REDIRECT):
            raise Refused("invalid_client")
        if (asked["scope"], asked["code_challenge_method"]) != ("credential", "S256"):
            raise Refused("invalid_scope")
        if asked["hashAlgorithmOID"] != SHA256 or not re.fullmatch(r"[\w-]{43}", asked["code_challenge"]):
            raise Refused("invalid_request", "hash algorithm or challenge")
        listed = [base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in asked["hashes"].split(",")]
        if len(listed) != int(asked["numSignatures"]) or any(len(digest) != 32 for digest in listed):
            raise Refused("invalid_request", "hashes")
        if pin != PIN:
            return {"error": "access_denied", "state": asked["state"]}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def _token(self, method: str, headers: dict[str, str], body: bytes) -> Any:
        if method != "POST" or not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise Refused("invalid_request", "not a form", 415)
        given = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        if (given.pop("client_id", ""), given.pop("client_secret", "")) != (CLIENT, CLIENT_SECRET):
            raise Refused("invalid_client", status=401)
        token = secrets.token_urlsafe(24)
        if given == {"grant_type": "client_credentials", "scope": "service"}:
            self.tokens[token] = self.now + 600
            return {"access_token": token, "token_type": "Bearer", "expires_in": 600}
        if set(given) != {"grant_type", "code", "redirect_uri", "code_verifier"}:
            raise Refused("invalid_request", f"fields {sorted(given)}")
        asked = self.codes.pop(given["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest())
        if asked is None or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            raise Refused("invalid_grant")
        if given["redirect_uri"] != asked["redirect_uri"] or given["grant_type"] != "authorization_code":
            raise Refused("invalid_grant")
        digests = [base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in asked["hashes"].split(",")]
        self.sads[token] = Allowed(asked["credentialID"], digests, self.now + self.sad_seconds)
        kind = "Bearer" if self.sad_as_bearer else "SAD"
        return {"access_token": token, "token_type": kind, "expires_in": self.sad_seconds}

    def _held(self, given: dict[str, Any]) -> Held:
        held = self.keys.get(given["credentialID"])
        if held is None:
            raise Refused("invalid_credential", "Invalid parameter credentialID")
        return held


def _only(
    given: dict[str, Any], required: dict[str, type] | None = None, optional: dict[str, type] | None = None
) -> None:
    """Every required field, no unknown one, each of its type."""
    known = (required or {}) | (optional or {})
    for name, kind in (required or {}).items():
        if name not in given:
            raise Refused("invalid_request", f"Missing (or invalid type) {kind.__name__} parameter {name}")
    for name, value in given.items():
        if name not in known:
            raise Refused("invalid_request", f"unknown parameter {name}")
        if not isinstance(value, known[name]) or (known[name] is int and isinstance(value, bool)):
            raise Refused("invalid_request", f"Missing (or invalid type) {known[name].__name__} parameter {name}")


def _digests(given: dict[str, Any]) -> list[bytes]:
    """The list of hashes, each base64 of 32 bytes; the algorithm is SHA-256 by its OID."""
    if not OID.fullmatch(given["hashAlgorithmOID"]) or given["hashAlgorithmOID"] != SHA256:
        raise Refused("invalid_request", "Invalid parameter hashAlgorithmOID")
    try:
        digests = [base64.b64decode(text, validate=True) for text in given["hashes"]]
    except (binascii.Error, ValueError, TypeError):
        raise Refused("invalid_request", "Invalid Base64 hashes string parameter") from None
    if not digests or any(len(digest) != 32 for digest in digests) or len(set(digests)) != len(digests):
        raise Refused("invalid_request", "Invalid digest value length")
    return digests

"""Remote signing by the Cloud Signature Consortium's interface, version 2.

The service holds the key; it is given hashes and gives signature values.  The holder authorises a list of hashes,
once (SCAL2): by PIN and one-time password sent to ``credentials/authorize``, or at the service's own page
(OAuth 2 code with PKCE, scope ``credential``), which this server never sees.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode, urlsplit

from signing.errors import (
    BadRequest,
    ConsentExpired,
    HolderRefused,
    RemoteRefused,
    RemoteUnavailable,
    SigningError,
    TransactionUsed,
    UnknownKey,
    WrongPassword,
)
from signing.keys import Secret
from signing.providers import KnownKey, Purpose
from signing.providers.csc_credential import Credential, from_base64, read_credential, seconds, to_base64
from signing.providers.web import Answer, Service, taken
from signing.raw import as_der, check_raw

SHA256 = "2.16.840.1.101.3.4.2.1"
_MARGIN = 5.0
"""Seconds before its end from which an authorisation or a token is not used any more."""
_MOST_CREDENTIALS = 200
_CODE = re.compile(r"[a-z0-9_]{1,40}")
_ERRORS: dict[str, type[SigningError]] = {
    "invalid_pin": WrongPassword,
    "invalid_otp": WrongPassword,
    "invalid_authdata": WrongPassword,
    "access_denied": HolderRefused,
    "expired_request": ConsentExpired,
    "expired_sad": ConsentExpired,
    "sad_expired": ConsentExpired,
    "invalid_grant": ConsentExpired,
    "sad_used": TransactionUsed,
    "invalid_credential": UnknownKey,
    "server_error": RemoteUnavailable,
    "temporarily_unavailable": RemoteUnavailable,
}


@dataclass(frozen=True, slots=True)
class Client:
    """How this office is known to the service (OAuth 2)."""

    client_id: str
    secret: Secret
    redirect: str = ""
    """Where the service sends the holder back to after authorising at its page."""


@dataclass(slots=True)
class Authorisation:
    """What the holder allowed: these digests, once, for a short time.  Kept in memory only."""

    credential: Credential
    digests: tuple[bytes, ...]
    token: Secret | None
    """The SAD; None where ``bearer`` itself is the authorisation."""
    bearer: Secret
    ends: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """The holder's way to the service's page and back; kept for this holder until they return.

    ``verifier`` proves that who brings the code is who began; it opens nothing by itself.
    """

    address: str
    state: str
    verifier: Secret = field(repr=False)
    credential_id: str
    digests: tuple[bytes, ...]


class CscProvider:
    """Keys at a service that speaks CSC, version 2; a reference is the service's ``credentialID``.

    Raises, besides what each method says, :class:`RemoteUnavailable` and :class:`RemoteRefused`.
    ``clock`` gives seconds that never run backwards.
    """

    name: ClassVar[str] = "csc"

    def __init__(self, service: Service, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._client = client
        self._clock = clock
        self._bearer: tuple[Secret, float] | None = None
        self._tokens: Service | None = None
        self._credentials: dict[str, Credential] = {}

    # --- what the service tells -------------------------------------------------------------------------------------
    def info(self) -> dict[str, Any]:
        """What the service says of itself (``/info``)."""
        found = self._checked(self._service.post("/info", {}))
        methods = found.get("methods")
        if not isinstance(methods, list) or "signatures/signHash" not in methods:
            raise RemoteUnavailable("the service does not sign hashes")
        return found

    def credentials(self) -> list[str]:
        """The names of the keys that this office may use (``/credentials/list``, all pages)."""
        names: list[str] = []
        page: dict[str, Any] = {}
        while True:
            found = self._call("/credentials/list", {"onlyValid": True, **page})
            listed = found.get("credentialIDs")
            if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
                raise RemoteUnavailable("the list of credentials cannot be understood")
            names += listed
            following = found.get("nextPageToken")
            if not following or len(names) >= _MOST_CREDENTIALS:
                return names[:_MOST_CREDENTIALS]
            page = {"pageToken": str(following)}

    def credential(self, reference: str) -> Credential:
        """A key with its certificates and with what its holder is asked (``/credentials/info``).

        Raises :class:`UnknownKey`, :class:`CertificateNotTrusted` when the service calls it disabled.
        """
        if reference not in self._credentials:
            body = {"credentialID": reference, "certificates": "chain", "certInfo": True, "authInfo": True}
            self._credentials[reference] = read_credential(reference, self._call("/credentials/info", body))
        return self._credentials[reference]

    def certificate(self, reference: str) -> KnownKey:
        """The certificate of a key with its chain."""
        return self.credential(reference).known

    # --- authorising ------------------------------------------------------------------------------------------------
    def open(self, reference: str, secret: Secret, hashes: Sequence[str], purpose: Purpose) -> CscOpenKey:
        """A key whose holder is asked for one thing at most: ``secret`` answers it."""
        credential = self.credential(reference)
        if len(credential.questions) > 1:
            raise BadRequest("the service asks the holder for more than one thing")
        return self.open_answered(reference, {question.name: secret for question in credential.questions})

    def open_answered(self, reference: str, answers: Mapping[str, Secret]) -> CscOpenKey:
        """A key with the holder's answers to each of :attr:`Credential.questions`.

        Raises :class:`BadRequest` when an answer is missing, or when the holder must go to the service's page.
        """
        credential = self.credential(reference)
        if credential.mode == "oauth2code":
            raise BadRequest("the holder authorises at the service's own page")
        if set(answers) != {question.name for question in credential.questions}:
            raise BadRequest("not every question of the service is answered")
        return CscOpenKey(self, credential, dict(answers))

    def authorise(
        self, credential: Credential, digests: Sequence[bytes], answers: Mapping[str, Secret]
    ) -> Authorisation:
        """Let the holder's answers allow exactly these digests (``/credentials/authorize``).

        Raises :class:`WrongPassword`, :class:`HolderRefused`, :class:`BadRequest` for more than one
        authorisation may hold.
        """
        listed = self._listed(credential, digests)
        body: dict[str, Any] = {
            "credentialID": credential.credential_id,
            "numSignatures": len(listed),
            "hashes": [to_base64(digest) for digest in listed],
            "hashAlgorithmOID": SHA256,
        }
        if answers:
            body["authData"] = [{"id": name, "value": value} for name, value in answers.items()]
        found = self._call("/credentials/authorize", body)
        token = taken(found, "SAD")
        ends = self._clock() + seconds(found.get("expiresIn"), 3600.0)
        return Authorisation(credential, listed, token, self._service_token(), ends)

    def journey(self, reference: str, digests: Sequence[bytes]) -> Journey:
        """The way to the service's page, where the holder allows exactly these digests (PKCE, RFC 7636)."""
        credential = self.credential(reference)
        listed = self._listed(credential, digests)
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.redirect,
            "scope": "credential",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "credentialID": credential.credential_id,
            "numSignatures": str(len(listed)),
            "hashes": ",".join(base64.urlsafe_b64encode(digest).rstrip(b"=").decode() for digest in listed),
            "hashAlgorithmOID": SHA256,
        }
        address = f"{self._oauth().url.rstrip('/')}/oauth2/authorize?{urlencode(query)}"
        return Journey(address, state, Secret(verifier), credential.credential_id, listed)

    def arrived(self, journey: Journey, *, state: str, code: Secret) -> Authorisation:
        """The holder came back with a code: exchange it for the authorisation (``oauth2/token``).

        Raises :class:`HolderRefused` when ``state`` is another's, :class:`ConsentExpired` for a used code.
        """
        if not secrets.compare_digest(state.encode(), journey.state.encode()):
            raise HolderRefused("the answer belongs to another request")
        token, kind, ends = self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._client.redirect,
                "code_verifier": journey.verifier,
            }
        )
        credential = self.credential(journey.credential_id)
        if kind == "SAD":
            return Authorisation(credential, journey.digests, token, self._service_token(), ends)
        return Authorisation(credential, journey.digests, None, token, ends)

    # --- signing ----------------------------------------------------------------------------------------------------
    def sign(self, allowed: Authorisation, pieces: Sequence[bytes]) -> list[bytes]:
        """The signature values over SHA-256 of each piece, under an authorisation that serves once.

        Raises :class:`TransactionUsed`, :class:`ConsentExpired`, :class:`WrongSignature`.
        """
        digests = tuple(hashlib.sha256(piece).digest() for piece in pieces)
        if allowed.used:
            raise TransactionUsed("the authorisation was used already")
        if digests != allowed.digests:
            raise BadRequest("these are not the hashes that the holder allowed")
        if self._clock() >= allowed.ends - _MARGIN:
            raise ConsentExpired("the authorisation ended")
        allowed.used = True
        credential = allowed.credential
        body: dict[str, Any] = {
            "credentialID": credential.credential_id,
            "hashes": [to_base64(digest) for digest in digests],
            "hashAlgorithmOID": SHA256,
            "signAlgo": credential.sign_algorithm,
            "operationMode": "S",
        }
        if allowed.token is not None:
            body["SAD"] = allowed.token
        found = self._checked(self._service.post("/signatures/signHash", body, bearer=allowed.bearer))
        values = found.get("signatures")
        if not isinstance(values, list) or len(values) != len(pieces):
            raise RemoteUnavailable("the service gave another number of signatures than it was asked for")
        certificate = credential.known.certificate
        signed = [as_der(certificate, from_base64(value)) for value in values]
        for piece, raw in zip(pieces, signed, strict=True):
            check_raw(certificate, piece, raw)
        return signed

    # --- the service ------------------------------------------------------------------------------------------------
    def _listed(self, credential: Credential, digests: Sequence[bytes]) -> tuple[bytes, ...]:
        if not digests or len(digests) > credential.most:
            raise BadRequest(f"the service signs between 1 and {credential.most} documents at once")
        return tuple(digests)

    def _call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """One call in the office's name; a token that the service ended early is asked for anew, once."""
        answer = self._service.post(path, body, bearer=self._service_token())
        if answer.status == 401:
            self._bearer = None
            answer = self._service.post(path, body, bearer=self._service_token())
        return self._checked(answer)

    def _service_token(self) -> Secret:
        """The office's own token (client credentials, scope ``service``), kept until shortly before its end."""
        if self._bearer is None or self._clock() >= self._bearer[1] - _MARGIN:
            token, _kind, ends = self._token({"grant_type": "client_credentials", "scope": "service"})
            self._bearer = (token, ends)
        return self._bearer[0]

    def _token(self, fields: Mapping[str, str | Secret]) -> tuple[Secret, str, float]:
        """A token, its type, and when it ends."""
        given = {**fields, "client_id": self._client.client_id, "client_secret": self._client.secret}
        found = self._checked(self._oauth().post_form("/oauth2/token", given))
        token, kind = taken(found, "access_token"), found.get("token_type")
        if kind not in ("Bearer", "SAD"):
            raise RemoteUnavailable("the service gave a token of an unknown type")
        return token, str(kind), self._clock() + seconds(found.get("expires_in"), 3600.0)

    def _oauth(self) -> Service:
        """Where the service gives tokens: what ``/info`` says, on the same host and by the same rules."""
        if self._tokens is None:
            said = self.info().get("oauth2")
            if not isinstance(said, str) or urlsplit(said).hostname != urlsplit(self._service.url).hostname:
                raise RemoteUnavailable("the service gives tokens on another host than its own")
            self._tokens = Service(said, self._service.timeout, self._service.ca_file, self._service.loopback)
        return self._tokens

    def _checked(self, answer: Answer) -> dict[str, Any]:
        """The answer's object; raises what the service's error stands for."""
        if answer.ok and isinstance(answer.body, dict):
            return answer.fields
        said = answer.fields.get("error")
        code = said if isinstance(said, str) and _CODE.fullmatch(said) else f"http_{answer.status}"
        if code in _ERRORS:
            raise _ERRORS[code](f"the service says {code}")
        if answer.status >= 500 or answer.ok:
            raise RemoteUnavailable(f"the service says {code}")
        raise RemoteRefused(f"the service says {code}")


class CscOpenKey:
    """A key at the service with the holder's answers, until :meth:`close`."""

    def __init__(self, provider: CscProvider, credential: Credential, answers: dict[str, Secret]) -> None:
        self._provider = provider
        self._credential = credential
        self._answers: dict[str, Secret] | None = answers

    @property
    def certificate(self) -> bytes:
        """The holder's certificate, DER."""
        return self._credential.known.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it."""
        return self._credential.known.chain

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key."""
        return self._credential.algorithm

    def sign(self, data: bytes) -> bytes:
        """One signature, under an authorisation of its own."""
        return self.sign_many([data])[0]

    def sign_many(self, pieces: Sequence[bytes]) -> list[bytes]:
        """A whole pile under one authorisation for exactly these hashes."""
        if self._answers is None:
            raise ConsentExpired("the key was closed")
        digests = [hashlib.sha256(piece).digest() for piece in pieces]
        return self._provider.sign(self._provider.authorise(self._credential, digests, self._answers), pieces)

    def close(self) -> None:
        """Forget the holder's answers."""
        self._answers = None

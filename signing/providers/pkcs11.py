"""Keys in a token or hardware module, through PKCS#11: each token has a process of its own, asked one at a time."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from signing.errors import (
    ConsentExpired,
    SigningError,
    TokenUnavailable,
    UnknownKey,
    WrongPassword,
    WrongSignature,
    error_for,
)
from signing.keys import Secret
from signing.providers import KnownKey, OpenKey, Purpose
from signing.providers.pin_guard import PinGuard
from signing.providers.token_process import TokenCrashed, TokenProcess, TokenQueue, TokenSettings

log = logging.getLogger("signing.process")


@dataclass(frozen=True, slots=True)
class TokenKeySettings:
    """A key on a token: the object's ``label``, its ``id`` (hexadecimal), or both."""

    reference: str
    token: str
    label: str = ""
    id: str = ""


def _no_chain(_: bytes) -> tuple[bytes, ...]:
    return ()


class Pkcs11Provider:
    """Keys on tokens.  ``chain`` gives the certificates above one (DER); ``guard`` counts wrong PINs."""

    name: ClassVar[str] = "pkcs11"

    def __init__(
        self,
        tokens: Iterable[TokenSettings],
        keys: Iterable[TokenKeySettings],
        *,
        guard: PinGuard,
        chain: Callable[[bytes], tuple[bytes, ...]] = _no_chain,
    ) -> None:
        self._tokens = {one.name: _Token(one, guard) for one in tokens}
        self._keys = {one.reference: one for one in keys}
        self._chain = chain

    def certificate(self, reference: str) -> KnownKey:
        """The certificate that lies beside the key; needs no PIN."""
        key = self._key(reference)
        der = self._tokens[key.token].certificate(key)
        return KnownKey(der, self._chain(der))

    def open(self, reference: str, secret: Secret, hashes: Sequence[str], purpose: Purpose) -> OpenKey:
        """Log in with the PIN; the token looks at it, whoever else is logged in.

        The PIN is kept in this process until :meth:`OpenKey.close`, since keys may ask for it at each signature
        and a token that was started again asks for it as well.  Raises :class:`WrongPassword`,
        :class:`TokenLocked`, :class:`PinGuarded`, :class:`TokenUnavailable`, :class:`UnknownKey`.
        """
        key = self._key(reference)
        token = self._tokens[key.token]
        known = KnownKey(token.certificate(key), self._chain(token.certificate(key)))
        token.login(secret)
        return TokenKey(token, key, known, secret)

    def release(self, token: str) -> None:
        """Let a guarded token be asked again."""
        self._tokens[token].release()

    def stop(self) -> None:
        """End every process beside a token."""
        for token in self._tokens.values():
            token.stop()

    def _key(self, reference: str) -> TokenKeySettings:
        try:
            return self._keys[reference]
        except KeyError:
            raise UnknownKey(f"there is no key {reference!r}") from None


class _Token:
    """One token: its process, its queue, its count of wrong PINs, and how many opened keys rest on it."""

    def __init__(self, settings: TokenSettings, guard: PinGuard) -> None:
        self.settings = settings
        self.process = TokenProcess(settings)
        self._queue = TokenQueue(settings)
        self._guard = guard
        self._certificates: dict[TokenKeySettings, bytes] = {}
        self._open = 0

    def certificate(self, key: TokenKeySettings) -> bytes:
        """The certificate with the key's label and id; read once."""
        if key not in self._certificates:
            with self._queue:
                said = _result(self.process.ask("certificates"))
            found = [
                bytes.fromhex(one["der"])
                for one in said["certificates"]
                if key.label in ("", one["label"]) and key.id in ("", one["id"])
            ]
            if len(found) != 1:
                raise UnknownKey(f"token {key.token!r} has {len(found)} certificates for key {key.reference!r}")
            self._certificates[key] = found[0]
        return self._certificates[key]

    def login(self, secret: Secret) -> None:
        """Let the token judge the PIN, and count one more key that rests on it."""
        with self._queue:
            self._login(secret)
            self._open += 1

    def _login(self, secret: Secret) -> None:
        name = self.settings.name
        self._guard.begin(name, self.settings.pin_attempts)
        said = self.process.ask("login", secret=secret)
        self.process.logged_in = not isinstance(said, SigningError) and "error" not in said
        if self.process.logged_in:
            self._guard.release(name)
            return
        error = _error(said)
        if not isinstance(error, WrongPassword | TokenCrashed):
            self._guard.take_back(name)
        self.process.stop()  # some libraries keep a session that nobody logged in to
        raise error

    def sign(self, key: TokenKeySettings, digest: bytes, secret: Secret) -> bytes:
        """The raw signature over a SHA-256.  When the library crashes it is started again and asked once more."""
        with self._queue:
            for again in (True, False):
                if not self.process.logged_in:
                    self._login(secret)
                said = self.process.ask("sign", secret=secret, label=key.label, id=key.id, digest=digest.hex())
                lost = isinstance(said, TokenCrashed) or (
                    isinstance(said, dict) and said.get("error") == "not_logged_in"
                )
                if not (lost and again):
                    break
                self.process.logged_in = False
            return bytes.fromhex(_result(said)["signature"])

    def close(self) -> None:
        """One key less rests on the token; with the last one it is logged out."""
        with self._queue:
            self._open -= 1
            if not self._open and self.process.logged_in:
                self.process.logged_in = False
                self.process.ask("logout")

    def release(self) -> None:
        self._guard.release(self.settings.name)

    def stop(self) -> None:
        with self._queue:
            self.process.stop()


class TokenKey:
    """A key on a token, opened with its PIN for one consent."""

    def __init__(self, token: _Token, key: TokenKeySettings, known: KnownKey, secret: Secret) -> None:
        self.certificate = known.certificate
        self.chain = known.chain
        self._public = x509.load_der_x509_certificate(known.certificate).public_key()
        self._token = token
        self._key = key
        self._secret: Secret | None = secret

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key."""
        return "rsa" if isinstance(self._public, rsa.RSAPublicKey) else "ec"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``, checked against the certificate before it is given out."""
        secret = self._secret
        if secret is None:
            raise ConsentExpired("the key was closed")
        digest = hashlib.sha256(data).digest()
        made = self._token.sign(self._key, digest, secret)
        self._check(made, digest)
        return made

    def sign_many(self, pieces: Sequence[bytes]) -> list[bytes]:
        """The signature over each piece."""
        return [self.sign(piece) for piece in pieces]

    def close(self) -> None:
        """Forget the PIN, and log out when nobody else is at the token."""
        if self._secret is not None:
            self._secret = None
            self._token.close()

    def _check(self, made: bytes, digest: bytes) -> None:
        prehashed = Prehashed(hashes.SHA256())
        try:
            if isinstance(self._public, rsa.RSAPublicKey):
                self._public.verify(made, digest, padding.PKCS1v15(), prehashed)
            elif isinstance(self._public, ec.EllipticCurvePublicKey):
                self._public.verify(made, digest, ec.ECDSA(prehashed))
            else:
                raise UnknownKey(f"the certificate of key {self._key.reference!r} is neither RSA nor EC")
        except InvalidSignature:
            raise WrongSignature(
                f"what the token made does not fit the certificate of {self._key.reference!r}"
            ) from None


def _error(said: dict[str, Any] | SigningError) -> SigningError:
    """The error in an answer of the child."""
    if isinstance(said, SigningError):
        return said
    detail = str(said.get("detail", ""))
    code = str(said["error"])
    return error_for(TokenUnavailable.code if code == "not_logged_in" else code, f"the token says {detail or code}")


def _result(said: dict[str, Any] | SigningError) -> dict[str, Any]:
    if isinstance(said, SigningError) or "error" in said:
        raise _error(said)
    return said

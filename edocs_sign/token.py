"""The token by PKCS#11: its certificates, and signatures made inside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag

from edocs_sign.errors import Refused


class Pin:
    """A PIN that does not show itself in logs and tracebacks."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The PIN itself."""
        return self._text

    def __repr__(self) -> str:
        return "Pin(…)"


@dataclass(frozen=True)
class OnToken:
    """A certificate on the token."""

    token: pkcs11.Token = field(repr=False)
    der: bytes = field(repr=False)
    key_id: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()


class Tokens:
    """The tokens that one library sees; used by one thread at a time.

    Raises :class:`Refused`: ``token_missing``, ``certificate_missing``, ``wrong_pin``, ``pin_locked``,
    ``token_failed``.
    """

    def __init__(self, module: Path, label: str = "") -> None:
        self._module = module
        self._label = label

    def certificates(self) -> list[OnToken]:
        """Every certificate on the tokens; asks for no PIN."""
        with _failures():
            found = []
            for token in self._tokens():
                with token.open() as session:
                    for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
                        found.append(OnToken(token, bytes(one[Attribute.VALUE]), bytes(one[Attribute.ID])))
            return found

    def find(self, fingerprint: str) -> OnToken:
        """The certificate with this SHA-256."""
        for one in self.certificates():
            if one.fingerprint == fingerprint:
                return one
        raise Refused("certificate_missing")

    def last_try(self, found: OnToken) -> bool:
        """Whether the token says that one more wrong PIN locks it."""
        with _failures():
            return any(
                token.serial == found.token.serial and TokenFlag.USER_PIN_FINAL_TRY in token.flags
                for token in self._tokens()
            )

    def sign(self, found: OnToken, pin: Pin, pieces: Sequence[bytes]) -> list[bytes]:
        """Signatures over SHA-256 of each piece, made in the token under one log-in (RSA PKCS#1 v1.5, ECDSA)."""
        with _failures(), found.token.open(user_pin=pin.reveal()) as session:
            key = session.get_key(ObjectClass.PRIVATE_KEY, id=found.key_id)
            return [_signer(found, key)(piece) for piece in pieces]

    def _tokens(self) -> Iterator[pkcs11.Token]:
        library = pkcs11.lib(str(self._module))
        library.reinitialize()  # a token that was plugged in since is seen
        listed = [slot.get_token() for slot in library.get_slots(token_present=True)]
        ready = [one for one in listed if TokenFlag.TOKEN_INITIALIZED in one.flags]
        wanted = [one for one in ready if self._label in ("", one.label)]
        if not wanted:
            raise Refused("token_missing")
        yield from wanted


def _signer(found: OnToken, key: Any) -> Callable[[bytes], bytes]:
    public = x509.load_der_x509_certificate(found.der).public_key()
    if key.key_type == KeyType.RSA and isinstance(public, rsa.RSAPublicKey):
        return lambda piece: bytes(key.sign(piece, mechanism=Mechanism.SHA256_RSA_PKCS))
    if key.key_type == KeyType.EC:
        return lambda piece: bytes(key.sign(hashlib.sha256(piece).digest(), mechanism=Mechanism.ECDSA))
    raise Refused("certificate_missing")


_CODES: tuple[tuple[type[Exception], str], ...] = (
    (pkcs11.exceptions.PinLocked, "pin_locked"),
    (pkcs11.exceptions.PinIncorrect, "wrong_pin"),
    (pkcs11.exceptions.PinLenRange, "wrong_pin"),
    (pkcs11.exceptions.PinInvalid, "wrong_pin"),
    (pkcs11.exceptions.TokenNotPresent, "token_missing"),
    (pkcs11.exceptions.DeviceRemoved, "token_missing"),
    (pkcs11.exceptions.NoSuchKey, "certificate_missing"),
    (pkcs11.exceptions.NoSuchToken, "token_missing"),
)


@contextmanager
def _failures() -> Iterator[None]:
    """Turn the library's errors into ours; only their kind is kept, never what they hold."""
    try:
        yield
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        code = next((code for kind, code in _CODES if isinstance(error, kind)), "token_failed")
        raise Refused(code, type(error).__name__) from None

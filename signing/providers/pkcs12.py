"""Keys in password-protected files, for the demonstration and for tests; a real office keeps them in tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from signing.errors import ConsentExpired, UnknownKey
from signing.keys import LoadedKey, Secret, load_pkcs12
from signing.providers import KnownKey, OpenKey, Purpose

_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Pkcs12Provider:
    """The keys ``<reference>.p12`` of a folder, each with its certificate ``<reference>.der`` beside it."""

    name: ClassVar[str] = "pkcs12"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def certificate(self, reference: str) -> KnownKey:
        """The certificate beside the key."""
        try:
            return KnownKey(self._path(reference, ".der").read_bytes())
        except OSError:
            raise UnknownKey(f"there is no key {reference!r}") from None

    def open(self, reference: str, secret: Secret, hashes: Sequence[str], purpose: Purpose) -> OpenKey:
        """Decrypt the file; the key is an object of this process until it is closed.

        Raises :class:`WrongPassword`, :class:`UnknownKey`.
        """
        try:
            data = self._path(reference, ".p12").read_bytes()
        except OSError:
            raise UnknownKey(f"the key {reference!r} cannot be read") from None
        return SoftKey(load_pkcs12(data, secret))

    def _path(self, reference: str, ending: str) -> Path:
        if not _KEY_ID.fullmatch(reference):
            raise UnknownKey("not the name of a key")
        return self._folder / f"{reference}{ending}"


def soft_keys(folder: Path) -> list[str]:
    """The names of the keys that lie as files in ``folder``; empty when it cannot be read."""
    try:
        return sorted(path.stem for path in folder.glob("*.p12"))
    except OSError:
        return []


@dataclass(slots=True)
class SoftKey:
    """A decrypted key, dropped when it is closed."""

    _key: LoadedKey | None

    @property
    def certificate(self) -> bytes:
        """The holder's certificate, DER."""
        return self._loaded.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER."""
        return self._loaded.chain

    @property
    def algorithm(self) -> Literal["rsa", "ec"]:
        """Kind of the key."""
        return self._loaded.algorithm

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``."""
        return self._loaded.sign(data)

    def sign_many(self, pieces: Sequence[bytes]) -> list[bytes]:
        """The signature over each piece."""
        return [self._loaded.sign(piece) for piece in pieces]

    def close(self) -> None:
        """Drop the key."""
        self._key = None

    @property
    def _loaded(self) -> LoadedKey:
        if self._key is None:
            raise ConsentExpired("the key was closed")
        return self._key

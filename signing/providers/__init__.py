"""Where keys come from: one interface, a module for each kind of place.

A provider knows keys by ``reference``, the name that the administrator gave them.  It shows a certificate without
any password, and opens a key for a listed pile of files.  What it opens signs as :class:`signing.keys.SigningKey`
does, so that :func:`signing.sign_as_person` and :func:`signing.fill_and_seal` need not know where the key lives;
a provider that must ask somebody first (a telephone, a token at the desk, a remote service) takes the whole pile
at once in :meth:`OpenKey.sign_many`, so that one consent covers it.

Errors are those of :mod:`signing.errors`; none carries a password.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from signing.keys import CertificateInfo, Secret, SigningKey, certificate_info

Purpose = Literal["sign", "seal", "evidence"]
"""What a key is opened for: a person's signature, the agency's seal, or lists of evidence, which nobody agrees to one
by one."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as it may be shown without any password."""

    certificate: bytes = field(repr=False)
    """The holder's certificate, DER."""
    chain: tuple[bytes, ...] = field(repr=False, default=())
    """The certificates above it as far as known, DER."""

    @property
    def info(self) -> CertificateInfo:
        """The facts of the certificate."""
        return certificate_info(self.certificate)


class OpenKey(SigningKey, Protocol):
    """A key that was opened for a listed pile; give it back with :meth:`close`."""

    def sign_many(self, pieces: Sequence[bytes]) -> list[bytes]:
        """The raw signature over SHA-256 of each piece (the DER of signed attributes), in the same order.

        All or none: raises the error of the first that failed.  Blocks until the holder agreed, refused or was
        silent too long, where somebody must be asked.
        """

    def close(self) -> None:
        """Forget what opened the key; closing twice is no error."""


class KeyProvider(Protocol):
    """A place where keys live."""

    @property
    def name(self) -> str:
        """Stable name, as kept beside the key: ``pkcs12``, ``pkcs11``, …"""

    def certificate(self, reference: str) -> KnownKey:
        """The certificate of a key with its chain; needs no password.  Raises :class:`UnknownKey`."""

    def open(self, reference: str, secret: Secret, hashes: Sequence[str], purpose: Purpose) -> OpenKey:
        """Open a key for exactly the files with these SHA-256 (hexadecimal).

        The caller holds the list and gives nothing else to be signed; a provider that can, binds its own
        authorisation to it as well (CSC, SCAL2).  ``secret`` is the password or PIN, empty where it is asked for
        elsewhere.  Raises :class:`WrongPassword`, :class:`UnknownKey` and what its own kind can meet.
        """

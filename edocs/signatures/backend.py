"""The way to the signing process. No private key ever comes into a web or worker process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

from django.conf import settings

from signing import CertificateInfo, Piece, Signed
from signing.layout import LEADER_FIELD
from signing.process.elsewhere_operations import ElsewhereBackend
from signing.process.proofs import ProofBackend


class Backend(Protocol):
    """What the signing process can be asked (``signing.process.client``); the demonstration uses it in-process."""

    def unlock(
        self, key_id: str, password: str, hashes: Sequence[str], purpose: str, *, kinds: Sequence[str] = ()
    ) -> str:
        """Open a key for exactly these SHA-256 hashes, five minutes at most; returns the name of the consent.

        ``kinds`` name the kinds of the documents; the key may be limited to some.
        """
        ...

    def sign(
        self, session: str, source: Path, target: Path, *, image: bytes | None = None, field: str = LEADER_FIELD
    ) -> Signed:
        """Sign one consented file in a field for persons."""
        ...

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
        """Fill number and date and seal one consented file, in one revision."""
        ...

    def mark(self, session: str, source: Path, target: Path, *, words: Sequence[str]) -> Signed:
        """Sign one consented file as the agency with words: an attachment, a certified copy."""
        ...

    def forget(self, session: str) -> None:
        """Close a consent and drop its key; an unknown one is no error."""
        ...

    def certificate(self, key_id: str) -> CertificateInfo:
        """The facts of a key's certificate."""
        ...

    @property
    def elsewhere(self) -> ElsewhereBackend:
        """What it can be asked about keys that are elsewhere."""
        ...

    @property
    def proofs(self) -> ProofBackend:
        """What it can be asked about files that are signed already."""
        ...

    def provider(self, key_id: str) -> str:
        """The kind of place where a key lives: ``pkcs11``, ``pkcs12``."""
        ...


_override: ContextVar[Backend | None] = ContextVar("edocs_signing_backend", default=None)


def backend() -> Backend:
    """The signing process at ``SIGNING_SOCKET``, or the one in use here (``using``)."""
    chosen = _override.get()
    if chosen is not None:
        return chosen
    from signing.process.client import SigningClient

    # a signature that took longer than the lease of its job would be begun a second time by another worker
    patience = max(settings.JOB_LEASE_SECONDS - 20, 20)
    client: Backend = SigningClient(Path(settings.SIGNING_SOCKET), work_timeout=patience)
    return client


@contextmanager
def using(other: Backend) -> Iterator[None]:
    """Sign inside this process: the demonstration's past days, and tests."""
    token = _override.set(other)
    try:
        yield
    finally:
        _override.reset(token)

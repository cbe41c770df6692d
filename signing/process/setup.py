"""Putting the signing process together from what it was told, the same way for the library and for the office."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from signing.demo_pki import DemoPki
from signing.errors import BadConfiguration
from signing.fetching import Fetcher
from signing.fresh import FreshTrust
from signing.process.backend import SigningBackend
from signing.process.keyring import Keyring, read_keyring
from signing.process.server import SigningServer, keep_memory_private
from signing.proving import LACKS
from signing.revocation import Authorities
from signing.timestamps import FailoverTimestamper, HttpTimestamper, Timestamper
from signing.trust import Trust

log = logging.getLogger("signing.process")

GARBAGE = 20_000
"""New objects before garbage is looked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the signing process is told at its start."""

    folder: Path
    """Folder with ``keys/`` and ``trust/`` and, for the demonstration, ``authority/tsa.p12``."""
    socket: Path
    configuration: Path | None = None
    """The file that names tokens, keys and users (``keys.toml``)."""
    state: Path | None = None
    """Where the count of wrong PINs is kept."""
    tsa_urls: Sequence[str] = ()
    tsa_seconds: float = 10.0
    revocation_hosts: Sequence[str] = ()
    """Machines that may be asked whether certificates are revoked."""
    soft_allowed: bool = False
    may_lack: Sequence[str] = ()
    """What a leader's signature may lack until an authority answers again: ``time``, ``status``."""


def keyring_of(told: Told, trust: Trust) -> Keyring:
    """The keys that are served; raises :class:`BadConfiguration` and :class:`SoftKeyRefused`."""

    def above(certificate: bytes) -> tuple[bytes, ...]:
        return tuple(der for der in trust.evidence(certificate)[0] if der != certificate and der not in trust.roots)

    return read_keyring(
        told.configuration, told.folder / "keys", soft_allowed=told.soft_allowed, state=told.state, chain=above
    )


def make_server(told: Told) -> SigningServer:
    """A server that is ready to run.  Raises :class:`SigningError` when something cannot be as it was told."""
    own = Trust.from_folder(told.folder / "trust")
    if not own.roots:
        raise BadConfiguration(f"no trusted roots in {told.folder / 'trust' / 'roots'}")
    authorities = Authorities(Fetcher(told.revocation_hosts)) if told.revocation_hosts else None
    trust = FreshTrust(own.roots, own.intermediates, own.crls, authorities=authorities)
    keyring = keyring_of(told, own)
    if told.state is not None:
        _check_writable(told.state)
    if unknown := set(told.may_lack) - set(LACKS):
        raise BadConfiguration(f"a signature may lack {' or '.join(LACKS)}, not {', '.join(sorted(unknown))}")
    backend = SigningBackend(keyring, trust, _timestamper(told, trust), may_lack=told.may_lack)
    return SigningServer(told.socket, backend, keyring.peers)


def _timestamper(told: Told, trust: Trust) -> Timestamper:
    if told.tsa_urls:
        return FailoverTimestamper([HttpTimestamper(url, told.tsa_seconds, trust=trust) for url in told.tsa_urls])
    if not told.soft_allowed:
        raise BadConfiguration("no time-stamping authority is named; the demonstration's own is worth nothing")
    return DemoPki(told.folder).timestamper()


def _check_writable(folder: Path) -> None:
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BadConfiguration(f"{folder} is no folder that can be written to")


def settle() -> None:
    """Leave what is there now out of every search for garbage, and search less often.

    A file that is read makes tens of thousands of objects and lets them all go: looking through everything that was
    ever imported, several times for each file, was a tenth of the work.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def serve(told: Told) -> None:
    """Serve until SIGTERM or SIGINT; raises :class:`SigningError` or ``OSError`` when it cannot start."""
    keep_memory_private()
    server = make_server(told)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    settle()
    log.info("ready at %s", told.socket)
    server.run()

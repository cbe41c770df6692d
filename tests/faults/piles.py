"""What piles under fire share: their size, a daemon with tokens and authorities that may die, and patience."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.signatures.backend import using
from edocs.signatures.models import ItemState, SigningSession
from edocs.signatures.services.keys import register_key
from tests.faults.conftest import Pack
from tests.signatures.daemon import Daemon, daemon
from tests.signatures.fixtures import DEPUTY, SigningOffice
from tests.signing.authorities import Agency, TimeAuthority, agency
from tests.signing.softhsm import NEEDS_SOFTHSM

WANTED = int(os.environ.get("EDOCS_FAULT_PILE", "10"))
FULL = 50
PATIENCE = 240
MARKS = [pytest.mark.faults, NEEDS_SOFTHSM, pytest.mark.timeout(500 + 4 * WANTED)]


def reached_by(pack: Pack, running: Daemon, settings: Any, trust: Path) -> None:
    """Let the workers reach a daemon; nothing is signed in this process."""
    settings.SIGNING_SOCKET, settings.TRUST_DIR = str(running.socket), trust
    settings.SIGNING_PROOF_SECONDS = 2
    pack.environment |= {
        "SIGNING_SOCKET": str(running.socket),
        "TRUST_DIR": str(trust),
        "JOB_LEASE_SECONDS": "25",
        "JOB_RESEND_SECONDS": "2",
        "SIGNING_PROOF_SECONDS": "2",
        **{name: str(getattr(settings, name)) for name in ("FILES_DIR", "PREVIEWS_DIR", "SEARCH_DIR")},
    }


@pytest.fixture
def served(pack: Pack, desk: SigningOffice, tmp_path: Path, settings: object) -> Iterator[Daemon]:
    """A daemon with tokens, and workers that reach it."""
    with daemon(tmp_path / "daemon", desk.pki, seconds=3.0) as running:
        reached_by(pack, running, settings, desk.pki.folder / "trust")
        with using(None):
            yield running


def pile_of(desk: SigningOffice, attachments: Mapping[int, Sequence[Path]] | None = None) -> list[Document]:
    """Documents that wait for the leader, some with files beside them; prepared in this process, which is quicker."""
    beside = attachments or {}
    return [
        desk.to_sign(summary=f"V/v báo cáo số liệu tháng {number}", attachments=beside.get(number, ()))
        for number in range(WANTED)
    ]


def done(session: SigningSession) -> int:
    return session.items.filter(state=ItemState.DONE).count()


def wait_until(session: SigningSession, met: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < until, f"{what}: {Counter(session.items.values_list('state', 'code'))}"
        time.sleep(0.05)


def ended(session: SigningSession) -> bool:
    return not session.items.filter(state=ItemState.WAITING).exists()


def in_state(pile: list[Document], state: State) -> int:
    return Document.objects.filter(pk__in=[one.pk for one in pile], state=state).count()


# --- authorities ----------------------------------------------------------------------------------------------------
@dataclass
class Outside:
    """A daemon that rests on authorities of ours: a responder, a revocation list, and two for the time."""

    daemon: Daemon
    agency: Agency
    first: TimeAuthority
    second: TimeAuthority

    def restart(self) -> None:
        """End the daemon, which forgets what authorities said and who was silent."""
        self.daemon.stop()
        self.daemon.start()


@pytest.fixture
def outside(pack: Pack, desk: SigningOffice, tmp_path: Path, settings: object) -> Iterator[Outside]:
    """The certificates of deputy and seal name a responder and a list; both time authorities are certified beside."""
    with agency() as made:
        keys = tmp_path / "keys"
        (desk.pki.trust | made.trust()).write_to(keys / "trust")
        first, second = TimeAuthority(made.stamper), TimeAuthority(made.stamper)
        made.machine.answers |= {"/first": first, "/second": second}
        told = {
            "tsa_urls": (made.machine.url("/first"), made.machine.url("/second")),
            "revocation_hosts": (made.machine.host,),
            "keys_dir": keys,
            "leader_key": made.person,
            "seal_key": made.seal,
        }
        with daemon(tmp_path / "daemon", desk.pki, **told) as running:
            reached_by(pack, running, settings, keys / "trust")
            with using(None):
                admin = desk.office.admin
                register_key(reference=DEPUTY.key_id, purpose="sign", owner=desk.office.deputy, by=admin)
                register_key(reference="seal", purpose="seal", owner=None, by=admin)
                yield Outside(running, made, first, second)

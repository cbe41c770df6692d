"""A pile under fire: daemon and tokens are killed and hang while the worker signs; each document is signed once.

``EDOCS_FAULT_PILE=50`` is the full run.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.storage import is_whole
from edocs.journal.models import Event
from edocs.signatures.backend import using
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from edocs.workflow.services.signing import sign_again
from tests.faults.conftest import Pack
from tests.signatures.daemon import LEADER_PIN, Daemon, daemon
from tests.signatures.fixtures import SigningOffice, current, desk, office_pki
from tests.signing.softhsm import NEEDS_SOFTHSM

__all__ = ["desk", "office_pki"]
WANTED = int(os.environ.get("EDOCS_FAULT_PILE", "24"))
PATIENCE = 150
pytestmark = [pytest.mark.faults, NEEDS_SOFTHSM, pytest.mark.timeout(500 + 4 * WANTED)]


@pytest.fixture
def served(pack: Pack, desk: SigningOffice, tmp_path: Path, settings: object) -> Iterator[Daemon]:
    """A daemon with tokens, and workers that reach it; nothing is signed in this process."""
    with daemon(tmp_path / "daemon", desk.pki, seconds=3.0) as running:
        settings.SIGNING_SOCKET = str(running.socket)
        pack.environment |= {
            "SIGNING_SOCKET": str(running.socket),
            "TRUST_DIR": str(desk.pki.folder / "trust"),
            "JOB_LEASE_SECONDS": "25",
            **{name: str(getattr(settings, name)) for name in ("FILES_DIR", "PREVIEWS_DIR", "SEARCH_DIR")},
        }
        with using(None):
            yield running


def pile_of(desk: SigningOffice) -> list[Document]:
    """Documents that wait for the leader; prepared in this process, which is quicker."""
    return [desk.to_sign(summary=f"V/v báo cáo số liệu tháng {number}") for number in range(WANTED)]


def done(session: SigningSession) -> int:
    return session.items.filter(state=ItemState.DONE).count()


def wait_until(session: SigningSession, met: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < until, f"{what}: {Counter(session.items.values_list('state', 'code'))}"
        time.sleep(0.05)


def ended(session: SigningSession) -> bool:
    return not session.items.filter(state=ItemState.WAITING).exists()


def check_whole(pile: list[Document]) -> Counter[str]:
    """Every document is signed whole and once, or as it was before with the reason of its item; gives the codes."""
    codes: Counter[str] = Counter()
    for document in pile:
        document.refresh_from_db()
        version = current(document)
        assert is_whole(version.blob)
        if document.state == State.SIGNED:
            assert version.origin == Origin.SIGNATURE
            assert Verdict.objects.get(blob=version.blob).verdict == "pass"
        else:
            item = SigningItem.objects.filter(document=document).latest("id")
            assert (document.state, version.origin, item.state) == (State.TO_SIGN, Origin.PREPARED, ItemState.FAILED)
            assert item.reason
            codes[item.code] += 1
    return codes


def repeat_failed(desk: SigningOffice, session: SigningSession) -> int:
    """Sign what failed once more under the consent that still holds, without the PIN; how many that were."""
    failed = list(session.items.filter(state=ItemState.FAILED))
    for item in failed:
        sign_again(item=item, by=desk.office.deputy)
    return len(failed)


def test_a_pile_is_signed_once_whatever_dies_or_hangs(pack: Pack, desk: SigningOffice, served: Daemon) -> None:
    pile = pile_of(desk)
    some = max(WANTED // 10, 2)
    pack.start("beat")

    # the daemon is killed in the middle: the consent dies with it, and what was not signed says so
    first = desk.consent(*pile, password=LEADER_PIN)
    pack.start("worker")
    wait_until(first, lambda: done(first) >= some, "the first signatures")
    served.kill()
    wait_until(first, lambda: ended(first), "an end after the daemon was killed")
    served.start()
    codes = check_whole(pile)
    signed = done(first)
    assert set(codes) <= {"signer_unreachable", "consent_expired"}
    assert codes.total() == WANTED - signed > 0

    # agreed to anew; the process beside the token is killed again and again: nobody notices
    rest = [document for document in pile if document.state == State.TO_SIGN]
    second = desk.consent(*rest, password=LEADER_PIN)
    for number in range(1, 4):
        wait_until(second, lambda: done(second) >= min(number * some, len(rest)) or ended(second), "more signatures")  # noqa: B023
        for child in served.tokens():
            os.kill(child, signal.SIGKILL)

    # the token hangs: one document after the other says so and the worker goes on; then the daemon itself hangs
    wait_until(second, lambda: done(second) >= min(4 * some, len(rest)) or ended(second), "more signatures")
    for child in served.tokens():
        os.kill(child, signal.SIGSTOP)
    wait_until(second, lambda: done(second) >= min(5 * some, len(rest)) or ended(second), "signatures after a hang")
    served.hold()
    time.sleep(2)
    served.running.send_signal(signal.SIGCONT)  # type: ignore[union-attr]

    # the worker dies as well, and its jobs are taken up by another one
    pack.kill_one("worker")
    wait_until(second, lambda: ended(second), "the end of the pile")
    codes = check_whole(pile)
    assert set(codes) <= {"token_unavailable", "signer_unreachable", "consent_missing"}
    lost = second.items.filter(state=ItemState.FAILED, code="consent_missing").count()
    assert lost <= 4, "only what was between signature and database when the worker died"

    # what failed is repeated by those who may, and the pile ends
    again = [document for document in pile if document.state == State.TO_SIGN]
    if again:
        third = desk.consent(*again, password=LEADER_PIN)
        wait_until(third, lambda: ended(third), "the last signatures")
    assert check_whole(pile) == Counter()
    assert FileVersion.objects.filter(origin=Origin.SIGNATURE).count() == WANTED
    assert (
        Counter(Event.objects.filter(verb="document.sign").values_list("object_id", flat=True)).most_common(1)[0][1]
        == 1
    )
    journaled = Event.objects.filter(verb="signing.failed").count()
    assert journaled == SigningItem.objects.filter(state=ItemState.FAILED).count()
    print(f"{WANTED} documents, {signed} before the daemon died, {codes.total()} failed later")  # noqa: T201

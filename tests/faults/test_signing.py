"""A pile under fire: daemon, tokens, worker and authorities are killed and hang while the worker signs.

Each document is signed once, or is as it was before with a reason; ``EDOCS_FAULT_PILE=50`` is the full run.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

import pytest

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.storage import is_whole, path_of
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from signing.proving import is_proven
from tests.faults.conftest import Pack
from tests.faults.piles import (
    FULL,
    MARKS,
    WANTED,
    Outside,
    done,
    ended,
    in_state,
    outside,
    pile_of,
    served,
    wait_until,
)
from tests.signatures.daemon import LEADER_PIN, Daemon
from tests.signatures.fixtures import SigningOffice, current, desk, office_pki

__all__ = ["desk", "office_pki", "outside", "served"]
pytestmark = MARKS


def check_whole(pile: list[Document]) -> Counter[str]:
    """Every document is signed whole and once, or as it was before with the reason of its item; gives the codes.

    A document that waits for its proof is signed, and its job says what it waits for.
    """
    codes: Counter[str] = Counter()
    for document in pile:
        document.refresh_from_db()
        version = current(document)
        assert is_whole(version.blob)
        if document.state in (State.SIGNED, State.PROVING):
            assert version.origin == Origin.SIGNATURE
            assert is_proven(path_of(version.blob_id)) == (document.state == State.SIGNED)
            assert Verdict.objects.get(blob=version.blob).verdict == "pass"
        else:
            item = SigningItem.objects.filter(document=document).latest("id")
            assert (document.state, version.origin, item.state) == (State.TO_SIGN, Origin.PREPARED, ItemState.FAILED)
            assert item.reason
            codes[item.code] += 1
    return codes


def agree_again(desk: SigningOffice, pile: list[Document]) -> SigningSession:
    """Agree anew to what was not signed; a consent would last five minutes, and this may take longer."""
    return desk.consent(*(one for one in pile if one.state == State.TO_SIGN), password=LEADER_PIN)


def check_journal() -> None:
    """Every signature stands in the journal once, every failure once."""
    signed = Counter(Event.objects.filter(verb="document.sign").values_list("object_id", flat=True))
    assert (len(signed), signed.total()) == (WANTED, WANTED)
    failed = SigningItem.objects.filter(state=ItemState.FAILED).count()
    assert Event.objects.filter(verb="signing.failed").count() == failed


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
    second = agree_again(desk, pile)
    rest = second.items.count()
    for number in range(1, 3):
        wait_until(second, lambda: done(second) >= min(number * some, rest) or ended(second), "more signatures")  # noqa: B023
        for child in served.tokens():
            os.kill(child, signal.SIGKILL)

    # the token hangs: one document after the other says so and the worker goes on; then the daemon itself hangs
    wait_until(second, lambda: done(second) >= min(3 * some, rest) or ended(second), "more signatures")
    for child in served.tokens():
        os.kill(child, signal.SIGSTOP)
    wait_until(second, lambda: done(second) >= min(4 * some, rest) or ended(second), "signatures after a hang")
    served.hold()
    time.sleep(2)
    served.running.send_signal(signal.SIGCONT)  # type: ignore[union-attr]

    # the worker dies as well, and its jobs are taken up by another one
    pack.kill_one("worker")
    wait_until(second, lambda: ended(second), "the end of the pile")
    codes = check_whole(pile)
    assert set(codes) <= {"token_unavailable", "signer_unreachable", "consent_missing", "consent_expired"}
    lost = second.items.filter(state=ItemState.FAILED, code="consent_missing").count()
    assert lost <= 4, "only what was between signature and database when the worker died"

    # what failed is repeated by those who may, and the pile ends
    if codes:
        third = agree_again(desk, pile)
        wait_until(third, lambda: ended(third), "the last signatures")
    assert check_whole(pile) == Counter()
    assert FileVersion.objects.filter(origin=Origin.SIGNATURE).count() == WANTED
    check_journal()
    print(f"{WANTED} documents, {signed} before the daemon died, {codes.total()} failed later")  # noqa: T201


@pytest.mark.requirement("R-SIG-7")
def test_a_pile_is_signed_once_whichever_authority_dies_or_hangs(
    pack: Pack, desk: SigningOffice, outside: Outside
) -> None:
    pile = pile_of(desk)
    some = max(WANTED // 10, 2)
    pack.start("beat")

    # nobody tells whether the certificate is revoked: nothing is signed, and every document says so
    answer_ocsp = outside.agency.machine.answers.pop("/ocsp")
    outside.agency.mood = "crl down"
    first = desk.consent(*pile, password=LEADER_PIN)
    pack.start("worker")
    wait_until(first, lambda: ended(first), "an end without authorities")
    assert check_whole(pile) == Counter({"revocation_unknown": WANTED})

    # the list alone is enough, and when it dies in the middle as well what it said still holds
    outside.agency.mood = "good"
    outside.restart()
    second = agree_again(desk, pile)
    wait_until(second, lambda: done(second) >= some, "signatures with the list alone")
    outside.agency.mood = "crl down"

    # the first time authority hangs: the second stands in, and nothing fails
    outside.first.mood = "hangs"
    wait_until(second, lambda: done(second) >= 2 * some, "signatures with the second time authority")
    assert in_state(pile, State.PROVING) == 0

    # the second dies as well: the rest is signed without a time, waits, and says for whom
    outside.second.mood = "down"
    wait_until(second, lambda: ended(second), "an end without time")
    assert check_whole(pile) == Counter()
    waiting = in_state(pile, State.PROVING)
    assert waiting > 0
    assert in_state(pile, State.SIGNED) == WANTED - waiting
    jobs = Job.objects.filter(kind="workflow.prove", reason__contains=outside.agency.machine.host)
    wait_until(second, lambda: jobs.count() == waiting, "reasons for waiting")

    # authorities are back; the daemon dies while it is caught up, in the full run a worker as well (which costs the
    # lease of its jobs): every document is proven once
    outside.agency.machine.answers["/ocsp"] = answer_ocsp
    outside.agency.mood = outside.first.mood = outside.second.mood = "good"
    wait_until(second, lambda: in_state(pile, State.PROVING) < waiting, "the first proof")
    if WANTED >= FULL:
        pack.kill_one("worker")
    outside.daemon.kill()
    outside.daemon.start()
    wait_until(second, lambda: in_state(pile, State.SIGNED) == WANTED, "the last proof")
    assert check_whole(pile) == Counter()
    assert FileVersion.objects.filter(origin=Origin.SIGNATURE).count() == WANTED + waiting
    proven = Counter(Event.objects.filter(verb="document.prove").values_list("object_id", flat=True))
    assert (len(proven), proven.total()) == (waiting, waiting)
    check_journal()
    print(f"{WANTED} documents, {waiting} waited for the time and caught up")  # noqa: T201

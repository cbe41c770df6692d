"""A pile of seals under fire: number, date and seal with one consent, while whatever is needed dies or hangs.

Each document bears its number once and is sealed whole and once, or stands as the leader signed it, with its number
and a reason, and is sealed by being asked for again; ``EDOCS_FAULT_PILE=50`` is the full run.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pikepdf
import pytest

from edocs.documents.choices import FileRole, Origin, State
from edocs.documents.models import BookYear, Document, Entry, FileVersion
from edocs.documents.storage import is_whole, path_of
from edocs.journal.models import Event
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from edocs.workflow.services import issuing
from edocs.workflow.services.attachments import PREPARE_ATTACHMENTS
from edocs.workflow.services.issuing import number_field
from edocs.workflow.services.signing import Pick
from signing.layout import NUMBER_FIELD
from tests.faults.conftest import Pack
from tests.faults.piles import FULL, MARKS, WANTED, Outside, ended, in_state, outside, pile_of, served, wait_until
from tests.signatures.daemon import LEADER_PIN, SEAL_PIN, Daemon
from tests.signatures.fixtures import SigningOffice, current, desk, office_pki
from tests.workflow.outgoing import run_jobs

__all__ = ["desk", "office_pki", "outside", "served"]
pytestmark = MARKS
SOME = max(WANTED // 10, 2)
ATTACHED_EVERY = 5
"""So often an attachment in a file of its own is signed after the seal, under the same consent."""


def signed_pile(desk: SigningOffice, folder: Path | None = None) -> list[Document]:
    """Documents that wait for number and seal, with a ``folder`` some with an attachment; signed in this process."""
    beside: dict[int, list[Path]] = {}
    for number in range(0, WANTED, ATTACHED_EVERY) if folder else ():
        path = folder / f"phu-luc-{number}.pdf"
        path.write_bytes(desk.letter(summary=f"V/v danh sách kèm theo số {number}"))
        beside[number] = [path]
    pile = pile_of(desk, beside)
    desk.consent(*pile, password=LEADER_PIN)
    run_jobs("workflow.sign")
    run_jobs(PREPARE_ATTACHMENTS)
    for document in pile:
        document.refresh_from_db()
        assert document.state == State.SIGNED
    return pile


def seal_all(desk: SigningOffice, pile: list[Document]) -> SigningSession:
    """One consent of the clerk for whatever is not sealed yet, dispatch included."""
    left = [one for one in pile if one.state in (State.SIGNED, State.SEALING)]
    return issuing.number_and_seal_all(
        picks=[Pick(one.pk, current(one).pk) for one in left],
        by=desk.office.clerk,
        password=SEAL_PIN,
        dispatch=True,
    )


def issued(pile: list[Document]) -> int:
    return in_state(pile, State.ISSUED)


def numbered(pile: list[Document]) -> dict[int, str]:
    """The code of each document."""
    return dict(Document.objects.filter(pk__in=[one.pk for one in pile]).values_list("pk", "code"))


def check_numbers(pile: list[Document]) -> None:
    """1, 2, 3 … in the register, each with its document, none twice and none missing; the journal says the same."""
    rows = list(Entry.objects.order_by("number").values_list("number", "document_id", "cancelled_at"))
    assert rows == [(place, one.pk, None) for place, one in enumerate(pile, 1)], "in the order of the list, no gap"
    assert BookYear.objects.get(last__gt=0).last == len(pile)
    told = Counter(Event.objects.filter(verb="document.number").values_list("object_id", flat=True))
    assert told == Counter(str(one.pk) for one in pile)


def check_sealed(version: FileVersion, document: Document) -> None:
    """The seal with its time stamp, the leader's signature and the document's own number, all good."""
    verdict = Verdict.objects.get(blob=version.blob)
    assert (version.origin, verdict.verdict) == (Origin.SEAL, "pass")
    assert sorted(one["field"] for one in verdict.signatures) == ["leader", "seal", "ts_seal"]
    with pikepdf.open(path_of(version.blob_id)) as pdf:
        said = {str(field.T): str(field.V) for field in pdf.Root.AcroForm.Fields if field.get("/FT") == "/Tx"}
    assert said[NUMBER_FIELD] == number_field(document, version)


def check_whole(pile: list[Document]) -> Counter[str]:
    """Every document is sealed whole and once, or as it was before with the reason of its item; gives the codes.

    One whose attachment is still to be signed is sealed itself.
    """
    codes: Counter[str] = Counter()
    for document in pile:
        document.refresh_from_db()
        version = current(document)
        assert is_whole(version.blob)
        seals = SigningItem.objects.filter(document=document, session__purpose="seal")
        assert seals.filter(state=ItemState.DONE, version__file=version.file).count() == (version.origin == Origin.SEAL)
        if document.state == State.ISSUED:
            check_sealed(version, document)
            assert not document.files.filter(role=FileRole.ATTACHMENT).exclude(current__origin=Origin.SEAL).exists()
            continue
        item = seals.latest("id")
        assert (document.state, item.state) == (State.SEALING, ItemState.FAILED)
        assert item.reason
        codes[item.code] += 1
        if item.version.file_id == version.file_id:
            assert (version.origin, version.pk) == (Origin.SIGNATURE, item.version_id)
        else:
            check_sealed(version, document)
            assert item.version.origin == Origin.PREPARED
            assert item.version.file.current_id == item.version_id
    return codes


def check_journal(pile: list[Document]) -> None:
    """Each seal and each dispatch stands in the journal once, every failure once."""
    for verb in ("document.seal", "document.issue"):
        told = Counter(Event.objects.filter(verb=verb).values_list("object_id", flat=True))
        assert told == Counter(str(one.pk) for one in pile), verb
    attachments = FileVersion.objects.filter(origin=Origin.SEAL, file__role=FileRole.ATTACHMENT)
    assert Event.objects.filter(verb="attachment.seal").count() == attachments.count()
    failed = SigningItem.objects.filter(state=ItemState.FAILED).count()
    assert Event.objects.filter(verb="signing.failed").count() == failed


@pytest.mark.requirement("R-LAW-05")
@pytest.mark.requirement("R-SIG-5")
def test_a_pile_is_sealed_once_whatever_dies_or_hangs(
    pack: Pack, desk: SigningOffice, served: Daemon, tmp_path: Path
) -> None:
    pile = signed_pile(desk, tmp_path)
    pack.start("beat")

    # the daemon is killed in the middle: the consent dies with it, and what was not sealed says so
    first = seal_all(desk, pile)
    codes = numbered(pile)
    pack.start("worker")
    wait_until(first, lambda: issued(pile) >= SOME, "the first seals")
    served.kill()
    wait_until(first, lambda: ended(first), "an end after the daemon was killed")
    served.start()
    why = check_whole(pile)
    sealed = issued(pile)
    assert set(why) <= {"signer_unreachable", "consent_expired"}
    assert why.total() == WANTED - sealed > 0

    # agreed to anew; the process beside the token is killed again and again: nobody notices
    second = seal_all(desk, pile)
    for number in range(1, 3):
        goal = min(sealed + number * SOME, WANTED)
        wait_until(second, lambda: issued(pile) >= goal or ended(second), "more seals")  # noqa: B023
        for child in served.tokens():
            os.kill(child, signal.SIGKILL)

    # the token hangs: one document after the other says so and the worker goes on; then the daemon itself hangs
    wait_until(second, lambda: issued(pile) >= min(sealed + 3 * SOME, WANTED) or ended(second), "more seals")
    for child in served.tokens():
        os.kill(child, signal.SIGSTOP)
    wait_until(second, lambda: issued(pile) >= min(sealed + 4 * SOME, WANTED) or ended(second), "seals after a hang")
    served.hold()
    time.sleep(2)
    served.running.send_signal(signal.SIGCONT)  # type: ignore[union-attr]

    # the worker dies as well, and its jobs are taken up by another one
    pack.kill_one("worker")
    wait_until(second, lambda: ended(second), "the end of the pile")
    why = check_whole(pile)
    assert set(why) <= {"token_unavailable", "signer_unreachable", "consent_missing", "consent_expired"}
    lost = second.items.filter(state=ItemState.FAILED, code="consent_missing").count()
    assert lost <= 4, "only what was between seal and database when the worker died"

    # what failed is asked for again, keeps its number, and is sealed
    if why:
        third = seal_all(desk, pile)
        wait_until(third, lambda: ended(third), "the last seals")
    assert check_whole(pile) == Counter()
    assert numbered(pile) == codes
    check_numbers(pile)
    check_journal(pile)
    print(f"{WANTED} seals, {sealed} before the daemon died, {why.total()} failed later")  # noqa: T201


@pytest.mark.requirement("R-SIG-7")
def test_a_pile_is_sealed_once_whichever_authority_dies_or_hangs(
    pack: Pack, desk: SigningOffice, outside: Outside
) -> None:
    pile = signed_pile(desk)
    outside.restart()
    pack.start("beat")

    # nobody tells whether the certificate of the seal is revoked: nothing is sealed, numbers are given and stay
    answer_ocsp = outside.agency.machine.answers.pop("/ocsp")
    outside.agency.mood = "crl down"
    first = seal_all(desk, pile)
    codes = numbered(pile)
    pack.start("worker")
    wait_until(first, lambda: ended(first), "an end without authorities")
    assert check_whole(pile) == Counter({"revocation_unknown": WANTED})

    # the list alone is enough, and when it dies in the middle as well what it said still holds
    outside.agency.mood = "good"
    outside.restart()
    second = seal_all(desk, pile)
    wait_until(second, lambda: issued(pile) >= SOME, "seals with the list alone")
    outside.agency.mood = "crl down"

    # the first time authority hangs: the second stands in
    outside.first.mood = "hangs"
    wait_until(second, lambda: issued(pile) >= 2 * SOME, "seals with the second time authority")
    assert not second.items.filter(state=ItemState.FAILED).exists()

    # the second dies as well: no seal without a time; the rest waits for the clerk, and says for what
    outside.second.mood = "down"
    wait_until(second, lambda: ended(second), "an end without time")
    why = check_whole(pile)
    assert set(why) == {"timestamp_unavailable"}

    # authorities are back, and the pile ends; in the full run a worker dies, which costs the lease of its jobs
    outside.agency.machine.answers["/ocsp"] = answer_ocsp
    outside.agency.mood = outside.first.mood = outside.second.mood = "good"
    outside.restart()
    third = seal_all(desk, pile)
    wait_until(third, lambda: issued(pile) > WANTED - why.total(), "seals after all are back")
    if WANTED >= FULL:
        pack.kill_one("worker")
    wait_until(third, lambda: ended(third), "an end after all are back")
    if check_whole(pile):  # what was between seal and database when the worker died
        last = seal_all(desk, pile)
        wait_until(last, lambda: ended(last), "the last seals")
    assert check_whole(pile) == Counter()
    assert numbered(pile) == codes
    check_numbers(pile)
    check_journal(pile)
    print(f"{WANTED} seals, {why.total()} of them waited for a time stamp")  # noqa: T201


@pytest.mark.requirement("R-LAW-05")
def test_numbers_are_whole_when_the_process_that_gives_them_dies(
    pack: Pack, desk: SigningOffice, served: Daemon
) -> None:
    pile = signed_pile(desk)
    pack.start("number")
    until = time.monotonic() + 240
    kill_at = 1
    while (given := Entry.objects.count()) < WANTED:
        assert time.monotonic() < until, f"{given} numbers after all this time"
        if given >= kill_at:
            time.sleep(pack.dice.uniform(0, 0.2))
            pack.kill_one("number")
            kill_at = given + 1 + WANTED // 10
        time.sleep(0.01)
    assert pack.stop() == []
    assert pack.killed >= 2
    check_numbers(pile)
    # each is waited for by exactly one item and one job, under a consent that names it
    items = SigningItem.objects.filter(session__purpose="seal")
    assert Counter(items.values_list("document_id", "state")) == Counter((one.pk, ItemState.WAITING) for one in pile)
    consents = Event.objects.filter(verb="signing.consent", after__purpose="seal").values_list("after", flat=True)
    assert sorted(number for facts in consents for number, _sha256 in facts["files"]) == [one.pk for one in pile]
    run_jobs("workflow.seal")
    assert in_state(pile, State.SEALED) == WANTED
    print(f"{WANTED} numbers, {pack.killed} kills")  # noqa: T201

"""One consent for a hundred documents: signed by the leader, then numbered and sealed by the clerk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edocs.documents.choices import State
from edocs.documents.models import AccessEntry, Blob, Document, DocumentFile, Entry, FileVersion
from edocs.documents.storage import keep, path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.office.models import Person
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from edocs.workflow.models import Approval, Step
from edocs.workflow.services import issuing
from edocs.workflow.services.signing import Pick
from tests.signatures.fixtures import SEAL, SigningOffice, current
from tests.workflow.outgoing import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
PILE = 100


@pytest.fixture
def visit(client: Client) -> Callable[[Person], Client]:
    def signed_in(person: Person) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def _again(row: Any, **changes: Any) -> Any:
    values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
    made = type(row)(**values | changes)
    made.save()
    return made


def pile_to_sign(desk: SigningOffice, how_many: int) -> list[Document]:
    """Documents that wait for the deputy, each with bytes of its own: they differ in the file's second identifier."""
    first = desk.to_sign()
    version = current(first)
    content = path_of(version.blob_id).read_bytes()
    old = re.findall(rb"/ID\s*\[\s*<[0-9a-fA-F]+>\s*<([0-9a-fA-F]{32})>", content)[-1]
    approval = Approval.objects.get(document=first)
    pile = [first]
    for number in range(1, how_many):
        other = _again(first, summary=f"{first.summary} ({number})")
        AccessEntry.objects.bulk_create(
            AccessEntry(document=other, token=one.token, reason=one.reason) for one in first.access.all()
        )
        place = content.rindex(old)
        bytes_of_its_own = content[:place] + b"%032x" % number + content[place + 32 :]
        blob: Blob = keep([bytes_of_its_own], "application/pdf")
        file = DocumentFile.objects.create(document=other, role="main", name="van-ban.pdf")
        shown = _again(version, file_id=file.pk, ordinal=1, blob_id=blob.pk)
        DocumentFile.objects.filter(pk=file.pk).update(current=shown)
        again = _again(approval, document_id=other.pk, version_id=shown.pk)
        for step in Step.objects.filter(approval=approval):
            _again(step, approval_id=again.pk)
        pile.append(other)
    return pile


def picks(*documents: Document) -> list[Pick]:
    return [Pick(one.pk, current(one).pk) for one in documents]


def run_some(kind: str, how_many: int) -> None:
    for number in list(Job.objects.filter(kind=kind, state="waiting").values_list("pk", flat=True)[:how_many]):
        jobs.run(number)


@pytest.mark.requirement("R-SIG-5")
def test_one_consent_for_a_hundred_documents_each_with_its_result(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    pile = pile_to_sign(desk, PILE)
    session = desk.consent(*pile)
    leader, clerk = desk.office.deputy, desk.office.clerk
    assert session.items.filter(state=ItemState.WAITING).count() == PILE
    assert Event.objects.filter(verb="signing.consent").count() == 1
    run_some("workflow.sign", 40)
    page = visit(leader).get(f"/sign/sessions/{session.pk}/").content.decode()
    assert f'max="{PILE}" value="40"' in page
    assert f'hx-get="/sign/sessions/{session.pk}/"' in page

    damaged = session.items.filter(state=ItemState.WAITING)[7]  # somebody exchanges one file meanwhile
    stored = path_of(damaged.sha256)
    stored.chmod(0o640)
    stored.write_bytes(stored.read_bytes() + b"\n")
    run_jobs("workflow.sign")
    assert session.items.filter(state=ItemState.DONE).count() == PILE - 1
    page = visit(leader).get(f"/sign/sessions/{session.pk}/").content.decode()
    assert f'max="{PILE}" value="{PILE - 1}"' in page
    assert "hash_changed" in page

    signed = list(Document.objects.filter(state=State.SIGNED).order_by("pk"))
    assert len(signed) == PILE - 1
    verdicts = Verdict.objects.filter(blob__in=[current(one).blob_id for one in signed])
    assert set(verdicts.values_list("verdict", flat=True)) == {"pass"}
    assert verdicts.count() == PILE - 1

    answer = visit(clerk).post(
        "/seal/pile/",
        {
            "documents": [f"{one.document_id}-{one.version_id}" for one in picks(*signed)],
            "consent": "on",
            "key_password": SEAL.password,
            "do": "send",
        },
    )
    sealing = SigningSession.objects.get(purpose="seal")
    assert answer.headers["Location"] == f"/seal/sessions/{sealing.pk}/"
    numbers = list(Entry.objects.order_by("number").values_list("number", "document_id"))
    assert numbers == [(place, one.pk) for place, one in enumerate(signed, 1)], "in the order of the list, no gap"
    run_some("workflow.seal", 30)
    page = visit(clerk).get(f"/seal/sessions/{sealing.pk}/").content.decode()
    assert f'max="{PILE - 1}" value="30"' in page
    run_jobs("workflow.seal")
    page = visit(clerk).get(f"/seal/sessions/{sealing.pk}/").content.decode()
    assert f'max="{PILE - 1}" value="{PILE - 1}"' in page
    assert f'hx-get="/seal/sessions/{sealing.pk}/"' not in page
    assert Document.objects.filter(state=State.ISSUED).count() == PILE - 1
    assert desk.backend.open_sessions <= 1, "the seal's key is not kept open any longer"


def test_a_pile_costs_few_statements_more_than_one_document(desk: SigningOffice) -> None:
    pile = pile_to_sign(desk, 12)
    with CaptureQueriesContext(connection) as one:
        desk.consent(pile[0])
    with CaptureQueriesContext(connection) as ten:
        desk.consent(*pile[1:11])
    assert len(ten) - 10 <= len(one) - 1  # only the test's own look at each version
    run_jobs("workflow.sign")
    clerk = desk.office.clerk
    with CaptureQueriesContext(connection) as one:
        issuing.number_and_seal_all(picks=picks(pile[0]), by=clerk, password=SEAL.password)
    with CaptureQueriesContext(connection) as ten:
        issuing.number_and_seal_all(picks=picks(*pile[1:11]), by=clerk, password=SEAL.password)
    assert len(ten) - len(one) < 9 * 6, "for each: the test's look, counter, entry, document, journal"


def test_a_pile_that_cannot_be_sealed_whole_is_not_begun(desk: SigningOffice) -> None:
    pile = pile_to_sign(desk, 3)
    desk.consent(*pile[:2])
    run_jobs("workflow.sign")
    clerk, good = desk.office.clerk, picks(*pile[:2])
    for wrong, refusal in (
        (picks(*pile), NotPermitted),  # one is not signed, so the clerk does not see it
        ([good[0], Pick(good[1].document_id, good[1].version_id - 1)], WrongState),  # another version was shown
    ):
        with pytest.raises(refusal):
            issuing.number_and_seal_all(picks=wrong, by=clerk, password=SEAL.password)
    with pytest.raises(NotPermitted):
        issuing.number_and_seal_all(picks=good, by=desk.office.officer, password=SEAL.password)
    with pytest.raises(Invalid):
        issuing.number_and_seal_all(picks=good, by=clerk, password="không-đúng")
    narrow = FileVersion.objects.get(pk=good[1].version_id)
    narrow.places["number"] = narrow.places["number"] | {"x1": narrow.places["number"]["x0"] + 2}
    narrow.save()
    with pytest.raises(Invalid) as refused:
        issuing.number_and_seal_all(picks=good, by=clerk, password=SEAL.password)
    assert pile[1].summary[:80] in str(refused.value), "which of them does not fit"
    assert not Entry.objects.exists()
    assert not SigningItem.objects.filter(session__purpose="seal").exists()
    assert set(Document.objects.filter(pk__in=[one.pk for one in pile[:2]]).values_list("state", flat=True)) == {
        State.SIGNED
    }


def test_the_page_of_the_pile(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    browser = visit(desk.office.clerk)
    assert "ed-empty" in browser.get("/seal/pile/").content.decode()
    pile = pile_to_sign(desk, 2)
    desk.consent(*pile)
    run_jobs("workflow.sign")
    assert "/seal/pile/" in browser.get("/seal/").content.decode()
    page = browser.get("/seal/pile/").content.decode()
    keys = [f"{one.document_id}-{one.version_id}" for one in picks(*pile)]
    assert all(f'value="{key}"' in page for key in keys)
    Verdict.objects.filter(blob=current(pile[1]).blob_id).update(verdict="fail")
    page = browser.get("/seal/pile/").content.decode()
    assert keys[0] in page
    assert keys[1] not in page, "what is not intact cannot be ticked"
    sent = {"documents": keys[:1], "key_password": SEAL.password, "do": "seal"}
    assert browser.post("/seal/pile/", sent).status_code == 422, "without consent"
    assert browser.post("/seal/pile/", sent | {"consent": "on", "documents": []}).status_code == 422
    assert browser.post("/seal/pile/", sent | {"consent": "on", "key_password": "x"}).status_code == 422
    assert not Entry.objects.exists()
    assert browser.post("/seal/pile/", sent | {"consent": "on"}).status_code == 302
    session = SigningSession.objects.get(purpose="seal")
    assert visit(desk.office.deputy).get(f"/seal/sessions/{session.pk}/").status_code == 403
    assert visit(desk.office.clerk).get(f"/seal/sessions/{session.pk + 1000}/").status_code == 404

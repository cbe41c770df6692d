"""Initials of those who check: their own key, their place, and every later signature leaves them good."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document
from edocs.documents.services import states
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from edocs.office.models import Notice
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from edocs.signatures.services.keys import register_key
from edocs.workflow.models import Approval, ChainTemplate, Decision
from edocs.workflow.services import approving, initials, moving
from edocs.workflow.services.initials import pass_with_initials
from signing.demo_images import demo_signature_image
from signing.demo_pki import DemoHolder
from signing.layout import Box, Places
from tests.signatures.fixtures import CHECKER, HEAD, SigningOffice, current
from tests.workflow.outgoing import approve, run_jobs, step, submitted
from tests.workflow.proofs import good_for_others
from tests.workflow.test_drafting_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def checked(desk: SigningOffice) -> SigningOffice:
    """An office whose chain offers initials and whose checkers have keys."""
    office = desk.office
    ChainTemplate.objects.update(initials=True)
    for holder, owner in ((HEAD, office.head), (CHECKER, office.bureau_head)):
        desk.keys[holder.key_id] = register_key(reference=holder.key_id, purpose="sign", owner=owner, by=office.admin)
        owner.signature_image = demo_signature_image(holder.name)
        owner.save()
    return desk


def submit(desk: SigningOffice) -> Approval:
    """A letter in its first check, prepared."""
    approval = submitted(desk.office)
    run_jobs(approving.PREPARE)
    return approval


def initial(approval: Approval, kind: str, holder: DemoHolder, *, password: str = "") -> SigningSession:
    found = step(approval, kind)
    return pass_with_initials(
        step=found,
        by=found.person,
        version_id=current(approval.document).pk,
        password=password or holder.password,
    )


def pass_check(approval: Approval, kind: str, holder: DemoHolder) -> None:
    initial(approval, kind, holder)
    jobs = run_jobs("workflow.sign")
    assert [job.reason for job in jobs if job.state != "done"] == []


@pytest.mark.requirement("R-SIG-5")
@pytest.mark.requirement("R-LAW-10")
@pytest.mark.tool("pdfsig", "certutil", "qpdf")
def test_both_checks_with_initials_then_leader_and_seal_are_good_for_everybody(
    checked: SigningOffice, tmp_path: Path
) -> None:
    approval = submit(checked)
    document = approval.document
    prepared = current(document)
    assert prepared.origin == Origin.PREPARED
    pass_check(approval, "content", HEAD)
    assert (step(approval, "content").state, step(approval, "format").state) == ("approved", "open")
    pass_check(approval, "format", CHECKER)
    document.refresh_from_db()
    assert document.state == State.TO_SIGN
    run_jobs(approving.PREPARE)
    initialled = current(document)
    assert good_for_others(initialled, checked.pki, tmp_path) == ["paraph_1", "paraph_2"]
    assert path_of(initialled.blob_id).read_bytes().startswith(path_of(prepared.blob_id).read_bytes())

    checked.sealed(checked.signed(document))
    sealed = current(document)
    assert good_for_others(sealed, checked.pki, tmp_path) == ["paraph_1", "paraph_2", "leader", "seal"]
    assert path_of(sealed.blob_id).read_bytes().startswith(path_of(initialled.blob_id).read_bytes())
    verdict = Verdict.objects.get(blob=sealed.blob)
    assert {one["field"]: (one["who"], one["verdict"]) for one in verdict.signatures if "paraph" in one["field"]} == {
        "paraph_1": (HEAD.name, "pass"),
        "paraph_2": (CHECKER.name, "pass"),
    }
    first = Event.objects.filter(verb="approval.initials").order_by("id").first()
    assert first is not None
    assert first.after is not None
    assert (first.person, first.after["serial"]) == (checked.office.head, checked.keys[HEAD.key_id].serial)
    assert Decision.objects.get(step__kind="content").version == approval.version


def test_a_check_is_passed_as_before_without_initials_and_the_others_may_still_use_them(
    checked: SigningOffice, tmp_path: Path
) -> None:
    approval = submit(checked)
    approve(approval, "content", checked.office.head)
    pass_check(approval, "format", CHECKER)
    document = checked.signed(Document.objects.get(pk=approval.document_id))
    fields = [one["field"] for one in Verdict.objects.get(blob=current(document).blob).signatures]
    assert fields == ["paraph_2", "leader"]


def test_a_chain_without_initials_offers_none(desk: SigningOffice) -> None:
    register_key(reference=HEAD.key_id, purpose="sign", owner=desk.office.head, by=desk.office.admin)
    approval = submit(desk)
    assert current(approval.document).origin == Origin.COMPOSED
    with pytest.raises(WrongState) as refusal:
        initial(approval, "content", HEAD)
    assert refusal.value.code == "no_initials"
    page = client_of(desk.office.head).get(reverse("draft_check", args=[approval.document_id]))
    assert reverse("draft_initials", args=[approval.document_id]) not in page.content.decode()


def test_initials_are_put_with_ones_own_key_at_ones_own_step_alone(checked: SigningOffice) -> None:
    approval = submit(checked)
    found = step(approval, "content")
    for other in (checked.office.bureau_head, checked.office.deputy, checked.office.clerk):
        with pytest.raises(NotPermitted):
            pass_with_initials(
                step=found, by=other, version_id=current(approval.document).pk, password=CHECKER.password
            )
    with pytest.raises(Invalid) as refusal:
        initial(approval, "content", HEAD, password="nhầm")
    assert refusal.value.code == "wrong_password"
    assert not SigningSession.objects.exists()
    assert step(approval, "content").state == "open"


@pytest.mark.requirement("R-LAW-11")
def test_a_file_that_changed_after_it_was_opened_gets_no_initials(checked: SigningOffice) -> None:
    approval = submit(checked)
    shown = current(approval.document).pk
    found = step(approval, "content")
    box = Box(0, 100, 300, 150, 325)
    moving.move_initials(step=found, box=box, by=checked.office.head)
    assert Places.from_json(current(approval.document).places or {}).initials[0] == box
    with pytest.raises(WrongState):
        pass_with_initials(step=found, by=checked.office.head, version_id=shown, password=HEAD.password)
    pass_check(approval, "content", HEAD)
    with pytest.raises(WrongState) as refusal:
        moving.move_initials(step=step(approval, "format"), box=box, by=checked.office.bureau_head)
    assert refusal.value.code == "places_fixed"
    assert HEAD.name in str(refusal.value)


def test_while_initials_are_made_the_draft_is_neither_passed_nor_returned_nor_taken_back(
    checked: SigningOffice,
) -> None:
    approval = submit(checked)
    initial(approval, "content", HEAD)
    found = step(approval, "content")
    office = checked.office
    for act in (
        lambda: approve(approval, "content", office.head),
        lambda: approving.return_draft(step=found, by=office.head, version=approval.version, reason="Sửa căn cứ"),
        lambda: approving.withdraw_approval(document=approval.document, by=office.officer),
        lambda: initial(approval, "content", HEAD),
    ):
        with pytest.raises(WrongState):
            act()
    run_jobs("workflow.sign")
    assert step(approval, "content").state == "approved"


def test_returned_by_the_leader_what_was_signed_before_stays_and_the_rest_signs_again(
    checked: SigningOffice, tmp_path: Path
) -> None:
    approval = submit(checked)
    pass_check(approval, "content", HEAD)
    after_content = current(approval.document)
    pass_check(approval, "format", CHECKER)
    approving.return_draft(
        step=step(approval, "sign"),
        by=checked.office.deputy,
        version=current(approval.document),
        reason="Xem lại thể thức",
        to_step=step(approval, "format"),
    )
    assert current(approval.document).blob == after_content.blob
    assert (step(approval, "content").state, step(approval, "format").state) == ("approved", "open")
    pass_check(approval, "format", CHECKER)
    document = checked.signed(Document.objects.get(pk=approval.document_id))
    fields = [one["field"] for one in Verdict.objects.get(blob=current(document).blob).signatures]
    assert fields == ["paraph_1", "paraph_2", "leader"]


def test_a_new_round_begins_with_a_file_without_initials(checked: SigningOffice) -> None:
    approval = submit(checked)
    pass_check(approval, "content", HEAD)
    approving.withdraw_approval(document=approval.document, by=checked.office.officer, reason="Chờ số liệu")
    assert current(approval.document) == approval.version
    assert Notice.objects.filter(person=checked.office.head, kind="approval.withdrawn").exists()
    again = submitted(checked.office, approval.document)
    assert step(again, "content").state == "open"


def test_initials_that_fail_leave_the_check_open_with_the_reason(checked: SigningOffice) -> None:
    approval = submit(checked)
    session = initial(approval, "content", HEAD)
    checked.backend.forget(session.handle)
    run_jobs("workflow.sign")
    item = SigningItem.objects.get()
    assert (item.state, item.code) == (ItemState.FAILED, "consent_expired")
    assert step(approval, "content").state == "open"
    address = reverse("draft_check", args=[approval.document_id])
    assert Notice.objects.get(person=checked.office.head, kind="sign_failed").address == address
    client = client_of(checked.office.head)
    assert "không được ký" in client.get(address).content.decode() or item.reason
    pass_check_again = client.post(
        reverse("draft_initials", args=[approval.document_id]),
        {"version": current(approval.document).pk, "key_password": HEAD.password},
    )
    assert pass_check_again.status_code == 302


# --- through HTTP ---------------------------------------------------------------------------------------------------
def test_the_page_shows_the_file_with_the_place_and_takes_the_password_once(checked: SigningOffice) -> None:
    approval = submit(checked)
    document = approval.document
    client: Client = client_of(checked.office.head)
    address = reverse("draft_check", args=[document.pk])
    page = client.get(address)
    text = page.content.decode()
    assert reverse("draft_initials", args=[document.pk]) in text
    assert dict(page.context["place"])["page"] == 1
    assert [box.name for box in page.context["file"].boxes] == ["initials", ""]

    act = reverse("draft_initials", args=[document.pk])
    wrong = client.post(act, {"version": current(document).pk, "key_password": "nhầm"})
    assert wrong.status_code == 422
    assert "nhầm" not in wrong.content.decode()
    assert client.post(act, {"version": current(document).pk, "key_password": ""}).status_code == 422
    answer = client.post(act, {"version": current(document).pk, "key_password": HEAD.password})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("to_check"))
    run_jobs("workflow.sign")
    assert step(approval, "content").state == "approved"


def test_the_place_is_moved_on_the_page_and_stays_within_it(checked: SigningOffice) -> None:
    approval = submit(checked)
    client = client_of(checked.office.head)
    act = reverse("draft_initials_place", args=[approval.document_id])
    moved = client.post(act, {"page": 1, "x": 0.5, "y": 0.5, "width": 0.1, "height": 0.03})
    assert moved.headers["Location"] == reverse("draft_check", args=[approval.document_id])
    box = Places.from_json(current(approval.document).places or {}).initials[0]
    assert (round(box.x0), round(box.width)) == (298, 60)
    assert client.post(act, {"page": 1, "x": 2}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_the_document_is_locked_inside_transactions_alone(
    checked: SigningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses a lock outside of one; SQLite does not know locks of rows and would not tell."""
    held = []

    def locked(document: Document) -> Document:
        held.append(connection.in_atomic_block)
        return states.locked(document)

    approval = submit(checked)
    monkeypatch.setattr(approving, "locked", locked)
    monkeypatch.setattr(initials, "locked", locked)
    initial(approval, "content", HEAD)
    assert held
    assert all(held)


def test_initials_are_not_put_into_a_file_that_was_prepared_anew_meanwhile(checked: SigningOffice) -> None:
    approval = submit(checked)
    session = initial(approval, "content", HEAD)
    moving.move_initials(step=step(approval, "content"), box=Box(0, 60, 60, 111, 86), by=checked.office.head)
    (job,) = run_jobs("workflow.sign")
    assert (job.state, job.code) == ("failed", "hash_changed")
    item = session.items.get()
    assert (item.state, item.code) == (ItemState.FAILED, "hash_changed")
    assert step(approval, "content").state == "open"

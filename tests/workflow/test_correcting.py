"""Correcting before the seal and withdrawing before issue: what stands in the file is never touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edocs import clock
from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, Entry, FileVersion
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from edocs.office.models import Notice
from edocs.workflow.services import issuing
from edocs.workflow.services.signing import take_back_signed
from tests.signatures.fixtures import SEAL, SigningOffice, current
from tests.workflow.outgoing import run_jobs
from tests.workflow.proofs import good_for_others
from tests.workflow.test_drafting_pages import client_of

pytestmark = pytest.mark.django_db


@contextmanager
def days_later(days: int) -> Iterator[dt.date]:
    """Noon of a day to come."""
    day = clock.today() + dt.timedelta(days=days)
    with clock.at(dt.datetime.combine(day, dt.time(12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))):
        yield day


def failed_to_seal(desk: SigningOffice) -> Document:
    """A document with a number whose sealing failed."""
    document = desk.signed()
    session = desk.seal(document)
    desk.backend.forget(session.handle)
    run_jobs("workflow.seal")
    document.refresh_from_db()
    assert document.state == State.SEALING
    return document


def seal_on(desk: SigningOffice, document: Document, day: dt.date | None) -> None:
    issuing.number_and_seal(
        document=document, version_id=current(document).pk, by=desk.office.clerk, password=SEAL.password, day=day
    )
    run_jobs("workflow.seal")
    document.refresh_from_db()


@pytest.mark.requirement("R-LAW-13")
@pytest.mark.tool("pdfsig", "certutil", "qpdf")
def test_another_number_and_date_before_the_seal_leave_the_leaders_signature_good(
    desk: SigningOffice, tmp_path: Path
) -> None:
    document = failed_to_seal(desk)
    signed, first = current(document), document.code
    issuing.number_anew(document=document, by=desk.office.clerk, reason="Cấp nhầm ngày")
    document.refresh_from_db()
    assert document.code != first
    assert document.state == State.SEALING
    cancelled, given = Entry.objects.filter(document=document).order_by("number")
    assert (cancelled.cancelled_at is not None, cancelled.reason) == (True, "Cấp nhầm ngày")
    assert (given.number, given.cancelled_at) == (cancelled.number + 1, None)
    desk.sealed(document)
    assert good_for_others(current(document), desk.pki, tmp_path) == ["leader", "seal"]
    assert path_of(current(document).blob_id).read_bytes().startswith(path_of(signed.blob_id).read_bytes())
    event = Event.objects.get(verb="document.number_anew")
    assert event.before is not None
    assert event.before["code"] == first


def test_only_a_clerk_gives_another_number_and_only_while_the_seal_failed(desk: SigningOffice) -> None:
    document = failed_to_seal(desk)
    with pytest.raises(NotPermitted):
        issuing.number_anew(document=document, by=desk.office.deputy, reason="Cấp nhầm ngày")
    with pytest.raises(Invalid):
        issuing.number_anew(document=document, by=desk.office.clerk, reason=" ")
    desk.seal(document)
    with pytest.raises(WrongState):  # a job is just sealing
        issuing.number_anew(document=document, by=desk.office.clerk, reason="Cấp nhầm ngày")
    run_jobs("workflow.seal")
    with pytest.raises(WrongState):
        issuing.number_anew(document=document, by=desk.office.clerk, reason="Cấp nhầm ngày")


@pytest.mark.requirement("R-LAW-06")
def test_the_clerk_chooses_a_date_between_the_signature_and_today_in_the_order_of_numbers(
    desk: SigningOffice,
) -> None:
    signed_on = clock.today()
    first, second, third = desk.signed(), desk.signed(), desk.signed()
    with days_later(3) as today:
        for day, code in (
            (today + dt.timedelta(days=1), "day_to_come"),
            (signed_on - dt.timedelta(days=1), "day_before_signature"),
        ):
            with pytest.raises(Invalid) as refusal:
                seal_on(desk, first, day)
            assert (refusal.value.code, refusal.value.field) == (code, "day")
        assert Document.objects.get(pk=first.pk).number == ""
        seal_on(desk, first, signed_on + dt.timedelta(days=2))
        assert first.issued_on == signed_on + dt.timedelta(days=2)
        with pytest.raises(Invalid) as refusal:
            seal_on(desk, second, signed_on)
        assert refusal.value.code == "day_out_of_order"
        seal_on(desk, second, signed_on + dt.timedelta(days=2))
        seal_on(desk, third, None)
        assert third.issued_on == today


def test_a_chosen_date_is_looked_at_while_the_counter_is_held(desk: SigningOffice) -> None:
    """Or a number of a later day is given between the look and the number: the series would run backwards."""
    document = desk.signed()
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        issuing.give_numbers([document], desk.office.clerk, clock.today())
    told = [query["sql"] for query in asked]
    held = next(n for n, sql in enumerate(told) if sql.startswith("SELECT") and '"documents_bookyear"' in sql)
    looked = next(n for n, sql in enumerate(told) if sql.startswith("SELECT") and 'FROM "documents_entry"' in sql)
    assert held < looked


def test_a_sealed_document_is_withdrawn_before_it_is_issued_and_its_number_is_cancelled(
    desk: SigningOffice,
) -> None:
    document = desk.sealed()
    sealed, code = current(document), document.code
    for other in (desk.office.director, desk.office.officer):
        with pytest.raises(NotPermitted):
            take_back_signed(document=document, by=other, reason="Rút lại để sửa")
    take_back_signed(document=document, by=desk.office.deputy, reason="Rút lại để sửa")
    document.refresh_from_db()
    assert (document.state, document.code, document.issued_on) == (State.DRAFT, "", None)
    entry = Entry.objects.get(document=document)
    assert (entry.cancelled_by, entry.reason) == (desk.office.deputy, "Rút lại để sửa")
    assert current(document).origin == Origin.COMPOSED
    assert FileVersion.objects.filter(pk=sealed.pk, origin=Origin.SEAL).exists()
    assert path_of(sealed.blob_id).exists()
    assert Notice.objects.filter(person=desk.office.officer, kind="draft.returned").exists()
    event = Event.objects.get(verb="document.take_back")
    assert event.before == {"state": "sealed"}
    following = desk.sealed(desk.signed())
    assert following.code != code


def test_an_issued_document_is_not_withdrawn(desk: SigningOffice) -> None:
    document = desk.sealed(dispatch=True)
    assert document.state == State.ISSUED
    for by in (desk.office.deputy, desk.office.clerk):
        with pytest.raises(WrongState):
            take_back_signed(document=document, by=by, reason="Rút lại để sửa")


# --- through HTTP ---------------------------------------------------------------------------------------------------
def test_the_clerk_corrects_number_and_date_on_the_page(desk: SigningOffice) -> None:
    document = failed_to_seal(desk)
    client = client_of(desk.office.clerk)
    page = client.get(reverse("seal", args=[document.pk])).content.decode()
    address = reverse("seal_number", args=[document.pk])
    assert address in page
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    late = (clock.today() + dt.timedelta(days=2)).isoformat()
    assert client.post(address, {"reason": "Cấp nhầm ngày", "day": late}).status_code == 422
    first = document.code
    answer = client.post(address, {"reason": "Cấp nhầm ngày"})
    assert answer.headers["Location"] == reverse("seal", args=[document.pk])
    document.refresh_from_db()
    assert document.code != first


def test_the_date_is_chosen_on_the_page_of_the_seal(desk: SigningOffice) -> None:
    document = desk.signed()
    client = client_of(desk.office.clerk)
    address = reverse("seal", args=[document.pk])
    assert 'name="day"' in client.get(address).content.decode()
    recipients = {f"channel-{line.pk}": "axis" for line in document.recipients.all()}
    recipients |= {f"copies-{line.pk}": "1" for line in document.recipients.all()}
    given = recipients | {"version": current(document).pk, "do": "seal", "key_password": SEAL.password}
    late = f"{clock.today() + dt.timedelta(days=1):%d/%m/%Y}"
    wrong = client.post(address, given | {"day": late})
    assert wrong.status_code == 422
    assert "day" in wrong.context["form"].errors
    right = client.post(address, given | {"day": f"{clock.today():%d/%m/%Y}"})
    assert right.status_code == 302


def test_the_signer_withdraws_what_was_sealed_on_a_page(desk: SigningOffice) -> None:
    document = desk.sealed()
    client = client_of(desk.office.deputy)
    address = reverse("sign_take_back", args=[document.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "Rút lại để sửa"}).status_code == 302
    document.refresh_from_db()
    assert document.state == State.DRAFT

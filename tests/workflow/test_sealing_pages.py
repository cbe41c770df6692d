"""The clerk's pages: queue, number and seal in one action, dispatch, return."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edocs import clock
from edocs.documents.choices import Channel, RecipientState, State
from edocs.documents.models import Document, Entry, FileVersion, Recipient
from edocs.office.models import Person
from edocs.signatures.backend import using
from edocs.signatures.models import Key, SigningItem, SigningSession, Verdict
from edocs.workflow.queries.sealing import count_to_seal, number_to_be, seal_queue
from tests.factories import Office, moment
from tests.signatures.fixtures import SEAL, SigningOffice, current
from tests.workflow.outgoing import run_jobs
from tests.workflow.test_sealing import RefusesToSeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client: Client) -> Callable[[Person], Client]:
    def signed_in(person: Person) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def posted(document: Document, do: str = "send", **changes: object) -> dict[str, object]:
    data: dict[str, object] = {"do": do, "version": current(document).pk, "key_password": SEAL.password}
    for line in document.recipients.filter(state=RecipientState.PLANNED):
        data |= {f"channel-{line.pk}": line.channel, f"copies-{line.pk}": line.copies}
    return data | changes


def test_only_the_clerical_office_has_these_pages(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    for person in (desk.office.deputy, desk.office.officer, desk.office.admin, desk.office.head):
        for url in ("/seal/", f"/seal/{document.pk}/", f"/seal/{document.pk}/return/"):
            assert visit(person).get(url).status_code == 403
        assert visit(person).post(f"/seal/{document.pk}/", posted(document)).status_code == 403
    assert not Entry.objects.exists()


def test_an_empty_queue_says_so(office: Office, visit: Callable[[Person], Client]) -> None:
    answer = visit(office.clerk).get("/seal/")
    assert answer.status_code == 200
    assert "ed-empty" in answer.content.decode()


def test_the_clerk_sees_number_date_authority_and_the_intact_signature(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.signed()
    with clock.at(moment("2026-10-13")):
        answer = visit(desk.office.clerk).get("/seal/")
    page = answer.content.decode()
    view = answer.context["view"]
    assert (view.number.number, view.number.symbol, view.number.given) == ("01", "SNV-CCHC", False)
    assert "13/10/2026" in page
    assert "KT. Giám đốc, Phó Giám đốc" in page
    assert "Quyết định 12/QĐ-SNV" in page
    assert "shield-check" in page or view.intact
    assert [box.round for box in answer.context["file"].boxes] == [False, False, True]
    assert [box.label for box in answer.context["file"].boxes][:2] == ["01", "ngày 13 tháng 10 năm 2026"]
    assert document.recipients.get().name in page
    assert not Entry.objects.exists()
    assert not re.search(r"style=|onclick|<script(?! [^>]*src)", page)


def test_number_seal_and_send_from_the_page(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    here, url = visit(desk.office.clerk), f"/seal/{document.pk}/"
    line = document.recipients.get()
    data = posted(document, **{f"channel-{line.pk}": Channel.POST, f"copies-{line.pk}": 3})
    assert here.post(url, data).url == url
    under_way = here.get(url)
    assert "01/SNV-CCHC" in under_way.content.decode()
    assert 'hx-trigger="every 1s"' in under_way.content.decode()
    assert here.get(url, headers={"HX-Request": "true"}).status_code == 200
    run_jobs("workflow.seal")
    done = here.get(url, headers={"HX-Request": "true"})
    assert (done.status_code, done.headers["HX-Refresh"]) == (204, "true")
    after = here.get(url)
    document.refresh_from_db()
    assert document.state == State.ISSUED
    line.refresh_from_db()
    assert (line.state, line.channel, line.copies) == (RecipientState.SENT, Channel.POST, 3)
    assert after.context["sealed"]
    assert [group.label for group in after.context["groups"] if group.rows]
    assert SEAL.password not in after.content.decode()


def test_number_and_seal_only_then_send(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    here, url = visit(desk.office.clerk), f"/seal/{document.pk}/"
    here.post(url, posted(document, "seal"))
    run_jobs("workflow.seal")
    document.refresh_from_db()
    assert document.state == State.SEALED
    assert 'value="issue"' in here.get(url).content.decode()
    assert here.post(url, posted(document, "issue")).url == url
    document.refresh_from_db()
    assert document.state == State.ISSUED
    assert here.post(url, posted(document, "issue")).status_code == 409


def test_channels_are_saved_without_sealing(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    here, url = visit(desk.office.clerk), f"/seal/{document.pk}/"
    line = document.recipients.get()
    here.post(url, posted(document, "save", key_password="", **{f"channel-{line.pk}": Channel.HAND}))
    line.refresh_from_db()
    assert line.channel == Channel.HAND
    for wrong in ({f"channel-{line.pk}": "pigeon"}, {f"copies-{line.pk}": 0}, {f"copies-{line.pk}": "x"}):
        assert here.post(url, posted(document, "save", **wrong)).status_code == 422
    assert not Entry.objects.exists()


@pytest.mark.parametrize("password", ["", "sai-mật-khẩu-9921"])
def test_a_wrong_password_is_said_and_gives_no_number(
    desk: SigningOffice, visit: Callable[[Person], Client], password: str
) -> None:
    document = desk.signed()
    answer = visit(desk.office.clerk).post(f"/seal/{document.pk}/", posted(document, key_password=password))
    assert answer.status_code == 422
    assert "key_password" in answer.context["form"].errors
    assert "sai-mật-khẩu-9921" not in answer.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("change", [{"do": "other"}, {"version": "x"}, {"version": "9" * 25}, {"version": "0"}])
def test_what_the_page_did_not_offer_is_refused(
    desk: SigningOffice, visit: Callable[[Person], Client], change: dict[str, str]
) -> None:
    document = desk.signed()
    assert visit(desk.office.clerk).post(f"/seal/{document.pk}/", posted(document, **change)).status_code == 409
    assert not Entry.objects.exists()


def test_a_broken_signature_is_shown_and_the_seal_not_offered(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.signed()
    Verdict.objects.filter(blob=current(document).blob).update(verdict="fail")
    here = visit(desk.office.clerk)
    answer = here.get(f"/seal/{document.pk}/")
    assert not answer.context["view"].intact
    assert re.search(r'value="send"[^>]*disabled', answer.content.decode())
    assert here.post(f"/seal/{document.pk}/", posted(document)).status_code == 422


def test_a_failed_seal_is_shown_with_its_reason_and_repeated(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.signed()
    here, url = visit(desk.office.clerk), f"/seal/{document.pk}/"
    with using(RefusesToSeal(desk.backend)):
        here.post(url, posted(document))
        run_jobs("workflow.seal")
    answer = here.get(url)
    assert answer.context["view"].failed.code == "seal_refused"
    assert answer.context["failed_reason"]
    assert answer.context["view"].number.given
    queue = seal_queue(desk.office.clerk)
    assert ([row.document for row in queue.failed], queue.to_number) == ([document], [])
    here.post(url, posted(document))
    run_jobs("workflow.seal")
    document.refresh_from_db()
    assert (document.state, document.code) == (State.ISSUED, "01/SNV-CCHC")


def test_the_clerk_returns_a_signed_document(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    here, url = visit(desk.office.clerk), f"/seal/{document.pk}/return/"
    assert here.get(url).status_code == 200
    assert here.post(url, {"reason": ""}).status_code == 422
    assert here.post(url, {"reason": "Thiếu nơi nhận"}).url == "/seal/"
    document.refresh_from_db()
    assert document.state == State.DRAFT
    assert here.get(f"/seal/{document.pk}/").status_code == 404


def test_what_should_be_looked_at_is_said(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    FileVersion.objects.filter(pk=current(document).pk).update(
        places=current(document).places | {"doubts": ["date_not_found", "title_not_found"]}
    )
    document.recipients.update(correspondent=None)
    document.symbol = "SNV-KHÁC"
    document.save()
    run_jobs("documents.read")
    remarks = visit(desk.office.clerk).get(f"/seal/{document.pk}/").context["view"].remarks
    assert len(remarks) == 3


def test_an_expired_seal_is_said_before_anybody_types_a_password(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.signed()
    Key.objects.filter(reference="seal").update(valid_to=clock.now())
    answer = visit(desk.office.clerk).get(f"/seal/{document.pk}/")
    assert answer.context["view"].key_problem
    Key.objects.filter(reference="seal").update(is_active=False)
    assert visit(desk.office.clerk).get(f"/seal/{document.pk}/").context["view"].key_problem


def test_the_number_that_will_be_is_the_number_given(desk: SigningOffice) -> None:
    document = desk.sealed()
    given = number_to_be(document)
    assert (given.given, f"{given.number}/{given.symbol}") == (True, document.code)
    other = desk.signed()
    promised = number_to_be(other)
    assert promised.previous is not None
    assert promised.previous.number == 1
    assert f"{promised.number}/{promised.symbol}" == desk.sealed(other).code


def test_the_counter_of_the_rail_is_one_statement(
    desk: SigningOffice, django_assert_num_queries: Callable[..., object]
) -> None:
    desk.signed()
    clerk = Person.objects.get(pk=desk.office.clerk.pk)
    assert count_to_seal(clerk) == 1  # who the person is has been read by now, as in any request
    with django_assert_num_queries(1):
        assert count_to_seal(clerk) == 1
    assert count_to_seal(desk.office.deputy) == 0


def more(document: Document, n: int, state: str) -> None:
    """Rows like this one, without going through the services again."""
    line, version = document.recipients.get(), current(document)
    items = list(SigningItem.objects.filter(document=document))
    access = list(document.access.all())
    for _ in range(n):
        copy = Document.objects.get(pk=document.pk)
        copy.pk, copy.state, copy.issued_at = None, state, clock.now()
        copy.save()
        Recipient.objects.create(document=copy, name=line.name, channel=line.channel)
        for entry in access:
            entry.pk, entry.document = None, copy
            entry.save()
        for item in items:
            session = SigningSession.objects.get(pk=item.session_id)
            session.pk = None
            session.save()
            SigningItem.objects.create(
                session=session, document=copy, version=version, sha256=item.sha256, state="done"
            )


def test_the_number_of_statements_does_not_grow_with_the_queue(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.signed()
    here, urls = visit(desk.office.clerk), ["/seal/", f"/seal/{document.pk}/"]
    counts = []
    for n in (0, 30):
        for state in (State.SIGNED, State.SEALED, State.SEALING, State.ISSUED):
            more(document, n or 1, state)
        for url in urls:
            here.get(url)
            with CaptureQueriesContext(connection) as captured:
                here.get(url)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 32

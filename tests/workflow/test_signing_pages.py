"""The leader's pages: the pile, one document, one consent and its results."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edocs import clock
from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.jobs.models import Job
from edocs.office.models import Person
from edocs.signatures.backend import using
from edocs.signatures.models import Key, SigningSession
from edocs.workflow.models import Step
from edocs.workflow.queries.signing import count_to_sign, pile_of
from edocs.workflow.services import approving, drafting
from signing import Places
from tests.factories import Office
from tests.signatures.fixtures import DEPUTY, SigningOffice, current, item_of, round_of
from tests.workflow.outgoing import BODY, approve, fields, run_jobs, submitted
from tests.workflow.test_signing import OneRefuses

pytestmark = pytest.mark.django_db
WRONG = "sai-mật-khẩu-3117"


@pytest.fixture
def visit(client: Client) -> Callable[[Person], Client]:
    def signed_in(person: Person) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def key_of(document: Document) -> str:
    return f"{document.pk}-{current(document).pk}"


def posted(*documents: Document, password: str = DEPUTY.password, consent: str = "on") -> dict[str, object]:
    return {"documents": [key_of(one) for one in documents], "key_password": password, "consent": consent}


def test_nothing_to_sign_says_so(office: Office, visit: Callable[[Person], Client]) -> None:
    answer = visit(office.deputy).get("/sign/")
    assert answer.status_code == 200
    assert answer.context["rows"] == []


def test_who_holds_no_authority_has_no_such_page(office: Office, visit: Callable[[Person], Client]) -> None:
    for person in (office.officer, office.clerk, office.admin, office.head):
        assert visit(person).get("/sign/").status_code == 403


def test_the_pile_shows_each_document_with_the_place_of_the_signature(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.to_sign()
    answer = visit(desk.office.deputy).get("/sign/", headers={"accept-language": "vi"})
    page = answer.content.decode()
    assert f'name="documents" value="{key_of(document)}"' in page
    assert document.summary in page
    assert "Quyết định 12/QĐ-SNV" in page
    assert "KT. Giám đốc, Phó Giám đốc" in page
    assert desk.office.head.full_name in page
    assert desk.office.bureau_head.full_name in page
    assert reverse("page_picture", args=[current(document).pk, 1, "page"]) in page
    boxes = {box.name or box.kind: box for box in answer.context["file"].boxes}
    places = Places.from_json(current(document).places or {})
    assert boxes["signature"].kind == "place"
    assert boxes["signature"].x == pytest.approx(places.signature.x0 / 595.28, abs=0.002)
    assert boxes["signature"].y == pytest.approx(1 - places.signature.y1 / 841.89, abs=0.002)
    assert 'name="key_password"' in page
    assert not re.search(r"style=|onclick|<script(?! [^>]*src)", page)
    assert [row.ticked for row in answer.context["rows"]] == [False]
    ticked = visit(desk.office.deputy).get("/sign/?tick=all")
    assert [row.ticked for row in ticked.context["rows"]] == [True]


def test_one_document_is_read_alone_or_beside_the_pile(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document, other = desk.to_sign(), desk.to_sign(summary="V/v báo cáo khác")
    here = visit(desk.office.deputy)
    whole = here.get(f"/sign/documents/{document.pk}/")
    assert [row.ticked for row in whole.context["rows"]] == [True, False]
    part = here.get(f"/sign/documents/{other.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "V/v báo cáo khác" in part.content.decode()
    assert {row.document.pk for row in pile_of(desk.office.deputy) if row.opened} == {document.pk, other.pk}
    assert visit(desk.office.director).get(f"/sign/documents/{document.pk}/").status_code == 404
    moved_on = visit(desk.office.officer).get(f"/sign/documents/{document.pk}/")
    assert moved_on.url == f"/documents/{document.pk}/"


def test_signing_a_pile_through_the_page(
    desk: SigningOffice, visit: Callable[[Person], Client], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    pile = [desk.to_sign(), desk.to_sign(summary="V/v báo cáo khác")]
    here = visit(desk.office.deputy)
    answer = here.post("/sign/", posted(*pile))
    session = SigningSession.objects.get()
    assert answer.url == f"/sign/sessions/{session.pk}/"
    waiting = here.get(answer.url)
    assert waiting.context["results"].waiting
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    run_jobs("workflow.sign")
    part = here.get(answer.url, headers={"HX-Request": "true"})
    assert len(part.context["results"].done) == 2
    assert "hx-trigger" not in part.content.decode()
    assert visit(desk.office.director).get(answer.url).status_code == 404
    assert {one.state for one in Document.objects.all()} == {State.SIGNED}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"key_password": WRONG}, "key_password"), ({"consent": ""}, "consent"), ({"documents": []}, "__all__")],
)
def test_what_is_missing_is_said_and_the_ticks_stay(
    desk: SigningOffice, visit: Callable[[Person], Client], change: dict[str, object], field: str
) -> None:
    document = desk.to_sign()
    answer = visit(desk.office.deputy).post("/sign/", posted(document) | change)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    page = answer.content.decode()
    assert WRONG not in page
    assert DEPUTY.password not in page
    if field != "__all__":
        assert [row.ticked for row in answer.context["rows"]] == [True]
    assert not SigningSession.objects.exists()
    assert WRONG not in str(list(Job.objects.values_list("arguments", flat=True)))


def test_strange_ticks_are_no_server_error(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.to_sign()
    here = visit(desk.office.deputy)
    for value in ("1", "-", "9-9", f"{document.pk}-999999", "9" * 60, "9" * 25 + "-1", "1-2-3", "x"):
        answer = here.post("/sign/", posted() | {"documents": [value]})
        assert answer.status_code in (403, 422), value


def test_an_expired_certificate_is_said_before_anybody_types_a_password(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.to_sign()
    Key.objects.filter(reference=DEPUTY.key_id).update(valid_to=clock.now())
    here = visit(desk.office.deputy)
    answer = here.get("/sign/")
    assert answer.context["key_problem"]
    assert here.post("/sign/", posted(document)).status_code == 422
    assert not SigningSession.objects.exists()


def test_only_what_failed_is_signed_again(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    good, bad = desk.to_sign(), desk.to_sign(summary="V/v báo cáo khác")
    here = visit(desk.office.deputy)
    with using(OneRefuses(desk.backend, current(bad).blob_id)):
        here.post("/sign/", posted(good, bad))
        run_jobs("workflow.sign")
    session = SigningSession.objects.get()
    results = here.get(f"/sign/sessions/{session.pk}/")
    page = results.content.decode()
    assert len(results.context["again"]) == 1
    assert "timestamp_unavailable" in page
    assert 'name="key_password"' not in page
    assert [row.state.tone for row in here.get("/sign/").context["rows"]] == ["red"]
    item = item_of(session, bad)
    again = f"/sign/items/{item.pk}/again/"
    assert visit(desk.office.director).post(again).status_code == 404
    assert visit(desk.office.deputy).post(again).url == f"/sign/sessions/{session.pk}/"
    run_jobs("workflow.sign")
    bad.refresh_from_db()
    assert bad.state == State.SIGNED


def test_after_the_consent_ended_the_page_asks_for_the_password(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    bad = desk.to_sign()
    here = visit(desk.office.deputy)
    with using(OneRefuses(desk.backend, current(bad).blob_id)):
        here.post("/sign/", posted(bad))
        run_jobs("workflow.sign")
    SigningSession.objects.update(expires_at=clock.now())
    session = SigningSession.objects.get()
    results = here.get(f"/sign/sessions/{session.pk}/")
    page = results.content.decode()
    assert f'name="documents" value="{key_of(bad)}"' in page
    assert 'name="key_password"' in page
    refused = here.post(f"/sign/items/{item_of(session, bad).pk}/again/", follow=True)
    assert list(refused.context["messages"])
    here.post("/sign/", posted(bad))
    run_jobs("workflow.sign")
    assert here.get(f"/sign/sessions/{session.pk}/").context["results"].gone
    bad.refresh_from_db()
    assert bad.state == State.SIGNED


def test_a_silent_worker_is_said(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.to_sign()
    here = visit(desk.office.deputy)
    url = here.post("/sign/", posted(document)).url
    assert not here.get(url).context["silent"]
    Job.objects.filter(kind="workflow.sign").update(not_before="2026-01-01T00:00Z")
    assert here.get(url).context["silent"]


def test_the_signature_is_moved_on_the_page(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.to_sign()
    before = current(document)
    here = visit(desk.office.deputy)
    shown = dict(here.get(f"/sign/documents/{document.pk}/").context["place"])
    url = f"/sign/documents/{document.pk}/place/"
    answer = here.post(url, shown | {"x": shown["x"] - 0.05})
    assert answer.url == f"/sign/documents/{document.pk}/"
    old, new = (Places.from_json(one.places or {}).signature for one in (before, current(document)))
    assert new.x0 == pytest.approx(old.x0 - 0.05 * 595.28, abs=0.5)
    assert new.y0 == pytest.approx(old.y0, abs=0.5)
    assert here.post(url, shown | {"page": 9}).status_code == 409
    assert here.post(url, {"page": "x"}).status_code == 409
    assert here.post(url, shown | {"y": "0.97"}).status_code == 422
    # what was on the screen before is not what would be signed now
    assert here.post("/sign/", posted() | {"documents": [f"{document.pk}-{before.pk}"]}).status_code == 422


def test_a_draft_is_returned_with_a_reason(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.to_sign()
    here = visit(desk.office.deputy)
    url = f"/sign/documents/{document.pk}/return/"
    assert here.get(url).status_code == 200
    short = here.post(url, {"reason": "sai", "to_step": ""})
    assert short.status_code == 422
    assert "reason" in short.context["form"].errors
    assert here.post(url, {"reason": "Sai căn cứ pháp lý", "to_step": ""}).url == "/sign/"
    document.refresh_from_db()
    assert document.state == State.DRAFT
    assert here.post(url, {"reason": "Sai căn cứ pháp lý", "to_step": ""}).status_code == 409


def test_what_changed_since_the_signer_saw_it_is_shown(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.to_sign()
    seen = round_of(document)
    here = visit(desk.office.deputy)
    here.post(f"/sign/documents/{document.pk}/return/", {"reason": "Sửa số liệu", "to_step": ""})
    changed = fields(desk.office, body=BODY.replace("214", "215"))
    drafting.write_letter(document=document, fields=changed, by=desk.office.officer)
    approval = submitted(desk.office, Document.objects.get(pk=document.pk))
    approve(approval, "content", desk.office.head)
    approve(approval, "format", desk.office.bureau_head)
    run_jobs(approving.PREPARE)
    answer = here.get(f"/sign/documents/{document.pk}/")
    assert answer.context["before"].ordinal == current_of(seen)
    spots = answer.context["difference"].spots
    assert [(spot.removed, spot.added) for spot in spots] == [("214", "215")]
    assert [box.kind for box in answer.context["file"].boxes].count("added") == 1


def current_of(approval: object) -> int:
    """The version that was on the screen when the draft was returned: the prepared one."""
    return approval.version.ordinal + 1


def test_the_signer_takes_a_signed_document_back(desk: SigningOffice, visit: Callable[[Person], Client]) -> None:
    document = desk.signed()
    here = visit(desk.office.deputy)
    page = here.get(f"/sign/sessions/{SigningSession.objects.get().pk}/").content.decode()
    url = f"/sign/documents/{document.pk}/take-back/"
    assert url in page
    assert visit(desk.office.officer).get(url).status_code == 403
    here = visit(desk.office.deputy)
    assert here.get(url).status_code == 200
    assert here.post(url, {"reason": "x"}).status_code == 422
    assert here.post(url, {"reason": "Sai căn cứ pháp lý"}).url == "/sign/"
    document.refresh_from_db()
    assert document.state == State.DRAFT
    assert here.get(url).status_code == 409
    assert visit(desk.office.stranger).get(url).status_code == 404


def test_a_file_still_being_prepared_is_awaited_on_the_page(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.to_sign()
    version = current(document)
    version.origin = "composed"
    version.save()
    Job.objects.filter(kind=approving.PREPARE).update(state="waiting")
    here = visit(desk.office.deputy)
    answer = here.get("/sign/")
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    assert 'name="documents"' not in answer.content.decode()
    version.origin = "prepared"
    version.save()
    ready = here.get(f"/sign/documents/{document.pk}/?poll=1", headers={"HX-Request": "true"})
    assert ready.headers["HX-Refresh"] == "true"


def test_the_counter_of_the_rail_is_one_statement(
    desk: SigningOffice, django_assert_num_queries: Callable[..., object]
) -> None:
    desk.to_sign()
    with django_assert_num_queries(1):
        assert count_to_sign(desk.office.deputy) == 1
    assert count_to_sign(desk.office.director) == 0
    assert count_to_sign(desk.office.inactive) == 0


def more(document: Document, n: int) -> None:
    """Rows like this one, without going through the services again."""
    approval, version = round_of(document), current(document)
    steps = list(Step.objects.filter(approval=approval))
    for _ in range(n):
        file, access = version.file, list(document.access.all())
        copy = Document.objects.get(pk=document.pk)
        copy.pk = None
        copy.save()
        file.pk, file.document, file.current = None, copy, None
        file.save()
        base, newest = (type(version).objects.get(pk=pk) for pk in (approval.version_id, version.pk))
        for one in (base, newest):
            one.pk, one.file = None, file
            one.save()
        file.current = newest
        file.save()
        again = type(approval).objects.get(pk=approval.pk)
        again.pk, again.document, again.version = None, copy, base
        again.save()
        for step in steps:
            Step.objects.create(approval=again, kind=step.kind, person=step.person, order=step.order, state=step.state)
        for entry in access:
            entry.pk, entry.document = None, copy
            entry.save()
        document = Document.objects.get(pk=document.pk)
        version = current(document)


def test_the_number_of_statements_does_not_grow_with_the_pile(
    desk: SigningOffice, visit: Callable[[Person], Client]
) -> None:
    document = desk.to_sign()
    here = visit(desk.office.deputy)
    urls = ["/sign/", f"/sign/documents/{document.pk}/"]
    for url in urls:
        here.get(url)  # caches filled, the document opened
    counts = []
    for rows in (1, 40):
        if rows > 1:
            more(document, rows - 1)
            here.get("/sign/")  # its first document is opened, too
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                answer = here.get(url)
            assert len(answer.context["rows"]) == rows
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 32

"""Pages of keys elsewhere."""

from __future__ import annotations

import base64
import json
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from edocs.documents.models import Document
from edocs.journal.models import Event
from edocs.signatures.models import Key, SigningSession
from edocs.signatures.services import token_requests, two_phase
from edocs_sign.config import read_config
from edocs_sign.request import read_request
from signing.demo_pki import DemoPki
from tests.signatures.fixtures import current
from tests.signatures.test_elsewhere import Elsewhere, Services, elsewhere, services, token_key
from tests.signing.certified import certify
from tests.signing.csc_service import PIN
from tests.workflow.outgoing import run_jobs

__all__ = ["elsewhere", "services", "token_key"]

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
HELPER = f"http://127.0.0.1:{settings.SIGN_HELPER_PORT}"


def as_(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, url: str, **said: object) -> object:
    return client.post(url, json.dumps(said), content_type="application/json")


def test_the_leader_agrees_without_a_password_and_waits_for_the_token(elsewhere: Elsewhere) -> None:
    document = elsewhere.desk.to_sign(summary="V/v thẻ ký")
    client = as_(elsewhere.desk.office.deputy)
    assert "key_password" not in client.get("/sign/").text
    pick = f"{document.pk}-{current(document).pk}"
    answer = client.post("/sign/", {"documents": pick, "consent": "on"})
    session = SigningSession.objects.get()
    assert answer.url == f"/sign/elsewhere/{session.pk}/"
    page = client.get(answer.url)
    assert 'hx-trigger="every 1s"' in page.text
    run_jobs("workflow.sign")
    assert client.get(answer.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(answer.url)
    assert "V/v thẻ ký" in page.text
    assert current(document).blob_id in page.text
    assert "sign-helper.js" in page.text
    asked = post(client, f"{answer.url}request/").json()["request"]
    config = elsewhere.config()
    request = read_request(asked, type(config)(HOST, config.server_key, config.person, config.module), asked_at(asked))
    assert [one.item for one in request.documents] == [session.items.get().pk]
    values = [
        {"item": number, "value": base64.b64encode(value).decode()}
        for number, value in elsewhere.values(session).items()
    ]
    said = post(client, f"{answer.url}answer/", signatures=values)
    assert said.json() == {"next": f"/sign/sessions/{session.pk}/"}
    assert post(client, f"{answer.url}answer/", signatures=values).status_code == 409
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == "signed"
    assert client.get(answer.url).status_code == 302


def asked_at(asked: dict[str, str]) -> float:
    return float(json.loads(asked["payload"])["issued"])


def test_only_the_pages_of_the_token_may_speak_to_this_computer_and_to_this_address(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    client = as_(elsewhere.desk.office.deputy)
    for url in (f"/sign/elsewhere/{session.pk}/", "/sign/token/"):
        policy = client.get(url).headers["Content-Security-Policy"]
        connect = next(part for part in policy.split(";") if part.strip().startswith("connect-src"))
        assert connect.split() == ["connect-src", "'self'", HELPER]
    for url in ("/sign/", "/", "/incoming/"):
        assert "127.0.0.1" not in client.get(url).headers["Content-Security-Policy"]


def test_another_person_finds_no_page_and_is_journaled(elsewhere: Elsewhere) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    client = as_(elsewhere.desk.office.director)
    address = f"/sign/elsewhere/{session.pk}/"
    assert client.get(address).status_code == 404
    for tail in ("", "request/", "answer/"):
        assert post(client, address + tail, signatures=[]).status_code == 404
    events = Event.objects.filter(verb="signing.refused", person_id=elsewhere.desk.office.director.pk)
    assert [event.after["code"] for event in events] == ["other_person"] * 4
    assert two_phase.standing(session).ready


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"signatures": "all"},
        {"signatures": [{"item": "x", "value": ""}]},
        {"signatures": [{"item": 1}]},
        {"signatures": [{"item": 1, "value": "***"}]},
        {"signatures": [None]},
    ],
)
def test_what_is_no_answer_is_refused(elsewhere: Elsewhere, said: dict[str, object]) -> None:
    session = elsewhere.prepared(elsewhere.desk.to_sign())
    answer = post(as_(elsewhere.desk.office.deputy), f"/sign/elsewhere/{session.pk}/answer/", **said)
    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert two_phase.standing(session).ready


def test_who_does_not_want_to_sign_says_so(elsewhere: Elsewhere) -> None:
    document = elsewhere.desk.to_sign()
    session = elsewhere.prepared(document)
    answer = as_(elsewhere.desk.office.deputy).post(f"/sign/elsewhere/{session.pk}/", {"do": "stop"})
    assert answer.url == f"/sign/sessions/{session.pk}/"
    document.refresh_from_db()
    assert document.state == "to_sign"


def test_the_file_of_settings_is_what_the_helper_reads(elsewhere: Elsewhere, tmp_path: Path) -> None:
    text = as_(elsewhere.desk.office.deputy).get("/sign/token/edocs-sign.toml").text
    given = tomllib.loads(text)
    assert (given["server"], given["person"]) == (HOST, elsewhere.desk.office.deputy.username)
    path = tmp_path / "edocs-sign.toml"
    near = text.replace(HOST, "http://localhost:8000")
    path.write_text(near.replace('module = ""', 'module = "/usr/lib/token.so"'), encoding="utf-8")
    config = read_config(path)
    assert config.port == settings.SIGN_HELPER_PORT
    asked = token_requests.certificates_request(person=elsewhere.desk.office.deputy, server="http://localhost:8000")
    assert read_request(asked, config, asked_at(asked)).purpose == "certificates"


def test_a_certificate_is_entered_from_the_page(elsewhere: Elsewhere) -> None:
    certificate = base64.b64encode(bytes(elsewhere.key.on_token.certificate)).decode()
    client = as_(elsewhere.desk.office.deputy)
    Key.objects.filter(pk=elsewhere.key.pk).update(is_active=False)
    retired = post(client, "/sign/token/enter/", certificate=certificate)
    assert (retired.status_code, retired.json()["error"]) == (422, "retired")
    Key.objects.filter(pk=elsewhere.key.pk).delete()
    assert post(client, "/sign/token/enter/", certificate=certificate).status_code == 200
    assert elsewhere.key.subject in client.get("/sign/token/").text
    refused = post(as_(elsewhere.desk.office.director), "/sign/token/enter/", certificate=certificate)
    assert (refused.status_code, refused.json()["error"]) == (422, "other_person")


def test_what_the_helper_refused_comes_into_the_journal(elsewhere: Elsewhere) -> None:
    client = as_(elsewhere.desk.office.deputy)
    one = {"at": "2026-11-22T07:00:00+00:00", "code": "other_origin", "origin": "https://evil.example" + "x" * 900}
    assert post(client, "/sign/token/report/", refused=[one, "x", {}]).json() == {"told": 2}
    event = Event.objects.filter(verb="token.refused").order_by("id").first()
    assert event.after["code"] == "other_origin"
    assert len(event.after["origin"]) == 200
    for refused in (None, "x", [one] * 500):
        post(client, "/sign/token/report/", refused=refused)
    assert Event.objects.filter(verb="token.refused").count() == 22


def test_a_service_is_answered_on_the_page(services: Services) -> None:
    services.enter("nhung-tu-xa")
    document = services.desk.to_sign()
    session = services.prepared(document)
    client = as_(services.desk.office.deputy)
    address = f"/sign/elsewhere/{session.pk}/"
    assert 'type="password"' in client.get(address).text
    wrong = client.post(address, {"answer-0": "mã-sai-9911"})
    assert wrong.status_code == 422
    assert "mã-sai-9911" not in wrong.text
    assert client.post(address, {"answer-0": PIN}).url == f"/sign/sessions/{session.pk}/"
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert document.state == "signed"
    assert not [event for event in Event.objects.all() if PIN in json.dumps(event.after, ensure_ascii=False)]


def test_the_page_waits_for_the_telephone_and_goes_on(services: Services) -> None:
    services.enter("nhung-dt")
    session = services.prepared(services.desk.to_sign())
    client = as_(services.desk.office.deputy)
    address = f"/sign/elsewhere/{session.pk}/"
    waiting = client.get(address, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in waiting.text
    run_jobs("workflow.phone")
    run_jobs("workflow.phone")
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Redirect"] == f"/sign/sessions/{session.pk}/"


# --- the seal -------------------------------------------------------------------------------------------------------
def check_sealed(document: Document, state: str = "issued") -> None:
    document.refresh_from_db()
    assert document.state == state
    found = current(document).blob.verdict
    assert {one["field"] for one in found.signatures} == {"leader", "seal", "ts_seal"}
    assert {one["verdict"] for one in found.signatures} == {found.verdict} == {"pass"}


def asked(document: Document, do: str) -> dict[str, object]:
    """What the page of the seal posts where the key is elsewhere."""
    data: dict[str, object] = {"do": do, "version": current(document).pk}
    for line in document.recipients.all():
        data |= {f"channel-{line.pk}": line.channel, f"copies-{line.pk}": line.copies}
    return data


@pytest.mark.requirement("R-SIG-5")
def test_the_clerk_seals_with_a_key_at_a_service_and_sends_at_once(services: Services) -> None:
    """Number and date are filled in the seal's revision, and the clerk is asked for no password on the first page."""
    document = services.desk.signed()
    Key.objects.filter(purpose="seal").update(is_active=False)
    client, here = as_(services.desk.office.clerk), f"/seal/{document.pk}/"
    assert client.post(here, asked(document, "send")).status_code == 422  # no seal is entered
    services.enter_seal("con-dau-tu-xa")
    assert 'name="key_password"' not in client.get(here).text
    answer = client.post(here, asked(document, "send"))
    session = SigningSession.objects.get(purpose="seal")
    assert answer.url == f"/sign/elsewhere/{session.pk}/"
    assert answer.url in client.get(here).text
    run_jobs("workflow.seal")
    assert as_(services.desk.office.deputy).get(answer.url).status_code == 404
    assert client.post(answer.url, {"answer-0": PIN}).url == here
    run_jobs("workflow.seal")
    check_sealed(document)


def test_a_seal_that_nobody_allowed_keeps_its_number_and_waits(services: Services) -> None:
    document = services.desk.signed()
    services.enter_seal("con-dau-tu-xa")
    client, here = as_(services.desk.office.clerk), f"/seal/{document.pk}/"
    answer = client.post(here, asked(document, "seal"))
    run_jobs("workflow.seal")
    assert client.post(answer.url, {"do": "stop"}).url == here
    document.refresh_from_db()
    number = document.number
    assert (document.state, bool(number)) == ("sealing", True)
    again = client.post(here, asked(document, "seal"))
    run_jobs("workflow.seal")
    client.post(again.url, {"answer-0": PIN})
    run_jobs("workflow.seal")
    check_sealed(document, "sealed")
    assert document.number == number


def test_a_pile_is_sealed_with_one_confirmation_on_the_telephone(services: Services) -> None:
    services.enter_seal("con-dau-dt")
    documents = [services.desk.signed(summary=f"V/v số {number}") for number in range(2)]
    client = as_(services.desk.office.clerk)
    assert 'name="key_password"' not in client.get("/seal/pile/").text
    ticked = [f"{one.pk}-{current(one).pk}" for one in documents]
    answer = client.post("/seal/pile/", {"documents": ticked, "consent": "on", "do": "send"})
    session = SigningSession.objects.get(purpose="seal")
    assert answer.url == f"/sign/elsewhere/{session.pk}/"
    run_jobs("workflow.seal")
    run_jobs("workflow.phone")
    run_jobs("workflow.phone")
    run_jobs("workflow.seal")
    for document in documents:
        check_sealed(document)
    assert len(services.phone.phone.shows) == 1


def test_the_clerk_seals_with_the_token_of_the_agency(elsewhere: Elsewhere, office_pki: DemoPki) -> None:
    office = elsewhere.desk.office
    document = elsewhere.desk.to_sign()
    elsewhere.answer(elsewhere.prepared(document))
    run_jobs("workflow.sign")
    Key.objects.filter(purpose="seal").update(is_active=False)
    certificate = certify(office_pki, elsewhere.private.public_key(), office.agency.name)[0]
    client = as_(office.clerk)
    entered = post(client, "/sign/token/enter/", certificate=base64.b64encode(certificate).decode())
    assert office.agency.name in entered.json()["subject"]
    assert office.agency.name in client.get("/sign/token/").text
    answer = client.post(f"/seal/{document.pk}/", asked(document, "send"))
    run_jobs("workflow.seal")
    page = client.get(answer.url)
    assert "sign-helper.js" in page.text
    assert "request" in post(client, f"{answer.url}request/").json()
    session = SigningSession.objects.get(purpose="seal")
    values = [
        {"item": item, "value": base64.b64encode(value).decode()} for item, value in elsewhere.values(session).items()
    ]
    assert post(client, f"{answer.url}answer/", signatures=values).json() == {"next": f"/seal/{document.pk}/"}
    run_jobs("workflow.seal")
    check_sealed(document)

"""Nonsense in addresses and forms, and two people at once: a sentence in the reader's language, and nothing lost."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext

from edocs.documents.choices import State
from edocs.documents.models import Document, Export
from edocs.jobs.lanes import Lane
from edocs.jobs.models import Job, Pulse
from edocs.jobs.services import beat_pulse
from edocs.journal.models import Event
from edocs.office.models import SavedForm
from tests.factories import PASSWORD, Office, given, incoming
from tests.intake.pages import letter_pdf
from tests.workflow.outgoing import draft, submitted

pytestmark = pytest.mark.django_db

HUGE = "9" * 21
DIGITS = "9" * 5000  # more than Python turns into a number
NONSENSE = (HUGE, DIGITS, "-1", "0", "1e9", "²", "१२", "NaN", "a\x00b", "<script>", "%s%s%n", "' OR 1=1 --", "﷽" * 500)
#: lists and what stands in their addresses
LISTS = {
    "incoming": ("older", "newer", "last", "q", "state", "kind", "issuer", "unit", "urgency", "year", "from", "to"),
    "outgoing": ("older", "newer", "last", "q", "state", "kind", "issuer", "unit", "urgency", "year", "from", "to"),
    "search": ("q", "after", "sort", "direction", "kind", "issuer", "unit", "year", "state"),
    "search_suggest": ("q",),
    "case_files": ("older", "newer", "scope", "state", "year", "q"),
    "jobs": ("before", "after", "state", "kind"),
    "live": ("after",),
    "intake": ("seen", "after"),
    "intake_issuers": ("q",),
    "intake_number": ("book", "kind", "arrived_on"),
    "intake_repeats": ("issuer", "code", "identifier", "arrival", "confirmed"),
    "instruct_due": ("due", "due_on"),
    "pick_people_units": ("q", "within"),
    "pick_people": ("q",),
    "draft_new": ("answers", "to"),
    "draft_recipient_names": ("q",),
    "to_sign": ("tick", "view"),
    "work": ("q",),
    "notices": ("after",),
}
LANGUAGES = ("vi", "en")


def browser_of(someone: Any, language: str = "en") -> Client:
    browser = Client()
    browser.force_login(someone, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["edocs_language"] = language
    return browser


def said_in(language: str, page: str) -> bool:
    """Whether the page is in this language: its mark, and its way out."""
    word = {"vi": "Về việc của tôi", "en": "To my work"}[language]
    return f'<html lang="{language}"' in page and (word in page or "ed-rail" in page)


# --- addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", LISTS)
def test_nonsense_in_an_address_is_left_out_or_not_found(office: Office, name: str) -> None:
    incoming(office)
    who = office.director if name == "to_sign" else office.clerk
    browser = browser_of(who)
    for field in LISTS[name]:
        for value in NONSENSE:
            answer = browser.get(reverse(name), {field: value})
            assert answer.status_code in (200, 204, 404), f"{field}={value[:30]!r}"
        for query in (
            f"{field}[]=1&{field}[]=2",
            f"{field}=1&{field}=2",
            f"{field}",
            f"{field}[a][b]=c",
            f"{field}=%FF%FE",
        ):
            answer = browser.get(f"{reverse(name)}?{query}")
            assert answer.status_code in (200, 204, 404), query


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_that_no_calendar_has_shows_the_whole_list(office: Office, language: str) -> None:
    document = incoming(office)
    for year in ("0", "99999", "10000", HUGE):
        page = browser_of(office.clerk, language).get("/incoming/", {"year": year}).content.decode()
        assert f"/documents/{document.pk}/" in page
        assert said_in(language, page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address",
    [
        f"/documents/{HUGE}/",
        f"/documents/{DIGITS}/",
        f"/files/{HUGE}/download/",
        f"/files/1/pages/{HUGE}-page.webp",
        f"/exports/{HUGE}/",
        f"/assignments/{HUGE}/note/",
        f"/extensions/{HUGE}/",
        f"/outgoing/{HUGE}/write/",
        f"/outgoing/1/changes/{HUGE}/{HUGE}/",
        f"/sign/sessions/{HUGE}/",
        "/lists/nothing/export/",
        "/documents/-1/",
        "/documents/1%00/",
        "/%00",
        "/documents/../../etc/passwd",
    ],
)
def test_an_address_that_cannot_be_is_not_found(office: Office, address: str, language: str) -> None:
    answer = browser_of(office.clerk, language).get(address)
    assert answer.status_code in (404, 405), address
    assert answer.status_code == 405 or said_in(language, answer.content.decode())


@pytest.mark.parametrize("page", ["0", "99999", "100000", HUGE, "9" * 300])
def test_pages_that_no_file_has_are_not_found(office: Office, page: str, tmp_path: Any) -> None:
    document = incoming(office, files=[given(letter_pdf())])
    version = document.files.get().current_id
    browser = browser_of(office.clerk)
    assert browser.get(f"/files/{version}/pages/{page}-page.webp").status_code == 404
    assert browser.get(f"/files/{version}/pages/{page}.json").status_code == 404
    for query in ({"file": DIGITS}, {"version": DIGITS}, {"file": "²"}, {"version": "0"}, {"tab": "<script>"}):
        assert browser.get(f"/documents/{document.pk}/", query).status_code == 404


# --- search -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed",
    [
        "báo cáo " * 1250,
        "a" * 10_000,
        '"' * 999,
        "OR OR AND NOT",
        "-",
        "--- +++ ***",
        "((((((((((",
        "*?~^:",
        'số:"',
        "ngày:99/99/9999",
        "năm:" + DIGITS,
        "\x00\x00",
        "﻿​‮",
        "👨‍👩‍👧‍👦" * 200,
        "-cải -cách",
        "<b>x</b>",
    ],
)
def test_whatever_is_typed_into_search_gets_a_page(office: Office, typed: str, language: str) -> None:
    incoming(office)
    browser = browser_of(office.clerk, language)
    answer = browser.get("/search/", {"q": typed})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said_in(language, page)
    assert "%(subject)s" not in page
    assert browser.get("/search/suggest/", {"q": typed}).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_wrong_with_a_search_is_said(office: Office, language: str) -> None:
    page = browser_of(office.clerk, language).get("/search/", {"q": "báo cáo " * 1250}).content.decode()
    sentence = "The query was too long; only its beginning was searched."
    with translation.override(language):
        assert escape(gettext(sentence)) in page
        assert (gettext(sentence) == sentence) == (language == "en")


# --- forms ------------------------------------------------------------------------------------------------------------
def test_an_export_keeps_only_what_a_filter_can_be(office: Office) -> None:
    sent = {"q": "x" * 100_000, "state": "a\x00b", "kind": "<script>", "nothing": "of this"}
    assert browser_of(office.clerk).post("/lists/incoming/export/", sent).status_code == 302
    export = Export.objects.get()
    assert set(export.filters) <= {"q", "state", "kind"}
    assert max(map(len, export.filters.values())) <= 60
    assert "\x00" not in str(export.filters)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_a_form_comes_back_with_a_sentence(office: Office, value: str, language: str) -> None:
    document = draft(office)
    browser = browser_of(office.officer, language)
    events = Event.objects.count()
    posts = {
        reverse("acting_for"): {"person": value},
        reverse("draft_details", args=[document.pk]): {"kind": value, "summary": "V/v", "urgency": value},
        reverse("draft_submit", args=[document.pk]): {"signer": value},
        reverse("draft_check", args=[document.pk]): {"step": value, "version": value, "decision": "approve"},
        reverse("draft_new"): {"answers": value, "kind": "1", "summary": "V/v"},
    }
    for address, sent in posts.items():
        answer = browser.post(address, sent)
        assert answer.status_code in (403, 404, 409, 422), address
        assert said_in(language, answer.content.decode()), address
    assert Event.objects.count() == events


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_is_too_large_is_refused_in_words(office: Office, language: str) -> None:
    browser = browser_of(office.clerk, language)
    many = urlencode([(f"f{n}", "x") for n in range(6000)])
    answer = browser.post("/intake/new/", many, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
    assert said_in(language, answer.content.decode()) or f'<html lang="{language}"' in answer.content.decode()


# --- two at once ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_clerks_put_the_same_document_before_two_leaders(office: Office, language: str) -> None:
    """The second one is told that it lies before a leader already; the first one's choice stands."""
    document = incoming(office)
    address = reverse("handling_document", args=[document.pk, "submit"])
    first, second = browser_of(office.clerk), browser_of(office.clerk, language)
    assert second.get(address).status_code == 200
    assert first.post(address, {"to": office.director.pk}).status_code == 302
    answer = second.post(address, {"to": office.deputy.pk})
    assert answer.status_code == 409
    assert said_in(language, answer.content.decode())
    document.refresh_from_db()
    assert document.state == State.WITH_LEADER
    assert list(document.submissions.values_list("to", flat=True)) == [office.director.pk]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_clerks_cancel_the_same_registration(office: Office, language: str) -> None:
    document = incoming(office)
    address = reverse("document_cancel", args=[document.pk])
    sent = {"reason": "Đăng ký nhầm văn bản"}
    assert browser_of(office.clerk).post(address, sent).status_code == 302
    answer = browser_of(office.clerk, language).post(address, sent)
    assert answer.status_code == 409
    assert said_in(language, answer.content.decode())
    assert Event.objects.filter(verb="document.cancel").count() == 1


def test_a_draft_submitted_meanwhile_is_not_changed_and_says_with_whom_it_is(office: Office) -> None:
    approval = submitted(office)
    address = reverse("draft_details", args=[approval.document_id])
    answer = browser_of(office.officer).post(address, {"kind": office.letter.pk, "summary": "V/v khác", "urgency": "0"})
    assert answer.status_code == 409
    assert office.head.full_name in answer.content.decode()
    assert Document.objects.get(pk=approval.document_id).summary != "V/v khác"


# --- the session ended ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_being_typed_survives_an_ended_session(office: Office, language: str) -> None:
    """The browser keeps the last words itself (see the browser tests); what was saved before comes back from here."""
    document = draft(office)
    key = f"outgoing-{document.pk}"
    browser = browser_of(office.officer, language)
    assert browser.post(reverse("saved_form", args=[key]), {"body": "Nội dung đang viết"}).status_code == 204
    browser.post("/logout/")
    fetch = {"X-Requested-With": "fetch", "Accept": "application/json"}
    refused = browser.post(reverse("saved_form", args=[key]), {"body": "Nội dung đang viết thêm"}, headers=fetch)
    assert (refused.status_code, refused.json()["code"]) == (401, "signed_out")
    assert refused.json()["message"] != "signed_out"
    sent = browser.post(reverse("draft_details", args=[document.pk]), {"summary": "V/v khác"})
    assert sent.status_code == 302
    back = f"/outgoing/{document.pk}/details/"
    assert sent.headers["Location"] == f"/login/?next={back}"
    landed = browser.post("/login/", {"username": office.officer.username, "password": PASSWORD, "next": back})
    assert landed.headers["Location"] == back
    assert browser.get(reverse("saved_form", args=[key])).json()["data"]["body"] == ["Nội dung đang viết"]


def test_what_no_database_keeps_is_left_out_of_a_draft(office: Office) -> None:
    browser = browser_of(office.officer)
    assert browser.post("/saved/a%00b/", {"text\x00": "x\x00y", "many": ["1", "\x00"]}).status_code == 204
    assert browser.get("/saved/ab/").json()["data"] == {"text": ["xy"], "many": ["1", ""]}


def test_an_account_out_of_use_keeps_its_draft_to_itself(office: Office) -> None:
    SavedForm.objects.create(person=office.officer, key="instruct-1", data={"text": ["Riêng"]}, saved_at=timezone.now())
    answer = browser_of(office.director).get(reverse("saved_form", args=["instruct-1"]))
    assert "Riêng" not in answer.content.decode()


# --- the worker stands still ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_when_nobody_does_the_jobs(office: Office, language: str) -> None:
    document = incoming(office)
    long_ago = timezone.now() - dt.timedelta(minutes=10)
    beat_pulse(*Lane)
    Pulse.objects.update(at=long_ago)
    assert Job.objects.filter(state="waiting").update(not_before=long_ago, queued_at=long_ago)
    sentence = {"vi": "Việc chạy nền đang dừng", "en": "Later work stands still"}[language]
    browser = browser_of(office.clerk, language)
    pages = ("/", "/incoming/", "/outgoing/", "/search/", "/intake/", f"/documents/{document.pk}/")
    for address in pages:
        assert sentence in browser.get(address).content.decode(), address
    Pulse.objects.update(at=timezone.now())
    for address in pages:
        assert sentence not in browser.get(address).content.decode(), address

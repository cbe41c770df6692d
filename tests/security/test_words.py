"""Signing in and out, cookies, and words of others: each test on an office of its own."""

from __future__ import annotations

import re
from email.message import Message
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from edocs.documents.choices import FileRole
from edocs.documents.models import Document, DocumentFile
from edocs.documents.services.files import add_file, add_version
from edocs.office.models import Person
from edocs.workflow.models import Assignment
from edocs.workflow.services.handling import instruct, submit_to_leader
from tests.factories import PASSWORD, Office, given, incoming
from tests.intake.pages import arrived, letter_pdf
from tests.security.table import said
from tests.workflow.outgoing import approve, draft, submitted, written

pytestmark = pytest.mark.django_db

SCRIPT = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}"


@pytest.mark.requirement("R-PRI-2")
def test_no_cookie_can_be_read_by_a_script(office: Office, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = Client()
    answers = [browser.get("/login/")]
    answers.append(browser.post("/login/", {"username": "vanthu", "password": PASSWORD}))
    answers.append(browser.post("/language/", {"language": "en"}))
    answers.append(browser.post("/theme/", {"theme": "dark"}))
    names = {cookie.key: cookie for answer in answers for cookie in answer.cookies.values()}
    assert {"sessionid", "csrftoken", "edocs_language", "edocs_theme"} <= names.keys()
    for cookie in names.values():
        assert cookie["httponly"], cookie.key
        assert cookie["secure"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


@pytest.mark.requirement("R-SEC-1")
def test_signing_in_gives_a_new_session_and_signing_out_ends_it(office: Office) -> None:
    browser = Client()
    browser.post("/theme/", {"theme": "dark"})
    session = browser.session
    session["planted"] = True
    session.save()
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    token = browser.get("/login/").cookies.get("csrftoken")
    browser.post("/login/", {"username": "vanthu", "password": PASSWORD})
    after = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert before != after
    if token is not None:
        assert browser.cookies["csrftoken"].value != token.value
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = before
    assert said(planted.get("/")) == "in"
    browser.post("/logout/")
    kept = Client()
    kept.cookies[settings.SESSION_COOKIE_NAME] = after
    assert said(kept.get("/")) == "in"


@pytest.mark.requirement("R-SEC-1")
def test_whether_an_account_exists_is_not_told(office: Office) -> None:
    cache.clear()
    pages = [
        Client().post("/login/", {"username": name, "password": "khong-dung"}).content.decode()
        for name in ("vanthu", "nghiviec", "khong-co-ai")
    ]
    texts = [re.sub(r'value="[^"]*"|content="[^"]*"', "", page) for page in pages]
    assert texts[0] == texts[1] == texts[2]


# --- names and words of others ----------------------------------------------------------------------------------------
@pytest.mark.requirement("R-PRI-2")
@pytest.mark.parametrize(
    "name",
    [
        "a\r\nSet-Cookie: x=1.pdf",
        'a"; filename="b.exe',
        "a\x01\x7fb.pdf",
        "../../etc/passwd",
        "‮fdp.exe",
        "tờ trình.pdf",
    ],
)
def test_a_file_name_stays_a_file_name_in_the_headers(office: Office, name: str) -> None:
    document = incoming(office)
    file = add_file(document=document, name="x", role=FileRole.MAIN)
    version = add_version(file=file, blob=given(letter_pdf()).blob, origin="upload", by=office.clerk, pages=1)
    DocumentFile.objects.filter(pk=file.pk).update(name=name)
    browser = Client()
    browser.force_login(office.clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.get(reverse("file_download", args=[version.pk]))
    assert answer.status_code == 200
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert not set("\r\n\x01\x7f") & set(disposition)
    assert not answer.cookies
    parsed = Message()
    parsed["Content-Disposition"] = disposition
    names = [name for name, _value in parsed.get_params(header="Content-Disposition", unquote=False)]
    assert names == ["attachment", "filename"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.fixture
def scripted(office: Office, tmp_path: Any) -> dict[str, Any]:
    """Documents, people and work whose every word is markup."""
    Person.objects.filter(pk=office.officer.pk).update(full_name=SCRIPT[:100])
    office.officer.refresh_from_db()
    office.reform.name = SCRIPT
    office.reform.save()
    came = incoming(
        office,
        summary=f"V/v {SCRIPT}",
        issuer=None,
        issuer_name=SCRIPT,
        symbol="A<b>",
        files=[given(letter_pdf(), SCRIPT)],
    )
    submit_to_leader(document=came, to=office.director, by=office.clerk, note=SCRIPT)
    waits = incoming(office, number="2", summary=f"V/v {SCRIPT}", issuer=None, issuer_name=SCRIPT)
    submit_to_leader(document=waits, to=office.director, by=office.clerk, note=SCRIPT)
    order = instruct(document=came, author=office.director, text=SCRIPT, lead=office.officer, working_days=3)
    goes = written(office, summary=f"V/v {SCRIPT}")
    Document.objects.filter(pk=goes.pk).update(summary=f"V/v {SCRIPT}")
    approve(submitted(office, goes), "content", office.head)
    begun = draft(office, summary=f"V/v {SCRIPT}")
    arrival = arrived(office, tmp_path, name="<script>alert(1)</script>.pdf")
    return {"came": came, "waits": waits, "goes": goes, "begun": begun, "arrival": arrival, "order": order}


@pytest.mark.requirement("R-PRI-2")
def test_words_of_others_are_never_markup(office: Office, scripted: dict[str, Any]) -> None:
    came, waits, goes, begun = (scripted[name].pk for name in ("came", "waits", "goes", "begun"))
    mine = Assignment.objects.get(document=came).pk
    tabs = [f"/documents/{one}/?tab={tab}" for one in (came, goes) for tab in ("course", "details", "links", "history")]
    pages = {
        "clerk": ["/", "/incoming/", "/intake/", f"/intake/{scripted['arrival'].pk}/", "/search/?q=" + SCRIPT],
        "director": ["/", "/instruct/", f"/instruct/{waits}/", f"/documents/{came}/preview/", f"/documents/{came}/"],
        "officer": ["/", *tabs, "/outgoing/", f"/outgoing/{begun}/write/", f"/outgoing/{begun}/submit/", "/notices/"],
        "bureau_head": ["/", "/to-check/", f"/outgoing/{goes}/check/", f"/documents/{goes}/preview/", "/notices/"],
        "head": ["/", "/notices/", f"/documents/{goes}/?tab=course"],
        "admin": ["/admin/office/person/", f"/admin/office/person/{office.officer.pk}/change/", "/jobs/"],
    }
    pages["officer"] += [f"/assignments/{mine}/{verb}/" for verb in ("note", "return", "finish")]
    pages["clerk"] += [f"/incoming/?{name}={SCRIPT}" for name in ("q", "state", "kind", "year", "from")]
    found = 0
    for who, addresses in pages.items():
        browser = Client()
        browser.force_login(getattr(office, who), backend="django.contrib.auth.backends.ModelBackend")
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            page = answer.content.decode()
            assert "<script>alert" not in page, address
            assert "<img src=x" not in page, address
            assert "A<b>" not in page, address
            assert not re.search(r"<[a-z][^<>]*\sonerror=", re.sub(r'"[^"]*"', '""', page)), address
            assert "'49" not in page, address
            found += "&lt;script&gt;alert" in page or "&lt;script&gt;" in page
    assert found > 25, "the words must stand on the pages for this test to say anything"

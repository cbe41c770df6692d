"""What every answer carries, and what a browser, or somebody with one, may try."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from edocs.office.models import Person
from tests.factories import PASSWORD
from tests.security.routes import ROWS
from tests.security.table import Row, address_of, ask, said
from tests.security.world import World

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "http:///evil.example",
    "javascript:alert(1)",
    "\tjavascript:alert(1)",
    "https:evil.example",
)


# --- headers and cookies ----------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-PRI-2")
@pytest.mark.parametrize("row", [pytest.param(row, id=str(row)) for row in ROWS if row.get])
def test_every_answer_is_guarded(world: World, row: Row) -> None:
    for who in ("anonymous", "clerk", "officer", "admin"):
        response = ask(world.browser(who), world, row, "get")
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Frame-Options"] in ("SAMEORIGIN", "DENY")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        if who != "anonymous" and said(response) != "in":
            kept = response.headers["Cache-Control"]
            assert "private" in kept or "no-store" in kept, "a cache between may keep it"
            if response.headers["Content-Type"].startswith("text/html"):
                assert "no-store" in kept, "it stands in the browser after signing out"
        for cookie in response.cookies.values():
            assert cookie["httponly"], cookie.key
            assert cookie["samesite"] in ("Lax", "Strict"), cookie.key


@pytest.mark.requirement("R-SEC-1")
def test_an_account_taken_out_of_use_is_out_at_once(world: World) -> None:
    browser = world.browser("officer")
    address = address_of(world, Row("document", args="pk=assigned"))
    assert said(browser.get(address)) == "200"
    Person.objects.filter(pk=world.office.officer.pk).update(is_active=False)
    assert said(browser.get(address)) == "in"
    refused = Client().post("/login/", {"username": "chuyenvien", "password": PASSWORD})
    assert refused.status_code == 200
    assert settings.SESSION_COOKIE_NAME not in refused.cookies


# --- elsewhere --------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-PRI-2")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_address_leads_elsewhere(world: World, elsewhere: str) -> None:
    login = Client().post("/login/", {"username": "vanthu", "password": PASSWORD, "next": elsewhere})
    assert login.headers["Location"] == "/"
    assert "evil" not in Client().get("/login/", {"next": elsewhere}).content.decode().split("<form")[0]
    posts = (
        ("officer", Row("handling_assignment", args="pk=@mine, verb=note", data={"text": "Đang làm"})),
        ("officer", Row("job_repeat", args="pk=@job")),
        ("clerk", Row("set_language", data={"language": "en"})),
        ("clerk", Row("set_theme", data={"theme": "dark"})),
        ("clerk", Row("acting_for")),
        ("clerk", Row("notices_read")),
    )
    for who, row in posts:
        sent = Row(row.name, args=row.args, data={**row.data, "next": elsewhere})
        answer = ask(world.browser(who), world, sent, "post")
        assert answer.status_code == 302
        assert re.match(r"/(?![/\\])", answer.headers["Location"]), answer.headers["Location"]
    page = world.browser("officer").get(
        address_of(world, Row("handling_assignment", args="pk=@mine, verb=note")), {"next": elsewhere}
    )
    assert not re.search(r'href="[^"]*(evil|javascript)', page.content.decode())


def test_htmx_is_told_to_sign_in_here(world: World) -> None:
    for address in ELSEWHERE:
        answer = world.browser("anonymous").get("/incoming/", headers={"HX-Request": "true", "HX-Current-URL": address})
        (link,) = re.findall(r'href="(/login/[^"]*)"', answer.content.decode())
        landed = Client().post(link.replace("&amp;", "&"), {"username": "vanthu", "password": PASSWORD})
        assert re.match(r"/(?![/\\])", landed.headers["Location"]), landed.headers["Location"]
    assert answer.status_code == 401

"""The shell: who sees which lines, language and theme, live counts, refusals and drafts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import include, path

from edocs import clock, ui
from edocs.errors import Invalid, NotPermitted, Unavailable, WrongState
from edocs.jobs.models import Job, JobState
from edocs.journal.context import origin
from edocs.office.models import Delegation, Notice, Person, SavedForm
from edocs.office.services import tell
from edocs.web import navigation, notices
from tests.factories import PASSWORD, Office

REFUSALS = {"403": NotPermitted, "409": WrongState, "422": Invalid, "503": Unavailable}
SENTENCE = "Số 1043 vừa được cấp cho văn bản khác."


def page(request: HttpRequest) -> HttpResponse:
    body = '{% extends "base.html" %}{% block main %}<h1>Trang</h1>{% endblock %}'
    return HttpResponse(engines["django"].from_string(body).render({}, request))


@login_not_required
def refuse(request: HttpRequest, status: str) -> HttpResponse:
    raise REFUSALS[status](SENTENCE)


def where_from(request: HttpRequest) -> HttpResponse:
    source = origin.get()
    return HttpResponse(f"{source.address} {source.request_id} {source.acting_for_id}")


def boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


urlpatterns = [
    path("", include("edocs.web.urls")),
    path("", include("edocs.signatures.urls")),
    path("page/", page),
    path("refuse/<str:status>/", refuse),
    path("where/", where_from),
    path("boom/", boom),
    path("to-sign/", page, name="only_leaders"),
    path("to-sign/pile/", page, name="only_leaders_pile"),
    path("search-here/", page, name="find_here"),
    path("mine/", page, name="mine"),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_shell")]


@pytest.fixture(autouse=True)
def own_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rail of our own, so that the pages of the other apps do not matter here."""
    lines = [
        navigation.NavItem(
            "mine", "Việc của tôi", "checklist", counter="mine", key="v", pages=frozenset({"where_from"})
        ),
        navigation.NavItem("only_leaders", "Chờ ký", "signature", roles=frozenset({"leader"}), counter="pile"),
        navigation.NavItem("only_leaders_pile", "Ký cùng lúc", "files", roles=frozenset({"leader"})),
        navigation.NavItem("not_there_yet", "Chưa ra đời", "files"),
        navigation.NavItem("find_here", "Tìm kiếm", "search", always_in_bar=True),
    ]
    monkeypatch.setattr(navigation, "NAVIGATION", lines)
    monkeypatch.setattr(navigation, "_counters", {})


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- who sees what --------------------------------------------------------------------------------------------------
def test_the_rail_shows_only_what_a_person_may_use(office: Office) -> None:
    leader = signed_in(office.director).get("/page/").content.decode()
    officer = signed_in(office.officer).get("/page/").content.decode()
    assert 'href="/to-sign/"' in leader
    assert "/to-sign/" not in officer
    assert "Chưa ra đời" not in leader + officer


def test_the_most_exact_line_is_the_current_one(office: Office) -> None:
    lines = navigation.lines_for(office.director, path="/to-sign/pile/3/")
    assert [line.item.url_name for line in lines if line.current] == ["only_leaders_pile"]


def test_a_page_may_belong_to_a_line_that_begins_otherwise(office: Office) -> None:
    lines = navigation.lines_for(office.director, path="/search-here/", page="where_from")
    assert [line.item.url_name for line in lines if line.current] == ["mine"]


def test_the_bar_of_a_phone_has_three_lines_and_search(office: Office) -> None:
    bar = navigation.bar_of(navigation.lines_for(office.director))
    assert [line.item.url_name for line in bar] == ["mine", "only_leaders", "only_leaders_pile", "find_here"]


def test_one_statement_may_find_several_counts(office: Office) -> None:
    asked = []

    def both(person: Person) -> dict[str, Any]:
        asked.append(person)
        return {"mine": (5, 2), "pile": 7}

    navigation.register_counters(("mine", "pile"), both)
    counts = navigation.counts_for(office.director, ("mine", "pile", "nobody_counts_this"))
    assert counts == {"mine": ui.Count(5, 2), "pile": ui.Count(7)}
    assert asked == [office.director]


def test_a_page_of_the_shell_costs_few_statements(office: Office, django_assert_max_num_queries: Any) -> None:
    client = signed_in(office.officer)
    with django_assert_max_num_queries(6):  # session, person, roles, facts of the shell, worker (two when it is silent)
        client.get("/page/")


# --- signing in -----------------------------------------------------------------------------------------------------
def test_signing_in_and_out(office: Office) -> None:
    client = Client()
    assert client.get("/page/").headers["Location"] == "/login/?next=/page/"
    wrong = client.post("/login/", {"username": "vanthu", "password": "sai"})
    assert wrong.status_code == 200
    assert "Chưa đăng nhập được" in wrong.content.decode()
    right = client.post("/login/", {"username": "vanthu", "password": PASSWORD, "next": "/page/"})
    assert right.headers["Location"] == "/page/"
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/page/").status_code == 302


def test_an_inactive_account_does_not_get_in(office: Office) -> None:
    answer = Client().post("/login/", {"username": "nghiviec", "password": PASSWORD})
    assert "Chưa đăng nhập được" in answer.content.decode()


def test_after_many_wrong_passwords_a_page_says_what_now(office: Office) -> None:
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/login/", {"username": "vanthu", "password": "sai"})
    assert answer.status_code == 429
    if settings.AXES_LOCKOUT_TEMPLATE:
        assert "15 phút" in answer.content.decode()


# --- language and theme ---------------------------------------------------------------------------------------------
def test_vietnamese_is_the_language_whatever_the_browser_wishes(office: Office) -> None:
    answer = Client().get("/login/", headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == "vi"
    assert "Đăng nhập" in answer.content.decode()


def test_a_chosen_language_stays(office: Office) -> None:
    client = Client()
    answer = client.post("/language/", {"language": "en", "next": "/login/?next=/page/"})
    assert answer.headers["Location"] == "/login/?next=/page/"
    assert "Sign in" in client.get("/login/").content.decode()
    client.post("/language/", {"language": "xx", "next": "/"})
    assert "Sign in" in client.get("/login/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_going_back_never_leads_to_another_site(office: Office, elsewhere: str) -> None:
    assert Client().post("/language/", {"language": "en", "next": elsewhere}).headers["Location"] == "/"


def test_the_theme_is_set_by_the_server(office: Office) -> None:
    client = signed_in(office.officer)
    assert 'data-theme="auto"' in client.get("/page/").content.decode()
    client.post("/theme/", {"next": "/page/"})
    dark = client.get("/page/").content.decode()
    assert 'data-theme="dark"' in dark
    assert 'id="dark-tokens" media="all"' in dark
    client.post("/theme/", {"theme": "light"})
    assert 'id="dark-tokens" media="not all"' in client.get("/page/").content.decode()


# --- acting for somebody --------------------------------------------------------------------------------------------
def test_acting_for_somebody_is_seen_on_every_page_and_reaches_the_journal(office: Office) -> None:
    today = clock.today()
    Delegation.objects.create(person=office.director, delegate=office.deputy, valid_from=today)
    client = signed_in(office.deputy)
    assert "Làm thay Trần Quốc Thịnh" in client.get("/acting-for/").content.decode()
    client.post("/acting-for/", {"person": office.director.pk})
    assert "Bạn đang thay mặt Giám đốc Trần Quốc Thịnh" in client.get("/page/").content.decode()
    assert client.get("/where/").content.decode().endswith(f" {office.director.pk}")
    Delegation.objects.update(valid_to=today - dt.timedelta(days=1))
    assert "Bạn đang thay mặt" not in client.get("/page/").content.decode()


def test_nobody_acts_for_a_person_without_delegation(office: Office) -> None:
    client = signed_in(office.deputy)
    assert client.post("/acting-for/", {"person": office.director.pk}).status_code == 403
    assert client.get("/where/").content.decode().endswith(" None")


# --- where a change came from ---------------------------------------------------------------------------------------
def test_address_and_request_are_known_and_forgotten(office: Office, settings: Any) -> None:
    client = signed_in(office.clerk)
    answer = client.get("/where/", headers={"x-forwarded-for": "9.9.9.9"})
    address, number, _ = answer.content.decode().split()
    assert (address, number) == ("127.0.0.1", answer.headers["X-Request-ID"])
    assert origin.get().address == ""
    settings.BEHIND_HTTPS = True  # then our own proxy wrote the last address
    behind = client.get("/where/", headers={"x-forwarded-for": "9.9.9.9, 10.0.0.7"})
    assert behind.content.decode().split()[0] == "10.0.0.7"


# --- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_a_page_with_its_sentence(office: Office, status: str) -> None:
    answer = signed_in(office.clerk).get(f"/refuse/{status}/")
    assert answer.status_code == int(status)
    assert SENTENCE in answer.content.decode()


def test_a_refusal_is_a_toast_for_a_part_of_a_page(office: Office) -> None:
    answer = signed_in(office.clerk).get("/refuse/409/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#toasts")
    assert SENTENCE in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_refusal_is_json_for_a_script(office: Office) -> None:
    answer = signed_in(office.clerk).get("/refuse/422/", headers={"x-requested-with": "fetch"})
    assert (answer.status_code, answer.json()["message"], answer.json()["code"]) == (422, SENTENCE, "invalid")


def test_an_ended_session_does_not_put_the_log_in_page_into_another(office: Office) -> None:
    answer = Client().get("/page/", headers={"hx-request": "true", "hx-current-url": "http://testserver/page/?a=1"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#toasts")
    assert 'href="/login/?next=/page/%3Fa%3D1"' in answer.content.decode()
    script = Client().get("/page/", headers={"x-requested-with": "fetch"})
    assert (script.status_code, script.json()["code"]) == (401, "signed_out")


def test_what_went_wrong_is_said_in_sentences(office: Office) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(office.clerk)
    missing, broken = client.get("/nowhere/"), client.get("/boom/")
    assert (missing.status_code, broken.status_code) == (404, 500)
    assert "Ở đây không có gì bạn xem được" in missing.content.decode()
    assert "Hệ thống gặp lỗi" in broken.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.clerk)
    old = strict.post("/theme/")
    assert (old.status_code, "Trang này mở đã quá lâu" in old.content.decode()) == (403, True)


def test_no_page_carries_inline_script_or_style(office: Office) -> None:
    client = signed_in(office.director)
    for address in ("/page/", "/login/", "/keys/", "/menu/", "/notices/", "/acting-for/", "/nowhere/"):
        html = client.get(address).content.decode() if address != "/login/" else Client().get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), address
        assert not re.search(r"""\s(style|on[a-z]+)=["']""", html), address
        assert "<style" not in html


# --- live -----------------------------------------------------------------------------------------------------------
def test_live_tells_counts_and_new_notices_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "_wordings", {})
    notices.register_notice("assigned", "%(who)s giao %(code)s, hạn %(due)s", "look")
    navigation.register_counter("mine", lambda person: (3, 1))
    client = signed_in(office.officer)
    before = client.get("/live/").json()
    assert before["counts"] == {"mine": {"total": 3, "red": 1}}
    assert (before["unread"], before["notices"]) == (0, [])
    tell([office.officer], "assigned", facts={"who": "Vũ Đức Anh", "code": "71/CĐ-UBND"}, address="/mine/")
    after = client.get("/live/", {"after": before["last"]})
    assert [line["text"] for line in after.json()["notices"]] == ["Vũ Đức Anh giao 71/CĐ-UBND, hạn …"]
    assert after.json()["unread"] == 1
    again = client.get("/live/", {"after": before["last"]}, headers={"if-none-match": after.headers["ETag"]})
    assert again.status_code == 304
    client.post("/notices/read/", headers={"x-requested-with": "fetch"})
    assert client.get("/live/").json()["unread"] == 0


def test_live_and_notices_speak_to_their_person_alone(office: Office) -> None:
    tell([office.officer], "unheard_of", facts={"text": "Riêng cho Huyền"})
    assert "Riêng cho Huyền" in signed_in(office.officer).get("/notices/").content.decode()
    assert "Riêng cho Huyền" not in signed_in(office.stranger).get("/notices/").content.decode()
    assert signed_in(office.stranger).get("/live/", {"after": 0}).json()["notices"] == []
    assert Client().get("/live/").status_code == 401
    signed_in(office.stranger).post("/notices/read/")
    assert Notice.objects.get().read_at is None


def test_the_page_says_when_the_worker_stands_still(office: Office) -> None:
    client = signed_in(office.clerk)
    assert "Việc chạy nền đang dừng" not in client.get("/page/").content.decode()
    since = clock.now() - dt.timedelta(minutes=5)
    Job.objects.create(kind="x", state=JobState.WAITING, queued_at=since, not_before=since)
    assert "Việc chạy nền đang dừng" in client.get("/page/").content.decode()


# --- what was being typed -------------------------------------------------------------------------------------------
def test_a_draft_is_kept_for_its_person_without_passwords(office: Office) -> None:
    client = signed_in(office.officer)
    client.post("/saved/register-1/", {"summary": "Đang gõ", "to": ["1", "2"], "key_password": "bí mật"})
    assert client.get("/saved/register-1/").json()["data"] == {"summary": ["Đang gõ"], "to": ["1", "2"]}
    assert signed_in(office.clerk).get("/saved/register-1/").json()["data"] == {}
    client.delete("/saved/register-1/")
    assert not SavedForm.objects.exists()


def test_after_a_wrong_password_the_password_is_typed_anew(office: Office) -> None:
    given = {"username": office.clerk.username, "password": "sai-mật-khẩu"}
    form = Client().post("/login/", given).context["form"]
    assert form["username"].value() == office.clerk.username
    assert ("autofocus" in str(form["username"]), "autofocus" in str(form["password"])) == (False, True)
    assert "autofocus" in str(Client().get("/login/").context["form"]["username"])

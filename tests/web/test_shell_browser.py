"""The shell in Chromium: keys, drafts, picker, viewer, what it weighs, and that it is usable by everybody."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from playwright.sync_api import Browser, Page, expect, sync_playwright

from edocs import ui
from edocs.errors import Invalid
from edocs.office.models import SavedForm
from edocs.web import navigation
from tests.factories import PASSWORD, Office

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SHEET = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="840" height="1188" viewBox="0 0 210 297">'
    '<rect width="210" height="297" fill="#fff"/></svg>'
)


class Letter(forms.Form):
    symbol = forms.CharField(label="Số, ký hiệu")
    summary = forms.CharField(label="Trích yếu", widget=forms.Textarea)
    lead = forms.ChoiceField(label="Chủ trì", choices=[("", ""), ("1", "Phòng Người có công"), ("2", "Văn phòng Sở")])


def _page(request: HttpRequest, body: str, **context: Any) -> HttpResponse:
    source = '{% extends "base.html" %}{% load i18n static ed %}' + body
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def queue(request: HttpRequest) -> HttpResponse:
    rows = [
        ui.QueueRow(f"/letter/{n}/", f"{n}/UBND-TH", "UBND tỉnh", "Trích yếu", key=str(n), preview_url=f"/preview/{n}/")
        for n in (1, 2, 3)
    ]
    group = ui.QueueGroup("Hôm nay", rows, 3)
    body = """{% block main %}{% pagehead "Việc của tôi" %}{% menu "Việc khác" %}<a href="#a">Một</a>{% endmenu %}
    {% endpagehead %}<div class="ed-split ed-split-2"><section class="ed-pane" aria-label="Việc" data-queue>
    {% group group %}</section><section class="ed-pane" data-side id="preview" aria-label="Xem trước"></section></div>
    {% endblock %}"""
    return _page(request, body, group=group)


def preview(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f'<div class="ed-dochead"><h2>Văn bản {number}</h2></div><a href="/done/" data-next>Vào sổ</a>')


def letter(request: HttpRequest, number: int) -> HttpResponse:
    file = ui.ViewedFile(
        "Công văn",
        [ui.ViewerPage(n, f"/sheet/{n}.svg", 210, 297) for n in (1, 2)],
        [
            ui.ViewerBox(1, 0.1, 0.1, 0.3, 0.02, "spot", "number"),
            ui.ViewerBox(1, 0.5, 0.3, 0.3, 0.1, "place", "signature", "Chữ ký"),
        ],
    )
    body = """{% block main %}{% pagehead "Vào sổ" %}{% endpagehead %}<div class="ed-split ed-split-reg">
    <section class="ed-pane" aria-label="Văn bản">{% viewer file %}</section><section class="ed-pane" aria-label="Sổ">
    <form method="post" action="/done/" novalidate class="ed-pane-body ed-form" data-autosave="/saved/letter/">
    {% csrf_token %}{% field form.symbol suggestion=mark %}{% field form.summary %}{% picker form.lead url="/pick/" %}
    <input type="hidden" name="x" data-place="signature" data-part="x">
    <button type="submit" class="ed-btn ed-btn-p" data-submit>Vào sổ</button></form></section></div>{% endblock %}
    {% block scripts %}{% for name in modules %}<script type="module" src="{% static name %}"></script>{% endfor %}
    {% endblock %}"""
    modules = [f"edocs/js/{name}.js" for name in ("viewer", "suggest", "picker", "autosave")]
    mark = ui.Suggestion("tr. 1", "number")
    return _page(request, body, form=Letter(initial={"symbol": "214"}), file=file, modules=modules, mark=mark)


def pick(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"items": [{"value": "1", "label": "Phòng Người có công", "initials": "NC", "unit": True}]})


def refuse(request: HttpRequest) -> HttpResponse:
    raise Invalid("Tệp hỏng, không mở được.")


urlpatterns = [
    path("", include("edocs.web.urls")),
    path("", include("edocs.signatures.urls")),
    path("queue/", queue, name="queue"),
    path("preview/<int:number>/", preview),
    path("letter/<int:number>/", letter),
    path("pick/", pick),
    path("refuse/", refuse),
    path("done/", lambda request: _page(request, "{% block main %}<h1>Xong</h1>{% endblock %}")),
    path("sheet/<int:number>.svg", lambda request, number: HttpResponse(SHEET, content_type="image/svg+xml")),
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.tool("chromium"),
    pytest.mark.urls("tests.web.test_shell_browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def own_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "NAVIGATION", [navigation.NavItem("queue", "Việc của tôi", "checklist", key="v")])


@pytest.fixture
def chromium(office: Office, live_server: Any, own_lines: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread
    with sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def sign_in(chromium: Browser, address: str, **options: Any) -> Page:
    page = chromium.new_context(base_url=address, **options).new_page()
    page.goto("/login/?next=/queue/")
    page.fill("[name=username]", "vanthu")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/queue/")
    return page


def test_the_first_page_is_light_and_asks_nobody_else(chromium: Browser, live_server: Any) -> None:
    page = chromium.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{live_server.url}/login/", wait_until="networkidle")
    weight = 0
    for answer in answers:
        assert answer.url.startswith(live_server.url)
        body = answer.body()
        weight += len(body) if answer.url.endswith(".woff2") else len(gzip.compress(body))
    assert len(answers) > 10
    assert weight < 120_000


def test_the_queue_by_keyboard(chromium: Browser, live_server: Any) -> None:
    page = sign_in(chromium, live_server.url)
    expect(page.locator("#preview h2")).to_have_text("Văn bản 1")
    page.keyboard.press("j")
    expect(page.locator("#preview h2")).to_have_text("Văn bản 2")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.click("#me summary")
    page.click("#me [data-dialog=keys]")
    page.keyboard.press("Escape")
    expect(page.locator("#me summary")).to_be_focused()
    page.keyboard.press("e")
    page.wait_for_url("**/done/")
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.wait_for_url("**/queue/")
    page.locator("a.ed-row").nth(2).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/letter/3/")


def test_a_refusal_lands_among_the_toasts(chromium: Browser, live_server: Any) -> None:
    page = sign_in(chromium, live_server.url)
    expect(page.locator("#preview h2")).to_have_text("Văn bản 1")
    page.evaluate("htmx.ajax('GET', '/refuse/', {target: '#preview'})")
    expect(page.locator("#toasts .ed-toast")).to_contain_text("Tệp hỏng, không mở được.")
    expect(page.locator("#preview h2")).to_have_text("Văn bản 1")


def test_suggestion_picker_and_place(chromium: Browser, live_server: Any) -> None:
    page = sign_in(chromium, live_server.url)
    page.goto("/letter/1/")
    page.focus("#id_symbol")
    expect(page.locator("[data-spot=number].ed-on")).to_have_count(1)
    page.keyboard.type("5")
    expect(page.locator(".ed-sug")).to_have_count(0)
    page.fill("#id_lead", "nguoi co")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".ed-pill")).to_contain_text("Phòng Người có công")
    assert page.locator("[name=lead]").evaluate("select => select.value") == "1"
    place = page.locator(".ed-over-place")
    place.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=x]")).to_have_value("0.50500")
    page.keyboard.press("Enter")
    page.locator(".ed-page").first.click(position={"x": 200, "y": 300})
    assert float(page.input_value("[name=x]")) < 0.4
    page.click("[data-act=next]")
    expect(page.locator("[data-now]")).to_have_text("2")


def test_what_was_typed_survives_a_lost_connection_and_an_ended_session(chromium: Browser, live_server: Any) -> None:
    page = sign_in(chromium, live_server.url)
    page.goto("/letter/1/")
    page.wait_for_load_state("networkidle")
    page.fill("#id_summary", "Lưu trên máy chủ")
    page.wait_for_timeout(2_500)
    assert SavedForm.objects.get().data["summary"] == ["Lưu trên máy chủ"]
    page.context.set_offline(True)
    page.fill("#id_summary", "Mất mạng")
    expect(page.locator("#band-offline")).to_be_visible(timeout=10_000)
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#id_summary")).to_have_value("Mất mạng")
    session = next(cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    page.context.clear_cookies(name="sessionid")
    page.fill("#id_summary", "Hết phiên")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#band-offline")).to_contain_text("đăng xuất")
    assert page.url.endswith("/letter/1/")
    page.context.add_cookies([session])
    page.reload()
    expect(page.locator("#id_summary")).to_have_value("Hết phiên")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/done/")


def test_without_javascript_menus_open_and_links_lead_on(chromium: Browser, live_server: Any) -> None:
    page = sign_in(chromium, live_server.url, java_script_enabled=False)
    page.click("#me summary")
    page.click("#me a[href='/keys/']")
    page.wait_for_url("**/keys/")
    page.goto("/letter/1/")
    expect(page.locator(".ed-page img")).to_have_count(2)
    expect(page.locator("select[name=lead]")).to_be_visible()
    expect(page.locator("[data-act=next]")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_axe_finds_nothing(chromium: Browser, live_server: Any, theme: str, size: tuple[int, int]) -> None:
    page = sign_in(chromium, live_server.url, viewport={"width": size[0], "height": size[1]})
    page.context.add_cookies([{"name": "edocs_theme", "value": theme, "url": live_server.url}])
    for address in ("/queue/", "/letter/1/", "/notices/", "/menu/", "/nowhere/"):
        page.goto(address, wait_until="networkidle")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        assert not [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]], address

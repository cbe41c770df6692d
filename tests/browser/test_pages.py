"""Every main page in Chromium: usable by everybody, quiet, asking nobody else, and whole in both languages."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.pages import MAIN_PAGES, MainPage
from tests.browser.stage import DESKTOP, PHONE, Seats, Stage, Watched

# the first test waits until the office is made and served
pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium"), pytest.mark.timeout(600)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
GRAVE = ("serious", "critical")
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
#: words of the interface; what the office wrote itself stays as it was written
INTERFACE = "a.ed-nav, .ed-btn, .ed-lab, .ed-label, legend, th, .ed-tabs a, .ed-group"
#: Vietnamese by intention: the language's own name, and words that the format prints
MEANT = re.compile(r"Tiếng Việt|Kính gửi|Căn cứ|Nơi nhận|Điều|.* writes$")
every_page = pytest.mark.parametrize("main", MAIN_PAGES, ids=lambda main: main.name)


def shown(watched: Watched, main: MainPage, stage: Stage) -> Page:
    """The page as a person sees it, when everything it asked for has come."""
    answer = watched.page.goto(main.path(stage))
    assert answer is not None
    assert answer.status == 200, answer.url
    assert answer.url.endswith(main.path(stage)), f"sent on to {answer.url}"
    watched.settle()
    return watched.page


def grave(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"][:4]
    ]


@every_page
def test_by_day_in_vietnamese_axe_finds_nothing_grave(seats: Seats, set_up: Stage, main: MainPage) -> None:
    page = shown(seats.open(main.username, bypass_csp=True), main, set_up)
    assert page.locator("html").get_attribute("lang") == "vi"
    assert grave(page) == []
    page.context.close()


@every_page
def test_in_the_dark_in_english_axe_finds_nothing_grave(seats: Seats, set_up: Stage, main: MainPage) -> None:
    page = shown(seats.open(main.username, theme="dark", language="en", bypass_csp=True), main, set_up)
    assert page.locator("html").get_attribute("lang") == "en"
    assert grave(page) == []
    expect(page.locator("body")).to_contain_text(main.english)
    words = page.locator(INTERFACE).all_inner_texts()
    assert [text for text in words if VIETNAMESE.search(MEANT.sub("", text))] == []
    page.context.close()


@every_page
def test_the_page_is_quiet_asks_nobody_else_and_fits_a_phone(seats: Seats, set_up: Stage, main: MainPage) -> None:
    watched = seats.open(main.username)
    page = shown(watched, main, set_up)
    assert watched.strangers == []
    assert watched.errors == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.context.close()


def test_a_picture_of_a_page_is_drawn(seats: Seats, set_up: Stage) -> None:
    page = seats.open("chuyenvien1", size=DESKTOP).page
    page.goto(f"/documents/{set_up.incoming}/")
    picture = page.locator(".ed-page img").first
    expect(picture).to_be_visible()
    page.wait_for_function("picture => picture.complete && picture.naturalWidth > 400", arg=picture.element_handle())
    page.context.close()

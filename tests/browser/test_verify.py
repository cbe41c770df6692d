"""The public verification page as anybody meets it: with and without JavaScript, on a phone, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import DESKTOP, PHONE, Seats, Stage
from tests.browser.test_pages import grave

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def issued(seats: Seats, set_up: Stage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an issued document, as its readers download it."""
    watched = seats.open("vanthu")
    watched.page.goto(f"/documents/{set_up.outgoing}/")
    link = watched.page.locator('a[href*="/download/"]').first.get_attribute("href")
    answer = watched.page.request.get(str(link))
    assert answer.ok
    path = tmp_path_factory.mktemp("issued") / "cong-van.pdf"
    path.write_bytes(answer.body())
    watched.page.context.close()
    return path


def check(page: Page, file: Path) -> None:
    page.goto("/verify/")
    page.set_input_files('input[type="file"]', file)
    page.get_by_role("button", name=re.compile("^(Check|Kiểm tra)$")).click()
    page.wait_for_selector("#found")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_anybody_has_a_file_checked(seats: Seats, issued: Path, scripts: bool) -> None:
    watched = seats.open("", language="en", java_script_enabled=scripts)
    check(watched.page, issued)
    body = watched.page.locator("main")
    expect(body).to_contain_text("signatures are good and the file is as it was signed")
    expect(body).to_contain_text("by a trusted time stamp")
    expect(body).to_contain_text("DEMO")
    assert (watched.errors, watched.strangers) == ([], [])
    watched.page.context.close()


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_the_result_is_usable_by_everybody_and_fits(
    seats: Seats, issued: Path, size: tuple[int, int], theme: str
) -> None:
    page = seats.open("", size=size, theme=theme, bypass_csp=True).page
    check(page, issued)
    page.get_by_text("Chuỗi chứng thư").first.click()
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


def test_a_file_is_dropped_and_checked_at_once(seats: Seats, issued: Path) -> None:
    page = seats.open("", language="en").page
    page.goto("/verify/")
    content = list(issued.read_bytes())
    carried = page.evaluate_handle(
        """content => { const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(content)], 'dropped.pdf', {type: 'application/pdf'}));
        return carried; }""",
        content,
    )
    page.dispatch_event("body", "drop", {"dataTransfer": carried})
    page.wait_for_selector("#found")
    expect(page.locator("main")).to_contain_text("Result for “dropped.pdf”")
    page.context.close()

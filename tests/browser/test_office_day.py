"""The office day in Chromium: clerk, leader, officer, leader, clerk, with real clicks and keys.

What the unit's head and the checker of the format do in between is done over HTTP; its pages have tests of their own.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from edocs.demo.agency import KEY_PASSWORD
from tests.browser.stage import Seats
from tests.scenarios import letters, proofs, story
from tests.scenarios.served import ServedOffice
from tests.scenarios.story import PATH, People

pytestmark = [pytest.mark.browser, pytest.mark.tool("chromium"), pytest.mark.timeout(600)]

NUMBER = "5208"
CODE = f"{NUMBER}/{letters.SYMBOL}"
#: until a job of the worker is done
LONG = 60_000


@pytest.mark.tool("pdfsig", "certutil", "pdftotext")
def test_a_letter_comes_and_its_answer_goes_out(seats: Seats, office: ServedOffice, tmp_path: Path) -> None:
    people = People(office)
    clerk, leader = seats.open("vanthu").page, seats.open("giamdoc").page
    officer, signer = seats.open("chuyenvien1").page, seats.open("phogiamdoc").page
    incoming = clerk_registers(clerk, tmp_path)
    leader_instructs(leader, incoming)
    pass_on(people, incoming)
    officer_accepts(officer, incoming)
    outgoing = officer_answers(officer, incoming)
    story.pass_checks(people, outgoing)
    story.until_prepared(people, outgoing)
    signer_signs(signer, outgoing)
    sealed = clerk_seals_and_sends(clerk, outgoing, tmp_path)
    expect_done(officer, incoming, outgoing)
    proofs.check_with_pdfsig(sealed, office.folder / "keys", tmp_path)
    assert re.search(r"Số: \d+/SNV-CCHC", proofs.printed_text(sealed))
    for page in (clerk, leader, officer, signer):
        page.context.close()


def pick(page: Page, field: str, typed: str, name: str) -> None:
    """Some letters of a name, without accents, and Enter."""
    page.fill(f"#{field}", typed)
    expect(page.locator("[role=option]:visible").first).to_contain_text(name)
    page.keyboard.press("Enter")
    expect(page.locator(".ed-pill", has_text=name).first).to_be_visible()


def clerk_registers(page: Page, folder: Path) -> int:
    """A dropped file is read while the clerk watches; the form is confirmed with the keyboard alone."""
    letter = letters.write_province_letter(folder, number=NUMBER, issued_on=timezone.localdate(), name="den.pdf")
    page.goto("/intake/")
    page.set_input_files("input[name=file]", letter)
    row = page.locator("a.ed-row", has_text=CODE)
    expect(row).to_be_visible(timeout=LONG)
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/intake/*/")
    expect(page.locator("#id_code")).to_have_value(CODE)
    expect(page.locator("#id_code")).to_be_focused()
    expect(page.locator(".ed-viewer .ed-on")).to_have_count(1)  # the place it was read from
    expect(page.locator("#id_summary")).to_have_value(re.compile(letters.SUMMARY))
    choose(page, "#id_leader", "Trần Quốc Thịnh")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/intake/**after=*")
    return int(page.url.rpartition("=")[2])


def choose(page: Page, field: str, words: str) -> None:
    """Take the choice with these words."""
    value = page.locator(f"{field} option", has_text=words).first.get_attribute("value")
    page.select_option(field, value)


def leader_instructs(page: Page, incoming: int) -> None:
    """From the leader's queue with C; who leads, who helps, who hears of it; three working days; Ctrl and Enter."""
    page.goto("/")
    row = page.locator(f"a.ed-row[href='{PATH.format(incoming)}']")
    row.click()
    expect(page.locator("#preview h2").first).to_contain_text(letters.SUMMARY)
    page.keyboard.press("c")
    page.wait_for_url(f"**/instruct/{incoming}/")
    pick(page, "id_lead", "cai cach", "Phòng Cải cách hành chính")
    pick(page, "id_coordinators", "nguoi co", "Phòng Người có công")
    pick(page, "id_inform", "thanh tra", "Thanh tra Sở")
    page.fill("#id_text", "Phòng CCHC chủ trì, tham mưu báo cáo UBND tỉnh.")
    page.check("[name=due][value='5']")
    page.check("[name=due][value='3']")
    expect(page.locator("#due-words")).to_contain_text("3 ngày làm việc")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(f"/instruct/{incoming}/"))
    expect(page.locator("#toasts")).to_contain_text("Phòng Cải cách hành chính")


def pass_on(people: People, incoming: int) -> None:
    """The unit's head gives the work to the officer."""
    head = people["truongphong1"]
    asked = head.get(head.get(PATH.format(incoming)).link_to("/pass-on/"))
    officer = asked.form("lead", "text").option("lead", "Hoàng Thị Thanh Huyền")
    story.do(people, "truongphong1", incoming, "/pass-on/", lead=officer, text="Chị Huyền soạn trả lời.")


def officer_accepts(page: Page, incoming: int) -> None:
    """E beside the queue accepts the work and leads back to the queue."""
    page.goto("/")
    page.locator(f"a.ed-row[href='{PATH.format(incoming)}']").click()
    accept = page.locator("#preview [data-next]")
    expect(accept).to_contain_text("Nhận việc")
    page.keyboard.press("e")
    expect(page.locator("#toasts")).to_contain_text("Đã nhận")
    assert page.url.endswith("/")
    expect(page.locator("nav.ed-rail")).to_be_visible()


def officer_answers(page: Page, incoming: int) -> int:
    """E again drafts the answer; the page stands beside the text while it is typed; kept, then submitted."""
    page.goto(PATH.format(incoming))
    page.keyboard.press("e")
    page.wait_for_url("**/outgoing/new/?answers=*")
    page.fill("#id_summary", letters.ANSWER)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/write/")
    outgoing = int(page.url.split("/")[-3])
    choose(page, "#id_signer", "Nguyễn Thị Hồng Nhung")
    page.fill("#id_addressees", letters.ISSUER)
    page.fill("#id_body", letters.ANSWER_BODY)
    expect(page.locator("#letter-pages img").first).to_be_visible(timeout=LONG)
    page.keyboard.press("Control+Enter")
    submit = page.locator("[data-next]", has_text="Trình")
    submit.click()
    page.wait_for_url("**/submit/")
    page.fill("#id_note", "Kính trình.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{PATH.format(outgoing)}")
    return outgoing


def signer_signs(page: Page, outgoing: int) -> None:
    """Look at the pages, agree, type the key's password, Ctrl and Enter; the result comes by itself."""
    page.goto("/sign/")
    row = page.locator(f"a.ed-row[href='/sign/documents/{outgoing}/']")
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sign/documents/{outgoing}/")
    expect(page.locator(".ed-page img").first).to_be_visible()
    expect(page.locator("[data-ticked]").first).to_have_text("1")
    page.check("#id_consent")
    page.fill("#id_key_password", KEY_PASSWORD)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sign/sessions/*/")
    expect(page.locator(f"a[href='/sign/documents/{outgoing}/take-back/']")).to_be_visible(timeout=LONG)


def clerk_seals_and_sends(page: Page, outgoing: int, folder: Path) -> Path:
    """Number, date, seal and dispatch with Ctrl and Enter; then the file is downloaded from its page."""
    page.goto(f"/seal/{outgoing}/")
    expect(page.locator("#panel")).to_contain_text("Chữ ký lãnh đạo còn nguyên vẹn")
    page.fill("#id_key_password", KEY_PASSWORD)
    page.keyboard.press("Control+Enter")
    download = page.locator("#panel a[href*='/download/']")
    expect(download).to_be_visible(timeout=LONG)
    with page.expect_download() as begun:
        download.click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def expect_done(page: Page, incoming: int, outgoing: int) -> None:
    """The work of the officer is done, and leads to its answer."""
    page.goto(PATH.format(incoming) + "?tab=links")
    expect(page.locator("main")).to_contain_text("Đã giải quyết")
    expect(page.locator(f"main a[href='{PATH.format(outgoing)}']").first).to_be_visible()

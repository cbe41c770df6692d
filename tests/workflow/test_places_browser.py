"""Where a signature and initials will stand: seen, moved with the mouse and by keys, saved, and signed there."""

from __future__ import annotations

import contextvars
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pikepdf
import pytest
from django.db import connections
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from edocs.documents.models import Document
from edocs.documents.storage import path_of
from edocs.signatures.services import consenting
from edocs.signatures.services.keys import register_key
from edocs.workflow.models import ChainTemplate
from edocs.workflow.services import approving
from signing import Box, Places
from tests.factories import PASSWORD
from tests.signatures.fixtures import HEAD, SigningOffice, current
from tests.workflow.outgoing import run_jobs, step, submitted

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.tool("chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def chromium(desk: SigningOffice, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread
    monkeypatch.setattr(consenting, "backend", lambda: desk.backend)  # the served pages run in a thread of their own
    with sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def open_page(chromium: Browser, address: str, username: str, path: str) -> Page:
    context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"/login/?next={path}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{path}")
    return page


def stands_at(mark: Locator) -> Box:
    """Where a mark stands on its page, in points."""
    found: list[float] = mark.evaluate(
        """mark => { const own = mark.getBoundingClientRect();
        const paper = mark.closest('.ed-page').getBoundingClientRect();
        return [(own.left - paper.left) / paper.width, (paper.bottom - own.bottom) / paper.height,
                own.width / paper.width, own.height / paper.height,
                Number(mark.closest('.ed-page').dataset.page)] }"""
    )
    x, y, width, height, number = found
    wide, high = 595.28, 841.89
    return Box(int(number) - 1, x * wide, y * high, (x + width) * wide, (y + height) * high)


def drag(page: Page, mark: Locator, right: float, down: float) -> None:
    page.wait_for_load_state("networkidle")  # pictures of pages push what is below them
    mark.hover()
    box = mark.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2, steps=4)
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def near(one: Box, other: Box) -> bool:
    pairs = zip(one.rect, other.rect, strict=True)
    return one.page == other.page and all(abs(a - b) < 2 for a, b in pairs)


def field_of(document: Document, name: str) -> tuple[float, ...]:
    with pikepdf.open(path_of(current(document).blob_id)) as pdf:
        (found,) = [field for field in pdf.Root.AcroForm.Fields if str(field.get("/T", "")) == name]
        return tuple(float(number) for number in found.Rect)


def apart(act: Callable[[], object]) -> None:
    """Do something in a thread of its own: signing runs an event loop, and Playwright's holds this thread."""
    context = contextvars.copy_context()

    def run() -> None:
        try:
            context.run(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def places(document: Document) -> Places:
    return Places.from_json(current(document).places or {})


@pytest.mark.requirement("R-SIG-1")
def test_the_leader_sees_the_place_moves_it_and_signs_there(
    chromium: Browser, desk: SigningOffice, live_server: Any
) -> None:
    document = desk.to_sign()
    page = open_page(chromium, live_server.url, "phogiamdoc", f"/sign/documents/{document.pk}/")
    mark = page.locator(".ed-over-place")
    expect(mark).to_have_count(1)
    before = stands_at(mark)
    assert near(before, places(document).signature)
    drag(page, mark, -60, -40)
    mark.focus()
    page.keyboard.press("ArrowUp")
    wanted = stands_at(mark)
    assert wanted.x0 < before.x0 - 20
    assert wanted.y0 > before.y0 + 20
    page.locator('form[action$="/place/"] button').click()
    page.wait_for_load_state()
    expect(page.locator(".ed-over-place")).to_have_count(1)
    assert near(stands_at(page.locator(".ed-over-place")), wanted)
    assert near(places(document).signature, wanted)
    document.refresh_from_db()
    apart(lambda: desk.signed(document))
    assert near(Box(wanted.page, *field_of(document, "leader")), wanted)


@pytest.mark.requirement("R-SIG-5")
def test_who_checks_sees_the_place_of_the_initials_moves_it_and_passes_the_check_with_them(
    chromium: Browser, desk: SigningOffice, live_server: Any
) -> None:
    ChainTemplate.objects.update(initials=True)
    register_key(reference=HEAD.key_id, purpose="sign", owner=desk.office.head, by=desk.office.admin)
    approval = submitted(desk.office)
    run_jobs(approving.PREPARE)
    document = approval.document
    page = open_page(chromium, live_server.url, "truongphong", f"/outgoing/{document.pk}/check/")
    mark = page.locator(".ed-over-place")
    expect(mark).to_have_count(1)
    before = stands_at(mark)
    assert near(before, places(document).initials[0])
    drag(page, mark, 80, 30)
    wanted = stands_at(mark)
    assert wanted.x0 > before.x0 + 20
    page.locator('form[action$="/initials/place/"] button').click()
    page.wait_for_load_state()
    assert near(stands_at(page.locator(".ed-over-place")), wanted)
    page.fill("#initials [name=key_password]", HEAD.password)
    page.locator("#initials button[type=submit]").click()
    page.wait_for_url("**/to-check/")
    assert HEAD.password not in page.content()
    apart(lambda: run_jobs("workflow.sign"))
    assert step(approval, "content").state == "approved"
    assert near(Box(wanted.page, *field_of(document, "paraph_1")), wanted)

"""Signing with the token in one's own computer, in Chromium, with SoftHSM as the token; and everybody else who tries.

edocs-sign runs as a person runs it, in a terminal; the page speaks to it on loopback.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from edocs_sign.config import PORT
from signing.demo_pki import DemoPki
from tests.browser.stage import Seats
from tests.edocs_sign.running import Running, running
from tests.edocs_sign.soft_token import MODULE, PIN, make_token
from tests.scenarios import story
from tests.scenarios.served import ServedOffice, wait_for
from tests.scenarios.story import People
from tests.signing.loopback import answering

pytestmark = [
    pytest.mark.browser,
    pytest.mark.tool("chromium", "softhsm2-util"),
    pytest.mark.timeout(600),
]

LEADER = "phogiamdoc"
LONG = 60_000
HELPER = f"http://127.0.0.1:{PORT}"
NAME = "__import__('edocs.office.models', fromlist=['x']).Person.objects.get(username='phogiamdoc').full_name"
KEYS = "from edocs.signatures.models import Key; Key.objects.filter(owner__username='phogiamdoc')"


@dataclass
class Desk:
    """The leader at their computer: the page, and edocs-sign beside it."""

    office: ServedOffice
    page: Page
    program: Running
    asked: list[dict[str, Any]]

    def journal(self, verb: str) -> list[dict[str, Any]]:
        """What the journal says of a verb."""
        rows = f"Event.objects.filter(verb='{verb}').order_by('id').values_list('after', flat=True)"
        code = f"import json; from edocs.journal.models import Event; print(json.dumps(list({rows})))"
        found: list[dict[str, Any]] = json.loads(in_office(self.office, code))
        return found

    def helper(self, page: Page, path: str, body: Any, pairing: str = "") -> Any:
        """What a page gets when its script asks edocs-sign: the answer, or that nothing came."""
        return page.evaluate(
            """async ([url, body, pairing]) => {
              try {
                const answer = await fetch(url, {method: 'POST', body: JSON.stringify(body),
                  headers: {'Content-Type': 'application/json', 'X-Pairing': pairing}});
                return await answer.json();
              } catch (error) { return 'nothing'; }
            }""",
            [HELPER + path, body, pairing],
        )

    @property
    def pairing(self) -> str:
        return str(self.page.evaluate("localStorage.getItem('edocs-sign-pairing')"))


@pytest.fixture
def desk(seats: Seats, office: ServedOffice, tmp_path: Path) -> Iterator[Desk]:
    page = seats.open(LEADER).page
    settings = page.request.get("/sign/token/edocs-sign.toml").text()
    name = in_office(office, f"{KEYS}.update(is_active=False); print({NAME})")
    token = make_token(tmp_path / "token", DemoPki(office.folder / "keys"), name)
    config = tmp_path / "edocs-sign.toml"
    written = settings.replace('module = ""', f'module = "{MODULE}"') + 'ask = "terminal"\n'
    config.write_text(written, encoding="utf-8")
    asked: list[dict[str, Any]] = []

    def keep(one: Request) -> None:
        if one.url == f"{HELPER}/sign" and one.method == "POST":
            asked.append(one.post_data_json)

    page.on("request", keep)
    try:
        with running(config, token) as program:
            yield Desk(office, page, program, asked)
    finally:
        page.context.close()
        in_office(office, f"{KEYS}.exclude(provider='token').update(is_active=True)")
        in_office(office, f"{KEYS}.filter(provider='token').update(is_active=False)")


def in_office(office: ServedOffice, code: str) -> str:
    """Run Python in the office's own settings; gives the last line it printed."""
    return (office.manage("shell", "--no-imports", "-c", code).splitlines() or [""])[-1]


@pytest.mark.requirement("R-SIG-5")
def test_the_leader_signs_with_their_own_token_and_nobody_else_does(desk: Desk, office: ServedOffice) -> None:
    people = People(office)
    page, program = desk.page, desk.program

    # set up once: pair this browser, enter the certificate
    page.goto("/sign/token/")
    page.get_by_role("button", name="Đọc thiết bị ký").click()
    code = program.code()
    page.fill("input[name=code]", code)
    page.get_by_role("button", name="Ghép nối").click()
    page.wait_for_url("**/sign/token/")
    expect(page.locator("main")).not_to_contain_text("Chưa có chứng thư nào")

    # two documents, one consent, one PIN
    documents = []
    for _ in range(2):
        outgoing = story.draft(people)
        story.submit(people, outgoing)
        story.pass_checks(people, outgoing)
        documents.append(str(outgoing))
    wait_for(lambda: len(signable(page) & set(documents)) == 2, "the worker to prepare both drafts for signing")
    for box in page.locator("input[name=documents]").all():
        box.set_checked(document_of(box) in documents)
    expect(page.locator("[name=key_password]")).to_have_count(0)
    page.check("[name=consent]")
    page.locator("[data-submit]:visible").first.click()
    page.wait_for_url("**/sign/elsewhere/*/")
    expect(page.locator("[data-when=pin]")).to_be_visible(timeout=LONG)
    shown_here = re.findall(r"SHA-256 ([0-9a-f]{64})", page.locator("main").inner_text())
    assert len(shown_here) == 2
    program.line("đề nghị ký 2 văn bản")
    shown_there = [program.line("SHA-256").split("SHA-256 ")[1].replace(" ", "").strip() for _ in range(2)]
    assert sorted(shown_there) == sorted(shown_here)
    program.types(PIN)
    page.wait_for_url("**/sign/sessions/*/", timeout=LONG)
    expect(page.get_by_text("Đã ký 2 / 2 văn bản")).to_be_visible(timeout=LONG)

    strangers_get_nothing(desk)


def document_of(box: Locator) -> str:
    return (box.get_attribute("value") or "").split("-")[0]


def signable(page: Page) -> set[str]:
    """The documents that can be ticked now."""
    page.goto("/sign/?tick=all")
    return {document_of(box) for box in page.locator("input[name=documents]").all()}


def strangers_get_nothing(desk: Desk) -> None:
    """The request that was just used, in the hands of others."""
    page, pairing, (request,) = desk.page, desk.pairing, [one["request"] for one in desk.asked]
    page.goto("/sign/token/")
    signed = {"request": request}

    assert desk.helper(page, "/sign", signed, pairing) == {"error": "used"}  # replayed
    said = json.loads(request["payload"])
    said["documents"][0]["sha256"] = "0" * 64
    changed = {"request": {**request, "payload": json.dumps(said)}}
    assert desk.helper(page, "/sign", changed, pairing) == {"error": "unsigned"}  # a changed hash
    assert desk.helper(page, "/sign", {"request": {"payload": request["payload"]}}, pairing) == {"error": "unsigned"}
    assert desk.helper(page, "/sign", signed, "guessed") == {"error": "not_paired"}

    page.goto("/")  # a page of ours that has no business with the token: its policy forbids it
    assert desk.helper(page, "/hello", {}, pairing) == "nothing"

    with answering(lambda *_: (200, b"{}")) as evil:  # another origin, even with everything stolen
        other = page.context.new_page()
        other.goto(f"{evil}/")
        for path, body in (("/hello", {}), ("/sign", signed), ("/code", {}), ("/pair", {"code": "00000000"})):
            assert desk.helper(other, path, body, pairing) == "nothing"
        other.close()

    page.goto("/sign/token/")  # the next visit of the paired browser tells the office's journal
    with page.expect_response("**/sign/token/report/"):
        page.get_by_role("button", name="Đọc thiết bị ký").click()
    told = desk.journal("token.refused")
    assert {one["code"] for one in told} >= {"used", "unsigned", "not_paired", "other_origin"}
    assert any(one["origin"].startswith("http://127.0.0.1:") for one in told if one["code"] == "other_origin")
    assert len(desk.journal("token.request")) == 1
    desk.program.process.terminate()
    assert desk.program.process.stdout is not None
    assert PIN not in "".join(desk.program.said) + desk.program.process.stdout.read()
    log = desk.office.log.read_text(encoding="utf-8", errors="replace")
    assert PIN not in log

"""A served office with one document at every place where somebody has to do something; and people in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from edocs.demo.agency import PASSWORD
from tests.scenarios import story
from tests.scenarios.served import ServedOffice, own_office

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1440, 900), (390, 844)
STORIES = 20


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium of the machine, without a window."""
    with sync_playwright() as tool:
        started = tool.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        try:
            yield started
        finally:
            started.close()


@contextmanager
def served(folder: Path, *, stories: int = STORIES) -> Iterator[ServedOffice]:
    """The demonstration agency with some of its past, started as a visitor starts it."""
    with own_office(folder, stories=stories) as office, office.serving("--demo"):
        yield office


@dataclass(frozen=True)
class Stage:
    """Where a page of each kind is found."""

    arrival: str
    incoming: int
    outgoing: int
    to_instruct: int
    draft: int
    to_check: int
    to_sign: int
    to_seal: int
    case_file: str


def set_stage(office: ServedOffice, folder: Path) -> Stage:
    """One document for each kind of page, made as people make them."""
    people = story.People(office)
    incoming = story.register(people, folder, "4101")
    story.instruct(people, incoming)
    story.hand_down(people, incoming)
    to_seal = story.draft_answer(people, incoming)
    to_sign, to_check, draft = (story.draft(people) for _each in range(3))
    for document in (to_seal, to_sign, to_check):
        story.submit(people, document)
    for document in (to_seal, to_sign):
        story.pass_checks(people, document)
        story.until_prepared(people, document)
    story.sign(people, to_seal)
    issued = next(
        href for href, _text in people["vanthu"].get("/outgoing/?state=issued").links if "/documents/" in href
    )
    to_instruct = story.register(people, folder, "4102")
    arrival = urlsplit(story.drop(people, folder, "4103").url).path
    case_file = story.open_case_file(people, incoming, to_seal, draft)
    found = int(issued.split("/")[2])
    return Stage(arrival, incoming, found, to_instruct, draft, to_check, to_sign, to_seal, case_file)


@dataclass
class Watched:
    """A page, with what it should not have done."""

    page: Page
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Wait until everything the page asked for has come; says what does not come."""
        try:
            self.page.wait_for_load_state("networkidle", timeout=20_000)
        except PlaywrightTimeout:
            raise AssertionError(f"{self.page.url} still waits for {sorted(self.under_way)}; {self.errors}") from None

    def watch(self, address: str) -> None:
        host = urlsplit(address).netloc

        def said(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.errors.append(f"{self.page.url}: {message.text}")

        def asked(request: Any) -> None:
            self.under_way.add(request.url)
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
                self.strangers.append(request.url)

        self.page.on("console", said)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))

        def answered(response: Any) -> None:
            if response.status >= 400:
                self.errors.append(f"{self.page.url}: {response.status} for {response.url}")

        self.page.on("request", asked)
        self.page.on("response", answered)
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, lambda request: self.under_way.discard(request.url))


class Seats:
    """People at their browsers; each logs in once."""

    def __init__(self, browser: Browser, office: ServedOffice) -> None:
        self.browser, self.office = browser, office
        self._states: dict[str, Any] = {}

    def open(
        self,
        username: str,
        *,
        theme: str = "light",
        language: str = "vi",
        size: tuple[int, int] = DESKTOP,
        **options: Any,
    ) -> Watched:
        """A new window of this person (of nobody for an empty name), as they like it."""
        phone = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if size == PHONE else {}
        context = self.browser.new_context(
            base_url=self.office.address,
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            timezone_id="Asia/Ho_Chi_Minh",
            color_scheme=theme,
            storage_state=self._state(username),
            **phone,
            **options,
        )
        chosen = {"edocs_theme": theme, "edocs_language": language}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.office.address} for name, value in chosen.items()]
        )
        context.set_default_timeout(30_000)
        watched = Watched(context.new_page())
        watched.watch(self.office.address)
        return watched

    def _state(self, username: str) -> Any:
        if not username:
            return None
        if username not in self._states:
            context = self.browser.new_context(base_url=self.office.address)
            log_in(context, username)
            self._states[username] = context.storage_state()
            context.close()
        return self._states[username]


def log_in(context: BrowserContext, username: str) -> Page:
    """Type name and password, press Enter, arrive at one's work."""
    page = context.new_page()
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    return page

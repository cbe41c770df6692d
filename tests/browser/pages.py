"""The main pages, and for whom each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.stage import Stage


@dataclass(frozen=True)
class MainPage:
    """``path`` of the stage; ``english`` is what its heading or title says in English."""

    name: str
    username: str
    path: Callable[[Stage], str]
    english: str


def _at(path: str) -> Callable[[Stage], str]:
    return lambda stage: path


MAIN_PAGES = (
    MainPage("login", "", _at("/login/"), "Sign in"),
    MainPage("verify", "", _at("/verify/"), "Check a signed PDF"),
    MainPage("work", "vanthu", _at("/"), "My work"),
    MainPage("work-leader", "giamdoc", _at("/"), "My work"),
    MainPage("incoming", "vanthu", _at("/incoming/"), "Incoming documents"),
    MainPage("outgoing", "vanthu", _at("/outgoing/"), "Outgoing documents"),
    MainPage("document-in", "chuyenvien1", lambda stage: f"/documents/{stage.incoming}/", "Course"),
    MainPage("document-out", "vanthu", lambda stage: f"/documents/{stage.outgoing}/?tab=signatures", "Signatures"),
    MainPage("details", "vanthu", lambda stage: f"/documents/{stage.incoming}/?tab=details", "Details"),
    MainPage("history", "vanthu", lambda stage: f"/documents/{stage.incoming}/?tab=history", "History"),
    MainPage("intake", "vanthu", _at("/intake/"), "Register incoming documents"),
    MainPage("register", "vanthu", lambda stage: stage.arrival, "Register incoming documents"),
    MainPage("instruct", "giamdoc", lambda stage: f"/instruct/{stage.to_instruct}/", "Instruct"),
    MainPage("draft", "chuyenvien1", _at("/outgoing/new/"), "Draft an outgoing document"),
    MainPage("write", "chuyenvien1", lambda stage: f"/outgoing/{stage.draft}/write/", "Will be sent to"),
    MainPage("submit", "chuyenvien1", lambda stage: f"/outgoing/{stage.draft}/submit/", "Submit for approval"),
    MainPage("check", "truongphong1", lambda stage: f"/outgoing/{stage.to_check}/check/", "Content check"),
    MainPage("sign", "phogiamdoc", lambda stage: f"/sign/documents/{stage.to_sign}/", "To sign"),
    MainPage("seal", "vanthu", lambda stage: f"/seal/{stage.to_seal}/", "Number and seal"),
    MainPage("seal-pile", "vanthu", _at("/seal/pile/"), "Number and seal"),
    MainPage("copy", "vanthu", lambda stage: f"/documents/{stage.incoming}/copy/", "Certified copy"),
    MainPage("case-files", "chuyenvien1", _at("/case-files/?scope=all"), "Case files"),
    MainPage("case-file", "chuyenvien1", lambda stage: stage.case_file, "Documents in the file"),
    MainPage("case-file-unseen", "vanthu", lambda stage: stage.case_file, "that you may not read"),
    MainPage("case-file-new", "chuyenvien1", _at("/case-files/new/"), "Open a case file"),
    MainPage("case-file-close", "chuyenvien1", lambda stage: f"{stage.case_file}close/", "Closing note"),
    MainPage("links", "chuyenvien1", lambda stage: f"/documents/{stage.incoming}/?tab=links", "Case files"),
    MainPage("put", "chuyenvien1", lambda stage: f"/case-files/put/?documents={stage.incoming}", "Put into a case"),
    MainPage("search", "vanthu", _at("/search/?stay=1&q=nguoi+co+cong"), "Search"),
    MainPage("notices", "chuyenvien1", _at("/notices/"), "Notices"),
    MainPage("keys", "chuyenvien1", _at("/keys/"), "Keys"),
    MainPage("jobs", "quantri", _at("/jobs/"), "Jobs"),
    MainPage("health", "quantri", _at("/health/"), "Health"),
)
BY_NAME = {page.name: page for page in MAIN_PAGES}

"""The office day over HTTP: from the letter that comes to the answer that goes out, with every process running.

What is done here is done by filling in the forms that the pages offer; nothing reaches into the database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from edocs.demo.agency import KEY_PASSWORD, PASSWORD
from edocs.documents.choices import State
from edocs.typeset import date_text
from tests.scenarios import letters, proofs
from tests.scenarios.served import ServedOffice, own_office, wait_for
from tests.scenarios.visitor import Page, Visitor

pytestmark = [pytest.mark.requirement("R-DOC-05"), pytest.mark.timeout(300)]

NUMBER = "3987"
CODE = f"{NUMBER}/UBND-VX"
WRONG_PASSWORD = "mot-mat-khau-sai"
FORMAT_CHECKER = "khai.pv"
PATH = "/documents/{}/"
MORE_TIME = dt.timedelta(days=14)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    with own_office(tmp_path_factory.mktemp("day")) as made, made.serving():
        yield made


class People:
    """The accounts of the demonstration, each with a browser of their own."""

    def __init__(self, office: ServedOffice) -> None:
        self._office = office
        self._visitors: dict[str, Visitor] = {}

    def __getitem__(self, username: str) -> Visitor:
        if username not in self._visitors:
            visitor = self._visitors[username] = Visitor(self._office.address)
            visitor.log_in(username, PASSWORD)
        return self._visitors[username]


@dataclass
class Day:
    """What came out of the day."""

    office: ServedOffice
    people: People
    incoming: int
    outgoing: int
    answer: Page
    sealed: Path


@pytest.fixture(scope="module")
def day(office: ServedOffice, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The story; each step looks at what the person sees before going on."""
    folder = tmp_path_factory.mktemp("files")
    people = People(office)
    incoming = register(people, folder)
    instruct(people, incoming)
    hand_down(people, incoming)
    grant_more_time(people, incoming)
    outgoing = draft_answer(people, incoming)
    pass_checks(people, outgoing)
    sign(people, outgoing)
    seal_and_send(people, outgoing)
    answer = people["vanthu"].get(PATH.format(outgoing))
    download = people["vanthu"].get(answer.link_to("/download/"))
    sealed = folder / "issued.pdf"
    sealed.write_bytes(download.content)
    return Day(office, people, incoming, outgoing, answer, sealed)


# --- the story ------------------------------------------------------------------------------------------------------
def register(people: People, folder: Path) -> int:
    """The clerk drops the letter, is shown what was read from it, and registers it before the director."""
    clerk = people["vanthu"]
    issued = dt.date.today() - dt.timedelta(days=3)
    letter = letters.write_province_letter(folder, number=NUMBER, issued_on=issued)
    page = clerk.submit(clerk.get("/intake/"), "file", files={"file": letter})
    assert "1 tệp" in page.text, page.text[:400]

    def read() -> Page | None:
        queue = clerk.get("/intake/")
        return queue if any(text and CODE in text for _href, text in queue.links) else None

    queue = wait_for(read, "the worker to read the letter")
    page = clerk.get(next(href for href, text in queue.links if CODE in text))
    form = page.form("summary", "code")
    assert form.value("code") == CODE
    assert form.value("issued_on") == issued.isoformat()
    assert letters.SUMMARY in form.value("summary")
    assert form.value("signer_name") == "Hà Nguyễn Thảo Vy"
    assert form.value("issuer") == form.option("issuer", letters.ISSUER)
    assert form.value("kind") == form.option("kind", "Công văn")
    page = clerk.submit(page, "summary", "code", leader=form.option("leader", "Trần Quốc Thịnh"), then="open")
    assert page.url.startswith(f"{clerk.address}/documents/"), page.text[:600]
    assert CODE in page.text
    return int(page.url.split("/")[4])


def instruct(people: People, incoming: int) -> None:
    """The director: one unit leads, one coordinates, one is informed, three working days."""
    leader = people["giamdoc"]
    assert letters.SUMMARY in leader.get("/instruct/").text
    page = leader.get(leader.get(PATH.format(incoming)).link_to(f"/instruct/{incoming}/"))
    form = page.form("lead", "coordinators")
    page = leader.submit(
        page,
        "lead",
        lead=form.option("lead", "Phòng Cải cách hành chính"),
        coordinators=[form.option("coordinators", "Phòng Người có công")],
        inform=[form.option("inform", "Thanh tra Sở")],
        text="Phòng CCHC chủ trì rà soát, tham mưu văn bản báo cáo UBND tỉnh.",
        due="3",
    )
    assert "chủ trì" in page.text
    tree = leader.get(PATH.format(incoming)).text
    assert "Phòng Cải cách hành chính" in tree
    assert "Phòng Người có công" in tree


def do(people: People, username: str, incoming: int, verb: str, **values: str) -> Page:
    """What the page of the document offers: a button that is pressed, or a form behind a link that is filled in."""
    person = people[username]
    page = person.get(PATH.format(incoming))
    if any(verb in form.action for form in page.forms):
        done = person.submit(page, action=verb)
    else:
        done = person.submit(person.get(page.link_to(verb)), *values, **values)
    assert (done.status, done.url) == (200, person.address + PATH.format(incoming)), done.text[:900]
    return done


def hand_down(people: People, incoming: int) -> None:
    """The unit's head passes on to an officer, who accepts, notes how it stands, and asks for more time."""
    head = people["truongphong1"]
    asked = head.get(head.get(PATH.format(incoming)).link_to("/pass-on/"))
    officer = asked.form("lead", "text").option("lead", "Hoàng Thị Thanh Huyền")
    page = do(people, "truongphong1", incoming, "/pass-on/", lead=officer, text="Chị Huyền tham mưu văn bản.")
    assert "Hoàng Thị Thanh Huyền" in page.text
    do(people, "chuyenvien1", incoming, "/accept/")
    do(people, "chuyenvien1", incoming, "/note/", text="Đã có số liệu của 62 xã, phường.")
    wanted, reason = (dt.date.today() + MORE_TIME).isoformat(), "Chờ số liệu của ba xã còn lại."
    do(people, "chuyenvien1", incoming, "/extension/", wanted=wanted, reason=reason)


def grant_more_time(people: People, incoming: int) -> None:
    """Each deadline is moved by whoever set it: the director the unit's, then the unit's head the officer's."""
    wanted = dt.date.today() + MORE_TIME
    head, reason = "truongphong1", "Ba xã gửi số liệu chậm, đã đôn đốc."
    do(people, head, incoming, "/extension/", wanted=wanted.isoformat(), reason=reason)
    do(people, "giamdoc", incoming, "/extensions/", decision="grant", answer="Đồng ý.")
    do(people, head, incoming, "/extensions/", decision="grant", answer="Đồng ý.")
    tree = people["chuyenvien1"].get(PATH.format(incoming) + "?tab=course").text
    assert tree.count("đã gia hạn 1 lần") == 2


def draft_answer(people: People, incoming: int) -> int:
    """The officer drafts the answer in the browser's form, keeps it, and submits it into its chain."""
    officer = people["chuyenvien1"]
    asked = officer.get(officer.get(PATH.format(incoming)).link_to("/outgoing/new/?answers="))
    assert CODE in asked.text
    page = officer.submit(asked, "kind", "summary", summary=letters.ANSWER, how="write")
    assert "/write/" in page.url, page.text[:600]
    outgoing = int(page.url.split("/")[4])
    form = page.form("signer", "body")
    page = officer.submit(
        page,
        "signer",
        "body",
        signer=form.option("signer", "Nguyễn Thị Hồng Nhung"),
        addressees=letters.ISSUER,
        body=letters.ANSWER_BODY,
    )
    assert "lần 1" in page.text or "Đã lưu" in page.text or "1" in page.text
    page = officer.submit(officer.get(f"/outgoing/{outgoing}/submit/"), "signer", "note", note="Kính trình.")
    assert page.url.endswith(PATH.format(outgoing)), page.text[:600]
    return outgoing


def pass_checks(people: People, outgoing: int) -> None:
    """Content by the unit's head, format by the head of office; only then may it be signed."""
    for username in ("truongphong1", FORMAT_CHECKER):
        person = people[username]
        assert letters.ANSWER.removeprefix("V/v ") in person.get("/to-check/").text
        page = person.submit(person.get(f"/outgoing/{outgoing}/check/"), "decision", "step", decision="approve")
        assert page.status == 200, page.text[:600]


def sign(people: People, outgoing: int) -> None:
    """The deputy director signs exactly what is shown, with the password of the key; a wrong one does nothing."""
    signer = people["phogiamdoc"]

    def prepared() -> Page | None:
        page = signer.get(f"/sign/documents/{outgoing}/")
        return page if page.form("key_password").value("documents").startswith(f"{outgoing}-") else None

    page = wait_for(prepared, "the worker to prepare the draft for signing")
    refused = signer.submit(page, "key_password", "consent", consent="on", key_password=WRONG_PASSWORD)
    assert refused.status == 422
    page = signer.submit(page, "key_password", "consent", consent="on", key_password=KEY_PASSWORD)
    assert "/sign/sessions/" in page.url, page.text[:600]
    done = until_settled(signer, page.url)
    assert f"/sign/documents/{outgoing}/take-back/" in done.html, done.text[:900]


def seal_and_send(people: People, outgoing: int) -> None:
    """The clerk sees that the signature is intact, gives number and date, seals and sends, in one action."""
    clerk = people["vanthu"]
    page = clerk.get(f"/seal/{outgoing}/")
    assert vietnamese("The leader's signature is intact") in page.text, page.text[:1500]
    page = clerk.submit(page, "key_password", "version", key_password=KEY_PASSWORD, do="send")
    assert page.status == 200, page.text[:600]
    done = until_settled(clerk, page.url)
    assert letters.ISSUER in done.text, done.text[900:]
    assert clerk.get(PATH.format(outgoing)).link_to("/download/")


def vietnamese(words: str) -> str:
    """A sentence of the source as the pages show it."""
    with translation.override("vi"):
        return gettext(words)


def until_settled(person: Visitor, url: str) -> Page:
    """The page, once it does not ask any more by itself how far a job is."""

    def settled() -> Page | None:
        page = person.get(url)
        return None if "every 1s" in page.html else page

    return wait_for(settled, f"the job shown at {url}")


# --- what came of it ------------------------------------------------------------------------------------------------
def test_the_incoming_document_is_done_and_leads_to_its_answer(day: Day) -> None:
    page = day.people["giamdoc"].get(PATH.format(day.incoming))
    with translation.override("vi"):
        assert str(State.DONE.label) in page.text
        assert str(State.ISSUED.label) in day.answer.text
    links = day.people["chuyenvien1"].get(PATH.format(day.incoming) + "?tab=links")
    assert links.link_to(PATH.format(day.outgoing))


def test_both_signatures_are_told_in_words(day: Day) -> None:
    page = day.people["chuyenvien1"].get(PATH.format(day.outgoing) + "?tab=signatures")
    assert "Nguyễn Thị Hồng Nhung" in page.text
    assert page.html.count('class="ed-verdict"') >= 2


@pytest.mark.requirement("R-SIG-5")
@pytest.mark.tool("pdfsig", "certutil")
def test_pdfsig_says_both_signatures_are_valid(day: Day, tmp_path: Path) -> None:
    proofs.check_with_pdfsig(day.sealed, day.office.folder / "keys", tmp_path)


def test_pyhanko_with_its_default_policy_says_the_same(day: Day) -> None:
    proofs.check_with_pyhanko(day.sealed, day.office.folder / "keys")


@pytest.mark.tool("qpdf")
def test_the_structure_of_the_file_is_clean(day: Day) -> None:
    proofs.check_with_qpdf(day.sealed)


@pytest.mark.tool("pdftotext")
def test_number_and_date_stand_in_the_page(day: Day) -> None:
    text, today = proofs.printed_text(day.sealed), timezone.localdate()
    assert f"Nam Khê, {date_text(today)}" in text
    number, _stroke, symbol = code_of(day).partition("/")
    assert f"Số: {number}/{symbol}" in text
    assert symbol == "SNV-CCHC"


def code_of(day: Day) -> str:
    """Number and symbol as the page of the issued document shows them."""
    found = re.search(r"\b\d+/SNV-[A-ZĐ]+\b", day.answer.text)
    assert found, day.answer.text[:900]
    return found[0]


def test_the_journal_is_whole(day: Day) -> None:
    assert "whole" in day.office.manage("journal_verify")


@pytest.mark.parametrize(("username", "may"), [("chuyenvien1", True), ("truongphong1", True), ("chuyenvien4", False)])
def test_three_words_without_accents_find_it_for_those_who_may_see_it(day: Day, username: str, may: bool) -> None:
    clerk = day.people["vanthu"]
    for document in (day.incoming, day.outgoing):
        wait_for(lambda wanted=document: found_by(clerk, wanted), "the worker to index the documents")
        assert found_by(day.people[username], document) is may
        assert day.people[username].get(PATH.format(document)).status == (200 if may else 404)


def found_by(person: Visitor, document: int) -> bool:
    page = person.get("/search/?stay=1&q=nguoi+co+cong+so+hoa")
    assert page.status == 200
    return any(href.startswith(PATH.format(document)) for href, _text in page.links)


def test_what_was_typed_as_password_is_nowhere(day: Day) -> None:
    secrets = (KEY_PASSWORD.encode(), WRONG_PASSWORD.encode())
    for path in day.office.folder.rglob("*"):
        if path.is_file() and not path.is_relative_to(day.office.folder / "static"):
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path

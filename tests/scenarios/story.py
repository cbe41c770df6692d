"""What people do in the course of a day, by filling in the forms that the pages offer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import timezone, translation
from django.utils.translation import gettext

from edocs.demo.agency import KEY_PASSWORD, PASSWORD
from tests.scenarios import letters
from tests.scenarios.served import ServedOffice, wait_for
from tests.scenarios.visitor import Page, Visitor

WRONG_PASSWORD = "mot-mat-khau-sai"
FORMAT_CHECKER = "chanhvanphong"
PATH = "/documents/{}/"
MORE_TIME = dt.timedelta(days=14)


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


def drop(people: People, folder: Path, number: str) -> Page:
    """The clerk drops a letter of the province and opens it once it was read."""
    clerk = people["vanthu"]
    issued = timezone.localdate() - dt.timedelta(days=3)
    letter = letters.write_province_letter(folder, number=number, issued_on=issued, name=f"cong-van-{number}.pdf")
    page = clerk.submit(clerk.get("/intake/"), "file", files={"file": letter})
    assert "1 tệp" in page.text, page.text[:400]
    code = f"{number}/{letters.SYMBOL}"

    def read() -> Page | None:
        queue = clerk.get("/intake/")
        return queue if any(code in text for _href, text in queue.links) else None

    queue = wait_for(read, "the worker to read the letter")
    return clerk.get(next(href for href, text in queue.links if code in text))


def register(people: People, folder: Path, number: str) -> int:
    """The clerk is shown what was read from the letter, and registers it before the director."""
    clerk, code, page = people["vanthu"], f"{number}/{letters.SYMBOL}", drop(people, folder, number)
    issued = timezone.localdate() - dt.timedelta(days=3)
    form = page.form("summary", "code")
    assert form.value("code") == code
    assert form.value("issued_on") == f"{issued:%d/%m/%Y}"
    assert letters.SUMMARY in form.value("summary")
    assert form.value("signer_name") == "Hà Nguyễn Thảo Vy"
    assert form.value("issuer") == form.option("issuer", letters.ISSUER)
    assert form.value("kind") == form.option("kind", "Công văn")
    page = clerk.submit(page, "summary", "code", leader=form.option("leader", "Trần Quốc Thịnh"), then="open")
    assert page.url.startswith(f"{clerk.address}/documents/"), page.text[:600]
    assert code in page.text
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
    wanted, reason = (timezone.localdate() + MORE_TIME).isoformat(), "Chờ số liệu của ba xã còn lại."
    do(people, "chuyenvien1", incoming, "/extension/", wanted=wanted, reason=reason)


def grant_more_time(people: People, incoming: int) -> None:
    """Each deadline is moved by whoever set it: the director the unit's, then the unit's head the officer's."""
    wanted = timezone.localdate() + MORE_TIME
    head, reason = "truongphong1", "Ba xã gửi số liệu chậm, đã đôn đốc."
    do(people, head, incoming, "/extension/", wanted=wanted.isoformat(), reason=reason)
    do(people, "giamdoc", incoming, "/extensions/", decision="grant", answer="Đồng ý.")
    do(people, head, incoming, "/extensions/", decision="grant", answer="Đồng ý.")
    tree = people["chuyenvien1"].get(PATH.format(incoming) + "?tab=course").text
    assert tree.count("đã gia hạn 1 lần") == 2


def draft_answer(people: People, incoming: int) -> int:
    """The officer begins the answer from the page of the document and writes it in the browser's form."""
    officer = people["chuyenvien1"]
    asked = officer.get(officer.get(PATH.format(incoming)).link_to("/outgoing/new/?answers="))
    assert letters.SUMMARY in asked.text
    return write(officer, officer.submit(asked, "kind", "summary", summary=letters.ANSWER, how="write"))


def open_case_file(people: People, *documents: int) -> str:
    """The officer opens a case file for documents, under the proposed code; its address."""
    officer = people["chuyenvien1"]
    chosen = "&".join(f"documents={document}" for document in documents)
    asked = officer.get(f"/case-files/new/?{chosen}")
    title = "Hồ sơ khắc phục tồn tại, hạn chế về Chỉ số cải cách hành chính"
    page = officer.submit(asked, "code", "title", title=title)
    assert title in page.text, page.text[:600]
    return urlsplit(page.url).path


def draft(people: People) -> int:
    """The officer begins a letter that answers nothing."""
    officer = people["chuyenvien1"]
    asked = officer.get("/outgoing/new/")
    return write(officer, officer.submit(asked, "kind", "summary", summary=letters.ANSWER, how="write"))


def write(officer: Visitor, page: Page) -> int:
    """The letter is typed and kept as its first version."""
    assert "/write/" in page.url, page.text[:600]
    signer = page.form("signer", "body").option("signer", "Nguyễn Thị Hồng Nhung")
    typed = {"signer": signer, "addressees": letters.ISSUER, "body": letters.ANSWER_BODY}
    kept = officer.submit(page, "signer", "body", **typed)
    assert kept.link_to("/submit/")
    return int(page.url.split("/")[4])


def submit(people: People, outgoing: int) -> None:
    """The officer sends the draft into its chain."""
    officer = people["chuyenvien1"]
    page = officer.get(officer.get(PATH.format(outgoing)).link_to(f"/outgoing/{outgoing}/submit/"))
    page = officer.submit(page, "signer", "note", note="Kính trình.")
    assert page.url.endswith(PATH.format(outgoing)), page.text[:600]


def pass_checks(people: People, outgoing: int) -> None:
    """Content by the unit's head, format by the head of office; only then may it be signed."""
    for username in ("truongphong1", FORMAT_CHECKER):
        person = people[username]
        assert letters.ANSWER.removeprefix("V/v ") in person.get("/to-check/").text
        page = person.submit(person.get(f"/outgoing/{outgoing}/check/"), "decision", "step", decision="approve")
        assert page.status == 200, page.text[:600]


def until_prepared(people: People, outgoing: int) -> Page:
    """The page for signing, once the worker has prepared the file and it is ticked."""
    signer = people["phogiamdoc"]

    def prepared() -> Page | None:
        page = signer.get(f"/sign/documents/{outgoing}/")
        return page if page.form("key_password").value("documents").startswith(f"{outgoing}-") else None

    return wait_for(prepared, "the worker to prepare the draft for signing")


def sign(people: People, outgoing: int) -> None:
    """The deputy director signs exactly what is shown, with the password of the key; a wrong one does nothing."""
    signer, page = people["phogiamdoc"], until_prepared(people, outgoing)
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

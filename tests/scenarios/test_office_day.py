"""The office day over HTTP: from the letter that comes to the answer that goes out, with every process running.

What is done here is done by filling in the forms that the pages offer; nothing reaches into the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone, translation

from edocs.demo.agency import KEY_PASSWORD
from edocs.documents.choices import State
from edocs.typeset import date_text
from tests.scenarios import proofs, story
from tests.scenarios.served import ServedOffice, own_office, wait_for
from tests.scenarios.story import PATH, WRONG_PASSWORD, People
from tests.scenarios.visitor import Page, Visitor

pytestmark = [pytest.mark.requirement("R-DOC-05"), pytest.mark.timeout(600)]

NUMBER = "3987"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    with own_office(tmp_path_factory.mktemp("day")) as made, made.serving():
        yield made


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
    incoming = story.register(people, folder, NUMBER)
    story.instruct(people, incoming)
    story.hand_down(people, incoming)
    story.grant_more_time(people, incoming)
    outgoing = story.draft_answer(people, incoming)
    story.submit(people, outgoing)
    story.pass_checks(people, outgoing)
    story.sign(people, outgoing)
    story.seal_and_send(people, outgoing)
    answer = people["vanthu"].get(PATH.format(outgoing))
    download = people["vanthu"].get(answer.link_to("/download/"))
    sealed = folder / "issued.pdf"
    sealed.write_bytes(download.content)
    return Day(office, people, incoming, outgoing, answer, sealed)


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

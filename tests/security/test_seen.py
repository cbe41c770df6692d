"""What stands on pages: numbers, lists, search and exports tell of visible documents alone."""

from __future__ import annotations

import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from edocs.documents.access import may_see, withdraw
from edocs.documents.choices import Direction
from edocs.documents.models import Document, Export
from edocs.documents.services.reading import ask_export
from edocs.documents.storage import path_of
from edocs.office.models import Delegation, Person
from tests.security.table import PEOPLE
from tests.security.world import World, run_all

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-SEC-2")]

INSIDE = [who for who in PEOPLE if who not in ("anonymous", "inactive")]


def someone(world: World, who: str) -> Person:
    found = world.people[who]
    assert found is not None
    return Person.objects.get(pk=found.pk)


def hidden(world: World, who: str) -> list[Document]:
    asker = someone(world, who)
    return [one for one in world.documents.values() if not may_see(asker, one)]


def word_of(document: Document) -> str:
    """The word that stands in this document alone."""
    return document.summary.split()[1]


def links_to(document: Document, page: str) -> bool:
    return f"/documents/{document.pk}/" in page


# --- lists, queues, notices ------------------------------------------------------------------------------------------
LISTS = (
    "/",
    "/incoming/",
    "/outgoing/",
    "/notices/",
    "/jobs/",
    "/to-check/",
    "/instruct/",
    "/sign/",
    "/seal/",
    "/intake/",
    "/case-files/?scope=all",
)
FILTERS = ("q={code}", "state={state}", "kind={kind}", "year=2026", "urgency=0", "last=1", "issuer={issuer}")


@pytest.mark.parametrize("who", INSIDE)
def test_no_list_names_what_somebody_may_not_see(world: World, who: str) -> None:
    browser = world.browser(who)
    pages = {address: browser.get(address).content.decode() for address in LISTS}
    for document in hidden(world, who):
        for address, page in pages.items():
            assert not links_to(document, page), f"{address} leads to {document}"
            assert word_of(document) not in page, f"{address} names {document}"


@pytest.mark.parametrize("who", INSIDE)
def test_filters_do_not_widen_a_list(world: World, who: str) -> None:
    browser, own = (
        world.browser(who),
        {one.pk for one in world.documents.values()} - {one.pk for one in hidden(world, who)},
    )
    for document in world.documents.values():
        incoming = document.direction == Direction.INCOMING
        facts = {"code": document.code, "state": document.state, "kind": document.kind_id, "issuer": document.issuer_id}
        for query in FILTERS:
            page = browser.get(reverse("incoming" if incoming else "outgoing") + "?" + query.format(**facts))
            shown = {one.pk for one in world.documents.values() if links_to(one, page.content.decode())}
            assert shown <= own, query
    for document in world.documents.values():
        found = browser.get(reverse("incoming"), {"older": document.pk + 1})
        assert not [one for one in hidden(world, who) if links_to(one, found.content.decode())]


#: what waits for whom in this world, by the names of the rail; what is not named is 0 or not there
COUNTS = {
    "clerk": {"intake": 1, "to_seal": 2},
    "leader": {"to_instruct": 1, "to_sign": 1},
    "head": {"to_check": 1},
    "officer": {"work": 1},
    "admin": {"jobs": 1},
}


@pytest.mark.parametrize("who", INSIDE)
def test_the_numbers_of_the_rail_count_what_waits_for_the_person(world: World, who: str) -> None:
    counts = world.browser(who).get("/live/").json()["counts"]
    assert {name: one["total"] for name, one in counts.items() if one["total"]} == COUNTS.get(who, {})


def test_the_clerks_numbers_go_through_the_door(world: World) -> None:
    for document in world.documents.values():
        withdraw_all(document)
    assert world.browser("clerk").get("/live/").json()["counts"]["to_seal"]["total"] == 0
    page = world.browser("clerk").get("/").content.decode()
    assert [one for one in world.documents.values() if links_to(one, page)] == []


def withdraw_all(document: Document) -> None:
    for reason in set(document.access.values_list("reason", flat=True)):
        withdraw(document, document.access.values_list("token", flat=True), reason=reason)


@pytest.mark.parametrize("who", INSIDE)
def test_every_link_of_a_queue_opens(world: World, who: str) -> None:
    browser = world.browser(who)
    led = set()
    for address in LISTS:
        led |= set(
            re.findall(
                r'href="(/(?:documents|instruct|sign/documents|seal|outgoing|intake)/\d+/[a-z]*/?)[?"]',
                browser.get(address).content.decode(),
            )
        )
    assert {address: browser.get(address, follow=True).status_code for address in led} == dict.fromkeys(led, 200)


# --- search ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", INSIDE)
def test_search_finds_visible_documents_alone(world: World, who: str) -> None:
    browser, asker = world.browser(who), someone(world, who)
    for document in world.documents.values():
        word = word_of(document)
        page = browser.get("/search/", {"q": word})
        text = page.content.decode()
        given_up = document.state == "cancelled"
        assert links_to(document, text) == (may_see(asker, document) and not given_up), word
        assert page.context["total"] == int(may_see(asker, document) and not given_up), word
        items = browser.get("/search/suggest/", {"q": word[:4]}).json()["items"]
        assert any(links_to(document, one["url"]) for one in items) <= may_see(asker, document)
        if not may_see(asker, document):
            assert not page.context["facets"]
            # what they typed themselves a moment ago is offered to them again
            assert [one for one in items if word in one["label"] and one["label"] != word] == []


@pytest.mark.parametrize("who", INSIDE)
def test_a_wrong_spelling_does_not_betray_a_word(world: World, who: str) -> None:
    for document in hidden(world, who):
        word = word_of(document)
        wrong = word[:-1] + "x"
        page = world.browser(who).get("/search/", {"q": wrong}).content.decode()
        assert word not in page.replace(wrong, "")


@pytest.mark.parametrize("who", INSIDE)
def test_a_number_typed_leads_to_visible_documents_alone(world: World, who: str) -> None:
    for document in world.documents.values():
        if document.code:
            found = world.browser(who).get("/search/", {"q": document.code})
            leads = found.status_code == 302 and links_to(document, found.headers["Location"])
            assert leads == may_see(someone(world, who), document)


def test_search_asks_the_door_again(world: World) -> None:
    """The index may be behind: a right withdrawn a moment ago counts at once."""
    document = world.documents["waiting"]
    withdraw_all(document)
    page = world.browser("leader").get("/search/", {"q": word_of(document)}).content.decode()
    assert not links_to(document, page)
    items = world.browser("leader").get("/search/suggest/", {"q": word_of(document)}).json()["items"]
    assert not any(links_to(document, one["url"]) for one in items)


# --- exports ---------------------------------------------------------------------------------------------------------
def rows_of(export: Export) -> str:
    export.refresh_from_db()
    assert export.blob is not None
    book = load_workbook(io.BytesIO(path_of(export.blob.sha256).read_bytes()))
    return "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)


@pytest.mark.parametrize("who", INSIDE)
def test_an_export_holds_what_its_person_may_see_when_it_is_made(world: World, who: str) -> None:
    asker = someone(world, who)
    exports = [ask_export(person=asker, direction=one, filters={}) for one in (Direction.INCOMING, Direction.OUTGOING)]
    lost = next((one for one in world.documents.values() if may_see(asker, one)), None)
    if lost is not None:
        withdraw_all(lost)
    run_all()
    text = "\n".join(rows_of(one) for one in exports)
    for document in world.documents.values():
        assert (word_of(document) in text) == (may_see(asker, document) and document != lost), document


def test_an_export_of_an_account_taken_out_of_use_is_empty(world: World) -> None:
    export = ask_export(person=someone(world, "officer"), direction=Direction.INCOMING, filters={})
    Person.objects.filter(pk=export.person_id).update(is_active=False)
    run_all()
    assert "quokka" not in rows_of(export)


# --- pages of one document --------------------------------------------------------------------------------------------
def test_links_and_history_name_no_document_that_the_reader_may_not_see(world: World) -> None:
    source, target = world.documents["assigned"], world.documents["issued"]
    withdraw_all(target)
    for tab in ("course", "details", "signatures", "links", "history"):
        page = world.browser("officer").get(f"/documents/{source.pk}/", {"tab": tab}).content.decode()
        assert not links_to(target, page)
        assert target.code not in page
        assert word_of(target) not in page


def test_a_delegate_sees_for_whom_they_act_only_while_it_holds(world: World) -> None:
    document, delegate = world.documents["waiting"], someone(world, "stranger")
    held = Delegation.objects.create(person=world.office.deputy, delegate=delegate)
    address = f"/documents/{document.pk}/"
    assert world.browser("stranger").get(address).status_code == 200
    held.delete()
    assert world.browser("stranger").get(address).status_code == 404

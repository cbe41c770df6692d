"""A right that ends is heeded at once, in every way of learning something, though the index has not heard of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edocs.documents import access, fits
from edocs.documents.models import Document
from edocs.documents.searching import Asked, everything, search, similar
from edocs.documents.services.linking import share_document, unshare_document
from edocs.documents.services.searches import save_search
from edocs.jobs.models import Job
from edocs.office.models import Delegation, Notice, Person
from edocs.office.queries import tokens_of
from edocs.web.reading.search_suggested import suggested
from edocs.workflow.models import Assignment
from edocs.workflow.services.assignments import recall_assignment
from edocs.workflow.services.handling import assign_directly
from search import Facet
from tests.documents.test_indexing import found as in_the_index
from tests.documents.test_indexing import run_index
from tests.factories import Office, incoming
from tests.web.test_search import browser_of
from tests.web.test_search import found as on_the_page
from tests.web.test_search_rights import documents_in, exported
from tests.web.test_search_rights import engine as engine

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-SEC-2")]

SECRET, SHARED = "zorqapi", "narwhal"


def _share(office: Office, document: Document) -> None:
    share_document(document=document, person=office.officer, by=office.clerk)


def _unshare(office: Office, document: Document) -> None:
    unshare_document(document=document, person=office.officer, by=office.clerk)


def _assign(office: Office, document: Document) -> None:
    assign_directly(document=document, by=office.clerk, text="Theo Quy chế", lead=office.officer)


def _recall(office: Office, document: Document) -> None:
    recall_assignment(assignment=Assignment.objects.get(instruction__document=document), by=office.clerk)


def _delegate(office: Office, document: Document) -> None:
    share_document(document=document, person=office.stranger, by=office.clerk)
    Delegation.objects.create(person=office.stranger, delegate=office.officer)


def _end_delegation(office: Office, document: Document) -> None:
    Delegation.objects.all().delete()


def _delegate_and_share(office: Office, document: Document) -> None:
    _delegate(office, document)


def _unshare_who_is_acted_for(office: Office, document: Document) -> None:
    unshare_document(document=document, person=office.stranger, by=office.clerk)


def _to_the_unit(office: Office, document: Document) -> None:
    access.grant(document, [f"g:{office.officer.unit_id}"], reason="test")


def _move_to_another_unit(office: Office, document: Document) -> None:
    Person.objects.filter(pk=office.officer.pk).update(unit=office.staff)


Way = tuple[Callable[[Office, Document], None], Callable[[Office, Document], None]]
WAYS: dict[str, Way] = {
    "a share taken back": (_share, _unshare),
    "work recalled": (_assign, _recall),
    "a delegation that ended": (_delegate, _end_delegation),
    "taken back from who is acted for": (_delegate_and_share, _unshare_who_is_acted_for),
    "moved to another unit": (_to_the_unit, _move_to_another_unit),
}


@pytest.mark.parametrize(("give", "lose"), WAYS.values(), ids=WAYS)
def test_nothing_is_told_any_more(
    office: Office,
    engine: str,
    give: Callable[[Office, Document], None],
    lose: Callable[[Office, Document], None],
) -> None:
    save_search(person=office.officer, name="Theo dõi", asked=Asked(SECRET), shared="nobody", follow=True)
    lost = incoming(office, number="71", summary=f"V/v {SECRET} {SHARED}", issuer=office.ministry, kind=office.decision)
    kept = incoming(office, number="72", summary=f"V/v {SHARED} quokka")
    give(office, lost)
    share_document(document=kept, person=office.officer, by=office.clerk)
    run_index()
    assert {one.pk for _hit, one in search(_fresh(office), Asked(SHARED)).rows} == {lost.pk, kept.pk}
    before = Job.objects.latest("pk").pk

    lose(office, lost)

    person = _fresh(office)
    assert lost.pk in in_the_index(office.clerk, SECRET)
    assert not Job.objects.filter(pk__gt=before, state="done").exists()  # the index was told nothing
    _results_tell_nothing(person, office, kept)
    _offers_tell_nothing(person, office, lost, kept)
    assert exported(person, Asked(SHARED)) == {kept.code}
    Notice.objects.all().delete()
    fits.tell_followers([lost.pk])
    assert not Notice.objects.filter(person=person, kind="search_fits").exists()
    _pages_tell_nothing(office, lost, kept)


def _fresh(office: Office) -> Person:
    """The person, as the next request reads them."""
    return Person.objects.get(pk=office.officer.pk)


def _results_tell_nothing(person: Person, office: Office, kept: Document) -> None:
    page = search(person, Asked(SHARED))
    assert [one.pk for _hit, one in page.rows] == [kept.pk]
    assert page.total <= 1
    assert {count.value for count in page.facets.get(Facet.ISSUER, ())} <= {kept.issuer_name}
    assert {count.value for count in page.facets.get(Facet.KIND, ())} <= {office.letter.name}
    assert [one.pk for _hit, one in everything(person, Asked(SHARED), 100)] == [kept.pk]
    # neither that the word exists, nor how many a filter hides, nor how it is spelled
    unknown = search(person, Asked(SECRET + "m"))
    assert (list(unknown.rows), unknown.total, unknown.corrected) == ([], 0, "")
    assert not any(SECRET in (hint.subject, hint.other) for hint in unknown.hints)
    filtered = search(person, Asked(SECRET, {"kind": (office.letter.name,)}))
    assert (list(filtered.rows), filtered.total) == ([], 0)
    assert not any(str(hint.code) == "filtered_out" for hint in filtered.hints)


def _offers_tell_nothing(person: Person, office: Office, lost: Document, kept: Document) -> None:
    for typed in (SECRET[:4], "71", SHARED, "Bộ Nội"):
        lines = suggested(person, typed)
        assert lost.pk not in documents_in(lines)
        assert not any(line["icon"] == "building" and line["label"] == office.ministry.name for line in lines)
    assert [one.pk for _hit, one in similar(person, kept)] == []
    assert similar(person, lost) == []


def _pages_tell_nothing(office: Office, lost: Document, kept: Document) -> None:
    browser = browser_of(_fresh(office))
    answer = browser.get("/search/", {"q": SHARED, "stay": "1"})
    assert on_the_page(answer) == {kept.pk}
    assert SECRET not in answer.content.decode()
    for address in (f"/search/similar/{lost.pk}/", f"/documents/{lost.pk}/"):
        assert browser.get(address).status_code == 404
    straight = browser.get("/search/", {"q": lost.code})
    assert straight.status_code == 200  # not led to the document of this number
    assert lost.pk not in on_the_page(straight)


def test_another_reason_to_read_keeps_it_found(office: Office, engine: str) -> None:
    document = incoming(office, number="71", summary=f"V/v {SECRET}")
    _share(office, document)
    _to_the_unit(office, document)
    run_index()
    _unshare(office, document)
    page = search(_fresh(office), Asked(SECRET))
    assert ([one.pk for _hit, one in page.rows], page.total, page.counted) == ([document.pk], 1, True)
    assert f"u:{office.officer.pk}" in tokens_of(_fresh(office))

"""The search page: what it finds, offers, keeps and says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from edocs.documents import indexing
from edocs.documents.models import Document
from edocs.documents.searching import Asked
from edocs.documents.services.linking import share_document, unshare_document
from edocs.office.models import Person
from edocs.web.reading.search_form import SearchForm, initial_of
from search import EngineUnavailable
from tests.documents.test_indexing import run_index
from tests.factories import Office, incoming

pytestmark = pytest.mark.django_db


def browser_of(person: Person, language: str = "en") -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["edocs_language"] = language
    return browser


@pytest.fixture
def letters(office: Office) -> list[Document]:
    """Four letters of two agencies and two kinds."""
    made = [
        incoming(office, number="11", summary="V/v quản lý biên chế công chức"),
        incoming(office, number="12", summary="V/v tinh giản biên chế", issuer=office.ministry),
        incoming(office, number="13", summary="Quyết định giao biên chế", kind=office.decision, issuer=office.ministry),
        incoming(office, number="14", summary="V/v kinh phí người có công"),
    ]
    run_index()
    return made


def found(answer: Any) -> set[int]:
    return {one["document"].pk for one in answer.context["results"]}


# --- finding ----------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-STA-04")
def test_words_without_accents_find_and_are_marked(office: Office, letters: list[Document]) -> None:
    answer = browser_of(office.clerk).get("/search/", {"q": "tinh gian bien che"})
    assert answer.context["results"][0]["document"] == letters[1]
    assert re.search(r"<mark>tinh giản biên chế</mark>", answer.content.decode())


def test_facets_keep_several_values_and_are_chips(office: Office, letters: list[Document]) -> None:
    browser = browser_of(office.clerk)
    whole = browser.get("/search/", {"q": "bien che"})
    assert whole.context["total"] == 3
    chosen = {"q": "bien che", "issuer": [office.ministry.name, office.province.name], "kind": office.letter.name}
    answer = browser.get("/search/", chosen)
    assert found(answer) == {letters[0].pk, letters[1].pk}
    issuers = next(facet for facet in answer.context["facets"] if facet["name"] == "issuer")
    assert {(one["value"], one["on"]) for one in issuers["values"]} == {
        (office.ministry.name, True),
        (office.province.name, True),
    }
    # each chip leads to the same search without it
    assert [chip.label for chip in answer.context["chips"]] == [
        office.letter.name,
        office.ministry.name,
        office.province.name,
    ]
    fewer = browser.get(answer.context["chips"][2].remove_url)
    assert found(fewer) == {letters[1].pk}


@pytest.mark.requirement("R-STA-07")
@pytest.mark.parametrize("sort", ["relevance", "date", "number", "due"])
def test_pages_follow_each_other_in_every_order(office: Office, sort: str) -> None:
    made = [incoming(office, number=str(n), summary=f"V/v biên chế lần {n}").pk for n in range(1, 46)]
    run_index()
    browser = browser_of(office.clerk)
    answer = browser.get("/search/", {"q": "bien che", "sort": sort})
    seen: list[int] = []
    while True:
        seen += [one["document"].pk for one in answer.context["results"]]
        if not answer.context["next_url"]:
            break
        answer = browser.get(answer.context["next_url"])
    assert sorted(seen) == made
    if sort in ("date", "number"):
        assert seen == made[::-1]


def test_a_number_leads_straight_to_its_document(office: Office, letters: list[Document]) -> None:
    answer = browser_of(office.clerk).get("/search/", {"q": "12 ubnd nc"})
    assert answer.headers["Location"] == f"/documents/{letters[1].pk}/"


def test_an_empty_result_says_which_filter_hides_how_many(office: Office, letters: list[Document]) -> None:
    answer = browser_of(office.clerk).get("/search/", {"q": "kinh phi", "kind": office.decision.name})
    assert found(answer) == set()
    text = answer.content.decode()
    assert "Without the filter “Kind” there would be 1 results." in text
    (hint,) = [hint for hint in answer.context["hints"] if hint["url"]]
    assert found(browser_of(office.clerk).get(hint["url"])) == {letters[3].pk}


def test_a_misspelled_word_is_searched_as_it_was_meant_and_said(office: Office, letters: list[Document]) -> None:
    answer = browser_of(office.clerk).get("/search/", {"q": "tinh gian bien chex"})
    assert letters[1].pk in found(answer)
    assert answer.context["corrected"]
    assert "Searched for <b>" in answer.content.decode()


def test_similar_documents(office: Office, letters: list[Document]) -> None:
    answer = browser_of(office.clerk).get(f"/search/similar/{letters[0].pk}/")
    assert letters[0].pk not in found(answer)
    assert found(answer) <= {letter.pk for letter in letters}
    assert browser_of(office.stranger).get(f"/search/similar/{letters[0].pk}/").status_code == 404


# --- rights, at once --------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SEC-2")
def test_a_right_withdrawn_holds_before_the_index_has_heard_of_it(office: Office, letters: list[Document]) -> None:
    for letter in letters[:2]:
        share_document(document=letter, person=office.stranger, by=office.clerk)
    run_index()
    browser = browser_of(office.stranger)
    assert browser.get("/search/", {"q": "bien che"}).context["total"] == 2
    unshare_document(document=letters[1], person=office.stranger, by=office.clerk)
    answer = browser.get("/search/", {"q": "bien che"})
    assert found(answer) == {letters[0].pk}
    text = answer.content.decode()
    assert office.ministry.name not in text  # its issuer is known from that document alone
    assert not answer.context["counted"]
    assert not answer.context["facets"]
    items = browser.get("/search/suggest/", {"q": "bo noi"}).json()["items"]
    assert items == []
    run_index()
    assert browser.get("/search/", {"q": "bien che"}).context["total"] == 1


# --- the form ---------------------------------------------------------------------------------------------------------
FILLED = {
    "words": "sap xep",
    "phrase": "đơn vị sự nghiệp",
    "without": "xã phường",
    "number": "125",
    "symbol": "SNV-VP",
    "summary": "đề án",
    "issuer": "UBND tỉnh",
    "signer": "Trần Quốc Thịnh",
    "first": "2025-01-01",
    "last": "2026-03-31",
    "due": "tuần này",
    "recipients": "Sở Tài chính",
    "case_file": "CCHC 2026",
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_writes_a_query_and_reads_it_back(office: Office, language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        form = SearchForm(FILLED)
        assert form.is_valid(), form.errors
        query = form.query()
        assert ("cơ quan:" in query) == (language == "vi")
        back = initial_of(query)
        again = SearchForm(back | {name: f"{back[name]:%Y-%m-%d}" for name in ("first", "last")})
        assert again.is_valid()
        assert again.query() == query
    assert {name: str(back[name]) for name in FILLED} == FILLED


def test_what_the_form_has_no_field_for_stays_among_the_words(office: Office) -> None:
    assert initial_of('biên chế năm:2025 "một" "hai"')["words"] == 'biên chế năm:2025 "hai"'


def test_the_form_leads_to_the_results_of_its_query(office: Office, letters: list[Document]) -> None:
    browser = browser_of(office.clerk)
    answer = browser.get("/search/form/", {"go": "1", "words": "bien che", "kind": office.decision.name}, follow=True)
    assert found(answer) == {letters[2].pk}
    page = browser.get("/search/form/", {"q": answer.context["typed"]})
    assert page.context["form"].initial["kind"] == office.decision.name


# --- columns ----------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-STA-05")
def test_results_show_the_columns_that_were_chosen(office: Office, letters: list[Document]) -> None:
    browser = browser_of(office.clerk)
    query = Asked("tinh gian").query
    answer = browser.post("/search/columns/", {"column": ["arrival", "book", "nonsense"], "query": query}, follow=True)
    assert answer.context["shown"] == {"summary", "arrival", "book"}
    text = answer.content.decode()
    assert f"Register book: {office.book_in.name}" in text
    assert "12/UBND-NC" not in text


# --- suggestions ------------------------------------------------------------------------------------------------------
def test_while_typing_documents_agencies_people_and_ones_own_searches_are_offered(
    office: Office, letters: list[Document]
) -> None:
    browser = browser_of(office.clerk)
    browser.get("/search/", {"q": "tinh giản 2026"})
    groups: dict[str, list[str]] = {}
    for typed in ("tinh g", "bộ nội", "thịnh", ""):
        for item in browser.get("/search/suggest/", {"q": typed}).json()["items"]:
            groups.setdefault(item["group"], []).append(item["label"])
    assert "tinh giản 2026" in groups["Searched before"]
    assert letters[1].summary in groups["Documents"]
    assert office.ministry.name in groups["Agencies"]
    assert office.director.full_name in groups["People"]
    # nobody else is offered what one typed
    assert browser_of(office.head).get("/search/suggest/", {"q": "tinh g"}).json()["items"] == []


def test_an_offered_person_leads_to_what_they_signed(office: Office) -> None:
    mine = incoming(office, summary="V/v một việc", signer_name=office.director.full_name)
    incoming(office, number="2", summary="V/v việc khác của Thịnh", signer_name="Ai khác")
    run_index()
    browser = browser_of(office.clerk)
    items = browser.get("/search/suggest/", {"q": "quốc thịnh"}).json()["items"]
    (offer,) = [item for item in items if item["group"] == "People"]
    assert found(browser.get(offer["url"])) == {mine.pk}


# --- the engine is away -----------------------------------------------------------------------------------------------
@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> Any:
        raise EngineUnavailable("no route to the engine")

    for place in ("edocs.documents.searching", "edocs.documents.indexing", "edocs.web.reading.search_suggested"):
        monkeypatch.setattr(f"{place}.engine", nothing)


def test_while_the_engine_is_away_search_says_so_and_looks_up_number_and_title(
    office: Office, letters: list[Document], away: None
) -> None:
    browser = browser_of(office.clerk)
    for typed in ("tinh giản", "số:12", "12/UB"):
        answer = browser.get("/search/", {"q": typed, "stay": "1"})
        assert found(answer) == {letters[1].pk}, typed
        assert "Full-text search does not answer at the moment." in answer.content.decode()
    assert found(browser_of(office.stranger).get("/search/", {"q": "tinh giản"})) == set()
    assert browser.get("/search/suggest/", {"q": "tinh"}).status_code == 200
    assert browser.get(f"/search/similar/{letters[0].pk}/").status_code == 200


def test_while_the_engine_is_away_the_office_goes_on(office: Office, away: None) -> None:
    document = incoming(office, number="77", summary="V/v việc mới")
    browser = browser_of(office.clerk)
    assert browser.get(f"/documents/{document.pk}/").status_code == 200
    assert browser.get("/incoming/").status_code == 200


def test_what_was_registered_meanwhile_is_found_when_the_engine_is_back(office: Office) -> None:
    with pytest.MonkeyPatch.context() as gone:
        gone.setattr(indexing, "engine", lambda: (_ for _ in ()).throw(EngineUnavailable("away")))
        document = incoming(office, number="77", summary="V/v việc mới")
        from edocs.jobs import services
        from edocs.jobs.models import Job

        services.run(Job.objects.get(kind=indexing.INDEX).pk)
    Job.objects.update(not_before="2026-01-01T00:00Z")
    run_index()
    assert found(browser_of(office.clerk).get("/search/", {"q": "viec moi"})) == {document.pk}

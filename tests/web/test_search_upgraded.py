"""What people see of search after an upgrade with other fields, and when the index was lost: never nothing at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from edocs.documents import index_care, indexing
from edocs.documents.models import Document
from edocs.documents.searching import Asked
from edocs.documents.services.reading import ask_search_export
from edocs.jobs import services as jobs
from edocs.jobs.models import Job, JobState
from edocs.web.house.jobs import BUILD_INDEX, CHECK_INDEX, FILL_INDEX, look_at_the_index
from edocs.web.house.probes_database import search as health_of_search
from search import SearchError, fields
from tests.documents.test_indexing import run_index
from tests.factories import Office, incoming
from tests.web.test_search import browser_of, found

pytestmark = pytest.mark.django_db

RENEWED = "A new search index is being built after an upgrade"
FILLED = "The search index is being built anew; until it is full"


@pytest.fixture
def documents(office: Office) -> list[Document]:
    made = [incoming(office, number=str(n), summary=f"V/v biên chế lần {n}") for n in range(1, 8)]
    run_index()
    indexing.engine().mark_reindexed()
    return made


def upgrade(monkeypatch: pytest.MonkeyPatch, *, readable: bool) -> None:
    """The processes of the new version start."""
    monkeypatch.setattr(fields, "OLDEST_READ", fields.VERSION + (not readable))
    monkeypatch.setattr(fields, "VERSION", fields.VERSION + 1)
    indexing._engine.cache_clear()
    index_care.cache.clear()


def asked(office: Office, words: str) -> Any:
    return browser_of(office.clerk).get("/search/", {"q": words, "stay": "1"})


def worker_starts() -> list[Job]:
    """What it does at once; the jobs of building that this asked for."""
    look_at_the_index(sender=None)
    look_at_the_index(sender=None)  # several workers start together
    (looking,) = Job.objects.filter(kind=FILL_INDEX, state=JobState.WAITING)
    jobs.run(looking.pk)
    return list(Job.objects.filter(kind=BUILD_INDEX))


def test_search_goes_on_while_the_new_index_is_built_by_itself(
    office: Office, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch, readable=True)
    page = asked(office, "bien che")
    assert found(page) == {one.pk for one in documents}
    assert RENEWED in page.content.decode()
    with translation.override("en"):
        health = health_of_search()
    assert (health.tone, "version before the upgrade" in health.sentence) == ("amber", True)
    (building,) = worker_starts()
    new = incoming(office, number="99", summary="V/v biên chế mới")
    run_index()
    assert found(asked(office, "bien che moi")) >= {new.pk}
    jobs.run(building.pk)
    building.refresh_from_db()
    assert (building.state, building.progress, building.total) == (JobState.DONE, 8, 8)
    page = asked(office, "bien che")
    assert found(page) == {new.pk, *(one.pk for one in documents)}
    assert RENEWED not in page.content.decode()
    assert not index_care.compare()
    assert worker_starts() == [building]  # nothing is left to be done


def test_nothing_is_compared_with_an_index_of_before(
    office: Office, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch, readable=True)
    with pytest.raises(SearchError, match="older version"):
        index_care.compare(repair=True)
    waits = jobs.enqueue(CHECK_INDEX)
    jobs.run(waits.pk)
    waits.refresh_from_db()
    assert (waits.state, "older version" in waits.reason) == (JobState.WAITING, True)


def test_while_an_index_is_filled_numbers_and_summaries_are_found_in_the_database(
    office: Office, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when it cannot be asked any more, or its folder was lost."""
    upgrade(monkeypatch, readable=False)
    for words, expected in (("biên chế lần 3", {documents[2].pk}), ("số:4", {documents[3].pk})):
        page = asked(office, words)
        assert expected <= found(page), words
        assert FILLED in page.content.decode()
    assert found(browser_of(office.stranger).get("/search/", {"q": "biên chế"})) == set()
    assert FILLED in browser_of(office.clerk).get(f"/search/similar/{documents[0].pk}/").content.decode()
    export = ask_search_export(person=office.clerk, asked=Asked("bien che"), columns=["code"], format="csv")
    making = Job.objects.get(subject=f"export:{export.pk}")
    jobs.run(making.pk)
    making.refresh_from_db()
    assert making.state == JobState.WAITING  # no file that lacks what was not indexed yet
    (building,) = worker_starts()
    jobs.run(building.pk)
    page = asked(office, "bien che")
    assert found(page) == {one.pk for one in documents}
    assert FILLED not in page.content.decode()


def test_a_new_office_is_told_nothing_of_an_index(office: Office) -> None:
    document = incoming(office, summary="V/v biên chế")
    run_index()
    page = asked(office, "bien che")
    assert found(page) == {document.pk}
    assert FILLED not in page.content.decode()
    assert RENEWED not in page.content.decode()

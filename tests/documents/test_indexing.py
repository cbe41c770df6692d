"""The index follows the database: by the outbox, in the right order, through times when the engine is away."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction

from edocs.documents import access, indexing
from edocs.documents.models import Document, Withdrawal
from edocs.documents.services.linking import share_document, unshare_document
from edocs.documents.services.registering import cancel_registration
from edocs.jobs import services as jobs
from edocs.jobs.models import Job, JobState
from edocs.office.models import Person
from edocs.office.queries import tokens_of
from search import EngineUnavailable, IndexDocument, SearchError
from tests.factories import Office, incoming

pytestmark = pytest.mark.django_db


def run_index() -> None:
    """What the worker does, until nothing waits for the index."""
    while (row := Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING).first()) is not None:
        jobs.run(row.pk)


def found(person: Person, words: str) -> set[int]:
    """What the engine alone answers."""
    page = indexing.engine().search(words, tokens_of(Person.objects.get(pk=person.pk)))
    return {int(hit.id) for hit in page.hits}


def test_every_change_of_what_search_knows_asks_for_the_index(office: Office) -> None:
    document = incoming(office)
    run_index()
    for change in (
        lambda: share_document(document=document, person=office.stranger, by=office.clerk),
        lambda: unshare_document(document=document, person=office.stranger, by=office.clerk),
        lambda: access.grant(document, ["g:1"], reason="test"),
        lambda: access.withdraw(document, ["g:1"], reason="test"),
    ):
        before = Document.objects.get(pk=document.pk).revision
        change()
        assert Document.objects.get(pk=document.pk).revision > before
        assert Job.objects.filter(kind=indexing.INDEX, state=JobState.WAITING).count() == 1
        run_index()


def test_a_right_granted_and_withdrawn_is_in_the_index(office: Office) -> None:
    document = incoming(office, summary="V/v quản lý biên chế")
    run_index()
    assert found(office.clerk, "bien che") == {document.pk}
    assert found(office.stranger, "bien che") == set()
    share_document(document=document, person=office.stranger, by=office.clerk)
    run_index()
    assert found(office.stranger, "bien che") == {document.pk}
    unshare_document(document=document, person=office.stranger, by=office.clerk)
    run_index()
    assert found(office.stranger, "bien che") == set()


def test_a_right_withdrawn_is_known_until_the_index_has_heard_of_it(office: Office) -> None:
    document = incoming(office)
    share_document(document=document, person=office.stranger, by=office.clerk)
    run_index()
    unshare_document(document=document, person=office.stranger, by=office.clerk)
    assert access.withdrawn_from(office.stranger) == [document.pk]
    assert access.withdrawn_from(office.clerk) == []
    run_index()
    assert access.withdrawn_from(office.stranger) == []
    assert not Withdrawal.objects.exists()


def test_a_right_that_stays_for_another_reason_is_not_withdrawn(office: Office) -> None:
    document = incoming(office)
    access.grant(document, [f"u:{office.stranger.pk}"], reason="one")
    access.grant(document, [f"u:{office.stranger.pk}"], reason="another")
    access.withdraw(document, [f"u:{office.stranger.pk}"], reason="one")
    assert access.withdrawn_from(office.stranger) == []


def test_a_cancelled_document_leaves_the_index(office: Office) -> None:
    document = incoming(office, summary="V/v quản lý biên chế")
    run_index()
    cancel_registration(document=document, reason="Vào sổ nhầm", by=office.clerk)
    run_index()
    assert found(office.clerk, "bien che") == set()


def summary_of(office: Office, words: str) -> str:
    """The summary of the one document that is found, as the index holds it."""
    (hit,) = indexing.engine().search(words, tokens_of(office.clerk)).hits
    return "".join(text for text, _marked in hit.summary)


class Away:
    """An engine that does not answer."""

    def index(self, documents: Iterable[IndexDocument]) -> int:
        raise EngineUnavailable("no route to the engine")

    delete = index


def test_while_the_engine_is_away_the_work_waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [incoming(office, summary=f"V/v quản lý biên chế {n}") for n in range(3)]
    away = Away()
    with monkeypatch.context() as gone:
        gone.setattr(indexing, "engine", lambda: away)
        for _hour in range(20):  # as long as it takes: waiting is never counted as failing
            Job.objects.filter(kind=indexing.INDEX).update(not_before="2026-01-01T00:00Z")
            jobs.run(Job.objects.filter(kind=indexing.INDEX).first().pk)  # type: ignore[union-attr]
        states = Job.objects.filter(kind=indexing.INDEX).values_list("state", "attempts")
        assert set(states) == {(JobState.WAITING, 0)}
    Job.objects.filter(kind=indexing.INDEX).update(not_before="2026-01-01T00:00Z")
    run_index()
    assert found(office.clerk, "bien che") == {document.pk for document in documents}


def test_who_read_first_and_writes_last_does_not_write_what_is_old(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one worker holds what it has read, another one writes a later state; the later state stays."""
    document = incoming(office, summary="V/v việc cũ")
    engine = indexing.engine()
    write = type(engine).index
    overtaken = []

    def slow(self: Any, rows: Iterable[IndexDocument]) -> int:
        if not overtaken:
            overtaken.append(True)
            Document.objects.filter(pk=document.pk).update(summary="V/v việc mới")
            indexing.follow([document.pk])
            indexing.index_documents([document.pk])  # the other worker
        return write(self, rows)

    monkeypatch.setattr(type(engine), "index", slow)
    indexing.index_documents([document.pk])
    assert overtaken
    assert summary_of(office, "việc") == "V/v việc mới"


def test_an_engine_that_fails_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    document = incoming(office)
    monkeypatch.setattr(indexing, "engine", lambda: Away())
    with pytest.raises(SearchError):
        indexing.index_documents([document.pk])


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_the_last_state(office: Office) -> None:
    document = incoming(office, summary="V/v lần 0")
    stop = threading.Event()

    def carry() -> None:
        try:
            while not stop.is_set():
                indexing.index_documents([document.pk])
        finally:
            connection.close()

    carriers = [threading.Thread(target=carry) for _each in range(3)]
    for carrier in carriers:
        carrier.start()
    for n in range(1, 21):
        with transaction.atomic():
            Document.objects.filter(pk=document.pk).update(summary=f"V/v lần {n}")
            indexing.follow([document.pk])
    stop.set()
    for carrier in carriers:
        carrier.join()
    run_index()
    assert summary_of(office, "lần") == "V/v lần 20"

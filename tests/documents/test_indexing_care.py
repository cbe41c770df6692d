"""The index compared with the database, repaired, and built anew while the old one answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from edocs.documents import index_care, indexing
from edocs.documents.models import AccessEntry, Document
from edocs.jobs.models import Job
from edocs.journal.models import Event
from search import IndexDocument
from tests.documents.test_indexing import found, run_index
from tests.factories import Office, incoming

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents(office: Office) -> list[Document]:
    made = [incoming(office, number=str(n), summary=f"V/v biên chế lần {n}") for n in range(1, 8)]
    run_index()
    return made


# --- comparing --------------------------------------------------------------------------------------------------------
def test_an_index_that_followed_shows_no_difference(documents: list[Document]) -> None:
    assert not index_care.compare()


def _lose(one: Document) -> None:
    indexing.engine().delete([str(one.pk)])


def _retitle(one: Document) -> None:
    Document.objects.filter(pk=one.pk).update(summary="V/v việc khác")


def _close(one: Document) -> None:
    AccessEntry.objects.filter(document=one, token="r:clerk").delete()


def _cancel(one: Document) -> None:
    Document.objects.filter(pk=one.pk).update(state="cancelled")


@pytest.mark.parametrize(
    ("name", "spoil"),
    [("missing", _lose), ("stale", _retitle), ("stale", _close), ("extra", _cancel)],
    ids=["lost", "retitled", "a right behind the services' back", "cancelled"],
)
def test_what_differs_is_found_and_put_right(
    documents: list[Document], name: str, spoil: Callable[[Document], None]
) -> None:
    spoil(documents[2])
    differences = index_care.compare()
    assert {one: getattr(differences, one) for one in ("missing", "stale", "extra")} == {
        "missing": [],
        "stale": [],
        "extra": [],
    } | {name: [documents[2].pk]}
    assert index_care.compare(repair=True)
    assert not index_care.compare()


def test_a_change_on_its_way_is_no_difference(documents: list[Document]) -> None:
    _retitle(documents[0])
    indexing.follow([documents[0].pk])
    assert not index_care.compare()
    run_index()
    assert not index_care.compare()


def test_the_command_tells_and_repairs(documents: list[Document]) -> None:
    _lose(documents[0])
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("search_check", "--only-look", stdout=said)
    assert f"missing: 1 ({documents[0].pk})" in said.getvalue()
    call_command("search_check", stdout=said)
    assert "Put right." in said.getvalue()
    again = StringIO()
    call_command("search_check", "--only-look", stdout=again)
    assert "7 documents compared." in again.getvalue()


def test_the_nightly_comparison_is_an_event(documents: list[Document]) -> None:
    from edocs.jobs import services
    from edocs.jobs.services import enqueue

    _lose(documents[0])
    services.run(enqueue("house.index_check").pk)
    facts = Event.objects.get(verb="index.checked").after
    assert facts is not None
    assert (facts["compared"], facts["missing"], facts["stale"], facts["extra"]) == (7, 1, 0, 0)
    assert not index_care.compare()


# --- building anew ----------------------------------------------------------------------------------------------------
class Stopped(Exception):
    """The process ends here."""


def stop_after(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The building stops (as a process does that is killed) after so many parts."""
    kind = type(indexing.engine())
    rebuild, done = kind.rebuild, []

    def stopping(self: Any, rows: Iterable[IndexDocument], mark: str) -> int:
        if len(done) == parts:
            raise Stopped
        done.append(mark)
        return rebuild(self, rows, mark)

    monkeypatch.setattr(kind, "rebuild", stopping)


def test_while_a_new_index_is_built_the_old_one_answers_and_changes_go_into_both(
    office: Office, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_care, "TOGETHER", 2)
    every = {one.pk for one in documents}
    with monkeypatch.context() as patch:
        stop_after(2, patch)
        with pytest.raises(Stopped):
            index_care.rebuild()
    assert indexing.engine().rebuilding
    assert found(office.clerk, "bien che") == every
    # while nobody builds: one is changed that was built already, one that was not, one is new, one goes
    for number, one in ((1, documents[0]), (6, documents[5])):
        Document.objects.filter(pk=one.pk).update(summary=f"V/v biên chế đổi {number}")
        indexing.follow([one.pk])
    new = incoming(office, number="99", summary="V/v biên chế mới")
    _cancel(documents[6])
    indexing.follow([documents[6].pk])
    run_index()
    assert found(office.clerk, "bien che") == (every | {new.pk}) - {documents[6].pk}
    progress: list[tuple[int, int]] = []
    read = index_care.rebuild(report=lambda done, total: progress.append((done, total)))
    assert not indexing.engine().rebuilding
    assert read < len(every)  # it went on where it had stopped
    assert progress[-1][0] == progress[-1][1] == 7
    assert found(office.clerk, "bien che doi") >= {documents[0].pk, documents[5].pk}
    assert not index_care.compare()


def test_a_damaged_index_is_filled_again(office: Office, documents: list[Document]) -> None:
    indexing.engine().clear()
    assert found(office.clerk, "bien che") == set()
    index_care.rebuild()
    assert found(office.clerk, "bien che") == {one.pk for one in documents}
    assert not index_care.compare()
    assert not indexing.engine().needs_reindex


def test_an_index_that_was_made_new_is_filled_without_being_asked(office: Office, documents: list[Document]) -> None:
    """After an upgrade with other fields, or when files were damaged."""
    from edocs.jobs import services

    indexing.engine().clear()
    services.run(services.enqueue("house.index_fill").pk)
    services.run(services.enqueue("house.index_fill").pk)  # it is asked for already
    (built,) = Job.objects.filter(kind="house.index")
    services.run(built.pk)
    assert found(office.clerk, "bien che") == {one.pk for one in documents}
    services.run(services.enqueue("house.index_fill").pk)
    assert Job.objects.filter(kind="house.index").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_builds_and_says_how_many(office: Office) -> None:
    incoming(office)
    said = StringIO()
    call_command("search_rebuild", stdout=said)
    assert "Built anew: 1 documents." in said.getvalue()
    assert Job.objects.get(kind="house.index").state == "done"
    Job.objects.filter(kind="house.index").update(state="running", lease_until="2100-01-01T00:00Z")
    with pytest.raises(CommandError, match="already"):
        call_command("search_rebuild")

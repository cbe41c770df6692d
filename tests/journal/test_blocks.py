"""Evidence: sealed blocks verify; whatever is changed, taken away or slipped in afterwards is found."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from edocs import clock
from edocs.journal.context import Origin, origin
from edocs.journal.models import Block, Event
from edocs.journal.services import BLOCK_SIZE, merkle_root, record, seal_pending, verify
from tests.factories import Office

PAST = dt.timedelta(hours=2)


@pytest.fixture
def sealed(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Twelve events in three blocks, and two that are not sealed yet."""
    monkeypatch.setattr("edocs.journal.services.BLOCK_SIZE", 4)
    with clock.at(timezone.now() - PAST):
        events = [
            record("test.verb", office.field, by=office.officer, before={"n": n}, after={"n": n + 1, "chữ": "Đường"})
            for n in range(12)
        ]
    while seal_pending():
        pass
    for number in range(2):
        record("test.fresh", office.field, by=None, after={"n": number})
    assert Block.objects.count() == 3
    return events


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def problems() -> set[str]:
    return {found.problem for found in verify()}


def test_a_whole_journal_verifies(sealed: list[Event]) -> None:
    assert list(verify()) == []
    assert sum(Block.objects.values_list("count", flat=True)) == 12
    first, second, third = Block.objects.order_by("pk")
    assert first.previous == "0" * 64
    assert (second.previous, third.previous) == (first.digest, second.digest)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_event SET verb = 'test.other' WHERE id = %s",
        "UPDATE journal_event SET after = '{\"n\": 99}' WHERE id = %s",
        "UPDATE journal_event SET before = NULL WHERE id = %s",
        "UPDATE journal_event SET person_id = NULL WHERE id = %s",
        "UPDATE journal_event SET object_id = '999' WHERE id = %s",
        "UPDATE journal_event SET address = '10.0.0.1' WHERE id = %s",
        "UPDATE journal_event SET at = '2020-01-01 00:00:00+00:00' WHERE id = %s",
    ],
)
@pytest.mark.requirement("R-PRI-5")
def test_a_changed_event_is_found(sealed: list[Event], change: str) -> None:
    sql(change, sealed[5].pk)
    (found,) = verify()
    assert found.block == Block.objects.order_by("pk")[1].pk
    assert found.problem == "root"


@pytest.mark.requirement("R-PRI-5")
def test_a_removed_event_is_found(sealed: list[Event]) -> None:
    sql("DELETE FROM journal_event WHERE id = %s", sealed[5].pk)
    assert {"count", "root"} <= problems()


def test_the_removed_last_event_of_a_block_is_found(sealed: list[Event]) -> None:
    sql("DELETE FROM journal_event WHERE id = %s", sealed[3].pk)
    assert {"count", "root"} <= problems()


@pytest.mark.requirement("R-PRI-5")
def test_an_event_slipped_into_a_hole_is_found(office: Office, sealed: list[Event]) -> None:
    """Numbers may have holes (a transaction that was rolled back); nobody may fill one later."""
    row = Event.objects.get(pk=sealed[5].pk)
    sql("UPDATE journal_event SET id = %s WHERE id = %s", 10_000_000, row.pk)
    sql("UPDATE journal_event SET verb = 'test.false', id = %s WHERE id = %s", row.pk, 10_000_000)
    assert problems() == {"root"}


def test_two_swapped_events_are_found(sealed: list[Event]) -> None:
    one, two = sealed[1].pk, sealed[2].pk
    for old, new in ((one, -1), (two, one), (-1, two)):
        sql("UPDATE journal_event SET id = %s WHERE id = %s", new, old)
    assert problems() == {"root"}


@pytest.mark.parametrize("column", ["root", "previous", "digest"])
def test_a_changed_block_is_found(sealed: list[Event], column: str) -> None:
    middle = Block.objects.order_by("pk")[1]
    sql(f"UPDATE journal_block SET {column} = %s WHERE id = %s", "f" * 64, middle.pk)
    assert problems()


def test_a_block_that_was_made_to_fit_breaks_the_chain(sealed: list[Event]) -> None:
    """Somebody changes an event and computes its block anew: the next block still names the old digest."""
    from edocs.journal.services import _chain, event_digest

    middle = Block.objects.order_by("pk")[1]
    sql("UPDATE journal_event SET verb = 'test.other' WHERE id = %s", sealed[5].pk)
    events = Event.objects.filter(pk__gte=middle.first_event, pk__lte=middle.last_event).order_by("pk")
    root = merkle_root([event_digest(event) for event in events])
    digest = _chain(middle.previous, root, middle.first_event, middle.last_event, middle.count)
    sql("UPDATE journal_block SET root = %s, digest = %s WHERE id = %s", root, digest, middle.pk)
    (found,) = verify()
    assert (found.block, found.problem) == (Block.objects.latest("pk").pk, "chain")


def test_a_removed_block_is_found(sealed: list[Event]) -> None:
    sql("DELETE FROM journal_block WHERE id = %s", Block.objects.order_by("pk")[1].pk)
    assert "chain" in problems()


def test_the_command_says_what_it_found(sealed: list[Event], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("journal_verify")
    sql("UPDATE journal_event SET verb = 'test.other' WHERE id = %s", sealed[0].pk)
    with pytest.raises((CommandError, SystemExit)):
        call_command("journal_verify")


# --- writing --------------------------------------------------------------------------------------------------------
def test_rows_are_written_once(sealed: list[Event]) -> None:
    event, block = Event.objects.latest("pk"), Block.objects.latest("pk")
    event.verb = "test.other"
    for row in (event, block):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_an_event_knows_where_it_came_from(office: Office) -> None:
    token = origin.set(Origin(address="10.1.2.3", request_id="abc", acting_for_id=office.director.pk))
    try:
        event = record("test.verb", office.field, by=office.deputy)
    finally:
        origin.reset(token)
    event.refresh_from_db()
    assert (event.address, event.request_id, event.acting_for) == ("10.1.2.3", "abc", office.director)


def test_the_newest_minute_is_left_open(office: Office) -> None:
    record("test.verb", office.field, by=None)
    assert seal_pending() is None
    assert BLOCK_SIZE == 1000


def test_an_event_digest_survives_the_database(office: Office) -> None:
    """What is read back gives the same digest as what was written: microseconds, dates, Vietnamese, nesting."""
    from edocs.journal.services import event_digest

    values: dict[str, Any] = {"ngày": "2026-10-13", "số": 1.5, "trong": {"b": [1, None, True], "a": "ễ"}}
    written = record("test.verb", office.field, by=office.officer, after=values)
    read = Event.objects.get(pk=written.pk)
    assert event_digest(read) == event_digest(written)


@pytest.mark.parametrize("leaves", [1, 2, 3, 4, 5, 7, 8])
def test_every_leaf_and_its_place_count_in_the_root(leaves: int) -> None:
    hashes = [bytes([number]) * 32 for number in range(leaves)]
    roots = {merkle_root(hashes), merkle_root([*hashes, b"x" * 32])}
    for number in range(leaves):
        roots.add(merkle_root([*hashes[:number], b"y" * 32, *hashes[number + 1 :]]))
    assert len(roots) == leaves + 2

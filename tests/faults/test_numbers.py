"""Numbers under fire: eight processes, rollbacks, kill -9 (R-LAW-05). ``EDOCS_FAULT_NUMBERS=10000`` is the full run."""

from __future__ import annotations

import os
import time

import pytest

from edocs import clock
from edocs.documents.models import BookYear, Document, Entry
from edocs.journal.models import Event
from tests.factories import Office
from tests.faults.conftest import Pack

WANTED = int(os.environ.get("EDOCS_FAULT_NUMBERS", "1000"))
PROCESSES = 8
KILL_EVERY = 1.5  # seconds; a process needs about that long to start

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240 + WANTED // 4)]


@pytest.mark.requirement("R-LAW-05", "R-DOC-05")
def test_no_number_is_missing_and_none_is_given_twice(pack: Pack, office: Office) -> None:
    pack.start("register", PROCESSES)
    began = time.monotonic()
    next_kill = began + 2 * KILL_EVERY
    while (made := Entry.objects.count()) < WANTED:
        time.sleep(0.2)
        if time.monotonic() > next_kill:
            pack.kill_one("register")
            next_kill = time.monotonic() + pack.dice.uniform(0.3, 2 * KILL_EVERY)
        assert time.monotonic() - began < 200 + WANTED // 4, f"only {made} after all this time"
    seconds = time.monotonic() - began
    assert pack.stop() == []

    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    print(f"{len(numbers)} numbers, {pack.killed} kills, {len(numbers) / seconds:.0f}/s")  # noqa: T201
    assert pack.killed >= 3
    assert numbers == list(range(1, len(numbers) + 1))
    assert BookYear.objects.get(book=office.book_in, year=clock.today().year).last == len(numbers)
    # the number stands with its document and in the journal, or nowhere
    documents = list(Document.objects.order_by("arrival_number").values_list("arrival_number", flat=True))
    assert documents == numbers
    told = Event.objects.filter(verb="document.register").values_list("after", flat=True)
    assert sorted(facts["arrival_number"] for facts in told) == numbers

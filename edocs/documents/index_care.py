"""Whether the index can be relied on; compared with the database, repaired, built anew while the old one answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from django.core.cache import cache
from django.db.models import QuerySet

from edocs.documents.choices import State
from edocs.documents.index_rows import as_index_documents
from edocs.documents.indexing import INDEX, engine, index_documents
from edocs.documents.models import Document
from edocs.jobs.models import Job, JobState
from search import SearchError, version_of

TOGETHER = 500
STANDING_KEY, STANDING_SECONDS = "edocs.index_standing", 10
#: told by number in what a comparison says
MOST_TOLD = 50

#: how far, of how many
Progress = Callable[[int, int], object]


def _silent(_done: int, _total: int) -> None:
    """Nobody wants to know."""


class Standing(StrEnum):
    """How far what the index answers can be relied on."""

    WHOLE = "whole"
    OLDER = "older"  #: it follows every change, but does not know what an upgrade brought; a new one is being built
    FILLING = "filling"  #: it was made new, because it was lost or cannot be asked any more, and holds only a part


def standing() -> Standing:
    """Looked at every ten seconds in each process; costs nothing between. Raises SearchError."""
    return Standing(cache.get_or_set(STANDING_KEY, _standing, STANDING_SECONDS) or Standing.WHOLE)


def _standing() -> Standing:
    if not engine().needs_reindex:
        return Standing.WHOLE
    if engine().outdated:
        return Standing.OLDER
    return Standing.FILLING if engine().count() < _wanted().count() else Standing.WHOLE


@dataclass
class Differences:
    """What a comparison found: documents that are not in the index, that stand there as they were, that should not."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    compared: int = 0

    @property
    def all(self) -> list[int]:
        return [*self.missing, *self.stale, *self.extra]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)


def compare(*, repair: bool = False, report: Progress = _silent) -> Differences:
    """Compare every document, rights included, with what the index holds; ``repair`` puts right what differs.

    A change that is on its way into the index is no difference. Reads in parts: its memory does not grow with the
    archive. Raises SearchError, also while an index of an older version answers, which would differ in everything.
    """
    if engine().outdated:
        raise SearchError("An index of an older version answers until the new one is built; compare afterwards.")
    found = Differences()
    total = _wanted().count()
    for numbers in _in_parts():
        _compare_part(numbers, found)
        found.compared += len(numbers)
        report(found.compared, total)
    for part in _parts_of(engine().all_documents()):
        numbers = [int(identifier) for identifier, _version in part]
        here = set(_wanted().filter(pk__in=numbers).values_list("pk", flat=True))
        found.extra += _settled([number for number in numbers if number not in here])
    if repair and found:
        wrong = found.all
        for start in range(0, len(wrong), TOGETHER):
            index_documents(wrong[start : start + TOGETHER])
    return found


def _compare_part(numbers: list[int], found: Differences) -> None:
    """What differs is looked at a second time: it may have been written between the two readings."""
    for last_look in (False, True):
        there = engine().documents_in_index(str(number) for number in numbers)
        here = {document.id: version_of(document) for document in as_index_documents(numbers)}
        missing = [int(identifier) for identifier in here if identifier not in there]
        stale = [int(one) for one, version in here.items() if one in there and there[one] != version]
        numbers = _settled([*missing, *stale])
        if not numbers:
            return
        if last_look:
            kept = set(numbers)
            found.missing += [number for number in missing if number in kept]
            found.stale += [number for number in stale if number in kept]


def _settled(numbers: list[int]) -> list[int]:
    """Those that no job is carrying into the index at this moment."""
    subjects = [f"document:{number}" for number in numbers]
    under_way = Job.objects.filter(kind=INDEX, subject__in=subjects, state__in=(JobState.WAITING, JobState.RUNNING))
    waiting = set(under_way.values_list("subject", flat=True)) if numbers else set()
    return [number for number in numbers if f"document:{number}" not in waiting]


def rebuild(*, report: Progress = _silent) -> int:
    """Build the index anew beside the one that answers, then change over; goes on where it was stopped.

    Changes that happen meanwhile go into both. Returns how many documents were read this time. Raises SearchError.
    """
    mark = engine().begin_rebuild()
    last = int(mark) if mark.isdigit() else 0
    total = _wanted().count()
    before = _wanted().filter(pk__lte=last).count() if last else 0
    done = 0
    report(before, total)
    for numbers in _in_parts(after=last):
        engine().rebuild(as_index_documents(numbers), str(numbers[-1]))
        done += len(numbers)
        report(before + done, total)
    engine().commit_rebuild()
    cache.delete(STANDING_KEY)
    return done


def _wanted() -> QuerySet[Document]:
    return Document.objects.exclude(state=State.CANCELLED)


def _in_parts(after: int = 0) -> Iterator[list[int]]:
    """The numbers of all documents that should be found, upwards, so many together."""
    while numbers := list(_wanted().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:TOGETHER]):
        yield numbers
        after = numbers[-1]


def _parts_of(rows: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    while part := list(islice(rows, TOGETHER)):
        yield part

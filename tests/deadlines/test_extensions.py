"""More time: asked for with a reason, granted or refused by whoever set the deadline (domain §6.3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edocs import clock
from edocs.deadlines.models import Deadline, Extension, ExtensionState
from edocs.deadlines.services import ask_extension, decide_extension, set_deadline
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from tests.factories import Office, moment

NOW = moment("2026-10-13", "08:30")
LATER = moment("2026-10-23", "17:30")


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def deadline(office: Office) -> Deadline:
    return set_deadline(by=office.director, working_days=3)


def asked(deadline: Deadline, office: Office, **changes: object) -> Extension:
    values = {"deadline": deadline, "wanted": LATER, "reason": "Chờ ý kiến Sở Tài chính", "by": office.officer}
    return ask_extension(**(values | changes))  # type: ignore[arg-type]


def test_granting_moves_the_deadline_and_keeps_the_first_one(office: Office, deadline: Deadline) -> None:
    decide_extension(extension=asked(deadline, office), grant=True, answer="", by=office.director)
    fresh = Deadline.objects.get(pk=deadline.pk)
    assert (fresh.due_at, fresh.first_due_at, fresh.extended) == (LATER, moment("2026-10-16", "17:30"), 1)
    event = Event.objects.get(verb="extension.decide")
    assert event.before == {"due_at": "2026-10-16T10:30:00Z"}
    assert event.after["granted"] is True


def test_refusing_needs_a_reason_and_moves_nothing(office: Office, deadline: Deadline) -> None:
    request = asked(deadline, office)
    with pytest.raises(Invalid) as refused:
        decide_extension(extension=request, grant=False, answer="Thôi", by=office.director)
    assert refused.value.field == "answer"
    decide_extension(extension=request, grant=False, answer="Phải xong trong tuần", by=office.director)
    fresh = Deadline.objects.get(pk=deadline.pk)
    assert (fresh.due_at, fresh.extended) == (deadline.due_at, 0)
    assert Extension.objects.get().state == ExtensionState.REFUSED


def test_only_whoever_set_the_deadline_decides(office: Office, deadline: Deadline) -> None:
    request = asked(deadline, office)
    for person in (office.officer, office.head, office.deputy, office.admin):
        with pytest.raises(NotPermitted):
            decide_extension(extension=request, grant=True, answer="", by=person)
    assert Extension.objects.get().state == ExtensionState.ASKED


def test_a_request_is_answered_once(office: Office, deadline: Deadline) -> None:
    request = asked(deadline, office)
    decide_extension(extension=request, grant=True, answer="", by=office.director)
    with pytest.raises(WrongState):
        decide_extension(extension=request, grant=False, answer="Đổi ý rồi", by=office.director)
    assert Deadline.objects.get(pk=deadline.pk).extended == 1


def test_one_request_at_a_time(office: Office, deadline: Deadline) -> None:
    first = asked(deadline, office)
    with pytest.raises(WrongState):
        asked(deadline, office)
    decide_extension(extension=first, grant=False, answer="Chưa cần thiết", by=office.director)
    assert asked(deadline, office).state == ExtensionState.ASKED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wanted": moment("2026-10-16", "17:30")}, "wanted"),
        ({"wanted": moment("2026-10-14")}, "wanted"),
        ({"reason": "  bận "}, "reason"),
    ],
)
def test_what_is_asked_must_make_sense(
    office: Office, deadline: Deadline, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(deadline, office, **changes)
    assert refused.value.field == field
    assert not Extension.objects.exists()


def test_a_second_extension_counts_on_from_the_first(office: Office, deadline: Deadline) -> None:
    decide_extension(extension=asked(deadline, office), grant=True, answer="", by=office.director)
    fresh = Deadline.objects.get(pk=deadline.pk)
    with pytest.raises(Invalid):
        asked(fresh, office, wanted=LATER)
    second = asked(fresh, office, wanted=moment("2026-10-30", "17:30"))
    decide_extension(extension=second, grant=True, answer="", by=office.director)
    fresh.refresh_from_db()
    assert (fresh.extended, fresh.first_due_at) == (2, moment("2026-10-16", "17:30"))

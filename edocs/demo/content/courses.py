"""When things happen: for each fate, the moments between the beginning of a matter and where it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from .model import StepKind
from .story import Fate
from .working_time import (
    at,
    is_working_day,
    latest_open,
    random_moment,
    seconds_between,
    shift,
    shift_days,
    spread,
    working_days,
)

HOUR = 3600
FINISHED = (Fate.INFORMED, Fate.DONE, Fate.DONE_LATE, Fate.OUT_ISSUED, Fate.CANCELLED)
OUTGOING = tuple(fate for fate in Fate if fate.value.startswith("out_"))
UNINSTRUCTED = (Fate.REGISTERED, Fate.WITH_LEADER, Fate.CANCELLED)

# Of 300 stories, how many have which fate; open ones stop growing with the number of stories.
SHARES: dict[Fate, int] = {
    Fate.REGISTERED: 8,
    Fate.WITH_LEADER: 11,
    Fate.ASSIGNED: 10,
    Fate.IN_PROGRESS: 21,
    Fate.WAITING_EXTENSION: 5,
    Fate.OVERDUE: 11,
    Fate.DUE_TODAY: 7,
    Fate.RETURNED: 4,
    Fate.CANCELLED: 3,
    Fate.INFORMED: 20,
    Fate.DONE: 55,
    Fate.DONE_LATE: 10,
    Fate.OUT_DRAFT: 9,
    Fate.OUT_CONTENT_CHECK: 8,
    Fate.OUT_FORMAT_CHECK: 6,
    Fate.OUT_RETURNED: 5,
    Fate.OUT_APPROVAL: 7,
    Fate.OUT_TO_SIGN: 9,
    Fate.OUT_SIGNED: 5,
    Fate.OUT_SEALED: 4,
    Fate.OUT_ISSUED: 82,
}
_OPEN_LIMIT = 600
_OWN_SHARE = 0.42

_DONE_STEPS: dict[Fate, int] = {
    Fate.OUT_DRAFT: 0,
    Fate.OUT_CONTENT_CHECK: 1,
    Fate.OUT_FORMAT_CHECK: 2,
    Fate.OUT_APPROVAL: 3,
    Fate.OUT_TO_SIGN: 4,
    Fate.OUT_SIGNED: 5,
    Fate.OUT_SEALED: 6,
    Fate.OUT_ISSUED: 7,
}


@dataclass(frozen=True, slots=True)
class Course:
    """The frame of a story: ``days`` are the working days given, ``ends_at`` its latest event so far."""

    fate: Fate
    own: bool
    begins_at: datetime
    instructed_at: datetime | None
    ends_at: datetime
    days: int
    extended: bool = False

    @property
    def due_on(self) -> date:
        """The last day of the working days given with the instruction."""
        start = self.instructed_at or self.begins_at
        return shift_days(start.date(), self.days)


def quotas(count: int) -> dict[Fate, int]:
    """How many of ``count`` stories have which fate (largest remainder); open ones are capped."""
    total = sum(SHARES.values())
    base = min(count, _OPEN_LIMIT)
    exact = {fate: base * share / total for fate, share in SHARES.items()}
    result = {fate: int(value) for fate, value in exact.items()}
    by_remainder = sorted(exact, key=lambda fate: (result[fate] - exact[fate], -SHARES[fate]))
    for fate in by_remainder[: base - sum(result.values())]:
        result[fate] += 1
    finished_total = sum(SHARES[fate] for fate in FINISHED)
    extra = count - base
    for fate in FINISHED:
        result[fate] += extra * SHARES[fate] // finished_total
    result[Fate.DONE] += count - sum(result.values())
    return result


def courses(count: int, start: date, end: datetime, seed: int) -> list[Course]:
    """The frames of all stories in order of their beginning."""
    rng = Random(f"{seed}:courses")  # noqa: S311 - invented text, not a secret
    now = latest_open(end)
    days = working_days(start, shift_days(now.date(), -1))
    if len(days) < 60:
        raise ValueError("stories need at least 60 working days between start and end")
    fates = [fate for fate, number in quotas(count).items() for _ in range(number)]
    frames = [_course(rng, fate, days, now, end.astimezone(now.tzinfo).date()) for fate in fates]
    return sorted(frames, key=lambda frame: (frame.begins_at, frame.fate))


def done_steps(fate: Fate, chain: Sequence[StepKind], rng: Random) -> tuple[list[StepKind], bool]:
    """The steps of a chain that are done, and whether the last of them sent the draft back."""
    if fate is Fate.OUT_RETURNED:
        last = rng.choice((2, 2, 3, 4))
        full = tuple(StepKind)
        return [kind for kind in full[:last] if kind in chain], True
    full = tuple(StepKind)[: _DONE_STEPS[fate]]
    return [kind for kind in full if kind in chain], False


def moments(rng: Random, begin: datetime, end: datetime, number: int) -> list[datetime]:
    """``number`` moments in order after ``begin``, the last of them at ``end``."""
    if number == 0:
        return []
    return [*spread(rng, begin, end, number - 1), end]


def _course(rng: Random, fate: Fate, days: list[date], now: datetime, today: date) -> Course:
    own = fate in OUTGOING and rng.random() < _OWN_SHARE
    if fate in (Fate.REGISTERED, Fate.WITH_LEADER):
        begins = shift(now, -rng.randint(int(0.6 * HOUR), 11 * HOUR))
        return Course(fate, own, begins, None, now, 5)
    if fate is Fate.CANCELLED:
        begins = random_moment(rng, rng.choice(days))
        return Course(fate, own, begins, None, min(shift(begins, 2 * HOUR), now), 5)
    given = rng.choice((1, 2, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10))
    if fate in FINISHED:
        return _finished(rng, fate, own, days, now, given)
    instructed, given = _open_instruction(rng, fate, now, today, given)
    begins = instructed if own else shift(instructed, -rng.randint(HOUR, 9 * HOUR))
    ends = shift(now, -rng.randint(60, min(5 * HOUR, seconds_between(instructed, now) // 2)))
    return Course(fate, own, begins, None if own else instructed, ends, given)


def _finished(rng: Random, fate: Fate, own: bool, days: list[date], now: datetime, given: int) -> Course:
    extended = fate is Fate.DONE and given >= 3 and rng.random() < 0.14
    latest = bisect_right(days, shift_days(now.date(), -(given + 8)))
    begins = random_moment(rng, days[rng.randrange(latest)])
    instructed = shift(begins, rng.randint(HOUR, 9 * HOUR))
    due = at(shift_days(instructed.date(), given), time(17, 30))
    if own:
        return Course(fate, own, begins, None, shift(begins, rng.randint(9 * HOUR, 44 * HOUR)), given)
    if fate is Fate.INFORMED:
        ends = shift(instructed, rng.randint(HOUR, 20 * HOUR))
    elif fate is Fate.DONE_LATE or extended:
        ends = shift(due, rng.randint(3 * HOUR, 30 * HOUR))
    else:
        early = shift(due, -rng.randint(HOUR // 2, max(HOUR, (given - 1) * 8 * HOUR)))
        ends = max(early, shift(instructed, 6 * HOUR))
    return Course(fate, own, begins, instructed, ends, given, extended)


def _open_instruction(rng: Random, fate: Fate, now: datetime, today: date, given: int) -> tuple[datetime, int]:
    """When an open matter was instructed so that its deadline lies as the fate wants it, and the days given."""
    while not is_working_day(today):
        today = shift_days(today, 1)
    if fate is Fate.OVERDUE:
        due = shift_days(today, -rng.choice((1, 1, 2, 2, 3, 4, 5, 7, 9, 12, 15)))
        return random_moment(rng, shift_days(due, -given)), given
    if fate is Fate.DUE_TODAY:
        return random_moment(rng, shift_days(today, -given)), given
    if fate is Fate.WAITING_EXTENSION:
        given = max(given, 4)
        return random_moment(rng, shift_days(today, -(given - rng.choice((1, 2))))), given
    if fate in (Fate.ASSIGNED, Fate.RETURNED):
        return random_moment(rng, shift_days(now.date(), -rng.choice((1, 1, 2)))), max(given, 4)
    passed = rng.randint(2, 6)
    return random_moment(rng, shift_days(now.date(), -passed)), max(given, passed + rng.randint(1, 5))

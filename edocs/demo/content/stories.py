"""Stories: what came in, what was made of it and what went out, told up to a given moment.

The same arguments always give the same stories. Among 300 no two summaries are equal but for the
planned duplicates, which repeat an earlier letter and are cancelled; with many thousands, summaries recur.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random

from . import letters_in, letters_out, phrases, vietnamese
from .agency import PEOPLE_BY_USERNAME, deputy_for, officer_of
from .catalogue import chain_for
from .correspondents import CORRESPONDENTS_BY_KEY
from .courses import FINISHED, OUTGOING, UNINSTRUCTED, Course, courses
from .departures import CLERKS, departure_of, steps_so_far
from .handling import Handling
from .matter import OwnMatter, Subject
from .model import Channel, Letter, Urgency
from .own import OWN_MATTERS
from .story import Arrival, Fate, Instruction, Note, Story
from .subjects import SUBJECTS
from .working_time import shift, shift_days, spread
from .writing import fill

_SHOWN_UNITS = ("CCHC", "CCVC")
_TRIES = 60
_VARIED_UP_TO = 3000
_OFFICE_CHAIN = "thua-lenh"


def stories(count: int, start: date, end: datetime, seed: int) -> Iterator[Story]:
    """``count`` stories between ``start`` and ``end`` (aware), in order of their beginning.

    Nothing in them happens after ``end``. ValueError when fewer than 60 working days lie between.
    """
    teller = _Teller(seed)
    for ordinal, course in enumerate(courses(count, start, end, seed), start=1):
        yield teller.tell(ordinal, course)


class _Teller:
    """Keeps what must not repeat (summaries, numbers of other agencies) and the last letter, to repeat it."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._summaries: set[str] = set()
        self._numbers = letters_in.Numbers()
        self._last: tuple[int, Story] | None = None

    def tell(self, ordinal: int, course: Course) -> Story:
        rng = Random(f"{self._seed}:{ordinal}")  # noqa: S311 - invented text, not a secret
        if course.own:
            return self._own_story(rng, ordinal, course)
        if course.fate is Fate.CANCELLED:
            return self._cancelled_story(rng, ordinal, course)
        subject, letter, slots = self._incoming_letter(rng, course)
        story = _incoming_story(rng, ordinal, course, subject, letter, slots)
        self._last = (ordinal, story)
        return story

    def _tries(self) -> int:
        """How often to look for an unused summary; in a great archive repetition is natural."""
        return _TRIES if len(self._summaries) < _VARIED_UP_TO else 3

    def _incoming_letter(self, rng: Random, course: Course) -> tuple[Subject, Letter, dict[str, str]]:
        day = course.begins_at.date()
        choices = [each for each in SUBJECTS if letters_in.can_be_written(each, day) and _suits(each, course)]
        weights = [each.weight * _boost(each.lead, course.fate) for each in choices]
        tries = self._tries()
        for attempt in range(tries):
            subject = rng.choices(choices, weights)[0]
            written = _date_of_letter(rng, subject, day)
            if not letters_in.can_be_written(subject, written):
                written = day
            letter, slots = letters_in.write(rng, subject, written, self._numbers)
            said = {letter.summary}
            if course.fate in OUTGOING and subject.reply is not None:
                said.add(fill(subject.reply.summary, slots))
            if not said & self._summaries or attempt == tries - 1:
                break
        self._summaries |= said
        return subject, letter, slots

    def _own_story(self, rng: Random, ordinal: int, course: Course) -> Story:
        day = course.ends_at.date()
        choices = [each for each in OWN_MATTERS if each.comes_up_on(day) and _has_steps_for(each, course.fate)]
        weights = [each.weight * _boost(each.unit, course.fate) for each in choices]
        for _ in range(self._tries()):
            matter = rng.choices(choices, weights)[0]
            drafter = officer_of(rng, matter.unit)
            signatory = matter.signatory or letters_out.signatory_for(rng, matter.kind, matter.field)
            letter = letters_out.of_our_own(rng, matter, day, signatory, drafter)
            if letter.summary not in self._summaries:
                break
        self._summaries.add(letter.summary)
        steps = steps_so_far(rng, course, letter, course.begins_at, course.ends_at, drafter, signatory)
        departure = departure_of(letter, drafter, course.begins_at, signatory, steps)
        return Story(ordinal, course.fate, matter.key, matter.field, course.begins_at, outgoing=departure)

    def _cancelled_story(self, rng: Random, ordinal: int, course: Course) -> Story:
        again = rng.choice(phrases.DUPLICATE_REASONS)
        if self._last is None or self._last[1].incoming is None:
            subject, letter, _ = self._incoming_letter(rng, course)
            key, field, reason, original = subject.key, subject.field, phrases.MISTAKE_REASON, None
        else:
            original, first = self._last
            letter = self._last[1].incoming.letter
            key, field, reason = first.key, first.field, again
            self._last = None
        arrival = _arrival(rng, course, letter, Channel.POST, submitted_to="")
        note = Note(course.ends_at, arrival.clerk, reason)
        return Story(
            ordinal,
            course.fate,
            key,
            field,
            course.begins_at,
            incoming=arrival,
            cancelled=note,
            duplicate_of=original,
        )


def _boost(unit: str, fate: Fate) -> int:
    """The units of the demonstration accounts have more to do, above all of what is still open."""
    if unit not in _SHOWN_UNITS:
        return 1
    return 2 if fate in FINISHED else 6


def _suits(subject: Subject, course: Course) -> bool:
    """Whether the subject can take this course: answers need an answer, deadlines a likely length."""
    if course.fate in UNINSTRUCTED:
        return True
    if subject.for_information or course.fate is Fate.INFORMED:
        return subject.for_information and course.fate is Fate.INFORMED
    if course.fate in OUTGOING and subject.reply is None:
        return False
    leeway = 1 if subject.working_days <= 2 else 4
    return abs(subject.working_days - course.days) <= leeway


def _has_steps_for(matter: OwnMatter, fate: Fate) -> bool:
    """The office's own chain has no content check, so nothing of it can be waiting there."""
    return fate is not Fate.OUT_CONTENT_CHECK or chain_for(matter.kind).key != _OFFICE_CHAIN


def _date_of_letter(rng: Random, subject: Subject, arrived: date) -> date:
    if subject.urgency is Urgency.FLASH:
        return arrived
    return shift_days(arrived, -rng.choice((0, 1, 1, 1, 2, 3)))


def _incoming_story(
    rng: Random, ordinal: int, course: Course, subject: Subject, letter: Letter, slots: dict[str, str]
) -> Story:
    leader = deputy_for(subject.field)
    first_leader = "giamdoc" if letter.urgency is Urgency.FLASH or rng.random() < 0.35 else leader
    submitted_to = "" if course.fate is Fate.REGISTERED else first_leader
    arrival = _arrival(rng, course, letter, _channel(rng, letter), submitted_to)
    if course.instructed_at is None:
        return Story(ordinal, course.fate, subject.key, subject.field, course.begins_at, incoming=arrival)
    top = _top_instructions(rng, course, subject, slots, arrival, leader)
    told = Handling(rng, course, subject, slots, top[-1])
    told.play(letter)
    return Story(
        ordinal,
        course.fate,
        subject.key,
        subject.field,
        course.begins_at,
        incoming=arrival,
        instructions=(*top, *told.passed_on),
        accepted_at=told.accepted_at,
        progress=tuple(told.progress),
        extension=told.extension,
        result=told.result,
        returned=told.returned,
        outgoing=told.outgoing,
    )


def _arrival(rng: Random, course: Course, letter: Letter, channel: Channel, submitted_to: str) -> Arrival:
    """Received, then registered and submitted within half an hour of office time."""
    clerk = rng.choice(CLERKS)
    begin = course.begins_at
    registered = shift(begin, rng.randint(180, 1000))
    submitted = shift(registered, rng.randint(60, 700)) if submitted_to else None
    return Arrival(letter, channel, clerk, begin, registered, submitted, submitted_to)


def _channel(rng: Random, letter: Letter) -> Channel:
    if CORRESPONDENTS_BY_KEY[letter.issuer].group == "citizen":
        return rng.choice((Channel.DIRECT, Channel.POST))
    if CORRESPONDENTS_BY_KEY[letter.issuer].group == "firm":
        return rng.choice((Channel.POST, Channel.EMAIL, Channel.DIRECT))
    return rng.choices((Channel.AXIS, Channel.POST, Channel.EMAIL, Channel.DIRECT), (82, 10, 5, 3))[0]


def _top_instructions(
    rng: Random, course: Course, subject: Subject, slots: dict[str, str], arrival: Arrival, leader: str
) -> tuple[Instruction, ...]:
    """The leaders' instructions: the deputy's or director's own, before it the director's passing on."""
    assert course.instructed_at is not None
    assert arrival.submitted_at is not None
    informing = course.fate is Fate.INFORMED
    text = fill(subject.instruction, slots | {"deadline": vietnamese.short_date(course.due_on)})
    before: tuple[Instruction, ...] = ()
    if arrival.submitted_to != leader:
        name = PEOPLE_BY_USERNAME[leader].full_name
        forward = rng.choice(phrases.DIRECTOR_FORWARDS).format(leader=name)
        moment = next(spread(rng, arrival.submitted_at, course.instructed_at, 1))
        before = (Instruction(moment, "giamdoc", forward, f"person:{leader}"),)
    others = subject.coordinators if not informing else ()
    informed = (*subject.inform, *(() if others or rng.random() < 0.7 else ("VP",)))
    return (
        *before,
        Instruction(
            course.instructed_at,
            leader,
            text,
            f"unit:{subject.lead}",
            tuple(f"unit:{key}" for key in others),
            tuple(f"unit:{key}" for key in informed if key != subject.lead),
            None if informing else course.days,
            None if informing else course.due_on,
        ),
    )

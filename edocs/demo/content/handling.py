"""What a unit does with an instruction: pass on, accept, report, ask for time, answer, finish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from . import letters_out, phrases, vietnamese
from .agency import PEOPLE_BY_USERNAME, UNITS_BY_KEY, head_of, officer_of
from .calendar import OFFICE_HOURS
from .courses import HOUR, OUTGOING, Course, moments
from .departures import departure_of, steps_so_far
from .matter import Subject
from .model import Letter
from .story import Departure, Extension, Fate, Instruction, Note
from .working_time import at, shift, shift_days, spread
from .writing import fill


class Handling:
    """What a unit does with an instruction, event by event, until the story's present."""

    def __init__(self, rng: Random, course: Course, subject: Subject, slots: dict[str, str], top: Instruction) -> None:
        self.rng, self.course, self.subject, self.slots, self.top = rng, course, subject, slots, top
        self.head = head_of(subject.lead).username
        self.officer = officer_of(rng, subject.lead)
        self.passed_on: list[Instruction] = []
        self.accepted_at: datetime | None = None
        self.progress: list[Note] = []
        self.extension: Extension | None = None
        self.result: Note | None = None
        self.returned: Note | None = None
        self.outgoing: Departure | None = None

    def play(self, letter: Letter) -> None:
        """Let everything happen that the fate asks for."""
        fate, rng = self.course.fate, self.rng
        begin, end = self.top.at, self.course.ends_at
        if fate is Fate.INFORMED:
            self.result = Note(end, self.head, fill(self.subject.result, self.slots))
        elif fate is Fate.RETURNED:
            other = rng.choice([key for key in UNITS_BY_KEY if key not in (self.subject.lead, "BGĐ")])
            reason = rng.choice(phrases.RETURN_REASONS).format(other=_short_unit(other))
            self.returned = Note(end, self.head, reason)
        elif fate is Fate.ASSIGNED:
            if rng.random() < 0.5:
                self._pass_on(end)
        elif fate in OUTGOING:
            self._answer(letter, begin, end)
        elif self.course.extended:
            self._with_granted_extension(begin, end)
        else:
            self._plain(begin, end)

    def _plain(self, begin: datetime, end: datetime) -> None:
        fate, rng = self.course.fate, self.rng
        notes = self._notes()
        finished = fate in (Fate.DONE, Fate.DONE_LATE)
        asks = fate is Fate.WAITING_EXTENSION
        times = moments(rng, begin, end, 2 + len(notes) + (1 if finished or asks else 0))
        self._pass_on(times[0])
        self.accepted_at = times[1]
        self._note(notes, times[2:])
        if finished:
            self.result = Note(times[-1], self.officer, fill(self.subject.result, self.slots))
        if asks:
            self._ask(times[-1])

    def _with_granted_extension(self, begin: datetime, end: datetime) -> None:
        rng, notes = self.rng, self._notes()
        asked_by = shift(_office_closes(self.course.due_on), -rng.randint(HOUR // 2, 5 * HOUR))
        before = moments(rng, begin, asked_by, 3)
        self._pass_on(before[0])
        self.accepted_at = before[1]
        after = moments(rng, asked_by, end, 2 + len(notes))
        self._ask(before[2], decided_at=after[0], new_due=shift_days(end.date(), rng.randint(0, 2)))
        self._note(notes, after[1:])
        self.result = Note(after[-1], self.officer, fill(self.subject.result, self.slots))

    def _answer(self, letter: Letter, begin: datetime, end: datetime) -> None:
        rng, reply = self.rng, self.subject.reply
        assert reply is not None
        signatory = letters_out.signatory_for(rng, reply.kind, self.subject.field)
        notes = self._notes()
        middle = next(spread(rng, shift(begin, HOUR // 2), shift(end, -HOUR // 2), 1))
        times = moments(rng, begin, middle, 3 + len(notes))
        self._pass_on(times[0])
        self.accepted_at = times[1]
        self._note(notes, times[2:])
        answer = letters_out.answer(reply, letter, self.slots, end.date(), signatory, self.officer)
        steps = steps_so_far(rng, self.course, answer, middle, end, self.officer, signatory)
        self.outgoing = departure_of(answer, self.officer, middle, signatory, steps)

    def _notes(self) -> Sequence[str]:
        return self.subject.progress[: self.rng.randint(0, len(self.subject.progress))]

    def _note(self, texts: Sequence[str], times: Sequence[datetime]) -> None:
        for text, moment in zip(texts, times, strict=False):
            self.progress.append(Note(moment, self.officer, fill(text, self.slots)))

    def _pass_on(self, moment: datetime) -> None:
        """The head names one officer, with an inner deadline not after the unit's own."""
        person = PEOPLE_BY_USERNAME[self.officer]
        who = f"{person.courtesy} {person.given_name}"
        inner = max(moment.date(), shift_days(self.course.due_on, -1))
        inner = min(inner, self.course.due_on) if self.course.due_on >= moment.date() else self.course.due_on
        text = self.rng.choice(phrases.PASS_ON).format(
            who=who, Who=who[0].upper() + who[1:], deadline=vietnamese.short_date(inner)
        )
        self.passed_on.append(Instruction(moment, self.head, text, f"person:{self.officer}", due_on=inner))

    def _ask(self, moment: datetime, *, decided_at: datetime | None = None, new_due: date | None = None) -> None:
        rng = self.rng
        number = vietnamese.count(rng.randint(2, 5))
        reason = rng.choice(phrases.EXTENSION_REASONS).format(n=number)
        wanted = new_due or shift_days(self.course.due_on, rng.randint(2, 5))
        decided = decided_at is not None
        self.extension = Extension(
            moment,
            self.officer,
            reason,
            wanted,
            True if decided else None,
            decided_at,
            self.top.author if decided else "",
            rng.choice(phrases.EXTENSION_GRANTED) if decided else "",
        )


def _short_unit(key: str) -> str:
    """ "Phòng CCHC", but "Văn phòng Sở" and "Thanh tra Sở" in full."""
    name = UNITS_BY_KEY[key].name
    return f"Phòng {key}" if name.startswith("Phòng ") else name


def _office_closes(day: date) -> datetime:
    """The last second of office time on a working day."""
    return at(day, OFFICE_HOURS[-1][1]) - timedelta(seconds=1)

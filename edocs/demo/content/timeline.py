"""Stories laid side by side: every event of many stories in the order in which it happened.

Playing the events in this order keeps the registers right: numbers are given in the order of days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge

from .story import Arrival, Departure, Extension, Instruction, Note, Step, Story


class Verb(StrEnum):
    """What happens; the steps of an approval chain are all ``STEP`` and carry their own kind."""

    REGISTER = "register"
    SUBMIT = "submit"
    INSTRUCT = "instruct"
    ACCEPT = "accept"
    REPORT_PROGRESS = "report_progress"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    RETURN = "return"
    CANCEL = "cancel"
    FINISH = "finish"
    DRAFT = "draft"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens in a story; ``detail`` is the part of the story that tells it."""

    at: datetime
    verb: Verb
    actor: str
    story: Story
    detail: Arrival | Instruction | Note | Extension | Departure | Step | None = None


def events(story: Story) -> list[Event]:
    """The events of one story in order of time."""
    return sorted(_events(story), key=lambda event: event.at)


def timeline(told: Iterable[Story]) -> Iterator[Event]:
    """The events of all stories in order of time."""
    return merge(*(events(story) for story in told), key=lambda event: event.at)


def _events(story: Story) -> Iterator[Event]:
    arrival = story.incoming
    if arrival is not None:
        yield Event(arrival.registered_at, Verb.REGISTER, arrival.clerk, story, arrival)
        if arrival.submitted_at is not None:
            yield Event(arrival.submitted_at, Verb.SUBMIT, arrival.clerk, story, arrival)
    for instruction in story.instructions:
        yield Event(instruction.at, Verb.INSTRUCT, instruction.author, story, instruction)
    if story.accepted_at is not None:
        officer = story.instructions[-1].lead.removeprefix("person:")
        yield Event(story.accepted_at, Verb.ACCEPT, officer, story)
    for note in story.progress:
        yield Event(note.at, Verb.REPORT_PROGRESS, note.author, story, note)
    yield from _extension(story)
    for note_or_none, verb in (
        (story.returned, Verb.RETURN),
        (story.cancelled, Verb.CANCEL),
        (story.result, Verb.FINISH),
    ):
        if note_or_none is not None:
            yield Event(note_or_none.at, verb, note_or_none.author, story, note_or_none)
    if story.outgoing is not None:
        yield Event(story.outgoing.started_at, Verb.DRAFT, story.outgoing.drafter, story, story.outgoing)
        for step in story.outgoing.steps:
            yield Event(step.at, Verb.STEP, step.actor, story, step)


def _extension(story: Story) -> Iterator[Event]:
    asked = story.extension
    if asked is None:
        return
    yield Event(asked.asked_at, Verb.ASK_EXTENSION, asked.asked_by, story, asked)
    if asked.decided_at is not None:
        yield Event(asked.decided_at, Verb.DECIDE_EXTENSION, asked.decided_by, story, asked)

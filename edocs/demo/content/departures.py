"""The way out: the steps of an approval chain as far as they are done, and who does them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

from . import phrases
from .agency import head_of
from .catalogue import book_for, chain_for
from .courses import Course, done_steps, moments
from .model import Letter, StepKind
from .story import Departure, Fate, Step

# The clerks at the desk; the first of them, a demonstration account, has most of the work.
CLERKS = ("vanthu", "vanthu", "vanthu", "my.ltd")


def steps_so_far(
    rng: Random,
    course: Course,
    letter: Letter,
    begin: datetime,
    end: datetime,
    drafter: str,
    signatory: str,
) -> tuple[Step, ...]:
    """The steps done so far; one issued document in six was sent back once by the unit head."""
    chain = [step.kind for step in chain_for(letter.kind).steps]
    kinds, returned = done_steps(course.fate, chain, rng)
    again = course.fate is Fate.OUT_ISSUED and StepKind.CONTENT_CHECK in kinds and rng.random() < 0.17
    plan = [(kind, False) for kind in kinds]
    if returned:
        plan[-1] = (plan[-1][0], True)
    if again:
        plan[1:1] = [(StepKind.CONTENT_CHECK, True), (StepKind.SUBMIT, False)]
    times = moments(rng, begin, end, len(plan))
    actors = _actors(letter.unit, drafter, signatory, rng)
    return tuple(
        Step(kind, actors[kind], moment, _comment(rng, kind, back), back)
        for (kind, back), moment in zip(plan, times, strict=True)
    )


def _actors(unit: str, drafter: str, signatory: str, rng: Random) -> dict[StepKind, str]:
    """Who does which step; a draft of the office itself is looked at by its deputy chief for the format."""
    checker = "trang.dtt" if unit == "VP" else rng.choice(("chanhvanphong", "chanhvanphong", "trang.dtt"))
    clerk = rng.choice(CLERKS)
    return {
        StepKind.SUBMIT: drafter,
        StepKind.CONTENT_CHECK: head_of(unit).username,
        StepKind.FORMAT_CHECK: checker,
        StepKind.APPROVE: signatory,
        StepKind.SIGN: signatory,
        StepKind.NUMBER_AND_SEAL: clerk,
        StepKind.ISSUE: clerk,
    }


def _comment(rng: Random, kind: StepKind, returned: bool) -> str:
    pools = {
        StepKind.SUBMIT: phrases.SUBMIT_COMMENTS,
        StepKind.CONTENT_CHECK: phrases.CONTENT_RETURNS if returned else phrases.CONTENT_COMMENTS,
        StepKind.FORMAT_CHECK: phrases.FORMAT_RETURNS if returned else phrases.FORMAT_COMMENTS,
        StepKind.APPROVE: phrases.APPROVE_RETURNS if returned else phrases.APPROVE_COMMENTS,
    }
    return rng.choice(pools.get(kind, ("",)))


def departure_of(
    letter: Letter, drafter: str, started_at: datetime, signatory: str, steps: tuple[Step, ...]
) -> Departure:
    """The outgoing document with its chain and book; a numbered one bears the day of its number."""
    numbered = [step.at.date() for step in steps if step.kind is StepKind.NUMBER_AND_SEAL]
    if numbered:
        letter = replace(letter, issued_on=numbered[0])
    return Departure(
        letter, drafter, started_at, signatory, chain_for(letter.kind).key, book_for(letter.kind).key, steps
    )

"""The shape of a story: one matter from its beginning to where it stands.

All moments are aware datetimes of Asia/Ho_Chi_Minh; deadlines are counted in working days of ``calendar``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .model import Channel, Letter, StepKind


class Fate(StrEnum):
    """How far a story has come at the moment for which it is told."""

    REGISTERED = "registered"
    WITH_LEADER = "with_leader"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING_EXTENSION = "waiting_extension"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    INFORMED = "informed"
    DONE = "done"
    DONE_LATE = "done_late"
    OUT_DRAFT = "out_draft"
    OUT_CONTENT_CHECK = "out_content_check"
    OUT_FORMAT_CHECK = "out_format_check"
    OUT_RETURNED = "out_returned"
    OUT_APPROVAL = "out_approval"
    OUT_TO_SIGN = "out_to_sign"
    OUT_SIGNED = "out_signed"
    OUT_SEALED = "out_sealed"
    OUT_ISSUED = "out_issued"


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person wrote at a moment."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """An incoming letter and its way to the register and the leader."""

    letter: Letter
    channel: Channel
    clerk: str
    received_at: datetime
    registered_at: datetime
    submitted_at: datetime | None
    submitted_to: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """Bút phê: exactly one lead; parties are "unit:<key>" or "person:<username>"."""

    at: datetime
    author: str
    text: str
    lead: str
    coordinators: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    working_days: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A request for more time; ``granted`` is None while nobody has decided."""

    asked_at: datetime
    asked_by: str
    reason: str
    new_due_on: date
    granted: bool | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done on the way out; ``returned`` carries the draft back to the drafter."""

    kind: StepKind
    actor: str
    at: datetime
    comment: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Departure:
    """An outgoing document: who drafts it since when, the steps done, who is to sign."""

    letter: Letter
    drafter: str
    started_at: datetime
    signatory: str
    chain: str
    book: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One matter from its beginning to where it stands; ``incoming`` is None for our own initiative."""

    ordinal: int
    fate: Fate
    key: str
    field: str
    begins_at: datetime
    incoming: Arrival | None = None
    instructions: tuple[Instruction, ...] = ()
    accepted_at: datetime | None = None
    progress: tuple[Note, ...] = ()
    extension: Extension | None = None
    result: Note | None = None
    returned: Note | None = None
    cancelled: Note | None = None
    outgoing: Departure | None = None
    duplicate_of: int | None = None

    @property
    def due_on(self) -> date | None:
        """The day at whose end the matter is due for the lead unit, after a granted extension."""
        if self.extension is not None and self.extension.granted:
            return self.extension.new_due_on
        days = [each.due_on for each in self.instructions if each.due_on and each.lead.startswith("unit:")]
        return days[0] if days else None

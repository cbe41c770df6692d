"""The shapes of texts with slots: what comes in again and again, how it is answered, what we write ourselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .model import Urgency


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """How an incoming letter is answered; ``to`` empty means its issuer."""

    kind: str
    summary: str
    body: str
    to: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A matter that comes in again and again, with everything an office does about it.

    Texts hold ``{slots}``: those of ``letters_in.common_slots``, one of ``picks`` (a choice), ``counts``
    (a whole number within bounds) or ``rates`` (hundredths within bounds, printed with a comma).
    ``issuers`` are correspondent keys or groups such as "@communes". ``offices`` gives the part of
    the symbol that names the drafting office per issuer, "" for any other. ``reply_days`` are the
    working days the issuer grants; ``months``, ``since`` and ``until`` say when the matter comes up.
    """

    key: str
    field: str
    issuers: tuple[str, ...]
    kind: str
    summary: str
    body: str
    lead: str
    working_days: int
    instruction: str
    progress: tuple[str, ...]
    result: str
    offices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    addressees: tuple[str, ...] = ("Sở Nội vụ tỉnh Nam Khê",)
    coordinators: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    reply: ReplyTemplate | None = None
    urgency: Urgency = Urgency.NORMAL
    attachments: tuple[str, ...] = ()
    picks: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    counts: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    rates: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    reply_days: int = 10
    months: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    for_information: bool = False
    weight: int = 2

    def comes_up_on(self, day: date) -> bool:
        """Whether the matter may be written about on this day."""
        in_bounds = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return in_bounds and (not self.months or day.month in self.months)


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """A document the agency issues of its own accord; slots as in ``Subject``."""

    key: str
    field: str
    unit: str
    kind: str
    summary: str
    body: str
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    picks: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    counts: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    rates: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    months: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    signatory: str = ""
    weight: int = 2

    def comes_up_on(self, day: date) -> bool:
        """Whether the matter may be written about on this day."""
        in_bounds = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return in_bounds and (not self.months or day.month in self.months)

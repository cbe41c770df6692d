"""For what, for which documents, when and how often a key may be used."""

from __future__ import annotations

import threading
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from signing.errors import BadRequest, KindNotAllowed, OutsideHours, PurposeNotAllowed, RateExceeded
from signing.layout import PERSON_FIELDS
from signing.providers import Purpose

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Hours of rules are those of Viet Nam."""
EVERY_DAY = frozenset(range(7))
_HOUR = 3600.0


def kind_name(name: str) -> str:
    """The name of a kind of documents, as rules compare it."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


@dataclass(frozen=True, slots=True)
class KeyRules:
    """What a key may be used for.  ``kinds`` are names of kinds of documents (``Quyết định``), empty for every
    kind; ``days`` count from Monday, 0; ``hours`` begin and end in Viet Nam's time; ``per_hour`` are signatures."""

    purpose: Purpose
    kinds: frozenset[str] = frozenset()
    days: frozenset[int] = EVERY_DAY
    hours: tuple[time, time] | None = None
    per_hour: int | None = None

    def check_purpose(self, purpose: str) -> None:
        """Raise :class:`PurposeNotAllowed`."""
        if purpose != self.purpose:
            raise PurposeNotAllowed(f"the key may {self.purpose} and not {purpose}")

    def check_kinds(self, kinds: Iterable[str]) -> None:
        """Raise :class:`KindNotAllowed`; a key with kinds is refused for documents of which no kind was told."""
        told = {kind_name(kind) for kind in kinds}
        allowed = {kind_name(kind) for kind in self.kinds}
        if allowed and (not told or told - allowed):
            raise KindNotAllowed(
                f"the key may not be used for {', '.join(sorted(told - allowed)) or 'an unnamed kind'}"
            )

    def check_time(self, moment: datetime) -> None:
        """Raise :class:`OutsideHours`."""
        local = moment.astimezone(ZONE)
        if local.weekday() not in self.days:
            raise OutsideHours(f"the key may not be used on {local:%A}s")
        if self.hours is not None and not self.hours[0] <= local.time() <= self.hours[1]:
            raise OutsideHours(f"the key may be used from {self.hours[0]:%H:%M} to {self.hours[1]:%H:%M}")


class Uses:
    """Signatures of the last hour, per key.  ``clock`` gives seconds that never run backwards."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._made: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, key_id: str, rules: KeyRules, wanted: int) -> None:
        """Raise :class:`RateExceeded` when ``wanted`` more signatures are too many."""
        if rules.per_hour is None:
            return
        with self._lock:
            made = self._made.setdefault(key_id, deque())
            while made and made[0] <= self._clock() - _HOUR:
                made.popleft()
            if len(made) + wanted > rules.per_hour:
                raise RateExceeded(f"{len(made)} signatures were made within an hour, {rules.per_hour} are allowed")

    def count(self, key_id: str) -> None:
        """One signature was made."""
        with self._lock:
            self._made.setdefault(key_id, deque()).append(self._clock())


def person_field(name: str) -> str:
    """The name of a field that a person's key may sign; raises :class:`BadRequest` for any other."""
    if name not in PERSON_FIELDS:
        raise BadRequest("no field for a person's signature")
    return name

"""Finding people and units to give work to, and turning what a form sends (``p:12``, ``u:3``) into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q

from edocs import clock
from edocs.office.models import Person, Role, Unit
from search.analysis import fold

Target = Person | Unit

CACHE_KEY = "workflow.receivers"
CACHE_SECONDS = 60
FOUND = 12
#: options of the plain select that works without JavaScript
OFFERED = 300


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who can be given work; ``hint`` tells people of the same name apart."""

    value: str
    label: str
    hint: str
    initials: str
    is_unit: bool
    unit_id: int
    folded: str

    @property
    def option(self) -> tuple[str, str]:
        """Value and words of an option: people with position and unit, for names are often the same."""
        return self.value, self.label if self.is_unit or not self.hint else f"{self.label} ({self.hint})"


def value_of(target: Target) -> str:
    """How a form names a target."""
    return f"u:{target.pk}" if isinstance(target, Unit) else f"p:{target.pk}"


def receiver_of(target: Target) -> Receiver:
    """A target as it is shown; reads its unit, position or head."""
    if isinstance(target, Unit):
        hint = target.head.full_name if target.head else ""
        return Receiver(
            value_of(target),
            target.name,
            hint,
            target.abbreviation[:2].upper(),
            True,
            target.pk,
            fold(f"{target.name} {target.abbreviation} {hint}"),
        )
    unit = target.unit.abbreviation if target.unit else ""
    hint = ", ".join(part for part in (target.position_title, unit) if part)
    words = f"{target.full_name} {hint}"
    return Receiver(value_of(target), target.full_name, hint, target.initials, False, target.unit_id or 0, fold(words))


def receivers() -> list[Receiver]:
    """Units in being and active people, units first (kept for a minute; two statements when read)."""
    kept: list[Receiver] | None = cache.get(CACHE_KEY)
    if kept is None:
        units = Unit.objects.filter(Unit.on(clock.today())).select_related("head")
        people = Person.objects.filter(is_active=True, unit__isnull=False).select_related("unit", "position")
        kept = [receiver_of(unit) for unit in units] + [receiver_of(person) for person in people]
        cache.set(CACHE_KEY, kept, CACHE_SECONDS)
    return kept


def find_receivers(words: str, *, within: frozenset[int] | None = None) -> list[Receiver]:
    """At most twelve in whose name, unit or position every part typed begins a word; accents not needed.

    Those whose own name says it all come first, units before people. ``within`` limits them to some units.
    """
    parts = fold(words).split()
    if not parts:
        return []
    found = []
    for row in receivers():
        if within is not None and row.unit_id not in within:
            continue
        if _begin_words(parts, row.folded):
            found.append((not _begin_words(parts, fold(row.label)), not row.is_unit, row))
    found.sort(key=lambda line: line[:2])
    return [row for _elsewhere, _person, row in found[:FOUND]]


def _begin_words(parts: list[str], folded: str) -> bool:
    return all(f" {part}" in f" {folded}" for part in parts)


def offered(*, within: frozenset[int] | None = None) -> list[Receiver]:
    """What the plain select offers: inside some units everybody, else the units and those who lead."""
    rows = receivers()
    if within is not None:
        return [row for row in rows if row.unit_id in within][:OFFERED]
    leading = Person.objects.filter(role_grants__role__in=[Role.LEADER, Role.UNIT_HEAD]).values_list("pk", flat=True)
    values = {f"p:{pk}" for pk in leading}
    return [row for row in rows if row.is_unit or row.value in values][:OFFERED]


def resolve(values: Iterable[str]) -> dict[str, Target]:
    """The people and units that a form named (two statements at most); unknown ones are left out."""
    wanted: dict[str, set[int]] = {"p": set(), "u": set()}
    for value in values:
        kind, _colon, number = value.partition(":")
        if kind in wanted and number.isascii() and number.isdigit() and len(number) < 10:
            wanted[kind].add(int(number))
    found: list[Target] = []
    if wanted["u"]:
        found += Unit.objects.filter(pk__in=wanted["u"]).select_related("head")
    if wanted["p"]:
        found += Person.objects.filter(pk__in=wanted["p"]).select_related("unit__head", "position")
    return {value_of(target): target for target in found}


def units_of_head(person: Person) -> frozenset[int]:
    """The units somebody heads, with the parts of these (one statement)."""
    return frozenset(Unit.objects.filter(Q(head=person) | Q(parent__head=person)).values_list("pk", flat=True))

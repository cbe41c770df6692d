"""Word to people in their in-app list (R-DOC-09)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edocs import clock
from edocs.office.models import Notice, Person


def tell(people: Iterable[Person | int], kind: str, *, facts: dict[str, Any], address: str = "") -> None:
    """Leave word for people in their in-app list (R-DOC-09); nobody is told twice in one call."""
    numbers = {person if isinstance(person, int) else person.pk for person in people}
    Notice.objects.bulk_create(
        Notice(person_id=number, kind=kind, facts=facts, address=address, at=clock.now()) for number in sorted(numbers)
    )


def mark_read(*, person: Person) -> int:
    """The person has looked at the list of notices."""
    return Notice.objects.filter(person=person, read_at=None).update(read_at=clock.now())

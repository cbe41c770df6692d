"""Changes of who is who, and word to people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Correspondent, Notice, Person, SavedForm
from search.analysis import fold


def tell(people: Iterable[Person | int], kind: str, *, facts: dict[str, Any], address: str = "") -> None:
    """Leave word for people in their in-app list (R-DOC-09); nobody is told twice in one call."""
    numbers = {person if isinstance(person, int) else person.pk for person in people}
    Notice.objects.bulk_create(
        Notice(person_id=number, kind=kind, facts=facts, address=address, at=clock.now()) for number in sorted(numbers)
    )


def mark_read(*, person: Person) -> int:
    """The person has looked at the list of notices."""
    return Notice.objects.filter(person=person, read_at=None).update(read_at=clock.now())


def save_form(*, person: Person, key: str, data: dict[str, Any]) -> None:
    """Keep what a person is typing; passwords never come here (the page leaves them out and so does this)."""
    kept = {name: value for name, value in data.items() if "password" not in name and name != "csrfmiddlewaretoken"}
    SavedForm.objects.update_or_create(person=person, key=key[:80], defaults={"data": kept, "saved_at": clock.now()})


def forget_form(*, person: Person, key: str) -> None:
    """The form was sent; what was kept of it is not needed any more."""
    SavedForm.objects.filter(person=person, key=key[:80]).delete()


def add_correspondent(*, name: str, by: Person) -> Correspondent:
    """Enter an outside agency while registering (clerk); an existing one of the same name is used."""
    clean = " ".join(name.split())
    if not clean:
        raise Invalid(_("Name the agency that issued the document."), field="issuer_name")
    if not by.has_role("clerk", "administrator"):
        raise NotPermitted(_("Only a clerk or an administrator enters outside agencies."))
    existing = Correspondent.objects.filter(folded=fold(clean)[:200], name__iexact=clean).first()
    if existing:
        return existing
    with transaction.atomic():
        added = Correspondent.objects.create(name=clean[:200])
        record("correspondent.add", added, by=by, after={"name": added.name})
    return added

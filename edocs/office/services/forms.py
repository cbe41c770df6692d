"""What people were typing, kept so that an ended session or a closed page loses nothing."""

from __future__ import annotations

from typing import Any

from edocs import clock
from edocs.office.models import Person, SavedForm


def save_form(*, person: Person, key: str, data: dict[str, Any]) -> None:
    """Keep what a person is typing; passwords never come here (the page leaves them out and so does this)."""
    kept = {name: value for name, value in data.items() if "password" not in name and name != "csrfmiddlewaretoken"}
    SavedForm.objects.update_or_create(person=person, key=key[:80], defaults={"data": kept, "saved_at": clock.now()})


def forget_form(*, person: Person, key: str) -> None:
    """The form was sent; what was kept of it is not needed any more."""
    SavedForm.objects.filter(person=person, key=key[:80]).delete()

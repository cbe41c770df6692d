"""What people were typing, kept so that an ended session or a closed page loses nothing."""

from __future__ import annotations

from typing import Any

from edocs import clock
from edocs.asked import text_in
from edocs.office.models import Person, SavedForm

LONGEST_KEY = 80
LONGEST_NAME = 100
LONGEST_TEXT = 1_000_000


def save_form(*, person: Person, key: str, data: dict[str, Any]) -> None:
    """Keep what a person is typing; passwords never come here (the page leaves them out and so does this)."""
    kept = {
        text_in(name, LONGEST_NAME): _storable(value)
        for name, value in data.items()
        if "password" not in name and name != "csrfmiddlewaretoken"
    }
    defaults = {"data": kept, "saved_at": clock.now()}
    SavedForm.objects.update_or_create(person=person, key=key_of(key), defaults=defaults)


def key_of(key: str) -> str:
    """The key of a form as it is stored."""
    return text_in(key, LONGEST_KEY)


def _storable(value: Any) -> Any:
    """What was typed, without the character that PostgreSQL does not keep in JSON."""
    return [_storable(one) for one in value] if isinstance(value, list) else text_in(value, LONGEST_TEXT)


def forget_form(*, person: Person, key: str) -> None:
    """The form was sent; what was kept of it is not needed any more."""
    SavedForm.objects.filter(person=person, key=key_of(key)).delete()

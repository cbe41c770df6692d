"""Changes of who is who, the catalogues, and word to people."""

from edocs.office.services.catalogue import delete_catalogue, save_catalogue
from edocs.office.services.correspondents import add_correspondent
from edocs.office.services.forms import forget_form, key_of, save_form
from edocs.office.services.notices import mark_read, tell
from edocs.office.services.people import (
    add_person,
    change_own_password,
    change_person,
    end_account,
    reactivate_person,
    set_password,
)

__all__ = [
    "add_correspondent",
    "add_person",
    "change_own_password",
    "change_person",
    "delete_catalogue",
    "end_account",
    "forget_form",
    "key_of",
    "mark_read",
    "reactivate_person",
    "save_catalogue",
    "save_form",
    "set_password",
    "tell",
]

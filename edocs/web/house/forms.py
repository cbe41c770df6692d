"""The forms of the house."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from edocs.office.models import Person


class LeaveForm(forms.Form):
    """Who takes over the open work of somebody who leaves."""

    to = forms.ModelChoiceField(
        label=_("Who takes over"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("(nobody: there is no open work)"),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = (  # type: ignore[attr-defined]
            Person.objects.filter(is_active=True).exclude(pk=person.pk).select_related("position", "unit")
        )
        field.label_from_instance = _with_post  # type: ignore[attr-defined]


def _with_post(person: Person) -> str:
    """Name and post; there may be two people of one name."""
    post = [person.position_title, person.unit.name if person.unit else ""]
    return ", ".join(part for part in (person.full_name, *post) if part)

"""The small forms beside a document."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import LinkKind
from edocs.office.models import Person


class LinkForm(forms.Form):
    """Which other document, and how it is linked."""

    kind = forms.ChoiceField(
        label=_("Link"),
        choices=[one for one in LinkKind.choices if one[0] != LinkKind.REPLIES],
        initial=LinkKind.REFERS,
    )
    code = forms.CharField(label=_("Number and symbol"), max_length=45)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """People with position and unit, for names are often the same."""

    def label_from_instance(self, person: Person) -> str:
        unit = person.unit.abbreviation if person.unit else ""
        return f"{person.full_name} ({person.position_title}, {unit})"


class ShareForm(forms.Form):
    """Who else may read the document."""

    person = PersonField(
        label=_("Person"),
        queryset=Person.objects.filter(is_active=True)
        .select_related("unit", "position")
        .order_by("given_name", "full_name"),
    )

"""What is entered about case files. Rules are in the services; forms only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from edocs.day_input import DayInput
from edocs.records.models import CaseFile, Usage
from edocs.records.services import LONGEST_CODE, LONGEST_TEXT, MOST_YEARS, Particulars
from edocs.web.reading.forms import PersonField

FOR_EVER, YEARS = "ever", "years"


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput())


def _text(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, required=required, widget=widget)


class RetentionMixin(forms.Form):
    """Code, title, and how long the file is kept."""

    code = forms.CharField(label=_("File code"), max_length=LONGEST_CODE)
    title = _text(_("Title of the file"), rows=2)
    retention = forms.ChoiceField(
        label=_("Retention"), choices=[(FOR_EVER, _("For ever")), (YEARS, _("A number of years"))]
    )
    retention_years = forms.IntegerField(
        label=_("Years"), required=False, min_value=1, max_value=MOST_YEARS, widget=forms.NumberInput
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("retention") == FOR_EVER:
            data["retention_years"] = None
        elif "retention_years" not in self.errors and data.get("retention_years") is None:
            self.add_error("retention_years", _("Write for how many years the file is kept."))
        return data


class FileForm(RetentionMixin):
    """A file that is opened or set right; ``keepers`` are those who may keep it."""

    started_on = _day(_("Began"))
    usage = forms.ChoiceField(label=_("Use"), choices=Usage.choices)
    language = forms.CharField(label=_("Language"), max_length=50)
    keeper = PersonField(label=_("Kept by"), queryset=None)
    note = _text(_("Note"), required=False, rows=2)

    def __init__(self, *args: Any, keepers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["keeper"].queryset = keepers  # type: ignore[attr-defined]

    def particulars(self) -> Particulars:
        """What the service takes; call it on a valid form."""
        names = Particulars.__dataclass_fields__
        return Particulars(**{name: value for name, value in self.cleaned_data.items() if name in names})


class CloseForm(RetentionMixin):
    """What is set right when a file ends."""

    ended_on = _day(_("Ended on"))
    note = _text(_("Closing note"))

    def verdict(self) -> dict[str, Any]:
        """What the service takes; call it on a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "retention"}


class WhyForm(forms.Form):
    """A reason."""

    reason = _text(_("Reason"))


class PutForm(forms.Form):
    """Into which of the open files one may change."""

    file = forms.ChoiceField(label=_("Case file"))

    def __init__(self, *args: Any, files: Iterable[CaseFile], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(one.pk): one for one in files}
        choices = [(pk, f"{one.code} ({one.year}) {one.title}"[:120]) for pk, one in self.known.items()]
        self.fields["file"] = forms.ChoiceField(label=_("Case file"), choices=choices)


def initial_of(file: CaseFile) -> dict[str, Any]:
    """A file as the forms show it."""
    names = ("code", "title", "retention_years", "started_on", "usage", "language", "note")
    values = {name: getattr(file, name) for name in names}
    return values | {"retention": FOR_EVER if file.retention_years is None else YEARS, "keeper": file.keeper_id}

"""Forms of signing and sealing. Passwords of keys are never shown again and never kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from edocs.day_input import DayInput
from edocs.documents.choices import Channel
from edocs.documents.models import Recipient
from edocs.signatures.models import Key
from edocs.workflow.services.signing import Pick


def key_password(form: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "form": form, "class": "ed-in"})
    return forms.CharField(label=_("Password of the key"), max_length=200, strip=False, widget=widget)


def picks_of(ticked: list[str]) -> list[Pick]:
    """What was ticked: each document with the version that was on the screen."""
    picks = []
    for value in ticked:
        document, _dash, version = value.partition("-")
        if document.isdecimal() and version.isdecimal() and max(len(document), len(version)) < 19:
            picks.append(Pick(int(document), int(version)))
    return picks


class SignForm(forms.Form):
    """One consent for the ticked documents."""

    #: the signer's key, None when none is entered
    key: Key | None = None
    consent = forms.BooleanField(
        widget=forms.CheckboxInput(attrs={"form": "sign"}),
        error_messages={"required": _("Say that you looked at the documents and agree to sign them.")},
    )
    key_password = key_password("sign")

    def __init__(self, data: QueryDict | None = None, *, asks_password: bool = True, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not asks_password:  # the key is elsewhere, and so is its password
            del self.fields["key_password"]
        self.picks: list[Pick] = []
        self.ticked: list[str] = data.getlist("documents") if data is not None else []

    def clean(self) -> dict[str, Any]:
        """The ticked documents, each with the version that was on the screen."""
        self.picks = picks_of(self.ticked)
        if not self.picks:
            raise forms.ValidationError(_("Tick the documents that you want to sign."))
        return self.cleaned_data


class InitialsForm(forms.Form):
    """Consent to put one's initials into one file."""

    key_password = key_password("initials")

    def __init__(self, data: QueryDict | None = None, *, asks_password: bool = True) -> None:
        super().__init__(data, prefix=None)
        if not asks_password:  # the key is elsewhere, and so is its password
            del self.fields["key_password"]


class PlaceForm(forms.Form):
    """A place chosen on the picture of a page, in fractions of it from the top left."""

    page = forms.IntegerField(min_value=1)
    x = forms.FloatField(min_value=-0.01, max_value=1)
    y = forms.FloatField(min_value=-0.01, max_value=1)
    width = forms.FloatField(min_value=0.01, max_value=1)
    height = forms.FloatField(min_value=0.01, max_value=1)


class TakeBackForm(forms.Form):
    """Why a signed document is returned."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("Its author and its signer read it."),
    )


class SealForm(forms.Form):
    """The password of the seal's key; needed only where something is sealed by a key that is opened here."""

    key_password = key_password("seal")

    def __init__(self, data: QueryDict | None = None, *, asks_password: bool = True, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not asks_password:  # the key is elsewhere, and so is its password
            del self.fields["key_password"]


class DatedSealForm(SealForm):
    """The same for one document that has no number yet: its date may be chosen."""

    day = forms.DateField(
        label=_("Date of the document"),
        required=False,
        widget=DayInput(form="seal"),
        help_text=_("Today when left empty; not before it was signed, nor before the date of an earlier number."),
    )
    field_order = ("day", "key_password")


class NumberAnewForm(forms.Form):
    """Another number and date for a document whose sealing failed."""

    day = forms.DateField(
        label=_("Date of the document"), required=False, widget=DayInput(), help_text=_("Today when left empty.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("It stands in the register beside the number that is cancelled."),
    )


class PileSealForm(SealForm):
    """One consent for the ticked documents, in the order of the list."""

    consent = forms.BooleanField(
        label=_("I looked at the ticked documents and agree to number and seal them."),
        widget=forms.CheckboxInput(attrs={"form": "pile"}),
        error_messages={"required": _("Say that you looked at the documents and agree to seal them.")},
    )
    key_password = key_password("pile")
    field_order = ("consent", "key_password")

    def __init__(self, data: QueryDict | None = None, *, asks_password: bool = True, **kwargs: Any) -> None:
        super().__init__(data, asks_password=asks_password, **kwargs)
        self.picks: list[Pick] = []
        self.ticked: list[str] = data.getlist("documents") if data is not None else []

    def clean(self) -> dict[str, Any]:
        """The ticked documents, each with the version that was on the screen."""
        self.picks = picks_of(self.ticked)
        if not self.picks:
            raise forms.ValidationError(_("Tick the documents that you want to number and seal."))
        return self.cleaned_data


class RecipientsForm(forms.Form):
    """How each recipient gets the document."""

    def __init__(self, *args: Any, recipients: list[Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipients = recipients
        for line in recipients:
            name = {"name": line.name}
            channel = forms.Select(attrs={"class": "ed-in ed-auto", "aria-label": _("Channel to %(name)s") % name})
            copies = forms.NumberInput(attrs={"class": "ed-in", "aria-label": _("Copies for %(name)s") % name})
            self.fields[f"channel-{line.pk}"] = forms.ChoiceField(
                choices=Channel.choices, initial=line.channel, widget=channel, label=_("Channel")
            )
            self.fields[f"copies-{line.pk}"] = forms.IntegerField(
                min_value=1, max_value=999, initial=line.copies, widget=copies, label=_("Copies")
            )

    def lines(self) -> list[tuple[Recipient, forms.BoundField, forms.BoundField]]:
        """Each recipient with its two fields."""
        return [(line, self[f"channel-{line.pk}"], self[f"copies-{line.pk}"]) for line in self.recipients]

    def chosen(self) -> list[tuple[Recipient, str, int]]:
        """Each recipient with what was chosen."""
        data = self.cleaned_data
        return [(line, data[f"channel-{line.pk}"], data[f"copies-{line.pk}"]) for line in self.recipients]

"""Forms of certified copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import CopyKind
from edocs.documents.models import DocumentFile
from edocs.workflow.forms.signing import key_password


class AskForCopyForm(forms.Form):
    """What is copied, and as what kind of copy."""

    version = forms.TypedChoiceField(label=_("File"), coerce=int, widget=forms.Select(attrs={"class": "ed-in"}))
    kind = forms.ChoiceField(
        label=_("Kind of copy"), choices=CopyKind.choices, widget=forms.Select(attrs={"class": "ed-in"})
    )

    def __init__(self, *args: Any, files: Sequence[DocumentFile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [(file.current_id, file.name) for file in files]  # type: ignore[attr-defined]


class SignCopyForm(forms.Form):
    """The clerk's consent: the password of the agency's key."""

    key_password = key_password("copy")

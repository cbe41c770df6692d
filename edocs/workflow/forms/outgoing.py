"""Forms of outgoing documents: what was typed, turned into what the services take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs.day_input import DayInput
from edocs.documents.choices import Urgency
from edocs.documents.models import Document, FileVersion
from edocs.office.models import Authority, DocumentKind, Field, KindGroup, Person
from edocs.office.queries import signatories
from edocs.workflow.letters import LetterFields
from edocs.workflow.models import Step
from edocs.workflow.queries.recipients import as_typed, recipient_lines, recipients_of, split_lines
from edocs.workflow.services.addressing import RecipientLine
from edocs.workflow.services.drafting import LONGEST_SUMMARY
from edocs.workflow.services.joint import CoSigner

Signers = list[tuple[Person, Authority]]
MOST_SHOWN = 4
"""How many signatories the form has room for."""


def _rows(count: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": str(count), **attributes})


class DraftForm(forms.Form):
    """What is known of a draft before a word of it is written."""

    kind = forms.ModelChoiceField(DocumentKind.objects.none(), label=_("Kind"), empty_label=None)
    field = forms.ModelChoiceField(
        Field.objects.all(), label=_("Field of work"), required=False, empty_label=_("Not chosen")
    )
    summary = forms.CharField(
        label=pgettext_lazy("document", "Summary"),
        max_length=LONGEST_SUMMARY,
        widget=_rows(2),
        help_text=_("What the document is about, as it will be printed and found again."),
    )
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Urgency.choices, coerce=int, initial=Urgency.NORMAL)
    reply_by = forms.DateField(label=_("Reply wanted by"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = DocumentKind.objects.filter(group=KindGroup.ADMINISTRATIVE)
        chosen: forms.ModelChoiceField[DocumentKind] = self.fields["kind"]  # type: ignore[assignment]
        chosen.queryset = kinds
        chosen.initial = next((kind for kind in kinds if kind.is_letter), None)  # most of what an office writes


class LetterForm(forms.Form):
    """A letter as it is written in the browser; every part is plain text, so that nothing is lost in pasting."""

    signer = forms.ChoiceField(
        label=_("Signer"),
        required=False,
        help_text=_("Only those who hold the authority for this kind and field today; it is printed above the name."),
    )
    urgency = forms.TypedChoiceField(label=_("Urgency"), choices=Urgency.choices, coerce=int, required=False)
    summary = forms.CharField(label=pgettext_lazy("document", "Summary"), max_length=LONGEST_SUMMARY, widget=_rows(2))
    addressees = forms.CharField(
        label=_("Addressed to (Kính gửi)"), required=False, widget=_rows(2), help_text=_("One to a line.")
    )
    grounds = forms.CharField(
        label=_("Legal grounds (Căn cứ)"),
        required=False,
        widget=_rows(3),
        help_text=_("One to a line, with the word “Căn cứ”."),
    )
    body = forms.CharField(
        label=_("Body of the letter"), required=False, widget=_rows(16, **{"data-letter-body": ""}), strip=False
    )
    recipients = forms.CharField(
        label=_("Other recipients (Nơi nhận)"),
        required=False,
        widget=_rows(3),
        help_text=_("One to a line, the purpose in brackets. “Như trên” and “Lưu: VT” are printed by themselves."),
    )
    note = forms.CharField(
        label=_("What is new in this version"), required=False, max_length=500, help_text=_("For those who check.")
    )

    def __init__(self, *args: Any, signers: Signers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signers = {str(authority.pk): (person, authority) for person, authority in signers}
        choices = [("", _("Choose who signs"))] + [
            (key, f"{person.full_name}: {', '.join(authority.lines)}")
            for key, (person, authority) in self.signers.items()
        ]
        chosen: forms.ChoiceField = self.fields["signer"]  # type: ignore[assignment]
        chosen.choices = choices

    def letter(self) -> LetterFields:
        """What was typed, as the service takes it; also for a preview of a form that is not complete yet."""
        given = self.cleaned_data
        person, authority = self.signers.get(given.get("signer", ""), (None, None))
        return LetterFields(
            summary=given.get("summary", ""),
            body=given.get("body", ""),
            addressees=tuple(split_lines(given.get("addressees", ""))),
            grounds=tuple(line.strip() for line in given.get("grounds", "").splitlines() if line.strip()),
            signer=person,
            authority=authority,
            urgency=given.get("urgency") or Urgency.NORMAL,
        )

    def recipient_lines(self) -> list[RecipientLine]:
        """Everybody who gets the document: those addressed first."""
        given = self.cleaned_data
        typed = [*split_lines(given.get("addressees", "")), *split_lines(given.get("recipients", ""))]
        return recipient_lines(typed)


def letter_initial(document: Document, version: FileVersion | None) -> dict[str, Any]:
    """How the form begins: with the newest version written here, else with what is known of the draft."""
    source = version.source if version is not None and version.source else {}
    addressees = list(source.get("addressees", []))
    rows = recipients_of(document)
    if not source and document.kind.is_letter:
        addressees = [row.name for row in rows if not row.purpose]
    return {
        "signer": str(source.get("authority") or ""),
        "urgency": document.urgency,
        "summary": document.summary,
        "addressees": "\n".join(addressees),
        "grounds": "\n".join(source.get("grounds", [])),
        "body": source.get("body", ""),
        "recipients": as_typed(rows, without=addressees),
    }


class RecipientsForm(forms.Form):
    """To whom a draft goes, one to a line."""

    recipients = forms.CharField(
        label=_("Recipients"),
        required=False,
        widget=_rows(8),
        help_text=_("One to a line, the purpose in brackets: UBND tỉnh Nam Khê (để báo cáo)."),
    )

    def lines(self) -> list[RecipientLine]:
        return recipient_lines(split_lines(self.cleaned_data["recipients"]))


class UploadForm(forms.Form):
    """The draft as a file."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.odt"}),
        help_text=_("PDF as it is; DOCX and ODT are turned into PDF."),
    )
    note = forms.CharField(label=_("What is new in this version"), required=False, max_length=500)


class AttachmentForm(forms.Form):
    """A file that goes out with the document."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.odt,.png,.jpg,.jpeg,.tif,.tiff"})
    )


class SubmitForm(forms.Form):
    """To whose signature a draft goes."""

    signer = forms.ChoiceField(label=_("Signer"))
    note = forms.CharField(label=_("Note to those who check"), required=False, max_length=1000, widget=_rows(3))

    def __init__(self, *args: Any, signers: Signers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signers = {str(authority.pk): (person, authority) for person, authority in signers}
        chosen: forms.ChoiceField = self.fields["signer"]  # type: ignore[assignment]
        chosen.choices = [
            (key, f"{person.full_name}: {', '.join(authority.lines)}")
            for key, (person, authority) in self.signers.items()
        ]
        for turn in range(2, MOST_SHOWN + 1):
            self._add_other(turn, [("", _("Nobody, or somebody of another agency")), *chosen.choices])

    def _add_other(self, turn: int, choices: list[tuple[str, Any]]) -> None:
        number = {"n": turn}
        self.fields[f"authority-{turn}"] = forms.ChoiceField(
            label=_("Signatory %(n)s, of this agency") % number, choices=choices, required=False
        )
        for part, label, most in (
            ("organisation", _("Signatory %(n)s, of another agency: its name"), 200),
            ("title", _("Title, as it is printed"), 100),
            ("name", _("Full name"), 100),
        ):
            self.fields[f"{part}-{turn}"] = forms.CharField(label=label % number, required=False, max_length=most)

    def other_fields(self) -> list[list[forms.BoundField]]:
        """The fields of further signatories, one list each."""
        parts = ("authority", "organisation", "title", "name")
        return [[self[f"{part}-{turn}"] for part in parts] for turn in range(2, MOST_SHOWN + 1)]

    def others(self) -> list[CoSigner]:
        """The further signatories that were entered, in their order."""
        found = []
        for turn in range(2, MOST_SHOWN + 1):
            key = self.cleaned_data.get(f"authority-{turn}", "")
            printed = [self.cleaned_data.get(f"{part}-{turn}", "") for part in ("organisation", "title", "name")]
            if key:
                found.append(CoSigner(self.signers[key][1]))
            elif any(printed):
                found.append(CoSigner(None, *printed))
        return found

    def signs(self) -> tuple[Person, Authority]:
        return self.signers[self.cleaned_data["signer"]]


class SignedFileForm(forms.Form):
    """The file that another agency signed."""

    file = forms.FileField(
        label=_("Signed file"),
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=_("Exactly as they signed it: printed or saved anew it is another file."),
    )


class ReasonForm(forms.Form):
    """A reason, kept for ever with what it explains."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_rows(3))


class ReturnForm(forms.Form):
    """Returning a draft: to whom, and why."""

    to_step = forms.ChoiceField(label=_("Back to"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=_rows(4), help_text=_("What should be different, and where.")
    )

    def __init__(self, *args: Any, earlier: Sequence[Step], author: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = {str(step.pk): step for step in earlier}
        chosen: forms.ChoiceField = self.fields["to_step"]  # type: ignore[assignment]
        chosen.choices = [("", _("The author, %(name)s, who can change it") % {"name": author.full_name})] + [
            (key, f"{step.get_kind_display()}: {step.person.full_name}") for key, step in self.earlier.items()
        ]

    def target(self) -> Step | None:
        return self.earlier.get(self.cleaned_data["to_step"])


def signers_for(document: Document, day: dt.date) -> Signers:
    """Everybody who may sign this document on a day, by name."""
    return signatories(kind=document.kind, field_id=document.field_id, day=day)

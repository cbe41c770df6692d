"""The form of the register of incoming documents, and of a cancelled registration."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs import clock
from edocs.day_input import DAY_FORMATS, DayInput
from edocs.documents.choices import Channel, Urgency
from edocs.documents.models import Book
from edocs.documents.services.registering import IncomingFields
from edocs.errors import Refusal
from edocs.intake.models import Arrival
from edocs.intake.services.arrivals import Route
from edocs.office.models import Correspondent, DocumentKind, Person, Role, Unit
from edocs.office.models import Field as WorkField
from edocs.office.queries import people_with_role

NEW = "new:"
"""Before the name of an agency that is not in the catalogue yet, as a value of the field ``issuer``."""

LONGEST_NUMBER, LONGEST_SYMBOL, LONGEST_NAME = 11, 30, 200
FIRST_YEAR, YEARS_AHEAD = 1945, 20
#: "214 UBND-VHXH", "214 - UBND": number and symbol without the stroke between them
WITHOUT_STROKE = re.compile(r"^(\d+[A-Za-zĐđ]?)\s*[-–\s]\s*(\D\S*)$")
#: what becomes of characters that are no text, by category: control, half a character, line ends; invisible ones
INSTEAD = {"Cc": " ", "Cs": " ", "Zl": " ", "Zp": " ", "Cf": ""}
NUMBER_ALONE = re.compile(r"^\d+[A-Za-zĐđ]{0,2}$")

#: where a refusal of a service about one of its fields is shown in the form
SHOWN_AT = {"issuer_name": "issuer", "to": "leader"}


def clean_line(text: object) -> str:
    """One line of text as it is kept: NFC, single blanks, without control characters and those nobody sees."""
    composed = unicodedata.normalize("NFC", str(text or ""))
    return " ".join("".join(INSTEAD.get(unicodedata.category(char), char) for char in composed).split())


class Line(forms.CharField):
    """A line of text in its one normal form, so that what was typed in NFD is found again."""

    def to_python(self, value: object) -> str:
        return clean_line(value)


class Day(forms.DateField):
    """A date; a year that was not typed to its end (0026) is not taken for one."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        invalid = _("This is not a date. Write day, month and year, for example 07/10/2026.")
        super().__init__(input_formats=DAY_FORMATS, error_messages={"invalid": invalid}, **options)

    def clean(self, value: object) -> dt.date | None:
        day: dt.date | None = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= clock.today().year + YEARS_AHEAD:
            raise ValidationError(_("The year %(year)s cannot be right. Check the date."), params={"year": day.year})
        return day


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.full_name}, {obj.position_title}" if obj.position_title else obj.full_name


class Attachments(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        taken = _("One of the files was registered or put aside in the meantime. Look at the list again.")
        messages = {"invalid_choice": taken, "invalid_pk_value": taken}
        super().__init__(Arrival.objects.none(), error_messages=messages, **options)


def split_code(code: str) -> tuple[str, str]:
    """Number and symbol of "214/UBND-VHXH"; a code without a stroke is a number or a symbol alone."""
    number, stroke, symbol = code.partition("/")
    if stroke:
        return number.strip(), symbol.strip()
    return (code, "") if NUMBER_ALONE.match(code) else ("", code)


def needed(sentence: Any) -> dict[str, Any]:
    return {"required": sentence}


class RegisterForm(forms.Form):
    """What the clerk enters, in the order of the register (Decree 30/2020, Appendix IV and VI Part II.II)."""

    use_required_attribute = False  # the server says what is missing, in the language of the page

    arrived_on = Day(label=pgettext_lazy("register", "Arrival date"), required=False)
    book = forms.ModelChoiceField(
        Book.objects.none(), label=pgettext_lazy("register", "Book"), required=False, empty_label=_("by the kind")
    )
    issuer = forms.CharField(
        label=pgettext_lazy("register", "Issued by"),
        max_length=LONGEST_NAME + len(NEW),
        widget=forms.Select,
        error_messages=needed(_("Name the agency that issued the document.")),
    )
    issuer_name = Line(
        label=pgettext_lazy("register", "Agency not in the list"), required=False, max_length=LONGEST_NAME
    )
    code = Line(
        label=pgettext_lazy("register", "Number and symbol"),
        required=False,
        max_length=LONGEST_NUMBER + LONGEST_SYMBOL + 1,
    )
    issued_on = Day(label=pgettext_lazy("register", "Document date"))
    kind = forms.ModelChoiceField(
        DocumentKind.objects.all(),
        label=pgettext_lazy("register", "Kind"),
        empty_label=_("choose"),
        error_messages=needed(_("Choose the kind of the document.")),
    )
    urgency = forms.TypedChoiceField(
        label=pgettext_lazy("register", "Urgency"),
        choices=Urgency.choices,
        coerce=int,
        required=False,
        empty_value=None,
    )
    summary = Line(
        label=pgettext_lazy("register", "Summary"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=needed(_("The summary is empty. Write what the document is about.")),
    )
    signer_name = Line(label=pgettext_lazy("register", "Signer"), required=False, max_length=50)
    signer_position = Line(label=pgettext_lazy("register", "Position"), required=False, max_length=100)
    pages = forms.IntegerField(label=pgettext_lazy("register", "Pages"), required=False, min_value=1, max_value=9999)
    channel = forms.ChoiceField(label=pgettext_lazy("register", "Received by"), choices=Channel.choices, required=False)
    reply_by = Day(label=pgettext_lazy("register", "Reply due"), required=False)
    leader = PersonChoice(
        Person.objects.none(),
        label=pgettext_lazy("register", "Submit to"),
        required=False,
        empty_label=_("nobody yet"),
    )
    proposed_lead = forms.ModelChoiceField(
        Unit.objects.none(),
        label=pgettext_lazy("register", "Proposed lead"),
        required=False,
        empty_label=_("no proposal"),
    )
    note = Line(label=pgettext_lazy("register", "Note"), required=False, max_length=500)
    field = forms.ModelChoiceField(
        WorkField.objects.all(),
        label=pgettext_lazy("register", "Field of work"),
        required=False,
        empty_label=_("not chosen"),
    )
    identifier = Line(label=pgettext_lazy("register", "Document identifier"), required=False, max_length=200)
    copies = forms.IntegerField(label=pgettext_lazy("register", "Copies"), required=False, min_value=1, max_value=999)
    attachments = Attachments(label=pgettext_lazy("register", "Attachments"), required=False)
    confirmed = forms.CharField(required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        issuers: Iterable[Correspondent] = (),
        new_issuer: str = "",
        books: QuerySet[Book],
        attachments: QuerySet[Arrival] | None = None,
        **options: Any,
    ) -> None:
        """``issuers`` and ``new_issuer`` are the choices the page opens with; more are found while typing."""
        super().__init__(*args, **options)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]
        self.fields["leader"].queryset = people_with_role(Role.LEADER)  # type: ignore[attr-defined]
        self.fields["proposed_lead"].queryset = Unit.objects.filter(Unit.on(clock.today()))  # type: ignore[attr-defined]
        if attachments is None:
            del self.fields["attachments"]
        else:
            self.fields["attachments"].queryset = attachments  # type: ignore[attr-defined]
            self.fields["pages"].widget.attrs["readonly"] = True  # counted from the file
        choices = [("", _("choose")), *((str(one.pk), one.name) for one in issuers)]
        if new_issuer:
            choices.append((NEW + new_issuer, _("%(name)s (new)") % {"name": new_issuer}))
        self.fields["issuer"].widget.choices = choices

    # --- cleaning -----------------------------------------------------------------------------------------------
    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        lost = WITHOUT_STROKE.match(code) if "/" not in code else None
        if lost:
            raise ValidationError(
                _("The stroke is missing. Did you mean %(code)s?"), params={"code": f"{lost[1]}/{lost[2]}"}
            )
        number, symbol = split_code(code)
        if len(number) > LONGEST_NUMBER or len(symbol) > LONGEST_SYMBOL:
            raise ValidationError(
                _("The number has at most %(number)d characters, the symbol after the stroke %(symbol)d."),
                params={"number": LONGEST_NUMBER, "symbol": LONGEST_SYMBOL},
            )
        return code

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        issuer, name = clean_line(values.get("issuer")), values.get("issuer_name", "")
        self.known_issuer: Correspondent | None = None
        self.new_issuer = ""
        if issuer.startswith(NEW):
            self.new_issuer = clean_line(issuer.removeprefix(NEW))[:LONGEST_NAME]
        elif issuer:
            self.known_issuer = known_issuer(issuer)
            if self.known_issuer is None:
                self.add_error("issuer", _("This agency is not in the catalogue any more. Choose it again."))
        elif name:
            self.new_issuer = name
            self.errors.pop("issuer", None)  # without JavaScript the name is typed into a field of its own
        return values

    @property
    def confirmed_repeats(self) -> set[int]:
        """The documents of which the clerk said that this one is another."""
        return ids_of(self.cleaned_data.get("confirmed", ""))

    # --- what the services want ---------------------------------------------------------------------------------
    def incoming_fields(self, issuer: Correspondent) -> IncomingFields:
        values = self.cleaned_data
        number, symbol = split_code(values["code"])
        return IncomingFields(
            kind=values["kind"],
            issuer=issuer,
            issuer_name=issuer.name,
            number=number,
            symbol=symbol,
            issued_on=values["issued_on"],
            summary=values["summary"],
            channel=values["channel"] or Channel.POST,
            arrived_on=values["arrived_on"],
            urgency=values["urgency"] or Urgency.NORMAL,
            signer_name=values["signer_name"],
            signer_position=values["signer_position"],
            reply_by=values["reply_by"],
            field=values["field"],
            note=values["note"],
            copies=values["copies"] or 1,
            identifier=values["identifier"],
        )

    def route(self) -> Route:
        values = self.cleaned_data
        return Route(leader=values["leader"], proposed_lead=values["proposed_lead"], note=values["note"])

    def show(self, refusal: Refusal) -> None:
        """Put the sentence of a service where it belongs; what was typed stays."""
        name = SHOWN_AT.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))


class CancelForm(forms.Form):
    """Why a registration is cancelled."""

    use_required_attribute = False

    reason = Line(
        label=pgettext_lazy("register", "Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=needed(_("Say why the registration is cancelled (at least 5 characters).")),
    )


def known_issuer(value: str) -> Correspondent | None:
    """The agency of a value of the field ``issuer``; None for anything but a number of the catalogue."""
    digits = value.isascii() and value.isdigit() and len(value) < 18
    return Correspondent.objects.filter(pk=int(value)).first() if digits else None


def ids_of(text: str) -> set[int]:
    """The numbers in "12,15"; whatever else was sent is nothing."""
    return {int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 18}

"""The form beside the search box: it writes the same query as one would type, and reads what was typed back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs import clock
from edocs.day_input import DayInput
from edocs.documents.models import Book
from edocs.office.models import DocumentKind, Field, Unit
from search import parse
from search.dates import parse_days
from search.query import Clause, FieldCode, FieldDays, FieldText, Phrase

#: field of the query language -> its name as it is written in Vietnamese, in English
NAMES = {
    "number": ("số", "number"),
    "symbol": ("ký hiệu", "symbol"),
    "summary": ("trích yếu", "summary"),
    "issuer": ("cơ quan", "issuer"),
    "signer": ("người ký", "signer"),
    "kind": ("loại", "kind"),
    "unit": ("đơn vị", "unit"),
    "book": ("sổ văn bản", "book"),
    "case_file": ("hồ sơ", "case file"),
    "recipients": ("nơi nhận", "recipients"),
    "state": ("trạng thái", "state"),
    "direction": ("chiều", "direction"),
    "year": ("năm", "year"),
    "text": ("nội dung", "text"),
    "field": ("lĩnh vực", "field"),
    "day": ("ngày", "date"),
    "from": ("từ ngày", "from"),
    "until": ("đến ngày", "until"),
    "issued": ("ngày ban hành", "issued"),
    "arrived": ("ngày đến", "arrived"),
    "due": ("hạn", "due"),
}
#: days by name, as they stand in the query: value, Vietnamese, English
DUE_DAYS = (
    ("quá hạn", "overdue", _("Overdue")),
    ("hôm nay", "today", _("Today")),
    ("tuần này", "this week", _("This week")),
    ("tháng này", "this month", _("This month")),
)
#: fields of the query that are one field of the form
TEXTS = ("summary", "issuer", "signer", "kind", "unit", "book", "field", "case_file", "recipients")


class SearchForm(forms.Form):
    """Every field may stay empty; each filled one becomes a part of the query."""

    words = forms.CharField(label=_("Words"), required=False, help_text=_("in any order, accents are not needed"))
    phrase = forms.CharField(label=_("Exactly these words"), required=False, help_text=_("side by side"))
    without = forms.CharField(label=_("Without the words"), required=False)
    number = forms.CharField(label=pgettext_lazy("document", "Number"), required=False)
    symbol = forms.CharField(label=_("Symbol"), required=False)
    summary = forms.CharField(label=pgettext_lazy("document", "Summary"), required=False)
    issuer = forms.CharField(label=_("Issuer"), required=False)
    signer = forms.CharField(label=_("Signer"), required=False)
    kind = forms.CharField(label=_("Kind"), required=False)
    unit = forms.CharField(label=_("Unit"), required=False)
    book = forms.CharField(label=_("Register book"), required=False)
    field = forms.CharField(label=_("Field of work"), required=False)
    recipients = forms.CharField(label=_("Recipients"), required=False)
    case_file = forms.CharField(label=_("Case file"), required=False)
    first = forms.DateField(label=pgettext_lazy("date", "From"), required=False)
    last = forms.DateField(label=pgettext_lazy("date", "To"), required=False)
    due = forms.ChoiceField(label=_("Due"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("first", "last"):
            self.fields[name].widget = DayInput()
        self._offer("kind", DocumentKind.objects.values_list("name", flat=True))
        self._offer("unit", Unit.objects.values_list("name", flat=True))
        self._offer("book", Book.objects.values_list("name", flat=True))
        self._offer("field", Field.objects.values_list("name", flat=True))
        due: forms.ChoiceField = self.fields["due"]  # type: ignore[assignment]
        due.choices = [("", pgettext_lazy("due", "Any")), *((value, label) for value, _en, label in DUE_DAYS)]

    def _offer(self, name: str, values: Iterable[str]) -> None:
        """A field of words with the known ones to choose from; what was typed otherwise is kept."""
        now = str(self.initial.get(name) or self.data.get(name, ""))
        known = list(values)
        every = [("", "—"), *((value, value) for value in known)]
        if now and now not in known:
            every.append((now, now))
        self.fields[name] = forms.ChoiceField(label=self.fields[name].label, required=False, choices=every)

    def query(self) -> str:
        """What one would type into the box for this; call it on a valid form."""
        given = self.cleaned_data
        parts = [given["words"].strip()]
        if phrase := _inside(given["phrase"]):
            parts.append(f'"{phrase}"')
        parts += [f"-{_word(word)}" for word in given["without"].split()]
        for name in ("number", "symbol", *TEXTS):
            if value := _inside(given[name]):
                parts.append(written(name, value))
        for name, day in (("from", given["first"]), ("until", given["last"])):
            if day is not None:
                parts.append(written(name, f"{day:%d/%m/%Y}"))
        if due := given["due"]:
            names = {value: (value, english) for value, english, _label in DUE_DAYS}
            parts.append(written("due", names[due][_language()]))
        return " ".join(filter(None, parts))


def initial_of(typed: str) -> dict[str, Any]:
    """The form's values for what was typed; what it has no field for stays among the words."""
    query = parse(typed, today=clock.today())
    words: list[str] = []
    initial: dict[str, Any] = {"without": " ".join(_plain(clause) for clause in query.excluded)}
    for clause in query.clauses:
        if not _place(clause, initial):
            words.append(_plain(clause))
    return initial | {"words": " ".join(words)}


def _place(clause: Clause, initial: dict[str, Any]) -> bool:
    """Put a part of the query into the field it belongs to; False when there is none, or it is taken."""
    match clause:
        case Phrase(text) if "phrase" not in initial:
            initial["phrase"] = text
        case FieldCode(name, text) if name in ("number", "symbol") and name not in initial:
            initial[name] = text
        case FieldText(name, text) if name in TEXTS and name not in initial:
            initial[name] = text
        case FieldDays("day", days) if not ({"first", "last"} & initial.keys()) or days.first is None:
            initial |= {"first": days.first or initial.get("first"), "last": days.last or initial.get("last")}
        case FieldDays("due", days) if "due" not in initial:
            today = clock.today()
            known = (value for value, _english, _label in DUE_DAYS if parse_days(value, today) == days)
            if (value := next(known, None)) is None:
                return False
            initial["due"] = value
        case _:
            return False
    return True


def _plain(clause: Clause) -> str:
    """A part of a query as one would type it."""
    match clause:
        case Phrase(text):
            return f'"{text}"'
        case FieldText(name, text) | FieldCode(name, text):
            return written(name, text)
        case FieldDays(name, days):
            ends = (("from", days.first), ("until", days.last)) if name == "day" else ((name, days.first or days.last),)
            return " ".join(written(end, f"{day:%d/%m/%Y}") for end, day in ends if isinstance(day, dt.date))
    return clause.text


def written(name: str, value: str) -> str:
    """``người ký:"Nguyễn Văn A"``: a field and its value in the reader's language."""
    shown = name_of_field(name)
    return f'{shown}:"{value}"' if " " in value else f"{shown}:{value}"


def name_of_field(name: str) -> str:
    """A field of the query as it is written in the reader's language."""
    return NAMES.get(name, (name, name))[_language()]


def _language() -> int:
    return 0 if (translation.get_language() or "vi").startswith("vi") else 1


def _inside(text: str) -> str:
    """Text that may stand in quotation marks."""
    return " ".join(text.replace('"', " ").split())


def _word(word: str) -> str:
    return word.lstrip("-")

"""What people enter when they handle incoming documents. Rules are in the services; forms only read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from edocs import clock
from edocs.day_input import DayInput
from edocs.deadlines.services import working_calendar
from edocs.office.models import Role, Unit
from edocs.office.queries import people_with_role
from edocs.workflow.queries.receivers import Receiver, Target, receiver_of, resolve

DAYS = (1, 2, 3, 5, 10)
NO_DEADLINE, BY_DATE = "none", "date"
TWO_DEADLINES = _("A day is entered as well. Choose “Until a date”, or empty the day.")
MOST_DAYS = 365


def _due_choices() -> list[tuple[str, Any]]:
    days = [(str(n), ngettext_lazy("%(n)d day", "%(n)d days", n) % {"n": n}) for n in DAYS]
    return [*days, (BY_DATE, _("Until a date")), (NO_DEADLINE, _("No deadline"))]


def end_of_day(day: dt.date) -> dt.datetime:
    """A date entered means the end of that working day."""
    return working_calendar().end_of(day)


def date_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput())


def text_field(label: Any, *, most: int, rows: int = 3, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows}))


class TargetField(forms.ChoiceField):
    """One person or unit; the form resolves what was sent."""

    def valid_value(self, value: str) -> bool:
        return True


class TargetsField(forms.MultipleChoiceField):
    """Several people or units."""

    def valid_value(self, value: str) -> bool:
        return True


class DueMixin(forms.Form):
    """A deadline in working days or by a date."""

    due = forms.ChoiceField(label=_("Deadline"), choices=_due_choices, widget=forms.RadioSelect, required=False)
    due_on = date_field(_("Until"), required=False)

    def deadline(self) -> dict[str, Any]:
        """``working_days`` or ``due_at`` for the service."""
        chosen, day = self.cleaned_data.get("due"), self.cleaned_data.get("due_on")
        if chosen == BY_DATE and day is not None:
            return {"due_at": end_of_day(day)}
        return {"working_days": int(chosen)} if chosen and chosen.isdigit() else {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("due") == BY_DATE and not data.get("due_on"):
            self.add_error("due_on", _("Choose the day."))
        elif data.get("due_on") and data.get("due") != BY_DATE:
            self.add_error("due_on", TWO_DEADLINES)
        return data


class GiveForm(DueMixin):
    """Who does what by when."""

    lead = TargetField(label=_("Lead"), required=False)
    coordinators = TargetsField(label=_("Coordinate"), required=False)
    inform = TargetsField(label=_("For information"), required=False)
    text = text_field(_("Instruction"), most=2000, rows=4)

    def __init__(
        self, *args: Any, receivers: Sequence[Receiver] = (), lead_required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lead_required = lead_required
        chosen = self._named()
        self.targets: dict[str, Target] = resolve(chosen)
        options = dict(row.option for row in receivers)
        options.update(receiver_of(target).option for target in self.targets.values())
        self.fields["lead"].choices = [("", ""), *options.items()]  # type: ignore[attr-defined]
        for name in ("coordinators", "inform"):
            self.fields[name].choices = list(options.items())  # type: ignore[attr-defined]
        self.fields["lead"].required = lead_required

    def _named(self) -> set[str]:
        """What is chosen now, so that it has an option of its own."""
        if self.is_bound:
            lists: Iterable[list[str]] = (
                self.data.getlist(self.add_prefix(name))  # type: ignore[attr-defined]
                for name in ("lead", "coordinators", "inform")
            )
            return {value for values in lists for value in values}
        values = [self.get_initial_for_field(self.fields[name], name) for name in ("lead", "coordinators", "inform")]
        return {part for value in values if value for part in ([value] if isinstance(value, str) else value)}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("lead", "coordinators", "inform"):
            sent = data.get(name) or []
            values = [sent] if isinstance(sent, str) else sent
            if any(value not in self.targets for value in values):
                self.add_error(name, _("Somebody named here does not exist any more. Choose again."))
                continue
            found = [self.targets[value] for value in values]
            data[name] = (found[0] if found else None) if name == "lead" else found
        return data

    def receivers(self) -> dict[str, Any]:
        """``lead``, ``coordinators`` and ``inform`` for the service."""
        return {name: self.cleaned_data[name] for name in ("lead", "coordinators", "inform")}


def _leaders(form: forms.Form) -> None:
    field = form.fields["to"]
    field.queryset = people_with_role(Role.LEADER)  # type: ignore[attr-defined]
    field.label_from_instance = lambda leader: f"{leader.full_name}, {leader.position_title}"  # type: ignore[attr-defined]


class ForwardForm(forms.Form):
    """To which leader."""

    to: forms.ModelChoiceField[Any] = forms.ModelChoiceField(queryset=None, label=_("Leader"))
    note = text_field(_("Note"), most=500, rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _leaders(self)


class SubmitForm(ForwardForm):
    """To which leader, with the unit that should lead."""

    proposed_lead: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None, label=_("Proposed lead"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposed_lead"].queryset = Unit.objects.filter(Unit.on(clock.today()))  # type: ignore[attr-defined]


class EmptyForm(forms.Form):
    """Nothing to enter."""


class ReasonForm(forms.Form):
    reason = text_field(_("Reason"), most=500)


class NoteForm(forms.Form):
    text = text_field(_("How the work stands"), most=1000)


class FinishForm(forms.Form):
    """What came of it; with the outgoing document that answers, where there is one."""

    result = text_field(_("Result"), most=2000, required=False)
    answer = forms.CharField(
        label=_("Answered by (number and symbol)"),
        max_length=45,
        required=False,
        help_text=_("An outgoing document you may see. While it is not issued, the work stays open until it is."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("answer") and not (data.get("result") or "").strip():
            self.add_error("result", _("Write what came of it, in one sentence at least."))
        return data


class ExtensionForm(forms.Form):
    wanted = date_field(_("Until"))
    reason = text_field(_("Reason"), most=500)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Answer"),
        choices=[("grant", _("Grant")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    answer = text_field(_("Word with it"), most=500, rows=2, required=False)


class ReopenForm(DueMixin):
    reason = text_field(_("Reason"), most=500)

    field_order = ("reason", "due", "due_on")

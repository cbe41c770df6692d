"""The verbs of handling as small forms: title, button, fields, and the service that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs.deadlines.models import Extension
from edocs.documents.access import visible
from edocs.documents.choices import Direction
from edocs.documents.models import Document
from edocs.errors import Invalid
from edocs.office.models import Person
from edocs.workflow.forms import handling as forms
from edocs.workflow.models import Assignment, AssignmentRole, AssignmentState
from edocs.workflow.services import answers, assignments, extensions
from edocs.workflow.services import handling as services
from search.analysis import fold_code

Data = dict[str, Any]


@dataclass(frozen=True)
class Verb:
    """One verb: what is asked, and what is done with the answer. ``run(thing, form, by)`` calls one service."""

    title: str | Promise
    button: str | Promise
    form: type[Form]
    run: Callable[[Any, Any, Person], object]
    done: str | Promise
    danger: bool = False
    #: needs pickers, so it has a page of its own instead of a dialog
    wide: bool = False
    initial: Callable[[Any], Data] | None = None


def _deadline(form: Any) -> Data:
    found: Data = form.deadline()
    return found


def _proposed_result(row: Assignment) -> Data:
    """The result of the lead below, as a proposal to confirm."""
    below = row.children.filter(role=AssignmentRole.LEAD, state=AssignmentState.DONE).order_by("-ended_at").first()
    return {"result": below.result} if below is not None else {}


def _usual_unit(document: Document) -> Data:
    return {"proposed_lead": document.field.unit_id} if document.field is not None else {}


def _finish(row: Assignment, form: Any, by: Person) -> None:
    typed, result = form.cleaned_data["answer"], form.cleaned_data["result"]
    if not typed:
        assignments.finish(assignment=row, result=result, by=by)
        return
    named = visible(by).filter(direction=Direction.OUTGOING, code_folded=fold_code(typed)[:45]).order_by("-id").first()
    if named is None:
        raise Invalid(
            _("No outgoing document “%(code)s” that you may see. Check number and symbol.") % {"code": typed},
            field="answer",
        )
    answers.finish_with_answer(assignment=row, answer=named, by=by)


def _decide(asked: Extension, form: Any, by: Person) -> None:
    extensions.decide_extension(
        extension=asked,
        grant=form.cleaned_data["decision"] == "grant",
        answer=form.cleaned_data["answer"],
        by=by,
    )


def _extend(row: Assignment, form: Any, by: Person) -> None:
    wanted = forms.end_of_day(form.cleaned_data["wanted"])
    extensions.ask_extension(assignment=row, wanted=wanted, reason=form.cleaned_data["reason"], by=by)


DOCUMENT_VERBS = {
    "submit": Verb(
        _("Put before a leader"),
        _("Put before the leader"),
        forms.SubmitForm,
        lambda d, f, by: services.submit_to_leader(document=d, by=by, **f.cleaned_data),
        _("Put before the leader."),
        initial=_usual_unit,
    ),
    "assign": Verb(
        _("Hand over directly"),
        _("Hand over"),
        forms.GiveForm,
        lambda d, f, by: services.assign_directly(
            document=d, by=by, text=f.cleaned_data["text"], **f.receivers(), **_deadline(f)
        ),
        _("Handed over."),
        wide=True,
    ),
    "forward": Verb(
        _("Pass to another leader"),
        pgettext_lazy("button", "Pass on"),
        forms.ForwardForm,
        lambda d, f, by: services.forward_to_leader(document=d, by=by, **f.cleaned_data),
        _("Passed to the other leader."),
    ),
    "return-to-clerk": Verb(
        _("Give back to the clerk"),
        _("Give back"),
        forms.ReasonForm,
        lambda d, f, by: services.return_to_clerk(document=d, by=by, **f.cleaned_data),
        _("Given back to the clerk."),
    ),
    "return-to-sender": Verb(
        _("Return to the sender"),
        _("Return it"),
        forms.ReasonForm,
        lambda d, f, by: services.return_to_sender(document=d, by=by, **f.cleaned_data),
        _("Marked as returned to the sender; its arrival number stays taken."),
        danger=True,
    ),
    "reopen": Verb(
        _("Open again"),
        _("Open again"),
        forms.ReopenForm,
        lambda d, f, by: services.reopen(document=d, by=by, reason=f.cleaned_data["reason"], **_deadline(f)),
        _("Opened again; whoever had the lead has it again."),
    ),
}

ASSIGNMENT_VERBS = {
    "accept": Verb(
        _("Accept this work?"),
        pgettext_lazy("work", "Accept"),
        forms.EmptyForm,
        lambda a, f, by: assignments.accept(assignment=a, by=by),
        _("Accepted."),
    ),
    "acknowledge": Verb(
        _("Mark as read?"),
        _("Mark as read"),
        forms.EmptyForm,
        lambda a, f, by: assignments.acknowledge(assignment=a, by=by),
        _("Marked as read."),
    ),
    "pass-on": Verb(
        _("Pass on inside the unit"),
        pgettext_lazy("button", "Pass on"),
        forms.GiveForm,
        lambda a, f, by: assignments.pass_on(
            assignment=a, by=by, text=f.cleaned_data["text"], **f.receivers(), **_deadline(f)
        ),
        _("Passed on."),
        wide=True,
    ),
    "note": Verb(
        _("Note progress"),
        _("Note it"),
        forms.NoteForm,
        lambda a, f, by: assignments.note_progress(assignment=a, by=by, **f.cleaned_data),
        _("Noted."),
    ),
    "extension": Verb(
        _("Ask for more time"),
        _("Ask"),
        forms.ExtensionForm,
        _extend,
        _("Asked for more time; the answer comes as a notice."),
    ),
    "return": Verb(
        _("Return with a reason"),
        _("Return it"),
        forms.ReasonForm,
        lambda a, f, by: assignments.return_assignment(assignment=a, by=by, **f.cleaned_data),
        _("Returned to who gave it."),
        danger=True,
    ),
    "recall": Verb(
        _("Take this work back?"),
        _("Take back"),
        forms.EmptyForm,
        lambda a, f, by: assignments.recall_assignment(assignment=a, by=by),
        _("Taken back."),
        danger=True,
    ),
    "finish": Verb(
        _("Finish"),
        _("Finish"),
        forms.FinishForm,
        _finish,
        _("Saved."),
        initial=_proposed_result,
    ),
    "return-result": Verb(
        _("Give the result back"),
        _("Give back"),
        forms.ReasonForm,
        lambda a, f, by: assignments.return_result(assignment=a, by=by, **f.cleaned_data),
        _("Given back; the work is in progress again."),
    ),
}

DECIDE = Verb(
    _("Answer the request for more time"),
    _("Answer"),
    forms.DecideForm,
    _decide,
    _("Answered."),
)

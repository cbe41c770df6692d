"""Opening a case file, setting it right, closing and reopening it: GET asks, POST does."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from edocs import clock
from edocs.errors import NotPermitted
from edocs.office.models import Person
from edocs.records import services
from edocs.records.models import CaseFile, Usage
from edocs.records.queries import changeable_files, keepers_for, keepers_of, next_code
from edocs.web.filing.asking import ask_or_do
from edocs.web.filing.forms import YEARS, CloseForm, FileForm, WhyForm, initial_of
from edocs.web.filing.putting import chosen

USUAL_YEARS = 10


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a case file, with the documents named in the address in it."""
    person: Person = request.user  # type: ignore[assignment]
    if not services.may_open(person):
        raise NotPermitted(_("Case files are opened by officers, unit heads, leaders and the clerical office."))
    assert person.unit is not None
    documents, keepers = chosen(request), keepers_for(person)
    today = clock.today()
    initial = {
        "code": next_code(person.unit, today.year),
        "retention": YEARS,
        "retention_years": USUAL_YEARS,
        "started_on": today,
        "usage": Usage.OPEN,
        "language": "Tiếng Việt",
        "keeper": person.pk,
    }
    form = FileForm(request.POST or None, initial=initial, keepers=keepers)

    def do() -> HttpResponse:
        keeper = form.cleaned_data["keeper"]
        file = services.open_file(particulars=form.particulars(), by=person, keeper=keeper, documents=documents)
        messages.success(request, _("The case file %(code)s is open.") % {"code": file.code})
        return HttpResponseRedirect(reverse("case_file", args=[file.pk]))

    back = reverse("case_files")
    title, button = _("Open a case file"), _("Open the file")
    return ask_or_do(request, form, do, title=title, button=button, back=back, documents=documents)


def _file(request: HttpRequest, pk: int) -> CaseFile:
    """A file that the person may change; to everybody else the address does not exist."""
    return get_object_or_404(changeable_files(request.user), pk=pk)  # type: ignore[arg-type]


def _address(file: CaseFile) -> str:
    return reverse("case_file", args=[file.pk])


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Set right what is entered about an open file, or hand it to somebody else of the unit."""
    person: Person = request.user  # type: ignore[assignment]
    file = _file(request, pk)
    keepers = keepers_of(file)
    form = FileForm(request.POST or None, initial=initial_of(file), keepers=keepers)

    def do() -> HttpResponse:
        keeper = form.cleaned_data["keeper"]
        services.set_right(file=file, particulars=form.particulars(), keeper=keeper, by=person)
        messages.success(request, _("The case file was changed."))
        return HttpResponseRedirect(_address(file))

    title = _("Change the case file %(code)s") % {"code": file.code}
    return ask_or_do(request, form, do, title=title, button=_("Keep"), back=_address(file))


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a file: title, code and retention set right, a closing note; nothing changes afterwards."""
    person: Person = request.user  # type: ignore[assignment]
    file = _file(request, pk)
    form = CloseForm(request.POST or None, initial=initial_of(file) | {"ended_on": clock.today(), "note": ""})

    def do() -> HttpResponse:
        services.close_file(file=file, by=person, **form.verdict())
        messages.success(request, _("The case file is closed."))
        return HttpResponseRedirect(_address(file))

    title = _("Close the case file %(code)s") % {"code": file.code}
    hint = _("Afterwards nothing in it changes, unless it is reopened. Its documents are numbered in order of time.")
    return ask_or_do(request, form, do, title=title, button=_("Close the file"), back=_address(file), hint=hint)


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closed file up again, with a reason."""
    person: Person = request.user  # type: ignore[assignment]
    file = _file(request, pk)
    form = WhyForm(request.POST or None)

    def do() -> HttpResponse:
        services.reopen_file(file=file, by=person, **form.cleaned_data)
        messages.success(request, _("The case file is open again."))
        return HttpResponseRedirect(_address(file))

    title = _("Reopen the case file %(code)s") % {"code": file.code}
    return ask_or_do(request, form, do, title=title, button=_("Reopen"), back=_address(file))

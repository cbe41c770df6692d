"""The verbs of handling over HTTP: GET asks, POST does and goes back; both work without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from edocs.deadlines.models import Extension
from edocs.documents import access
from edocs.documents.models import Document
from edocs.errors import NotPermitted, Refusal
from edocs.office.models import Person, Role
from edocs.workflow.forms.handling import GiveForm
from edocs.workflow.models import Assignment
from edocs.workflow.queries.actions import actions_for
from edocs.workflow.queries.receivers import Receiver, offered, units_of_head
from edocs.workflow.services.giving import address_of
from edocs.workflow.views.verbs import ASSIGNMENT_VERBS, DECIDE, DOCUMENT_VERBS, Verb


@require_http_methods(["GET", "POST"])
def handling_document(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb about the document as a whole."""
    document = access.get_visible(_person(request), pk)
    return _ask_or_do(request, DOCUMENT_VERBS.get(verb), document, document)


@require_http_methods(["GET", "POST"])
def handling_assignment(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb about one assignment."""
    rows = Assignment.objects.select_related("document", "unit__head", "person__unit", "deadline")
    assignment = rows.filter(pk=pk).first()
    if assignment is None or not access.may_see(_person(request), assignment.document):
        raise Http404
    return _ask_or_do(request, ASSIGNMENT_VERBS.get(verb), assignment, assignment.document)


@require_http_methods(["GET", "POST"])
def handling_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer to a request for more time."""
    asked = Extension.objects.select_related("deadline", "asked_by").filter(pk=pk).first()
    held = Assignment.objects.select_related("document").filter(deadline=asked.deadline_id if asked else None)
    assignment = held.order_by("id").first() if asked is not None else None
    if asked is None or assignment is None or not access.may_see(_person(request), assignment.document):
        raise Http404
    return _ask_or_do(request, DECIDE, asked, assignment.document)


def _ask_or_do(request: HttpRequest, verb: Verb | None, thing: Any, document: Document) -> HttpResponse:
    if verb is None:
        raise Http404
    if request.method == "GET":
        _only_if_permitted(request, document)
        return _page(request, verb, thing, document, _form(verb, thing, request))
    form = _form(verb, thing, request)
    if not form.is_valid():
        return _page(request, verb, thing, document, form, status=422)
    try:
        verb.run(thing, form, _person(request))
    except Refusal as refusal:
        if not refusal.field:
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, verb, thing, document, form, status=422)
    messages.success(request, f"{document.code}: {verb.done}" if document.code else str(verb.done))
    return HttpResponseRedirect(_back(request, document))


def _only_if_permitted(request: HttpRequest, document: Document) -> None:
    """A question is shown only to whom the answer is permitted; the service checks again when it is given."""
    permitted = {action.url for action in actions_for(_person(request), document).all}
    if request.path not in permitted:
        raise NotPermitted(_("You cannot do this with this document now. Open it to see how it stands."))


def _form(verb: Verb, thing: Any, request: HttpRequest) -> Form:
    data = request.POST if request.method == "POST" else None
    initial = verb.initial(thing) if verb.initial is not None else None
    if issubclass(verb.form, GiveForm):
        form: Form = verb.form(data, initial=initial, receivers=_receivers(thing))
    else:
        form = verb.form(data, initial=initial)
    if data is None and form.fields:
        asked_first = "lead" if "lead" in form.fields else next(iter(form.fields))
        form.fields[asked_first].widget.attrs["autofocus"] = True  # the page asks; the hands are on the keys
    return form


def _receivers(thing: Any) -> list[Receiver]:
    """Whom the plain select offers."""
    if not isinstance(thing, Assignment):
        return offered()
    within = scope_of(thing)
    return offered(within=within)


def scope_of(assignment: Assignment) -> frozenset[int] | None:
    """The units inside which the holder of an assignment passes it on; None means everywhere."""
    holder = assignment.person if assignment.unit is None else assignment.unit.head
    if holder is None:
        return frozenset()
    return None if holder.has_role(Role.LEADER) else units_of_head(holder)


def _page(
    request: HttpRequest, verb: Verb, thing: Any, document: Document, form: Form, *, status: int = 200
) -> HttpResponse:
    context = {
        "title": verb.title,
        "button": verb.button,
        "danger": verb.danger,
        "back": _back(request, document),
        "form": form,
        "document": document,
        "thing": thing,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    if isinstance(thing, Assignment):
        context["assignment"] = thing
    if verb.wide:
        within = f"?within={thing.pk}" if isinstance(thing, Assignment) else ""
        context["pick_url"] = reverse("pick_people_units") + within
    if verb is DECIDE:
        context["asked"] = thing
    template = "workflow/handling/give.html" if verb.wide else "workflow/handling/verb.html"
    return render(request, template, context, status=status)


def _back(request: HttpRequest, document: Document) -> str:
    """To where the form stood, if that is ours; to the document, as long as it may still be seen; else home."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    address = wanted if wanted and ours else address_of(document)
    if address.startswith(address_of(document)) and not access.may_see(_person(request), document):
        return "/"
    return address


def _person(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]

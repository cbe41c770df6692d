"""Pages of those who check drafts: the queue, and one draft with what changed since they last saw it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from edocs.asked import number_in
from edocs.documents.choices import FileRole
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.reading import note_view
from edocs.errors import Invalid, WrongState
from edocs.workflow.forms.outgoing import ReturnForm
from edocs.workflow.forms.signing import InitialsForm
from edocs.workflow.models import Step, StepState
from edocs.workflow.queries.approving import (
    ApprovalView,
    approval_view,
    may_check,
    next_to_check,
    seen_before,
    to_check_queue,
)
from edocs.workflow.queries.changes import changes_between
from edocs.workflow.queries.initials import offer_of
from edocs.workflow.services import approving
from edocs.workflow.views.outgoing import BOTH, UNPROCESSABLE, add_refusal, outgoing_of, page_of, person_of
from edocs.workflow.views.shown import shown_version
from edocs.workflow.views.signing import reason_of
from edocs.workflow.views.signing_shown import INITIALS, boxes_to_initial, viewed


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person's check, urgent first."""
    rows = to_check_queue(person_of(request))
    return render(request, "workflow/outgoing/to_check.html", {"rows": rows})


@require_http_methods(BOTH)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a check of content or format; then the next one of the queue."""
    document = outgoing_of(request, pk)
    step = may_check(person_of(request), document)
    if request.method == "POST":
        return _decide(request, document, step)
    if step is None:
        messages.info(request, _("“%(summary)s” does not wait for your check now.") % {"summary": document.summary})
        return HttpResponseRedirect(page_of(document))
    note_view(document=document, person=person_of(request))
    return _page(request, document, step, _return_form(document, step, approval_view(document)))


def _decide(request: HttpRequest, document: Document, step: Step | None) -> HttpResponse:
    posted = _posted_step(request, document)
    version = _posted_version(request, document)
    person = person_of(request)
    here = reverse("draft_check", args=[document.pk])
    form = _return_form(document, posted, approval_view(document), request.POST)
    try:
        if request.POST.get("decision") == "approve":
            approving.approve(step=posted, by=person, version=version)
            said = _("Passed: “%(summary)s”.") % {"summary": document.summary}
        elif form.is_valid():
            reason = form.cleaned_data["reason"]
            approving.return_draft(step=posted, by=person, version=version, reason=reason, to_step=form.target())
            said = _("Returned: “%(summary)s”.") % {"summary": document.summary}
        else:
            return _page(request, document, posted, form)
    except WrongState as refusal:
        if refusal.code != "newer_version" or step is None:
            raise
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(here)
    except Invalid as refusal:
        add_refusal(form, refusal)
        return _page(request, document, posted, form)
    following = next_to_check(person, document)
    messages.success(request, said)
    return HttpResponseRedirect(
        reverse("draft_check", args=[following.pk]) if following is not None else reverse("to_check")
    )


def _posted_step(request: HttpRequest, document: Document) -> Step:
    number = number_in(request.POST.get("step")) or 0
    steps = Step.objects.filter(approval__document=document).select_related("approval__version__file", "person")
    step = steps.filter(pk=number).first()
    if step is None:
        raise Http404
    return step


def _posted_version(request: HttpRequest, document: Document) -> FileVersion:
    number = number_in(request.POST.get("version")) or 0
    versions = FileVersion.objects.filter(file__document=document, file__role=FileRole.MAIN)
    version = versions.filter(pk=number).first()
    if version is None:
        raise Http404
    return version


def _return_form(document: Document, step: Step, view: ApprovalView, data: Any = None) -> ReturnForm:
    lines = view.current.lines if view.current else []
    earlier = [line.step for line in lines if line.step.order < step.order and line.step.state == StepState.APPROVED]
    return ReturnForm(data, earlier=earlier, author=document.author)


def check_page(
    request: HttpRequest, document: Document, step: Step, *, initials_form: InitialsForm | None = None
) -> HttpResponse:
    """The page of a check, with what was wrong about the initials."""
    form = _return_form(document, step, approval_view(document))
    return _page(request, document, step, form, initials_form=initials_form)


def _page(
    request: HttpRequest,
    document: Document,
    step: Step,
    form: ReturnForm,
    *,
    initials_form: InitialsForm | None = None,
) -> HttpResponse:
    version = step.approval.version
    before = seen_before(person_of(request), document, version)
    difference = changes_between(before, version) if before is not None else None
    view = approval_view(document)
    context = {
        "document": document,
        "step": step,
        "version": version,
        "before": before,
        "difference": difference,
        "view": view,
        "recipients": list(document.recipients.all()),
        "attachments": document.files.filter(role=FileRole.ATTACHMENT).select_related("current"),
        "file": shown_version(version, difference=difference),
        "form": form,
        **_initials(request, step, initials_form),
        "inline": form.is_bound or "return" in request.GET,
        "own": document.author_id == step.person_id or step.approval.submitted_by_id == step.person_id,
    }
    wrong = (form.is_bound and form.errors) or initials_form is not None
    return render(request, "workflow/outgoing/check.html", context, status=UNPROCESSABLE if wrong else 200)


def _initials(request: HttpRequest, step: Step, form: InitialsForm | None) -> dict[str, Any]:
    """The offer to pass the check with initials; the very bytes that would be signed are shown then."""
    offer = offer_of(person_of(request), step)
    if offer is None:
        return {}
    shown: dict[str, Any] = {"offer": offer, "initials_form": form or InitialsForm(asks_password=offer.asks_password)}
    if offer.failed:
        shown["initials_failed"] = reason_of(offer.failed)
    if offer.version is None:
        return shown
    boxes = boxes_to_initial(offer.version, offer.turn, movable=offer.movable)
    place = next((box for box in boxes if box.name == INITIALS), None)
    parts = ("page", "x", "y", "width", "height")
    return shown | {
        "file": viewed(offer.version, boxes),
        "place": [(part, getattr(place, part)) for part in parts] if place else [],
    }

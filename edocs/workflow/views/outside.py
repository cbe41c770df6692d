"""The signature of another agency on a joint document: the file goes out, and comes back signed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from edocs.documents.models import Document
from edocs.documents.services.files import main_version
from edocs.errors import Invalid
from edocs.jobs.models import JobState
from edocs.workflow.forms.outgoing import ReturnForm, SignedFileForm
from edocs.workflow.models import Step, StepState
from edocs.workflow.queries.approving import newest_jobs
from edocs.workflow.services import approving, joint
from edocs.workflow.views.drafts import taken
from edocs.workflow.views.outgoing import BOTH, UNPROCESSABLE, add_refusal, outgoing_of, page_of, person_of


@require_http_methods(BOTH)
def outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch the file for the other agency, bring back what it signed, or return the draft with its reason."""
    document = outgoing_of(request, pk)
    step = joint.outside_step(document, person_of(request))
    returning = request.method == "POST" and request.POST.get("do") == "return"
    form = SignedFileForm(request.POST or None, request.FILES or None) if not returning else SignedFileForm()
    back = _return_form(step, request.POST if returning else None)
    if returning and back.is_valid():
        try:
            return _return(request, document, step, back)
        except Invalid as refusal:
            add_refusal(back, refusal)
    if request.method == "POST" and not returning and form.is_valid():
        try:
            joint.bring_signed(document=document, stored=taken(form.cleaned_data["file"]), by=person_of(request))
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.info(
                request, _("The signatures of the file are being judged; the bell tells you if it is refused.")
            )
            return HttpResponseRedirect(reverse("draft_outside", args=[pk]))
    version = main_version(document)
    job = newest_jobs(joint.TAKE_SIGNED, [pk]).get(pk)
    context = {
        "document": document,
        "step": step,
        "version": version,
        "ready": approving.is_ready(version),
        "judging": job is not None and job.state in (JobState.WAITING, JobState.RUNNING),
        "refused": job.reason if job is not None and job.state == JobState.FAILED else "",
        "form": form,
        "return_form": back,
    }
    wrong = (form.is_bound and form.errors) or (back.is_bound and back.errors)
    return render(request, "workflow/outgoing/outside.html", context, status=UNPROCESSABLE if wrong else 200)


def _return_form(step: Step, data: object) -> ReturnForm:
    earlier = step.approval.steps.filter(order__lt=step.order, state=StepState.APPROVED).select_related("person")
    return ReturnForm(data, earlier=list(earlier.order_by("order")), author=step.approval.document.author)


def _return(request: HttpRequest, document: Document, step: Step, form: ReturnForm) -> HttpResponse:
    approving.return_draft(
        step=step,
        by=person_of(request),
        version=step.approval.version,
        reason=form.cleaned_data["reason"],
        to_step=form.target(),
    )
    messages.success(request, _("Returned: “%(summary)s”.") % {"summary": document.summary})
    return HttpResponseRedirect(page_of(document))

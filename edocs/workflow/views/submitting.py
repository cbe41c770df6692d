"""Pages of a draft's way: submit it, give it up, take it back, let it be prepared again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from edocs import clock
from edocs.asked import text_in
from edocs.documents.models import Document, FileVersion
from edocs.errors import Refusal
from edocs.office.models import Person
from edocs.workflow.forms.outgoing import ReasonForm, Signers, SubmitForm, signers_for
from edocs.workflow.queries.approving import approval_view
from edocs.workflow.queries.recipients import recipients_of
from edocs.workflow.services import approving, drafting, joint
from edocs.workflow.services.chains import chain_for, plan_steps
from edocs.workflow.views.outgoing import (
    BOTH,
    UNPROCESSABLE,
    add_refusal,
    answer,
    draft_of,
    outgoing_of,
    page_of,
    person_of,
)


@require_http_methods(BOTH)
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft into its chain: who signs, who checks before, a note to them."""
    document = draft_of(request, pk)
    person = person_of(request)
    signers = signers_for(document, clock.today())
    version = drafting.drafted_version(document)
    form = SubmitForm(request.POST or None, initial=_signer_of(version, document, signers), signers=signers)
    if request.method == "POST" and form.is_valid():
        signer, authority = form.signs()
        try:
            approval = approving.submit(
                document=document,
                by=person,
                signer=signer,
                authority=authority,
                note=form.cleaned_data["note"],
                others=lambda fresh: joint.plan_others(document=fresh, others=form.others(), signer=signer, by=person),
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            step = approval.steps.filter(state="open").select_related("person").first()
            if step is not None:
                said = {"name": step.person.full_name, "step": step.get_kind_display()}
                messages.success(request, _("Submitted: now with %(name)s (%(step)s).") % said)
            return HttpResponseRedirect(page_of(document))
    context = {
        "document": document,
        "version": version,
        "recipients": recipients_of(document),
        "returned": approval_view(document).last_return,
        "unsaved": person.saved_forms.filter(key=drafting.form_key(document)).first(),
    }
    return answer(request, "submit.html", context | _plan(document, person, signers, form), form)


def _signer_of(version: FileVersion | None, document: Document, signers: Signers) -> dict[str, str]:
    """The signer named in the letter, else the one of the round before."""
    if version is not None and version.source:
        return {"signer": str(version.source.get("authority") or "")}
    mine = next((str(authority.pk) for person, authority in signers if person.pk == document.signer_id), "")
    return {"signer": mine}


def _plan(document: Document, person: Person, signers: Signers, form: SubmitForm) -> dict[str, Any]:
    """The chain as it will be, or the sentence that says why there is none."""
    chosen = form["signer"].value()
    able = {str(authority.pk): signer for signer, authority in signers}
    signer = able.get(str(chosen or "")) or next(iter(able.values()), None)
    if signer is None:
        return {"plan": []}
    try:
        chain = chain_for(document.kind)
        return {"plan": plan_steps(chain=chain, document=document, submitter=person, signer=signer)}
    except Refusal as refusal:
        return {"plan": [], "problem": str(refusal)}


def _question(
    request: HttpRequest,
    document: Document,
    form: Form | None,
    *,
    title: str,
    button: str,
    danger: bool,
    words: str = "",
) -> HttpResponse:
    """A question as a page: the way without JavaScript, and where a failed dialog comes back."""
    context = {"title": title, "button": button, "danger": danger, "back": page_of(document), "words": words}
    status = UNPROCESSABLE if form is not None and form.is_bound and form.errors else 200
    return render(request, "workflow/outgoing/question.html", context | {"form": form}, status=status)


@require_http_methods(BOTH)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    document = draft_of(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.cancel_draft(document=document, reason=form.cleaned_data["reason"], by=person_of(request))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The draft is given up. It stays in the list of cancelled documents."))
            return HttpResponseRedirect(page_of(document))
    title = _("Give up “%(summary)s”?") % {"summary": document.summary}
    return _question(request, document, form, title=title, button=_("Give it up"), danger=True)


@require_http_methods(BOTH)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft back from approval."""
    document = outgoing_of(request, pk)
    if request.method == "POST":
        approving.withdraw_approval(
            document=document, by=person_of(request), reason=text_in(request.POST.get("reason"), 500)
        )
        messages.success(request, _("The draft is back with you; those who had it are told."))
        return HttpResponseRedirect(page_of(document))
    approving.check_may_withdraw(document, person_of(request))
    form = ReasonForm()
    form.fields["reason"].required = False
    title = _("Take “%(summary)s” back from approval?") % {"summary": document.summary}
    words = _(
        "Checks already passed hold only if you submit it again unchanged; initials and signatures are given anew."
    )
    return _question(request, document, form, title=title, button=_("Take it back"), danger=False, words=words)


@require_http_methods(BOTH)
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the preparation for signing run again."""
    document = outgoing_of(request, pk)
    if request.method == "POST":
        approving.prepare_again(document=document, by=person_of(request))
        messages.info(request, _("The document is being prepared for signing again."))
        return HttpResponseRedirect(page_of(document))
    title = _("Prepare “%(summary)s” for signing again?") % {"summary": document.summary}
    return _question(request, document, None, title=title, button=_("Prepare again"), danger=False)

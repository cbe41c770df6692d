"""Passing a check with initials: where they stand, and the consent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from edocs.asked import number_in
from edocs.documents.models import Document
from edocs.errors import Invalid, Unavailable, WrongState
from edocs.signatures.services.two_phase import is_elsewhere
from edocs.workflow.forms.signing import InitialsForm, PlaceForm
from edocs.workflow.models import Step
from edocs.workflow.queries.approving import may_check, next_to_check
from edocs.workflow.queries.initials import Offer, offer_of
from edocs.workflow.services import initials, moving
from edocs.workflow.views.checking import check_page
from edocs.workflow.views.outgoing import outgoing_of, person_of
from edocs.workflow.views.signing import SECRET
from edocs.workflow.views.signing_shown import chosen_box


@sensitive_post_parameters(*SECRET)
@sensitive_variables("form")
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the check with initials; then the next one of the queue."""
    document = outgoing_of(request, pk)
    step, offer = _offered(request, document)
    form = InitialsForm(request.POST, asks_password=offer.asks_password)
    if not form.is_valid():
        return check_page(request, document, step, initials_form=form)
    person = person_of(request)
    try:
        session = initials.pass_with_initials(
            step=step,
            by=person,
            version_id=number_in(request.POST.get("version")) or 0,
            password=form.cleaned_data.get("key_password", ""),
        )
    except (Invalid, Unavailable) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return check_page(request, document, step, initials_form=form)
    except WrongState as refusal:
        if refusal.code == "no_initials":
            raise
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(reverse("draft_check", args=[pk]))
    if is_elsewhere(session.key):
        return HttpResponseRedirect(reverse("sign_elsewhere", args=[session.pk]))
    messages.success(request, _("Your initials are being put in: “%(summary)s”.") % {"summary": document.summary})
    following = next_to_check(person, document)
    return HttpResponseRedirect(
        reverse("draft_check", args=[following.pk]) if following is not None else reverse("to_check")
    )


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the initials elsewhere; the file is prepared anew and shown again."""
    document = outgoing_of(request, pk)
    step, offer = _offered(request, document)
    form = PlaceForm(request.POST)
    box = chosen_box(offer.version, **form.cleaned_data) if offer.version and form.is_valid() else None
    if box is None:
        raise WrongState(_("The place could not be read. Reload the page, move the initials, and save it again."))
    moving.move_initials(step=step, box=box, by=person_of(request))
    messages.success(request, _("Your initials stand at their new place. Look at it, then pass the check."))
    return HttpResponseRedirect(reverse("draft_check", args=[pk]))


def _offered(request: HttpRequest, document: Document) -> tuple[Step, Offer]:
    step = may_check(person_of(request), document)
    offer = offer_of(person_of(request), step) if step is not None else None
    if step is None or offer is None:
        raise WrongState(_("“%(summary)s” does not wait for your initials now.") % {"summary": document.summary[:80]})
    return step, offer

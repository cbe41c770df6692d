"""Pages of the clerk: several documents numbered and sealed with one consent, and what became of each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from edocs import ui
from edocs.errors import Invalid, NotPermitted, Unavailable, WrongState
from edocs.jobs.queries import worker_is_silent
from edocs.office.models import Role
from edocs.signatures.services.keys import key_of_seal
from edocs.signatures.services.two_phase import asks_password, is_elsewhere
from edocs.workflow.forms.signing import PileSealForm
from edocs.workflow.queries.sealing_pile import SealPick, pile_to_seal, seal_results_of, seal_session_of
from edocs.workflow.services import issuing
from edocs.workflow.views.signing import BOTH, SECRET, UNPROCESSABLE, person_of, reason_of


def _check_clerk(request: HttpRequest) -> None:
    if not person_of(request).has_role(Role.CLERK):
        raise NotPermitted(_("Only the clerical office numbers and seals (Decree 30/2020, Art. 32)."))


@sensitive_post_parameters(*SECRET)
@sensitive_variables("form")
@require_http_methods(BOTH)
def seal_pile(request: HttpRequest) -> HttpResponse:
    """Tick, agree once; ``do=send`` also sends each as soon as it is sealed."""
    _check_clerk(request)
    asks = asks_password(key_of_seal())
    if request.method == "GET":
        return _page(request, PileSealForm(asks_password=asks))
    form = PileSealForm(request.POST, asks_password=asks)
    if form.is_valid():
        try:
            session = issuing.number_and_seal_all(
                picks=form.picks,
                by=person_of(request),
                password=form.cleaned_data.get("key_password", ""),
                dispatch=request.POST.get("do") == "send",
            )
        except (Invalid, WrongState, Unavailable) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            page = "sign_elsewhere" if is_elsewhere(session.key) else "seal_session"
            return HttpResponseRedirect(reverse(page, args=[session.pk]))
    return _page(request, form, status=UNPROCESSABLE)


def _page(request: HttpRequest, form: PileSealForm, *, status: int = 200) -> HttpResponse:
    pile = pile_to_seal(person_of(request))
    sealable = [pick for pick in pile if pick.key]
    chosen = set(form.ticked) if form.is_bound else {pick.key for pick in sealable}
    context: dict[str, Any] = {
        "rows": [_row(pick, chosen) for pick in pile],
        "sealable": len(sealable),
        "ticked": sum(pick.key in chosen for pick in sealable),
        "form": form,
    }
    return render(request, "workflow/signing/seal_pile.html", context, status=status)


def _row(pick: SealPick, chosen: set[str]) -> ui.QueueRow:
    document = pick.document
    state = None
    if not pick.key:
        state = ui.State(_("The signature is not intact"), "shield-x", "red")
    elif pick.failed is not None:
        state = ui.State(_("Sealing failed"), "alert-circle", "red")
    return ui.QueueRow(
        url=reverse("seal", args=[document.pk]),
        number=document.code or document.kind.name,
        sender=document.signer_name,
        summary=document.summary,
        key=pick.key or str(document.pk),
        state=state,
        urgency=document.urgency,
        tick="documents" if pick.key else "",
        ticked=pick.key in chosen,
    )


@require_GET
def seal_session(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each document of a consent; while some wait, the page asks again by itself."""
    _check_clerk(request)
    session = seal_session_of(person_of(request), pk)
    if session is None:
        raise Http404
    results = seal_results_of(session)
    context = {
        "session": session,
        "results": results,
        "failed": [(item, reason_of(item)) for item in results.failed],
        "silent": bool(results.waiting) and worker_is_silent(),
    }
    part = request.headers.get("HX-Request")
    template = "workflow/signing/_seal_results.html" if part else "workflow/signing/seal_session.html"
    return render(request, template, context)

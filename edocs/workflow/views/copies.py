"""The page of certified copies of a document that came on paper: choose, look, sign with words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from edocs.documents.access import get_visible
from edocs.documents.models import Document
from edocs.errors import Invalid, Unavailable, WrongState
from edocs.jobs.queries import worker_is_silent
from edocs.workflow.forms.copies import AskForCopyForm, SignCopyForm
from edocs.workflow.queries.copies import CopyView, copy_view
from edocs.workflow.services import copies
from edocs.workflow.views.signing import BOTH, SECRET, UNPROCESSABLE, person_of, reason_of
from edocs.workflow.views.signing_shown import viewed


@sensitive_post_parameters(*SECRET)
@sensitive_variables("form")
@require_http_methods(BOTH)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """``do=ask`` makes a copy ready, ``do=sign`` certifies the one at hand, ``do=drop`` puts it away."""
    person = person_of(request)
    document = get_visible(person, pk)
    copies.check_may_copy(document, person)
    view = copy_view(document)
    if request.headers.get("HX-Request"):
        return _progress(request, document, view)
    if request.method == "GET":
        return _page(request, document, view)
    wanted = request.POST.get("do", "")
    ask = AskForCopyForm(request.POST if wanted == "ask" else None, files=view.sources)
    sign = SignCopyForm(request.POST if wanted == "sign" else None)
    form: Any = {"ask": ask, "sign": sign}.get(wanted)
    here = HttpResponseRedirect(reverse("document_certify", args=[pk]))
    if form is not None and not form.is_valid():
        return _page(request, document, view, ask=ask, sign=sign, status=UNPROCESSABLE)
    try:
        if wanted == "ask":
            chosen = ask.cleaned_data
            copies.ask_for_copy(document=document, version_id=chosen["version"], kind=chosen["kind"], by=person)
        elif view.ready is None:
            raise WrongState(_("This copy is certified already, or changed. Reload the page."))
        elif wanted == "sign":
            copies.sign_copy(
                file=view.ready,
                version_id=_number(request.POST.get("version", "")),
                by=person,
                password=sign.cleaned_data["key_password"],
            )
        elif wanted == "drop":
            copies.give_up_copy(file=view.ready, by=person)
            messages.success(request, _("The copy was put away."))
    except (Invalid, Unavailable) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, document, view, ask=ask, sign=sign, status=UNPROCESSABLE)
    return here


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _progress(request: HttpRequest, document: Document, view: CopyView) -> HttpResponse:
    """While a job is at it the panel asks again; then the whole page is shown anew."""
    if view.under_way:
        context = {"document": document, "view": view, "silent": worker_is_silent()}
        return render(request, "workflow/signing/_copying.html", context)
    response = HttpResponse(status=204)
    response.headers["HX-Refresh"] = "true"
    return response


def _page(
    request: HttpRequest,
    document: Document,
    view: CopyView,
    *,
    ask: AskForCopyForm | None = None,
    sign: SignCopyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = view.ready or next(iter(view.sources), None)
    context = {
        "document": document,
        "view": view,
        "ask": ask or AskForCopyForm(files=view.sources),
        "sign": sign or SignCopyForm(),
        "file": viewed(shown.current if shown else None),
        "failed_reason": reason_of(view.failed) if view.failed else "",
        "silent": view.under_way and worker_is_silent(),
    }
    return render(request, "workflow/signing/copy.html", context, status=status)

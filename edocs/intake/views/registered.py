"""After registering: the slip to print, and cancelling what was registered wrongly."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from edocs.documents import access
from edocs.documents.choices import Direction
from edocs.documents.models import Document
from edocs.documents.services.reading import note_view
from edocs.documents.services.registering import cancel_registration
from edocs.errors import Refusal
from edocs.intake.forms import CancelForm
from edocs.intake.slips import compose_slip_of
from edocs.intake.views.access import clerk_only, document_url


def just_registered(request: HttpRequest) -> Document | None:
    """The document that the clerk registered a moment ago (``?after=``), to print its slip or take it back."""
    number = request.GET.get("after", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return access.visible(request.user).filter(pk=int(number), direction=Direction.INCOMING).first()  # type: ignore[arg-type]


def _incoming(request: HttpRequest, pk: int) -> Document:
    document = access.get_visible(request.user, pk)  # type: ignore[arg-type]
    if document.direction != Direction.INCOMING:
        raise Http404
    return document


@require_http_methods(["GET", "POST"])
@clerk_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a registration with a reason; the same question as the dialog of the document's page."""
    document = _incoming(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                cancel_registration(document=document, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
            except Refusal as refusal:
                form.add_error("reason" if refusal.field == "reason" else None, str(refusal))
                status = refusal.status
            else:
                sentence = _("Arrival number %(number)s is cancelled. It stays in the register and is not given again.")
                messages.success(request, sentence % {"number": document.arrival_number})
                return redirect(document_url(document))
    context = {
        "document": document,
        "form": form,
        "title": _("Cancel arrival number %(number)s?") % {"number": document.arrival_number},
        "button": _("Cancel the registration"),
        "danger": True,
        "back": document_url(document),
    }
    return render(request, "intake/cancel.html", context, status=status)


@require_GET
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The arrival stamp and the solving slip as PDF, for everybody who may see the document."""
    document = _incoming(request, pk)
    content = compose_slip_of(document, printed_by=request.user)  # type: ignore[arg-type]
    note_view(document=document, person=request.user, what="slip")  # type: ignore[arg-type]
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="phieu-den-{document.arrival_number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response

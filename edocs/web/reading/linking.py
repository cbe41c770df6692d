"""Linking documents and letting others read one, from the page of a document."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from edocs.documents import access
from edocs.documents.access import get_visible
from edocs.documents.models import DocumentLink
from edocs.documents.services import linking
from edocs.errors import Refusal
from edocs.office.models import Person
from edocs.web.reading.forms import LinkForm, ShareForm
from edocs.workflow.queries.receivers import find_receivers


def _back(pk: int, tab: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('document', args=[pk])}?tab={tab}")


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link the document with another one named by its number."""
    person: Person = request.user  # type: ignore[assignment]
    found = get_visible(person, pk)
    form = LinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write number and symbol of the other document."))
        return _back(pk, "links")
    try:
        linking.link_documents(source=found, by=person, **form.cleaned_data)
        messages.success(request, _("The documents are linked."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(pk, "links")


@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    person: Person = request.user  # type: ignore[assignment]
    row = DocumentLink.objects.select_related("source").filter(pk=pk).first()
    if row is None or not access.may_see(person, row.source):
        raise Http404
    linking.unlink_documents(link=row, by=person)
    messages.success(request, _("The link was taken back."))
    return _back(row.source_id, "links")


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one more person read the document."""
    person: Person = request.user  # type: ignore[assignment]
    found = get_visible(person, pk)
    form = ShareForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a person."))
        return _back(pk, "details")
    linking.share_document(document=found, person=form.cleaned_data["person"], by=person)
    messages.success(
        request, _("%(name)s can read the document now.") % {"name": form.cleaned_data["person"].full_name}
    )
    return _back(pk, "details")


@require_POST
def unshare(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Take the grant of one person back."""
    asker: Person = request.user  # type: ignore[assignment]
    found = get_visible(asker, pk)
    other = Person.objects.filter(pk=person).first()
    if other is None:
        raise Http404
    linking.unshare_document(document=found, person=other, by=asker)
    messages.success(request, _("The grant was taken back."))
    return _back(pk, "details")


@require_GET
def pick_people(request: HttpRequest) -> JsonResponse:
    """People by a few letters, accents not needed."""
    found = [one for one in find_receivers(request.GET.get("q", "")[:60]) if not one.is_unit]
    items = [
        {"value": one.value.removeprefix("p:"), "label": one.label, "hint": one.hint, "initials": one.initials}
        for one in found
    ]
    return JsonResponse({"items": items})

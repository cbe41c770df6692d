"""Putting documents into a case file, from a document's page or ticked in a list, and taking one out."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from edocs.asked import number_in
from edocs.documents.access import visible
from edocs.documents.models import Document
from edocs.errors import Invalid
from edocs.office.models import Person
from edocs.records import services
from edocs.records.models import CaseFile, Filed
from edocs.records.queries import changeable_files, offered_files
from edocs.web.filing.asking import ask_or_do
from edocs.web.filing.forms import PutForm, WhyForm

MOST_CHOSEN = 100


def chosen(request: HttpRequest) -> list[Document]:
    """The documents named in the address or the form, as far as the person may see them."""
    person: Person = request.user  # type: ignore[assignment]
    sent = request.POST if request.method == "POST" else request.GET
    numbers = {number for text in sent.getlist("documents")[:MOST_CHOSEN] if (number := number_in(text)) is not None}
    if not numbers:
        return []
    return list(visible(person).filter(pk__in=numbers).select_related("kind").order_by("pk"))


def _put(request: HttpRequest, file: CaseFile, documents: Sequence[Document]) -> None:
    """Put them in and say how many."""
    person: Person = request.user  # type: ignore[assignment]
    new = services.put_in(file=file, documents=documents, by=person)
    facts = {"n": new, "code": file.code}
    if new:
        said = ngettext(
            "%(n)d document was put into the case file %(code)s.",
            "%(n)d documents were put into the case file %(code)s.",
            new,
        )
        messages.success(request, said % facts)
    else:
        messages.info(request, _("What you chose lies in the case file %(code)s already.") % facts)


@require_http_methods(["GET", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Choose an open file for the chosen documents."""
    person: Person = request.user  # type: ignore[assignment]
    documents = chosen(request)
    if not documents:
        raise Invalid(_("Choose at least one document."))
    form = PutForm(request.POST or None, files=offered_files(person))
    if request.method == "POST" and form.is_valid():
        _put(request, form.known[form.cleaned_data["file"]], documents)
        return HttpResponseRedirect(_back(request, documents))
    context = {
        "form": form,
        "title": _("Put into a case file"),
        "button": _("Put in"),
        "back": _back(request, documents),
        "documents": documents,
        "may_open": services.may_open(person),
    }
    return render(request, "records/put.html", context, status=422 if form.is_bound else 200)


def _back(request: HttpRequest, documents: Sequence[Document]) -> str:
    """To where the documents were chosen, if that is ours; else to the first of them."""
    sent = request.POST if request.method == "POST" else request.GET
    wanted = sent.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and ours else f"{reverse('document', args=[documents[0].pk])}?tab=links"


@require_http_methods(["GET", "POST"])
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document out of a file, with a reason."""
    person: Person = request.user  # type: ignore[assignment]
    rows = Filed.objects.filter(file__in=changeable_files(person), document__in=visible(person))
    filed = get_object_or_404(rows.select_related("file__unit", "document__kind"), pk=pk)
    form = WhyForm(request.POST or None)
    back = reverse("case_file", args=[filed.file_id])

    def do() -> HttpResponse:
        services.take_out(filed=filed, by=person, **form.cleaned_data)
        messages.success(request, _("The document was taken out of the case file."))
        return HttpResponseRedirect(back)

    title = _("Take out of the case file %(code)s") % {"code": filed.file.code}
    return ask_or_do(request, form, do, title=title, button=_("Take out"), back=back, documents=[filed.document])

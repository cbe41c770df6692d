"""Saving searches, opening, following and removing them, and having results made as a file."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edocs.asked import text_in
from edocs.documents import columns
from edocs.documents.search_models import SavedSearch, Sharing
from edocs.documents.searching import Asked
from edocs.documents.services import searches
from edocs.documents.services.reading import ask_search_export
from edocs.errors import Invalid, NotPermitted
from edocs.office.models import Person
from edocs.web.reading.search import COLUMNS_COOKIE

LONGEST_QUERY = 8_000


class SaveForm(forms.Form):
    """Under which name, for whom, and whether to be told."""

    name = forms.CharField(label=gettext_lazy("Name of the search"), max_length=searches.LONGEST_NAME)
    shared = forms.ChoiceField(
        label=gettext_lazy("Who finds it"), choices=Sharing.choices, initial=Sharing.NOBODY, widget=forms.RadioSelect
    )
    follow = forms.BooleanField(label=gettext_lazy("Tell me when something new fits"), required=False, initial=True)


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Ask for a name, then keep the search that stands in the address."""
    person: Person = request.user  # type: ignore[assignment]
    asked = Asked.read(request.GET)
    form = SaveForm(request.POST or None, initial={"name": asked.words[: searches.LONGEST_NAME]})
    if request.method == "POST" and form.is_valid():
        try:
            saved = searches.save_search(person=person, asked=asked, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return HttpResponseRedirect(reverse("search_saved", args=[saved.pk]))
    context = {"form": form, "asked": asked, "back": f"{reverse('search')}?{asked.query}&stay=1"}
    return render(request, "reading/search_save.html", context, status=422 if form.errors else 200)


@require_GET
def saved(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of a saved search, as they are now; what was new counts as seen."""
    person: Person = request.user  # type: ignore[assignment]
    search = _listed(person, pk)
    searches.open_search(search=search, by=person)
    return HttpResponseRedirect(f"{reverse('search')}?{search.query}&stay=1&saved={search.pk}")


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow it, leave it, or remove it."""
    person: Person = request.user  # type: ignore[assignment]
    search = _listed(person, pk)
    match request.POST.get("do"):
        case "follow":
            searches.follow_search(search=search, by=person)
            messages.success(request, _("You are told when something new fits “%(name)s”.") % {"name": search.name})
        case "leave":
            searches.leave_search(search=search, by=person)
            messages.success(request, _("You are no longer told about “%(name)s”.") % {"name": search.name})
        case "remove":
            try:
                searches.remove_search(search=search, by=person)
            except NotPermitted:  # as if it were not there: nobody offers it to them
                raise Http404 from None
            messages.success(request, _("“%(name)s” is removed.") % {"name": search.name})
            return HttpResponseRedirect(f"{reverse('search')}?{search.query}&stay=1")
        case _:
            raise Http404
    return HttpResponseRedirect(f"{reverse('search')}?{search.query}&stay=1&saved={search.pk}")


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the results as a file; the page that follows shows how far it is."""
    person: Person = request.user  # type: ignore[assignment]
    asked = Asked.read(text_in(request.POST.get("query"), LONGEST_QUERY))
    shown = columns.chosen(request.COOKIES.get(COLUMNS_COOKIE, "").split("."))
    made = ask_search_export(
        person=person, asked=asked, columns=[one.key for one in shown], format=request.POST.get("format", "")
    )
    return HttpResponseRedirect(reverse("export_file", args=[made.pk]))


def _listed(person: Person, pk: int) -> SavedSearch:
    found = searches.searches_of(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

"""Who comes in: every page of this app but the slip is the clerical office's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from edocs.documents.models import Document
from edocs.errors import NotPermitted
from edocs.intake.models import Arrival
from edocs.intake.queries import arrival_for
from edocs.office.models import Role

View = Callable[..., HttpResponseBase]


def clerk_only(view: View) -> View:
    """Everybody else is refused before anything is looked up, so that they do not learn what exists."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_role(Role.CLERK):
            raise NotPermitted(_("Only the clerical office takes in and registers documents (Decree 30/2020, Art. 4)."))
        return view(request, *args, **kwargs)

    return checked


def get_arrival(pk: int) -> Arrival:
    """The arrived file, or the answer of an address that does not exist."""
    arrival = arrival_for(pk)
    if arrival is None:
        raise Http404
    return arrival


def document_url(document: Document) -> str:
    """The page of a document."""
    return reverse("document", args=[document.pk])

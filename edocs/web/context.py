"""What the shell around every page shows; nothing is asked of the database until the template needs it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import translation

from edocs import clock
from edocs.jobs.queries import worker_is_silent
from edocs.office.models import Agency, Notice, Person
from edocs.web import navigation
from edocs.web.preferences import theme_of


class Shell:
    """The shell as one person sees it on one page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person: Any = getattr(request, "user", None)

    @property
    def language(self) -> str:
        return translation.get_language() or settings.LANGUAGE_CODE

    @property
    def theme(self) -> str:
        """``light``, ``dark``, or ``auto`` (the system's wish)."""
        return theme_of(self.request)

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def today(self) -> dt.date:
        return clock.today()

    @property
    def here(self) -> str:
        """Where to come back to; after a failed POST that is the page's own address."""
        return self.request.get_full_path()

    @property
    def acting_for(self) -> Any:
        """The person on whose behalf this one works now, or None."""
        return getattr(self.request, "acting_for", None)

    @cached_property
    def _facts(self) -> dict[str, Any]:
        """Agency, post and unread notices in one statement."""
        agency = Agency.objects.order_by("id").values("short_name")[:1]
        if not self.person or not self.person.is_authenticated:
            return {"agency": agency.values_list("short_name", flat=True).first()}
        unread = Notice.objects.filter(person=OuterRef("pk"), read_at=None).order_by().values("person")
        found = (
            Person.objects.filter(pk=self.person.pk)
            .values(position_name=F("position__name"), unit_name=F("unit__name"))
            .annotate(agency=Subquery(agency), unread=Subquery(unread.annotate(n=Count("pk")).values("n")))
        )
        return dict(found.get())

    @property
    def agency(self) -> str:
        return self._facts["agency"] or ""

    @property
    def post(self) -> str:
        """Position and unit of the person, as they stand beside the name."""
        return ", ".join(filter(None, (self._facts["position_name"], self._facts["unit_name"])))

    @property
    def unread(self) -> int:
        return self._facts["unread"] or 0

    @cached_property
    def worker_silent(self) -> bool:
        """Asked again when the numbers of the rail are."""
        return bool(cache.get_or_set("edocs.worker_silent", worker_is_silent, settings.RAIL_COUNT_SECONDS))

    @cached_property
    def lines(self) -> list[navigation.Line]:
        match = self.request.resolver_match
        page = (match.url_name or "") if match else ""
        return navigation.lines_for(self.person, path=self.request.path, page=page)

    @cached_property
    def bar(self) -> list[navigation.Line]:
        return navigation.bar_of(self.lines)

    @cached_property
    def create(self) -> list[navigation.Line]:
        return navigation.create_for(self.person)

    @cached_property
    def search_url(self) -> str:
        """Where the search box sends; empty when there is no search."""
        return next((line.url for line in self.lines if line.item.url_name == "search"), "")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` in every template."""
    return {"shell": Shell(request)}

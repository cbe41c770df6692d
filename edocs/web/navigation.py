"""The rail, the phone's bar and the menu "New": which lines there are, who sees them, and what is counted.

A line whose address no ``urls.py`` knows is not shown; ``manage.py check`` warns of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from edocs.records.services import MAY_OPEN
from edocs.ui import Count
from edocs.workflow.services.drafting import MAY_DRAFT

Found = int | tuple[int, int] | Count
Counter = Callable[[Any], Found]


@dataclass(frozen=True)
class NavItem:
    """A line of the rail. Without ``roles`` everybody sees it; ``key`` is the letter after G on the keyboard.

    ``pages`` are names of addresses that belong to this line though they do not begin like it.
    """

    url_name: str
    label: str | Promise
    icon: str
    short: str | Promise = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    counter: str = ""
    key: str = ""
    always_in_bar: bool = False
    pages: frozenset[str] = field(default_factory=frozenset)

    def permitted(self, roles: Iterable[str]) -> bool:
        return not self.roles or not self.roles.isdisjoint(roles)


CLERK = frozenset({"clerk"})
LEADER = frozenset({"leader"})
INSTRUCTS = frozenset({"leader", "unit_head"})
CHECKS = frozenset({"unit_head", "format_checker", "leader"})
ADMINISTRATOR = frozenset({"administrator"})

NAVIGATION: list[NavItem] = [
    NavItem("work", _("My work"), "checklist", pgettext_lazy("bar", "Work"), counter="work", key="v"),
    NavItem("intake", _("Register"), "clipboard-plus", roles=CLERK, counter="intake"),
    NavItem("to_seal", _("Number and seal"), "rubber-stamp", pgettext_lazy("bar", "Seal"), CLERK, "to_seal"),
    NavItem(
        "to_instruct",
        _("To instruct"),
        "message-2-share",
        pgettext_lazy("bar", "Instruct"),
        LEADER,
        "to_instruct",
    ),
    NavItem("to_sign", _("To sign"), "signature", pgettext_lazy("bar", "Sign"), INSTRUCTS, "to_sign", key="k"),
    NavItem(
        "to_check",
        _("To check"),
        "file-check",
        pgettext_lazy("bar", "Check"),
        CHECKS,
        "to_check",
        pages=frozenset({"draft_check", "draft_initials"}),
    ),
    NavItem("incoming", _("Incoming"), "inbox", pgettext_lazy("bar", "In"), counter="incoming", key="d"),
    NavItem("outgoing", _("Outgoing"), "send", pgettext_lazy("bar", "Out"), counter="outgoing"),
    NavItem("case_files", _("Case files"), "folders", pgettext_lazy("bar", "Files"), key="h"),
    NavItem("search", _("Search"), "search", pgettext_lazy("bar", "Find"), key="t", always_in_bar=True),
    NavItem("jobs", _("Jobs"), "progress", roles=ADMINISTRATOR, counter="jobs"),
    NavItem("health", _("Health"), "heartbeat", roles=ADMINISTRATOR),
    NavItem("admin:index", _("Administration"), "settings", roles=ADMINISTRATOR),
]

CREATE: list[NavItem] = [
    NavItem("intake", _("Register an incoming document"), "clipboard-plus", roles=CLERK),
    NavItem("draft_new", _("Draft an outgoing document"), "file-pencil", roles=frozenset(MAY_DRAFT)),
    NavItem("case_file_new", _("Open a case file"), "folder-plus", roles=frozenset(MAY_OPEN)),
]

_counters: dict[str, Callable[[Any], Mapping[str, Found]]] = {}


def register_counter(name: str, counter: Counter) -> None:
    """Say how the number beside the lines named ``name`` is found: ``counter(person)`` → total, or (total, red).

    Called once at start-up (``edocs/web/sources.py``). A counter runs on every page: one indexed statement.
    """
    _counters[name] = lambda person: {name: counter(person)}


def register_counters(names: Iterable[str], counter: Callable[[Any], Mapping[str, Found]]) -> None:
    """The same for several numbers that one statement can find: ``counter(person)`` → name → total, or (total, red)."""
    for name in names:
        _counters[name] = counter


def forget_counts(person: Any) -> None:
    """The person has just changed something: the next page counts anew."""
    cache.delete(_cache_key(person))


def _cache_key(person: Any) -> str:
    return f"edocs.counts.{person.pk}"


def counts_for(person: Any, names: Iterable[str]) -> dict[str, Count]:
    """The numbers of these names, at most a few seconds old; names that nothing counts are left out."""
    wanted = {name for name in names if name in _counters}
    kept: dict[str, Count] | None = cache.get(_cache_key(person))
    if kept is None or not wanted <= kept.keys():
        kept = _counted(person, wanted)
        cache.set(_cache_key(person), kept, settings.RAIL_COUNT_SECONDS)
    return {name: kept[name] for name in wanted}


def _counted(person: Any, wanted: set[str]) -> dict[str, Count]:
    """Each counter asked once."""
    found: dict[str, Found] = {}
    for counter in {_counters[name] for name in wanted}:
        found.update(counter(person))
    return {name: _as_count(found.get(name, 0)) for name in wanted}


def _as_count(found: Found) -> Count:
    if isinstance(found, Count):
        return found
    return Count(*found) if isinstance(found, tuple) else Count(found)


@dataclass(frozen=True)
class Line:
    """A line of the rail as one person sees it on one page."""

    item: NavItem
    url: str
    count: Count | None = None
    current: bool = False

    @property
    def short(self) -> str | Promise:
        return self.item.short or self.item.label


def _address(item: NavItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def lines_for(person: Any, *, path: str = "", page: str = "", counted: bool = True) -> list[Line]:
    """What this person may use, with what waits.

    Current is the line that the name of the address (``page``) belongs to, or whose address begins ``path`` most
    exactly.
    """
    roles = person.role_names
    shown = [(item, url) for item in NAVIGATION if item.permitted(roles) and (url := _address(item))]
    named = [url for item, url in shown if page in item.pages]
    begins = [url for _item, url in shown if path == url or (url != "/" and path.startswith(url))]
    current = max(named or begins, key=len, default="")
    counts = counts_for(person, (item.counter for item, _url in shown)) if counted else {}
    return [Line(item, url, counts.get(item.counter), url == current) for item, url in shown]


def bar_of(lines: list[Line]) -> list[Line]:
    """The four lines of the phone's bar: the first three, and search."""
    kept = [line for line in lines if line.item.always_in_bar][:1]
    others = [line for line in lines if line not in kept]
    return others[: 4 - len(kept)] + kept


def create_for(person: Any) -> list[Line]:
    """The menu "New"."""
    roles = person.role_names
    return [Line(item, url) for item in CREATE if item.permitted(roles) and (url := _address(item))]

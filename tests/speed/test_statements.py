"""How many statements a page costs: a number for each, the same for ten and for ten thousand rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edocs.documents.choices import Direction
from edocs.documents.filters import ListFilter
from edocs.documents.queries import list_page
from edocs.office.models import Person
from edocs.office.queries import tokens_of
from edocs.office.service_admin import site
from tests.security.table import number_of
from tests.security.world import World
from tests.speed.pages import PAGES
from tests.speed.rows import many_case_files, many_documents, much_work

pytestmark = pytest.mark.django_db

#: what an ordinary list may cost once the page was opened a moment ago
BUDGET = 10
FEW, MANY = 10, 10_000
TIMES = 60
LISTS = ("incoming", "outgoing", "case_files", "search", "to_check", "jobs", "notices", "intake")


def address_of(world: World, page: str) -> str:
    """``officer document assigned?tab=links`` → its address."""
    _who, name, *rest = page.split(" ")
    arguments, _sign, query = (rest[0] if rest else "").partition("?")
    values = [number_of(world, value) for value in filter(None, arguments.split(","))]
    return reverse(name, args=values) + (f"?{query}" if query else "")


def statements(world: World, page: str) -> list[str]:
    """The statements of a page opened for the second time."""
    browser, address = world.browser(page.split(" ")[0]), address_of(world, page)
    cache.clear()
    first = browser.get(address)
    assert first.status_code == 200, f"{page}: {first.status_code}"
    with CaptureQueriesContext(connection) as caught:
        browser.get(address)
    return [one["sql"] for one in caught.captured_queries]


@pytest.fixture(scope="module")
def measured(world: World) -> Iterator[dict[str, tuple[list[str], list[str]]]]:
    """The statements of every page with ten documents of each sort, and with ten thousand."""
    with override_settings(RAIL_COUNT_SECONDS=600):
        many_documents(world.office, FEW)
        much_work(world, 2)
        many_case_files(world, FEW)
        few = {page: statements(world, page) for page in PAGES}
        many_documents(world.office, MANY)
        much_work(world, TIMES)
        many_case_files(world, MANY)
        connection.check_constraints()  # now, not after each test again
        if connection.vendor == "postgresql":
            connection.cursor().execute("ANALYZE")  # plans for ten rows take minutes with ten thousand
        yield {page: (few[page], statements(world, page)) for page in PAGES}


def more(first: list[str], second: list[str]) -> str:
    """What one list of statements has beyond the other, in short."""
    shapes = [
        Counter(re.sub(r"[\d'].*", "", one[:2000])[-200:] for one in statements) for statements in (first, second)
    ]
    return "\n".join((shapes[0] - shapes[1]).elements())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_its_number_whatever_there_is(measured: dict[str, tuple[list[str], list[str]]], page: str) -> None:
    few, many = measured[page]
    assert len(few) == len(many), f"grows with the rows by\n{more(many, few)}"
    assert len(many) == PAGES[page]


@pytest.mark.parametrize("page", [page for page in PAGES if page.split(" ")[1] in LISTS])
def test_lists_stay_within_the_budget(page: str) -> None:
    assert PAGES[page] <= BUDGET


def test_every_change_list_is_measured() -> None:
    names = {f"admin:{one._meta.app_label}_{one._meta.model_name}_changelist" for one in site._registry}
    assert names <= {page.split(" ")[1] for page in PAGES}


# --- how the database finds the rows ----------------------------------------------------------------------------------
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"state": "done"},
    {"kind": "1"},
    {"issuer": "1"},
    {"unit": "3"},
    {"q": "1500"},
    {"year": "2025"},
    {"from": "2025-01-01", "to": "2025-02-01"},
    {"state": "issued", "year": "2025"},
)
PLACES: tuple[dict[str, Any], ...] = ({}, {"older_than": 5_000}, {"newer_than": 5_000}, {"last": True})


def read_whole(statement: str) -> list[str]:
    """Tables that the database would read from beginning to end, though it was asked not to."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            plan = [row[-1] for row in cursor.fetchall()]
            assert any("documents_" in line and "SEARCH" in line for line in plan), plan
            return [line for line in plan if line.startswith("SCAN") and "INDEX" not in line]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on")
        return [line for line in plan if "Seq Scan on documents_" in line]


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("given", FILTERS, ids=str)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_no_list_reads_every_document(
    measured: object, world: World, direction: Direction, given: dict[str, str], place: dict[str, Any]
) -> None:
    """Documents and access are always looked up in an index, for the clerk who sees all as for the officer."""
    for who in ("clerk", "officer", "stranger"):
        asker = Person.objects.get(pk=world.people[who].pk)  # type: ignore[union-attr]
        tokens_of(asker)
        with CaptureQueriesContext(connection) as caught:
            list_page(asker, ListFilter.read(direction, given), **place)
        assert len(caught) <= 2
        for one in caught.captured_queries:
            assert read_whole(one["sql"]) == []

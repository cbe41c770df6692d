"""Every address × everybody: what is not permitted is refused, does nothing, and does not tell what exists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from edocs.documents.access import may_see
from edocs.documents.models import Document
from edocs.office.service_admin import site
from tests.security.routes import ROWS
from tests.security.table import DENIED, PEOPLE, Row, address_of, ask, said, text_of, things_done
from tests.security.world import World

pytestmark = pytest.mark.django_db

CASES = [pytest.param(row, id=str(row)) for row in ROWS]
ADMIN = "admin"


def routes(resolver: URLResolver | None = None, within: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the office as (name with its name space, pattern)."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one, within + (f"{one.namespace}:" if one.namespace else ""))
        else:
            yield within + (one.name or str(one.pattern)), one


# --- nothing is left out --------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SEC-2")
def test_every_address_has_a_row() -> None:
    here = {name for name, _pattern in routes() if not name.startswith(f"{ADMIN}:")}
    asked = {row.name for row in ROWS}
    assert here - asked == set(), "new addresses: say in tests/security/routes who may ask for them"
    assert asked - here == set(), "rows of addresses that are gone"


def test_no_row_stands_twice() -> None:
    names = [str(row) for row in ROWS]
    assert len(names) == len(set(names))


# --- who gets what --------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SEC-2")
@pytest.mark.parametrize("row", CASES)
def test_who_gets_what(world: World, row: Row) -> None:
    written = things_done()
    for method in ("get", "post"):
        for who, expected in row.answers(method).items():
            cache.clear()
            response = ask(world.browser(who), world, row, method)
            assert said(response) == expected, f"{method} by {who}: {text_of(response)[:300]}"
            if expected in DENIED:
                assert response.written == written, f"{method} by {who} was refused and did something"


def _arguments_of_rows() -> list[object]:
    """Rows with a number in their address, once for each number."""
    numbers = ("pk", "version", "file", "step")
    return [
        pytest.param(row, name, id=f"{row} ({name})")
        for row in ROWS
        for name in (pair.partition("=")[0] for pair in row.args.split(", "))
        if name in numbers
    ]


@pytest.mark.requirement("R-SEC-2")
@pytest.mark.parametrize(("row", "argument"), _arguments_of_rows())
def test_whether_something_exists_is_not_told(world: World, row: Row, argument: str) -> None:
    """Who may not see a thing gets the same page for its number as for a number that nothing has."""
    method = "get" if row.get else "post"
    for who in ("another", "stranger", "admin"):
        expected = row.answers(method).get(who)
        if expected not in ("403", "404"):
            continue
        browser = world.browser(who)
        there = ask(browser, world, row, method)
        nowhere = ask(browser, world, row, method, address_of(world, row, not_there=argument))
        assert said(there) == said(nowhere), who
        assert text_of(there) == text_of(nowhere), who


@pytest.mark.requirement("R-SEC-2")
@pytest.mark.parametrize("row", [case for case in CASES if case.values[0].get])
def test_other_methods_give_nothing_away(world: World, row: Row) -> None:
    """HEAD and OPTIONS are answered as GET would be, or not at all."""
    for method in ("head", "options", "put"):
        for who in ("anonymous", "stranger"):
            response = ask(world.browser(who), world, row, method)
            expected = row.answers("get")[who]
            assert said(response) in {expected, "405", "in", "401"}, f"{method} by {who}"
            if method != "options" or expected in DENIED:
                continue
            assert not getattr(response, "content", b""), f"{method} by {who}"


@pytest.mark.parametrize("row", [case for case in CASES if case.values[0].post])
def test_a_post_without_the_token_does_nothing(world: World, row: Row) -> None:
    written = things_done()
    for who, expected in row.answers("post").items():
        if expected in DENIED:
            continue
        response = ask(world.browser(who, enforce_csrf_checks=True), world, row, "post")
        assert (said(response), response.written) == ("403", written), who


# --- the administration ---------------------------------------------------------------------------------------------
def _pages_of_the_administration() -> list[str]:
    """Every address of the admin, with arguments that lead somewhere."""
    known = {"object_id": "1", "app_label": "office", "content_type_id": 1}
    found = ["/admin/office/person/1/", "/admin/nothing/of/this/"]
    for name, pattern in routes():
        arguments = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
        named = name.startswith(f"{ADMIN}:") and "<" not in name
        if named and set(arguments) <= known.keys():
            found.append(reverse(name, kwargs={one: known[one] for one in arguments}))
    assert len(found) > 90
    return found


@pytest.mark.requirement("R-SEC-2")
@pytest.mark.requirement("R-ADM-3")
@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "admin"])
def test_the_administration_is_for_administrators(world: World, who: str) -> None:
    browser = world.browser(who)
    for address in _pages_of_the_administration():
        for method in ("get", "post"):
            outside = who in ("anonymous", "inactive")
            expected = {"in"} if outside or "/login/" in address else {"403"}
            answer = getattr(browser, method)(address)
            led = answer.headers.get("Location", "").startswith("/admin/login/")
            assert ("in" if led and outside else said(answer)) in expected, f"{method} {address}"


@pytest.mark.requirement("R-ADM-3")
def test_the_administration_shows_no_documents(world: World) -> None:
    """Documents are no catalogue, and their words stand on no page of it."""
    kept = {Document, *(one.related_model for one in Document._meta.related_objects)}
    assert kept & set(site._registry) == set()
    browser = world.browser("admin")
    words = [document.summary.split()[1] for document in world.documents.values()]
    for address in _pages_of_the_administration():
        page = browser.get(address)
        assert page.status_code in (200, 302, 403, 404, 405), address
        assert [word for word in words if word in text_of(page)] == [], address


# --- the table is about what it says ----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [who for who in PEOPLE if who not in ("anonymous", "inactive")])
def test_pages_of_documents_follow_the_one_door(world: World, who: str) -> None:
    """The table says by hand what the door says by tokens; both say the same of every document."""
    person = world.people[who]
    assert person is not None
    for row in ROWS:
        if row.name == "document" and not row.query:
            document = world.documents[row.args.partition("=")[2]]
            assert (row.answers("get")[who] == "200") == may_see(person, document), f"{row} {who}"

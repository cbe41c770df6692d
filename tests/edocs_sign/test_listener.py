"""edocs-sign over HTTP: which pages are heard."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from edocs_sign.listener import MAX_BODY, Listener
from tests.edocs_sign.conftest import SERVER, Home


class Page:
    """A page of some origin that asks edocs-sign."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(
        self,
        path: str,
        body: Any = None,
        *,
        origin: str | None = SERVER,
        host: str = "",
        method: str = "POST",
        kind: str = "application/json",
        pairing: str = "",
    ) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Content-Type": kind, "Host": host or f"127.0.0.1:{self.port}"}
        if origin is not None:
            headers["Origin"] = origin
        if pairing:
            headers["X-Pairing"] = pairing
        content = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        connection.request(method, path, content if method == "POST" else None, headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, names, json.loads(said) if said else None


@pytest.fixture
def page(home: Home) -> Iterator[Page]:
    listener = Listener(home.config, home.helper)
    threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
    yield Page(listener.port)
    listener.shutdown()
    listener.server_close()


def test_it_listens_on_this_computer_alone(home: Home) -> None:
    listener = Listener(home.config, home.helper)
    assert listener.server_address[0] == "127.0.0.1"
    listener.server_close()


def test_the_page_of_the_server_signs(page: Page, home: Home) -> None:
    status, headers, said = page.ask("/sign", {"request": home.request()}, pairing=home.pairing)
    assert (status, headers["access-control-allow-origin"]) == (200, SERVER)
    assert len(said["signatures"]) == 1
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        SERVER + ".evil.example",
        SERVER + ":8443",
        SERVER.replace("https", "http"),
        SERVER + "/",
        "https://evil.example " + SERVER,
    ],
)
@pytest.mark.parametrize("path", ["/hello", "/code", "/pair", "/certificates", "/sign"])
def test_another_origin_is_neither_heard_nor_answered(page: Page, home: Home, origin: str | None, path: str) -> None:
    status, headers, said = page.ask(path, {"request": home.request()}, origin=origin, pairing=home.pairing)
    assert (status, said) == (403, {"error": "other_origin"})
    assert "access-control-allow-origin" not in headers
    assert home.desk.shown == home.desk.told == home.token.opened == []
    assert home.helper.hello(home.pairing)["refused"][0]["code"] == "other_origin"


def test_another_name_for_this_computer_is_not_answered(page: Page, home: Home) -> None:
    """A name that an attacker's server lets point here (DNS rebinding)."""
    for host in ("evil.example", f"evil.example:{page.port}", "127.0.0.1", "127.0.0.1:1"):
        assert page.ask("/hello", host=host)[0] == 403


def test_browsers_may_ask_before_asking(page: Page) -> None:
    status, headers, _ = page.ask("/sign", method="OPTIONS")
    assert status == 204
    assert headers["access-control-allow-origin"] == SERVER
    assert headers["access-control-allow-private-network"] == "true"
    status, headers, _ = page.ask("/sign", method="OPTIONS", origin="https://evil.example")
    assert status == 403
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "text/plain"),
        (b"{}", "application/x-www-form-urlencoded"),
        (b"", "application/json"),
        (b"{broken", "application/json"),
        (b"[]", "application/json"),
        (b'"x"', "application/json"),
    ],
)
def test_what_is_no_question_is_refused(page: Page, body: bytes, kind: str) -> None:
    assert page.ask("/hello", body, kind=kind)[0] == 400


def test_too_much_is_not_read(page: Page) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    connection.putrequest("POST", "/hello")
    for name, value in (("Origin", SERVER), ("Content-Type", "application/json"), ("Content-Length", MAX_BODY + 1)):
        connection.putheader(name, str(value))
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def test_a_browser_that_comes_by_itself_sees_nothing(page: Page) -> None:
    assert page.ask("/", method="GET")[0] == 400
    assert page.ask("/nothing")[0] == 400


def test_pairing_over_http(page: Page, home: Home) -> None:
    assert page.ask("/code")[2] == {"shown": True}
    assert page.ask("/pair", {"code": "1"})[0] == 403
    pairing = page.ask("/pair", {"code": home.desk.code})[2]["pairing"]
    assert page.ask("/hello", pairing=pairing)[2]["paired"] is True

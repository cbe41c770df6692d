"""The demonstration as somebody new starts it: one command, a page to log in, and nothing left behind at its end."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edocs.demo.agency import PASSWORD
from tests.scenarios.served import ServedOffice, own_broker, own_database, wait_for
from tests.scenarios.visitor import Visitor


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedOffice]:
    with own_database() as database_url:
        yield ServedOffice(tmp_path, database_url, own_broker())


def children_of(office: ServedOffice) -> dict[int, str]:
    """Every process that was told to live in this office's folder, with its command."""
    told = f"VAR_DIR={office.folder}".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if told in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it ended while we looked
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to see every process")
def test_the_demonstration_starts_and_leaves_nothing_behind(office: ServedOffice) -> None:
    process = office.start("--demo")
    try:
        office.wait_until_served(process)
        clerk = Visitor(office.address)
        page = clerk.log_in("vanthu", PASSWORD)
        assert "/intake/" in {href for href, _text in page.links}
        # the past is being told while people look around
        wait_for(lambda: len(clerk.get("/incoming/").html.split("/documents/")) > 2, "the first documents")
        commands = " ".join(children_of(office).values())
        assert all(part in commands for part in ("waitress", "celery", "signing_daemon", "demo_fill"))
    finally:
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert process.returncode == 0
    assert time.monotonic() - begun < 15
    assert children_of(office) == {}
    assert not (office.folder / "signing.sock").exists()
    assert "Traceback" not in office.log.read_text()


def test_a_taken_port_is_said_in_one_sentence(office: ServedOffice) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", office.port))
        other.listen()
        process = office.start("--demo")
        assert process.wait(60) == 1
    said = office.log.read_text()
    assert f"Port {office.port} is in use" in said
    assert "Traceback" not in said

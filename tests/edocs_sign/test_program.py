"""The program as a person starts it, with a real token library."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.demo_pki import DemoPki
from signing.raw import as_der, check_raw
from tests.edocs_sign.conftest import PERSON, SERVER, Server, attributes_of
from tests.edocs_sign.soft_token import MODULE, PIN, ROOT, SoftToken, make_token
from tests.edocs_sign.test_listener import Page

pytestmark = pytest.mark.tool("softhsm2-util")


@dataclass
class Running:
    """edocs-sign in a process of its own, answered through its input."""

    process: subprocess.Popen[str]
    server: Server
    token: SoftToken
    page: Page

    def line(self, holding: str) -> str:
        assert self.process.stdout is not None
        for _ in range(40):
            read = self.process.stdout.readline()
            if holding in read:
                return read
        raise AssertionError(f"never said {holding!r}")

    def types(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def pair(self) -> str:
        self.page.ask("/code")
        code = self.line("Mã ghép nối").split(": ")[1]
        pairing: str = self.page.ask("/pair", {"code": code})[2]["pairing"]
        return pairing

    def request(self, *words: str, session: str = "s1") -> dict[str, str]:
        now = time.time()
        return self.server.signed(
            {
                "purpose": "sign",
                "server": SERVER,
                "session": session,
                "person": PERSON,
                "name": "Nhung",
                "certificate": hashlib.sha256(self.token.certificate).hexdigest(),
                "issued": now,
                "expires": now + 300,
                "documents": [
                    {
                        "item": number,
                        "title": f"Tờ trình {word}",
                        "version": 1,
                        "pages": 1,
                        "sha256": "0" * 64,
                        "attributes": base64.b64encode(attributes_of(self.token.certificate, word)).decode(),
                    }
                    for number, word in enumerate(words, 1)
                ],
            }
        )


@pytest.fixture
def start(tmp_path: Path, home_pki: DemoPki) -> Iterator[Callable[[bool], Running]]:
    started: list[subprocess.Popen[str]] = []

    def begin(curve: bool) -> Running:
        token = make_token(tmp_path / "token", home_pki, "Nguyễn Thị Hồng Nhung", curve=curve)
        server = Server()
        config = tmp_path / "edocs-sign.toml"
        config.write_text(
            f'server = "{SERVER}"\nserver_key = "{server.public}"\nperson = "{PERSON}"\n'
            f'module = "{MODULE}"\nport = 0\nask = "terminal"\n',
            encoding="utf-8",
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "edocs_sign", str(config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**token.environment, "PYTHONIOENCODING": "utf-8"},
            cwd=ROOT,
        )
        started.append(process)
        running = Running(process, server, token, Page(0))
        running.page.port = int(running.line("cổng").split("cổng ")[1].split(".")[0])
        return running

    yield begin
    for process in started:
        process.terminate()
        process.wait(10)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()


@pytest.mark.parametrize("curve", [False, True])
def test_a_pile_is_signed_in_the_token(start: Callable[[bool], Running], curve: bool) -> None:
    running = start(curve)
    pairing = running.pair()
    running.types(PIN)
    asked = running.request("một", "hai")
    status, _, said = running.page.ask("/sign", {"request": asked}, pairing=pairing)
    assert (status, len(said.get("signatures", []))) == (200, 2), said
    for one, word in zip(said["signatures"], ("một", "hai"), strict=True):
        certificate = running.token.certificate
        raw = as_der(certificate, base64.b64decode(one["value"]))
        check_raw(certificate, attributes_of(certificate, word), raw)
    assert running.line("Tờ trình một")
    assert running.line("0" * 8)


def test_a_wrong_pin_and_then_the_right_one(start: Callable[[bool], Running]) -> None:
    running = start(False)
    pairing = running.pair()
    running.types("mã-sai-0000")
    said = running.page.ask("/sign", {"request": running.request("một", session="a")}, pairing=pairing)[2]
    assert said == {"error": "wrong_pin"}
    running.types(PIN)
    said = running.page.ask("/sign", {"request": running.request("một", session="b")}, pairing=pairing)[2]
    assert len(said["signatures"]) == 1


def test_an_empty_line_declines(start: Callable[[bool], Running]) -> None:
    running = start(False)
    pairing = running.pair()
    running.types("")
    said = running.page.ask("/sign", {"request": running.request("một")}, pairing=pairing)[2]
    assert said == {"error": "declined"}


def test_the_certificates_of_the_token(start: Callable[[bool], Running]) -> None:
    running = start(False)
    pairing = running.pair()
    now = time.time()
    asked = running.server.signed(
        {
            "purpose": "certificates",
            "server": SERVER,
            "session": "c",
            "person": PERSON,
            "name": "Nhung",
            "certificate": "",
            "issued": now,
            "expires": now + 60,
            "documents": [],
        }
    )
    told = running.page.ask("/certificates", {"request": asked}, pairing=pairing)[2]["certificates"]
    assert [base64.b64decode(one) for one in told] == [running.token.certificate]
    public = x509.load_der_x509_certificate(running.token.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)


def test_check_names_what_is_on_the_token(tmp_path: Path, home_pki: DemoPki) -> None:
    token = make_token(tmp_path / "token", home_pki, "Nhung")
    config = tmp_path / "c.toml"
    lines = {"server": SERVER, "server_key": Server().public, "person": PERSON, "module": str(MODULE)}
    config.write_text("\n".join(f'{name} = "{value}"' for name, value in lines.items()))
    command = [sys.executable, "-m", "edocs_sign", "--check", str(config)]
    found = subprocess.run(command, env=token.environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert hashlib.sha256(token.certificate).hexdigest() in found.stdout
    config.write_text(config.read_text() + '\ntoken = "another"')
    missing = subprocess.run(command, env=token.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (missing.returncode, missing.stderr.split()[0]) == (1, "token_missing")


def test_without_a_configuration_it_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "edocs_sign", str(tmp_path / "none.toml")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "Save the file" in said.stderr

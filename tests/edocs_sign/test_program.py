"""The program as a person starts it, with a real token library."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.demo_pki import DemoPki
from signing.raw import as_der, check_raw
from tests.edocs_sign.conftest import PERSON, SERVER, Server, attributes_of
from tests.edocs_sign.running import Running, running
from tests.edocs_sign.soft_token import MODULE, PIN, ROOT, SoftToken, make_token
from tests.edocs_sign.test_listener import Page

pytestmark = pytest.mark.tool("softhsm2-util")


@dataclass
class Desk:
    """A person with a token, and edocs-sign running on their computer."""

    program: Running
    server: Server
    token: SoftToken
    page: Page

    def line(self, holding: str) -> str:
        return self.program.line(holding)

    def types(self, text: str) -> None:
        self.program.types(text)

    def pair(self) -> str:
        self.page.ask("/code")
        pairing: str = self.page.ask("/pair", {"code": self.program.code()})[2]["pairing"]
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
def start(tmp_path: Path, home_pki: DemoPki) -> Iterator[Callable[[bool], Desk]]:
    with ExitStack() as stack:

        def begin(curve: bool) -> Desk:
            token = make_token(tmp_path / "token", home_pki, "Nguyễn Thị Hồng Nhung", curve=curve)
            server = Server()
            config = tmp_path / "edocs-sign.toml"
            config.write_text(
                f'server = "{SERVER}"\nserver_key = "{server.public}"\nperson = "{PERSON}"\n'
                f'module = "{MODULE}"\nport = 0\nask = "terminal"\n',
                encoding="utf-8",
            )
            program = stack.enter_context(running(config, token))
            return Desk(program, server, token, Page(program.port))

        yield begin


@pytest.mark.parametrize("curve", [False, True])
def test_a_pile_is_signed_in_the_token(start: Callable[[bool], Desk], curve: bool) -> None:
    desk = start(curve)
    pairing = desk.pair()
    desk.types(PIN)
    asked = desk.request("một", "hai")
    status, _, said = desk.page.ask("/sign", {"request": asked}, pairing=pairing)
    assert (status, len(said.get("signatures", []))) == (200, 2), said
    for one, word in zip(said["signatures"], ("một", "hai"), strict=True):
        certificate = desk.token.certificate
        raw = as_der(certificate, base64.b64decode(one["value"]))
        check_raw(certificate, attributes_of(certificate, word), raw)
    assert desk.line("Tờ trình một")
    assert desk.line("0" * 8)


def test_a_wrong_pin_and_then_the_right_one(start: Callable[[bool], Desk]) -> None:
    desk = start(False)
    pairing = desk.pair()
    desk.types("mã-sai-0000")
    said = desk.page.ask("/sign", {"request": desk.request("một", session="a")}, pairing=pairing)[2]
    assert said == {"error": "wrong_pin"}
    desk.types(PIN)
    said = desk.page.ask("/sign", {"request": desk.request("một", session="b")}, pairing=pairing)[2]
    assert len(said["signatures"]) == 1


def test_an_empty_line_declines(start: Callable[[bool], Desk]) -> None:
    desk = start(False)
    pairing = desk.pair()
    desk.types("")
    said = desk.page.ask("/sign", {"request": desk.request("một")}, pairing=pairing)[2]
    assert said == {"error": "declined"}


def test_the_certificates_of_the_token(start: Callable[[bool], Desk]) -> None:
    desk = start(False)
    pairing = desk.pair()
    now = time.time()
    asked = desk.server.signed(
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
    told = desk.page.ask("/certificates", {"request": asked}, pairing=pairing)[2]["certificates"]
    assert [base64.b64decode(one) for one in told] == [desk.token.certificate]
    public = x509.load_der_x509_certificate(desk.token.certificate).public_key()
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

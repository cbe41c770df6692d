"""A person at their computer with edocs-sign, and the server that asks."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from edocs_sign.config import Config
from edocs_sign.errors import Refused
from edocs_sign.helper import Helper
from edocs_sign.request import PREFIX
from edocs_sign.token import OnToken, Pin
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from tests.signing.certified import certify

SERVER = "https://vanphong.example"
PERSON = "nhung.nth"
RIGHT = "mã-đúng-4471"


@pytest.fixture(scope="session")
def home_pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return make_demo_pki(tmp_path_factory.mktemp("home-pki"), [], DemoHolder("seal", "Sở", "Sở", "x"))


@dataclass
class Server:
    """The server's side of a request: what it says, signed."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> str:
        return base64.b64encode(self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def signed(self, said: dict[str, Any], *, prefix: bytes = PREFIX) -> dict[str, str]:
        text = json.dumps(said)
        return {"payload": text, "signature": base64.b64encode(self.private.sign(prefix + text.encode())).decode()}


def attributes_of(certificate: bytes, word: str) -> bytes:
    """Something of the shape of signed attributes that names the certificate."""
    content = hashlib.sha256(certificate).digest() + word.encode()
    return bytes((0x31, len(content))) + content


@dataclass
class InMemory:
    """The token of these tests: a key in memory, behind the same doors as a real one."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    der: bytes
    opened: list[str] = field(default_factory=list)
    last: bool = False

    def certificates(self) -> list[OnToken]:
        return [OnToken(None, self.der, b"\xa1")]

    def find(self, fingerprint: str) -> OnToken:
        if fingerprint != hashlib.sha256(self.der).hexdigest():
            raise Refused("certificate_missing")
        return self.certificates()[0]

    def last_try(self, found: OnToken) -> bool:
        return self.last

    def sign(self, found: OnToken, pin: Pin, pieces: Sequence[bytes]) -> list[bytes]:
        self.opened.append(pin.reveal())
        if pin.reveal() != RIGHT:
            raise Refused("wrong_pin")
        return [self.private.sign(piece, padding.PKCS1v15(), SHA256()) for piece in pieces]


@dataclass
class AtDesk:
    """The person: what they were shown, and what they type."""

    types: str = RIGHT
    told: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def tell(self, *lines: str) -> None:
        self.told += lines

    def ask_pin(self, *lines: str) -> Pin | None:
        self.shown += lines
        return Pin(self.types) if self.types else None

    @property
    def code(self) -> str:
        """The pairing code on the screen."""
        return self.told[-1].split(": ")[1]


@dataclass
class Home:
    """One computer with one person, a token and edocs-sign; ``now`` is moved by tests."""

    config: Config
    server: Server
    token: InMemory
    desk: AtDesk
    now: float = field(default_factory=time.time)
    pairing: str = ""
    helper: Helper = field(init=False)

    def __post_init__(self) -> None:
        self.start()
        self.helper.show_code()
        self.pairing = self.helper.pair(self.desk.code)["pairing"]
        self.desk.told.clear()

    def start(self) -> None:
        """Start edocs-sign, again."""
        self.helper = Helper(self.config, self.desk, self.token, clock=lambda: self.now)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.token.der).hexdigest()

    def said(self, *words: str, **changes: Any) -> dict[str, Any]:
        """What the server says when documents are to be signed."""
        documents = [
            {
                "item": number,
                "title": f"Quyết định số {number} về {word}",
                "version": 40 + number,
                "pages": 2,
                "sha256": hashlib.sha256(word.encode()).hexdigest(),
                "attributes": base64.b64encode(attributes_of(self.token.der, word)).decode(),
            }
            for number, word in enumerate(words or ("nhân sự",), 1)
        ]
        return {
            "purpose": "sign",
            "server": SERVER,
            "session": "phiên-1",
            "person": PERSON,
            "name": "Nguyễn Thị Hồng Nhung",
            "certificate": self.fingerprint,
            "issued": self.now,
            "expires": self.now + 300,
            "documents": documents,
        } | changes

    def request(self, *words: str, **changes: Any) -> dict[str, str]:
        return self.server.signed(self.said(*words, **changes))


@pytest.fixture(scope="session")
def home_key(home_pki: DemoPki) -> tuple[rsa.RSAPrivateKey, bytes]:
    private = rsa.generate_private_key(65537, 2048)
    return private, certify(home_pki, private.public_key(), "Nguyễn Thị Hồng Nhung")[0]


@pytest.fixture
def home(tmp_path: Path, home_key: tuple[rsa.RSAPrivateKey, bytes]) -> Home:
    server = Server()
    config = Config(
        server=SERVER,
        server_key=server.private.public_key(),
        person=PERSON,
        module=Path("/nowhere.so"),
        port=0,
        state=tmp_path / "edocs-sign.state",
    )
    return Home(config, server, InMemory(*home_key), AtDesk())

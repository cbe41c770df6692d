"""The one file that configures edocs-sign (TOML).  The server's page offers it ready to be saved."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edocs_sign.errors import BadConfiguration

PORT = 47113
"""Where the pages look for edocs-sign unless they are told otherwise."""
FILE = Path("edocs-sign.toml")
_KNOWN = {"server", "server_key", "person", "module", "token", "port", "ask", "language"}
_ASKS = ("auto", "window", "terminal")


@dataclass(frozen=True)
class Config:
    """What edocs-sign must know."""

    server: str
    """The only origin that is heard, as browsers write it: ``https://office.example``."""
    server_key: Ed25519PublicKey
    """By which the server's requests are known."""
    person: str
    """The account for which this computer signs."""
    module: Path
    """The token maker's PKCS#11 library."""
    token: str = ""
    """Label of the token, where several are plugged in."""
    port: int = PORT
    ask: str = "auto"
    language: str = "vi"
    state: Path = Path("edocs-sign.state")
    """Where pairings are kept, beside the configuration."""


def read_config(path: Path) -> Config:
    """Read the file; raises :class:`BadConfiguration`."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadConfiguration(f"{path}: cannot be read. Save the file that the office's page offers there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{path}: {error}") from None
    for name in sorted(set(given) - _KNOWN):
        raise BadConfiguration(f"{path}: the line {name!r} means nothing here; remove it.")
    for name in ("server", "server_key", "person", "module"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise BadConfiguration(f"{path}: the line {name!r} is missing.")
    port, ask = given.get("port", PORT), given.get("ask", "auto")
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port < 65536:
        raise BadConfiguration(f"{path}: port is a number below 65536.")
    if ask not in _ASKS:
        raise BadConfiguration(f"{path}: ask is one of {', '.join(_ASKS)}.")
    if given.get("language", "vi") not in ("vi", "en"):
        raise BadConfiguration(f"{path}: language is vi or en.")
    return Config(
        server=_origin(path, given["server"]),
        server_key=_key(path, given["server_key"]),
        person=given["person"],
        module=Path(given["module"]).expanduser(),
        token=str(given.get("token", "")),
        port=port,
        ask=ask,
        language=given.get("language", "vi"),
        state=path.with_suffix(".state"),
    )


def _origin(path: Path, text: str) -> str:
    parts = urlsplit(text)
    near = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not (parts.scheme == "https" or near) or not re.fullmatch(r"https?://[^/?#@]+", text):
        raise BadConfiguration(f"{path}: server is an address such as https://office.example, nothing behind it.")
    return text.lower()


def _key(path: Path, text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise BadConfiguration(f"{path}: server_key is not the key that the office's page shows.") from None

"""Remote signing services and the keys there, as the configuration of the signing process names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signing.errors import BadConfiguration, SigningError, UnknownKey
from signing.keys import Secret
from signing.providers import KnownKey, OpenKey, Purpose
from signing.providers.csc import Client, CscProvider
from signing.providers.national import PhoneProvider
from signing.providers.national.mysign import MySign
from signing.providers.national.smartca import SmartCa
from signing.providers.web import Service

WORDS = {"dialect", "url", "client", "secret_file", "seconds", "ca_file", "redirect", "loopback"}
"""What the configuration may say of a service."""


class RemoteKeys:
    """The keys at one service, by the names that the administrator gave them."""

    def __init__(self, service: CscProvider | PhoneProvider, references: Mapping[str, str]) -> None:
        self.service = service
        self._references = references

    @property
    def name(self) -> str:
        """The dialect, as kept beside the key."""
        return self.service.name

    def reference(self, key_id: str) -> str:
        """What the service calls a key."""
        if key_id not in self._references:
            raise UnknownKey(f"there is no key {key_id!r}")
        return self._references[key_id]

    def certificate(self, reference: str) -> KnownKey:
        """The certificate of a key with its chain."""
        return self.service.certificate(self.reference(reference))

    def open(self, reference: str, secret: Secret, hashes: Sequence[str], purpose: Purpose) -> OpenKey:
        """Open a key for one document after the other, each authorised by itself."""
        return self.service.open(self.reference(reference), secret, hashes, purpose)


def read_services(services: Mapping[str, dict[str, Any]], keys: Mapping[str, dict[str, Any]]) -> dict[str, RemoteKeys]:
    """For each key that names a ``service`` and its ``holder`` there, where it lives.

    Raises :class:`BadConfiguration`.
    """
    opened = {name: _service(f"services.{name}", told) for name, told in services.items()}
    references: dict[str, dict[str, str]] = {name: {} for name in opened}
    for key, told in keys.items():
        name, holder = told.get("service"), told.get("holder")
        if name not in opened:
            raise BadConfiguration(f"keys.{key}: there is no service {name!r}")
        if not isinstance(holder, str) or not holder:
            raise BadConfiguration(f"keys.{key}: holder is missing")
        references[str(name)][key] = holder
    lives = {name: RemoteKeys(service, references[name]) for name, service in opened.items()}
    return {key: lives[str(told["service"])] for key, told in keys.items()}


def _service(where: str, told: Mapping[str, Any]) -> CscProvider | PhoneProvider:
    strange = sorted(set(told) - WORDS)
    if strange:
        raise BadConfiguration(f"{where} says {', '.join(strange)}, which nobody knows")
    for word in ("dialect", "url", "client", "secret_file"):
        if not isinstance(told.get(word), str):
            raise BadConfiguration(f"{where}: {word} is missing")
    seconds = told.get("seconds", 15)
    if not isinstance(seconds, int | float) or not 1 <= seconds <= 60:
        raise BadConfiguration(f"{where}: seconds is not between 1 and 60")
    ca_file = told.get("ca_file")
    try:
        loopback = told.get("loopback") is True
        service = Service(told["url"], float(seconds), str(ca_file) if ca_file else None, loopback)
    except SigningError as error:
        raise BadConfiguration(f"{where}: {error.detail}") from None
    secret = _secret(where, Path(told["secret_file"]))
    if told["dialect"] == "csc":
        return CscProvider(service, Client(told["client"], secret, str(told.get("redirect", ""))))
    if told["dialect"] == "smartca":
        return PhoneProvider(SmartCa(service, told["client"], secret))
    if told["dialect"] == "mysign":
        return PhoneProvider(MySign(service, told["client"], secret))
    raise BadConfiguration(f"{where}: dialect is one of csc, smartca, mysign")


def _secret(where: str, path: Path) -> Secret:
    try:
        return Secret(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{where}: secret_file cannot be read ({type(error).__name__})") from None

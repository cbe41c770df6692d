"""Which keys the signing process serves, where they live, and what each may do: read from a TOML file.

The file is described in ``docs/administrators.md``, Keys.  What it does not say is refused: a misspelt word shall not
leave a key freer than its owner thinks.
"""

from __future__ import annotations

import pwd
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from signing.errors import BadConfiguration, SoftKeyRefused, UnknownKey
from signing.process.remote_keys import read_services
from signing.process.rules import EVERY_DAY, KeyRules
from signing.providers import KeyProvider, Purpose
from signing.providers.pin_guard import PinGuard
from signing.providers.pkcs11 import Pkcs11Provider, TokenKeySettings
from signing.providers.pkcs12 import Pkcs12Provider, soft_keys
from signing.providers.token_process import TokenSettings

SEAL_PREFIX = "seal"
"""Keys in files whose name begins so are the agency's: they seal and do nothing else; others never seal."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Peers:
    """Which users of this machine are heard, besides the signing process's own."""

    users: frozenset[int] = frozenset()
    """They give consents, and use their own."""
    workers: frozenset[int] = frozenset()
    """They use consents that others gave, and give none."""


@dataclass(frozen=True)
class Keyring:
    """Every key that is served, with its rules.

    ``soft`` serves the keys in files that the configuration does not name (the demonstration); None where keys in
    files are not allowed.
    """

    keys: Mapping[str, tuple[KeyProvider, KeyRules]] = field(default_factory=dict)
    soft: Pkcs12Provider | None = None
    peers: Peers = Peers()
    tokens: Pkcs11Provider | None = None
    pins: Mapping[str, Path] = field(default_factory=dict)
    """Where the PINs of keys for evidence lie."""

    @classmethod
    def of_files(cls, folder: Path) -> Keyring:
        """Only keys in files: the demonstration and tests."""
        return cls(soft=Pkcs12Provider(folder))

    def find(self, reference: str) -> tuple[KeyProvider, KeyRules]:
        """Where a key lives, and what it may do.  Raises :class:`UnknownKey`."""
        if reference in self.keys:
            return self.keys[reference]
        if self.soft is None:
            raise UnknownKey(f"there is no key {reference!r}")
        return self.soft, KeyRules("seal" if reference.startswith(SEAL_PREFIX) else "sign")


def read_keyring(
    path: Path | None,
    folder: Path,
    *,
    soft_allowed: bool,
    state: Path | None,
    chain: Callable[[bytes], tuple[bytes, ...]],
) -> Keyring:
    """Read the configuration at ``path`` (None: there is none) with the keys in files of ``folder``.

    ``state`` is where the count of wrong PINs is kept; ``chain`` gives the certificates above one.
    Raises :class:`BadConfiguration`, and :class:`SoftKeyRefused` when there are keys in files and they are not
    allowed.
    """
    soft = soft_keys(folder)
    if soft and not soft_allowed:
        raise SoftKeyRefused(
            f"{len(soft)} keys lie in files ({', '.join(soft[:3])}); set ALLOW_SOFT_KEYS or remove them"
        )
    given = _read(path)
    _only(given, {"peers", "tokens", "keys", "services"}, "the file")
    tokens = [_token(name, _table(told, f"tokens.{name}")) for name, told in _tables(given, "tokens")]
    on_tokens: list[TokenKeySettings] = []
    rules: dict[str, KeyRules] = {}
    pins: dict[str, Path] = {}
    at_services: dict[str, dict[str, Any]] = {}
    for name, told in _tables(given, "keys"):
        where = f"keys.{name}"
        place = {"service", "holder"} if "service" in told else {"token", "label", "id"}
        _only(told, {*place, "purpose", "kinds", "days", "hours", "per_hour", "pin_file"}, where)
        rules[name] = _rules(told, where)
        if "pin_file" in told or rules[name].purpose == "evidence":
            pins[name] = _pin_file(told, rules[name], where)
        if "service" in told:
            at_services[name] = told
        else:
            on_tokens.append(_key(name, told, tokens))
    remote = read_services(dict(_tables(given, "services")), at_services)
    _one_person_a_token(on_tokens, rules)
    provider = Pkcs11Provider(tokens, on_tokens, guard=PinGuard(state), chain=chain)
    return Keyring(
        {name: (remote.get(name, provider), found) for name, found in rules.items()},
        Pkcs12Provider(folder) if soft_allowed else None,
        _peers(_table(given.get("peers", {}), "peers")),
        provider,
        pins,
    )


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be read ({type(error).__name__})") from None
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(f"{path}: {error}") from None


def _table(found: Any, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadConfiguration(f"{where} is not a table")
    return found


def _tables(given: dict[str, Any], name: str) -> Iterable[tuple[str, dict[str, Any]]]:
    return ((key, _table(told, f"{name}.{key}")) for key, told in _table(given.get(name, {}), name).items())


def _only(told: dict[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(told) - known)
    if strange:
        raise BadConfiguration(f"{where} says {', '.join(strange)}, which nobody knows")


def _token(name: str, told: dict[str, Any]) -> TokenSettings:
    where = f"tokens.{name}"
    _only(told, {"module", "label", "serial", "seconds", "pin_attempts", "environment"}, where)
    label, serial = str(told.get("label", "")), str(told.get("serial", ""))
    module = Path(str(told.get("module", "")))
    if not module.is_absolute() or not module.is_file():
        raise BadConfiguration(f"{where}: module is not the path of a library")
    if bool(label) == bool(serial):
        raise BadConfiguration(f"{where}: give either label or serial")
    seconds, attempts = told.get("seconds", 20), told.get("pin_attempts", 3)
    if not isinstance(seconds, int | float) or not 1 <= seconds <= 120:
        raise BadConfiguration(f"{where}: seconds is not between 1 and 120")
    if not isinstance(attempts, int) or not 1 <= attempts <= 10:
        raise BadConfiguration(f"{where}: pin_attempts is not between 1 and 10")
    environment = {str(k): str(v) for k, v in _table(told.get("environment", {}), f"{where}.environment").items()}
    return TokenSettings(name, module, label, serial, float(seconds), attempts, environment)


def _key(name: str, told: dict[str, Any], tokens: list[TokenSettings]) -> TokenKeySettings:
    where = f"keys.{name}"
    token, label, identity = (str(told.get(part, "")) for part in ("token", "label", "id"))
    if token not in {one.name for one in tokens}:
        raise BadConfiguration(f"{where}: there is no token {token!r}")
    try:
        bytes.fromhex(identity)
    except ValueError:
        raise BadConfiguration(f"{where}: id is not hexadecimal") from None
    if not label and not identity:
        raise BadConfiguration(f"{where}: give label, id or both")
    return TokenKeySettings(name, token, label, identity)


def _rules(told: dict[str, Any], where: str) -> KeyRules:
    purposes: dict[str, Purpose] = {"person": "sign", "seal": "seal", "evidence": "evidence"}
    purpose = purposes.get(str(told.get("purpose")))
    if purpose is None:
        raise BadConfiguration(f"{where}: purpose is none of person, seal, evidence")
    per_hour = told.get("per_hour")
    if per_hour is not None and (not isinstance(per_hour, int) or per_hour < 1):
        raise BadConfiguration(f"{where}: per_hour is not a number from 1")
    days = told.get("days", list(_DAYS))
    if not isinstance(days, list) or not days or set(days) - set(_DAYS):
        raise BadConfiguration(f"{where}: days are some of {', '.join(_DAYS)}")
    kinds = told.get("kinds", [])
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind for kind in kinds):
        raise BadConfiguration(f"{where}: kinds is not a list of names")
    return KeyRules(
        purpose,
        frozenset(kinds),
        frozenset(_DAYS.index(day) for day in days) or EVERY_DAY,
        _hours(told["hours"], where) if "hours" in told else None,
        per_hour,
    )


def _pin_file(told: dict[str, Any], rules: KeyRules, where: str) -> Path:
    """Where the PIN of a key for evidence lies, which nobody types; other keys are opened by people alone."""
    path = Path(str(told.get("pin_file", "")))
    if rules.purpose != "evidence":
        raise BadConfiguration(f"{where}: only a key for evidence has a pin_file; people open the others")
    if "token" not in told or not path.is_absolute() or not path.is_file():
        raise BadConfiguration(f"{where}: a key for evidence is on a token, and its pin_file is the path of a file")
    if path.stat().st_mode & 0o077:
        raise BadConfiguration(f"{where}: others may read {path}; its mode should be 0600")
    return path


def _hours(text: Any, where: str) -> tuple[time, time]:
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in str(text).split("-"))
    except ValueError:
        raise BadConfiguration(f"{where}: hours are like 07:00-18:30") from None
    if begin >= end:
        raise BadConfiguration(f"{where}: hours end before they begin")
    return begin, end


def _one_person_a_token(keys: list[TokenKeySettings], rules: Mapping[str, KeyRules]) -> None:
    """Whoever knows a token's PIN can use every key on it, so a person's key has a token to itself."""
    count = Counter(one.token for one in keys)
    for one in keys:
        if rules[one.reference].purpose == "sign" and count[one.token] > 1:
            raise BadConfiguration(f"keys.{one.reference}: a person's key shares token {one.token!r} with another key")


def _peers(told: dict[str, Any]) -> Peers:
    _only(told, {"users", "workers"}, "peers")
    return Peers(*(frozenset(map(_user, told.get(name, []))) for name in ("users", "workers")))


def _user(told: Any) -> int:
    if isinstance(told, int):
        return told
    try:
        return pwd.getpwnam(str(told)).pw_uid
    except KeyError:
        raise BadConfiguration(f"peers: there is no user {told!r} on this machine") from None

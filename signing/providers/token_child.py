"""The process beside one token: loads the vendor's library, and nothing else of ours.

Started by its path and isolated (``python -I token_child.py FD``), so that a crash, a leak or a hang of the library
harms nobody else.  What it is asked is JSON on the connection ``FD``: a SHA-256 goes in, a raw signature comes out.
Its streams lead nowhere, whatever the library prints; a call that takes longer than it may ends this process.
"""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.util.ec import encode_ecdsa_signature

_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 (RFC 8017, 9.2) up to the digest itself."""
_PR_SET_DUMPABLE = 4
_NOT_ANSWERED = 70

CODES = {
    "PinIncorrect": "wrong_password",
    "PinInvalid": "wrong_password",
    "PinLenRange": "wrong_password",
    "PinLocked": "token_locked",
    "PinExpired": "token_locked",
    "NoSuchKey": "unknown_key",
    "MultipleObjectsReturned": "unknown_key",
    "UserNotLoggedIn": "not_logged_in",
    "SessionHandleInvalid": "not_logged_in",
    "SessionClosed": "not_logged_in",
    "ObjectHandleInvalid": "not_logged_in",
    "KeyHandleInvalid": "not_logged_in",
}
"""What the vendors' answers mean to us; every other one is ``token_unavailable``."""


class Token:
    """One token, logged in or not."""

    def __init__(self, module: str, label: str, serial: str) -> None:
        self._library = pkcs11.lib(module)
        self._wanted = {"token_label": label} if label else {"token_serial": serial.encode()}
        self._session: pkcs11.Session | None = None
        self._keys: dict[tuple[str, str], tuple[Any, bool]] = {}

    def certificates(self, _: dict[str, Any]) -> dict[str, Any]:
        """Every certificate on the token; they are public."""
        session = self._session or self._library.get_token(**self._wanted).open()
        try:
            found = [
                {
                    "label": one[Attribute.LABEL],
                    "id": bytes(one[Attribute.ID]).hex(),
                    "der": bytes(one[Attribute.VALUE]).hex(),
                }
                for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            ]
        finally:
            if self._session is None:
                session.close()
        return {"certificates": found}

    def login(self, message: dict[str, Any]) -> dict[str, Any]:
        """Log in anew: a token that is logged in already would not look at the PIN at all."""
        self.logout(message)
        token = self._library.get_token(**self._wanted)
        if token.flags & TokenFlag.USER_PIN_LOCKED:
            return {"error": "token_locked", "detail": "the token says so"}
        if token.flags & TokenFlag.USER_PIN_FINAL_TRY:
            return {"error": "pin_guarded", "detail": "the token would lock itself after one more wrong PIN"}
        self._session = token.open(user_pin=message["pin"])
        return {}

    def sign(self, message: dict[str, Any]) -> dict[str, Any]:
        """The raw signature over a SHA-256: PKCS#1 v1.5, or ECDSA in DER."""
        if self._session is None:
            return {"error": "not_logged_in", "detail": ""}
        key, asks_each_time = self._key(message["label"], message["id"])
        digest = bytes.fromhex(message["digest"])
        again = {"pin": message["pin"]} if asks_each_time else {}
        if key.key_type == KeyType.RSA:
            made = key.sign(_SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS, **again)
        else:
            made = encode_ecdsa_signature(key.sign(digest, mechanism=Mechanism.ECDSA, **again))
        return {"signature": bytes(made).hex()}

    def _key(self, label: str, identity: str) -> tuple[Any, bool]:
        """A private key, and whether it wants the PIN for each signature."""
        name = (label, identity)
        if name not in self._keys:
            wanted: dict[str, Any] = {"object_class": ObjectClass.PRIVATE_KEY}
            if label:
                wanted["label"] = label
            if identity:
                wanted["id"] = bytes.fromhex(identity)
            assert self._session is not None
            key = self._session.get_key(**wanted)
            self._keys[name] = key, _asks_each_time(key)
        return self._keys[name]

    def logout(self, _: dict[str, Any]) -> dict[str, Any]:
        """Forget the session; closing the last one logs out."""
        self._keys.clear()
        if self._session is not None:
            session, self._session = self._session, None
            session.close()
        return {}


def _asks_each_time(key: Any) -> bool:
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except pkcs11.AttributeTypeInvalid:
        return False  # a token older than that attribute


def keep_to_ourselves() -> None:
    """No core dump, and no look into the memory that holds a PIN."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def answer(token: Token, message: dict[str, Any]) -> dict[str, Any]:
    """What the token says; the vendor's error becomes a code, never a traceback."""
    operations = {
        "certificates": token.certificates,
        "login": token.login,
        "sign": token.sign,
        "logout": token.logout,
    }
    try:
        return operations[message["do"]](message)
    except pkcs11.PKCS11Error as error:
        kind = type(error).__name__
        return {"error": CODES.get(kind, "token_unavailable"), "detail": kind}


def main() -> int:
    """Serve until the other end closes."""
    keep_to_ourselves()
    connection = Connection(int(sys.argv[1]))
    settings = json.loads(connection.recv_bytes())
    try:
        token = Token(settings["module"], settings["label"], settings["serial"])
    except pkcs11.PKCS11Error as error:
        connection.send_bytes(json.dumps({"error": "token_unavailable", "detail": type(error).__name__}).encode())
        return _NOT_ANSWERED
    connection.send_bytes(b"{}")
    while True:
        try:
            message = json.loads(connection.recv_bytes())
        except EOFError:
            return 0
        signal.setitimer(signal.ITIMER_REAL, float(message["seconds"]))  # the library may never return
        said = answer(token, message)
        del message  # it may hold a PIN
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.send_bytes(json.dumps(said).encode())


if __name__ == "__main__":
    sys.exit(main())

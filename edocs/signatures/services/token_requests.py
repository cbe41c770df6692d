"""What is asked of edocs-sign on a person's computer: in writing, signed by this server (Ed25519).

The key of the server is drawn from ``SECRET_KEY``, so that every web process has the same and none is kept anywhere;
edocs-sign knows its public half from the file that the page offers. The form of a request: ``edocs_sign/request.py``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from edocs import clock
from edocs.journal.services import record
from edocs.office.models import Person
from edocs.signatures.models import SigningSession
from edocs.signatures.services.two_phase import awaited
from signing.two_phase import Prepared

PREFIX = b"edocs-sign/1\n"
#: seconds for which the certificates may be asked for
ASK_SECONDS = 120
REPORTS = 20


def _private() -> Ed25519PrivateKey:
    """The server's key; the same in every process."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"edocs-sign requests")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(settings.SECRET_KEY.encode()))


def public_key() -> str:
    """By which edocs-sign knows this server's requests, in base64."""
    return base64.b64encode(_private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _signed(said: dict[str, Any]) -> dict[str, str]:
    text = json.dumps(said, ensure_ascii=False)
    return {"payload": text, "signature": base64.b64encode(_private().sign(PREFIX + text.encode())).decode()}


def _said(person: Person, server: str, purpose: str, expires: float) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "server": server,
        "session": secrets.token_urlsafe(18),
        "person": person.username,
        "name": person.full_name,
        "certificate": "",
        "issued": clock.now().timestamp(),
        "expires": expires,
        "documents": [],
    }


def certificates_request(*, person: Person, server: str) -> dict[str, str]:
    """Ask which certificates are on the token."""
    return _signed(_said(person, server, "certificates", clock.now().timestamp() + ASK_SECONDS))


def signing_request(*, session: SigningSession, person: Person, server: str) -> dict[str, str]:
    """Ask for the signatures of a whole consent; each request serves once at the token.

    ``server`` is the origin of the page. Raises what :func:`awaited` raises; call it outside a transaction.
    """
    waiting = awaited(session=session, person=person)
    prepared = [Prepared.from_facts(one.facts) for one in waiting]
    said = _said(person, server, "sign", session.expires_at.timestamp()) | {
        "certificate": hashlib.sha256(prepared[0].holder.certificate).hexdigest(),
        "documents": [
            {
                "item": one.item_id,
                "title": f"{one.item.document.kind.name}: {one.item.document.summary}"[:300],
                "version": one.item.version_id,
                "pages": one.item.version.pages or 1,
                "sha256": one.item.sha256,
                "attributes": base64.b64encode(ready.attributes).decode(),
            }
            for one, ready in zip(waiting, prepared, strict=True)
        ],
    }
    record("token.request", session, by=person, after={"request": said["session"], "items": len(waiting)})
    return _signed(said)


def report(*, person: Person, refusals: Any) -> int:
    """Journal what edocs-sign on this person's computer refused, as it told their page; gives how many."""
    if not isinstance(refusals, list):
        return 0
    told = [
        {name: str(one.get(name, ""))[:200] for name in ("at", "code", "origin")}
        for one in refusals[:REPORTS]
        if isinstance(one, dict)
    ]
    for one in told:
        record("token.refused", person, by=person, after=one)
    return len(told)

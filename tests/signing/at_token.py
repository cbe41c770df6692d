"""A person's own token as edocs-sign uses it; run as a module it signs pieces in a process of its own.

A PKCS#11 library is never loaded into the tests' own process, and reads its configuration once.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.edocs_sign.soft_token import LABEL, MODULE, PIN, ROOT, SoftToken


def signed_at(token: SoftToken, pieces: Sequence[bytes]) -> list[bytes]:
    """What the token answers for SHA-256 of each piece."""
    asked = json.dumps(
        {
            "certificate": base64.b64encode(token.certificate).decode(),
            "pieces": [base64.b64encode(piece).decode() for piece in pieces],
        }
    )
    command = [sys.executable, "-m", "tests.signing.at_token"]
    done = subprocess.run(
        command, env=token.environment, cwd=ROOT, input=asked, text=True, check=True, capture_output=True
    )
    return [base64.b64decode(value) for value in json.loads(done.stdout)]


def _main() -> None:
    from edocs_sign.token import Pin, Tokens

    asked = json.load(sys.stdin)
    certificate = base64.b64decode(asked["certificate"])
    tokens = Tokens(Path(MODULE), LABEL)
    found = next(one for one in tokens.certificates() if one.der == certificate)
    values = tokens.sign(found, Pin(PIN), [base64.b64decode(piece) for piece in asked["pieces"]])
    print(json.dumps([base64.b64encode(value).decode() for value in values]))  # noqa: T201 - its answer


if __name__ == "__main__":
    _main()

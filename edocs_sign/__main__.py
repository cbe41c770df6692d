"""``edocs-sign [FILE]``: wait for the office's page; ``edocs-sign --check [FILE]``: say what is on the token."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from pathlib import Path

from cryptography import x509

from edocs_sign.asking import Desk, shown_in
from edocs_sign.config import FILE, read_config
from edocs_sign.errors import BadConfiguration, Refused
from edocs_sign.helper import Helper
from edocs_sign.listener import Listener
from edocs_sign.token import Tokens
from edocs_sign.words import WORDS


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted; gives the exit code."""
    parser = argparse.ArgumentParser(prog="edocs-sign", description="Signing with the token in this computer.")
    parser.add_argument("file", nargs="?", type=Path, default=Path.home() / FILE, help="the configuration (TOML)")
    parser.add_argument("--check", action="store_true", help="say which certificates are on the token, and end")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    try:
        config = read_config(given.file)
        if given.check:
            return _check(Tokens(config.module, config.token))
        desk = Desk(shown_in(config.ask, config.language))
        listener = Listener(config, Helper(config, desk))
    except (BadConfiguration, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    words = WORDS[config.language]
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    sys.stdout.write(words["ready"].format(server=config.server, port=listener.port) + "\n")
    sys.stdout.flush()
    try:
        desk.serve()
    except KeyboardInterrupt:
        return 0
    finally:
        listener.shutdown()
    return 0


def _check(tokens: Tokens) -> int:
    try:
        found = tokens.certificates()
    except Refused as refused:
        sys.stderr.write(f"{refused.code} {refused.detail}\n")
        return 1
    for one in found:
        certificate = x509.load_der_x509_certificate(one.der)
        sys.stdout.write(f"{certificate.subject.rfc4514_string()}\n  {one.fingerprint}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())

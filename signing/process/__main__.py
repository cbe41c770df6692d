"""``python -m signing.process --keys DIR --socket PATH …``: run the signing process without the office."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from signing.errors import SigningError
from signing.process.setup import Told, serve


def _arguments(arguments: list[str] | None) -> Told:
    parser = argparse.ArgumentParser(prog="signing.process", description="The signing process.")
    parser.add_argument(
        "--keys",
        type=Path,
        required=True,
        help="folder with keys/, trust/ and, without --tsa-url, authority/tsa.p12",
    )
    parser.add_argument("--socket", type=Path, required=True, help="path of the Unix socket to make")
    parser.add_argument("--configuration", type=Path, help="file that names tokens, keys and users (TOML)")
    parser.add_argument("--state", type=Path, help="folder where wrong PINs are counted")
    parser.add_argument("--tsa-url", action="append", default=[], help="a time-stamping authority; may be repeated")
    parser.add_argument("--tsa-seconds", type=float, default=10.0, help="longest answer of an authority")
    parser.add_argument(
        "--revocation-host", action="append", default=[], help="a machine to ask about revocation; may be repeated"
    )
    parser.add_argument("--no-soft-keys", action="store_true", help="refuse keys that lie in files")
    given = parser.parse_args(arguments)
    return Told(
        folder=given.keys,
        socket=given.socket,
        configuration=given.configuration,
        state=given.state,
        tsa_urls=given.tsa_url,
        tsa_seconds=given.tsa_seconds,
        revocation_hosts=given.revocation_host,
        soft_allowed=not given.no_soft_keys,
    )


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; gives the exit code."""
    told = _arguments(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it reports each doubt with a traceback
    try:
        serve(told)
    except (SigningError, OSError) as error:
        logging.getLogger("signing.process").error("cannot start: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m signing.process --keys DIR --socket PATH [--tsa-url URL]``: run the signing process."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from signing.demo_pki import DemoPki
from signing.errors import SigningError
from signing.process.backend import SigningBackend
from signing.process.server import SigningServer, keep_memory_private
from signing.timestamps import HttpTimestamper, Timestamper


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="signing.process", description="The signing process.")
    parser.add_argument(
        "--keys",
        type=Path,
        required=True,
        help="folder with keys/, trust/ and, without --tsa-url, authority/tsa.p12",
    )
    parser.add_argument("--socket", type=Path, required=True, help="path of the Unix socket to make")
    parser.add_argument("--tsa-url", default="", help="address of the time-stamping authority")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; gives the exit code."""
    given = _arguments(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    log = logging.getLogger("signing.process")
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it reports each doubt with a traceback
    keep_memory_private()
    store = DemoPki(given.keys)
    try:
        trust = store.trust
        timestamper: Timestamper = HttpTimestamper(given.tsa_url) if given.tsa_url else store.timestamper()
        if not trust.roots:
            raise SigningError(f"no trusted roots in {given.keys / 'trust' / 'roots'}")
        server = SigningServer(given.socket, SigningBackend(store.keys, trust, timestamper))
    except (SigningError, OSError) as error:
        log.error("cannot start: %s", error)
        return 1

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("ready at %s", given.socket)
    server.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

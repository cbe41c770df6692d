"""Make every file of the suite, judge it and print a table.

python -m tests.signing.attacks [FOLDER]      (keeps the files and the trusted certificates there)
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from asn1crypto import pem

from signing import judge
from tests.signing.attacks import SAMPLES
from tests.signing.attacks.world import Sample, World


def main() -> int:
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else scratch)
        folder.mkdir(parents=True, exist_ok=True)
        world = World(folder)
        (folder / "trust.pem").write_bytes(trusted(world))
        wrong = sum(line(world, folder, sample) for sample in SAMPLES["attacks"] + SAMPLES["lawful"])
    sys.stdout.write(f"{wrong} wrong\n")
    return 1 if wrong else 0


def trusted(world: World) -> bytes:
    """The roots of the suite with today's revocation lists, for ``verify_pdf --trust``."""
    trust = world.pki.trust_with_lists
    parts = [pem.armor("CERTIFICATE", der) for der in (*trust.roots, *world.course_trust.roots)]
    return b"".join([*parts, *(pem.armor("X509 CRL", der) for der in (*trust.crls, *world.course_trust.crls))])


def line(world: World, folder: Path, sample: Sample) -> bool:
    path = folder / f"{'lawful' if sample.expected else 'attack'}-{sample.name}.pdf"
    path.write_bytes(sample.make(world))
    trust = sample.trust(world)
    begun = time.process_time()
    found = judge(path, trust)
    cost = (time.process_time() - begun) * 1000
    codes = Counter(code for one in (*found.signatures, *found.timestamps) for code in one.reasons)
    codes.update(found.reasons)
    wrong = found.verdict.value != sample.expected if sample.expected else found.verdict.value == "pass"
    mark = "WRONG" if wrong else ""
    sys.stdout.write(
        f"{sample.kind:26} {sample.name:52} {found.verdict.value:7} {mark:5} {cost:5.0f} ms  {' '.join(codes)}\n"
    )
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())

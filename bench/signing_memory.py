"""Memory of one large file on its whole way: ``python -m bench.signing_memory [MEGABYTES]``.

Each step runs in a process of its own, which says its most resident memory (VmHWM) at its end; what importing the
library takes is part of it.  Goal: under 200 MB for a file of 200 MB.  The places are looked for in every page: the
letter stands before its pictures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import pikepdf
import typst

from bench.report import Figure, keep
from signing import Places, Trust, fill_and_seal, judge, prepare, sha256_of, sign_as_person
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.place import find_places
from signing.proving import prove
from signing.renewing import holding, renew
from signing.sign import sign_basic
from signing.two_phase import Holder, Prepared, finish_signature, prepare_signature

LETTER = Path(__file__).parent.parent / "tests" / "signing" / "letter.typ"
LEADER = DemoHolder("leader", "Nguyễn Thị Hồng Ánh", "Sở Nội vụ", "pw", "Phó Giám đốc")
AGENCY = DemoHolder("seal", "Sở Nội vụ", "Sở Nội vụ", "pw")
SIDE = 2600  # pixels of a picture: 20 MB each
GOAL_MB = 200


def large_letter(folder: Path, megabytes: int) -> Path:
    """A letter with pages of pictures that cannot be compressed."""
    letter = BytesIO(typst.compile(str(LETTER), pdf_standards=["a-2b"]))
    target = folder / "draft.pdf"
    with pikepdf.open(letter) as pdf:
        for _ in range(max(1, megabytes * 1_000_000 // (SIDE * SIDE * 3))):
            facts = {
                "/Type": pikepdf.Name("/XObject"),
                "/Subtype": pikepdf.Name("/Image"),
                "/ColorSpace": pikepdf.Name("/DeviceRGB"),
                "/Width": SIDE,
                "/Height": SIDE,
                "/BitsPerComponent": 8,
            }
            picture = pikepdf.Stream(pdf, os.urandom(SIDE * SIDE * 3), facts)
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
            page.obj.Contents = pikepdf.Stream(pdf, b"q 500 0 0 500 47 171 cm /P Do Q")
        pdf.save(target)
    return target


class Way:
    """The steps of one file, each by its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pki = DemoPki(folder / "pki")
        self.trust: Trust = self.pki.trust
        self.stamper = self.pki.timestamper()

    def at(self, name: str) -> Path:
        return self.folder / f"{name}.pdf"

    def find(self) -> None:
        found = find_places(self.at("draft"), ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], LEADER.name)
        assert found is not None
        (self.folder / "places.json").write_text(json.dumps(found.places.to_json()))

    def prepare(self) -> None:
        places = Places.from_json(json.loads((self.folder / "places.json").read_text()))
        prepare(self.at("draft"), self.at("prepared"), places)

    def leader(self) -> None:
        image = demo_signature_image(LEADER.name)
        key = self.pki.load(LEADER.key_id, LEADER.password)
        sign_as_person(self.at("prepared"), self.at("signed"), key, self.stamper, self.trust, image=image)

    def two_phases(self) -> None:
        key = self.pki.load(LEADER.key_id, LEADER.password)
        base = sha256_of(self.at("prepared"))
        holder = Holder(key.certificate, key.chain)
        waiting: Prepared = prepare_signature(
            self.at("prepared"), self.folder, holder, self.stamper, self.trust, base_sha256=base
        )
        raw = key.sign(waiting.attributes)
        finish_signature(waiting, raw, self.at("two"), self.stamper, self.trust, base_sha256=base)

    def unproven_then_proven(self) -> None:
        sign_basic(self.at("prepared"), self.at("bare"), self.pki.load(LEADER.key_id, LEADER.password))
        prove(self.at("bare"), self.at("proven"), self.stamper, self.trust)

    def seal(self) -> None:
        key, image = self.pki.load(AGENCY.key_id, AGENCY.password), demo_seal_image(["SỞ", "NỘI VỤ"])
        said = {"number": "9", "date": "ngày 01 tháng 02", "image": image}
        fill_and_seal(self.at("signed"), self.at("sealed"), key, self.stamper, self.trust, **said)

    def judge(self) -> None:
        assert judge(self.at("sealed"), self.trust).verdict == "pass"

    def renew(self) -> None:
        assert holding(self.at("sealed"))
        renew(self.at("sealed"), self.at("renewed"), self.stamper, self.trust)

    def judge_renewed(self) -> None:
        assert judge(self.at("renewed"), self.trust).verdict == "pass"


STEPS = ("find", "prepare", "leader", "two_phases", "unproven_then_proven", "seal", "judge", "renew", "judge_renewed")


def most_resident() -> int:
    """The most memory that this process ever had resident, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("this system does not say")


def step(name: str, folder: Path) -> None:
    """One step, in this process; prints seconds and bytes."""
    begun = time.monotonic()
    getattr(Way(folder), name)()
    print(time.monotonic() - begun, most_resident())


def main(megabytes: int = 220) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        folder = Path(work)
        make_demo_pki(folder / "pki", [LEADER], AGENCY)
        size = large_letter(folder, megabytes).stat().st_size / 1e6
        print(f"one file of {size:.0f} MB")
        for name in STEPS:
            command = [sys.executable, "-m", "bench.signing_memory", name, work]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            seconds, resident = float(said[0]), int(said[1]) / 1e6
            keep(
                Figure(
                    "Signing",
                    f"memory, {size:.0f} MB: {name}",
                    round(resident),
                    "MB",
                    GOAL_MB,
                    beside=f"{seconds:.1f} s",
                )
            )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        step(sys.argv[1], Path(sys.argv[2]))
    else:
        main(*(int(one) for one in sys.argv[1:]))

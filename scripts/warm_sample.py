"""Make the letter that a fork server judges before it forks (edocs/limited/sample): ``python scripts/warm_sample.py``.

A letter as the product makes it: composed by Typst, prepared, signed by a leader, filled in and sealed, with the
demonstration's kind of authorities. Their keys are forgotten at once, so nobody can sign with them again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import typst  # noqa: E402 - after the path

from signing import Trust, Verdict, fill_and_seal, judge, prepare, sign_as_person  # noqa: E402
from signing.demo_images import demo_seal_image, demo_signature_image  # noqa: E402
from signing.demo_pki import DemoHolder, make_demo_pki  # noqa: E402
from signing.place import find_places  # noqa: E402

LETTER = ROOT / "tests" / "signing" / "letter.typ"
SAMPLE = ROOT / "edocs" / "limited" / "sample"
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
LEADER = DemoHolder("leader", "Nguyễn Thị Hồng Ánh", "Sở Nội vụ", "forgotten")
AGENCY = DemoHolder("seal", "Sở Nội vụ", "Sở Nội vụ", "forgotten")


def main() -> None:
    """Make it anew, and the trust by which it is good."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki = make_demo_pki(folder / "pki", [LEADER], AGENCY)
        stamps = pki.timestamper(AT)
        draft, prepared, signed, sealed = (folder / f"{one}.pdf" for one in ("draft", "prepared", "signed", "sealed"))
        draft.write_bytes(typst.compile(str(LETTER), pdf_standards=["a-2b"]))
        found = find_places(draft, ["PHÓ GIÁM ĐỐC"], LEADER.name)
        if found is None:
            raise SystemExit("the letter does not say where to sign")
        prepare(draft, prepared, found.places)
        leader, seal = pki.load("leader", LEADER.password), pki.load("seal", AGENCY.password)
        sign_as_person(prepared, signed, leader, stamps, pki.trust, image=demo_signature_image(LEADER.name))
        picture = demo_seal_image(["UBND TỈNH", "SỞ", "NỘI VỤ"])
        date = "ngày 01 tháng 11 năm 2026"
        fill_and_seal(signed, sealed, seal, stamps, pki.trust, number="1043", date=date, image=picture)
        if judge(sealed, pki.trust, at=AT).verdict is not Verdict.PASS:
            raise SystemExit("the letter is not judged good")
        shutil.rmtree(SAMPLE, ignore_errors=True)
        SAMPLE.mkdir()
        (SAMPLE / "letter.pdf").write_bytes(sealed.read_bytes())
        keep_trust(pki.trust)


def keep_trust(trust: Trust) -> None:
    """The trust folder as the product publishes it: with a list of purposes."""
    trust.write_to(SAMPLE / "trust")
    anchors = [
        {
            "sha256": hashlib.sha256(root).hexdigest(),
            "purposes": ["organisation", "person", "timestamp"],
            "valid_from": None,
            "valid_to": None,
        }
        for root in trust.roots
    ]
    (SAMPLE / "trust" / "anchors.json").write_text(json.dumps(anchors), "utf-8")


if __name__ == "__main__":
    main()

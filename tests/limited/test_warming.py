"""The letter that a fork server judges before it forks."""

import json
import subprocess
import sys
from pathlib import Path

from edocs.limited import warming
from edocs.limited.tasks import evidence

ROOT = Path(__file__).parents[2]
COUNT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from edocs.limited import warming
from edocs.limited.tasks import evidence
if sys.argv[1] == "warm":
    warming.warm_up()
before = set(sys.modules)
evidence.judge_fully(warming.LETTER, Path(), str(warming.TRUST), at=warming.AT)
print(len(set(sys.modules) - before))
"""


def test_the_letter_is_good_in_every_part_that_is_to_be_warm() -> None:
    found = evidence.judge_fully(warming.LETTER, warming.SAMPLE, str(warming.TRUST), at=warming.AT)
    assert found["verdict"] == "pass"
    assert [(one["field"], one["changes"]) for one in found["signatures"]] == [
        ("leader", "filling"),
        ("seal", "proofs"),
        ("ts_seal", "none"),
    ]
    assert all(one["chain"][-1]["anchor"] for one in found["signatures"])
    assert json.dumps(found)


def test_what_is_imported_late_is_there_afterwards() -> None:
    cold, warm = (
        int(subprocess.run([sys.executable, "-c", COUNT, how], check=True, capture_output=True).stdout)
        for how in ("cold", "warm")
    )
    assert warm == 0 < cold


def test_no_key_comes_with_the_letter() -> None:
    kinds = {file.suffix for file in warming.SAMPLE.rglob("*") if file.is_file()}
    assert kinds == {".pdf", ".json", ".der", ".crl"}
    assert not any(b"PRIVATE KEY" in file.read_bytes() for file in warming.SAMPLE.rglob("*") if file.is_file())

"""Large files are not held in memory: what is read of one page is given back before the next one is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.signing_memory import SIDE, large_letter

ROOT = Path(__file__).resolve().parents[2]
PAGE = SIDE * SIDE * 3
"""Bytes of one page's picture."""
PAGES = 5


FIND = """
import sys
from pathlib import Path
from bench.signing_memory import LEADER, most_resident
from signing.place import find_places
assert find_places(Path(sys.argv[1]), ["PHÓ GIÁM ĐỐC"], LEADER.name) is not None
print(most_resident())
"""


def most_memory_of_finding(folder: Path, pages: int) -> int:
    """The most resident memory (bytes) of a process that looks for the places in a letter before so many pictures."""
    folder.mkdir()
    letter = large_letter(folder, pages * PAGE // 1_000_000 + 1)
    command = [sys.executable, "-c", FIND, str(letter)]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


@pytest.mark.timeout(120)
def test_finding_the_places_holds_few_pages_of_a_large_file(tmp_path: Path) -> None:
    one = most_memory_of_finding(tmp_path / "one", 1)
    many = most_memory_of_finding(tmp_path / "many", PAGES)
    assert many - one < PAGE * (PAGES - 1) / 2

"""What the history of a document and the page of jobs say: words, never the names that the program uses."""

from __future__ import annotations

import re
from pathlib import Path

from edocs.jobs.registry import kinds
from edocs.web.house.kinds import LABELS
from edocs.web.reading.verbs import SENTENCES

HOUSE = Path(__file__).parents[2] / "edocs"
ABOUT_A_DOCUMENT = re.compile(r'record\(\s*"([a-z_.]+)",\s*(?:\w+\.)*document,')


def test_whatever_is_written_about_a_document_is_told_in_words() -> None:
    written = {verb for path in HOUSE.rglob("*.py") for verb in ABOUT_A_DOCUMENT.findall(path.read_text("utf-8"))}
    assert "document.seal" in written
    assert written - set(SENTENCES) == set()


def test_every_kind_of_job_has_a_name() -> None:
    office = {kind for kind, found in kinds.items() if found.handler.__module__.startswith("edocs.")}
    assert "workflow.seal" in office
    assert office - set(LABELS) == set()

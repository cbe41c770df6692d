"""What a fork server does once, so that none of its children has to: one letter of our own, judged before any fork.

The first judgement in a process takes twice as long as the second: classes of ASN.1 lay out their fields when they
are first used, modules are imported inside functions, patterns are compiled, PDFium starts. The letter comes with
the program (``scripts/warm_sample.py`` makes it); a file that people brought never comes near the server. Its trust
is a folder of its own that nothing else reads, and all that stays behind is keyed by the very bytes it was read from.
"""

from datetime import UTC, datetime
from pathlib import Path

SAMPLE = Path(__file__).with_name("sample")
LETTER, TRUST = SAMPLE / "letter.pdf", SAMPLE / "trust"
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)  # when everything in it is in force


def warm_up() -> None:
    """Judge the letter, find the places in it. Raises RuntimeError when it is not judged good: it always was."""
    from edocs.limited.tasks import evidence, signatures

    found = evidence.judge_fully(LETTER, SAMPLE, str(TRUST), at=AT)
    if found["verdict"] != "pass":
        raise RuntimeError(f"the sample letter is judged {found['verdict']}")
    signatures.find_places(LETTER, SAMPLE, ["PHÓ GIÁM ĐỐC"], "Nguyễn Thị Hồng Ánh")

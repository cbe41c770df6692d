"""Whether this machine can read text from scans: shown on the health page. Nothing foreign is read here."""

import shutil
import subprocess

LANGUAGE = "vie"


def ocr_available() -> bool:
    """Whether tesseract and its Vietnamese model are installed (about 0.1 s; ask once, not per request)."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    said = subprocess.run(
        [program, "--list-langs"],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return LANGUAGE in said.stdout.split()

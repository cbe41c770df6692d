"""Prepare ``.venv`` from the exact pins, or say in one sentence what is missing. Needs nothing but Python itself.

    python3 scripts/bootstrap.py base|dev

A second call with the same pins does nothing, and needs no network.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED_BYTES = 2 * 1024**3


def stop(sentence: str) -> None:
    """End with one clear sentence."""
    sys.exit(f"\nedocs: {sentence}\n")


def check_machine() -> None:
    """Refuse early what cannot work."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this very line tells people whose Python is older
        found = ".".join(map(str, sys.version_info[:2]))
        stop(f"Python 3.11 or newer is needed, this is {found}. Install it, then run: make PYTHON=python3.11 demo")
    if PYTHON.exists():
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("Python's venv module is missing. On Debian or Ubuntu run: apt install python3-venv")
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
        stop(f"less than 2 GB are free on the disk of {ROOT}. Free some room and try again.")


def run(*command: str, or_say: str) -> None:
    """Run a command quietly; on failure show the end of what it said and the sentence."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write("\n".join((done.stdout + done.stderr).strip().splitlines()[-8:]) + "\n")
        stop(or_say)


def main(which: str) -> None:
    check_machine()
    pins = ROOT / "requirements" / f"{which}.txt"
    stamp = VENV / f".installed-{which}"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing the packages of {pins.relative_to(ROOT)} into .venv …", flush=True)  # noqa: T201
    offline = "the packages could not be fetched. Check the network (or your package index) and run the command again."
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", str(VENV), or_say="the virtual environment could not be made in .venv.")
    if not (VENV / "bin" / "uv").exists():
        pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements/uv.txt")
        run(*pip, or_say=offline)
    uv = (str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON))
    run(*uv, "--require-hashes", "-r", str(pins), or_say=offline)
    stamp.write_text(wanted)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "base")

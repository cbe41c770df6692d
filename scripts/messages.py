"""Translations: compile every catalogue, and check that no sentence is missing in Vietnamese.

    python scripts/messages.py compile
    python scripts/messages.py check      (needs xgettext of the package gettext)
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def catalogues() -> list[Path]:
    return sorted((ROOT / "edocs").rglob("locale/vi/LC_MESSAGES/django.po"))


def compile_all() -> None:
    """Write the ``.mo`` beside each ``.po`` that is newer."""
    for path in catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as source, target.open("wb") as compiled:
            write_mo(compiled, read_po(source, locale="vi"))


def extracted() -> set[tuple[str, str]]:
    """Every translatable sentence of the sources, as (context, sentence)."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("edocs", "templates"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.po", "*.mo", "static", "demo/content"))
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "vi", "--no-location", "-v", "0"]
        subprocess.run(command, cwd=copy, check=True)  # noqa: S603
        found = set()
        for path in copy.rglob("django.po"):
            with path.open("rb") as source:
                for message in read_po(source, locale="vi"):
                    found.add((message.context or "", _key(message.id)))
    return found - {("", "")}


def _key(sentence: object) -> str:
    return str(sentence[0]) if isinstance(sentence, list | tuple) else str(sentence)


def translated() -> set[tuple[str, str]]:
    """Every sentence that has a Vietnamese text which is not marked as fuzzy."""
    done = set()
    for path in catalogues():
        with path.open("rb") as source:
            for message in read_po(source, locale="vi"):
                words = message.string if isinstance(message.string, list | tuple) else [message.string]
                if all(words) and not message.fuzzy:
                    done.add((message.context or "", _key(message.id)))
    return done


def check() -> int:
    if not shutil.which("xgettext"):
        print("translations: not checked, xgettext is missing (apt install gettext)")  # noqa: T201
        return 0
    missing = sorted(extracted() - translated())
    for context, sentence in missing:
        print(f"no Vietnamese for: {sentence!r}" + (f" ({context})" if context else ""))  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    compile_all()

"""Translations: compile every catalogue, and check that no sentence is missing in Vietnamese.

python scripts/messages.py compile
python scripts/messages.py check      (needs xgettext of the package gettext)
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
ENGLISH_PLURALS = "nplurals=2; plural=(n != 1)"
Sentence = tuple[str, str]  # context (or ""), sentence


def catalogues() -> list[Path]:
    return sorted((ROOT / "edocs").rglob("locale/vi/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """One of our catalogues; a fault in it stops the work and names its line."""
    with path.open("rb") as source:
        return read_po(source, locale="vi", abort_invalid=True)


def compile_all() -> None:
    """Write the ``.mo`` beside each ``.po`` that is newer."""
    for path in catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with target.open("wb") as compiled:
            write_mo(compiled, read(path))


def extracted() -> dict[Sentence, str]:
    """Every translatable sentence of the sources, with the files it stands in."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("edocs", "templates"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.po", "*.mo", "static"))
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "vi", "--add-location", "file", "-v", "0"]
        # The templates of the extraction are read, not its catalogues: these repeat the plural forms of English,
        # which Vietnamese does not have.
        subprocess.run([*command, "--keep-pot"], cwd=copy, check=True)
        found: dict[Sentence, set[str]] = {}
        for path in copy.rglob("django.pot"):
            template = path.read_text("utf-8").replace("nplurals=INTEGER; plural=EXPRESSION", ENGLISH_PLURALS)
            for message in read_po(io.StringIO(template), abort_invalid=True):
                if message.id:
                    places = found.setdefault((message.context or "", _key(message.id)), set())
                    places.update(name for name, _line in message.locations)
    return {sentence: ", ".join(sorted(places)) for sentence, places in found.items()}


def _key(sentence: object) -> str:
    return str(sentence[0]) if isinstance(sentence, list | tuple) else str(sentence)


def translated() -> set[Sentence]:
    """Every sentence that has a Vietnamese text which is not marked as fuzzy."""
    done = set()
    for path in catalogues():
        for message in read(path):
            words = message.string if isinstance(message.string, list | tuple) else [message.string]
            if all(words) and not message.fuzzy:
                done.add((message.context or "", _key(message.id)))
    return done


def check() -> int:
    if not shutil.which("xgettext"):
        print("translations: not checked, xgettext is missing (apt install gettext)")  # noqa: T201
        return 0
    sentences = extracted()
    missing = sorted(set(sentences) - translated(), key=lambda sentence: (sentences[sentence], sentence))
    for context, sentence in missing:
        kind = f" ({context})" if context else ""
        print(f"{sentences[context, sentence]}: no Vietnamese for: {sentence!r}{kind}")  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    compile_all()

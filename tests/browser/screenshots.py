"""Pictures of the main pages at desktop and phone width: ``python -m tests.browser.screenshots [names…]``.

They are written into ``screenshots/`` as ``name-desktop.png``, ``name-phone.png``, and for some pages
``name-desktop-dark.png`` and ``name-desktop-en.png``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "screenshots"
NAMES = (
    "login",
    "work",
    "incoming",
    "document-in",
    "document-out",
    "intake",
    "register",
    "instruct",
    "write",
    "check",
    "sign",
    "seal",
    "case-files",
    "case-file",
    "search",
    "health",
)
DARK = ("work", "document-in", "case-file", "sign")
ENGLISH = ("work-leader", "register", "seal", "case-file")
PAST = 60
"""How many stories of the department's past are told first, so that lists look like lists."""


def main(wanted: list[str]) -> None:
    """Take every picture, or those of the pages named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edocs.settings")
    os.environ.setdefault("DEMO", "1")
    with tempfile.TemporaryDirectory(prefix="edocs-pictures-") as folder:
        os.environ["VAR_DIR"] = folder  # this process keeps nothing of its own among the office's files
        django.setup()
        from tests.browser import stage

        with stage.served(Path(folder), stories=PAST) as office, stage.chromium() as browser:
            take(stage.Seats(browser, office), stage.set_stage(office, Path(folder)), set(wanted))


def take(seats: object, found: object, wanted: set[str]) -> None:
    """One window for each picture, as its person has it."""
    from tests.browser.pages import BY_NAME
    from tests.browser.stage import DESKTOP, PHONE, Seats, Stage

    assert isinstance(seats, Seats)
    assert isinstance(found, Stage)
    TARGET.mkdir(exist_ok=True)
    plans = [(name, "desktop", DESKTOP, "light", "vi") for name in NAMES]
    plans += [(name, "phone", PHONE, "light", "vi") for name in NAMES]
    plans += [(name, "desktop-dark", DESKTOP, "dark", "vi") for name in DARK]
    plans += [(name, "desktop-en", DESKTOP, "light", "en") for name in ENGLISH]
    for name, suffix, size, theme, language in plans:
        if wanted and name not in wanted:
            continue
        watched = seats.open(BY_NAME[name].username, size=size, theme=theme, language=language)
        page = watched.page
        page.goto(BY_NAME[name].path(found))
        watched.settle()
        path = TARGET / f"{name}-{suffix}.png"
        page.screenshot(path=path)
        page.context.close()
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

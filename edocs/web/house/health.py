"""Whether every part of the house works, in plain words: what, since when, what to do.

Nothing here is slow: whatever is asked outside this process has a time-out, and all of it is asked side by side.
What takes longer (the whole journal, many files) is a job whose last result is read here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.ui import State, Tone
from edocs.web.house import probes, probes_content, probes_database

PATIENCE = 1.5  # seconds for everything that is asked outside this process
KEPT_SECONDS = 10  # how long the machine's answer is kept, so that asking often costs nothing
ICONS: dict[str, str] = {
    "green": "circle-check",
    "amber": "alert-triangle",
    "red": "alert-circle",
    "grey": "circle-off",
}
WORDS = {"green": _("Works"), "amber": _("Needs a look"), "red": _("Does not work"), "grey": _("Not known yet")}


@dataclass(frozen=True)
class Check:
    """One part: how it stands, in a sentence, and what to do about it."""

    key: str
    label: str | Promise
    tone: Tone
    sentence: str
    advice: str = ""
    job: str = ""  # the kind of job that looks closer
    word: str | Promise = ""

    @property
    def state(self) -> State:
        return State(self.word or WORDS[self.tone], ICONS[self.tone], self.tone)


@dataclass(frozen=True)
class Part:
    """What is asked under which name."""

    key: str
    label: str | Promise
    ask: Callable[[], probes.Finding]
    job: str = ""


@dataclass(frozen=True)
class Group:
    """Checks under one heading."""

    label: str | Promise
    checks: list[Check]


#: asked in other threads: nothing of these touches the database
OUTSIDE = (
    Part("broker", _("Message broker"), probes.broker),
    Part("signing", _("Signing process"), probes.signing),
    Part("disk", _("Disk space"), probes.disk),
    Part("libreoffice", _("LibreOffice (DOCX, ODT, XLSX to PDF)"), probes.libreoffice),
    Part("tesseract", _("Tesseract (text from scans)"), probes.tesseract),
    Part("fonts", _("Fonts for Vietnamese"), probes.fonts),
    Part("clock", _("Clock"), probes.clock_set),
)
INSIDE = (
    Part("database", _("Database"), probes_database.database),
    Part("worker", _("Worker (does what people wait for)"), probes_database.worker),
    Part("reader", _("Reader (does what can wait)"), probes_database.reader),
    Part("beat", _("Beat (plans and repeats jobs)"), probes_database.beat),
    Part("failed", _("Failed jobs"), probes_database.failed_jobs),
    Part("search", _("Search index"), probes_database.search, job="index"),
    Part("scans", _("Reading of scans"), probes_content.scans),
    Part("journal", _("Journal"), probes_database.journal, job="journal"),
    Part("files", _("Stored files"), probes_database.files, job="files"),
)
GROUPS = (
    (_("What runs"), ("database", "worker", "reader", "beat", "broker", "signing", "failed", "scans")),
    (_("What is kept"), ("disk", "files", "journal", "search")),
    (_("What is installed"), ("libreoffice", "tesseract", "fonts", "clock")),
)


def all_checks() -> list[Group]:
    """Every check, in groups; at most about two seconds, usually a tenth of one."""
    found = {check.key: check for check in _asked()}
    return [Group(label, [found[key] for key in keys]) for label, keys in GROUPS]


def overall(groups: list[Group]) -> Tone:
    """The worst of all; what is merely not installed does not count."""
    tones = {check.tone for group in groups for check in group.checks}
    return "red" if "red" in tones else "amber" if "amber" in tones else "green"


def _asked() -> list[Check]:
    pool = ThreadPoolExecutor(max_workers=len(OUTSIDE), thread_name_prefix="health")
    waiting = [(part, pool.submit(part.ask)) for part in OUTSIDE]
    until = time.monotonic() + PATIENCE
    checks = [_check(part, part.ask()) for part in INSIDE]
    checks += [_check(part, _answer(future, until)) for part, future in waiting]
    pool.shutdown(wait=False, cancel_futures=True)
    return checks


def _answer(future: Future[probes.Finding], until: float) -> probes.Finding:
    try:
        return future.result(timeout=max(0.0, until - time.monotonic()))
    except TooSlow:
        return probes.Finding("amber", str(_("No answer within %(seconds)s s.") % {"seconds": PATIENCE}))


def _check(part: Part, finding: probes.Finding) -> Check:
    return Check(part.key, part.label, finding.tone, finding.sentence, finding.advice, part.job, finding.word)


class Machine:
    """The answer for machines: works or not, asked again every ten seconds at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._works = False

    def works(self) -> bool:
        """True when nothing essential is red; the database being away is an answer, not an error."""
        with self._lock:
            if time.monotonic() - self._asked_at > KEPT_SECONDS:
                try:
                    self._works = overall(all_checks()) != "red"
                except DatabaseError:
                    self._works = False
                self._asked_at = time.monotonic()
            return self._works

    def forget(self) -> None:
        """Ask anew at the next question."""
        self._asked_at = float("-inf")


machine = Machine()


def web_works() -> bool:
    """Whether this web process can serve: it reaches the database (for the container that runs it)."""
    try:
        return probes_database.database().tone != "red"
    except DatabaseError:
        return False

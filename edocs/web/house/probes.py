"""Questions to the world outside the process. Each answers within about a second and touches no database."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edocs.jobs.broker import is_whole
from edocs.limited.ocr import ocr_available
from edocs.limited.tasks.convert import PROGRAMS
from edocs.ui import Tone
from signing import SigningError
from signing.process.client import SigningClient

ASK_SECONDS = 1.0
KEPT_SECONDS = 60  # programs do not come and go by the second
GIB = 1024**3
LOW_BYTES, LOW_SHARE = 5 * GIB, 0.10
EMPTY_BYTES = 1 * GIB
#: Families with the letters of Vietnamese and the widths of Times New Roman (measured; Debian's packages).
GOOD_FONTS = ("Times New Roman", "Tinos", "Liberation Serif")
NOT_INSTALLED = gettext_lazy("Not installed")
PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


@dataclass(frozen=True)
class Finding:
    """How a part stands, in a sentence, and what to do."""

    tone: Tone
    sentence: str
    advice: str = ""
    word: str | Promise = ""  # in place of the usual word for the tone


def broker() -> Finding:
    """The message broker: a folder, or a server that accepts connections."""
    url = urlsplit(settings.BROKER_URL)
    advice = _("Start the broker or correct BROKER_URL. Nothing is lost: jobs wait in the database.")
    if url.scheme == "filesystem":
        folder = Path(settings.VAR_DIR) / "queue" / "messages"
        if folder.is_dir() and is_whole(folder.parent / "control"):
            waiting = sum(1 for _file in folder.iterdir())
            return Finding("green", _("Messages go through a folder; %(count)d wait there.") % {"count": waiting})
        return Finding(
            "red",
            _("The folder of the messages is missing or damaged."),
            _("Start the office again; it mends the folder."),
        )
    try:
        if url.scheme.startswith("redis"):
            timeouts = {"socket_timeout": ASK_SECONDS, "socket_connect_timeout": ASK_SECONDS}
            with redis.Redis.from_url(settings.BROKER_URL, **timeouts) as client:
                client.ping()
        else:
            with socket.create_connection((url.hostname or "", url.port or PORTS.get(url.scheme, 0)), ASK_SECONDS):
                pass
    except (OSError, redis.RedisError) as problem:
        return Finding("red", _("Does not answer (%(problem)s).") % {"problem": type(problem).__name__}, advice)
    return Finding("green", _("Answers at %(host)s.") % {"host": url.hostname})


def signing() -> Finding:
    """The signing process at its socket."""
    try:
        sessions = SigningClient(Path(settings.SIGNING_SOCKET)).ping(timeout=ASK_SECONDS)
    except SigningError:
        return Finding(
            "red",
            _("Does not answer. Nobody can sign or seal now; everything else goes on."),
            _("Start it (manage.py signing_daemon) and check SIGNING_SOCKET and the rights on the socket's folder."),
        )
    return Finding("green", _("Answers; %(count)d consents are open.") % {"count": sessions})


def disk() -> Finding:
    """Room on the disks of the files and of the rest; the fuller one counts."""
    folders = {Path(settings.FILES_DIR), Path(settings.VAR_DIR)}
    usages = [shutil.disk_usage(_standing(folder)) for folder in folders]
    least = min(usages, key=lambda usage: usage.free)
    facts = {"free": f"{least.free / GIB:.1f}", "share": round(100 * least.free / least.total)}
    sentence = _("%(free)s GB free (%(share)d %%).") % facts
    advice = _("Free some room or enlarge the disk. Registering stops when it is full; nothing stored is lost.")
    if least.free < EMPTY_BYTES:
        return Finding("red", sentence, advice)
    if least.free < LOW_BYTES or least.free < LOW_SHARE * least.total:
        return Finding("amber", sentence, advice)
    return Finding("green", sentence)


def libreoffice() -> Finding:
    """The program that turns office files into PDF."""
    if any(shutil.which(program) for program in PROGRAMS):
        return Finding("green", _("Installed."))
    return Finding(
        "grey",
        _("Not installed. Office files are kept and can be downloaded, but not shown or signed."),
        _("Debian, Ubuntu: apt install libreoffice-writer-nogui libreoffice-calc-nogui"),
        NOT_INSTALLED,
    )


def tesseract() -> Finding:
    """The program that reads scans, with its Vietnamese model."""
    if cache.get_or_set("health.tesseract", _has_tesseract, KEPT_SECONDS):
        return Finding("green", _("Installed, with Vietnamese."))
    return Finding(
        "grey",
        _("Not installed, or without Vietnamese. Scans are shown, but their text is not found by search."),
        _("Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-vie"),
        NOT_INSTALLED,
    )


def fonts() -> Finding:
    """Fonts that LibreOffice needs so that Vietnamese comes out whole; our own PDFs bring theirs."""
    found = cache.get_or_set("health.fonts", _font_families, KEPT_SECONDS)
    good = [name for name in GOOD_FONTS if name in (found or ())]
    if good:
        return Finding("green", _("Found: %(names)s.") % {"names": ", ".join(good)})
    return Finding(
        "grey" if not found else "amber",
        _("No font with all letters of Vietnamese in the widths of Times New Roman was found."),
        _("Debian, Ubuntu: apt install fonts-croscore fonts-liberation2. Letters written here bring their own."),
    )


def clock_set() -> Finding:
    """Whether the machine says that its clock is set over the network (R-LAW-19)."""
    zone = settings.TIME_ZONE
    if Path("/run/systemd/timesync/synchronized").exists() or _said("timedatectl", "show", "-p", "NTPSynchronized") == (
        "NTPSynchronized=yes"
    ):
        return Finding("green", _("Set over the network; time zone %(zone)s.") % {"zone": zone})
    return Finding(
        "grey",
        _("This machine does not say whether its clock is set over the network; time zone %(zone)s.") % {"zone": zone},
        _("Inside a container that is usual: see to it on the host (systemd-timesyncd or chrony)."),
    )


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _has_tesseract() -> bool:
    try:
        return ocr_available()
    except (OSError, subprocess.TimeoutExpired):
        return False


def _font_families() -> tuple[str, ...]:
    lines = _said("fc-list", ":lang=vi", "family").splitlines()
    return tuple({name.strip() for line in lines for name in line.split(",")})


def _said(program: str, *arguments: str) -> str:
    """What a small program prints; nothing when it is not there or too slow."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()

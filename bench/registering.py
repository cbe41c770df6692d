"""What a clerk waits for: ``python -m bench.registering --documents 100000``.

In an archive of that size: registering without the file through the whole service, the same as the form is posted,
a scan of 5 MB until its upload is answered, and, with a real worker beside, the time from the answer until search
finds the registered letter.
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import office
from bench.lists import timed
from bench.report import Figure, keep, median, p95

PART = "Registering"
GOAL_REGISTER_MS, GOAL_UPLOAD_MS, GOAL_FOUND_S = 60, 1000, 5
SCAN_BYTES = 5 * 1024 * 1024
PATIENCE = 120.0


class Desk:
    """The clerk at the form."""

    def __init__(self) -> None:
        from django.test import Client

        from edocs.office.models import Correspondent, DocumentKind, Person

        self.clerk = Person.objects.get(username="vanthu")
        self.kind = DocumentKind.objects.get(name="Công văn")
        self.issuer = Correspondent.objects.order_by("id").first()
        self.browser = Client(HTTP_HOST="localhost")
        self.browser.force_login(self.clerk, backend="django.contrib.auth.backends.ModelBackend")
        self._numbers = itertools.count(int(time.time()) % 10**8 * 100)

    def register(self) -> None:
        """By the service, without a file."""
        from edocs import clock
        from edocs.documents.services.registering import IncomingFields, register_incoming

        fields = IncomingFields(
            kind=self.kind,
            issuer=self.issuer,
            issuer_name="",
            number=str(next(self._numbers)),
            symbol="UBND-VP",
            issued_on=clock.today(),
            summary="V/v báo cáo kết quả thực hiện nhiệm vụ tháng",
        )
        register_incoming(fields=fields, files=[], by=self.clerk)

    def post(self, address: str, summary: str) -> None:
        """By the form, as the browser sends it."""
        from edocs import clock

        today = clock.today().isoformat()
        values = {
            "arrived_on": today,
            "issuer": str(self.issuer.pk if self.issuer else ""),
            "code": f"{next(self._numbers)}/UBND-VP",
            "issued_on": today,
            "kind": self.kind.pk,
            "urgency": "0",
            "summary": summary,
            "channel": "post",
            "copies": "1",
            "pages": "1",
        } | self._book()
        answer = self.browser.post(address, values)
        if answer.status_code != 302:
            raise SystemExit(f"{address} answered {answer.status_code}: {answer.content.decode()[:2000]}")

    def last(self) -> int:
        """The number of the document registered last."""
        from edocs.documents.models import Document

        return int(Document.objects.latest("id").pk)

    def _book(self) -> dict[str, Any]:
        from edocs.documents.choices import Direction
        from edocs.documents.services.numbering import book_for

        return {"book": book_for(direction=Direction.INCOMING, kind=self.kind).pk}

    def upload(self, name: str, content: bytes) -> int:
        """A file dropped; gives the arrival's number."""
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.urls import reverse

        from edocs.intake.models import Arrival

        given = {"file": SimpleUploadedFile(name, content, "application/pdf")}
        answer = self.browser.post(reverse("intake_upload"), given, HTTP_X_REQUESTED_WITH="fetch")
        if answer.status_code >= 300:
            raise SystemExit(f"the upload was answered {answer.status_code}: {answer.content.decode()[:500]}")
        return int(Arrival.objects.latest("id").pk)


def scan() -> bytes:
    """A PDF of a little more than 5 MB whose pages are pictures."""
    from PIL import Image

    pages = [Image.effect_noise((2480, 3508), 24) for _ in range(2)]
    for quality in (40, 55, 70, 80, 90, 95):
        made = io.BytesIO()
        pages[0].save(made, "PDF", save_all=True, append_images=pages[1:], resolution=300, quality=quality)
        if made.tell() >= SCAN_BYTES:
            break
    return made.getvalue()


def letter(word: str) -> bytes:
    """A letter with text, as an office sends it."""
    import datetime as dt

    from edocs.typeset import Letter, Paragraph, compose_letter

    return compose_letter(
        Letter(
            superior="UBND tỉnh Nam Khê",
            agency="Ủy ban nhân dân xã Đông Lĩnh",
            place="Đông Lĩnh",
            kind="Công văn",
            symbol="UBND-VHXH",
            number="214",
            issued_on=dt.date.today(),
            summary="đề nghị hướng dẫn giải quyết chế độ",
            addressees=("Sở Nội vụ tỉnh Nam Khê",),
            body=(Paragraph(f"Ủy ban nhân dân xã đề nghị Sở hướng dẫn về hồ sơ {word}."),),
            position_lines=("CHỦ TỊCH",),
            signer="Hà Nguyễn Thảo Vy",
        )
    ).pdf


@contextmanager
def worker() -> Iterator[None]:
    """The worker of this office with beat, as ``manage.py serve`` starts it; ready when it has shown a sign of life."""
    from django.conf import settings
    from django.utils import timezone

    from edocs.jobs.lanes import Lane
    from edocs.jobs.queries import signs_of_life

    begun = timezone.now()
    celery = [sys.executable, "-m", "celery", "-A", "edocs.celery", "worker", "-B", "-P", "threads", "-c", "2"]
    schedule = ["-s", settings.CELERY_BEAT_SCHEDULE_FILENAME]
    quiet = ["--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen(
        [*celery, *schedule, *quiet], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: (seen := signs_of_life().get(Lane.NOW)) is not None and seen > begun, "a worker")
        yield
    finally:
        process.terminate()
        process.wait()


def until(true: Any, what: str) -> float:
    """Seconds until something is true, looked at every 20 ms."""
    begun = time.perf_counter()
    while not true():
        if time.perf_counter() - begun > PATIENCE:
            raise SystemExit(f"waited {PATIENCE:.0f} s in vain for {what}")
        time.sleep(0.02)
    return time.perf_counter() - begun


def finds(word: str, document: int) -> bool:
    """True when a search by the clerical office gives this very document (a like word may give others)."""
    from edocs.documents.indexing import engine

    return any(hit.id == str(document) for hit in engine().search(word, {"r:clerk"}).hits)


def measure_found(desk: Desk, rounds: int) -> None:
    """Upload a letter, register it, and look for a word of its text until search finds it."""
    from django.urls import reverse

    from edocs.intake.models import Arrival, ArrivalState
    from edocs.jobs.models import Job, JobState

    read, found = [], []
    with worker():
        until(lambda: not Job.objects.filter(state=JobState.WAITING).exists(), "the jobs from before")
        for number in range(rounds + 1):
            word = f"kiemtra{os.getpid()}{number}"
            arrival = desk.upload("den.pdf", letter(word))
            waiting = Arrival.objects.filter(pk=arrival, state=ArrivalState.READING)
            read.append(until(lambda: not waiting.exists(), "the letter to be read"))  # noqa: B023
            desk.post(reverse("intake_file", args=[arrival]), "V/v hướng dẫn giải quyết chế độ")
            found.append(until(lambda: finds(word, desk.last()), "search to find it"))  # noqa: B023
    read, found = read[1:], found[1:]
    keep(Figure(PART, "uploaded letter read for suggestions", median(read), "s", beside=f"most {max(read):.1f} s"))
    keep(
        Figure(
            PART,
            "registered letter found by search",
            median(found),
            "s",
            GOAL_FOUND_S,
            beside=f"most {max(found):.1f} s",
        )
    )


def measure_answers(desk: Desk, rounds: int) -> None:
    """How long the clerk waits for an answer."""
    from django.urls import reverse

    wall, cpu = timed(desk.register, rounds)
    beside = f"p95 {p95(wall):.1f} ms, processor {median(cpu):.1f} ms"
    keep(Figure(PART, "service, without the file", median(wall), "ms", GOAL_REGISTER_MS, beside=beside))
    address = reverse("intake_new")
    wall, cpu = timed(lambda: desk.post(address, "V/v báo cáo kết quả"), rounds)
    beside = f"p95 {p95(wall):.1f} ms, processor {median(cpu):.1f} ms"
    keep(Figure(PART, "form posted and answered", median(wall), "ms", beside=beside))
    wall = []
    for number in range(max(6, rounds // 10)):
        content = scan()
        begun = time.perf_counter()
        desk.upload(f"quet {number}.pdf", content)
        wall.append((time.perf_counter() - begun) * 1000)
    beside = f"most {max(wall):.0f} ms, {len(content) / 2**20:.1f} MiB each"
    keep(Figure(PART, "upload of a scan answered", median(wall), "ms", GOAL_UPLOAD_MS, beside=beside))


def main() -> None:
    """Read the command line, make the office, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    office.add_arguments(parser, documents=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    arguments = parser.parse_args()
    with office.office(arguments) as folder:
        _broker_ready(folder)
        desk = Desk()
        measure_found(desk, max(5, arguments.rounds // 10))
        measure_answers(desk, arguments.rounds)


def _broker_ready(folder: Path) -> None:
    """The broker's folder as a running office has it."""
    from edocs.jobs.broker import prepare_folder

    prepare_folder(folder / "queue" / "control")


if __name__ == "__main__":
    main()

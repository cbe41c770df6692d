"""Hostile and broken files on the whole way: kept, read by the jobs, found by number.

No job is lost, and (``nothing_left_behind``) no process and no folder of one stays.
"""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from edocs.documents.content import services
from edocs.documents.models import BlobContent
from edocs.documents.services.registering import GivenFile
from edocs.documents.storage import keep_file
from edocs.jobs.models import Job, JobState
from edocs.limited import FileKind
from edocs.limited.limits import LIMITS
from tests.factories import Office, incoming
from tests.limited import hostile
from tests.limited.conftest import nothing_left_behind as nothing_left_behind
from tests.limited.test_hostile import REFUSED, Maker, noise
from tests.working_off import work_off

pytestmark = pytest.mark.django_db
READING = ("documents.read", "documents.ocr", "documents.copy")
CODES = dict(REFUSED)
#: reading may say something else than the check of an upload, which asks more of a file
KINDS = {"docx": FileKind.DOCX, "png": FileKind.PNG, "jpeg": FileKind.JPEG}


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    for task in ("inspect", "read_pages", "ocr_page", "office_text"):
        monkeypatch.setitem(LIMITS, task, LIMITS[task]._replace(seconds=4))


def kind_of(make: Maker) -> FileKind:
    name = getattr(make, "__name__", "")
    return next((kind for part, kind in KINDS.items() if part in name), FileKind.PDF)


@pytest.mark.parametrize("make", list(CODES), ids=lambda make: make.__name__)
def test_what_cannot_be_read_says_so_and_takes_nothing_with_it(
    office: Office, client: Client, tmp_path: Path, make: Maker
) -> None:
    path = tmp_path / "file"
    make(path)
    blob = keep_file(path, kind_of(make).mime)
    document = incoming(office, files=[GivenFile(blob, "thư lạ.pdf", 1)])
    work_off(*READING)
    content = BlobContent.objects.get(blob=blob)
    assert content.failure in (CODES[make], "timeout")
    assert content.left == 0
    assert not Job.objects.filter(state__in=(JobState.FAILED, JobState.RUNNING)).exists()
    assert not Job.objects.filter(kind__in=READING, state=JobState.WAITING).exists()
    client.force_login(office.clerk)
    client.cookies["edocs_language"] = "en"
    assert "The text cannot be read: " in client.get(reverse("document", args=[document.pk])).content.decode()


def test_one_page_that_never_ends_leaves_the_others_to_be_read(tmp_path: Path) -> None:
    """Its own page waits for nothing, and the pages beside it have their text."""
    hostile.self_referencing_pdf(tmp_path / "bomb.pdf")
    with pikepdf.open(hostile.text_pdf(tmp_path / "good.pdf", "Good words")) as pdf:
        with pikepdf.open(tmp_path / "bomb.pdf") as bomb:
            pdf.pages.append(bomb.pages[0])
        pdf.pages.append(pdf.pages[0])
        pdf.save(tmp_path / "three.pdf")
    blob = keep_file(tmp_path / "three.pdf", FileKind.PDF.mime)
    # the check of the upload would refuse it; here it came in before that check knew better
    BlobContent.objects.create(blob=blob, pages=3, sizes=[[595, 842]] * 3, read_at="2026-10-13T00:00Z")
    services.ask_to_read(blob)
    work_off(*READING)
    pages = list(blob.page_contents.all())
    assert [page.state for page in pages] == ["read", "failed", "read"]
    assert [page.text for page in pages] == ["Good words", "", "Good words"]
    assert pages[1].failure in ("bomb", "timeout")


def test_noise_that_calls_itself_a_picture_is_no_scan(tmp_path: Path) -> None:
    noise(tmp_path / "noise.png")
    blob = keep_file(tmp_path / "noise.png", FileKind.PNG.mime)
    services.ask_to_read(blob)
    work_off(*READING)
    assert BlobContent.objects.get(blob=blob).failure == "wrong_kind"

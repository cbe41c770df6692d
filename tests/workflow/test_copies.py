"""Certified electronic copies of documents that came on paper: choose, look, sign with words, as the clerk does."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw

from edocs.documents.choices import FileRole, Origin
from edocs.documents.models import Document, DocumentFile
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job, JobState
from edocs.journal.models import Event
from edocs.office.models import Notice, Person
from edocs.signatures.backend import using
from edocs.signatures.models import SigningItem, Verdict
from edocs.workflow.services import copies
from tests.factories import given, incoming
from tests.signatures.fixtures import SEAL, SigningOffice, current
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db
Visit = Callable[[Person], Client]


@pytest.fixture
def visit(client: Client) -> Visit:
    def signed_in(person: Person) -> Client:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def scan() -> bytes:
    """A scanned page: a picture and nothing else."""
    picture = Image.new("RGB", (827, 1169), "white")
    ImageDraw.Draw(picture).rectangle((100, 300, 700, 320), fill="black")
    data = BytesIO()
    picture.save(data, "PDF", resolution=100)
    return data.getvalue()


@pytest.fixture
def paper(desk: SigningOffice) -> Document:
    """A document that came on paper and was scanned."""
    return incoming(desk.office, files=[given(scan(), "ban-quet.pdf")])


def made_ready(document: Document, desk: SigningOffice, kind: str = "SY") -> DocumentFile:
    version = document.files.get(role=FileRole.MAIN).current
    copies.ask_for_copy(document=document, version_id=version.pk, kind=kind, by=desk.office.clerk)
    run_jobs(copies.PREPARE_COPY)
    return document.files.get(role=FileRole.COPY)


def certify(file: DocumentFile, desk: SigningOffice, password: str = SEAL.password) -> DocumentFile:
    with using(desk.backend):
        copies.sign_copy(file=file, version_id=file.current_id, by=desk.office.clerk, password=password)
        run_jobs(copies.SIGN_COPY)
    file.refresh_from_db()
    return file


@pytest.mark.requirement("R-SIG-4")
@pytest.mark.tool("pdftotext")
def test_a_scan_is_certified_beside_the_original(paper: Document, desk: SigningOffice) -> None:
    before = paper.files.get(role=FileRole.MAIN).current
    file = certify(made_ready(paper, desk), desk)
    assert file.current is not None
    assert (file.current.origin, file.name) == (Origin.COPY, "SAO Y ban-quet.pdf")
    verdict = Verdict.objects.get(blob=file.current.blob_id)
    assert verdict.verdict == "pass"
    path = path_of(file.current.blob_id)
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"SAO Y; Sở Nội vụ .*; \d\d/\d\d/\d{4}; \d\d:\d\d:\d\d\s\+07:00", " ".join(said.split()))
    paper.refresh_from_db()
    assert paper.files.get(role=FileRole.MAIN).current == before
    assert current(paper) == before
    verbs = list(Event.objects.filter(verb__startswith="copy.").values_list("verb", flat=True))
    assert verbs == ["copy.ask"]
    assert Event.objects.filter(verb="document.copy").count() == 1


@pytest.mark.parametrize(("kind", "words"), [("SL", "SAO LỤC"), ("TrS", "TRÍCH SAO")])
def test_the_copy_names_its_kind(paper: Document, desk: SigningOffice, kind: str, words: str) -> None:
    file = made_ready(paper, desk, kind)
    assert file.current is not None
    assert copies.words_of(file.current)[0] == words
    assert Notice.objects.get(kind="copy_ready").person == desk.office.clerk


def test_only_the_clerical_office_copies(paper: Document, desk: SigningOffice, visit: Visit) -> None:
    office, version = desk.office, current(paper)
    for person in (office.officer, office.deputy, office.admin):
        with pytest.raises(NotPermitted):
            copies.ask_for_copy(document=paper, version_id=version.pk, kind="SY", by=person)
        assert visit(person).get(f"/documents/{paper.pk}/copy/").status_code in (403, 404)
    assert not Job.objects.filter(kind=copies.PREPARE_COPY).exists()


@pytest.mark.requirement("R-LAW-14")
def test_a_file_that_came_signed_is_the_original_itself(desk: SigningOffice) -> None:
    signed = path_of(current(desk.sealed()).blob_id).read_bytes()
    document = incoming(desk.office, number="77", files=[given(signed)])
    copies.ask_for_copy(document=document, version_id=current(document).pk, kind="SY", by=desk.office.clerk)
    run_jobs(copies.PREPARE_COPY)
    job = Job.objects.get(kind=copies.PREPARE_COPY)
    assert (job.state, job.code) == (JobState.FAILED, "already_signed")
    assert not document.files.filter(role=FileRole.COPY).exists()


def test_a_wrong_password_certifies_nothing(paper: Document, desk: SigningOffice) -> None:
    file = made_ready(paper, desk)
    with using(desk.backend), pytest.raises(Invalid):
        copies.sign_copy(file=file, version_id=file.current_id, by=desk.office.clerk, password="sai")
    assert not SigningItem.objects.exists()


def test_a_copy_is_certified_once_or_put_away(paper: Document, desk: SigningOffice) -> None:
    file = certify(made_ready(paper, desk), desk)
    with pytest.raises(WrongState):
        copies.sign_copy(file=file, version_id=file.current_id, by=desk.office.clerk, password=SEAL.password)
    with pytest.raises(WrongState):
        copies.give_up_copy(file=file, by=desk.office.clerk)
    version = current(paper)
    copies.ask_for_copy(document=paper, version_id=version.pk, kind="SL", by=desk.office.clerk)
    run_jobs(copies.PREPARE_COPY)
    second = paper.files.filter(role=FileRole.COPY).last()
    copies.give_up_copy(file=second, by=desk.office.clerk)
    second.refresh_from_db()
    assert second.current is None


def test_the_page_leads_from_the_scan_to_the_copy(paper: Document, desk: SigningOffice, visit: Visit) -> None:
    clerk, url = visit(desk.office.clerk), f"/documents/{paper.pk}/copy/"
    assert "Chuẩn bị bản sao" in clerk.get(url).content.decode()
    refused = clerk.post(url, {"do": "ask", "version": "999999", "kind": "XX"})
    assert refused.status_code == 422
    assert clerk.post(url, {"do": "ask", "version": current(paper).pk, "kind": "SY"}).status_code == 302
    assert "Đang chuẩn bị bản sao" in clerk.get(url).content.decode()
    run_jobs(copies.PREPARE_COPY)
    page = clerk.get(url)
    assert "SAO Y ban-quet.pdf" in page.content.decode()
    version = page.context["view"].ready.current_id
    with using(desk.backend):
        wrong = clerk.post(url, {"do": "sign", "version": version, "key_password": "sai"})
        assert wrong.status_code == 422
        assert "sai" not in re.findall(r'value="([^"]*)"', wrong.content.decode())
        right = {"do": "sign", "version": version, "key_password": SEAL.password}
        assert clerk.post(url, right).status_code == 302
        assert clerk.get(url, headers={"HX-Request": "true"}).status_code == 200
        run_jobs(copies.SIGN_COPY)
    assert clerk.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    done = clerk.get(url).content.decode()
    assert "Các bản sao điện tử" in done
    assert not re.search(r"style=|onclick|<script(?! [^>]*src)", done)
    assert f'href="{url}"' in clerk.get(f"/documents/{paper.pk}/").content.decode()


def test_statements_do_not_grow_with_copies(paper: Document, desk: SigningOffice, visit: Visit) -> None:
    clerk, url = visit(desk.office.clerk), f"/documents/{paper.pk}/copy/"
    certify(made_ready(paper, desk), desk)
    clerk.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        clerk.get(url)
    for _number in range(2):
        certify_next(paper, desk)
    with CaptureQueriesContext(connection) as three:
        clerk.get(url)
    assert len(three) == len(one)


def certify_next(paper: Document, desk: SigningOffice) -> None:
    copies.ask_for_copy(document=paper, version_id=current(paper).pk, kind="SY", by=desk.office.clerk)
    run_jobs(copies.PREPARE_COPY)
    certify(paper.files.filter(role=FileRole.COPY).order_by("pk").last(), desk)

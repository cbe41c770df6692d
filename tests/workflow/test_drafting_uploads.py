"""Files brought to a draft: accepted, converted, refused."""

from pathlib import Path

import pytest

from edocs.documents.choices import FileRole, Origin
from edocs.documents.models import Blob, DocumentFile, FileVersion
from edocs.documents.refusals import SENTENCES, sentence_for
from edocs.documents.services.files import main_version
from edocs.documents.storage import is_whole
from edocs.errors import Invalid, NotPermitted, Refusal, WrongState
from edocs.jobs.models import Job, JobState
from edocs.journal.models import Event
from edocs.limited import FileRefused, RefusalCode
from edocs.office.models import Notice
from edocs.workflow.services import approving, drafting, uploads
from edocs.workflow.services.uploads import take_in, upload_draft
from tests.factories import Office
from tests.limited import hostile
from tests.workflow.outgoing import draft, fields, run_jobs, stored_pdf, submitted

pytestmark = pytest.mark.django_db


def test_a_pdf_becomes_a_version_as_it_is(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    stored = stored_pdf(tmp_path, pages=3)
    version = upload_draft(document=document, stored=stored, by=office.officer)
    assert isinstance(version, FileVersion)
    assert (version.origin, version.pages, version.blob) == (Origin.UPLOAD, 3, stored.blob)
    again = upload_draft(document=document, stored=stored, by=office.officer)
    assert again == version


def test_only_who_drafts_brings_files(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        upload_draft(document=draft(office), stored=stored_pdf(tmp_path), by=office.stranger)
    with pytest.raises(WrongState):
        upload_draft(document=submitted(office).document, stored=stored_pdf(tmp_path), by=office.officer)


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_is_a_sentence_that_names_the_file(code: RefusalCode) -> None:
    assert set(SENTENCES) == set(RefusalCode)
    assert "kế hoạch.pdf" in sentence_for(code, name="../../kế hoạch.pdf")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (hostile.encrypted_pdf, "encrypted"),
        (hostile.truncated_pdf, "truncated"),
        (lambda path: path.write_bytes(b"") or path, "empty"),
        (lambda path: path.write_bytes(b"<html><script>1</script></html>") and path, "wrong_kind"),
    ],
)
def test_unfit_files_are_refused_and_nothing_is_kept(tmp_path: Path, make: object, code: str) -> None:
    path = tmp_path / "x.pdf"
    with pytest.raises(Refusal) as refusal:
        take_in(path=make(path), name="văn bản.pdf")  # type: ignore[operator]
    assert refusal.value.code == code
    assert "văn bản.pdf" in str(refusal.value)
    assert not Blob.objects.exists()


def test_a_picture_can_be_attached_but_is_no_draft(office: Office, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (40, 40), "white").save(tmp_path / "anh.png")
    stored = take_in(path=tmp_path / "anh.png", name="anh.png")
    document = draft(office)
    with pytest.raises(Invalid) as refusal:
        upload_draft(document=document, stored=stored, by=office.officer)
    assert refusal.value.code == "wrong_kind"
    assert uploads.add_attachment(document=document, stored=stored, by=office.officer).role == FileRole.ATTACHMENT


def test_a_docx_waits_for_its_conversion_and_cannot_be_submitted_before(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    stored = take_in(path=hostile.docx(tmp_path / "a.docx"), name="dự thảo.docx")
    job = upload_draft(document=document, stored=stored, by=office.officer)
    assert isinstance(job, Job)
    assert main_version(document) is None
    with pytest.raises(WrongState) as refusal:
        approving.submit(document=document, by=office.officer, signer=office.deputy)
    assert refusal.value.code == "converting"


def test_without_libreoffice_the_original_is_kept_and_the_reason_is_said(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_paths: object) -> None:
        raise FileRefused(RefusalCode.NOT_INSTALLED, "LibreOffice")

    monkeypatch.setattr(uploads, "convert_office", missing)
    document = draft(office)
    stored = take_in(path=hostile.docx(tmp_path / "a.docx"), name="dự thảo.docx")
    upload_draft(document=document, stored=stored, by=office.officer)
    (job,) = run_jobs(uploads.CONVERT)
    assert (job.state, job.code) == (JobState.FAILED, "not_installed")
    assert "LibreOffice" in job.reason
    assert is_whole(stored.blob)
    notice = Notice.objects.get(person=office.officer)
    assert (notice.kind, notice.facts["name"]) == ("draft.not_converted", "dự thảo.docx")


@pytest.mark.tool("soffice")
def test_a_docx_becomes_a_pdf_version_beside_its_original(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    stored = take_in(path=hostile.docx(tmp_path / "a.docx"), name="dự thảo.docx")
    upload_draft(document=document, stored=stored, by=office.officer)
    (job,) = run_jobs(uploads.CONVERT)
    assert (job.state, job.reason) == (JobState.DONE, "")
    version = main_version(document)
    assert version is not None
    assert (version.origin, version.original, version.by) == (Origin.CONVERSION, stored.blob, office.officer)


def test_a_conversion_that_comes_too_late_changes_nothing(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    stored = take_in(path=hostile.docx(tmp_path / "a.docx"), name="dự thảo.docx")
    job = upload_draft(document=document, stored=stored, by=office.officer)
    assert isinstance(job, Job)
    written = drafting.write_letter(document=document, fields=fields(office), by=office.officer)
    assert uploads.keep_converted(job=job, blob=stored_pdf(tmp_path).blob, pages=1) is None
    assert main_version(document) == written
    assert Event.objects.filter(verb="draft.convert.late").exists()


def test_attachments_are_added_once_and_removed(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    stored = stored_pdf(tmp_path, name="phụ lục.pdf")
    file = uploads.add_attachment(document=document, stored=stored, by=office.officer)
    with pytest.raises(WrongState):
        uploads.add_attachment(document=document, stored=stored, by=office.officer)
    uploads.remove_attachment(file=file, by=office.officer)
    assert not DocumentFile.objects.filter(document=document).exists()
    assert Event.objects.get(verb="draft.attachment.remove").before["sha256"] == stored.blob.pk
    with pytest.raises(WrongState):
        uploads.remove_attachment(file=file, by=office.officer)

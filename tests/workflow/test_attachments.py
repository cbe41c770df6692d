"""Attachments in files of their own: signed by the agency with words, in the act that seals the document."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edocs import clock
from edocs.documents.choices import FileRole, Origin, State
from edocs.documents.models import Document, DocumentFile, FileVersion
from edocs.documents.storage import path_of
from edocs.errors import WrongState
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.signatures.models import ItemState, Key, SigningItem, Verdict
from edocs.workflow.queries.sealing import seal_view
from edocs.workflow.queries.sealing_pile import seal_results_of
from edocs.workflow.services.attachments import MARK, PREPARE_ATTACHMENTS
from edocs.workflow.services.issuing import number_and_seal_all
from edocs.workflow.services.signing import Pick, take_back_signed
from tests.limited import hostile
from tests.signatures.fixtures import SEAL, SigningOffice, current
from tests.workflow.outgoing import run_jobs
from tests.workflow.proofs import good_for_others

pytestmark = pytest.mark.django_db


def with_attachments(desk: SigningOffice, folder: Path, *contents: tuple[str, bytes]) -> Document:
    """A document with files beside it, signed by the deputy; the attachments are not looked into yet."""
    paths = [folder / name for name, _content in contents]
    for path, (_name, content) in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return desk.signed(attachments=paths)


def pdf(desk: SigningOffice, number: int = 1) -> bytes:
    return desk.letter(summary=f"V/v danh sách kèm theo số {number}")


def attached(document: Document, name: str) -> FileVersion:
    file = DocumentFile.objects.select_related("current__file", "current__blob").get(
        document=document, role=FileRole.ATTACHMENT, name=name
    )
    assert file.current is not None
    return file.current


def seal_all(desk: SigningOffice, document: Document) -> Document:
    desk.seal(document)
    run_jobs("workflow.seal")
    while Job.objects.filter(kind=MARK, state="waiting").exists():
        run_jobs(MARK)
    document.refresh_from_db()
    return document


@pytest.mark.requirement("R-SIG-3")
@pytest.mark.tool("pdfsig", "certutil", "qpdf", "pdftotext")
def test_each_pdf_attachment_bears_number_and_time_at_the_top_right_after_one_consent(
    desk: SigningOffice, tmp_path: Path
) -> None:
    document = with_attachments(desk, tmp_path, ("phu-luc-1.pdf", pdf(desk, 1)), ("phu-luc-2.pdf", pdf(desk, 2)))
    run_jobs(PREPARE_ATTACHMENTS)
    ready = attached(document, "phu-luc-2.pdf")
    assert ready.origin == Origin.PREPARED
    document = seal_all(desk, document)
    assert document.state == State.SEALED
    assert SigningItem.objects.filter(session__purpose="seal").values("session").distinct().count() == 1
    for name in ("phu-luc-1.pdf", "phu-luc-2.pdf"):
        version = attached(document, name)
        assert (version.origin, version.pages) == (Origin.SEAL, 1)
        assert good_for_others(version, desk.pki, tmp_path) == ["mark"]
        assert Verdict.objects.get(blob=version.blob).verdict == "pass"
        area = ["-x", "330", "-y", "0", "-W", "270", "-H", "60", "-l", "1"]
        text = subprocess.run(
            ["pdftotext", "-layout", *area, path_of(version.blob_id), "-"], capture_output=True, text=True, check=True
        ).stdout
        assert re.search(rf"Số: {re.escape(document.code)}; \d\d/\d\d/\d{{4}}; \d\d:\d\d:\d\d", " ".join(text.split()))
    assert (
        path_of(attached(document, "phu-luc-2.pdf").blob_id)
        .read_bytes()
        .startswith(path_of(ready.blob_id).read_bytes())
    )
    assert good_for_others(current(document), desk.pki, tmp_path) == ["leader", "seal"]
    consent = Event.objects.filter(verb="signing.consent").order_by("-id").first()
    assert consent is not None
    assert consent.after is not None
    assert len(consent.after["files"]) == 3
    assert Event.objects.filter(verb="attachment.seal").count() == 2
    results = seal_results_of(SigningItem.objects.filter(session__purpose="seal")[0].session)
    assert (len(results.done), results.total) == (1, 1)


def test_a_document_is_not_sealed_before_its_attachments_were_looked_into(desk: SigningOffice, tmp_path: Path) -> None:
    document = with_attachments(desk, tmp_path, ("phu-luc.pdf", pdf(desk)))
    with pytest.raises(WrongState) as refusal:
        desk.seal(document)
    assert refusal.value.code == "attachments_preparing"
    assert Document.objects.get(pk=document.pk).number == ""
    run_jobs(PREPARE_ATTACHMENTS)
    assert seal_all(desk, document).state == State.SEALED


def test_what_is_no_pdf_or_signed_already_goes_out_as_it_is_and_the_clerk_is_told(
    desk: SigningOffice, tmp_path: Path
) -> None:
    other = desk.signed()
    signed = path_of(current(other).blob_id).read_bytes()
    office = hostile.docx(tmp_path / "bang.docx").read_bytes()
    files = [("da-ky.pdf", signed), ("bang.docx", office)]
    document = with_attachments(desk, tmp_path, *files)
    run_jobs(PREPARE_ATTACHMENTS)
    assert attached(document, "da-ky.pdf").blob_id == current(other).blob_id
    remarks = " ".join(map(str, seal_view(document).remarks))
    assert "da-ky.pdf" in remarks
    document = seal_all(desk, document)
    assert document.state == State.SEALED
    assert attached(document, "da-ky.pdf").blob_id == current(other).blob_id


def test_an_attachment_that_fails_is_sealed_again_alone_and_the_number_stays(
    desk: SigningOffice, tmp_path: Path
) -> None:
    document = with_attachments(desk, tmp_path, ("phu-luc.pdf", pdf(desk)))
    run_jobs(PREPARE_ATTACHMENTS)
    session = desk.seal(document, dispatch=True)
    run_jobs("workflow.seal")
    sealed = current(document)
    desk.backend.forget(session.handle)
    run_jobs(MARK)
    document.refresh_from_db()
    item = SigningItem.objects.order_by("-id")[0]
    assert (item.state, item.code) == (ItemState.FAILED, "consent_expired")
    assert (document.state, sealed.origin) == (State.SEALING, Origin.SEAL)
    assert seal_view(document).failed == item
    code = document.code
    desk.seal(document, dispatch=True)
    run_jobs(MARK)
    document.refresh_from_db()
    assert (document.state, document.code, current(document)) == (State.ISSUED, code, sealed)
    assert attached(document, "phu-luc.pdf").origin == Origin.SEAL


def test_attachments_left_to_a_key_that_does_not_sign_them_are_said(desk: SigningOffice, tmp_path: Path) -> None:
    document, other = with_attachments(desk, tmp_path, ("phu-luc.pdf", pdf(desk))), desk.signed()
    run_jobs(PREPARE_ATTACHMENTS)
    session = desk.seal(document)
    run_jobs("workflow.seal")
    desk.backend.forget(session.handle)
    run_jobs(MARK)
    seals = Key.objects.filter(purpose="seal")
    seals.update(provider="token")
    picks = [Pick(one.pk, current(one).pk) for one in (other, document)]
    for chosen in (picks, picks[1:]):
        with pytest.raises(WrongState) as refusal:
            number_and_seal_all(picks=chosen, by=desk.office.clerk, password=SEAL.password)
        assert refusal.value.code == "attachments_left"
        assert document.summary[:80] in str(refusal.value)
    assert Document.objects.get(pk=other.pk).number == ""
    seals.update(provider="pkcs12")
    assert seal_all(desk, document).state == State.SEALED


def test_signed_on_another_day_than_the_documents_the_attachment_names_both(
    desk: SigningOffice, tmp_path: Path
) -> None:
    document = with_attachments(desk, tmp_path, ("phu-luc.pdf", pdf(desk)))
    run_jobs(PREPARE_ATTACHMENTS)
    desk.seal(document)
    run_jobs("workflow.seal")
    document.refresh_from_db()
    assert document.issued_on is not None
    noon = dt.time(12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    with clock.at(dt.datetime.combine(document.issued_on + dt.timedelta(days=1), noon)):
        run_jobs(MARK)
    said = subprocess.run(
        ["pdftotext", path_of(attached(document, "phu-luc.pdf").blob_id), "-"], capture_output=True, text=True
    ).stdout
    assert f"ngày {document.issued_on:%d/%m/%Y}" in " ".join(said.split())


def test_taken_back_the_attachments_are_again_as_they_were_brought(desk: SigningOffice, tmp_path: Path) -> None:
    document = with_attachments(desk, tmp_path, ("phu-luc.pdf", pdf(desk)))
    brought = attached(document, "phu-luc.pdf")
    run_jobs(PREPARE_ATTACHMENTS)
    assert attached(document, "phu-luc.pdf") != brought
    take_back_signed(document=document, by=desk.office.deputy, reason="Sửa phụ lục")
    assert attached(document, "phu-luc.pdf") == brought

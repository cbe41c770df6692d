"""Making the file that is signed: places, moves, failures."""

from pathlib import Path

import pikepdf
import pytest

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import main_version
from edocs.documents.storage import keep, path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job, JobState
from edocs.journal.models import Event
from edocs.office.models import Notice
from edocs.workflow.models import Approval
from edocs.workflow.services import approving, drafting, joint, moving, uploads
from edocs.workflow.services.people_places import free_place, in_turn
from signing import Box, Places
from tests.factories import Office
from tests.workflow.outgoing import approve, draft, fields, run_jobs, step, stored_pdf, submitted, to_sign

pytestmark = pytest.mark.django_db


def fields_of(version: FileVersion) -> dict[str, list[float]]:
    with pikepdf.open(path_of(version.blob_id)) as pdf:
        form = pdf.Root.AcroForm.Fields
        return {str(one.T): [float(number) for number in one.Rect] for one in form}


def current(document: Document) -> FileVersion:
    version = main_version(document)
    assert version is not None
    return version


def prepared(office: Office) -> tuple[Approval, FileVersion]:
    approval = to_sign(office)
    (job,) = run_jobs(approving.PREPARE)
    assert (job.state, job.reason) == (JobState.DONE, "")
    return approval, current(approval.document)


def test_a_letter_is_prepared_with_the_places_of_its_layout(office: Office) -> None:
    approval, version = prepared(office)
    assert (version.origin, version.ordinal) == (Origin.PREPARED, 2)
    made = fields_of(version)
    assert {"so_ky_hieu", "ngay_ban_hanh", "leader", "seal"} <= set(made)
    assert approval.version.places is not None
    signature = Places.from_json(approval.version.places).signature
    assert made["leader"] == pytest.approx(signature.rect, abs=0.1)


def uploaded(office: Office, tmp_path: Path, content: bytes | None = None) -> Approval:
    document = draft(office)
    stored = stored_pdf(tmp_path, pages=2)
    if content is not None:
        (tmp_path / "own.pdf").write_bytes(content)
        stored = uploads.take_in(path=tmp_path / "own.pdf", name="du-thao.pdf")
    uploads.upload_draft(document=document, stored=stored, by=office.officer)
    approval = submitted(office, document)
    approve(approval, "content", office.head)
    approve(approval, "format", office.bureau_head)
    return approval


def test_an_uploaded_draft_is_searched_for_the_places(office: Office, tmp_path: Path) -> None:
    letter, _source = drafting.compose_draft(draft(office), fields(office, authority=office.deputy.authorities.get()))
    approval = uploaded(office, tmp_path, letter.pdf)
    run_jobs(approving.PREPARE)
    places = current(approval.document).places
    assert places is not None
    assert not {"signer_not_found", "title_not_found", "small_gap", "several_matches"} & set(places["doubts"])
    found, laid_out = Places.from_json(places).signature, letter.places.signature
    assert abs((found.x0 + found.x1) - (laid_out.x0 + laid_out.x1)) < 20
    assert abs((found.y0 + found.y1) - (laid_out.y0 + laid_out.y1)) < 20


def test_a_draft_that_names_nobody_gets_the_usual_places_and_asks_to_look(office: Office, tmp_path: Path) -> None:
    approval = uploaded(office, tmp_path)
    (job,) = run_jobs(approving.PREPARE)
    assert (job.state, job.reason) == (JobState.DONE, "")
    version = current(approval.document)
    assert version.origin == Origin.PREPARED
    assert version.places is not None
    assert "signer_not_found" in version.places["doubts"]
    assert Places.from_json(version.places).signature.page == 1


def test_a_file_that_cannot_be_prepared_says_why_and_can_be_repeated(office: Office, tmp_path: Path) -> None:
    approval = uploaded(office, tmp_path)
    broken = keep([b"%PDF-1.7 not a document"], "application/pdf")
    FileVersion.objects.filter(pk=approval.version_id).update(blob=broken)
    (job,) = run_jobs(approving.PREPARE)
    assert (job.state, job.code) == (JobState.FAILED, "damaged")
    assert "du-thao.pdf" in job.reason
    approval.document.refresh_from_db()
    assert approval.document.state == State.TO_SIGN
    assert {one.person for one in Notice.objects.filter(kind="approval.not_prepared")} == {
        office.deputy,
        office.officer,
    }
    with pytest.raises(NotPermitted):
        approving.prepare_again(document=approval.document, by=office.stranger)
    whole = stored_pdf(tmp_path, pages=1).blob
    FileVersion.objects.filter(pk=approval.version_id).update(blob=whole)
    approving.prepare_again(document=approval.document, by=office.deputy)
    assert [one.state for one in run_jobs(approving.PREPARE)] == [JobState.FAILED, JobState.DONE]


def test_a_document_returned_before_it_was_prepared_is_left_alone(office: Office) -> None:
    approval = to_sign(office)
    approving.return_draft(
        step=step(approval, "sign"), by=office.deputy, version=approval.version, reason="Sai căn cứ pháp lý"
    )
    (job,) = run_jobs(approving.PREPARE)
    assert job.state == JobState.DONE
    assert current(approval.document).origin == Origin.COMPOSED


def test_the_signature_is_moved_from_the_draft_that_was_approved(office: Office) -> None:
    approval, first = prepared(office)
    box = Box(0, 300, 200, 460, 270)
    moved = moving.move_signature(document=approval.document, box=box, by=office.deputy)
    assert moved.ordinal == first.ordinal + 1
    made = fields_of(moved)
    assert made["leader"] == pytest.approx(box.rect, abs=0.1)
    assert made["so_ky_hieu"] == fields_of(first)["so_ky_hieu"]
    assert moved.places is not None
    assert moved.places["moved"]
    assert len([name for name in made if name == "leader"]) == 1
    assert Event.objects.get(verb="signature.move").person == office.deputy


def test_only_the_signer_moves_the_signature_and_only_on_the_page(office: Office) -> None:
    approval, _first = prepared(office)
    box = Box(0, 300, 200, 460, 270)
    for other in (office.officer, office.head, office.director):
        with pytest.raises(NotPermitted):
            moving.move_signature(document=approval.document, box=box, by=other)
    with pytest.raises(Invalid) as refusal:
        moving.move_signature(document=approval.document, box=Box(0, 560, 200, 700, 270), by=office.deputy)
    assert refusal.value.code == "place_outside_page"
    assert current(approval.document).ordinal == 2


def test_nothing_moves_when_the_document_is_not_to_be_signed(office: Office) -> None:
    approval = submitted(office)
    with pytest.raises(WrongState):
        moving.move_signature(document=approval.document, box=Box(0, 300, 200, 460, 270), by=office.deputy)
    with pytest.raises(WrongState):
        approving.prepare_again(document=approval.document, by=office.deputy)
    assert not Job.objects.filter(kind=approving.PREPARE).exists()


@pytest.mark.parametrize("page", [(0, 0, 595, 842), (0, 0, 420, 595)])
@pytest.mark.parametrize("left", [20.0, 330.0])
@pytest.mark.parametrize("bottom", [20.0, 500.0])
def test_further_signatories_who_are_not_found_sign_beside_one_another(
    page: tuple[float, ...], left: float, bottom: float
) -> None:
    taken = [Box(0, left, bottom, left + 80, bottom + 60)]
    for _turn in range(joint.MOST_OTHERS):
        taken.append(free_place(taken, page))
    for place, one in enumerate(taken):
        assert page[0] <= one.x0 < one.x1 <= page[2]
        assert page[1] <= one.y0 < one.y1 <= page[3]
        assert not any(one.overlaps(other) for other in taken[place + 1 :])


@pytest.mark.parametrize("left", [100.0, 400.0, 530.0])
@pytest.mark.parametrize("bottom", [20.0, 400.0])
def test_initials_of_several_who_check_the_same_stay_on_the_page(left: float, bottom: float) -> None:
    """The text may end at the right edge; with a place over the edge nobody could sign the document."""
    first = Box(0, left, bottom, left + 51, bottom + 25.5)
    boxes = [in_turn(first, before, (0, 0, 595, 842)) for before in range(4)]
    assert boxes[0] == first
    assert len({(box.x0, box.y0) for box in boxes}) == 4
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 595 and box.y1 <= 842 for box in boxes)

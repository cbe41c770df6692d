"""Joint documents: several signatories, here and at another agency, in order; sealed when all have signed."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from django.urls import reverse
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job
from edocs.journal.models import Event
from edocs.office.models import Notice
from edocs.signatures.models import Verdict
from edocs.workflow.models import Approval, Step
from edocs.workflow.services import approving, joint, moving, uploads
from edocs.workflow.services.joint import CoSigner
from edocs.workflow.services.signing import take_back_signed
from signing import Places, sign_as_person
from signing.demo_pki import DemoHolder
from signing.embed import append_signature, extending, write_signature
from signing.proving import is_proven
from signing.seal import fill_fields
from tests.signatures.fixtures import DIRECTOR, PARTNER, SigningOffice, current
from tests.workflow.outgoing import approve, draft, run_jobs, step
from tests.workflow.proofs import good_for_others
from tests.workflow.test_drafting_pages import client_of

pytestmark = pytest.mark.django_db
OUTSIDE = CoSigner(None, "Sở Tài chính tỉnh Nam Khê", "GIÁM ĐỐC", "Lê Thanh Bình")


def brought(desk: SigningOffice) -> Document:
    """A draft whose letter was brought as a file."""
    document = draft(desk.office)
    path = Path(desk.pki.folder, "joint.pdf")
    path.write_bytes(desk.letter())
    stored = uploads.take_in(path=path, name="lien-tich.pdf")
    uploads.upload_draft(document=document, stored=stored, by=desk.office.officer)
    return document


def submit(desk: SigningOffice, *others: CoSigner) -> Approval:
    """A joint document whose first signatory is the deputy, prepared and waiting for that signature."""
    office = desk.office
    document = brought(desk)
    approval = approving.submit(
        document=document,
        by=office.officer,
        signer=office.deputy,
        others=lambda fresh: joint.plan_others(document=fresh, others=others, signer=office.deputy, by=office.officer),
    )
    approve(approval, "content", office.head)
    approve(approval, "format", office.bureau_head)
    run_jobs(approving.PREPARE)
    return approval


def director(desk: SigningOffice) -> CoSigner:
    return CoSigner(desk.office.director.authorities.get())


def fresh(approval: Approval) -> Document:
    return Document.objects.get(pk=approval.document_id)


def signed_by_first(desk: SigningOffice, *others: CoSigner) -> Approval:
    approval = submit(desk, *others)
    desk.consent(fresh(approval))
    run_jobs("workflow.sign")
    return approval


def signed_outside(
    desk: SigningOffice, approval: Approval, folder: Path, *, holder: DemoHolder = PARTNER, field: str = "leader_2"
) -> Path:
    """What comes back from the other agency."""
    target = folder / "back.pdf"
    key = desk.pki.load(holder.key_id, holder.password)
    source = path_of(current(fresh(approval)).blob_id)
    sign_as_person(source, target, key, desk.pki.timestamper(), desk.pki.trust, field=field)
    return target


def bring(desk: SigningOffice, approval: Approval, path: Path) -> Job:
    stored = uploads.take_in(path=path, name="da-ky.pdf")
    joint.bring_signed(document=fresh(approval), stored=stored, by=desk.office.officer)
    return run_jobs(joint.TAKE_SIGNED)[-1]


@pytest.mark.requirement("R-SIG-5")
@pytest.mark.tool("pdfsig", "certutil", "qpdf")
def test_two_leaders_of_this_agency_sign_in_order_each_with_a_consent_of_their_own(
    desk: SigningOffice, tmp_path: Path
) -> None:
    approval = submit(desk, director(desk))
    document = fresh(approval)
    with pytest.raises(NotPermitted):
        desk.consent(document, person=desk.office.director, password=DIRECTOR.password)
    desk.consent(document)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    first = current(document)
    assert (document.state, first.origin) == (State.TO_SIGN, Origin.SIGNATURE)
    assert Notice.objects.filter(person=desk.office.director, kind="approval.sign").exists()
    assert not Notice.objects.filter(person=desk.office.clerk, kind="to_seal").exists()
    page = client_of(desk.office.director).get(reverse("sign_document", args=[document.pk]))
    assert [box.name for box in page.context["file"].boxes if box.name] == []
    with pytest.raises(WrongState) as refusal:
        moving.move_signature(
            document=document, box=Places.from_json(first.places or {}).signature, by=desk.office.deputy
        )
    assert refusal.value.code == "places_fixed"

    desk.consent(document, person=desk.office.director, password=DIRECTOR.password)
    run_jobs("workflow.sign")
    document.refresh_from_db()
    assert (document.state, document.signer) == (State.SIGNED, desk.office.deputy)
    assert path_of(current(document).blob_id).read_bytes().startswith(path_of(first.blob_id).read_bytes())
    desk.sealed(document)
    assert good_for_others(current(document), desk.pki, tmp_path) == ["leader", "leader_2", "seal"]
    basis = [event.after["basis"] for event in Event.objects.filter(verb="document.sign").order_by("id") if event.after]
    assert basis == ["Quyết định 12/QĐ-SNV", "Quyết định 01/QĐ-UBND"]


@pytest.mark.tool("pdfsig", "certutil", "qpdf")
def test_another_agency_signs_the_file_that_was_sent_and_the_seal_follows(desk: SigningOffice, tmp_path: Path) -> None:
    approval = signed_by_first(desk, OUTSIDE)
    document = fresh(approval)
    sent = current(document)
    assert document.state == State.TO_SIGN
    notice = Notice.objects.get(person=desk.office.officer, kind="approval.outside")
    assert notice.address == reverse("draft_outside", args=[document.pk])
    job = bring(desk, approval, signed_outside(desk, approval, tmp_path))
    assert (job.state, job.reason) == ("done", "")
    document.refresh_from_db()
    assert document.state == State.SIGNED
    back = current(document)
    assert path_of(back.blob_id).read_bytes().startswith(path_of(sent.blob_id).read_bytes())
    event = Event.objects.get(verb="document.sign_outside")
    assert event.after is not None
    assert (event.after["who"], event.after["organisation"]) == (PARTNER.name, OUTSIDE.organisation)
    assert Notice.objects.filter(person=desk.office.clerk, kind="to_seal").exists()
    desk.sealed(document)
    assert good_for_others(current(document), desk.pki, tmp_path) == ["leader", "leader_2", "seal"]
    assert Verdict.objects.get(blob=current(document).blob).verdict == "pass"


def test_what_is_not_the_sent_file_signed_by_the_named_person_in_the_kept_place_is_refused(
    desk: SigningOffice, tmp_path: Path
) -> None:
    approval = signed_by_first(desk, OUTSIDE)
    sent = current(fresh(approval))
    good = signed_outside(desk, approval, tmp_path).read_bytes()
    before = len(path_of(sent.blob_id).read_bytes())

    changed = tmp_path / "changed.pdf"
    changed.write_bytes(good[:11] + bytes([good[11] ^ 1]) + good[12:])
    unsigned_more = tmp_path / "same.pdf"
    unsigned_more.write_bytes(good[:before])
    wrong_person = signed_outside(desk, approval, tmp_path, holder=DIRECTOR)
    cases = [(changed, "other_file"), (unsigned_more, "judged_bad"), (wrong_person, "other_signer")]
    for path, code in cases:
        job = bring(desk, approval, path)
        assert (job.state, job.code) == ("failed", code)
    elsewhere = signed_outside(desk, approval, tmp_path, field="copy_1")
    job = bring(desk, approval, elsewhere)
    assert (job.state, job.code) == ("failed", "other_field")
    assert current(fresh(approval)) == sent
    assert Notice.objects.filter(person=desk.office.officer, kind="joint.refused").count() == 4
    assert Event.objects.filter(verb="joint.refuse").count() == 4
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(desk.letter())
    with pytest.raises(Invalid) as refusal:
        bring(desk, approval, plain)
    assert refusal.value.code == "not_signed"


def test_a_file_with_a_number_of_the_other_agency_is_refused_while_it_can_still_be_signed_anew(
    desk: SigningOffice, tmp_path: Path
) -> None:
    """The fields are open until the seal, so every signature is good; the seal could not fill them any more."""
    approval = signed_by_first(desk, OUTSIDE)
    sent = current(fresh(approval))
    key, stamper = desk.pki.load(PARTNER.key_id, PARTNER.password), desk.pki.timestamper()
    proofs = desk.pki.trust.evidence(key.certificate, *stamper.certificates())

    def fill(writer: IncrementalPdfFileWriter) -> None:
        fill_fields(writer, number="15", date="15/10")

    target = tmp_path / "numbered.pdf"
    with extending(path_of(sent.blob_id), target) as stream:
        append_signature(stream, "leader_2", key, stamper, image=None, fill=fill, proofs=proofs)
    job = bring(desk, approval, target)
    assert (job.state, job.code) == ("failed", "number_filled")
    assert current(fresh(approval)) == sent
    assert bring(desk, approval, signed_outside(desk, approval, tmp_path)).state == "done"


def test_one_file_after_the_other_is_judged(desk: SigningOffice, tmp_path: Path) -> None:
    approval = signed_by_first(desk, OUTSIDE)
    stored = uploads.take_in(path=signed_outside(desk, approval, tmp_path, holder=DIRECTOR), name="da-ky.pdf")
    joint.bring_signed(document=fresh(approval), stored=stored, by=desk.office.officer)
    with pytest.raises(WrongState) as refusal:
        joint.bring_signed(document=fresh(approval), stored=stored, by=desk.office.officer)
    assert refusal.value.code == "judging"
    assert run_jobs(joint.TAKE_SIGNED)[0].state == "failed"
    assert bring(desk, approval, signed_outside(desk, approval, tmp_path)).state == "done", (
        "refused, so another may come"
    )


def test_signatories_whose_names_are_not_in_the_text_get_places_of_their_own(desk: SigningOffice) -> None:
    approval = submit(desk, director(desk), OUTSIDE, CoSigner(None, "Sở Y tế", "GIÁM ĐỐC", "Đỗ Thị Mai"))
    places = Places.from_json(current(fresh(approval)).places or {})
    boxes = (places.signature, *places.others)
    assert len(boxes) == 4
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert current(fresh(approval)).places["doubts"].count("other_signer_not_found") == 3


def test_only_who_submitted_brings_the_file_and_only_when_it_is_that_turn(desk: SigningOffice, tmp_path: Path) -> None:
    approval = submit(desk, OUTSIDE)
    client = client_of(desk.office.officer)
    page = reverse("draft_outside", args=[approval.document_id])
    assert client.get(page).status_code == 409
    desk.consent(fresh(approval))
    run_jobs("workflow.sign")
    assert OUTSIDE.name in client.get(page).content.decode()
    assert client_of(desk.office.head).get(page).status_code == 403
    with signed_outside(desk, approval, tmp_path).open("rb") as file:
        answer = client.post(page, {"file": file})
    assert answer.headers["Location"] == page
    run_jobs(joint.TAKE_SIGNED)
    assert fresh(approval).state == State.SIGNED


@pytest.mark.requirement("R-SIG-6")
@pytest.mark.parametrize("last", [True, False])
def test_a_signature_from_elsewhere_without_a_time_is_proven_before_number_and_seal(
    desk: SigningOffice, tmp_path: Path, last: bool
) -> None:
    approval = signed_by_first(desk, OUTSIDE, *(() if last else (director(desk),)))
    target = tmp_path / "bare.pdf"
    key = desk.pki.load(PARTNER.key_id, PARTNER.password)
    write_signature(path_of(current(fresh(approval)).blob_id), target, "leader_2", key, None, image=None)
    job = bring(desk, approval, target)
    assert (job.state, job.reason) == ("done", "")
    if not last:
        desk.consent(fresh(approval), person=desk.office.director, password=DIRECTOR.password)
        run_jobs("workflow.sign")
    document = fresh(approval)
    assert document.state == State.PROVING
    Job.objects.filter(kind="workflow.prove").update(not_before="2000-01-01T00:00:00Z")
    run_jobs("workflow.prove")
    document.refresh_from_db()
    assert document.state == State.SIGNED
    assert is_proven(path_of(current(document).blob_id))
    desk.sealed(document)
    assert Verdict.objects.get(blob=current(document).blob).verdict == "pass"


def test_a_signature_from_elsewhere_with_a_time_waits_for_no_proof(desk: SigningOffice, tmp_path: Path) -> None:
    approval = signed_by_first(desk, OUTSIDE)
    target = tmp_path / "timed.pdf"
    key = desk.pki.load(PARTNER.key_id, PARTNER.password)
    source = path_of(current(fresh(approval)).blob_id)
    write_signature(source, target, "leader_2", key, desk.pki.timestamper(), image=None)
    assert bring(desk, approval, target).state == "done"
    assert fresh(approval).state == State.SIGNED
    assert not Job.objects.filter(kind="workflow.prove").exists()


def test_the_other_agency_refuses_and_the_draft_goes_back_to_its_author(desk: SigningOffice) -> None:
    approval = signed_by_first(desk, OUTSIDE)
    client = client_of(desk.office.officer)
    page = reverse("draft_outside", args=[approval.document_id])
    assert client.post(page, {"do": "return", "reason": "x"}).status_code == 422
    assert client.post(page, {"do": "return", "reason": "Sở Tài chính đề nghị sửa Điều 2"}).status_code == 302
    assert fresh(approval).state == State.DRAFT
    assert Notice.objects.filter(person=desk.office.deputy, kind="draft.returned").exists()


def test_the_first_signatory_withdraws_while_the_next_has_not_signed(desk: SigningOffice) -> None:
    approval = signed_by_first(desk, director(desk))
    with pytest.raises(NotPermitted):
        take_back_signed(document=fresh(approval), by=desk.office.director, reason="Chưa thống nhất")
    take_back_signed(document=fresh(approval), by=desk.office.deputy, reason="Chưa thống nhất")
    document = fresh(approval)
    assert document.state == State.DRAFT
    assert current(document) == approval.version
    assert not Approval.objects.filter(document=document, ended_at=None).exists()


def test_returned_to_the_first_signatory_only_later_signatures_fall_away(desk: SigningOffice, tmp_path: Path) -> None:
    approval = signed_by_first(desk, director(desk), OUTSIDE)
    desk.consent(fresh(approval), person=desk.office.director, password=DIRECTOR.password)
    run_jobs("workflow.sign")
    second = Step.objects.get(approval=approval, field="leader_2")
    approving.return_draft(
        step=step(approval, "outside"),
        by=desk.office.officer,
        version=approval.version,
        reason="Giám đốc xem lại ủy quyền",
        to_step=second,
    )
    document = fresh(approval)
    assert document.state == State.TO_SIGN
    fields = [one["field"] for one in Verdict.objects.get(blob=current(document).blob).signatures]
    assert fields == ["leader"]
    desk.consent(document, person=desk.office.director, password=DIRECTOR.password)
    run_jobs("workflow.sign")
    assert bring(desk, approval, signed_outside(desk, approval, tmp_path, field="leader_3")).state == "done"
    assert fresh(approval).state == State.SIGNED


def test_who_signs_further_is_complete_entitled_and_named_once(desk: SigningOffice) -> None:
    office = desk.office
    for others in (
        [CoSigner(None, "Sở Tài chính", "", "Lê Thanh Bình")],
        [CoSigner(office.deputy.authorities.get())],
        [director(desk), director(desk)],
        [OUTSIDE] * 5,
    ):
        with pytest.raises(Invalid) as refusal:
            joint.plan_others(document=draft(office), others=others, signer=office.deputy, by=office.officer)
        assert refusal.value.field == "others"


# --- through HTTP ---------------------------------------------------------------------------------------------------
def test_further_signatories_are_entered_when_submitting(desk: SigningOffice) -> None:
    office = desk.office
    document = brought(desk)
    client = client_of(office.officer)
    page = reverse("draft_submit", args=[document.pk])
    given = {"signer": office.deputy.authorities.get().pk, "authority-2": office.director.authorities.get().pk}
    given |= {"organisation-3": OUTSIDE.organisation, "title-3": OUTSIDE.title}
    wrong = client.post(page, given)
    assert wrong.status_code == 422
    assert client.post(page, given | {"name-3": OUTSIDE.name}).status_code == 302
    steps = Step.objects.filter(approval__document=document).order_by("order")
    assert [(one.kind, one.field) for one in steps] == [
        ("content", ""),
        ("format", ""),
        ("sign", "leader"),
        ("sign", "leader_2"),
        ("outside", "leader_3"),
    ]


@pytest.mark.parametrize(
    ("who", "fits"), [("Lê Văn An", True), ("LÊ VĂN  AN, Chi cục trưởng", True), ("Lê Văn Anh", False)]
)
def test_the_certificate_bears_the_whole_name(who: str, fits: bool) -> None:
    """An is not Anh."""
    signature = {"field": "leader_2", "kind": "signature", "verdict": "pass", "who": who}
    judgement = {"verdict": "pass", "signatures": [signature]}
    asked = Step(signer_name="Lê Văn An", field="leader_2")
    if fits:
        joint._check(judgement, asked, set())
        return
    with pytest.raises(Invalid) as refused:
        joint._check(judgement, asked, set())
    assert refused.value.code == "other_signer"

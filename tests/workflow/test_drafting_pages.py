"""The pages of drafts, through HTTP."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import State
from edocs.documents.models import Document, DocumentFile, FileVersion
from edocs.office.models import Person, SavedForm
from edocs.office.services import save_form
from edocs.workflow.models import Approval, Assignment, AssignmentRole, Instruction
from edocs.workflow.services import approving, drafting
from tests.factories import Office, incoming
from tests.limited import hostile
from tests.workflow.outgoing import BODY, draft, fields, step, submitted, written

pytestmark = pytest.mark.django_db


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def letter(office: Office, **changes: str) -> dict[str, str]:
    return {
        "signer": str(office.deputy.authorities.get().pk),
        "urgency": "1",
        "summary": "V/v báo cáo kết quả",
        "addressees": "UBND tỉnh Nam Khê",
        "grounds": "",
        "body": BODY,
        "recipients": "Bộ Nội vụ (để báo cáo)",
        "note": "Bản đầu",
    } | changes


def test_a_draft_is_begun_and_written(office: Office) -> None:
    client = client_of(office.officer)
    received = incoming(office)
    access.grant(received, [f"u:{office.officer.pk}"], reason="test")
    page = client.get(reverse("draft_new"), {"to": received.pk})
    assert received.code in page.content.decode()
    given = {"kind": office.letter.pk, "summary": "V/v trả lời", "urgency": "0", "to": received.pk, "how": "write"}
    begun = client.post(reverse("draft_new"), given)
    document = Document.objects.get(direction="out")
    assert begun.headers["Location"] == reverse("draft_write", args=[document.pk])
    assert document.links_out.get().target == received
    kept = client.post(reverse("draft_write", args=[document.pk]), letter(office))
    assert kept.status_code == 302
    version = FileVersion.objects.get(file__document=document)
    assert version.note == "Bản đầu"
    assert [row.name for row in document.recipients.all()] == ["UBND tỉnh Nam Khê", "Bộ Nội vụ"]
    page = client.get(reverse("draft_write", args=[document.pk])).content.decode()
    assert "Đã rà soát 214 thủ tục" in page
    assert "Bộ Nội vụ (để báo cáo)" in page


def test_what_was_typed_for_one_answer_does_not_come_back_in_another(office: Office) -> None:
    client = client_of(office.officer)
    first, second = incoming(office, number="1"), incoming(office, number="2")
    for received in (first, second):
        access.grant(received, [f"u:{office.officer.pk}"], reason="test")
    places = [f"outgoing-new-document-{received.pk}" for received in (first, second)]
    assert (
        reverse("saved_form", args=[places[0]]) in client.get(reverse("draft_new"), {"to": first.pk}).content.decode()
    )
    for place in places:
        save_form(person=office.officer, key=place, data={"summary": ["…"]})
    client.post(
        reverse("draft_new"), {"kind": office.letter.pk, "summary": "V/v trả lời", "urgency": "0", "to": first.pk}
    )
    assert [kept.key for kept in SavedForm.objects.all()] == [places[1]]


def test_an_answer_begun_from_an_assignment_is_tied_to_it(office: Office) -> None:
    received = incoming(office)
    instruction = Instruction.objects.create(
        document=received, author=office.head, at=clock.now(), text="Tham mưu trả lời"
    )
    access.grant(received, [f"u:{office.officer.pk}"], reason="work")
    Document.objects.filter(pk=received.pk).update(state=State.ASSIGNED)
    work = Assignment.objects.create(
        instruction=instruction, document=received, person=office.officer, role=AssignmentRole.LEAD
    )
    given = {"kind": office.letter.pk, "summary": "V/v trả lời", "urgency": "0", "answers": work.pk}
    assert client_of(office.officer).post(reverse("draft_new"), given).status_code == 302
    work.refresh_from_db()
    document = Document.objects.get(direction="out")
    assert work.answer == document
    page = client_of(office.officer).get(reverse("draft_write", args=[document.pk]))
    assert page.context["form"]["addressees"].value() == received.issuer_name
    assert document.links_out.get().target == received
    drafting.cancel_draft(document=document, reason="Không cần nữa", by=office.officer)
    work.refresh_from_db()
    assert work.answer is None


@pytest.mark.parametrize(
    ("summary", "proposed"),
    [
        ("V/v rà soát quỹ nhà ở", "V/v trả lời Văn bản số {code} về rà soát quỹ nhà ở"),
        ("Về việc rà soát quỹ nhà ở", "V/v trả lời Văn bản số {code} về rà soát quỹ nhà ở"),
        ("Kết quả rà soát", "V/v trả lời Văn bản số {code} về Kết quả rà soát"),
    ],
)
def test_the_summary_proposed_for_an_answer_says_what_it_is_about_once(
    office: Office, summary: str, proposed: str
) -> None:
    received = incoming(office)
    Document.objects.filter(pk=received.pk).update(summary=summary)
    access.grant(received, [f"u:{office.officer.pk}"], reason="test")
    client = client_of(office.officer)
    page = client.get(reverse("draft_new"), {"to": received.pk})
    assert page.context["form"]["summary"].value() == proposed.format(code=received.code)


def test_an_incoming_document_that_is_not_seen_cannot_be_answered(office: Office) -> None:
    received = incoming(office)
    assert client_of(office.officer).get(reverse("draft_new"), {"to": received.pk}).status_code == 404
    assert client_of(office.officer).get(reverse("draft_new"), {"answers": "999999"}).status_code == 404


def test_the_preview_shows_the_pages_and_keeps_nothing(office: Office) -> None:
    document = draft(office)
    page = client_of(office.officer).post(reverse("draft_preview", args=[document.pk]), letter(office))
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("data:image/webp;base64,") == 1
    assert "Bộ Nội vụ" in text
    assert not FileVersion.objects.exists()
    assert document.recipients.count() == 1


def test_the_preview_of_an_unfinished_letter_has_pages_too_and_of_an_unprintable_one_a_sentence(office: Office) -> None:
    document = draft(office)
    client = client_of(office.officer)
    empty = client.post(reverse("draft_preview", args=[document.pk]), {"body": "", "summary": ""})
    assert "data:image/webp" in empty.content.decode()
    strange = client.post(reverse("draft_preview", args=[document.pk]), letter(office, body="😀"))
    assert strange.status_code == 200
    assert "😀" in strange.content.decode()
    assert "data:image/webp" not in strange.content.decode()


def test_a_letter_that_cannot_be_kept_comes_back_as_it_was_typed(office: Office) -> None:
    document = draft(office)
    page = client_of(office.officer).post(reverse("draft_write", args=[document.pk]), letter(office, signer=""))
    assert page.status_code == 422
    assert "Bố trí kinh phí nâng cấp" in page.content.decode()
    assert not FileVersion.objects.exists()


def test_what_was_typed_is_given_back_and_named_before_submitting(office: Office) -> None:
    document = written(office)
    client = client_of(office.officer)
    saved = reverse("saved_form", args=[drafting.form_key(document)])
    client.post(saved, {"body": "chưa lưu"})
    assert client.get(saved).json()["data"]["body"] == ["chưa lưu"]
    assert (
        reverse("draft_write", args=[document.pk])
        in client.get(reverse("draft_submit", args=[document.pk])).content.decode()
    )
    client.post(reverse("draft_write", args=[document.pk]), letter(office))
    assert not SavedForm.objects.exists()


def test_who_may_not_see_a_draft_finds_no_page_and_who_may_not_change_it_is_told(office: Office) -> None:
    document = written(office)
    names = [
        "draft_details",
        "draft_write",
        "draft_upload",
        "draft_attach",
        "draft_recipients",
        "draft_submit",
        "draft_cancel",
        "draft_withdraw",
        "draft_prepare",
        "draft_check",
    ]
    for name in names:
        assert client_of(office.stranger).get(reverse(name, args=[document.pk])).status_code == 404
        assert Client().get(reverse(name, args=[document.pk])).status_code == 302
    changes = reverse("draft_changes", args=[document.pk, 1, 1])
    assert client_of(office.stranger).get(changes).status_code == 404
    assert client_of(office.stranger).post(reverse("draft_preview", args=[document.pk])).status_code == 404
    access.grant(document, [f"u:{office.stranger.pk}"], reason="test")
    for name in names[:7]:
        assert client_of(office.stranger).get(reverse(name, args=[document.pk])).status_code == 403
    given = client_of(office.stranger).post(reverse("draft_write", args=[document.pk]), letter(office))
    assert given.status_code == 403
    assert FileVersion.objects.count() == 1


def test_incoming_documents_have_no_draft_pages(office: Office) -> None:
    received = incoming(office)
    assert client_of(office.clerk).get(reverse("draft_write", args=[received.pk])).status_code == 404


def test_a_file_is_brought_and_a_bad_one_refused_in_words(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    client = client_of(office.officer)
    address = reverse("draft_upload", args=[document.pk])
    good = SimpleUploadedFile("dự thảo.pdf", hostile.pdf(tmp_path / "a.pdf").read_bytes())
    assert client.post(address, {"file": good}).status_code == 302
    assert FileVersion.objects.get().pages == 1
    bad = SimpleUploadedFile("khóa.pdf", hostile.encrypted_pdf(tmp_path / "b.pdf").read_bytes())
    refused = client.post(address, {"file": bad})
    assert refused.status_code == 422
    assert "khóa.pdf" in refused.content.decode()
    assert client.get(address).status_code == 200


def test_attachments_come_by_the_drop_zone_and_go_by_a_button(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    client = client_of(office.officer)
    address = reverse("draft_attach", args=[document.pk])
    content = hostile.pdf(tmp_path / "a.pdf").read_bytes()
    given = client.post(
        address, {"file": SimpleUploadedFile("phụ lục.pdf", content)}, headers={"X-Requested-With": "fetch"}
    )
    assert given.status_code == 200
    again = client.post(
        address,
        {"file": SimpleUploadedFile("lần hai.pdf", content)},
        headers={"X-Requested-With": "fetch", "Accept": "application/json"},
    )
    assert again.status_code == 409
    assert "message" in again.json()
    assert "phụ lục.pdf" in client.get(address).content.decode()
    file = DocumentFile.objects.get()
    other = draft(office)
    assert client.post(reverse("draft_detach", args=[other.pk, file.pk])).status_code == 404
    assert client.post(reverse("draft_detach", args=[document.pk, file.pk])).status_code == 302
    assert not DocumentFile.objects.exists()


def test_recipients_and_details_are_kept(office: Office) -> None:
    document = draft(office)
    client = client_of(office.officer)
    client.post(reverse("draft_recipients", args=[document.pk]), {"recipients": "Bộ Nội vụ\nÔng A (để biết)"})
    assert [row.name for row in document.recipients.all()] == ["Bộ Nội vụ", "Ông A"]
    assert "Ông A (để biết)" in client.get(reverse("draft_recipients", args=[document.pk])).content.decode()
    given = {"kind": office.decision.pk, "summary": "Về việc khác", "urgency": "2"}
    assert client.post(reverse("draft_details", args=[document.pk]), given).status_code == 302
    document.refresh_from_db()
    assert (document.symbol, document.urgency) == ("QĐ-SNV", 2)
    names = client.get(reverse("draft_recipient_names"), {"q": "bo noi"}).json()["items"]
    assert names[0]["value"] == "Bộ Nội vụ"


def test_a_draft_is_submitted_taken_back_and_given_up(office: Office) -> None:
    document = written(office)
    client = client_of(office.officer)
    address = reverse("draft_submit", args=[document.pk])
    page = client.get(address).content.decode()
    assert office.head.full_name in page
    assert office.bureau_head.full_name in page
    authority = office.deputy.authorities.get().pk
    assert client.post(address, {"signer": authority, "note": "Gấp"}).status_code == 302
    assert Approval.objects.get().note == "Gấp"
    assert client.get(address).status_code == 409
    assert client.get(reverse("draft_withdraw", args=[document.pk])).status_code == 200
    assert client.post(reverse("draft_withdraw", args=[document.pk])).status_code == 302
    assert client.get(reverse("draft_cancel", args=[document.pk])).status_code == 200
    assert client.post(reverse("draft_cancel", args=[document.pk]), {"reason": "x"}).status_code == 422
    assert client.post(reverse("draft_cancel", args=[document.pk]), {"reason": "Không cần nữa"}).status_code == 302
    document.refresh_from_db()
    assert document.state == State.CANCELLED


def test_what_changed_between_two_versions_is_shown_in_words(office: Office) -> None:
    document = written(office)
    later = BODY.replace("214 thủ tục", "215 thủ tục")
    drafting.write_letter(document=document, fields=fields(office, body=later), by=office.officer)
    page = client_of(office.officer).get(reverse("draft_changes", args=[document.pk, 1, 2]))
    text = page.content.decode()
    assert "<del>214</del>" in text
    assert "<ins>215</ins>" in text
    assert client_of(office.officer).get(reverse("draft_changes", args=[document.pk, 1, 9])).status_code == 404


def test_a_returned_draft_shows_why(office: Office) -> None:
    approval = submitted(office)
    approving.return_draft(
        step=step(approval, "content"), by=office.head, version=approval.version, reason="Thiếu căn cứ pháp lý"
    )
    page = client_of(office.officer).get(reverse("draft_write", args=[approval.document_id]))
    assert "Thiếu căn cứ pháp lý" in page.content.decode()


def test_what_is_kept_while_typing_is_nobody_elses(office: Office) -> None:
    document = written(office)
    save_form(person=office.officer, key=drafting.form_key(document), data={"body": ["riêng"]})
    other = client_of(office.head).get(reverse("saved_form", args=[drafting.form_key(document)]))
    assert other.json()["data"] == {}

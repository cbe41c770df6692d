"""Beginning, writing and changing drafts."""

from pathlib import Path

import pytest

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Direction, LinkKind, Origin, State
from edocs.documents.models import DocumentLink, FileVersion, Recipient
from edocs.documents.services.files import main_version
from edocs.documents.storage import read
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.journal.models import Event
from edocs.limited import read_text
from edocs.office.models import SavedForm
from edocs.office.services import save_form
from edocs.workflow.services import drafting
from edocs.workflow.services.addressing import RecipientLine
from tests.factories import Office, incoming, moment
from tests.workflow.outgoing import BODY, draft, fields, submitted, written

pytestmark = pytest.mark.django_db


def printed(version: FileVersion, folder: Path) -> str:
    place = folder / "printed.pdf"
    place.write_bytes(read(version.blob))
    return "\n".join(page.text for page in read_text(place))


def test_the_symbol_follows_from_kind_agency_and_drafting_unit(office: Office) -> None:
    assert draft(office).symbol == "SNV-CCHC"
    assert draft(office, kind=office.decision).symbol == "QĐ-SNV"


def test_a_draft_belongs_to_its_author_and_is_seen_by_nobody_else_yet(office: Office) -> None:
    document = draft(office)
    assert (document.direction, document.state, document.unit) == (Direction.OUTGOING, State.DRAFT, office.reform)
    assert access.may_see(office.officer, document)
    for other in (office.head, office.clerk, office.director, office.stranger, office.admin):
        assert not access.may_see(other, document)
    assert Event.objects.get(verb="draft.start").person == office.officer


def test_who_may_not_draft(office: Office) -> None:
    with pytest.raises(NotPermitted):
        draft(office, by=office.admin)
    with pytest.raises(NotPermitted):
        draft(office, by=office.inactive)
    with pytest.raises(NotPermitted):
        draft(office, unit=office.staff)
    assert draft(office, by=office.head, unit=office.reform).unit == office.reform


def test_a_draft_answers_only_what_its_author_may_see(office: Office) -> None:
    received = incoming(office)
    with pytest.raises(NotPermitted):
        draft(office, answers=received)
    access.grant(received, [f"u:{office.officer.pk}"], reason="test")
    document = draft(office, answers=received)
    link = DocumentLink.objects.get(source=document)
    assert (link.target, link.kind) == (received, LinkKind.REPLIES)


@pytest.mark.parametrize("summary", ["", "   ", "x" * 501])
def test_a_summary_that_cannot_be(office: Office, summary: str) -> None:
    with pytest.raises(Invalid) as refusal:
        draft(office, summary=summary)
    assert refusal.value.field == "summary"


def test_a_letter_is_kept_as_a_version_with_its_places(office: Office, tmp_path: Path) -> None:
    document = draft(office)
    version = drafting.write_letter(document=document, fields=fields(office), by=office.officer, note="Bản đầu")
    assert (version.ordinal, version.origin, version.pages, version.note) == (1, Origin.COMPOSED, 1, "Bản đầu")
    assert version.source is not None
    assert version.source["body"] == BODY
    assert version.places is not None
    assert set(version.places) >= {"number", "date", "signature", "seal", "symbol_printed"}
    text = printed(version, tmp_path)
    for words in ("SỞ NỘI VỤ", "SNV-CCHC", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Thị Hồng Nhung", "Như trên"):
        assert words in text
    document.refresh_from_db()
    assert (document.signer, document.signer_name) == (office.deputy, "Nguyễn Thị Hồng Nhung")


def test_identical_content_makes_no_new_version(office: Office) -> None:
    document = written(office)
    first = main_version(document)
    again = drafting.write_letter(document=document, fields=fields(office), by=office.officer)
    changed = drafting.write_letter(document=document, fields=fields(office, body=BODY + "\nThêm."), by=office.officer)
    assert again == first
    assert changed.ordinal == 2
    assert FileVersion.objects.filter(file__document=document).count() == 2


def test_changed_recipients_change_the_printed_letter(office: Office, tmp_path: Path) -> None:
    document = written(office)
    line = RecipientLine(correspondent=office.ministry)
    drafting.set_recipients(document=document, recipients=[line], by=office.officer)
    version = drafting.write_letter(document=document, fields=fields(office), by=office.officer)
    assert version.ordinal == 2
    assert "Bộ Nội vụ" in printed(version, tmp_path)


def test_saving_a_version_forgets_what_was_kept_while_typing(office: Office) -> None:
    document = draft(office)
    save_form(person=office.officer, key=drafting.form_key(document), data={"body": ["…"]})
    drafting.write_letter(document=document, fields=fields(office), by=office.officer)
    assert not SavedForm.objects.exists()


@pytest.mark.requirement("R-LAW-12")
def test_a_letter_for_somebody_without_authority_is_refused_with_those_who_have_it(office: Office) -> None:
    document = draft(office)
    with pytest.raises(Invalid) as refusal:
        drafting.write_letter(document=document, fields=fields(office, signer=office.head), by=office.officer)
    assert refusal.value.code == "no_authority"
    assert office.deputy.full_name in str(refusal.value)
    assert not FileVersion.objects.filter(file__document=document).exists()


@pytest.mark.parametrize(
    ("changes", "field"), [({"signer": None}, "signer"), ({"body": " \n "}, "body"), ({"body": "Xin chào 😀"}, "body")]
)
def test_what_cannot_be_printed_is_refused_and_names_the_field(office: Office, changes: dict, field: str) -> None:
    document = draft(office)
    with pytest.raises(Invalid) as refusal:
        drafting.write_letter(document=document, fields=fields(office, **changes), by=office.officer)
    assert refusal.value.field == field
    assert not FileVersion.objects.exists()


def test_only_author_and_unit_head_change_a_draft(office: Office) -> None:
    document = draft(office)
    with pytest.raises(NotPermitted):
        drafting.write_letter(document=document, fields=fields(office), by=office.stranger)
    with pytest.raises(NotPermitted):
        drafting.set_recipients(document=document, recipients=[], by=office.clerk)
    version = drafting.write_letter(document=document, fields=fields(office), by=office.head)
    assert version.by == office.head


def test_nothing_is_changed_while_somebody_decides(office: Office) -> None:
    document = submitted(office).document
    with pytest.raises(WrongState) as refusal:
        drafting.write_letter(document=document, fields=fields(office, body="Khác"), by=office.officer)
    assert office.head.full_name in str(refusal.value)
    with pytest.raises(WrongState):
        drafting.set_recipients(document=document, recipients=[], by=office.officer)


def test_the_symbol_follows_a_changed_kind(office: Office) -> None:
    document = draft(office)
    changed = drafting.change_draft(document=document, by=office.officer, kind=office.decision, summary="Về việc khác")
    changed.refresh_from_db()
    assert (changed.symbol, changed.summary) == ("QĐ-SNV", "Về việc khác")
    event = Event.objects.get(verb="draft.change")
    assert event.before["symbol"] == "SNV-CCHC"


def test_recipients_stand_in_order_and_once(office: Office) -> None:
    document = draft(office, recipients=[])
    lines = [
        RecipientLine(unit=office.staff),
        RecipientLine(correspondent=office.ministry),
        RecipientLine(name="Ông A"),
    ]
    drafting.set_recipients(document=document, recipients=lines, by=office.officer)
    rows = Recipient.objects.filter(document=document)
    assert [(row.name, row.channel) for row in rows] == [
        ("Phòng Tổ chức, biên chế", "internal"),
        ("Bộ Nội vụ", "axis"),
        ("Ông A", "axis"),
    ]
    with pytest.raises(Invalid):
        drafting.set_recipients(document=document, recipients=[lines[2], lines[2]], by=office.officer)
    assert document.recipients.count() == 3


def test_a_draft_is_given_up_with_a_reason(office: Office) -> None:
    document = draft(office)
    with pytest.raises(Invalid):
        drafting.cancel_draft(document=document, reason="x", by=office.officer)
    drafting.cancel_draft(document=document, reason="Không cần trả lời nữa", by=office.officer)
    document.refresh_from_db()
    assert document.state == State.CANCELLED
    with pytest.raises(WrongState):
        drafting.cancel_draft(document=document, reason="Một lần nữa", by=office.officer)


def test_a_decision_names_its_authority_and_its_articles(office: Office, tmp_path: Path) -> None:
    document = draft(office, kind=office.decision, summary="Về việc thành lập Tổ công tác")
    body = "Điều 1. Thành lập Tổ công tác\n1. Tổ trưởng: ông A.\n2. Tổ phó: bà B.\nĐiều 2. Có hiệu lực từ ngày ký."
    with clock.at(moment("2026-10-13")):
        version = drafting.write_letter(
            document=document,
            fields=fields(office, summary=document.summary, body=body, addressees=(), signer=office.director),
            by=office.officer,
        )
    text = printed(version, tmp_path)
    assert "GIÁM ĐỐC SỞ NỘI VỤ" in text
    assert "Điều 2." in text
    assert "QĐ-SNV" in text

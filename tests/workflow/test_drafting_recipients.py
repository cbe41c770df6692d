"""Recipients as people type them."""

import pytest

from edocs.office.models import CorrespondentAlias
from edocs.workflow.queries.recipients import as_typed, recipient_lines, split_lines, suggest_recipients
from edocs.workflow.services import drafting
from tests.factories import Office
from tests.workflow.outgoing import draft


def test_marks_at_the_ends_and_lines_that_are_printed_by_themselves_are_left_out() -> None:
    typed = "- Như trên;\n- Bộ Nội vụ (để báo cáo);\n\n• Sở Tài chính.\n- Lưu: VT, CCHC."
    assert split_lines(typed) == ["Bộ Nội vụ (để báo cáo)", "Sở Tài chính"]


@pytest.mark.django_db
def test_agencies_and_units_are_recognised_by_name_or_alias_with_or_without_accents(office: Office) -> None:
    CorrespondentAlias.objects.create(name="Ủy ban nhân dân tỉnh Nam Khê", correspondent=office.province)
    lines = recipient_lines(
        ["uy ban nhan dan tinh nam khe", "Bộ Nội vụ (để b/c)", "Phòng Tổ chức, biên chế", "Ông A", "BỘ NỘI VỤ"]
    )
    assert [(line.correspondent, line.unit, line.purpose) for line in lines] == [
        (office.province, None, ""),
        (office.ministry, None, "để b/c"),
        (None, office.staff, ""),
        (None, None, ""),
    ]


@pytest.mark.django_db
def test_what_is_kept_reads_as_it_was_typed(office: Office) -> None:
    document = draft(office, recipients=recipient_lines(["UBND tỉnh Nam Khê", "Bộ Nội vụ (để báo cáo)"]))
    rows = list(document.recipients.all())
    assert as_typed(rows) == "UBND tỉnh Nam Khê\nBộ Nội vụ (để báo cáo)"
    assert as_typed(rows, without=["ubnd tinh nam khe"]) == "Bộ Nội vụ (để báo cáo)"
    again = recipient_lines(split_lines(as_typed(rows)))
    drafting.set_recipients(document=document, recipients=again, by=office.officer)
    assert [row.correspondent for row in document.recipients.all()] == [office.province, office.ministry]


@pytest.mark.django_db
def test_names_are_suggested_from_two_letters_on(office: Office) -> None:
    assert suggest_recipients("b") == []
    assert "Bộ Nội vụ" in suggest_recipients("bo noi")
    assert "Phòng Tổ chức, biên chế" in suggest_recipients("bien che")

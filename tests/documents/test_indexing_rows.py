"""Everything that is entered and said about a document, and what its files say, is searchable (R-STA-04)."""

from __future__ import annotations

import pytest

from edocs.documents import index_care, indexing
from edocs.documents.index_rows import places_of
from edocs.documents.models import Document, DocumentFile
from edocs.documents.services.files import add_file, add_version
from edocs.jobs.models import Job, JobState
from edocs.office.queries import tokens_of
from edocs.workflow.models import Assignment
from edocs.workflow.services.assignments import pass_on
from edocs.workflow.services.handling import instruct, submit_to_leader
from search import Hit
from tests.documents.test_indexing import found
from tests.factories import Office, given, incoming
from tests.intake.pages import letter_pdf
from tests.security.world import run_all

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R-STA-04")]


def hit_of(office: Office, words: str) -> Hit:
    (hit,) = indexing.engine().search(words, tokens_of(office.clerk)).hits
    return hit


def test_whatever_is_entered_is_found(office: Office) -> None:
    document = incoming(
        office,
        number="3987",
        symbol="UBND-NC",
        summary="V/v chỉ số cải cách",
        signer_name="Lê Minh Hoan",
        signer_position="Phó Chủ tịch thường trực",
        note="Bản giấy để ở tủ số bốn",
        identifier="H99,2026/01/05,3987/UBND-NC",
        field=office.field,
        urgency=3,
    )
    other = incoming(
        office, number="1", symbol="BNV-VP", summary="V/v nội dung không liên quan", issuer=office.ministry
    )
    run_all()
    for words in (
        "so:3987",
        "ký hiệu:UBND-NC",
        "3987 ubnd nc",
        "chi so cai cach",
        'cơ quan:"UBND tỉnh"',
        'người ký:"minh hoan"',
        '"pho chu tich thuong truc"',
        '"ban giay de o tu so bon"',
        '"H99,2026/01/05"',
        "hoa toc",
        f'sổ văn bản:"{office.book_in.name}" minh hoan',
    ):
        assert document.pk in found(office.clerk, words), words
        assert other.pk not in found(office.clerk, words), words


def test_instructions_and_what_is_said_on_the_way_are_found_by_those_who_see_the_document(office: Office) -> None:
    document = incoming(office)
    submit_to_leader(document=document, to=office.deputy, by=office.clerk, note="Kính trình xem xét sớm")
    order = instruct(
        document=document, author=office.deputy, text="Giao phòng rà soát thấu đáo", lead=office.reform, working_days=5
    )
    unit = order.assignments.get(role="lead")
    pass_on(assignment=unit, by=office.head, text="Lập bảng so sánh từng mục", lead=office.officer, working_days=3)
    assert Assignment.objects.filter(document=document, person=office.officer).exists()
    run_all()
    for words in ('"kinh trinh xem xet som"', '"ra soat thau dao"', '"lap bang so sanh"'):
        assert found(office.clerk, words) == {document.pk}, words
        assert found(office.officer, words) == {document.pk}, words
        assert found(office.stranger, words) == set(), words
    assert not index_care.compare()


def test_a_page_is_told_by_its_file_and_number(office: Office) -> None:
    """The index counts the pages of all files on; the result names file and page, or that it was said about it."""
    document = incoming(office, files=[given(letter_pdf("3987", summary="về việc quokka"), name="chính.pdf")])
    run_all()
    attached = add_file(document=document, name="phụ lục.pdf", role="attachment")
    blob = given(letter_pdf("77", summary="về việc narwhal"), name="phụ lục.pdf").blob
    add_version(file=attached, blob=blob, origin="upload", by=office.clerk, pages=1)
    Document.objects.filter(pk=document.pk).update(note="Ghi chú về pangolin")
    indexing.follow([document.pk])
    run_all()
    main = DocumentFile.objects.get(document=document, role="main")
    places = places_of([document.pk])[document.pk]
    assert (places[0].file, places[0].first) == (main, 1)
    for word, file in (("quokka", main), ("narwhal", attached)):
        page = hit_of(office, word).page or 0
        assert [one.file for one in places if one.first <= page <= one.last] == [file]
    assert (hit_of(office, "pangolin").page or 0) == places[-1].last + 1
    assert not Job.objects.filter(kind=indexing.INDEX, state=JobState.FAILED).exists()

"""Files that arrive, through the real reading in the limited child."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from edocs.documents.choices import State
from edocs.documents.services.registering import IncomingFields
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.services.arrivals import Route, accept_upload, put_aside, register_arrival
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.typeset import Letter, Paragraph, compose_letter
from tests.factories import Office

pytestmark = pytest.mark.django_db
REFUSED_AT_ONCE = {"empty", "wrong_kind"}


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A real letter with a text layer, as it would arrive."""
    composed = compose_letter(
        Letter(
            superior="UBND tỉnh Nam Khê",
            agency="Ủy ban nhân dân xã Đông Lĩnh",
            place="Đông Lĩnh",
            kind="Công văn",
            symbol="UBND-VHXH",
            number="214",
            issued_on=dt.date(2026, 10, 7),
            summary="đề nghị hướng dẫn giải quyết chế độ đối với người hoạt động không chuyên trách ở thôn",
            addressees=("Sở Nội vụ tỉnh Nam Khê",),
            body=(Paragraph("Ủy ban nhân dân xã đề nghị Sở Nội vụ trả lời trước ngày 23 tháng 10 năm 2026."),),
            position_lines=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
            signer="Hà Nguyễn Thảo Vy",
        )
    )
    path = tmp_path / "letter.pdf"
    path.write_bytes(composed.pdf)
    return path


def run_waiting(kind: str) -> None:
    for number in Job.objects.filter(kind=kind, state="waiting").values_list("pk", flat=True):
        jobs.run(number)


def read(office: Office, path: Path, name: str = "quét 07.pdf") -> Arrival:
    arrival = accept_upload(path=path, name=name, by=office.clerk)
    run_waiting("intake.read")
    arrival.refresh_from_db()
    return arrival


def fields(office: Office) -> IncomingFields:
    return IncomingFields(
        kind=office.letter,
        issuer=office.province,
        issuer_name="",
        number="214",
        symbol="UBND-VHXH",
        issued_on=dt.date(2026, 10, 7),
        summary="V/v đề nghị hướng dẫn giải quyết chế độ",
    )


def test_what_stands_on_the_page_is_suggested_with_its_place(office: Office, letter: Path) -> None:
    arrival = read(office, letter)
    found = arrival.suggestions
    assert arrival.state == ArrivalState.READY
    assert (found["number"]["value"], found["symbol"]["value"]) == ("214", "UBND-VHXH")
    assert found["issued_on"]["value"] == "2026-10-07"
    assert found["signer_name"]["value"] == "Hà Nguyễn Thảo Vy"
    assert found["reply_by"]["value"] == "2026-10-23"
    assert found["number"]["page"] == 1
    left, bottom, right, top = found["number"]["box"]
    assert left < right < found["sizes"][0][0] / 2
    assert top > bottom > found["sizes"][0][1] / 2


def test_registering_takes_the_file_and_puts_it_before_the_leader(office: Office, letter: Path) -> None:
    arrival = read(office, letter)
    route = Route(leader=office.deputy, proposed_lead=office.reform)
    document = register_arrival(arrival=arrival, fields=fields(office), by=office.clerk, route=route)
    document.refresh_from_db()
    arrival.refresh_from_db()
    assert document.state == State.WITH_LEADER
    assert document.files.get().current.blob_id == arrival.received_id
    assert document.pages == 1
    assert arrival.state == ArrivalState.REGISTERED
    with pytest.raises(WrongState):
        register_arrival(arrival=arrival, fields=fields(office), by=office.clerk, route=route, repeats_accepted=True)


@pytest.mark.requirement("R-DOC-08")
def test_the_same_bytes_warn_before_they_are_registered_again(office: Office, letter: Path) -> None:
    register_arrival(arrival=read(office, letter), fields=fields(office), by=office.clerk, route=Route())
    with pytest.raises(Invalid) as refusal:
        register_arrival(arrival=read(office, letter), fields=fields(office), by=office.clerk, route=Route())
    assert refusal.value.code == "repeat"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"<html><script>alert(1)</script></html>", "wrong_kind"), (b"%PDF-1.7\nhalf a file", "damaged")],
)
def test_files_that_are_no_documents_are_refused_in_words_or_shown_as_failed(
    office: Office, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    if code in REFUSED_AT_ONCE:
        with pytest.raises(Invalid, match=r"văn bản\.pdf") as refusal:
            read(office, path, "văn bản.pdf")
        assert refusal.value.code == code
        return
    arrival = read(office, path, "văn bản.pdf")
    assert arrival.state == ArrivalState.FAILED
    with pytest.raises(Invalid):
        register_arrival(arrival=arrival, fields=fields(office), by=office.clerk, route=Route())
    put_aside(arrival=arrival, by=office.clerk)


def test_only_the_clerical_office_takes_files_in(office: Office, letter: Path) -> None:
    with pytest.raises(NotPermitted):
        accept_upload(path=letter, name="x.pdf", by=office.officer)

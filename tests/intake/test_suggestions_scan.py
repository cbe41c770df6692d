"""Scans that arrive: their fields are suggested from what OCR reads, with their places."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from edocs.documents.models import BlobContent, Document
from edocs.documents.services.registering import IncomingFields
from edocs.errors import WrongState
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.services.arrivals import Route, accept_upload, register_arrival
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.limited import FileRefused, RefusalCode
from edocs.typeset import Letter, Paragraph, compose_letter
from tests.factories import Office
from tests.scans import Scanner, scan_pdf, scanned
from tests.working_off import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.tool("tesseract")]
SCANNER = Scanner()
READING = ("intake.read", "documents.read", "documents.ocr", "intake.suggest")
EXPECTED = {
    "number": "214",
    "symbol": "UBND-VHXH",
    "issued_on": "2026-10-07",
    "kind": "Công văn",
    "signer_name": "Hà Nguyễn Thảo Vy",
    "signer_position": "Phó Chủ tịch",
    "reply_by": "2026-10-23",
}


@pytest.fixture
def letter() -> bytes:
    return compose_letter(
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
    ).pdf


def arrived(office: Office, folder: Path, pdf: bytes) -> Arrival:
    path = folder / "quét.pdf"
    path.write_bytes(pdf)
    return accept_upload(path=path, name="quét 08.pdf", by=office.clerk)


def scan(letter: bytes, scanner: Scanner = SCANNER) -> bytes:
    return scan_pdf([scanned(letter, 1, scanner)], scanner.dpi)


def read(arrival: Arrival) -> dict[str, dict[str, object]]:
    work_off(*READING)
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.READY
    return {name: value for name, value in arrival.suggestions.items() if isinstance(value, dict)}


def values(found: dict[str, dict[str, object]]) -> dict[str, object]:
    return {name: found[name]["value"] for name in EXPECTED if name in found}


@pytest.mark.parametrize(
    "scanner",
    [
        SCANNER,
        Scanner(skew=-1.3, noise=0.2),
        Scanner(turn=90),
        Scanner(turn=180),
        Scanner(turn=180, skew=-1.3, noise=0.2),
        Scanner(turn=180, dpi=150, skew=1.4),
    ],
)
def test_what_stands_on_a_scan_is_suggested_like_the_text_of_a_file(
    office: Office, tmp_path: Path, letter: bytes, scanner: Scanner
) -> None:
    found = read(arrived(office, tmp_path, scan(letter, scanner)))
    assert values(found) == EXPECTED
    assert str(found["summary"]["value"]).startswith("V/v đề nghị hướng dẫn giải quyết chế độ")


def test_places_of_suggestions_are_those_of_the_page(office: Office, tmp_path: Path, letter: bytes) -> None:
    true = read(arrived(office, tmp_path, letter))
    found = read(arrived(office, tmp_path, scan(letter)))
    assert set(found) == set(true)
    for name, value in found.items():
        assert value["page"] == true[name]["page"]
        assert value["box"] == pytest.approx(true[name]["box"], abs=12), name  # points; the sheet lies 0.7° askew


def test_a_scan_is_being_read_until_its_first_page_is(office: Office, tmp_path: Path, letter: bytes) -> None:
    arrival = arrived(office, tmp_path, scan(letter))
    work_off("intake.read")
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.READING
    assert arrival.shown is not None
    with pytest.raises(WrongState):
        register(office, arrival)
    read(arrival)
    document = register(office, arrival)
    assert document.files.get().current.blob == arrival.shown


def test_its_pages_are_shown_while_it_is_being_read(
    client: Client, office: Office, tmp_path: Path, letter: bytes
) -> None:
    arrival = arrived(office, tmp_path, scan(letter))
    work_off("intake.read")
    client.force_login(office.clerk)
    client.cookies["edocs_language"] = "en"
    page = client.get(reverse("intake_file", args=[arrival.pk])).content.decode()
    assert reverse("intake_page", args=[arrival.pk, 1]) in page
    assert "Its text is being read from the picture" in page
    queue = client.get(reverse("intake")).content.decode()
    assert "Scan, being read" in queue


def test_a_scan_that_cannot_be_read_is_entered_by_hand(
    office: Office, tmp_path: Path, letter: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object, page: int) -> object:
        raise FileRefused(RefusalCode.NOT_INSTALLED)

    monkeypatch.setattr("edocs.documents.content.jobs.ocr_page", refuse)
    arrival = arrived(office, tmp_path, scan(letter))
    assert read(arrival) == {}
    assert arrival.suggestions["pages"] == 1
    assert register(office, arrival).arrival_number


def test_the_same_scan_dropped_again_is_not_read_again(office: Office, tmp_path: Path, letter: bytes) -> None:
    pdf = scan(letter)
    first = arrived(office, tmp_path, pdf)
    read(first)
    second = arrived(office, tmp_path, pdf)
    work_off("intake.read")
    second.refresh_from_db()
    assert second.state == ArrivalState.READY
    assert second.suggestions == first.suggestions


def test_later_pages_are_read_after_the_form_is_there(office: Office, tmp_path: Path, letter: bytes) -> None:
    picture = scanned(letter, 1, Scanner(dpi=100))
    arrival = arrived(office, tmp_path, scan_pdf([picture] * 5, 100))
    work_off("intake.read")
    done = 0
    while arrival.state == ArrivalState.READING:
        done += _one_page()
        work_off("intake.suggest")
        arrival.refresh_from_db()
    assert done == 3
    assert arrival.shown is not None
    assert BlobContent.objects.get(blob=arrival.shown).left == 2


def _one_page() -> int:
    jobs.run(Job.objects.get(kind="documents.ocr", state="waiting").pk)
    return 1


def register(office: Office, arrival: Arrival) -> Document:
    fields = IncomingFields(
        kind=office.letter,
        issuer=office.province,
        issuer_name="",
        number="214",
        symbol="UBND-VHXH",
        issued_on=dt.date(2026, 10, 7),
        summary="V/v đề nghị hướng dẫn giải quyết chế độ",
    )
    return register_arrival(arrival=arrival, fields=fields, by=office.clerk, route=Route(), repeats_accepted=True)

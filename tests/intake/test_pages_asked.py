"""What the form asks while it is filled; putting aside, cancelling, the slip."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from edocs.documents.choices import State
from edocs.documents.models import Document, Entry
from edocs.documents.services.registering import cancel_registration
from edocs.intake.models import ArrivalState
from edocs.intake.queries import match_issuer
from edocs.office.models import Correspondent, CorrespondentAlias
from tests.factories import Office, incoming
from tests.intake.pages import arrived, as_person, quick, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


# --- what the form asks -----------------------------------------------------------------------------------------------
def test_agencies_are_found_without_accents_and_new_ones_offered(clerk: Client, commune: Correspondent) -> None:
    ask = reverse("intake_issuers")
    found = clerk.get(ask, {"q": "dong linh"}).json()["items"]
    assert found[0] == {"value": str(commune.pk), "label": "UBND xã Đông Lĩnh", "hint": "H99.10"}
    assert found[-1]["value"] == "new:dong linh"
    exact = clerk.get(ask, {"q": unicodedata.normalize("NFD", "UBND xã Đông Lĩnh")}).json()["items"]
    assert [item["value"] for item in exact] == [str(commune.pk)]
    assert clerk.get(ask, {"q": "\x00"}).json() == {"items": []}


def test_letter_heads_are_matched_to_the_catalogue_only_without_doubt(office: Office, commune: Correspondent) -> None:
    CorrespondentAlias.objects.create(correspondent=office.ministry, name="BNV cũ")
    finance = Correspondent.objects.create(name="Sở Tài chính tỉnh Nam Khê")
    assert match_issuer("Ủy ban nhân dân xã Đông Lĩnh") == commune
    assert match_issuer("Sở Tài chính") == finance
    assert match_issuer("BNV cũ") == office.ministry
    assert match_issuer("UBND xã") is None
    assert match_issuer("") is None
    Correspondent.objects.create(name="Sở Tài chính tỉnh Khe Vang")
    assert match_issuer("Sở Tài chính") is None


def test_the_next_number_is_shown_for_book_and_day_but_promised_to_nobody(clerk: Client, office: Office) -> None:
    incoming(office)
    ask = reverse("intake_number")
    assert b"<b>2</b>" in clerk.get(ask, {"book": office.book_in.pk, "arrived_on": "2026-10-13"}).content
    assert b"<b>1</b>" in clerk.get(ask, {"book": office.book_in.pk, "arrived_on": "2027-01-04"}).content
    assert b"<b>2</b>" in clerk.get(ask, {"kind": office.letter.pk, "arrived_on": "nonsense"}).content
    assert b"follows from kind and book" in clerk.get(ask).content
    assert Entry.objects.count() == 1


def test_pages_and_words_of_an_arrived_file(clerk: Client, office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    page = reverse("intake_page", args=[arrival.pk, 1])
    for size in ("small", "page", "large"):
        answer = clerk.get(page, {"size": size})
        assert answer["Content-Type"] == "image/webp"
        assert b"".join(answer.streaming_content)[8:12] == b"WEBP"  # type: ignore[arg-type]
    assert clerk.get(page, HTTP_IF_NONE_MATCH=clerk.get(page)["ETag"]).status_code == 304
    words = clerk.get(reverse("intake_words", args=[arrival.pk, 1])).json()["words"]
    assert any(word[4] == "KHÊ" or "214" in word[4] for word in words)
    assert all(0 <= part <= 1 for word in words for part in word[:4])
    assert clerk.get(page, {"size": "../../etc"}).status_code == 404
    for name in ("intake_page", "intake_words"):
        assert clerk.get(reverse(name, args=[arrival.pk, 99])).status_code == 404
    original = clerk.get(reverse("intake_original", args=[arrival.pk]))
    assert original["Content-Disposition"].startswith("attachment")


# --- putting aside, cancelling, the slip ------------------------------------------------------------------------------
def test_putting_aside_asks_first_and_opens_the_next(clerk: Client, office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    following = quick(office, arrival, 2)
    address = reverse("intake_put_aside", args=[arrival.pk])
    assert "Put “quét 07.pdf” aside?" in clerk.get(address).content.decode()
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.READY
    assert clerk.post(address)["Location"] == reverse("intake_file", args=[following.pk])
    assert "Put aside." in clerk.get(reverse("intake_file", args=[arrival.pk])).content.decode()


def test_a_registration_is_cancelled_with_a_reason(clerk: Client, office: Office) -> None:
    document = incoming(office)
    address = reverse("document_cancel", args=[document.pk])
    assert "Cancel arrival number 1?" in clerk.get(address).content.decode()
    short = clerk.post(address, {"reason": "sai"})
    assert short.status_code == 422
    assert "at least 5 characters" in short.content.decode()
    assert clerk.post(address, {"reason": "Vào nhầm sổ công văn"})["Location"] == f"/documents/{document.pk}/"
    document.refresh_from_db()
    assert document.state == State.CANCELLED
    late = clerk.post(address, {"reason": "Vào nhầm sổ công văn"})
    assert late.status_code == 409
    assert "Vào nhầm sổ công văn" in late.content.decode()


def test_only_a_clerk_cancels_and_only_incoming_documents(office: Office) -> None:
    document = incoming(office)
    address = reverse("document_cancel", args=[document.pk])
    for other in (office.director, office.officer, office.stranger, office.admin):
        assert as_person(other).post(address, {"reason": "Không có quyền"}).status_code == 403
    Document.objects.filter(pk=document.pk).update(direction="out")
    for name in ("document_cancel", "arrival_slip"):
        assert as_person(office.clerk).get(reverse(name, args=[document.pk])).status_code == 404
    document.refresh_from_db()
    assert document.state == State.REGISTERED


def test_the_slip_is_for_those_who_may_see_the_document(clerk: Client, office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    register(clerk, arrival, office, leader=office.deputy.pk)
    document = Document.objects.get()
    address = reverse("arrival_slip", args=[document.pk])
    for someone in (office.clerk, office.deputy):
        answer = as_person(someone).get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    for other in (office.stranger, office.officer, office.admin):
        assert as_person(other).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_slip_says_number_stamp_and_instruction(office: Office, tmp_path: Path) -> None:
    from edocs.intake.slips import compose_slip_of
    from edocs.limited import read_text
    from edocs.workflow.services.handling import instruct, submit_to_leader

    document = incoming(office, number="214", symbol="UBND-VHXH")
    submit_to_leader(document=document, to=office.deputy, by=office.clerk)
    instruct(
        document=document,
        author=office.deputy,
        text="Giao Phòng Cải cách hành chính tham mưu",
        lead=office.reform,
        working_days=3,
    )
    path = tmp_path / "slip.pdf"
    with translation.override("en"):
        path.write_bytes(compose_slip_of(document, printed_by=office.clerk))
    text = " ".join(" ".join(page.text for page in read_text(path)).split())
    for part in ("PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN", "ĐẾN", "214/UBND-VHXH", "Giao Phòng Cải cách", "13/10/2026"):
        assert part in text


def test_the_line_after_registering_is_gone_for_those_who_may_not_see_it(clerk: Client, office: Office) -> None:
    document = incoming(office)
    queue = reverse("intake")
    assert reverse("arrival_slip", args=[document.pk]) in clerk.get(f"{queue}?after={document.pk}").content.decode()
    cancel_registration(document=document, reason="Vào nhầm sổ", by=office.clerk)
    for after in (document.pk, 999_999, "x", "1" * 30):
        assert "slip.pdf" not in clerk.get(f"{queue}?after={after}").content.decode()

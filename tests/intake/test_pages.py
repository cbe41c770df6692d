"""The form beside the pages: what it opens with, registering, bad input, repeats."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from edocs import clock
from edocs.documents.choices import State
from edocs.documents.models import Document, Entry
from edocs.intake.pages import spots_of
from edocs.intake.services.arrivals import form_key
from edocs.office.models import Correspondent, SavedForm
from edocs.workflow.models import Submission
from tests.factories import Office, incoming, person
from tests.intake.pages import arrived, as_person, letter_pdf, quick, register, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


# --- the form ---------------------------------------------------------------------------------------------------------
def test_the_form_opens_with_what_was_read_and_where(
    clerk: Client, office: Office, commune: Correspondent, tmp_path: Path
) -> None:
    arrival = arrived(office, tmp_path)
    answer = clerk.get(reverse("intake_file", args=[arrival.pk]))
    form, marks = answer.context["form"], answer.context["marks"]
    assert form["code"].value() == "214/UBND-VHXH"
    assert form["issuer"].value() == str(commune.pk)
    assert form["issued_on"].value() == dt.date(2026, 10, 7)
    assert form["kind"].value() == office.letter.pk
    assert form["reply_by"].value() == dt.date(2026, 10, 23)
    assert form["pages"].value() == 1
    assert {"code", "issuer", "issued_on", "summary", "signer_name"} <= set(marks)
    assert marks["code"].spot == "code"
    boxes = {box.name: box for box in answer.context["viewed"].boxes}
    code = boxes["code"]
    assert code.x < 0.5
    assert 0 < code.y < 0.25
    assert answer.context["number"] == 1


def test_an_agency_that_nobody_entered_yet_is_offered_as_new(clerk: Client, office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    answer = clerk.get(reverse("intake_file", args=[arrival.pk]))
    assert answer.context["form"]["issuer"].value() == "new:UBND xã Đông Lĩnh"
    assert register(clerk, arrival, office, issuer="new:UBND  xã Đông Lĩnh").status_code == 302
    assert Document.objects.get().issuer.name == "UBND xã Đông Lĩnh"


def test_places_on_turned_pages_are_turned_too(office: Office, tmp_path: Path) -> None:
    import pikepdf

    path = tmp_path / "turned.pdf"
    with pikepdf.open(io.BytesIO(letter_pdf())) as file:
        file.pages[0].Rotate = 90
        file.save(path)
    arrival = arrived(office, tmp_path, path.read_bytes())
    spots = spots_of(arrival.shown, {"number": {"page": 1, "box": [100, 700, 120, 712]}})
    left, top, width, height = spots["number"].box
    assert (left, top) == pytest.approx((700 / 841.89, 100 / 595.28), abs=0.01)
    assert height > width


def test_the_usual_leader_and_unit_of_an_issuer_are_proposed(
    clerk: Client, office: Office, commune: Correspondent, tmp_path: Path
) -> None:
    first = arrived(office, tmp_path)
    sent = {"issuer": str(commune.pk), "leader": office.deputy.pk, "proposed_lead": office.reform.pk}
    assert register(clerk, first, office, **sent).status_code == 302
    second = arrived(office, tmp_path, letter_pdf("215"))
    answer = clerk.get(reverse("intake_file", args=[second.pk]))
    assert answer.context["form"]["leader"].value() == office.deputy.pk
    assert answer.context["form"]["proposed_lead"].value() == office.reform.pk
    assert "leader" in answer.context["marks"]


def test_registering_gives_the_number_and_opens_the_next(clerk: Client, office: Office, tmp_path: Path) -> None:
    first = arrived(office, tmp_path)
    second = quick(office, first, 215)
    SavedForm.objects.create(person=office.clerk, key=form_key(first), data={}, saved_at=clock.now())
    answer = register(clerk, first, office, leader=office.deputy.pk, note="Bản giấy kèm theo")
    document = Document.objects.get()
    assert answer["Location"] == f"{reverse('intake_file', args=[second.pk])}?after={document.pk}"
    assert (document.number, document.symbol, document.code) == ("214", "UBND-VHXH", "214/UBND-VHXH")
    assert document.state == State.WITH_LEADER
    assert document.note == "Bản giấy kèm theo"
    assert Submission.objects.get().to == office.deputy
    assert not SavedForm.objects.exists()
    page = clerk.get(answer["Location"]).content.decode()
    assert "Registered as arrival number 1 and put before Nguyễn Thị Hồng Nhung." in page
    assert reverse("arrival_slip", args=[document.pk]) in page
    assert "Registered as arrival number 1." in clerk.get(reverse("intake_file", args=[first.pk])).content.decode()


def test_the_last_file_leads_back_to_the_queue_or_to_the_document(
    clerk: Client, office: Office, tmp_path: Path
) -> None:
    arrival = arrived(office, tmp_path)
    assert register(clerk, arrival, office)["Location"].startswith(reverse("intake") + "?after=")
    other = arrived(office, tmp_path, letter_pdf("9"))
    answer = register(clerk, other, office, code="9/UBND", then="open")
    assert answer["Location"] == f"/documents/{Document.objects.latest('pk').pk}/"


def test_other_files_of_the_batch_become_attachments(clerk: Client, office: Office, tmp_path: Path) -> None:
    main = arrived(office, tmp_path)
    annex = arrived(office, tmp_path, letter_pdf("215"), "phụ lục.pdf")
    colleague = person("vanthu2", "Lê Thị Diễm My", office.bureau, "clerk")
    foreign = arrived(office, tmp_path, letter_pdf("216"), "của người khác.pdf", by=colleague)
    offered = clerk.get(reverse("intake_file", args=[main.pk])).content.decode()
    assert "phụ lục.pdf" in offered
    assert "của người khác.pdf" not in offered
    refused = register(clerk, main, office, attachments=[foreign.pk])
    assert refused.status_code == 422
    assert "Look at the list again" in refused.content.decode()
    assert register(clerk, main, office, attachments=[annex.pk]).status_code == 302
    document = Document.objects.get()
    assert [file.name for file in document.files.all()] == ["quét 07.pdf", "phụ lục.pdf"]
    assert document.pages == 2


def test_a_paper_without_a_file_is_registered_too(clerk: Client, office: Office) -> None:
    address = reverse("intake_new")
    assert clerk.get(address).status_code == 200
    answer = clerk.post(address, values(office, pages="12", leader=office.director.pk, then="another"))
    document = Document.objects.get()
    assert answer["Location"] == f"{address}?after={document.pk}"
    assert (document.pages, document.arrival_number, document.state) == (12, 1, State.WITH_LEADER)
    assert not document.files.exists()


# --- bad input --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "214 UBND-VHXH"}, "Did you mean 214/UBND-VHXH?"),
        ({"code": "1" * 12 + "/UBND"}, "The number has at most 11 characters"),
        ({"issued_on": "2026-10-14"}, "dated after its arrival"),
        ({"issued_on": "0026-10-07"}, "The year 26 cannot be right"),
        ({"issued_on": "hôm qua"}, "This is not a date"),
        ({"arrived_on": "2026-10-14"}, "lies in the future"),
        ({"reply_by": "2026-10-01"}, "due before the document was made"),
        ({"summary": "  \u200b "}, "about"),
        ({"summary": "x" * 501}, "500"),
        ({"issuer": ""}, "Name the agency that issued the document."),
        ({"issuer": "999999"}, "Choose it again."),
        ({"issuer": "1' OR '1'='1"}, "Choose it again."),
        ({"issuer": "new:  "}, "Name the agency that issued the document."),
        ({"kind": ""}, "Choose the kind of the document."),
        ({"kind": "99999999999999999999999999"}, ""),
        ({"leader": "1\x002"}, ""),
        ({"pages": "-4", "copies": "nhiều"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    clerk: Client, office: Office, tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    arrival = arrived(office, tmp_path)
    answer = register(clerk, arrival, office, **{"note": "giữ lại chữ này"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not registered yet." in page
    assert sentence in page.replace("&#x27;", "'")
    assert "giữ lại chữ này" in page
    assert "data-failed" in page
    assert not Document.objects.exists()
    assert not Entry.objects.exists()


def test_text_typed_decomposed_or_with_control_characters_is_kept_in_one_form(
    clerk: Client, office: Office, tmp_path: Path
) -> None:
    arrival = arrived(office, tmp_path)
    typed = unicodedata.normalize("NFD", "V/v  hướng dẫn\r\nchế độ\x00")
    register(clerk, arrival, office, summary=typed, signer_name=unicodedata.normalize("NFD", "Hà Thảo Vy"))
    document = Document.objects.get()
    assert document.summary == "V/v hướng dẫn chế độ"
    assert document.signer_name == "Hà Thảo Vy"


def test_a_new_agency_is_not_left_behind_when_registering_fails(clerk: Client, office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    answer = register(clerk, arrival, office, issuer="new:Hội Nông dân xã", arrived_on="2026-10-20")
    assert answer.status_code == 422
    assert not Correspondent.objects.filter(name="Hội Nông dân xã").exists()
    assert '<option value="new:Hội Nông dân xã" selected>' in answer.content.decode()


def test_without_javascript_the_agency_is_typed_into_its_own_field(
    clerk: Client, office: Office, tmp_path: Path
) -> None:
    arrival = arrived(office, tmp_path)
    assert register(clerk, arrival, office, issuer="", issuer_name="Bộ Nội vụ").status_code == 302
    assert Document.objects.get().issuer == office.ministry


def test_two_clerks_on_the_same_file_give_one_number(clerk: Client, office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    following = quick(office, arrival, 300)
    colleague = as_person(person("vanthu2", "Lê Thị Diễm My", office.bureau, "clerk"))
    assert colleague.get(reverse("intake_file", args=[arrival.pk])).status_code == 200
    assert register(clerk, arrival, office).status_code == 302
    late = register(colleague, arrival, office, summary="Trích yếu của người đến sau")
    page = late.content.decode()
    assert late.status_code == 409
    assert "already registered or put aside by somebody else" in page
    assert "Trích yếu của người đến sau" in page
    assert reverse("intake_file", args=[following.pk]) in page
    assert Entry.objects.count() == 1
    again = colleague.post(reverse("intake_put_aside", args=[arrival.pk]))
    assert again.status_code == 409


def test_what_was_typed_survives_an_ended_session(office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    browser = as_person(office.clerk)
    typed = {"issuer": "new:Hội Nông dân xã", "note": "đang gõ dở"}
    browser.post(reverse("saved_form", args=[form_key(arrival)]), typed)
    browser.logout()
    assert register(browser, arrival, office)["Location"].startswith("/login/")
    browser.force_login(office.clerk)
    kept = browser.get(reverse("saved_form", args=[form_key(arrival)])).json()["data"]
    assert kept["note"] == ["đang gõ dở"]
    assert "new:Hội Nông dân xã" in browser.get(reverse("intake_file", args=[arrival.pk])).content.decode()


# --- repeats ----------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-DOC-08")
def test_a_repeat_warns_while_typing(clerk: Client, office: Office, tmp_path: Path) -> None:
    earlier = incoming(office, number="214", symbol="UBND-VHXH", identifier="H99,2026/10/07,214/UBND-VHXH")
    ask = reverse("intake_repeats")
    by_code = clerk.get(ask, {"issuer": office.province.pk, "code": "214/ubnd-vhxh"}).content.decode()
    assert "May repeat arrival number 1" in by_code
    assert f"/documents/{earlier.pk}/" in by_code
    by_identifier = clerk.get(ask, {"identifier": earlier.identifier}).content.decode()
    assert "the same document identifier" in by_identifier
    for nothing in ({"issuer": office.ministry.pk, "code": "214/UBND-VHXH"}, {"issuer": "x\x00", "code": "\x00"}, {}):
        assert clerk.get(ask, nothing).content.strip() == b""


@pytest.mark.requirement("R-DOC-08")
def test_a_repeat_is_registered_only_when_that_very_document_was_compared(
    clerk: Client, office: Office, tmp_path: Path
) -> None:
    earlier = incoming(office, number="214", symbol="UBND-VHXH")
    arrival = arrived(office, tmp_path)
    refused = register(clerk, arrival, office, note="giữ lại")
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "This may repeat arrival number 1" in page
    assert f'value="{earlier.pk}"' in page
    assert "giữ lại" in page
    assert register(clerk, arrival, office, confirmed=str(earlier.pk + 1)).status_code == 422
    assert register(clerk, arrival, office, confirmed=str(earlier.pk)).status_code == 302
    assert Document.objects.latest("pk").arrival_number == 2


@pytest.mark.requirement("R-DOC-08")
def test_the_same_bytes_warn_when_the_file_is_opened(clerk: Client, office: Office, tmp_path: Path) -> None:
    content = letter_pdf()
    assert register(clerk, arrived(office, tmp_path, content), office).status_code == 302
    again = arrived(office, tmp_path, content)
    assert "the very same file" in clerk.get(reverse("intake_file", args=[again.pk])).content.decode()

"""Files come in through the pages: rights, refusals, names, the queue."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.services.arrivals import accept_upload
from edocs.jobs.models import Job
from edocs.office.models import Correspondent
from tests.factories import Office, incoming
from tests.intake.pages import FETCH, arrived, as_person, letter_pdf, quick, register, statements
from tests.limited import hostile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


# --- who comes in -----------------------------------------------------------------------------------------------------
def clerk_addresses(arrival: Arrival) -> list[str]:
    numbered = ("intake_file", "intake_preview", "intake_original", "intake_put_aside")
    plain = ("intake", "intake_new", "intake_issuers", "intake_number", "intake_repeats")
    pages = [reverse(name, args=[arrival.pk, 1]) for name in ("intake_page", "intake_words")]
    return [reverse(name) for name in plain] + [reverse(name, args=[arrival.pk]) for name in numbered] + pages


def test_the_pages_are_the_clerical_offices_alone(office: Office, tmp_path: Path) -> None:
    arrival = arrived(office, tmp_path)
    for address in clerk_addresses(arrival):
        assert as_person(office.clerk).get(address).status_code == 200, address
        for other in (office.director, office.head, office.officer, office.admin):
            assert as_person(other).get(address).status_code == 403, address
        assert Client().get(address)["Location"].startswith("/login/"), address
    upload = reverse("intake_upload")
    assert as_person(office.officer).post(upload, {"file": SimpleUploadedFile("a.pdf", b"%PDF")}).status_code == 403
    assert as_person(office.officer).get(reverse("intake_file", args=[999_999])).status_code == 403
    assert as_person(office.clerk).get(reverse("intake_file", args=[999_999])).status_code == 404
    assert Arrival.objects.count() == 1


def test_uploading_needs_the_token_though_the_size_is_looked_at_first(office: Office) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(office.clerk)
    answer = browser.post(reverse("intake_upload"), {"file": SimpleUploadedFile("a.pdf", letter_pdf())})
    assert answer.status_code == 403
    token = browser.get(reverse("intake")).context["csrf_token"]
    file = SimpleUploadedFile("a.pdf", letter_pdf())
    answer = browser.post(reverse("intake_upload"), {"file": file, "csrfmiddlewaretoken": str(token)})
    assert answer.status_code == 302
    assert Arrival.objects.count() == 1


# --- files come in ----------------------------------------------------------------------------------------------------
def test_a_plain_form_takes_many_files_and_each_has_its_result(clerk: Client) -> None:
    files = [
        SimpleUploadedFile("một.pdf", letter_pdf()),
        SimpleUploadedFile("hai.pdf", letter_pdf("215")),
        SimpleUploadedFile("trang.pdf", b"<html><script>alert(1)</script></html>"),
        SimpleUploadedFile("rỗng.pdf", b""),
    ]
    answer = clerk.post(reverse("intake_upload"), {"file": files}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 files received." in page
    assert "“trang.pdf” is not of a kind that is taken here" in page
    assert "“rỗng.pdf” is empty (0 bytes)" in page
    assert sorted(Arrival.objects.values_list("name", flat=True)) == ["hai.pdf", "một.pdf"]


def test_a_form_without_a_file_says_so(clerk: Client) -> None:
    assert b"No file was chosen" in clerk.post(reverse("intake_upload"), {}, follow=True).content
    assert clerk.post(reverse("intake_upload"), {}, **FETCH).status_code == 422


def test_the_drop_zone_is_told_where_the_file_went(clerk: Client) -> None:
    answer = clerk.post(reverse("intake_upload"), {"file": SimpleUploadedFile("một.pdf", letter_pdf())}, **FETCH)
    assert answer.status_code == 201
    assert answer.json()["url"] == reverse("intake_file", args=[Arrival.objects.get().pk])


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (lambda path: path.write_bytes(b""), "rỗng.pdf", "empty"),
        (lambda path: path.write_bytes(b"<html><body>Xin chao</body></html>"), "trang.pdf", "wrong_kind"),
        (lambda path: path.write_bytes(b"MZ\x90\x00" + bytes(400)), "van-ban.pdf", "wrong_kind"),
        (hostile.zip_bomb_docx, "bom.docx", "bomb"),
        (hostile.encrypted_office, "mật khẩu.docx", "encrypted"),
    ],
)
def test_files_that_cannot_be_taken_are_refused_in_a_sentence_that_names_them(
    clerk: Client, tmp_path: Path, make: Callable[[Path], Any], name: str, code: str
) -> None:
    path = tmp_path / "foreign"
    make(path)
    answer = clerk.post(reverse("intake_upload"), {"file": SimpleUploadedFile(name, path.read_bytes())}, **FETCH)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert f"“{name}”" in answer.json()["message"]
    assert not Arrival.objects.exists()


def test_a_document_under_a_wrong_extension_is_taken_for_what_it_is(clerk: Client) -> None:
    answer = clerk.post(reverse("intake_upload"), {"file": SimpleUploadedFile("văn bản.docx", letter_pdf())}, **FETCH)
    assert answer.status_code == 201
    assert Arrival.objects.get().received.media_type == "application/pdf"


class NotToBeRead(io.BytesIO):
    """A body that must not be looked at."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read although its announced size was refused")


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_announced_as_too_large_is_refused_before_it_is_read(clerk: Client, settings: Any, alone: bool) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    environment = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(200 * 1024 * 1024),
        "wsgi.input": NotToBeRead(),
    }
    answer = clerk.request(PATH_INFO=reverse("intake_upload"), **environment, **(FETCH if alone else {}))
    assert answer.status_code == 422
    assert "1 MB" in answer.content.decode()


def test_a_file_that_turns_out_too_large_is_left_out_and_the_others_are_taken(clerk: Client, settings: Any) -> None:
    content = letter_pdf()
    settings.MAX_UPLOAD_BYTES = len(content) + 1000
    files = [SimpleUploadedFile("to.pdf", content + bytes(5000)), SimpleUploadedFile("vừa.pdf", content)]
    page = clerk.post(reverse("intake_upload"), {"file": files}, follow=True).content.decode()
    assert "“to.pdf” is larger than this office takes" in page
    assert "1 file received." in page
    assert Arrival.objects.get().name == "vừa.pdf"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\công văn.pdf", "công văn.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        (unicodedata.normalize("NFD", "Công văn số 7.pdf"), "Công văn số 7.pdf"),
        ("gi\u202efdp.exe.pdf", "gifdp.exe.pdf"),
    ],
)
def test_names_are_only_shown_and_in_one_normal_form(clerk: Client, name: str, kept: str) -> None:
    file = SimpleUploadedFile("x.pdf", letter_pdf())
    file._name = name  # what a browser sent, before the framework's own cleaning
    assert clerk.post(reverse("intake_upload"), {"file": file}, **FETCH).status_code == 201
    arrival = Arrival.objects.get()
    assert arrival.name == kept
    assert clerk.get(reverse("intake_original", args=[arrival.pk])).status_code == 200


@pytest.mark.parametrize(
    ("make", "code"), [(hostile.encrypted_pdf, "protected by a password"), (hostile.truncated_pdf, "missing")]
)
def test_what_cannot_be_read_says_why_and_can_be_put_aside(
    clerk: Client, office: Office, tmp_path: Path, make: Callable[[Path], Path], code: str
) -> None:
    arrival = arrived(office, tmp_path, make(tmp_path / "bad.pdf").read_bytes(), "hỏng.pdf")
    if arrival.state == ArrivalState.READY:
        pytest.fail("the file was read although it is broken")
    address = reverse("intake_file", args=[arrival.pk])
    for page in (clerk.get(reverse("intake")), clerk.get(address)):
        assert page.status_code == 200
        assert "“hỏng.pdf”" in page.content.decode()
    assert "It cannot be registered as it is" in clerk.get(address).content.decode()
    answer = register(clerk, arrival, office)
    assert answer.status_code == 422
    assert "V/v đề nghị hướng dẫn giải quyết chế độ" in answer.content.decode()
    assert clerk.post(reverse("intake_put_aside", args=[arrival.pk])).status_code == 302
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.DISCARDED


def test_without_a_worker_the_pages_say_that_the_file_waits(clerk: Client, office: Office, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(letter_pdf())
    arrival = accept_upload(path=path, name="chờ.pdf", by=office.clerk)
    address = reverse("intake_file", args=[arrival.pk])
    assert "Being read" in clerk.get(address).content.decode()
    Job.objects.update(not_before=timezone.now() - dt.timedelta(minutes=5))
    assert "1 file waits for the worker" in clerk.get(reverse("intake")).content.decode()
    assert "Waiting for the worker" in clerk.get(address).content.decode()
    answer = register(clerk, arrival, office)
    assert answer.status_code == 409
    assert "still being read" in answer.content.decode()


# --- the queue --------------------------------------------------------------------------------------------------------
def test_the_queue_shows_what_was_read_urgent_ones_first(clerk: Client, office: Office, tmp_path: Path) -> None:
    first = arrived(office, tmp_path)
    urgent = quick(office, first, 71)
    urgent.suggestions["urgency"] = {"value": 3, "sure": True, "page": 1, "box": None}
    urgent.save()
    quick(office, first, 72, ArrivalState.FAILED)
    answer = clerk.get(reverse("intake"))
    ready, failed = answer.context["groups"]
    assert [row.number for row in ready.rows] == ["71/UBND-VHXH", "214/UBND-VHXH"]
    assert ready.more_url == reverse("intake_file", args=[urgent.pk])
    assert "damaged" in failed.rows[0].summary
    assert ready.rows[0].role == "the same file is here twice"


def test_an_unchanged_queue_is_not_drawn_again(clerk: Client, office: Office, tmp_path: Path) -> None:
    first = arrived(office, tmp_path)
    seen = clerk.get(reverse("intake")).context["seen"]
    assert clerk.get(reverse("intake"), {"seen": seen}).status_code == 204
    quick(office, first, 2)
    assert clerk.get(reverse("intake"), {"seen": seen}).status_code == 200


@pytest.mark.parametrize("name", ["intake", "intake_file", "intake_preview", "intake_new"])
def test_statements_of_a_page_do_not_grow_with_what_waits(
    clerk: Client, office: Office, commune: Correspondent, tmp_path: Path, name: str
) -> None:
    first = arrived(office, tmp_path)
    quick(office, first, 1)
    quick(office, first, 1, ArrivalState.FAILED)
    quick(office, first, 1, ArrivalState.READING)
    address = reverse(name, args=[first.pk] if name in ("intake_file", "intake_preview") else [])
    clerk.get(address)
    few = statements(lambda: clerk.get(address))
    for number in range(40):
        quick(office, first, number + 2, (ArrivalState.READY, ArrivalState.FAILED, ArrivalState.READING)[number % 3])
        incoming(office, issuer=commune, number=str(number + 500), symbol="UBND-VHXH")
        Correspondent.objects.create(name=f"Công ty số {number}")
    many = statements(lambda: clerk.get(address))
    assert many == few
    assert many <= {"intake": 20, "intake_file": 36, "intake_preview": 16, "intake_new": 25}[name]

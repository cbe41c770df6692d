"""The public page: anybody is told what is to be said of a PDF; nothing is kept, nobody is served without bound."""

from __future__ import annotations

import logging
import re
import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edocs.documents.models import Blob
from edocs.documents.storage import path_of
from edocs.journal.models import Event
from edocs.signatures.models import Verdict
from edocs.signatures.receiving import place_to_work
from edocs.signatures.services.trust import NewAnchor, add_anchor, change_anchor
from tests.signatures.fixtures import DEPUTY, SigningOffice, current

pytestmark = pytest.mark.django_db

NAME = "to-trinh-mat-danh-8821.pdf"


@pytest.fixture
def sealed(desk: SigningOffice, settings: object, tmp_path: Path) -> bytes:
    settings.PUBLISHED_TRUST_DIR = tmp_path / "trust"  # type: ignore[attr-defined]
    return path_of(current(desk.sealed()).blob_id).read_bytes()


@pytest.fixture
def draft(desk: SigningOffice) -> bytes:
    return desk.letter()


def ask(content: bytes, *, language: str = "en", name: str = NAME, client: Client | None = None) -> HttpResponse:
    client = client or Client()
    client.cookies["edocs_language"] = language
    return client.post(reverse("verify"), {"file": SimpleUploadedFile(name, content, "application/pdf")})


def words(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- what is said -----------------------------------------------------------------------------------------------------
@pytest.mark.requirement("R-SIG-7")
def test_a_good_file_is_valid_with_the_five_facts_and_the_chain(sealed: bytes) -> None:
    said = words(ask(sealed))
    assert "Valid. All 2 signatures are good" in said
    assert "Certificate issued by holds: DEMO CA" in said
    assert f"Signer holds: {DEPUTY.name}" in said
    assert re.search(r"Signed holds: \d\d:\d\d:\d\d \d\d/\d\d/\d{4}, by a trusted time stamp", said)
    assert "Whole holds: The signed part is intact" in said
    assert re.search(r"Certificate when signing holds: valid .*?, not revoked \(CRL of", said)
    assert "Changes since holds: Only what the signer had left open was filled in" in said
    assert said.index("DEMO CA DEMO") < said.index("DEMO Root CA")
    assert "trusted here" in said
    assert "DEMO. A certificate of the demonstration" in said


def test_a_tampered_file_is_not_valid(sealed: bytes) -> None:
    said = words(ask(sealed + b"\n% appended"))
    assert "Not valid. Of 2 signatures 0 are valid" in said
    assert "Something was appended after the end of the file." in said


def test_an_unknown_issuer_is_not_certain(sealed: bytes, desk: SigningOffice, foreign: bytes) -> None:
    root = (desk.pki.folder / "trust" / "roots" / "root.der").read_bytes()
    anchor = add_anchor(new=NewAnchor(root), by=desk.office.admin)
    change_anchor(anchor=anchor, changes={"for_person": False, "for_organisation": False}, by=desk.office.admin)
    said = words(ask(sealed))
    assert "It cannot be said." in said
    assert "The issuer is trusted here, but not for signatures of this kind." in said
    assert "Certificate issued by not certain: DEMO CA" in said
    assert "Valid. All" not in said


def test_a_file_without_signatures_is_unsigned(draft: bytes) -> None:
    assert "Unsigned. The file bears no digital signature." in words(ask(draft))


def test_a_file_that_cannot_be_read_is_never_called_unsigned(sealed: bytes) -> None:
    said = words(ask(sealed[:2000]))
    assert "Unreadable. The file could not be read" in said
    assert "Unsigned." not in said


def test_it_speaks_vietnamese(sealed: bytes) -> None:
    said = words(ask(sealed, language="vi"))
    assert "Hợp lệ." in said
    assert "Chuỗi chứng thư" in said


@pytest.mark.parametrize("content", [b"", b"no pdf at all", b"PK\x03\x04zip"])
def test_what_is_no_pdf_is_refused_in_words(db: None, content: bytes) -> None:
    response = ask(content)
    assert response.status_code == 422
    assert "Not checked." in words(response)


# --- nothing is kept ------------------------------------------------------------------------------------------------
@pytest.fixture
def own_tmp(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)  # type: ignore[attr-defined]
    return folder


@pytest.mark.parametrize("which", ["good", "broken", "no pdf"])
def test_nothing_is_stored_and_nothing_written_down(
    sealed: bytes, own_tmp: Path, which: str, caplog: pytest.LogCaptureFixture, settings: object
) -> None:
    settings.PUBLISHED_TRUST_DIR = own_tmp.parent / "trust-2"  # type: ignore[attr-defined]
    content = {"good": sealed, "broken": sealed[: len(sealed) // 2], "no pdf": b"khong phai PDF"}[which]
    stored = Blob.objects.count(), Verdict.objects.count(), Event.objects.count()
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as caught:
        response = ask(content)
    assert response.status_code in (200, 422)
    assert list(own_tmp.iterdir()) == []
    assert (Blob.objects.count(), Verdict.objects.count(), Event.objects.count()) == stored
    assert not [one["sql"] for one in caught if re.match(r"INSERT|UPDATE|DELETE", one["sql"])]
    assert "8821" not in caplog.text
    assert DEPUTY.name not in caplog.text
    assert "no-cache" in response.headers["Cache-Control"]


# --- nobody is served without bound -----------------------------------------------------------------------------------
def test_an_address_may_ask_so_often_and_others_are_not_hindered(db: None, settings: object) -> None:
    settings.VERIFY_PER_MINUTE = 2  # type: ignore[attr-defined]
    one, other = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    assert [ask(b"x", client=one).status_code for _ in range(3)] == [422, 422, 429]
    refused = ask(b"x", client=one)
    assert refused.headers["Retry-After"] == "60"
    assert "Wait a minute" in words(refused)
    assert ask(b"x", client=other).status_code == 422


def test_when_every_place_is_taken_one_is_asked_to_come_back(sealed: bytes, settings: object, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.VERIFY_AT_ONCE = tmp_path, 2  # type: ignore[attr-defined]
    with place_to_work(), place_to_work():
        busy = ask(sealed)
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "10"
    assert "Try again in a few seconds" in words(busy)
    assert ask(sealed).status_code == 200


def test_a_large_file_is_refused_before_it_is_parsed(
    db: None, settings: object, own_tmp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VERIFY_MAX_BYTES = 1000  # type: ignore[attr-defined]

    def never(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", never)
    response = ask(b"%PDF-" + b"x" * 100_000)
    assert response.status_code == 422
    assert "too large" in words(response)
    assert list(own_tmp.iterdir()) == []


def test_the_form_carries_its_token_and_nothing_goes_without_it(sealed: bytes) -> None:
    """As a browser does it: the token stands in the body, which is parsed only after the size was looked at."""
    client = Client(enforce_csrf_checks=True)
    assert ask(sealed, client=client).status_code == 403
    page = client.get(reverse("verify")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    sent = {"csrfmiddlewaretoken": token[1], "file": SimpleUploadedFile(NAME, sealed, "application/pdf")}
    answer = client.post(reverse("verify"), sent)
    assert answer.status_code == 200
    assert "Valid. All 2 signatures are good" in words(answer)


# --- the page -------------------------------------------------------------------------------------------------------
def test_the_page_is_there_for_everybody_and_the_log_in_page_leads_to_it(db: None) -> None:
    client = Client()
    page = client.get(reverse("verify"))
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()
    assert reverse("verify") in client.get(reverse("login")).content.decode()
    assert client.get("/verify").status_code in (301, 302)

"""The QR code on issued documents: in the books chosen for it, drawn before the first signature, never later."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import pytest
import segno
from django.test import Client
from django.urls import reverse
from PIL import Image

from edocs.documents.models import Book, Document
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted
from edocs.journal.models import Event
from edocs.signatures.models import CodedBook, Verdict
from edocs.signatures.services.codes import code_address, delete_coded_book, save_coded_book
from signing.errors import DamagedDocument, EncryptedDocument
from signing.layout import mm
from signing.qr import EDGE_MM, QUIET, SIZE_MM, draw_code
from tests.signatures.fixtures import SigningOffice, current

pytestmark = pytest.mark.django_db

ADDRESS = "https://vanban.namkhe.example/verify/"
DPI = 300


@pytest.fixture
def book(desk: SigningOffice, settings: object) -> Book:
    """The book of the office's letters, chosen for codes."""
    settings.VERIFY_ADDRESS = ADDRESS  # type: ignore[attr-defined]
    found = Book.objects.filter(direction="out").order_by("id").first()
    assert found is not None
    save_coded_book(thing=CodedBook(), by=desk.office.admin, changes={"book": found})
    return found


def read_code(pdf: Path, tmp_path: Path, text: str = ADDRESS) -> bool:
    """Whether the code stands where it belongs, dark where it must be dark: each module looked at in its middle."""
    target = tmp_path / "page"
    subprocess.run(["pdftoppm", "-r", str(DPI), "-f", "1", "-l", "1", "-gray", "-singlefile", pdf, target], check=True)
    page = Image.open(target.with_suffix(".pgm"))
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, boost_error=False).matrix]
    scale, side = DPI / 72, len(rows) + 2 * QUIET
    step, edge = mm(SIZE_MM) / side, mm(EDGE_MM)
    seen = []
    for down in range(side):
        y = page.height - (edge + (side - down - 0.5) * step) * scale
        seen.append([page.getpixel((int((edge + (x + 0.5) * step) * scale), int(y))) < 128 for x in range(side)])
    wanted = [[False] * side for _ in range(side)]
    for down, row in enumerate(rows):
        for x, module in enumerate(row):
            wanted[down + QUIET][x + QUIET] = bool(module)
    return seen == wanted


# --- the drawing ------------------------------------------------------------------------------------------------------
@pytest.mark.tool("pdftoppm")
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_code_stands_at_the_lower_left_of_the_page_as_it_is_shown(
    desk: SigningOffice, tmp_path: Path, turned: int
) -> None:
    draft, target = tmp_path / "draft.pdf", tmp_path / "coded.pdf"
    draft.write_bytes(desk.letter())
    with pikepdf.open(draft, allow_overwriting_input=True) as pdf:
        pdf.pages[0].rotate(turned, relative=False)
        pdf.save(draft)
    draw_code(draft, target, ADDRESS)
    assert read_code(target, tmp_path)
    assert not read_code(draft, tmp_path)


def test_it_is_squares_alone(desk: SigningOffice, tmp_path: Path) -> None:
    draft, target = tmp_path / "draft.pdf", tmp_path / "coded.pdf"
    draft.write_bytes(desk.letter())
    draw_code(draft, target, ADDRESS)
    with pikepdf.open(draft) as before, pikepdf.open(target) as after:
        assert set(before.pages[0].Resources.keys()) == set(after.pages[0].Resources.keys())
        assert "/Annots" not in after.pages[0]


def test_what_cannot_bear_a_code_is_refused(tmp_path: Path, desk: SigningOffice) -> None:
    broken, locked, target = tmp_path / "broken.pdf", tmp_path / "locked.pdf", tmp_path / "coded.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    locked.write_bytes(desk.letter())
    with pikepdf.open(locked, allow_overwriting_input=True) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(DamagedDocument):
        draw_code(broken, target, ADDRESS)
    with pytest.raises(EncryptedDocument):
        draw_code(locked, target, ADDRESS)
    with pytest.raises(ValueError, match="200 letters"):
        draw_code(locked, target, "x" * 201)


# --- in the office ----------------------------------------------------------------------------------------------------
@pytest.mark.tool("pdftoppm")
def test_documents_of_a_chosen_book_bear_the_code_under_both_signatures(
    desk: SigningOffice, book: Book, tmp_path: Path
) -> None:
    prepared = desk.to_sign()
    assert read_code(path_of(current(prepared).blob_id), tmp_path)
    sealed = desk.sealed(desk.signed(prepared))
    assert read_code(path_of(current(sealed).blob_id), tmp_path)
    verdict = Verdict.objects.get(blob=current(sealed).blob)
    assert (verdict.verdict, verdict.reasons) == ("pass", [])


@pytest.mark.tool("pdftoppm")
def test_a_draft_that_was_uploaded_bears_it_too(desk: SigningOffice, book: Book, tmp_path: Path) -> None:
    prepared = desk.to_sign(content=desk.letter())
    assert read_code(path_of(current(prepared).blob_id), tmp_path)


@pytest.mark.tool("pdftoppm")
def test_a_document_prepared_before_never_gets_one(desk: SigningOffice, settings: object, tmp_path: Path) -> None:
    prepared = desk.to_sign()
    settings.VERIFY_ADDRESS = ADDRESS  # type: ignore[attr-defined]
    found = Book.objects.filter(direction="out").order_by("id").first()
    save_coded_book(thing=CodedBook(), by=desk.office.admin, changes={"book": found})
    sealed = desk.sealed(desk.signed(prepared))
    assert not read_code(path_of(current(sealed).blob_id), tmp_path)


def test_only_chosen_books_with_an_address_set(desk: SigningOffice, book: Book, settings: object) -> None:
    document: Document = desk.to_sign()
    assert code_address(document) == ADDRESS
    settings.VERIFY_ADDRESS = ""  # type: ignore[attr-defined]
    assert code_address(document) == ""
    settings.VERIFY_ADDRESS = ADDRESS  # type: ignore[attr-defined]
    delete_coded_book(thing=CodedBook.objects.get(), by=desk.office.admin)
    assert code_address(document) == ""
    told = list(Event.objects.filter(object_type="signatures.codedbook").order_by("id").values_list("verb", flat=True))
    assert told == ["book.code", "book.no_code"]


def test_choosing_a_book_is_for_administrators_and_refused_in_words(
    desk: SigningOffice, book: Book, settings: object
) -> None:
    incoming = Book.objects.filter(direction="in").first()
    with pytest.raises(NotPermitted):
        save_coded_book(thing=CodedBook(), by=desk.office.clerk, changes={"book": book})
    with pytest.raises(NotPermitted):
        delete_coded_book(thing=CodedBook.objects.get(), by=desk.office.clerk)
    for wrong in (incoming, book):
        with pytest.raises(Invalid):
            save_coded_book(thing=CodedBook(), by=desk.office.admin, changes={"book": wrong})
    settings.VERIFY_ADDRESS = ""  # type: ignore[attr-defined]
    with pytest.raises(Invalid, match="VERIFY_ADDRESS"):
        save_coded_book(thing=CodedBook(), by=desk.office.admin, changes={"book": book})


def test_an_administrator_chooses_and_unchooses_a_book(desk: SigningOffice, settings: object) -> None:
    settings.VERIFY_ADDRESS = ADDRESS  # type: ignore[attr-defined]
    client = Client()
    client.cookies["edocs_language"] = "en"
    client.force_login(desk.office.admin, backend="django.contrib.auth.backends.ModelBackend")
    found = Book.objects.filter(direction="out").order_by("id").first()
    assert found is not None
    client.post(reverse("admin:signatures_codedbook_add"), {"book": found.pk})
    kept = CodedBook.objects.get()
    assert found.name in client.get(reverse("admin:signatures_codedbook_changelist")).content.decode()
    client.post(reverse("admin:signatures_codedbook_delete", args=[kept.pk]), {"post": "yes"})
    assert not CodedBook.objects.exists()

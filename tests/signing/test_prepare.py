"""Drafts of any make: cleaned of what acts or hides, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from signing import Box, LoadedKey, LocalTimestamper, Places, Trust, Verdict, judge, prepare, sign_as_person
from signing.errors import DamagedDocument, EncryptedDocument, PlaceOutsidePage, SigningError
from tests.signing.conftest import Course


def poisoned(source: Path, target: Path) -> Path:
    """A letter with a script, an attachment, actions, a form with XFA, a link and a stamp."""
    with pikepdf.open(source) as pdf:
        page = pdf.pages[0]
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=String("x")))
        script = Dictionary(S=Name.JavaScript, JS=String("evil()"))
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
        pdf.attachments["secret.txt"] = b"hidden"
        page.AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("evil:")))
        drawing = pdf.make_stream(
            b"BT /F 12 Tf 2 4 Td (FILLED) Tj ET",
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 100, 20]),
            Resources=Dictionary(
                Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
            ),
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("foreign"),
                V=String("FILLED"),
                Rect=Array([100, 400, 200, 420]),
                F=4,
                AP=Dictionary(N=drawing),
            )
        )
        link = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([0, 0, 9, 9]),
                A=Dictionary(S=Name.Launch, F=String("x.exe")),
            )
        )
        page.Annots = Array([field, link])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=String("<xfa/>"), DA=String("/F 0 Tf"))
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target


def test_a_poisoned_draft_is_cleaned_and_what_was_shown_stays(
    course: Course, leader_key: LoadedKey, timestamper: LocalTimestamper, trust: Trust, tmp_path: Path
) -> None:
    source = poisoned(course.draft, tmp_path / "poisoned.pdf")
    target = tmp_path / "clean.pdf"
    prepare(source, target, course.places)
    with pikepdf.open(target) as pdf:
        for name in ("/OpenAction", "/AA"):
            assert name not in pdf.Root
        assert "/XFA" not in pdf.Root.AcroForm
        assert not pdf.attachments
        assert "/JavaScript" not in pdf.Root.get("/Names", Dictionary())
        assert "foreign" not in {str(field.T) for field in pdf.Root.AcroForm.Fields}
        assert all(widget.Subtype == Name.Widget for widget in pdf.pages[0].Annots)
        assert "/AA" not in pdf.pages[0]
    text = pypdfium2.PdfDocument(target)[0].get_textpage().get_text_range()
    assert "FILLED" in text
    for word in (b"app.alert", b"evil()", b"x.exe", b"hidden"):
        assert word not in target.read_bytes()
    signed = tmp_path / "signed.pdf"
    sign_as_person(target, signed, leader_key, timestamper, trust)
    assert judge(signed, trust).verdict is Verdict.PASS


def test_an_encrypted_draft_is_refused(course: Course, tmp_path: Path) -> None:
    for user in ("secret", ""):
        path = tmp_path / "encrypted.pdf"
        with pikepdf.open(course.draft) as pdf:
            pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user=user))
        with pytest.raises(EncryptedDocument):
            prepare(path, tmp_path / "x.pdf", course.places)
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"<html></html>", b"%PDF-1.4\n" + b"\0" * 5000])
def test_what_is_no_pdf_is_refused(course: Course, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "draft.pdf"
    path.write_bytes(data)
    with pytest.raises(DamagedDocument):
        prepare(path, tmp_path / "x.pdf", course.places)
    assert [found.name for found in tmp_path.iterdir()] == ["draft.pdf"]


def test_a_cut_draft_is_repaired_or_refused(course: Course, tmp_path: Path) -> None:
    data = course.draft.read_bytes()
    for size in (200, len(data) // 2, len(data) - 50):
        path = tmp_path / "cut.pdf"
        path.write_bytes(data[:size])
        try:
            prepare(path, tmp_path / "x.pdf", course.places)
        except SigningError as error:
            assert error.code in ("damaged_document", "place_outside_page")  # noqa: PT017


@pytest.mark.parametrize(
    "box", [Box(7, 10, 10, 60, 30), Box(0, 580, 10, 700, 40), Box(0, 50, 50, 40, 60), Box(0, -30, 5, 40, 60)]
)
def test_places_outside_the_page_are_refused(course: Course, tmp_path: Path, box: Box) -> None:
    with pytest.raises(PlaceOutsidePage):
        prepare(course.draft, tmp_path / "x.pdf", replace(course.places, signature=box))


def test_a_file_is_prepared_in_its_own_place(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(course.draft.read_bytes())
    assert len(prepare(path, path, course.places)) == 64
    assert path.read_bytes().startswith(b"%PDF-1.7")
    assert [found.name for found in tmp_path.iterdir()] == ["letter.pdf"]


def test_places_survive_json(course: Course) -> None:
    for places in (course.places, replace(course.places, paraph=Box(1, 1, 2, 3, 4), date_stops=(1.5, 2.5))):
        assert Places.from_json(places.to_json()) == places
    with pytest.raises(ValueError, match="not a"):
        Places.from_json({"number": {}})


def test_long_letters_are_prepared(make_letter: Callable[..., Path], course: Course, tmp_path: Path) -> None:
    prepare(make_letter(articles="120"), tmp_path / "long.pdf", course.places)
    assert len(pypdfium2.PdfDocument(tmp_path / "long.pdf")) > 10

"""Names that came with files."""

import unicodedata

import pytest

from edocs.limited import clean_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Công văn.docx", "Công văn.docx"),
        ("C:\\Users\\an\\Tờ trình 12.pdf", "Tờ trình 12.pdf"),
        ("..", "document"),
        ("", "document"),
        (".pdf", "document.pdf"),
        ("a\x00b\x1f\u202egpj.exe", "abgpj.exe"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ('so "12"/UB?.pdf', "UB_.pdf"),
        ("Kế\u00a0hoạch   năm  2026 .pdf", "Kế hoạch năm 2026.pdf"),
        ("không đuôi", "không đuôi"),
        ("Số 12. Về việc họp", "Số 12. Về việc họp"),
    ],
)
def test_names_become_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_decomposed_letters_are_composed() -> None:
    assert clean_name(unicodedata.normalize("NFD", "Đề nghị số 5.pdf")) == "Đề nghị số 5.pdf"


@pytest.mark.parametrize("letter", ["a", "ộ", unicodedata.normalize("NFD", "ộ"), "文"])
def test_300_characters_become_150_with_the_extension(letter: str) -> None:
    kept = clean_name(letter * 300 + ".PDF")
    assert len(kept) == 150
    assert kept.endswith(".PDF")


def test_cleaning_twice_changes_nothing() -> None:
    for name in ("a" * 145 + " . b.pdf", "x. .pdf", "..a..", "…".join("ab") * 60 + ".docx"):
        assert clean_name(clean_name(name)) == clean_name(name)

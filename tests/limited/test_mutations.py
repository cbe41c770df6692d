"""Files with random damage: every one is read or refused, and none meets an error that nobody foresaw."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edocs.limited import FileRefused, TaskFailed, image_to_pdf, inspect, read_office_text, read_text, render_page

from . import hostile

ROUNDS = 8
OUTCOMES = {"read", "damaged", "truncated", "wrong_kind", "bomb"}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """`content` with a few bytes changed, lost or repeated."""
    mutant = bytearray(content)
    for _ in range(chance.choice([1, 2, 5, 20])):
        at = chance.randrange(len(mutant))
        match chance.randrange(3):
            case 0:
                mutant[at] = chance.randrange(256)
            case 1:
                del mutant[at : at + chance.randrange(1, 8)]
            case _:
                start = chance.randrange(len(mutant))
                mutant[at:at] = mutant[start : start + chance.randrange(1, 20)]
    return bytes(mutant)


def outcome(attempt: Callable[[Path], Any], file: Path) -> str:
    """ "read", the code of a refusal, or what an unforeseen error said."""
    try:
        attempt(file)
    except TaskFailed as fault:
        return fault.detail
    except FileRefused as refused:
        return refused.code.value
    return "read"


def scan(path: Path) -> object:
    return Image.effect_noise((60, 60), 80).convert("1").save(path, "TIFF", compression="group4")


def photograph(path: Path) -> object:
    return Image.effect_noise((60, 60), 80).save(path, "JPEG")


@pytest.mark.parametrize(
    ("make", "task"),
    [
        (hostile.form_pdf, "render"),
        (lambda path: hostile.text_pdf(path, "mot hai ba"), "text"),
        (hostile.docx, "office"),
        (scan, "image"),
        (photograph, "image"),
    ],
    ids=["form", "text", "letter", "scan", "photograph"],
)
def test_damage_is_met_with_a_code(make: Callable[[Path], object], task: str, tmp_path: Path) -> None:
    file = tmp_path / "upload"
    make(file)
    whole = file.read_bytes()
    chance = random.Random(5)
    tasks: dict[str, Callable[[Path], Any]] = {
        "render": lambda path: render_page(path, 1, tmp_path / "p.webp", dpi=40),
        "text": read_text,
        "office": read_office_text,
        "image": lambda path: image_to_pdf(path, tmp_path / "made.pdf"),
    }
    for _ in range(ROUNDS):
        file.write_bytes(damaged(whole, chance))
        for attempt in (inspect, tasks[task]):
            assert outcome(attempt, file) in OUTCOMES


def test_a_page_tree_with_a_wrong_count_is_damaged_not_a_fault(tmp_path: Path) -> None:
    file = hostile.raw_pdf(
        tmp_path / "upload",
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 7 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ],
    )
    with pytest.raises(FileRefused) as refused:
        inspect(file)
    assert not isinstance(refused.value, TaskFailed)

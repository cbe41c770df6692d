"""Scans made by code: real Vietnamese pages, drawn and spoiled as scanners do. Everything follows from the seed."""

from __future__ import annotations

import io
import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2 as pdfium
import typst
from PIL import Image, ImageChops, ImageFilter

from edocs.demo.content.subjects import SUBJECTS
from edocs.typeset.press import FONTS

PAPER = 244
_LAYOUT = """
#set page(paper: "a4", margin: (top: 2cm, bottom: 2cm, left: 3cm, right: 2cm))
#set text(font: "Tinos", size: 13pt, lang: "vi", hyphenate: false)
#set par(justify: true, leading: 1.05em, spacing: 1.3em, first-line-indent: (amount: 1cm, all: true))
"""
_LEFT_OUT = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Scanner:
    """How a sheet is drawn: dots per inch, degrees of skew, blur in dots, noise as the share of the full range."""

    dpi: int = 200
    skew: float = 0.7
    blur: float = 0.6
    noise: float = 0.10
    turn: int = 0


def plain_page(seed: int, words: int = 364) -> str:
    """So many words of official prose; another seed gives another page."""
    dice = random.Random(seed)
    subjects = list(SUBJECTS)
    dice.shuffle(subjects)
    found: list[str] = []
    for subject in subjects:
        paragraphs = [_whole(part) for part in subject.body.strip().split("\n\n")]
        for paragraph in paragraphs:
            left = words - sum(len(one.split()) for one in found)
            if left <= 0:
                break
            found.append(" ".join(paragraph.split()[:left]))
    return "\n\n".join(found)


def _whole(paragraph: str) -> str:
    """A paragraph without what the demonstration fills in later."""
    text = " ".join(_LEFT_OUT.sub("", paragraph).split())
    return re.sub(r" (?=[,.;:])", "", text)


def pdf_of(texts: Sequence[str], more: str = "") -> bytes:
    """A4 pages in 13 pt serif, one for each text; ``more`` is Typst set before them."""
    pages = [_escaped(text) for text in texts]
    source = _LAYOUT + more + "\n#pagebreak()\n".join(pages)
    made = typst.compile(source.encode(), format="pdf", font_paths=[str(FONTS)], ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def _escaped(text: str) -> str:
    return re.sub(r"([\\#$*_`<>@=\-+/~\[\]\"'])", r"\\\1", text)


def scanned(pdf: bytes, page: int, scanner: Scanner, *, seed: int = 1) -> Image.Image:
    """What the scanner makes of one page (counted from 1): gray, skewed, blurred, noisy."""
    document = pdfium.PdfDocument(pdf)
    image = document[page - 1].render(scale=scanner.dpi / 72, grayscale=True).to_pil().convert("L")
    document.close()
    if scanner.turn:
        image = image.rotate(-scanner.turn, expand=True)
    image = image.rotate(scanner.skew, Image.Resampling.BICUBIC, fillcolor=255)
    image = image.point(lambda value: value * PAPER // 255).filter(ImageFilter.GaussianBlur(scanner.blur))
    return ImageChops.add(image, _noise(image.size, scanner.noise, seed), offset=-round(255 * scanner.noise))


def _noise(size: tuple[int, int], share: float, seed: int) -> Image.Image:
    dice = random.Random(seed)
    count = size[0] * size[1]
    parts = [Image.frombytes("L", size, dice.randbytes(count)) for _ in range(2)]
    return ImageChops.add(*parts, scale=2).point(lambda value: round(value * 2 * share))


def scan_pdf(pages: Sequence[Image.Image], dpi: int) -> bytes:
    """The pictures as a scanner's PDF, without any text."""
    target = io.BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=list(pages[1:]), resolution=dpi, quality=80)
    return target.getvalue()


def scan_of(text: str, path: Path, scanner: Scanner | None = None, *, seed: int = 1) -> Path:
    """One page of text as a scanned PDF at ``path``."""
    used = scanner or Scanner()
    path.write_bytes(scan_pdf([scanned(pdf_of([text]), 1, used, seed=seed)], used.dpi))
    return path


def share_right(true: str, read: str, *, loosely: bool = False) -> float:
    """Which part of the true words was read, in their order; ``loosely`` without accents and closing punctuation."""
    one, other = (_words(text, loosely=loosely) for text in (true, read))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(one)


def _words(text: str, *, loosely: bool) -> list[str]:
    words = unicodedata.normalize("NFC", text).split()
    if not loosely:
        return words
    bare = (unicodedata.normalize("NFD", word.casefold().replace("đ", "d")).rstrip(".,;:") for word in words)
    return ["".join(sign for sign in word if not unicodedata.combining(sign)) for word in bare]

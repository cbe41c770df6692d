"""Task `ocr_page`: the words on the picture of one page, read by tesseract, which sees nothing but that picture."""

import math
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..errors import FileRefused, RefusalCode
from ..kinds import FileKind, recognise
from ..limits import MAX_OCR_PIXELS
from ..ocr import LANGUAGE
from .images import plain_colours, upright_frame
from .pages import PlacedWord, geometry_of, inside
from .pdf import opened, page_at

LOWEST_DPI, HIGHEST_DPI = 200, 300
DOUBTFUL = 75.0  # mean confidence under which a page may stand the wrong way round; turned pages get about 40
HOPELESS = 60.0  # mean confidence under which it is tried the other way up, though tesseract cannot tell
_QUARTER = 30.0  # by how much more confidence is asked for when lines run from top to bottom
SKEW_MOST = 8  # degrees
SKEW_LEAST = 0.5  # tesseract straightens less by itself, and turning blurs
# Sauvola's threshold instead of Otsu's: a few words on a noisy sheet, and sheets with shadows, were lost otherwise.
_BY_NEIGHBOURS = "thresholding_method=2"
_INK = 140
_SMALL = 600  # pixels of the longer side are enough to see how lines run

Found = list[list[Any]]  # lines of [text, left, top, right, bottom] in pixels


@dataclass(frozen=True)
class Reading:
    """Lines of words, their mean confidence (0 to 100, by letters), and whether lines run from top to bottom."""

    lines: Found
    confidence: float
    sideways: bool

    @property
    def worth(self) -> float:
        """What compares it with the same page turned otherwise."""
        return self.confidence - (_QUARTER if self.sideways else 0.0)


def ocr_page(path: Path, folder: Path, *, page: int) -> dict[str, Any]:
    """Words by lines with their places on the page as shown, mean confidence, and how far (degrees, clockwise) the page
    must be turned to stand upright."""
    program = shutil.which("tesseract")
    if program is None:
        raise FileRefused(RefusalCode.NOT_INSTALLED, "tesseract")
    # Should the parent die, the alarm must end tesseract as well as this process.
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    image, dpi = _picture(path, page)
    read = _Reader(program, folder, dpi)
    turn, found = 0, read(image)
    if found.confidence < DOUBTFUL or found.sideways:
        turn, found = _turned(read, image, found)
    wide, high = image.size
    back = _unturned(turn)
    lines: list[list[PlacedWord]] = []
    for line in found.lines:
        words = [[word[0], *(round(part, 5) for part in inside(back(word[1:], wide, high)))] for word in line]
        lines.append(words)
    return {"lines": lines, "confidence": round(found.confidence, 1), "turn": turn}


# --- the picture ----------------------------------------------------------------------------------------------------
def _picture(path: Path, number: int) -> tuple[Any, float]:
    """The page in gray, at about the resolution it was scanned with, and its dots per inch."""
    if recognise(path) is not FileKind.PDF:
        return _small_enough(*upright_frame(path, number))
    with opened(path) as document:
        document.init_forms()  # or else filled fields and the pictures of signatures stay invisible
        page = page_at(document, number)
        points = page.get_size()
        if min(points) <= 0:
            raise FileRefused(RefusalCode.DAMAGED, f"page {number} has no size")
        dpi = _resolution(page, number)
        scale = min(dpi / 72, MAX_OCR_PIXELS / max(points))
        if min(points) * scale < 1:
            raise FileRefused(RefusalCode.BOMB, f"page {number} measures {points[0]:.0f} × {points[1]:.0f} points")
        return page.render(scale=scale, grayscale=True).to_pil().convert("L"), scale * 72


def _resolution(page: Any, number: int) -> float:
    """Dots per inch of the largest picture of the page, within what tesseract reads well."""
    from pypdfium2 import PdfiumError, raw

    geometry = geometry_of(page, number)
    largest, dpi = 0.0, float(HIGHEST_DPI)
    for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        try:
            left, bottom, right, top = thing.get_bounds()
            pixels = thing.get_px_size()
        except PdfiumError:
            continue
        area = (right - left) * (top - bottom)
        if area > largest and area > geometry.width * geometry.height / 4:
            # as many dots as there are, whichever way the picture is turned
            largest, dpi = area, 72 * math.sqrt(pixels[0] * pixels[1] / area)
    return min(max(dpi, LOWEST_DPI), HIGHEST_DPI)


def _small_enough(image: Any, dpi: float) -> tuple[Any, float]:
    gray = plain_colours(image).convert("L")
    longest = max(gray.size)
    shrink = max(longest / MAX_OCR_PIXELS, dpi / HIGHEST_DPI)
    if shrink > 1.05:
        gray = gray.resize((max(1, round(gray.width / shrink)), max(1, round(gray.height / shrink))))
        dpi /= shrink
    return gray, dpi


# --- reading --------------------------------------------------------------------------------------------------------
class _Reader:
    """Straightens a picture, has tesseract read it, and gives places on the picture as it came."""

    def __init__(self, program: str, folder: Path, dpi: float) -> None:
        self._program, self._dpi = program, round(min(max(dpi, 70), 2_400))
        self._picture = folder / "page.pgm"

    def __call__(self, image: Any) -> Reading:
        from PIL import Image

        skew = _skew(image)
        straight = image
        if abs(skew) >= SKEW_LEAST:
            straight = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
        else:
            skew = 0.0
        straight.save(self._picture)
        said = self._said("-l", LANGUAGE, "--psm", "3", "-c", _BY_NEIGHBOURS, "tsv")
        return _parsed(said, _unrotated(skew, *image.size))

    def orientation(self, image: Any) -> int:
        """Degrees, clockwise, to turn the picture by; 0 when tesseract cannot tell."""
        image.save(self._picture)
        said = self._said("--psm", "0", forgiving=True)
        found = [line.partition(":")[2].strip() for line in said.splitlines() if line.startswith("Rotate:")]
        return int(found[0]) % 360 if found and found[0].isdigit() else 0

    def _said(self, *options: str, forgiving: bool = False) -> str:
        done = subprocess.run(
            [self._program, str(self._picture), "-", "--dpi", str(self._dpi), *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout.decode(errors="replace")
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            raise FileRefused(RefusalCode.TIMEOUT, "tesseract used up its processor time")
        complaint = done.stderr.decode(errors="replace")[-500:]
        if "traineddata" in complaint and not forgiving:
            raise FileRefused(RefusalCode.NOT_INSTALLED, complaint)
        if done.returncode < 0:
            raise FileRefused(RefusalCode.BOMB, f"tesseract died of signal {-done.returncode}")
        if forgiving:  # too few letters to tell
            return ""
        raise FileRefused(RefusalCode.DAMAGED, complaint)


def _turned(read: _Reader, image: Any, upright: Reading) -> tuple[int, Reading]:
    """The best of the page as it is and as tesseract thinks that it should stand.

    Where it cannot tell (few letters, or faint ones), the ways that are left are tried. When the lines of what it told
    run from top to bottom, it was wrong by a quarter: words may be read all the same, but not in their order.
    """
    told = read.orientation(image)
    turns = [told] if told else [90, 270] if upright.sideways else [180] if 0 < upright.confidence < HOPELESS else []
    readings = {0: upright}
    for turn in turns:
        readings[turn] = read(image.rotate(-turn, expand=True))
        if turn == told and readings[turn].sideways:
            turns += [quarter for quarter in ((turn + 90) % 360, (turn + 270) % 360) if quarter]
    best = max(readings, key=lambda turn: readings[turn].worth)
    return best, readings[best]


def _parsed(table: str, back: Callable[[list[float]], list[float]]) -> Reading:
    """tesseract's table of words (TSV): level, page, block, paragraph, line, word, left, top, width, height, …"""
    lines: dict[tuple[str, ...], list[list[Any]]] = {}
    weight, letters, upright, sideways = 0.0, 0, 0, 0
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5":
            continue
        text, confidence = "".join(cells[11].split()), float(cells[10])
        if not text or confidence < 0 or (confidence < 50 and not any(sign.isalnum() for sign in text)):
            continue
        left, top, wide, high = (float(cell) for cell in cells[6:10])
        lines.setdefault(tuple(cells[1:5]), []).append([text, *back([left, top, left + wide, top + high])])
        weight += confidence * len(text)
        letters += len(text)
        if len(text) > 2:
            upright, sideways = upright + (wide >= high), sideways + (high > wide)
    return Reading(list(lines.values()), weight / letters if letters else 0.0, sideways > upright)


# --- geometry -------------------------------------------------------------------------------------------------------
def _skew(image: Any) -> float:
    """By how many degrees (counter-clockwise) the picture must be turned so that its lines run level."""
    from PIL import Image

    small = image.reduce(max(1, max(image.size) // _SMALL))
    ink = small.point(lambda value: 255 if value < _INK else 0)

    def evenness(angle: float) -> int:
        turned = ink.rotate(angle, Image.Resampling.BILINEAR)
        rows = turned.resize((1, ink.height), Image.Resampling.BOX).tobytes()
        return sum((one - next_one) ** 2 for one, next_one in pairwise(rows))

    near = max(range(-SKEW_MOST, SKEW_MOST + 1), key=evenness)
    return max((near + quarter / 4 for quarter in range(-3, 4)), key=evenness)


def _unrotated(angle: float, wide: int, high: int) -> Callable[[list[float]], list[float]]:
    """From a box on a picture turned about its middle by `angle` (counter-clockwise) to the one around it before."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    x0, y0 = wide / 2, high / 2

    def back(box: list[float]) -> list[float]:
        if not angle:
            return box
        # Lines become level by turning; the box before is as high as the word, not as its slanted line.
        middle_x, middle_y = (box[0] + box[2]) / 2 - x0, (box[1] + box[3]) / 2 - y0
        x, y = x0 + cosine * middle_x - sine * middle_y, y0 + sine * middle_x + cosine * middle_y
        half_wide, half_high = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        return [x - half_wide, y - half_high, x + half_wide, y + half_high]

    return back


def _unturned(turn: int) -> Callable[[list[float], int, int], tuple[float, float, float, float]]:
    """From a box on the picture turned clockwise by `turn` to parts (left, top, width, height) of the picture before;
    width and height given are those of the picture before."""

    def back(box: list[float], wide: int, high: int) -> tuple[float, float, float, float]:
        x1, y1, x2, y2 = box
        match turn:
            case 90:
                x1, y1, x2, y2 = y1, high - x2, y2, high - x1
            case 180:
                x1, y1, x2, y2 = wide - x2, high - y2, wide - x1, high - y1
            case 270:
                x1, y1, x2, y2 = wide - y2, x1, wide - y1, x2
        return x1 / wide, y1 / high, (x2 - x1) / wide, (y2 - y1) / high

    return back

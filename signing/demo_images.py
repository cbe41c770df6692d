"""Pictures for the demonstration: handwritten signatures (blue) and a round seal (red, marked DEMO)."""

from __future__ import annotations

import math
import random
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from signing.text import FONTS

_BLUE = (18, 52, 168)
_RED = (204, 24, 30)
_SEAL_PIXELS = 560
_SCALE = 2
"""Pictures are drawn this much larger and reduced, so that edges are smooth."""


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")  # "optimize" takes four times as long for two parts in a hundred
    return out.getvalue()


def _coloured(mask: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGBA", mask.size, (*colour, 0))
    picture.putalpha(mask)
    return picture


@lru_cache(maxsize=64)
def demo_signature_image(name: str) -> bytes:
    """A blue, transparent PNG that looks like the quick signature of ``name``; the same each time."""
    chance = random.Random(zlib.crc32(unicodedata.normalize("NFC", name).encode()))  # noqa: S311 (a picture, no secret)
    width, height = 640 * _SCALE, 280 * _SCALE
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    font = ImageFont.truetype(str(FONTS / "vietnamese-italic.ttf"), 128 * _SCALE)
    given = unicodedata.normalize("NFC", name).split()[-1] if name.split() else "Demo"
    left = 150 * _SCALE
    middle = height * 0.52
    draw.text((left, middle), given, font=font, fill=235, anchor="lm")
    mask = mask.transform(
        mask.size,
        Image.Transform.AFFINE,
        (1, 0.24, -36 * _SCALE, -0.10, 1, 26 * _SCALE),
        Image.Resampling.BICUBIC,
    )
    draw = ImageDraw.Draw(mask)
    end = min(left + draw.textlength(given, font=font), width - 110 * _SCALE)
    _stroke(draw, _flourish(chance, left, end, middle), chance)
    _stroke(draw, _initial(chance, left, middle), chance)
    mask = mask.filter(ImageFilter.GaussianBlur(_SCALE * 0.8))
    inked = mask.getbbox() or (0, 0, width, height)
    mask = mask.crop(inked)
    mask = mask.resize((mask.width // _SCALE, mask.height // _SCALE), Image.Resampling.LANCZOS)
    return _png(_coloured(mask, _BLUE))


def _initial(chance: random.Random, left: float, middle: float) -> list[tuple[float, float]]:
    """A tall loop before the name."""
    size = (78 + chance.random() * 24) * _SCALE
    turn = 0.8 + chance.random() * 0.5
    return [
        (
            left - 55 * _SCALE + size * 0.62 * math.cos(turn + t * 5.4) + t * 34 * _SCALE,
            middle - size * math.sin(turn + t * 5.4) * 0.95,
        )
        for t in (n / 80 for n in range(81))
    ]


def _flourish(chance: random.Random, left: float, end: float, middle: float) -> list[tuple[float, float]]:
    """The line that runs back under the name and out to the right."""
    drop = (62 + chance.random() * 16) * _SCALE
    waves = 1.5 + chance.random()
    points = []
    for number in range(121):
        t = number / 120
        back = math.sin(min(t * 2.2, 1.0) * math.pi) if t < 0.45 else 0.0
        x = end + 40 * _SCALE * back if t < 0.12 else 0.0
        x = (
            (end + 20 * _SCALE) - (end - left) * (t / 0.45)
            if t < 0.45
            else left + (end - left + 95 * _SCALE) * ((t - 0.45) / 0.55)
        )
        y = middle + drop * (0.55 + 0.35 * t) + math.sin(t * waves * math.pi) * 16 * _SCALE
        points.append((x, y - back * 8 * _SCALE - (t**3) * 46 * _SCALE))
    return points


def _stroke(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], chance: random.Random) -> None:
    """A pen line whose width follows the speed of the hand."""
    phase = chance.random() * math.tau
    for number, (x, y) in enumerate(points):
        if number == 0:
            continue
        before_x, before_y = points[number - 1]
        steps = max(1, int(math.hypot(x - before_x, y - before_y)))
        for step in range(steps):
            part = step / steps
            width = (2.3 + 1.3 * math.sin(phase + (number + part) / 9)) * _SCALE
            at_x, at_y = before_x + (x - before_x) * part, before_y + (y - before_y) * part
            draw.ellipse((at_x - width, at_y - width, at_x + width, at_y + width), fill=235)


def demo_seal_image(agency_lines: Sequence[str]) -> bytes:
    """A red, round, transparent PNG seal marked DEMO, to be shown 36 mm wide.

    ``agency_lines``: the first runs along the rim, the others stand in the middle under the star.
    """
    return _seal(tuple(unicodedata.normalize("NFC", line).upper() for line in agency_lines) or ("DEMO",))


@lru_cache(maxsize=8)
def _seal(lines: tuple[str, ...]) -> bytes:
    size = _SEAL_PIXELS * _SCALE
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    centre = size / 2
    for radius, width in ((0.492, 0.018), (0.335, 0.008)):
        r = radius * size
        draw.ellipse((centre - r, centre - r, centre + r, centre + r), outline=255, width=int(width * size))
    rim = ImageFont.truetype(str(FONTS / "vietnamese.ttf"), int(size * 0.078))
    _around(mask, lines[0], rim, centre, 0.395 * size, top=True)
    _around(mask, "DEMO", rim, centre, 0.395 * size, top=False)
    _star(draw, centre, centre - 0.14 * size, 0.13 * size)
    middle = ImageFont.truetype(str(FONTS / "vietnamese.ttf"), int(size * 0.062))
    shown = [*lines[1:4], "DEMO"]
    for number, line in enumerate(shown):
        font = middle
        room = 0.58 * size
        if draw.textlength(line, font=font) > room:
            shrink = room / draw.textlength(line, font=font)
            font = ImageFont.truetype(str(FONTS / "vietnamese.ttf"), int(size * 0.062 * shrink))
        y = centre + 0.055 * size + number * 0.075 * size
        draw.text((centre, y), line, font=font, fill=255, anchor="mm", stroke_width=_SCALE)
    mask = mask.point([round(value * 0.88) for value in range(256)])
    mask = mask.resize((_SEAL_PIXELS, _SEAL_PIXELS), Image.Resampling.LANCZOS)
    return _png(_coloured(mask, _RED))


def _around(
    mask: Image.Image,
    text: str,
    font: ImageFont.FreeTypeFont,
    centre: float,
    radius: float,
    *,
    top: bool,
) -> None:
    """Letters along the rim: over the top, or along the bottom readable from inside."""
    widths = [font.getlength(sign) * 1.12 for sign in text]
    angle_of = 1 / radius
    limit = math.radians(250 if top else 80)
    total = sum(widths) * angle_of
    squeeze = min(1.0, limit / total)
    if squeeze < 1.0:
        font = ImageFont.truetype(str(FONTS / "vietnamese.ttf"), max(8, int(font.size * squeeze)))
        widths = [width * squeeze for width in widths]
        total = sum(widths) * angle_of
    angle = -total / 2
    for sign, width in zip(text, widths, strict=True):
        here = angle + width * angle_of / 2
        angle += width * angle_of
        tile_size = int(font.size * 2.4)
        tile = Image.new("L", (tile_size, tile_size), 0)
        ImageDraw.Draw(tile).text(
            (tile_size / 2, tile_size / 2), sign, font=font, fill=255, anchor="mm", stroke_width=_SCALE
        )
        turned = tile.rotate(-math.degrees(here) if top else math.degrees(here), Image.Resampling.BICUBIC)
        x = centre + radius * math.sin(here)
        y = centre - radius * math.cos(here) if top else centre + radius * math.cos(here)
        spot = (int(x - tile_size / 2), int(y - tile_size / 2))
        mask.paste(255, (spot[0], spot[1], spot[0] + tile_size, spot[1] + tile_size), turned)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for number in range(10):
        r = radius if number % 2 == 0 else radius * 0.4
        angle = -math.pi / 2 + number * math.pi / 5
        points.append((x + r * math.cos(angle), y + r * math.sin(angle)))
    draw.polygon(points, fill=255)

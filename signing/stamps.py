"""Pictures of signatures and seals as appearances of signature fields."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.errors import BadImage
from signing.text import numbers

MAX_BYTES = 4 * 1024 * 1024
"""Largest file of a stamp picture."""
MAX_PIXELS = 4_000_000
"""Largest stamp picture, in pixels."""
_SHOWN_PIXELS = 700
"""Longer side to which pictures are reduced: 36 mm at about 490 dots per inch."""


@dataclass(frozen=True)
class _Encoded:
    width: int
    height: int
    colours: bytes
    alpha: bytes


@lru_cache(maxsize=256)
def _encode(data: bytes) -> _Encoded:
    """Decode a picture once, drop its metadata, and keep it as compressed PDF image data."""
    if len(data) > MAX_BYTES:
        raise BadImage("the picture's file is too large")
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadImage("the picture has too many pixels")
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadImage(f"the picture is not a readable PNG ({type(error).__name__})") from None
    picture.thumbnail((_SHOWN_PIXELS, _SHOWN_PIXELS))
    return _Encoded(
        picture.width,
        picture.height,
        zlib.compress(picture.convert("RGB").tobytes(), 9),
        zlib.compress(picture.getchannel("A").tobytes(), 9),
    )


def check_image(data: bytes) -> str:
    """Check that ``data`` is a PNG that can be stamped; its SHA-256.  Raises :class:`BadImage`."""
    _encode(data)
    return hashlib.sha256(data).hexdigest()


def draw_image(writer: IncrementalPdfFileWriter, widget: generic.DictionaryObject, data: bytes) -> None:
    """Show the PNG ``data`` in a signature field, whole and undistorted, without border, fully opaque."""
    x0, y0, x1, y1 = (float(number) for number in widget["/Rect"])
    width, height = x1 - x0, y1 - y0
    if width <= 0 or height <= 0:
        return
    picture = _encode(data)
    scale = min(width / picture.width, height / picture.height)
    shown_width, shown_height = picture.width * scale, picture.height * scale
    left, bottom = (width - shown_width) / 2, (height - shown_height) / 2
    mask = _image(picture, "/DeviceGray", picture.alpha)
    colours = _image(picture, "/DeviceRGB", picture.colours)
    colours["/SMask"] = writer.add_object(mask)
    appearance = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): numbers(0, 0, round(width, 2), round(height, 2)),
            pdf_name("/Resources"): generic.DictionaryObject(
                {
                    pdf_name("/XObject"): generic.DictionaryObject(
                        {pdf_name("/Im0"): writer.add_object(colours)}
                    )
                }
            ),
        },
        stream_data=(
            f"q {shown_width:.2f} 0 0 {shown_height:.2f} {left:.2f} {bottom:.2f} cm /Im0 Do Q"
        ).encode("ascii"),
    )
    widget["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(appearance)})
    writer.update_container(widget)


def _image(picture: _Encoded, colour_space: str, data: bytes) -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(picture.width),
            pdf_name("/Height"): generic.NumberObject(picture.height),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
            pdf_name("/ColorSpace"): pdf_name(colour_space),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=data,
    )

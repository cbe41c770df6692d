"""Pictures of signatures and seals as appearances of signature fields."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.errors import BadImage
from signing.objects import appearance, dictionary, size_of, stream

MAX_BYTES = 4 * 1024 * 1024
"""Largest file of a stamp picture."""
MAX_PIXELS = 4_000_000
"""Largest stamp picture, in pixels."""
_SHOWN_PIXELS = 560
"""Longer side to which pictures are reduced: 36 mm at about 400 dots per inch."""


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
    width, height = size_of(widget)
    if not width or not height:
        return
    picture = _encode(data)
    scale = min(width / picture.width, height / picture.height)
    shown_width, shown_height = picture.width * scale, picture.height * scale
    left, bottom = (width - shown_width) / 2, (height - shown_height) / 2
    colours = _image(picture, "/DeviceRGB", picture.colours)
    colours["/SMask"] = writer.add_object(_image(picture, "/DeviceGray", picture.alpha))
    drawing = f"q {shown_width:.2f} 0 0 {shown_height:.2f} {left:.2f} {bottom:.2f} cm /Im0 Do Q"
    resources = {"/XObject": dictionary({"/Im0": writer.add_object(colours)})}
    shown = appearance(width, height, drawing, resources)
    if "/AP" in widget:  # a box written otherwise, 99.9 for 99.90001, is a change of its own for a strict reader
        shown["/BBox"] = generic.ArrayObject(widget["/AP"]["/N"]["/BBox"])
    widget["/AP"] = dictionary({"/N": writer.add_object(shown)})
    writer.update_container(widget)


def _image(picture: _Encoded, colour_space: str, data: bytes) -> generic.StreamObject:
    return stream(
        {
            "/Type": "/XObject",
            "/Subtype": "/Image",
            "/Width": picture.width,
            "/Height": picture.height,
            "/BitsPerComponent": 8,
            "/ColorSpace": colour_space,
            "/Filter": "/FlateDecode",
        },
        encoded=data,
    )

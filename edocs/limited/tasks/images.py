"""Task `image_to_pdf`: scans become PDF pages in their physical size."""

import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import FileRefused, RefusalCode
from ..kinds import FileKind, recognise
from ..limits import MAX_IMAGE_PIXELS, MAX_PAGES

A4_WIDTH = 595.28  # points
BELIEVABLE_DPI = (60, 1_300)
_TURNED = {
    1: 0,
    3: 180,
    6: 90,
    8: 270,
}  # EXIF orientations that a page rotation expresses
_FORMATS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.TIFF: "TIFF"}


def image_to_pdf(path: Path, folder: Path, *, max_pages: int = MAX_PAGES) -> dict[str, Any]:
    """Write `out/made.pdf`. A JPEG goes in as its own bytes, the rest without loss; metadata stays behind."""
    import pikepdf

    pdf = pikepdf.new()
    count = 0
    for frame, turn, size in _upright(path, max_pages):
        picture = _jpeg(pdf, path, frame) if frame.format == "JPEG" else _lossless(pdf, frame)
        width, height = size
        page = pdf.add_blank_page(page_size=(width, height))
        page.obj.Rotate = turn
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=picture))
        page.obj.Contents = pdf.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Scan Do Q".encode())
        count += 1
    pdf.save(folder / "out" / "made.pdf")
    return {"pages": count, "notes": []}


def frames(path: Path, max_pages: int) -> list[dict[str, Any]]:
    """Size in points of each page of an image, as shown; decodes every frame, so that damage is found."""
    sizes = []
    for _, turn, (width, height) in _upright(path, max_pages):
        if turn in (90, 270):
            width, height = height, width
        sizes.append({"width": round(width, 2), "height": round(height, 2)})
    return sizes


def upright_frame(path: Path, number: int) -> tuple[Any, float]:
    """One page of an image (counted from 1) as it is shown, and its dots per inch."""
    for count, (frame, turn, (width, _)) in enumerate(_upright(path, MAX_PAGES), start=1):
        if count == number:
            # the size is that of the frame before it is turned
            return (frame.rotate(-turn, expand=True) if turn else frame), frame.width * 72 / width
    raise FileRefused(RefusalCode.NO_SUCH_PAGE, f"page {number}")


def _upright(path: Path, max_pages: int) -> Iterator[tuple[Any, int, tuple[float, float]]]:
    """Yield (decoded frame, clockwise turn in degrees to stand upright, unturned size in points)."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    kind = recognise(path)
    if kind not in _FORMATS:
        raise FileRefused(RefusalCode.WRONG_KIND, kind.value)
    Image.MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Any = Image.open(path, formats=[_FORMATS[kind]])
            count = getattr(image, "n_frames", 1) if kind is FileKind.TIFF else 1
            if count > max_pages:
                raise FileRefused(RefusalCode.TOO_MANY_PAGES, f"{count} frames, at most {max_pages}")
            for number in range(count):
                if number:
                    image.seek(number)
                if image.width * image.height > MAX_IMAGE_PIXELS:
                    raise FileRefused(
                        RefusalCode.BOMB,
                        f"frame {number + 1} has {image.width} × {image.height} pixels",
                    )
                image.load()
                frame = image
                orientation = image.getexif().get(0x0112, 1)
                turn = _TURNED.get(orientation)
                if turn is None:
                    frame, turn = ImageOps.exif_transpose(image), 0
                yield frame, turn, _points(frame, turn)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(RefusalCode.BOMB, str(error)) from None
    except UnidentifiedImageError as error:
        raise FileRefused(RefusalCode.DAMAGED, str(error)) from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError) as error:
        # Pillow's decoders raise all of these for bytes they do not expect.
        short = "truncated" in str(error).lower() or isinstance(error, EOFError)
        raise FileRefused(RefusalCode.TRUNCATED if short else RefusalCode.DAMAGED, str(error)) from None


def _points(frame: Any, turn: int) -> tuple[float, float]:
    """Physical size from the resolution; where it is missing or absurd, as wide as A4 when upright."""
    low, high = BELIEVABLE_DPI
    horizontal, vertical = (float(value) for value in frame.info.get("dpi", (0, 0))[:2])
    if low <= horizontal <= high and low <= vertical <= high:
        return frame.width * 72 / horizontal, frame.height * 72 / vertical
    across = frame.height if turn in (90, 270) else frame.width
    return frame.width * A4_WIDTH / across, frame.height * A4_WIDTH / across


def _jpeg(pdf: Any, path: Path, frame: Any) -> Any:
    """The JPEG's own bytes when PDF readers show them alike, else decoded."""
    import pikepdf

    spaces = {"L": pikepdf.Name.DeviceGray, "RGB": pikepdf.Name.DeviceRGB}
    if frame.mode not in spaces:
        return _lossless(pdf, frame)
    # The picture alone: what follows its end (thumbnails, hidden archives) and what stands in its
    # comments (place, person, camera) is not shown to anybody and has no business in a record.
    about = _image_dictionary(frame, spaces[frame.mode], bits=8, filter_name=pikepdf.Name.DCTDecode)
    return pdf.make_stream(_without_metadata(path.read_bytes()), about)


def _without_metadata(content: bytes) -> bytes:
    """Drop APP1..APP13, APP15 and comment segments before the scan data, and anything behind the last end marker."""
    kept = [content[:2]]
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    end = content.rfind(b"\xff\xd9")
    kept.append(content[at : end + 2] if end > at else content[at:])
    return b"".join(kept)


def _lossless(pdf: Any, frame: Any) -> Any:
    import pikepdf

    bits = 1 if frame.mode == "1" else 8
    if bits == 8:
        frame = plain_colours(frame)
    space = pikepdf.Name.DeviceRGB if frame.mode == "RGB" else pikepdf.Name.DeviceGray
    samples = zlib.compress(frame.tobytes(), 4)
    return pdf.make_stream(
        samples,
        _image_dictionary(frame, space, bits=bits, filter_name=pikepdf.Name.FlateDecode),
    )


def _image_dictionary(frame: Any, space: Any, *, bits: int, filter_name: Any) -> dict[str, Any]:
    import pikepdf

    return {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": frame.width,
        "/Height": frame.height,
        "/ColorSpace": space,
        "/BitsPerComponent": bits,
        "/Filter": filter_name,
    }


def plain_colours(frame: Any) -> Any:
    """Gray or RGB on white: transparency, palettes, 16 bits and print colours are for other uses."""
    from PIL import Image

    if frame.mode in ("L", "RGB"):
        return frame
    if frame.mode in ("I;16", "I;16L", "I;16B", "I"):
        return frame.point(lambda value: value / 256).convert("L")
    if frame.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in frame.info:
        colours = frame.convert("RGBA")
        white = Image.new("RGB", colours.size, "white")
        white.paste(colours, mask=colours.getchannel("A"))
        return white
    return frame.convert("RGB")

"""Task `render`: pages of a PDF as WebP pictures."""

from pathlib import Path
from typing import Any

from ..errors import FileRefused, RefusalCode
from ..limits import MAX_RENDER_PIXELS
from .pdf import opened, page_at

WEBP_EFFORT = 2  # of 6: half the time of the default for about 5 % more bytes


def render(
    path: Path,
    folder: Path,
    *,
    pages: list[int] | None = None,
    dpi: float | None = None,
    width: int | None = None,
    most: int = 100,
    quality: int = 80,
) -> list[dict[str, Any]]:
    """Write `page-N.webp` for each page (counted from 1; all up to `most` when None), at `dpi` or `width` pixels."""
    drawn = []
    with opened(path) as document:
        document.init_forms()  # or else filled fields and signatures' pictures stay invisible
        for number in pages if pages is not None else range(1, min(len(document), most) + 1):
            page = page_at(document, number)
            points = page.get_size()
            if min(points) <= 0:
                raise FileRefused(RefusalCode.DAMAGED, f"page {number} has no size")
            scale = width / points[0] if width else (dpi or 110) / 72
            scale = min(scale, MAX_RENDER_PIXELS / max(points))
            scale = max(scale, 1 / min(points))  # at least one pixel each way
            if max(points) * scale > MAX_RENDER_PIXELS + 1:
                raise FileRefused(
                    RefusalCode.BOMB,
                    f"page {number} measures {points[0]:.0f} × {points[1]:.0f} points",
                )
            image = page.render(scale=scale).to_pil()
            name = f"page-{number}.webp"
            image.save(folder / "out" / name, "WEBP", quality=quality, method=WEBP_EFFORT)
            drawn.append(
                {
                    "page": number,
                    "file": name,
                    "width": image.width,
                    "height": image.height,
                }
            )
            page.close()
    return drawn

"""Pictures and words of the pages of stored files: made on demand in the limited child, kept by hash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from edocs.documents.content import queries as content
from edocs.documents.models import Blob, PageContent
from edocs.documents.storage import path_of
from edocs.limited import FileRefused, RefusalCode, inspect, read_text, render_page
from edocs.limited.geometry import shown

#: name of a size in addresses -> dots per inch
SIZES = {"small": 20, "page": 110, "large": 200}
#: a higher number in an address is nonsense and never becomes the name of a file
MOST_PAGES = 99_999


def picture_of(blob: Blob, page: int, size: str) -> Path:
    """The WebP of one page. Raises FileRefused (also for a page or size that does not exist)."""
    if size not in SIZES or page > MOST_PAGES:
        raise FileRefused(RefusalCode.NO_SUCH_PAGE, size)
    target = _folder(blob) / f"{page}-{size}.webp"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        render_page(path_of(blob.sha256), page, target, dpi=SIZES[size])
    return target


def words_of(blob: Blob, page: int) -> list[list[Any]]:
    """Words of a page with their boxes: x, y, width, height in fractions of the shown page from the top left.

    Those that are kept with the content, OCR's too; of a page that nobody has read yet those of its text layer.
    """
    if page > MOST_PAGES:
        raise FileRefused(RefusalCode.NO_SUCH_PAGE, str(page)[:20])
    kept = PageContent.objects.filter(blob=blob, number=page).first()
    if kept is not None:
        return [[*word.place, word.text] for word in content.words_of(kept)]
    target = _folder(blob) / f"{page}-words.json"
    if not target.exists():
        path = path_of(blob.sha256)
        pages = inspect(path).pages
        if not 1 <= page <= len(pages):
            raise FileRefused(RefusalCode.NO_SUCH_PAGE, str(page))
        (text,) = read_text(path, pages=[page])
        words = [[*(round(part, 5) for part in shown(pages[page - 1], word.box)), word.text] for word in text.words]
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(".part")
        temporary.write_text(json.dumps(words, ensure_ascii=False))
        temporary.replace(target)
    found: list[list[Any]] = json.loads(target.read_text())
    return found


def _folder(blob: Blob) -> Path:
    return Path(settings.PREVIEWS_DIR) / blob.sha256[:2] / blob.sha256

"""A QR code on a draft."""

from pathlib import Path
from typing import Any

from edocs.limited.tasks.signatures import _library, _refusing


def draw_code(path: Path, folder: Path, text: str) -> dict[str, Any]:
    """The draft with ``text`` as a QR code on its first page, written as ``coded.pdf``."""
    _library()
    from signing.qr import draw_code as draw

    with _refusing():
        draw(path, Path(folder, "out", "coded.pdf"), text)
    return {}

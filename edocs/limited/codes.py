"""A QR code on a draft, from outside the child."""

import tempfile
from pathlib import Path

from . import signatures
from .process import run
from .signatures import AnyPath
from .tasks import codes as tasks


def draw_code(path: AnyPath, output: AnyPath, text: str) -> Path:
    """Write into the folder `output` the draft with `text` as a QR code on its first page; returns the file."""
    if signatures._own_files.get():
        with tempfile.TemporaryDirectory(dir=output, prefix=".code-") as folder:
            Path(folder, "out").mkdir()
            tasks.draw_code(Path(path), Path(folder), text)
            return Path(folder, "out", "coded.pdf").rename(Path(output, "coded.pdf"))
    run("draw_code", path=path, output=output, text=text)
    return Path(output, "coded.pdf")

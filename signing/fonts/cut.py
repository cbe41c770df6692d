"""Cuts the fonts of this folder from the full Tinos: ``python -m signing.fonts.cut [FOLDER OF TINOS]``."""

from __future__ import annotations

import string
import sys
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).parent
CORE = string.ascii_letters + string.digits + " .,:;/-()&" + "ĐđƯưƠơÔôÂâÊêĂă" + "àáă–…"
"""Signs of numbers and symbols (Decree 30/2020, App. I, II.3) and of "ngày … tháng … năm …"."""
VIETNAMESE = (
    CORE
    + "".join(chr(c) for c in range(0x20, 0x7F))
    + "".join(chr(c) for c in range(0xC0, 0x180) if c not in (0xD7, 0xF7))
    + "".join(chr(c) for c in range(0x1EA0, 0x1EFA))
    + "ƠơƯư–—“”‘’…"
)


def cut(source: Path, target: Path, signs: str) -> None:
    """Write to ``target`` the font ``source`` with ``signs`` only, without hints and layout tables."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 4, 6, 13, 14])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "gasp", "meta"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=signs)
    cutter.subset(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    subset.save_font(font, str(target), options)


def main(folder: str = "/usr/share/fonts/truetype/croscore") -> None:
    """Cut all four fonts."""
    upright, italic = Path(folder) / "Tinos-Regular.ttf", Path(folder) / "Tinos-Italic.ttf"
    for source, name, signs in (
        (upright, "number.ttf", CORE),
        (italic, "date.ttf", CORE),
        (upright, "vietnamese.ttf", VIETNAMESE),
        (italic, "vietnamese-italic.ttf", VIETNAMESE),
    ):
        cut(source, HERE / name, signs)


if __name__ == "__main__":
    main(*sys.argv[1:])

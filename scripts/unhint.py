"""Take the hinting programs out of the fonts of official letters: ``python scripts/unhint.py FONT.ttf...``.

Letters are read on paper and on fine screens, where they change nothing; but whoever draws a page runs them anew for
every font of every document, which was half of the time of drawing it. Widths, shapes and layout stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

PROGRAMS = ("fpgm", "prep", "cvt ", "hdmx", "VDMX", "LTSH")
#: bits of head.flags that let instructions change widths (OpenType, table head)
OF_INSTRUCTIONS = 1 << 2 | 1 << 3 | 1 << 4


def unhint(path: Path) -> None:
    """Write the font anew without programs."""
    font = TTFont(path, recalcTimestamp=False)
    for table in PROGRAMS:
        if table in font:
            del font[table]
    for name in font.getGlyphOrder():
        font["glyf"][name].removeHinting()
    most = font["maxp"]
    most.maxZones = 1
    for limit in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(most, limit, 0)
    font["head"].flags &= ~OF_INSTRUCTIONS
    font.save(path)


def main() -> None:
    """Read the command line."""
    for name in sys.argv[1:]:
        unhint(Path(name))


if __name__ == "__main__":
    main()

"""How well and how fast scans are read: ``python -m bench.ocr --pages 12``.

Pages of official prose (364 words, 13 pt, A4) are made by code, drawn and spoiled as scanners do, and read by the
limited child that reads every scan of the office. Words count as right when they are exactly right, accents and closing
punctuation included, and stand in their order.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.report import Figure, keep, median, p95

PART = "Reading scans"
GOAL_RIGHT = 97.0


@dataclass(frozen=True)
class Read:
    """One page: the share of its words that were right, exactly and loosely, and what reading took."""

    right: float
    loosely: float
    seconds: float
    confidence: float


def main() -> None:
    from tests.scans import Scanner

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=12, help="pages of each scanner")
    pages: int = parser.parse_args().pages
    scanners = (
        ("200 dpi", Scanner(), GOAL_RIGHT),
        ("200 dpi, heavy noise, 1.3° askew", Scanner(skew=1.3, noise=0.25, blur=0.8), 0.0),
        ("200 dpi, 4° askew", Scanner(skew=4.0), 0.0),
        ("200 dpi, upside down", Scanner(turn=180), 0.0),
        ("300 dpi", Scanner(dpi=300), 0.0),
        ("150 dpi", Scanner(dpi=150), 0.0),
    )
    with tempfile.TemporaryDirectory(prefix="bench-ocr-") as folder:
        for name, scanner, goal in scanners:
            tell(name, goal, [read(seed, scanner, Path(folder)) for seed in range(1, pages + 1)])


def read(seed: int, scanner: object, folder: Path) -> Read:
    """Make one page, and read it."""
    from edocs.limited import ocr_page
    from tests.scans import plain_page, scan_of, share_right

    text = plain_page(seed)
    path = scan_of(text, folder / "scan.pdf", scanner, seed=seed)  # type: ignore[arg-type]
    began = time.perf_counter()
    found = ocr_page(path, 1)
    seconds = time.perf_counter() - began
    said = " ".join(word.text for line in found.lines for word in line)
    return Read(share_right(text, said), share_right(text, said, loosely=True), seconds, found.confidence)


def tell(name: str, goal: float, pages: list[Read]) -> None:
    """The figures of one scanner."""
    right, loosely = (
        100 * sum(values) / len(pages) for values in zip(*((p.right, p.loosely) for p in pages), strict=True)
    )
    worst = 100 * min(page.right for page in pages)
    seconds = [page.seconds for page in pages]
    beside = f"worst page {worst:.1f} %, without accents {loosely:.1f} %, {len(pages)} pages"
    keep(Figure(PART, f"Words right, {name}", right, "%", goal, more_is_better=True, beside=beside))
    confidence = sum(page.confidence for page in pages) / len(pages)
    beside = f"p95 {p95(seconds):.2f} s, confidence {confidence:.0f}"
    keep(Figure(PART, f"A page, {name}", median(seconds), "s", beside=beside))


if __name__ == "__main__":
    main()

"""What a measurement found: said on the screen, and kept for ``docs/performance.md`` when that is being written."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = "BENCH_RESULTS"  # the variable that names the file of results, one JSON line each


@dataclass(frozen=True)
class Figure:
    """One figure against its goal. ``goal`` 0 means that there is none; ``more_is_better`` says which side is good."""

    part: str
    name: str
    value: float
    unit: str
    goal: float = 0
    more_is_better: bool = False
    beside: str = ""

    @property
    def met(self) -> bool | None:
        """True when the goal is reached, None when there is none."""
        if not self.goal:
            return None
        return self.value >= self.goal if self.more_is_better else self.value <= self.goal

    @property
    def goal_text(self) -> str:
        """The goal as one reads it: ≤ 40 ms."""
        return f"{'≥' if self.more_is_better else '≤'} {self.goal:g} {self.unit}" if self.goal else ""

    @property
    def value_text(self) -> str:
        """The value in a few digits, with its unit."""
        digits = 0 if abs(self.value) >= 100 or self.value == int(self.value) else 1 if abs(self.value) >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}"


def keep(figure: Figure) -> Figure:
    """Print one line, and keep the figure where ``python -m bench`` collects them."""
    verdict = {True: "reached", False: "MISSED", None: ""}[figure.met]
    print(f"{figure.name:<58}{figure.value_text:>14}  {figure.goal_text:<10} {verdict:<8} {figure.beside}".rstrip())
    kept = os.environ.get(RESULTS)
    if kept:
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
    return figure


def kept_in(path: Path) -> list[Figure]:
    """The figures of one results file, in the order in which they were found."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Figure(**json.loads(line)) for line in lines]


def median(samples: Sequence[float]) -> float:
    """The 50th percentile."""
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * 0.95))]

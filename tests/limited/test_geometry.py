"""Places in a file and on its picture."""

import pytest

from edocs.limited.geometry import in_file, shown
from edocs.limited.results import Page


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_there_and_back(rotation: int) -> None:
    page = Page(1, 595, 842, rotation=rotation, box=(10, 20, 605, 862))
    box = (100.0, 200.0, 150.0, 210.0)
    assert in_file(page, shown(page, box)) == pytest.approx(box)


@pytest.mark.parametrize(
    ("rotation", "corner"),
    [(0, (0, 0.9)), (90, (0, 0)), (180, (0.9, 0)), (270, (0.9, 0.9))],
)
def test_the_lower_left_corner_turns_clockwise(rotation: int, corner: tuple[float, float]) -> None:
    page = Page(1, 100, 100, rotation=rotation, box=(0, 0, 100, 100))
    assert shown(page, (0, 0, 10, 10)) == pytest.approx((*corner, 0.1, 0.1))

"""From a place in a PDF's own coordinates to a place on its picture, and back."""

from .results import Box, Page

Fractions = tuple[float, float, float, float]
"""Left, top, width, height on the page as shown, each as a part of its width or height (0 to 1), y downwards."""


def shown(page: Page, box: Box) -> Fractions:
    """Where `box` (points, the file's own coordinates) stands on the picture of the page."""
    left, bottom, right, top = page.box
    wide, high = right - left, top - bottom
    x1, y1 = (box[0] - left) / wide, (top - box[3]) / high
    x2, y2 = (box[2] - left) / wide, (top - box[1]) / high
    match page.rotation % 360:
        case 90:
            x1, y1, x2, y2 = 1 - y2, x1, 1 - y1, x2
        case 180:
            x1, y1, x2, y2 = 1 - x2, 1 - y2, 1 - x1, 1 - y1
        case 270:
            x1, y1, x2, y2 = y1, 1 - x2, y2, 1 - x1
    return x1, y1, x2 - x1, y2 - y1


def in_file(page: Page, place: Fractions) -> Box:
    """The box (points, the file's own coordinates) of a place chosen on the picture of the page."""
    x1, y1, x2, y2 = place[0], place[1], place[0] + place[2], place[1] + place[3]
    match page.rotation % 360:
        case 90:
            x1, y1, x2, y2 = y1, 1 - x2, y2, 1 - x1
        case 180:
            x1, y1, x2, y2 = 1 - x2, 1 - y2, 1 - x1, 1 - y1
        case 270:
            x1, y1, x2, y2 = 1 - y2, x1, 1 - y1, x2
    left, bottom, right, top = page.box
    wide, high = right - left, top - bottom
    return left + x1 * wide, top - y2 * high, left + x2 * wide, top - y1 * high

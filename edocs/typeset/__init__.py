"""Documents of our own as PDF/A-2b: official letters, arrival slips, printed registers.

A library: it knows nothing of people, rights or the database.  Do not compose before a process forks
(see :class:`edocs.typeset.press.Press`).
"""

from signing.layout import Box, Places

from .blocks import Article, Block, Bullet, Clause, Heading, Paragraph, Point
from .errors import NotALetter, TypesetError, UnprintableText
from .letter import ComposedLetter, Layout, Letter, Urgency, compose_letter, layout_of
from .text import date_text, number_text

__all__ = [
    "Article",
    "Block",
    "Box",
    "Bullet",
    "Clause",
    "ComposedLetter",
    "Heading",
    "Layout",
    "Letter",
    "NotALetter",
    "Paragraph",
    "Places",
    "Point",
    "TypesetError",
    "UnprintableText",
    "Urgency",
    "compose_letter",
    "date_text",
    "layout_of",
    "number_text",
]

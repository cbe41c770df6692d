"""Documents of our own as PDF/A-2b: official letters, arrival slips, printed registers.

A library: it knows nothing of people, rights or the database.  Do not compose before a process forks
(see :class:`edocs.typeset.press.Press`).
"""

from signing.layout import Box, Places

from .blocks import Article, Block, Bullet, Clause, Heading, Paragraph, Point
from .errors import NotALetter, TypesetError, UnprintableText
from .letter import ComposedLetter, Layout, Letter, Urgency, compose_letter, layout_of
from .listing import Listing, compose_listing
from .register import (
    IncomingLine,
    OutgoingLine,
    RegisterBook,
    compose_incoming_register,
    compose_outgoing_register,
)
from .slip import (
    ArrivalSlip,
    ArrivalStamp,
    Opinion,
    Receiver,
    arrival_stamp,
    arrival_stamp_picture,
    compose_slip,
)
from .text import date_text, number_text

__all__ = [
    "ArrivalSlip",
    "ArrivalStamp",
    "Article",
    "Block",
    "Box",
    "Bullet",
    "Clause",
    "ComposedLetter",
    "Heading",
    "IncomingLine",
    "Layout",
    "Letter",
    "Listing",
    "NotALetter",
    "Opinion",
    "OutgoingLine",
    "Paragraph",
    "Places",
    "Point",
    "Receiver",
    "RegisterBook",
    "TypesetError",
    "UnprintableText",
    "Urgency",
    "arrival_stamp",
    "arrival_stamp_picture",
    "compose_incoming_register",
    "compose_letter",
    "compose_listing",
    "compose_outgoing_register",
    "compose_slip",
    "date_text",
    "layout_of",
    "number_text",
]

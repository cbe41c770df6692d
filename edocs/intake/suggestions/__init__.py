"""What can be read of an incoming document from its text: suggestions for the clerk, never decisions.

    from edocs.intake.suggestions import suggest

    found = suggest(read_text(path))          # PageText of edocs.limited
    found.number.value, found.number.confidence, found.number.place

A pure function of the text: no database, no clock, no language but Vietnamese.
"""

from __future__ import annotations

from collections.abc import Sequence

from edocs.limited.results import PageText, Word

from .deadline import reply_by
from .head import Head
from .kinds import ADMINISTRATIVE_KINDS, DEFAULT_KINDS, LEGAL_KINDS, Kind
from .lines import sheet_of
from .results import Confidence, Place, Suggestion, Suggestions
from .signer import signer

__all__ = [
    "ADMINISTRATIVE_KINDS",
    "DEFAULT_KINDS",
    "LEGAL_KINDS",
    "Confidence",
    "Kind",
    "PageText",
    "Place",
    "Suggestion",
    "Suggestions",
    "Word",
    "suggest",
]


def suggest(pages: Sequence[PageText], kinds: Sequence[Kind] = DEFAULT_KINDS) -> Suggestions:
    """Read the fields of the register (Decree 30/2020, App. VI, Part II.II) from the pages of a document.

    ``pages`` are those of ``edocs.limited``: word boxes in points, origin at the bottom left.  Text in NFD, blanks
    around the strokes of a number and missing parts are tolerated; a page without boxes is read by its lines.
    """
    sheets = [sheet for page in pages if (sheet := sheet_of(page)).rows]
    if not sheets:
        return Suggestions(pages=len(pages))
    head = Head(sheets[0], kinds)
    number, symbol = head.number_and_symbol()
    issued_on = head.issued_on()
    prefix, position, name = signer(sheets)
    return Suggestions(
        pages=len(pages),
        number=number,
        symbol=symbol,
        issued_on=issued_on,
        issuer=head.issuer(),
        kind=head.kind(),
        summary=head.summary(),
        signer_name=name,
        signer_position=position,
        signer_prefix=prefix,
        urgency=head.urgency(),
        reply_by=reply_by(sheets, issued_on.value if issued_on else None),
    )

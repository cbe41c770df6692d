"""Letters of the demonstration as parts of the layouts."""

from __future__ import annotations

import datetime as dt

from edocs.demo.content.model import BlockKind
from edocs.demo.content.model import Letter as ToldLetter
from edocs.demo.content.model import Urgency as ToldUrgency
from edocs.documents.choices import Urgency
from edocs.office.models import Person
from edocs.typeset import ComposedLetter, Letter, compose_letter
from edocs.typeset import Urgency as PrintedUrgency
from edocs.workflow.letters import LetterFields, blocks_of

URGENCY = {
    ToldUrgency.NORMAL: Urgency.NORMAL,
    ToldUrgency.URGENT: Urgency.URGENT,
    ToldUrgency.VERY_URGENT: Urgency.VERY_URGENT,
    ToldUrgency.FLASH: Urgency.EXPRESS,
}
PRINTED = {
    ToldUrgency.NORMAL: PrintedUrgency.NORMAL,
    ToldUrgency.URGENT: PrintedUrgency.URGENT,
    ToldUrgency.VERY_URGENT: PrintedUrgency.VERY_URGENT,
    ToldUrgency.FLASH: PrintedUrgency.EXPRESS,
}


#: Words between the legal grounds and the articles; the layout of a decision prints them itself.
PRINTED_BY_THE_LAYOUT = ("QUYẾT ĐỊNH:", "QUYẾT NGHỊ:")


def summary_of(letter: ToldLetter) -> str:
    """The summary as the layouts take it: without "V/v", which they print themselves."""
    return letter.summary.removeprefix("V/v ")


def body_of(letter: ToldLetter) -> str:
    """The body as it would be typed."""
    lines = (block.full_text for block in letter.blocks if block.kind != BlockKind.GROUND)
    return "\n".join(line for line in lines if line not in PRINTED_BY_THE_LAYOUT)


def grounds_of(letter: ToldLetter) -> tuple[str, ...]:
    """The legal grounds."""
    return tuple(block.full_text for block in letter.blocks if block.kind == BlockKind.GROUND)


def written(letter: ToldLetter, signer: Person) -> LetterFields:
    """What the officer writes."""
    return LetterFields(
        summary=letter.summary,
        body=body_of(letter),
        addressees=letter.addressees,
        grounds=grounds_of(letter),
        signer=signer,
        urgency=URGENCY[letter.urgency],
    )


def received(letter: ToldLetter, kind_name: str, kind_code: str, issued_on: dt.date) -> ComposedLetter:
    """An incoming letter as its issuer printed it, with number and date."""
    return compose_letter(
        Letter(
            agency=letter.issuer_name,
            superior=letter.superior,
            place=letter.place,
            kind=kind_name,
            kind_code=kind_code,
            symbol=letter.symbol or "…",
            summary=summary_of(letter) if not kind_code else letter.summary,
            number=letter.number or "",
            issued_on=issued_on,
            urgency=PRINTED[letter.urgency],
            addressees=letter.addressees,
            grounds=grounds_of(letter),
            body=blocks_of(body_of(letter)),
            position_lines=letter.signer.lines or (letter.signer.position,),
            signer=letter.signer.name,
            recipients=tuple(line for line in letter.recipients if not line.startswith("Lưu")),
            file_copy=next((line for line in letter.recipients if line.startswith("Lưu")), "Lưu: VT"),
        )
    )

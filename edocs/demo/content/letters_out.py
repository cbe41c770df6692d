"""Outgoing letters: answers to what came in and documents of our own; numbers are left to the clerk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from random import Random

from .agency import AGENCY, PEOPLE_BY_USERNAME, UNITS_BY_KEY, authority_for, deputy_for, head_of
from .catalogue import KINDS_BY_KEY
from .letters_in import common_slots
from .matter import OwnMatter, ReplyTemplate
from .model import Block, BlockKind, Letter, Signer
from .writing import blocks, cite, cite_shortly, fill, pick_slots

_ADDRESSED = {"CV", "TTr", "BC", "GM", "HD"}
_REPLY_DAYS = 10
_DIRECTOR_SHARE = {"QĐ": 0.55, "TTr": 0.6, "BC": 0.5, "KH": 0.5}


def signatory_for(rng: Random, kind: str, field_key: str) -> str:
    """Who signs: the office chief the kinds of theirs, else the deputy of the field or the director."""
    if kind in {"GM", "GGT", "PG", "PC", "PB", "GNP"}:
        return head_of("VP").username
    if rng.random() < _DIRECTOR_SHARE.get(kind, 0.25):
        return "giamdoc"
    return deputy_for(field_key)


def answer(
    template: ReplyTemplate,
    incoming: Letter,
    slots: Mapping[str, str],
    day: date,
    signatory: str,
    drafter: str,
) -> Letter:
    """The answer to a letter, with the same figures as the letter itself."""
    person = PEOPLE_BY_USERNAME[drafter]
    own = {
        **slots,
        "ref": cite(incoming),
        "ref_short": cite_shortly(incoming),
        "drafter": f"đồng chí {person.full_name}",
        "unit": UNITS_BY_KEY[person.unit].name,
    }
    to = tuple(fill(each, own) for each in template.to) or (incoming.issuer_name,)
    return _letter(
        kind=template.kind,
        field_key=incoming.field,
        unit=person.unit,
        day=day,
        summary=fill(template.summary, own),
        body=blocks(fill(template.body, own)),
        addressees=to,
        recipients=(),
        copies=template.copies,
        signatory=signatory,
        attachments=template.attachments,
    )


def of_our_own(rng: Random, matter: OwnMatter, day: date, signatory: str, drafter: str) -> Letter:
    """A document that nobody asked for."""
    person = PEOPLE_BY_USERNAME[drafter]
    base = common_slots(rng, day, _REPLY_DAYS)
    base |= {"drafter": f"đồng chí {person.full_name}", "unit": UNITS_BY_KEY[matter.unit].name}
    slots = pick_slots(rng, base, matter.picks, matter.counts, matter.rates)
    addressees = matter.addressees
    if matter.key == "introduction-letter":
        addressees = (f"Ủy ban nhân dân {slots['commune']}",)
    return _letter(
        kind=matter.kind,
        field_key=matter.field,
        unit=matter.unit,
        day=day,
        summary=fill(matter.summary, slots),
        body=blocks(fill(matter.body, slots)),
        addressees=addressees,
        recipients=matter.recipients,
        copies=(),
        signatory=signatory,
        attachments=matter.attachments,
    )


def symbol_of(kind: str, unit: str) -> str:
    """The symbol of our documents: "SNV-CCHC" for a letter, "QĐ-SNV" for any kind with an abbreviation."""
    abbreviation = KINDS_BY_KEY[kind].abbreviation
    return f"{abbreviation}-{AGENCY.abbreviation}" if abbreviation else f"{AGENCY.abbreviation}-{unit}"


def _letter(
    *,
    kind: str,
    field_key: str,
    unit: str,
    day: date,
    summary: str,
    body: tuple[Block, ...],
    addressees: tuple[str, ...],
    recipients: tuple[str, ...],
    copies: tuple[str, ...],
    signatory: str,
    attachments: tuple[str, ...],
) -> Letter:
    authority = authority_for(signatory, kind, field_key, day)
    person = PEOPLE_BY_USERNAME[signatory]
    addressed = kind in _ADDRESSED or kind == "GGT"
    if not recipients:
        recipients = ("Như trên",) if addressed else _first_recipients(body, addressees)
    report = ("Giám đốc (để báo cáo)",) if authority.prefix and not recipients[-1].startswith("Giám đốc") else ()
    return Letter(
        kind=kind,
        number="",
        symbol=symbol_of(kind, unit),
        code="",
        issuer="",
        issuer_name=AGENCY.name,
        superior=AGENCY.superior,
        place=AGENCY.place,
        issued_on=day,
        summary=summary,
        addressees=addressees if addressed else (),
        blocks=body,
        signer=Signer(authority.lines, person.full_name, person.position),
        recipients=(*recipients, *copies, *report, f"Lưu: VT, {unit}"),
        field=field_key,
        attachments=attachments,
        unit=unit,
    )


def _first_recipients(body: tuple[Block, ...], addressees: tuple[str, ...]) -> tuple[str, ...]:
    """ "Như Điều 3" after a decision, otherwise those to whom the document goes."""
    articles = [re.sub(r"\D", "", block.label) for block in body if block.kind is BlockKind.ARTICLE]
    return (f"Như Điều {articles[-1]}",) if articles else addressees

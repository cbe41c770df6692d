"""The shapes of the demonstration catalogues and letters: plain, immutable, without a database.

Keys (units, kinds, fields, correspondents) are the short forms an office uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person may do beside their own work."""

    CLERK = "clerk"
    LEADER = "leader"
    UNIT_HEAD = "unit_head"
    OFFICER = "officer"
    FORMAT_CHECKER = "format_checker"
    ADMINISTRATOR = "administrator"


class Urgency(StrEnum):
    """Mức độ khẩn, Decree 30/2020."""

    NORMAL = "normal"
    URGENT = "urgent"
    VERY_URGENT = "very_urgent"
    FLASH = "flash"


class Channel(StrEnum):
    """How a document came in."""

    AXIS = "axis"
    POST = "post"
    DIRECT = "direct"
    EMAIL = "email"


class BlockKind(StrEnum):
    """What a paragraph of a letter is; the layout chooses indent and weight by it."""

    PARAGRAPH = "paragraph"
    GROUND = "ground"
    HEADING = "heading"
    ARTICLE = "article"
    CLAUSE = "clause"
    POINT = "point"


class StepKind(StrEnum):
    """A step of the approval chain, in the order of Decree 30/2020, Art. 10 to 18."""

    SUBMIT = "submit"
    CONTENT_CHECK = "content_check"
    FORMAT_CHECK = "format_check"
    APPROVE = "approve"
    SIGN = "sign"
    NUMBER_AND_SEAL = "number_and_seal"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency whose office is shown; ``place`` stands before the date of a letter."""

    name: str
    name_en: str
    short_name: str
    abbreviation: str
    superior: str
    head_title: str
    place: str
    code: str
    old_code: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (đơn vị) of the agency; ``key`` is the abbreviation used in symbols."""

    key: str
    name: str
    name_en: str
    head: str
    order: int


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works at the agency; ``courtesy`` (anh, chị) is used only inside instruction texts."""

    username: str
    full_name: str
    unit: str
    position: str
    roles: frozenset[Role]
    courtesy: str

    @property
    def given_name(self) -> str:
        """The last word, by which Vietnamese people are called and sorted."""
        return self.full_name.rsplit(" ", 1)[-1]


@dataclass(frozen=True, slots=True)
class SignatureAuthority:
    """Thẩm quyền ký: ``prefix`` is "", "KT." or "TL."; empty ``fields`` or ``kinds`` means all of them."""

    username: str
    prefix: str
    lines: tuple[str, ...]
    fields: tuple[str, ...]
    kinds: tuple[str, ...]
    basis: str
    since: date
    until: date | None

    def covers(self, kind: str, field_key: str, on: date) -> bool:
        """Whether the person may sign this kind in this field on this day."""
        in_force = self.since <= on and (self.until is None or on <= self.until)
        return in_force and (not self.kinds or kind in self.kinds) and (not self.fields or field_key in self.fields)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: the lines above the name as printed, the name, the position as registered."""

    lines: tuple[str, ...]
    name: str
    position: str


@dataclass(frozen=True, slots=True)
class Correspondent:
    """An outside agency, firm or citizen.

    ``symbol`` stands in its numbers (BNV); ``yearly`` is about how many letters it numbers in a year;
    ``since`` and ``until`` bound its existence (districts ended on 30 June 2025).
    """

    key: str
    group: str
    name: str
    symbol: str
    place: str
    signers: tuple[Signer, ...]
    code: str = ""
    old_code: str = ""
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    superior: str = ""
    yearly: int = 900
    since: date | None = None
    until: date | None = None

    @property
    def label(self) -> str:
        """The name as people write it in registers."""
        return self.short_name or self.name

    def exists_on(self, day: date) -> bool:
        """Whether the agency existed on the day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document (tên loại); ``group`` is administrative, legal, copy or other."""

    key: str
    name: str
    name_en: str
    abbreviation: str
    group: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work (lĩnh vực) with the unit that answers for it."""

    key: str
    name: str
    name_en: str
    unit: str


@dataclass(frozen=True, slots=True)
class Book:
    """A register (sổ) with one yearly series; empty ``kinds`` means every kind not in another book."""

    key: str
    name: str
    direction: str
    kinds: tuple[str, ...]
    scheme: str
    note: str


@dataclass(frozen=True, slots=True)
class InstructionTemplate:
    """A ready instruction text; empty ``username`` means that every leader is offered it."""

    username: str
    title: str
    text: str
    working_days: int | None


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of a chain; ``actor`` is drafter, unit_head, format_checker, signatory or clerk."""

    kind: StepKind
    actor: str
    working_days: int


@dataclass(frozen=True, slots=True)
class Chain:
    """An approval chain (luồng trình ký) for some kinds."""

    key: str
    name: str
    name_en: str
    kinds: tuple[str, ...]
    signatory: str
    steps: tuple[ChainStep, ...]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from the week: ``kind`` is holiday, day_in_lieu or working_saturday."""

    day: date
    kind: str
    name: str
    name_en: str
    basis: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph; ``label`` is its number as printed ("Điều 1.", "2.", "a)") or empty."""

    kind: BlockKind
    text: str
    label: str = ""

    @property
    def full_text(self) -> str:
        """Label and text as read."""
        return f"{self.label} {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class Letter:
    """A document as it stands on paper.

    ``number`` is empty for our own documents until the clerk gives it; ``symbol`` is everything after
    it, ``code`` both as printed. ``issuer`` is a correspondent key, or empty when we are the issuer.
    """

    kind: str
    number: str
    symbol: str
    code: str
    issuer: str
    issuer_name: str
    superior: str
    place: str
    issued_on: date
    summary: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    signer: Signer
    recipients: tuple[str, ...]
    field: str
    urgency: Urgency = Urgency.NORMAL
    reply_by: date | None = None
    attachments: tuple[str, ...] = ()
    unit: str = ""

"""Incoming letters: a subject, an issuer and a day become a document as it stands on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from . import vietnamese
from .agency import PEOPLE
from .catalogue import KINDS_BY_KEY
from .correspondents import CORRESPONDENTS_BY_KEY, in_group
from .matter import Subject
from .model import Correspondent, Letter, Role, Signer
from .working_time import shift_days
from .writing import blocks, fill, pick_slots

_GROUPS = {"@communes": "commune", "@districts": "district", "@firms": "firm"}
_DASHED_SYMBOLS = {"TU", "VPTU", "BTCTU", "TĐTN"}
_ADDRESSED = {"CV", "TTr", "BC", "GM", "CĐ", "ĐƠN"}
_WORKING_ROLES = frozenset({Role.OFFICER})
_HOURS = ("07 giờ 30", "08 giờ 00", "08 giờ 30", "14 giờ 00", "14 giờ 30", "15 giờ 00")


class Numbers:
    """The numbers other agencies have used: they grow with the year and are never used twice."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, int], set[int]] = defaultdict(set)

    def next_for(self, issuer: Correspondent, day: date) -> int:
        """A number that fits the issuer and the day of the year."""
        used = self._used[issuer.key, day.year]
        number = max(1, issuer.yearly * day.timetuple().tm_yday // 366)
        while number in used:
            number += 1
        used.add(number)
        return number


def issuers_of(subject: Subject, day: date) -> list[Correspondent]:
    """Who may write about the subject on the day."""
    found: list[Correspondent] = []
    for key in subject.issuers:
        found.extend(in_group(_GROUPS[key]) if key in _GROUPS else (CORRESPONDENTS_BY_KEY[key],))
    return [each for each in found if each.exists_on(day)]


def can_be_written(subject: Subject, day: date) -> bool:
    """Whether the matter comes up on the day and somebody exists to write about it."""
    return subject.comes_up_on(day) and bool(issuers_of(subject, day))


def common_slots(rng: Random, day: date, reply_days: int) -> dict[str, str]:
    """The slots every text may use: dates around ``day``, periods, invented citizens, places and firms."""
    due = shift_days(day, reply_days)
    meeting = shift_days(due, rng.randint(1, 4))
    first = day.replace(day=1)
    last_month, next_month = first - timedelta(days=1), first + timedelta(days=32)
    yesterday = shift_days(day, -1)
    reported = day if day.day >= 15 else last_month
    quarter_start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    late_in_quarter = (day - quarter_start).days > 70
    reported_quarter = day if late_in_quarter else quarter_start - timedelta(days=1)
    citizen, mother = vietnamese.citizen(rng), vietnamese.woman(rng)
    colleague = rng.choice([person for person in PEOPLE if person.roles == _WORKING_ROLES])
    title = "đồng chí"
    school_year = day.year if day.month >= 7 else day.year - 1
    return {
        "date": vietnamese.long_date(day),
        "date_short": vietnamese.short_date(day),
        "year": str(day.year),
        "last_year": str(day.year - 1),
        "next_year": str(day.year + 1),
        "month": vietnamese.month_of(day),
        "last_month": vietnamese.month_of(last_month),
        "next_month": vietnamese.month_of(next_month),
        "report_month": vietnamese.month_of(reported),
        "report_quarter": vietnamese.quarter_of(reported_quarter),
        "week": vietnamese.count(day.isocalendar().week),
        "quarter": vietnamese.quarter_of(day),
        "school_year": f"{school_year} - {school_year + 1}",
        "due": vietnamese.long_date(due),
        "meeting": f"{rng.choice(_HOURS)}, {vietnamese.with_weekday(meeting)}",
        "meeting_day": vietnamese.long_date(meeting),
        "yesterday": vietnamese.long_date(yesterday),
        "yesterday_short": vietnamese.short_date(yesterday),
        "earlier_short": vietnamese.short_date(shift_days(day, -rng.randint(3, 9))),
        "from_year": str(rng.randint(1979, 1986)),
        "to_year": str(rng.randint(1990, 1999)),
        "commune": _place(rng, day),
        "firm": rng.choice(in_group("firm")).name,
        "citizen": citizen,
        "Citizen": citizen[0].upper() + citizen[1:],
        "name": citizen.split(" ", 1)[1],
        "mother": mother,
        "colleague": f"{title} {colleague.full_name}",
        "position": colleague.position,
    }


def write(rng: Random, subject: Subject, day: date, numbers: Numbers) -> tuple[Letter, dict[str, str]]:
    """A letter about the subject dated ``day`` (or the working day before), and the slots it used."""
    day = shift_days(day + timedelta(days=1), -1)
    issuer = rng.choice(issuers_of(subject, day))
    base = common_slots(rng, day, subject.reply_days)
    base |= {"issuer": issuer.name, "issuer_short": issuer.label, "place_name": _place_name(issuer)}
    slots = pick_slots(rng, base, subject.picks, subject.counts, subject.rates)
    office = subject.offices.get(issuer.key, subject.offices.get("", ""))
    number, symbol, code = _number(subject.kind, issuer, office, day, numbers)
    from_citizen = issuer.group == "citizen"
    letter = Letter(
        kind=subject.kind,
        number=number,
        symbol=symbol,
        code=code,
        issuer=issuer.key,
        issuer_name=slots["Citizen"] if from_citizen else issuer.name,
        superior=issuer.superior,
        place=issuer.place,
        issued_on=day,
        summary=fill(subject.summary, slots),
        addressees=subject.addressees if subject.kind in _ADDRESSED else (),
        blocks=blocks(fill(subject.body, slots)),
        signer=Signer((), slots["name"], "Người làm đơn") if from_citizen else rng.choice(issuer.signers),
        recipients=() if from_citizen else _recipients(subject, issuer, office),
        field=subject.field,
        urgency=subject.urgency,
        reply_by=None if subject.for_information or from_citizen else shift_days(day, subject.reply_days),
        attachments=subject.attachments,
    )
    return letter, slots


def _place(rng: Random, day: date) -> str:
    """A commune, or before the two-tier model a district, by its plain name ("xã Hòa Sơn")."""
    places = [each for group in ("commune", "district") for each in in_group(group) if each.exists_on(day)]
    return _place_name(rng.choice(places))


def _place_name(issuer: Correspondent) -> str:
    if issuer.group in {"commune", "district"}:
        return issuer.aliases[0]
    return issuer.label


def _number(kind: str, issuer: Correspondent, office: str, day: date, numbers: Numbers) -> tuple[str, str, str]:
    if issuer.group == "citizen":
        return "", "", ""
    number = vietnamese.count(numbers.next_for(issuer, day)).replace(".", "")
    abbreviation = KINDS_BY_KEY[kind].abbreviation
    if issuer.key in _DASHED_SYMBOLS:
        symbol = f"{abbreviation or 'CV'}/{issuer.symbol}"
        return number, symbol, f"{number}-{symbol}"
    if abbreviation:
        symbol = f"{abbreviation}-{issuer.symbol}"
    else:
        symbol = f"{issuer.symbol}-{office}" if office else issuer.symbol
    return number, symbol, f"{number}/{symbol}"


_COPIES: Mapping[str, tuple[str, ...]] = {
    "ministry": ("Bộ trưởng (để báo cáo)", "Sở Nội vụ các tỉnh, thành phố"),
    "province": ("CT, các PCT UBND tỉnh", "CVP, các PCVP"),
    "department": ("Giám đốc Sở (để báo cáo)",),
    "affiliate": ("Ban Giám đốc",),
    "commune": ("TT Đảng ủy, HĐND cấp xã", "CT, các PCT UBND"),
    "district": ("TT cấp ủy, HĐND", "CT, các PCT UBND"),
    "party": ("Thường trực Tỉnh ủy (để báo cáo)",),
    "mass": ("Thường trực (để báo cáo)",),
    "branch": ("Ban Giám đốc (để báo cáo)",),
    "firm": (),
}


def _recipients(subject: Subject, issuer: Correspondent, office: str) -> tuple[str, ...]:
    first: tuple[str, ...] = ("Như trên",)
    if subject.kind not in _ADDRESSED:
        first = ("Sở Nội vụ",) if issuer.group != "province" else ("Các sở, ban, ngành", "UBND các xã, phường")
    return (*first, *_COPIES[issuer.group], f"Lưu: VT, {office}" if office else "Lưu: VT")

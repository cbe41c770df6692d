"""Sở Nội vụ tỉnh Nam Khê, a department of home affairs in a province that does not exist.

The province code H77 is outside the range given to real provinces (H01 to H63), so that nothing made here
can be taken for a document of a real agency.
"""

from __future__ import annotations

from datetime import date

from .model import Agency, SignatureAuthority, Unit
from .people import DEMO_ACCOUNTS, PEOPLE, PEOPLE_BY_USERNAME, head_of, officer_of, officers_of

__all__ = [
    "AGENCY",
    "AUTHORITIES",
    "DEMO_ACCOUNTS",
    "PEOPLE",
    "PEOPLE_BY_USERNAME",
    "UNITS",
    "UNITS_BY_KEY",
    "authority_for",
    "deputy_for",
    "head_of",
    "officer_of",
    "officers_of",
]

AGENCY = Agency(
    name="Sở Nội vụ tỉnh Nam Khê",
    name_en="Department of Home Affairs of Nam Khê Province",
    short_name="Sở Nội vụ Nam Khê",
    abbreviation="SNV",
    superior="Ủy ban nhân dân tỉnh Nam Khê",
    head_title="Giám đốc",
    place="Nam Khê",
    code="H77.02",
    old_code="000.00.02.H77",
    address="Số 18 đường Hòa Bình, phường Tân An, tỉnh Nam Khê",
    phone="0299 3 000 018",
    email="sonoivu@namkhe.example",
)

_UNIT_ROWS: tuple[tuple[str, str, str], ...] = (
    ("BGĐ", "Ban Giám đốc", "Board of Directors"),
    ("VP", "Văn phòng Sở", "Office of the Department"),
    ("TTr", "Thanh tra Sở", "Inspectorate"),
    ("CCHC", "Phòng Cải cách hành chính", "Administrative Reform Division"),
    ("TCBC", "Phòng Tổ chức, biên chế", "Organisation and Staffing Division"),
    ("CCVC", "Phòng Công chức, viên chức", "Civil Servants and Public Employees Division"),
    ("XDCQ", "Phòng Xây dựng chính quyền", "Local Government Division"),
    ("NCC", "Phòng Người có công", "National Merit Division"),
    ("LĐVL", "Phòng Lao động, việc làm", "Labour and Employment Division"),
    ("TĐKT", "Phòng Thi đua, khen thưởng", "Emulation and Commendation Division"),
    ("VTLT", "Phòng Văn thư, lưu trữ", "Records and Archives Division"),
    ("KHTC", "Phòng Kế hoạch, tài chính", "Planning and Finance Division"),
)

UNITS: tuple[Unit, ...] = tuple(
    Unit(key, name, name_en, head_of(key).username, order)
    for order, (key, name, name_en) in enumerate(_UNIT_ROWS, start=1)
)
UNITS_BY_KEY: dict[str, Unit] = {unit.key: unit for unit in UNITS}

# Which deputy answers for which fields; the director keeps the rest and may take any.
DEPUTY_FIELDS: dict[str, tuple[str, ...]] = {
    "phogiamdoc": ("cchc", "ccvc", "dtbd", "vtlt", "hc"),
    "phuc.lh": ("ncc", "ldvl", "tdkt", "pctt"),
    "khoa.tm": ("tcbc", "xdcq", "tn", "hoi"),
}

# Kinds the chief of office signs by order of the director (TL.), as the working regulation lists them.
# "CV" is held with the field "hc": letters that only remind, forward or arrange within the office's own work.
OFFICE_KINDS: tuple[str, ...] = ("GM", "GGT", "PG", "PC", "PB", "GNP", "SY", "SL", "TrS")

_BASES: tuple[tuple[str, date, date | None], ...] = (
    ("Quyết định phân công 09/QĐ-SNV ngày 08/01/2024", date(2024, 1, 1), date(2025, 3, 2)),
    ("Quyết định phân công 21/QĐ-SNV ngày 03/3/2025", date(2025, 3, 3), date(2025, 7, 6)),
    ("Quyết định phân công 187/QĐ-SNV ngày 07/7/2025", date(2025, 7, 7), date(2026, 1, 5)),
    ("Quyết định phân công 12/QĐ-SNV ngày 06/01/2026", date(2026, 1, 6), None),
)
_REGULATIONS: tuple[tuple[str, date, date | None], ...] = (
    (
        "Quy chế làm việc ban hành kèm theo Quyết định 11/QĐ-SNV ngày 09/01/2024",
        date(2024, 1, 1),
        date(2026, 1, 5),
    ),
    ("Quy chế làm việc ban hành kèm theo Quyết định 15/QĐ-SNV ngày 06/01/2026", date(2026, 1, 6), None),
)
_DIRECTOR_BASIS = "Quyết định bổ nhiệm 1187/QĐ-UBND ngày 15/12/2023 của Chủ tịch UBND tỉnh"


def _authorities() -> tuple[SignatureAuthority, ...]:
    rows = [SignatureAuthority("giamdoc", "", ("GIÁM ĐỐC",), (), (), _DIRECTOR_BASIS, date(2024, 1, 1), None)]
    for username, fields in DEPUTY_FIELDS.items():
        for basis, since, until in _BASES:
            rows.append(
                SignatureAuthority(username, "KT.", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), fields, (), basis, since, until)
            )
    chief = head_of("VP").username
    lines = ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")
    for basis, since, until in _REGULATIONS:
        rows.append(SignatureAuthority(chief, "TL.", lines, (), OFFICE_KINDS, basis, since, until))
        rows.append(SignatureAuthority(chief, "TL.", lines, ("hc",), ("CV",), basis, since, until))
    return tuple(rows)


AUTHORITIES: tuple[SignatureAuthority, ...] = _authorities()


def deputy_for(field_key: str) -> str:
    """The leader who instructs and signs in a field: its deputy, or the director where no deputy has it."""
    for username, fields in DEPUTY_FIELDS.items():
        if field_key in fields:
            return username
    return "giamdoc"


def authority_for(username: str, kind: str, field_key: str, on: date) -> SignatureAuthority:
    """The authority under which a person signs; LookupError when they hold none."""
    for row in AUTHORITIES:
        if row.username == username and row.covers(kind, field_key, on):
            return row
    raise LookupError(f"{username} may not sign {kind} in {field_key} on {on}")

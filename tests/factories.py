"""A small office for tests: made of rows where the rows are catalogue, through services where they are work."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from edocs import clock
from edocs.deadlines.models import CalendarDay, OfficeHours
from edocs.documents.choices import Direction
from edocs.documents.models import Blob, Book, Document
from edocs.documents.services.registering import GivenFile, IncomingFields, register_incoming
from edocs.documents.storage import keep
from edocs.office.models import (
    Agency,
    Authority,
    Correspondent,
    DocumentKind,
    Field,
    Person,
    Position,
    RoleGrant,
    Unit,
)
from edocs.workflow.models import ChainTemplate, StepTemplate

PASSWORD = "mat-khau-thu-nghiem"


def moment(day: str, hour: str = "08:30") -> dt.datetime:
    """An aware moment in the office's time zone: moment("2026-10-13", "08:30")."""
    return timezone.make_aware(dt.datetime.fromisoformat(f"{day}T{hour}"))


def person(username: str, full_name: str, unit: Unit | None, *roles: str, position: str = "Chuyên viên") -> Person:
    post, _ = Position.objects.get_or_create(name=position)
    made = Person(username=username, full_name=full_name, unit=unit, position=post)
    made.set_password(PASSWORD)
    made.save()
    RoleGrant.objects.bulk_create(RoleGrant(person=made, role=role) for role in roles)
    return made


class Office:
    """The people and catalogues that most tests need; attributes are the usual actors."""

    def __init__(self) -> None:
        self.agency = Agency.objects.create(
            name="Sở Nội vụ tỉnh Nam Khê",
            short_name="Sở Nội vụ",
            superior="UBND tỉnh Nam Khê",
            abbreviation="SNV",
            place="Nam Khê",
            code="H99.07",
        )
        self.board = Unit.objects.create(name="Ban Giám đốc", abbreviation="BGĐ", order=1)
        self.bureau = Unit.objects.create(name="Văn phòng Sở", abbreviation="VP", order=2)
        self.reform = Unit.objects.create(name="Phòng Cải cách hành chính", abbreviation="CCHC", order=3)
        self.staff = Unit.objects.create(name="Phòng Tổ chức, biên chế", abbreviation="TCBC", order=4)
        self.clerk = person("vanthu", "Đỗ Thị Mai Hương", self.bureau, "clerk", "officer", position="Văn thư")
        self.director = person("giamdoc", "Trần Quốc Thịnh", self.board, "leader", position="Giám đốc")
        self.deputy = person("phogiamdoc", "Nguyễn Thị Hồng Nhung", self.board, "leader", position="Phó Giám đốc")
        self.bureau_head = person(
            "chanhvanphong",
            "Phạm Văn Khải",
            self.bureau,
            "unit_head",
            "format_checker",
            position="Chánh Văn phòng",
        )
        self.head = person("truongphong", "Vũ Đức Anh", self.reform, "unit_head", position="Trưởng phòng")
        self.officer = person("chuyenvien", "Hoàng Thị Thanh Huyền", self.reform, "officer")
        self.other_head = person("truongphong2", "Bùi Thế Duyệt", self.staff, "unit_head", position="Trưởng phòng")
        self.stranger = person("nguoingoai", "Lê Văn Ngoại", self.staff, "officer")
        self.admin = person("quantri", "Ngô Quản Trị", self.bureau, "administrator")
        self.inactive = person("nghiviec", "Tạ Nghỉ Việc", self.reform, "officer")
        Person.objects.filter(pk=self.inactive.pk).update(is_active=False)
        self.inactive.refresh_from_db()
        for unit, head in (
            (self.board, self.director),
            (self.bureau, self.bureau_head),
            (self.reform, self.head),
            (self.staff, self.other_head),
        ):
            unit.head = head
            unit.save()
        self.letter = DocumentKind.objects.create(name="Công văn", name_en="Official letter", order=18)
        self.decision = DocumentKind.objects.create(name="Quyết định", name_en="Decision", abbreviation="QĐ", order=2)
        self.field = Field.objects.create(name="Cải cách hành chính", unit=self.reform)
        self.province = Correspondent.objects.create(
            name="UBND tỉnh Nam Khê", abbreviation="UBND", code="H99", code_old="000.00.00.H99"
        )
        self.ministry = Correspondent.objects.create(name="Bộ Nội vụ", abbreviation="BNV", code="G09")
        self.book_in = Book.objects.create(name="Sổ văn bản đến", direction=Direction.INCOMING, agency=self.agency)
        self.book_out = Book.objects.create(name="Sổ văn bản đi", direction=Direction.OUTGOING, agency=self.agency)
        self._authorities()
        self.chain = ChainTemplate.objects.create(name="Văn bản thường")
        for order, kind in enumerate(("content", "format", "sign")):
            StepTemplate.objects.create(chain=self.chain, kind=kind, order=order)
        OfficeHours.objects.create(
            since=dt.date(2024, 1, 1),
            morning_from=dt.time(7, 30),
            morning_to=dt.time(11, 30),
            afternoon_from=dt.time(13, 30),
            afternoon_to=dt.time(17, 30),
        )
        CalendarDay.objects.create(day=dt.date(2026, 1, 1), kind="holiday", name="Tết Dương lịch")

    def _authorities(self) -> None:
        since = dt.date(2024, 1, 1)
        Authority.objects.create(
            person=self.director, own_title="Giám đốc", basis="Quyết định 01/QĐ-UBND", valid_from=since
        )
        Authority.objects.create(
            person=self.deputy,
            prefix="KT.",
            head_title="Giám đốc",
            own_title="Phó Giám đốc",
            basis="Quyết định 12/QĐ-SNV",
            valid_from=since,
        )


def blob(content: bytes = b"", media_type: str = "application/pdf") -> Blob:
    """Stored bytes; without content, a small unique PDF-like body is not enough: pass real bytes where it matters."""
    return keep([content or hashlib.sha256(str(clock.now()).encode()).digest()], media_type)


def incoming(office: Office, **changes: Any) -> Document:
    """A registered incoming document, made by the service."""
    files = changes.pop("files", None)
    by = changes.pop("by", office.clerk)
    values: dict[str, Any] = {
        "kind": office.letter,
        "issuer": office.province,
        "issuer_name": "",
        "number": "3987",
        "symbol": "UBND-NC",
        "issued_on": clock.today(),
        "summary": "V/v khắc phục tồn tại, hạn chế về Chỉ số cải cách hành chính năm 2025",
    } | changes
    given = files if files is not None else []
    return register_incoming(fields=IncomingFields(**values), files=given, by=by, repeats_accepted=True)


def given(content: bytes, name: str = "van-ban.pdf", pages: int = 1) -> GivenFile:
    return GivenFile(blob=blob(content), name=name, pages=pages)

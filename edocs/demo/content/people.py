"""The sixty people of the demonstration department and the ten accounts that visitors are given.

Every name is invented. A username is the given name and the initials of the rest (``huyen.htt``), except
for the ten demonstration accounts, which have short ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from random import Random

from .model import Person, Role

_HEAD = "Trưởng phòng"
_DEPUTY_HEAD = "Phó Trưởng phòng"
_OFFICER = "Chuyên viên"
_SENIOR = "Chuyên viên chính"

# unit, then one line a person: full name; position; courtesy; short username of a demonstration account or ""
_STAFF: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "BGĐ",
        (
            ("Trần Quốc Thịnh", "Giám đốc", "anh", "giamdoc"),
            ("Nguyễn Thị Hồng Nhung", "Phó Giám đốc", "chị", "phogiamdoc"),
            ("Lê Hoàng Phúc", "Phó Giám đốc", "anh", ""),
            ("Trịnh Minh Khoa", "Phó Giám đốc", "anh", ""),
        ),
    ),
    (
        "VP",
        (
            ("Phạm Văn Khải", "Chánh Văn phòng", "anh", "chanhvanphong"),
            ("Đinh Thị Thu Trang", "Phó Chánh Văn phòng", "chị", ""),
            ("Đỗ Thị Mai Hương", "Văn thư", "chị", "vanthu"),
            ("Lê Thị Diễm My", "Văn thư", "chị", ""),
            ("Hồ Đăng Khôi", "Chuyên viên quản trị hệ thống", "anh", "quantri"),
            ("Mai Xuân Bách", _OFFICER, "anh", ""),
            ("Tạ Thị Lan Anh", _OFFICER, "chị", ""),
            ("Cao Thị Ngọc Bích", "Cán sự", "chị", ""),
        ),
    ),
    (
        "TTr",
        (
            ("Lương Đình Chiến", "Chánh Thanh tra", "anh", ""),
            ("Võ Thị Minh Tâm", "Phó Chánh Thanh tra", "chị", ""),
            ("Phan Công Luận", "Thanh tra viên", "anh", ""),
            ("Nguyễn Thị Thanh Thủy", "Thanh tra viên", "chị", ""),
        ),
    ),
    (
        "CCHC",
        (
            ("Vũ Đức Anh", _HEAD, "anh", "truongphong1"),
            ("Trần Thị Quỳnh Chi", _DEPUTY_HEAD, "chị", ""),
            ("Hoàng Thị Thanh Huyền", _OFFICER, "chị", "chuyenvien1"),
            ("Nguyễn Phan Quỳnh Như", _OFFICER, "chị", "chuyenvien2"),
            ("Dương Gia Bảo", _OFFICER, "anh", ""),
            ("Huỳnh Tấn Đạt", _SENIOR, "anh", ""),
        ),
    ),
    (
        "TCBC",
        (
            ("Ngô Quang Trưởng", _HEAD, "anh", ""),
            ("Bùi Thị Phương Thảo", _DEPUTY_HEAD, "chị", ""),
            ("Lê Tuấn Kiệt", _SENIOR, "anh", ""),
            ("Đặng Thị Hồng Vân", _OFFICER, "chị", ""),
            ("Trương Hữu Lộc", _OFFICER, "anh", ""),
        ),
    ),
    (
        "CCVC",
        (
            ("Bùi Thế Duyệt", _HEAD, "anh", "truongphong2"),
            ("Phạm Thị Ngọc Hân", _DEPUTY_HEAD, "chị", ""),
            ("Nguyễn Hữu Tường", _OFFICER, "anh", "chuyenvien3"),
            ("Lý Thị Kim Ngân", _OFFICER, "chị", "chuyenvien4"),
            ("Đoàn Mạnh Cường", _SENIOR, "anh", ""),
            ("Võ Ngọc Tường Vy", _OFFICER, "chị", ""),
        ),
    ),
    (
        "XDCQ",
        (
            ("Đặng Ngọc Uyên", _HEAD, "chị", ""),
            ("Hà Trọng Nghĩa", _DEPUTY_HEAD, "anh", ""),
            ("Nguyễn Thị Diệu Linh", _OFFICER, "chị", ""),
            ("Phan Anh Dũng", _SENIOR, "anh", ""),
            ("Trần Bảo Ngọc", _OFFICER, "chị", ""),
        ),
    ),
    (
        "NCC",
        (
            ("Tôn Nữ Khánh Linh", _HEAD, "chị", ""),
            ("Đỗ Xuân Hòa", _DEPUTY_HEAD, "anh", ""),
            ("Nguyễn Thị Mỹ Duyên", _OFFICER, "chị", ""),
            ("Lê Văn Thành", _SENIOR, "anh", ""),
            ("Phạm Hoài Thương", _OFFICER, "chị", ""),
            ("Hồ Sỹ Quý", _OFFICER, "anh", ""),
        ),
    ),
    (
        "LĐVL",
        (
            ("Phan Thị Bích Ngọc", _HEAD, "chị", ""),
            ("Nguyễn Trung Hiếu", _DEPUTY_HEAD, "anh", ""),
            ("Trịnh Thị Kiều Oanh", _SENIOR, "chị", ""),
            ("Bùi Quang Huy", _OFFICER, "anh", ""),
            ("Đinh Hải Yến", _OFFICER, "chị", ""),
        ),
    ),
    (
        "TĐKT",
        (
            ("Nguyễn Bá Thọ", _HEAD, "anh", ""),
            ("Lâm Thị Cẩm Tú", _DEPUTY_HEAD, "chị", ""),
            ("Vũ Thị Hải Đường", _OFFICER, "chị", ""),
            ("Ngô Minh Triết", _OFFICER, "anh", ""),
        ),
    ),
    (
        "VTLT",
        (
            ("Trần Thị Kim Liên", _HEAD, "chị", ""),
            ("Hoàng Công Sự", _DEPUTY_HEAD, "anh", ""),
            ("Đào Thị Thúy Hằng", "Lưu trữ viên", "chị", ""),
            ("Mai Đức Toàn", _OFFICER, "anh", ""),
        ),
    ),
    (
        "KHTC",
        (
            ("Nguyễn Thị Tố Uyên", _HEAD, "chị", ""),
            ("Phùng Văn Tài", "Kế toán trưởng", "anh", ""),
            ("Lê Ngọc Ánh", "Kế toán viên", "chị", ""),
        ),
    ),
)

_OFFICER_ONLY = frozenset({Role.OFFICER})
_HEAD_POSITIONS = {_HEAD, "Chánh Văn phòng", "Chánh Thanh tra"}


def username_of(full_name: str) -> str:
    """ "Hoàng Thị Thanh Huyền" becomes "huyen.htt"."""
    folded = unicodedata.normalize("NFD", full_name.replace("Đ", "D").replace("đ", "d"))
    words = "".join(each for each in folded if not unicodedata.combining(each)).lower().split()
    return f"{words[-1]}.{''.join(word[0] for word in words[:-1])}"


def _roles(unit: str, position: str) -> frozenset[Role]:
    if unit == "BGĐ":
        return frozenset({Role.LEADER, Role.UNIT_HEAD} if position == "Giám đốc" else {Role.LEADER})
    roles = {Role.UNIT_HEAD} if position in _HEAD_POSITIONS else {Role.OFFICER}
    if position == "Văn thư":
        roles = {Role.CLERK}
    if position in {"Chánh Văn phòng", "Phó Chánh Văn phòng"}:
        roles.add(Role.FORMAT_CHECKER)
    if position == "Chuyên viên quản trị hệ thống":
        roles.add(Role.ADMINISTRATOR)
    return frozenset(roles)


def _people() -> Iterator[Person]:
    for unit, members in _STAFF:
        for full_name, position, courtesy, short in members:
            username = short or username_of(full_name)
            yield Person(username, full_name, unit, position, _roles(unit, position), courtesy)


PEOPLE: tuple[Person, ...] = tuple(_people())
PEOPLE_BY_USERNAME: dict[str, Person] = {person.username: person for person in PEOPLE}

DEMO_ACCOUNTS: tuple[str, ...] = (
    "vanthu",
    "giamdoc",
    "phogiamdoc",
    "truongphong1",
    "truongphong2",
    "chanhvanphong",
    "chuyenvien1",
    "chuyenvien2",
    "chuyenvien3",
    "chuyenvien4",
    "quantri",
)


def head_of(unit: str) -> Person:
    """The head of a unit, the first person of its list."""
    return next(person for person in PEOPLE if person.unit == unit)


def officers_of(unit: str) -> tuple[Person, ...]:
    """Those who are given work inside a unit: not its head, clerks, format checkers, administrators."""
    return tuple(_working(person for person in PEOPLE if person.unit == unit))


def officer_of(rng: Random, unit: str) -> str:
    """Someone of the unit; the demonstration accounts get most of the work so that visitors see a full desk."""
    people = officers_of(unit)
    weights = [7 if person.username in DEMO_ACCOUNTS else 2 for person in people]
    return rng.choices(people, weights)[0].username


def _working(people: Iterable[Person]) -> Iterator[Person]:
    for person in people:
        if person.roles == _OFFICER_ONLY:
            yield person

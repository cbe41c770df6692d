"""Names in capitals back to ordinary letters: agencies and positions as offices write them in registers."""

from __future__ import annotations

import re
from itertools import pairwise

from .lines import fold

_BODIES = {"uy ban nhan dan": "UBND", "hoi dong nhan dan": "HĐND", "ubnd": "UBND", "hdnd": "HĐND"}
_AREAS = (
    "thanh pho truc thuoc trung uong",
    "thanh pho",
    "thi tran",
    "thi xa",
    "dac khu",
    "tinh",
    "huyen",
    "quan",
    "phuong",
    "xa",
    "tp.",
)
_HEADS = (
    "van phong doan dai bieu quoc hoi",
    "uy ban mat tran to quoc",
    "ban quan ly du an",
    "bao hiem xa hoi",
    "kho bac nha nuoc",
    "vien kiem sat nhan dan",
    "toa an nhan dan",
    "ban quan ly",
    "lien doan lao dong",
    "tong cong ty",
    "tong cuc",
    "chi cuc",
    "trung tam",
    "van phong",
    "hoc vien",
    "benh vien",
    "bo chi huy",
    "cong ty",
    "cong an",
    "thanh tra",
    "ngan hang",
    "tap doan",
    "tinh uy",
    "thanh uy",
    "huyen uy",
    "dang uy",
    "dang bo",
    "chinh phu",
    "thu tuong",
    "quoc hoi",
    "hoi dong",
    "mat tran",
    "uy ban",
    "truong",
    "phong",
    "thue",
    "doan",
    "vien",
    "hoi",
    "cuc",
    "ban",
    "quy",
    "dai",
    "hat",
    "tram",
    "doi",
    "to",
    "vu",
    "so",
    "bo",
)
_SUBORDINATE = ("so ", "phong ", "thanh tra", "ban ", "chi cuc ", "trung tam ", "van phong")
_CAPITAL_AFTER = {"va", "-", "–"}
_WHOLE_POSITIONS = {
    "chanh van phong": "Chánh Văn phòng",
    "pho chanh van phong": "Phó Chánh Văn phòng",
    "chanh thanh tra": "Chánh Thanh tra",
    "pho chanh thanh tra": "Phó Chánh Thanh tra",
}


def _head(folded: str) -> str:
    """The word or words that say what sort of body it is, or nothing."""
    for head in (*_BODIES, *_HEADS):
        if folded == head or folded.startswith(f"{head} "):
            return head
    return ""


def is_known_head(line: str) -> bool:
    """Whether a line begins as the name of an agency does; a word alone ("TRƯỜNG") ends a longer name."""
    return bool(_head(fold(line))) and len(line.split()) > 1


def _area(folded: str) -> str:
    for area in _AREAS:
        if folded.startswith(f"{area} "):
            return area
    return ""


def joined_agencies(lines: list[str]) -> list[str]:
    """Lines at the top left joined into names: a line that begins no name continues the one above."""
    names: list[str] = []
    for line in lines:
        begins = is_known_head(line) and not (names and _ends_open(names[-1]))
        if begins or not names:
            names.append(line)
        else:
            names[-1] = f"{names[-1]} {line}"
    return names


def _ends_open(name: str) -> bool:
    """A name cannot end in these: the next line belongs to it."""
    last = fold(name).split()[-1]
    return last in {"va", "-", "cua", "ve"} or name.endswith(",")


def agency_name(capitals: str) -> str:
    """A name in capitals in ordinary letters: "SỞ NỘI VỤ" → "Sở Nội vụ", "ỦY BAN NHÂN DÂN XÃ X" → "UBND xã X"."""
    if capitals != capitals.upper():
        return capitals
    folded = fold(capitals)
    head = _head(folded)
    rest = capitals[len(head) :].strip()
    if head in _BODIES:
        return f"{_BODIES[head]} {_with_area(rest)}".strip()
    shown = _first_capital(capitals[: len(head)]) if head else ""
    return f"{shown} {_with_area(rest)}".strip()


def _with_area(text: str) -> str:
    """Ordinary letters; the name after "tỉnh", "xã" … has a capital in each syllable."""
    words = text.split()
    for index in range(len(words)):
        tail = " ".join(words[index:])
        area = _area(fold(tail))
        if area:
            count = len(area.split())
            named = [_first_capital(word) for word in words[index + count :]]
            shown = [word.lower() for word in words[index : index + count]]
            return " ".join([*_ordinary(words[:index]), *shown, *named])
    return " ".join(_ordinary(words))


def _ordinary(words: list[str]) -> list[str]:
    """The first word, and those after "và", a comma or a dash, with a capital; abbreviations stay."""
    shown: list[str] = []
    capital = True
    for word in words:
        if _is_abbreviation(word):
            shown.append(word)
        else:
            shown.append(_first_capital(word) if capital else word.lower())
        capital = fold(word) in _CAPITAL_AFTER or word.endswith(",")
    return shown


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and not re.search("[aeiouy]", fold(word)) and word.isalpha()


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def issuer_name(names: list[str]) -> str:
    """The issuing agency as a register names it: a department without an area takes that of its superior."""
    shown = agency_name(names[-1])
    folded = fold(names[-1])
    has_area = any(f" {area} " in f" {folded} " for area in _AREAS)
    if len(names) < 2 or has_area or not f"{folded} ".startswith(_SUBORDINATE):
        return shown
    superior = agency_name(names[-2])
    match = re.match(r"(?:UBND|HĐND)\s+(.+)", superior)
    return f"{shown} {match[1]}" if match else shown


def position_name(capitals: str) -> str:
    """A position in capitals in ordinary letters: "PHÓ GIÁM ĐỐC" → "Phó Giám đốc"."""
    known = _WHOLE_POSITIONS.get(fold(capitals))
    if known:
        return known
    if capitals != capitals.upper():
        return capitals
    words = capitals.split()
    shown = [_first_capital(words[0])] if words else []
    for previous, word in pairwise(words):
        capital = fold(previous) in {"pho", "quyen", "chanh"} | _CAPITAL_AFTER
        shown.append(_first_capital(word) if capital else word.lower())
    return _area_capitals(" ".join(shown))


def _area_capitals(text: str) -> str:
    match = re.search(r"\s(tỉnh|thành phố|xã|phường|huyện|quận)\s(.+)$", text)
    if not match:
        return text
    return f"{text[: match.start(2)]}{' '.join(map(_first_capital, match[2].split()))}"

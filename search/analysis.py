"""The one definition of how Vietnamese text becomes search terms, for the index and for the query alike.

A text is cleaned (:func:`clean`), its tone marks are put where the old spelling puts them
(:func:`normalize`), and it is cut into syllables and numbers. Each syllable has two forms:

* *exact*: lower case with its accents (``ủy``, ``quyền``);
* *folded*: without accents, ``đ`` as ``d`` and a closing ``y`` as ``i`` where spelling varies
  (``quy``/``qui``, ``kỹ``/``kĩ``), so that a query typed without accents finds the word.

Two neighbouring syllables joined by ``_`` are a *pair* (``cong_van``): the cheap word segmentation of a
language that writes its words in several syllables. Numbers and symbols of documents
(``168/2024/NĐ-CP``) are found by their parts and, through :func:`fold_code`, as a whole, however they
are typed.

Nothing here depends on an engine; an engine only has to split what it is given at blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

LONGEST_TERM = 40
"""Characters. Longer runs of letters are noise (broken PDF text, encoded data) and are left out."""

_LETTERS = r"[^\W\d_]"
_TERM = re.compile(rf"\d+|{_LETTERS}+")
_CODE_PART = re.compile(r"[0-9]+|[A-Z]+")

_COMPOUND = re.compile(r"[^\W_]+(?:[/-][^\W_]+)+")

_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_FINAL_Y = re.compile(rf"(?<!{_LETTERS})(qu|[hklmstv])y(?!{_LETTERS})")


def _clean_table() -> dict[int, str | None]:
    """Look-alikes of Đ, characters without width, stray combining marks, and İ (its lower case is longer)."""
    table: dict[int, str | None] = {
        0x00D0: "Đ",  # Icelandic Eth, from old conversions
        0x0189: "Đ",  # African D
        0x00F0: "đ",
        0x0256: "đ",
        0x0130: "I",
        0x00AD: None,  # soft hyphen
        0xFEFF: None,
        0x0000: " ",
    }
    table.update(dict.fromkeys(range(0x200B, 0x2010)))
    table.update(dict.fromkeys(range(0x0300, 0x0370)))
    table.update(dict.fromkeys(range(0xD800, 0xE000)))  # halves of characters cannot be stored
    return table


def _fold_table() -> dict[int, str]:
    """Every Latin letter with marks to its bare letter, one character for one character."""
    table = {ord("đ"): "d", ord("Đ"): "D"}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    return table


def _tone_table() -> dict[str, str]:
    """The new place of the tone (``hoà``, ``thuý``) to the old one (``hòa``, ``thúy``) in oa, oe, uy."""
    toned = {"a": "àáảãạ", "e": "èéẻẽẹ", "o": "òóỏõọ", "u": "ùúủũụ", "y": "ỳýỷỹỵ"}
    table: dict[str, str] = {}
    for first, second in ("oa", "oe", "uy"):
        for new, old in zip(toned[second], toned[first], strict=True):
            table[first + new] = old + second
            table[first.upper() + new] = old.upper() + second
            table[first.upper() + new.upper()] = old.upper() + second.upper()
    return table


_CLEAN = _clean_table()
_UNCLEAN = re.compile(f"[{''.join(map(chr, _CLEAN))}]")
_FOLD = _fold_table()
_TONES = _tone_table()
_MISPLACED_TONE = re.compile(rf"(?<![qQ])(?:{'|'.join(_TONES)})(?!{_LETTERS})")


def clean(text: str) -> str:
    """The text as it is stored and shown: NFC, one kind of Đ, nothing without width. Spelling is kept."""
    text = unicodedata.normalize("NFC", text)
    return text.translate(_CLEAN) if _UNCLEAN.search(text) else text


def normalize(text: str) -> str:
    """:func:`clean` text with the tone in its old place where both places are in use.

    Only in an *open* syllable (``hoà`` becomes ``hòa``, ``hoàn`` stays) and not after q (``quý`` stays).
    """
    return _MISPLACED_TONE.sub(lambda match: _TONES[match.group()], clean(text))


def fold(text: str) -> str:
    """Lower case without accents, character for character: offsets are those of ``clean(text)``.

    Expects cleaned text; the place of a tone does not matter here since the tone is dropped.
    """
    return text.lower().translate(_FOLD)


def has_accents(text: str) -> bool:
    """Whether the text holds any Vietnamese letter beyond a to z, that is, was typed with accents."""
    cleaned = clean(text).lower()
    return fold(cleaned) != cleaned


@dataclass(frozen=True, slots=True)
class Terms:
    """The syllables and numbers of a text in reading order; ``exact[i]`` and ``folded[i]`` are one word."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]

    @property
    def pairs(self) -> list[str]:
        """Folded neighbours: ``["cong_van", "van_den"]``."""
        return pairs(self.folded)

    @property
    def exact_pairs(self) -> list[str]:
        """Accented neighbours: ``["công_văn", "văn_đến"]``."""
        return pairs(self.exact)


class _Forms(dict[str, tuple[tuple[str, ...], tuple[str, ...]]]):
    """Lower-case text between blanks → its exact and its folded terms.

    A language has few syllables: most are met again, and looking one up is faster than cutting it.
    """

    LARGEST = 200_000
    LONGEST_KEPT = 30

    def __missing__(self, written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        tokens = [token for token in _TERM.findall(written) if len(token) <= LONGEST_TERM]
        exact = [token.lstrip("0") or "0" if token[0].isdigit() else normalize(token) for token in tokens]
        forms = tuple(exact), tuple(_FINAL_Y.sub(r"\1i", fold(term)) for term in exact)
        if len(written) <= self.LONGEST_KEPT:
            if len(self) >= self.LARGEST:
                self.clear()
            self[written] = forms
        return forms


_FORMS = _Forms()


def terms(text: str) -> Terms:
    """Cut a text into terms. ``05`` is ``5``; terms over 40 characters are left out."""
    forms = [_FORMS[written] for written in clean(text).lower().split()]
    exact, folded = chain.from_iterable([one for one, _ in forms]), chain.from_iterable([one for _, one in forms])
    return Terms(tuple(exact), tuple(folded))


def located_terms(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, folded and exact form of each term in a cleaned text."""
    for match in _TERM.finditer(text.lower()):
        exact, folded = _FORMS[match.group()]
        if folded:
            yield match.start(), match.end(), folded[0], exact[0]


def pairs(syllables: Sequence[str]) -> list[str]:
    """Neighbouring syllables joined by an underscore."""
    return [f"{first}_{second}" for first, second in pairwise(syllables)]


def code_parts(text: str) -> list[str]:
    """Numbers and groups of letters of a document's number and symbol, folded and in capitals.

    ``Số: 015/QĐ-UBND`` gives ``["15", "QD", "UBND"]``.
    """
    parts = _CODE_PART.findall(_LEADING_ZEROS.sub("", fold(clean(text))).upper())
    return parts[1:] if len(parts) > 1 and parts[0] == "SO" and parts[1].isdigit() else parts


def join_code(parts: Iterable[str]) -> str:
    """One key from the parts; only two numbers side by side need a stroke to stay apart."""
    key = ""
    for part in parts:
        key += f"/{part}" if key[-1:].isdigit() and part[0].isdigit() else part
    return key


def fold_code(text: str) -> str:
    """The key under which a number and symbol is looked up, the same for every way of typing it.

    ``15/QĐ-UBND``, ``15 QD UBND``, ``15qđubnd`` and ``Số 15/QĐ-UBND`` give ``15QDUBND``;
    ``168/2024/NĐ-CP`` gives ``168/2024NDCP``. Not for display. Empty for a text without letters or digits.
    """
    return join_code(code_parts(text))


def code_prefixes(text: str) -> list[str]:
    """Keys of the beginnings of a code, not of the whole: ``15``, ``15QD`` for 15/QĐ-UBND."""
    parts = code_parts(text)
    return [join_code(parts[:length]) for length in range(1, len(parts))]


def cited_codes(text: str) -> list[str]:
    """Keys of all numbers and symbols written in a running text, in order, with those of the symbol alone.

    A text that says ``căn cứ Nghị định số 168/2024/NĐ-CP`` gives ``168/2024NDCP`` and ``NDCP``.
    """
    found: list[str] = []
    # The number is often filled in later, which leaves blanks around the stroke: "Số: 15  /QĐ-UBND". A hyphen
    # between blanks is punctuation.
    cleaned = clean(text)
    for dash in "\u2010\u2011\u2013":
        cleaned = cleaned.replace(dash, "-")
    if "/" not in cleaned and "-" not in cleaned:
        return found
    joined = " ".join(cleaned.split()).replace(" /", "/").replace("/ ", "/")
    compounds = " ".join([word for word in joined.split(" ") if "/" in word or "-" in word])
    for match in _COMPOUND.finditer(compounds):
        parts = code_parts(match.group())
        if not 2 <= len(parts) <= 12:
            continue
        found.append(join_code(parts))
        symbol = list(parts)
        while symbol and symbol[0].isdigit():
            symbol.pop(0)
        if symbol and len(symbol) < len(parts):
            found.append(join_code(symbol))
    return [key for key in found if len(key) <= 2 * LONGEST_TERM]

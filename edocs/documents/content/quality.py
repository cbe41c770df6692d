"""How good the text layer of a page is, in which language it is, and whether its picture has to be read instead.

Text layers lie: fonts without a table of their letters, old Vietnamese encodings (TCVN3, VNI), copiers that read
Vietnamese as English (domain §9, 9 and 17).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from edocs.limited import ReadPage
from search.analysis import fold, has_accents

GOOD = 70
"""A text under this quality is not believed: the picture is read instead."""

_FEW_WORDS = 25  # so many stand on a picture when somebody stamped or signed a scan
_PICTURE, _FULL_PICTURE = 0.4, 0.7  # parts of the page
_BARE = 0.03  # share of accented words under which a text was read by a machine that knows no Vietnamese
_ENOUGH = 20  # words of which one can say something

_VOWELS = (
    "a|e|i|o|u|y|ai|ao|au|ay|eo|eu|ia|ieu|iu|oa|oai|oao|oay|oe|oeo|oi|oo|ua|uay|ue|ueu|ui|uo|uoi|uou|uu|uy|uya|uye|uyu|"
    "ie|ye|yeu|ya"
)
_SYLLABLE = re.compile(
    rf"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?(?:{_VOWELS})(?:ch|ng|nh|[cmnpt])?|gi[nm]?"
)
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_EDGE = re.compile(r"^[\s!-/:-@\[-`{-~“”‘’„…–—«»·•№°%]+|[\s!-/:-@\[-`{-~“”‘’„…–—«»·•№°%]+$")
_LETTERS = frozenset("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")
_ENGLISH = frozenset(
    {"the", "of", "and", "to", "in", "for", "is", "that", "with", "by", "this", "be", "are", "shall", "or"}
)


def quality_of(words: Iterable[str]) -> int | None:
    """Which part (0 to 100) of the letters stands in words that can be read; None without words."""
    good = whole = 0
    for word in words:
        bare = _PLAIN_EDGE.sub("", word)
        whole += len(bare)
        good += len(bare) if bare and _believable(bare) else 0
    return round(100 * good / whole) if whole else None


@lru_cache(maxsize=20_000)
def _believable(word: str) -> bool:
    """Numbers and codes, Vietnamese syllables, Latin words with a vowel or in capitals, words of other scripts."""
    rest = _WORD.sub("", word)
    if any(ord(sign) > 0x7E and sign not in "–—“”‘’…°²³½€₫×" for sign in rest):
        return False  # signs between the letters: "céng hßa x· héi"
    return all(_is_word(part) for part in _WORD.findall(word))


def _is_word(part: str) -> bool:
    lower = part.lower()
    if all(ord(sign) > 0x24F and not 0x1E00 <= ord(sign) <= 0x1EFF for sign in lower):
        return all(not 0xE000 <= ord(sign) <= 0xF8FF for sign in lower)
    if any(not sign.isascii() and sign not in _LETTERS for sign in lower):
        return False
    if not lower.isascii():
        return _is_syllable(lower)
    return len(part) <= 20 and (part.isupper() or len(part) == 1 or any(sign in "aeiouy" for sign in lower))


def _is_syllable(lower: str) -> bool:
    return _SYLLABLE.fullmatch(fold(lower)) is not None


def language_of(words: Sequence[str]) -> str:
    """``vi`` or ``en``; empty when there is too little text, or neither."""
    plain = [bare for word in words if (bare := _PLAIN_EDGE.sub("", word).lower()).isalpha()]
    if len(plain) < _ENOUGH:
        return ""
    if sum(has_accents(word) for word in plain) > len(plain) * 0.2:
        return "vi"
    return "en" if sum(word in _ENGLISH for word in plain) > len(plain) * 0.1 else ""


def is_bare(words: Sequence[str]) -> bool:
    """Whether a text of some length has next to no accents and is not English either."""
    plain = [bare for word in words if (bare := _PLAIN_EDGE.sub("", word)).isalpha()]
    accented = sum(has_accents(word) for word in plain)
    return len(plain) >= _ENOUGH and accented < len(plain) * _BARE and language_of(words) != "en"


def needs_ocr(page: ReadPage) -> bool:
    """Whether the picture of a page says more than its text layer.

    Nothing is on a blank page. A picture with a few words over it is a scan that was stamped or signed; a page of
    junk letters is drawn well, but cannot be found; bare words over a picture come from a copier.
    """
    words = [word.text for line in page.lines for word in line]
    if not words:
        return page.drawn
    if (quality_of(words) or 0) < GOOD:
        return True
    if len(words) < _FEW_WORDS:
        return page.pictures >= _PICTURE
    return page.pictures >= _FULL_PICTURE and is_bare(words)


def keeps_layer(words: Sequence[str]) -> bool:
    """Whether the text layer stays beside what OCR reads: true words over a picture, such as a stamped number."""
    return (quality_of(words) or 0) >= GOOD and not is_bare(words)

"""Known syllables one slip away from an unknown one."""

from __future__ import annotations

from collections.abc import Callable

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST, LONGEST = 2, 12
MOST = 5


def slips(syllable: str) -> set[str]:
    """Every string that one missing, additional, wrong or exchanged letter makes of a folded syllable."""
    cuts = [(syllable[:at], syllable[at:]) for at in range(len(syllable) + 1)]
    made = {head + tail[1:] for head, tail in cuts if tail}
    made |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    made |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in LETTERS}
    made |= {head + letter + tail for head, tail in cuts for letter in LETTERS}
    return made - {syllable, ""}


def known_slips(syllable: str, frequency: Callable[[str], int]) -> list[str]:
    """Up to five known syllables one slip away, most frequent first; none for numbers and single letters."""
    if not SHORTEST <= len(syllable) <= LONGEST or not syllable.isalpha():
        return []
    counted = [(frequency(slip), slip) for slip in slips(syllable) if len(slip) > 1]
    ranked = sorted(((count, slip) for count, slip in counted if count > 0), key=lambda pair: (-pair[0], pair[1]))
    return [slip for _, slip in ranked[:MOST]]

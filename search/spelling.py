"""Known syllables one slip away from an unknown one, and which of them fits its neighbours best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search import fields
from search.view import View

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST, LONGEST = 2, 12
MOST = 5
MOST_RESPELLED = 6
"""Syllables of one query; in one with more unknown words, the slip is not the matter."""


@dataclass(frozen=True, slots=True)
class Respelled:
    """A syllable that no readable document holds, and what is searched in its place."""

    typed: str
    spellings: tuple[str, ...]
    """The most frequent first."""
    best: str
    """The one that stands beside its neighbours most often."""


def slips(syllable: str) -> set[str]:
    """Every string that one missing, additional, wrong or exchanged letter makes of a folded syllable."""
    cuts = [(syllable[:at], syllable[at:]) for at in range(len(syllable) + 1)]
    made = {head + tail[1:] for head, tail in cuts if tail}
    made |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    made |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in LETTERS}
    made |= {head + letter + tail for head, tail in cuts for letter in LETTERS}
    return made - {syllable, ""}


def respell(
    typed: Sequence[str], unknown: Sequence[str], view: View, known: Callable[[Iterable[str]], set[str]]
) -> dict[str, Respelled]:
    """For each unknown syllable up to five known ones; none for numbers, single letters and long ones."""
    tried = [term for term in unknown if SHORTEST <= len(term) <= LONGEST and term.isalpha()][:MOST_RESPELLED]
    made = {term: sorted(slip for slip in slips(term) if len(slip) > 1) for term in tried}
    if not made:
        return {}
    frequencies = view.frequencies(fields.WORDS, sorted({slip for found in made.values() for slip in found}))
    ranked = {
        term: sorted((slip for slip in found if slip in frequencies), key=lambda slip: (-frequencies[slip], slip))[
            :MOST
        ]
        for term, found in made.items()
    }
    readable = known({slip for found in ranked.values() for slip in found})
    kept = {term: [slip for slip in found if slip in readable] for term, found in ranked.items()}
    kept = {term: found for term, found in kept.items() if found}
    best = _beside_neighbours(typed, kept, view)
    return {term: Respelled(term, tuple(found), best[term]) for term, found in kept.items()}


def _beside_neighbours(typed: Sequence[str], kept: dict[str, list[str]], view: View) -> dict[str, str]:
    """For each syllable the spelling whose pairs with its neighbours are in most documents, else the most frequent."""
    pairs: dict[str, set[tuple[str, str]]] = {}  # pair → (syllable as typed, its spelling)
    for first, second in pairwise(typed):
        for one in kept.get(first, [first]):
            for other in kept.get(second, [second]):
                told = {(term, slip) for term, slip in ((first, one), (second, other)) if term in kept}
                if told:
                    pairs.setdefault(f"{one}_{other}", set()).update(told)
    counted = view.frequencies(fields.WORD_PAIRS, sorted(pairs)) if pairs else {}
    support: dict[tuple[str, str], int] = {}
    for pair, frequency in counted.items():
        for chosen in pairs[pair]:
            support[chosen] = support.get(chosen, 0) + frequency
    best = {}
    for term, found in kept.items():
        supported = [support.get((term, slip), 0) for slip in found]
        best[term] = found[supported.index(max(supported))]
    return best

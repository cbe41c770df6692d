"""Random grants and withdrawals: whatever anybody is shown equals what plain Python finds in the same documents."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from search import Engine, Facet, Filters, IndexDocument
from search.analysis import terms
from tests.search.conftest import document

WORDS = ["hòa", "giải", "tranh", "chấp", "đất", "đai", "ngân", "sách", "kế", "hoạch", "báo", "cáo", "giao", "thông"]
TOKENS = [f"u:{at}" for at in range(5)] + ["g:1", "g:2", "r:clerk"]
ISSUERS = ("Sở Nội vụ", "Sở Tài chính", "Công an tỉnh")


def made(chance: random.Random, number: int) -> IndexDocument:
    return document(
        number,
        " ".join(chance.sample(WORDS, 4)),
        " ".join(chance.sample(WORDS, 5)),
        kind=chance.choice(("QĐ", "BC")),
        issuer=chance.choice(ISSUERS),
        signer=f"Nguyễn {chance.choice(WORDS).title()}",
        code=f"{number}/QĐ",
        number=number,
        tokens=chance.sample(TOKENS, chance.randint(0, 3)),
    )


def change(chance: random.Random, engine: Engine, world: dict[str, IndexDocument]) -> None:
    """A grant, a withdrawal, a new document, another text, or one taken out."""
    number = str(chance.randint(1, 60))
    match chance.choice(("grant", "withdraw", "write", "delete")):
        case "write":
            world[number] = made(chance, int(number))
        case "delete":
            world.pop(number, None)
            engine.delete([number])
            return
        case verb if number in world:
            held = set(world[number].tokens)
            token = chance.choice(TOKENS)
            world[number] = replace(world[number], tokens=held | {token} if verb == "grant" else held - {token})
        case _:
            return
    engine.index([world[number]])


def text_of(one: IndexDocument) -> str:
    return f"{one.summary}\n{one.pages[0]}\n{one.issuer} {one.signer} {one.kind} {one.code}"


def pairs_of(one: IndexDocument) -> set[str]:
    return {*terms(one.summary).pairs, *terms(one.pages[0]).pairs}


def tally(values: list[str]) -> dict[str, int]:
    return {value: values.count(value) for value in set(values)}


def check(chance: random.Random, engine: Engine, world: dict[str, IndexDocument]) -> None:
    """One person, one question, every way of learning something."""
    tokens = set(chance.sample(TOKENS, chance.randint(1, 3)))
    may = {one.id: one for one in world.values() if set(one.tokens) & tokens}
    word, excluded = chance.sample(WORDS, 2)
    fit = [
        one
        for one in may.values()
        if terms(word).folded[0] in terms(text_of(one)).folded
        and terms(excluded).folded[0] not in terms(text_of(one)).folded
    ]
    page = engine.search(f"{word} -{excluded}", tokens, facets=list(Facet), limit=100)
    assert {hit.id for hit in page.hits} == {one.id for one in fit}
    assert page.total == len(fit)
    assert {one.value: one.count for one in page.facets["kind"]} == tally([one.kind for one in fit])
    assert {one.value: one.count for one in page.facets["issuer"]} == tally([one.issuer for one in fit])
    for hit in page.hits:
        assert "".join(piece for piece, _ in hit.summary) == may[hit.id].summary
        assert "".join(piece for piece, _ in hit.line) in ("", may[hit.id].pages[0])
        assert {piece.lower() for piece, marked in hit.summary if marked} <= {word}
    kept = Filters(values={"kind": ["QĐ"]})
    assert engine.search("", tokens, filters=kept, limit=100).total == sum(one.kind == "QĐ" for one in may.values())
    suggested = engine.suggest(word, tokens, limit=100)
    assert {one.id for one in suggested if one.kind == "document"} == {
        one.id
        for one in may.values()
        if any(term.startswith(terms(word).folded[0]) for term in terms(one.summary).folded)
    }
    assert {one.text for one in engine.suggest("cong an", tokens) if one.kind == "issuer"} == {
        one.issuer for one in may.values() if one.issuer == "Công an tỉnh"
    }
    if world:
        origin = chance.choice(sorted(world))
        alike = {hit.id for hit in engine.more_like_this(origin, tokens, limit=100)}
        share = {one.id for one in may.values() if pairs_of(one) & pairs_of(world[origin])} - {origin}
        assert alike == (share if origin in may else set())


@pytest.mark.parametrize("seed", range(4))
def test_everything_shown_equals_the_oracle(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    world = {str(number): made(chance, number) for number in range(1, 41)}
    engine.index(world.values())
    for _ in range(12):
        for _ in range(3):
            change(chance, engine, world)
        check(chance, engine, world)
    assert engine.count() == len(world)

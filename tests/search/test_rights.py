"""Nobody learns anything of a document they may not read: not its text, number, count, value or spelling."""

from __future__ import annotations

import random

import pytest

from search import Engine, Facet, Filters, HintCode, IndexDocument, Sort
from tests.search.conftest import document

WORDS = [
    "hòa",
    "giải",
    "tranh",
    "chấp",
    "đất",
    "đai",
    "ngân",
    "sách",
    "kế",
    "hoạch",
    "báo",
    "cáo",
    "thủy",
    "lợi",
    "giao",
    "thông",
]
TOKENS = [f"u:{at}" for at in range(6)] + [f"g:{at}" for at in range(4)] + ["r:clerk"]


@pytest.fixture
def corpus(engine: Engine) -> list[IndexDocument]:
    chance = random.Random(5)
    made = [
        document(
            at,
            " ".join(chance.sample(WORDS, 4)),
            " ".join(chance.sample(WORDS, 6)),
            code=f"{at}/QĐ-UBND",
            number=at,
            kind=chance.choice(("QĐ", "BC", "TB")),
            issuer=chance.choice(("Sở Nội vụ", "Sở Tài chính")),
            year=chance.choice((2024, 2025, 2026)),
            tokens=set(chance.sample(TOKENS, chance.randint(0, 3))),
        )
        for at in range(1, 121)
    ]
    engine.index(made)
    return made


def readable(corpus: list[IndexDocument], tokens: set[str]) -> set[str]:
    return {one.id for one in corpus if set(one.tokens) & tokens}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("sort", list(Sort))
def test_hits_totals_and_facets_are_of_readable_documents_alone(
    engine: Engine, corpus: list[IndexDocument], seed: int, sort: Sort
) -> None:
    chance = random.Random(seed)
    tokens = set(chance.sample(TOKENS, chance.randint(1, 4)))
    word = chance.choice(WORDS)
    may = [one for one in corpus if set(one.tokens) & tokens]
    fit = [one for one in may if word in f"{one.summary} {one.pages[0]}".split()]
    page = engine.search(word, tokens, facets=list(Facet), sort=sort, limit=200)
    assert {hit.id for hit in page.hits} == {one.id for one in fit}
    assert page.total == len(fit)
    assert {count.value: count.count for count in page.facets[Facet.KIND]} == {
        kind: sum(one.kind == kind for one in fit) for kind in {one.kind for one in fit}
    }
    everything = engine.search("", tokens, limit=200)
    assert {hit.id for hit in everything.hits} == {one.id for one in may}
    assert everything.total == len(may)


def test_without_tokens_nothing_is_found(engine: Engine, corpus: list[IndexDocument]) -> None:
    for tokens in (set[str](), {""}, {"u:999"}, {"u"}, {"u:*"}, {"U:1"}):
        page = engine.search("hòa", tokens, facets=list(Facet))
        assert (page.hits, page.total) == ([], 0)
        assert not any(page.facets.values())
        assert engine.search("", tokens).total == 0
        assert engine.suggest("hòa", tokens) == []


def test_a_document_without_tokens_is_found_by_nobody(engine: Engine) -> None:
    engine.index([document(1, "kín", tokens=())])
    assert engine.search("kín", set(TOKENS)).total == 0
    assert engine.count() == 1


def test_a_number_of_a_document_one_may_not_read_is_not_confirmed(engine: Engine) -> None:
    engine.index([document(1, "Mật", code="77/QĐ-UBND", number=77, tokens={"u:2"}), document(2, "Quyết định 77 ubnd")])
    assert [hit.id for hit in engine.search("77/QĐ-UBND", {"u:1"}).hits] == ["2"]
    assert engine.search("số:77", {"u:1"}).total == 0
    assert [hit.id for hit in engine.search("77/QĐ-UBND", {"u:2"}).hits] == ["1"]


def test_spelling_does_not_betray_words_of_others(engine: Engine) -> None:
    engine.index([document(1, "Đàn zorqa", tokens={"u:2"}), document(2, "Việc khác")])
    assert HintCode.SPELLING in [hint.code for hint in engine.search("zorqax", {"u:2"}).hints]
    assert [hint.code for hint in engine.search("zorqax", {"u:1"}).hints] == [HintCode.UNKNOWN_WORD]
    assert [hint.code for hint in engine.search("zorqa", {"u:1"}).hints] == [HintCode.UNKNOWN_WORD]


def test_filters_and_their_hints_do_not_widen_rights(engine: Engine) -> None:
    engine.index([document(1, "họp", kind="QĐ", tokens={"u:2"}), document(2, "họp", kind="BC")])
    page = engine.search("họp", {"u:1"}, filters=Filters(values={"kind": ["QĐ"]}), facets=["kind"])
    assert page.hits == []
    assert [(count.value, count.count) for count in page.facets["kind"]] == [("BC", 1)]
    assert [(hint.subject, hint.other) for hint in page.hints if hint.code is HintCode.FILTERED_OUT] == [("kind", "1")]


def test_suggestions_are_of_readable_documents_alone(engine: Engine) -> None:
    engine.index(
        [
            document(1, "Hòa giải", issuer="Công an tỉnh", code="5/CAT", tokens={"u:2"}),
            document(2, "Hòa bình", issuer="Sở Y tế", code="5/SYT"),
        ]
    )
    assert [one.id for one in engine.suggest("hoa", {"u:1"})] == ["2"]
    assert [one.id for one in engine.suggest("5", {"u:1"})] == ["2"]
    assert engine.suggest("cong an", {"u:1"}) == []
    assert [one.text for one in engine.suggest("cong an", {"u:2"})] == ["Công an tỉnh"]


def test_a_right_withdrawn_is_gone_with_the_next_indexing(engine: Engine) -> None:
    engine.index([document(1, "họp", tokens={"u:1", "g:3"})])
    assert engine.search("họp", {"g:3"}).total == 1
    engine.index([document(1, "họp", tokens={"u:1"})])
    assert engine.search("họp", {"g:3"}).total == 0
    assert engine.search("họp", {"u:1"}).total == 1

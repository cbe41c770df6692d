"""What is done differently in a large index: the answers are those of a small one."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from search import Engine, Sort, suggesting
from search.engines import tantivy_view
from tests.search.conftest import READER, document, found

SYLLABLES = ["văn", "bản", "kế", "hoạch", "thanh", "tra", "đất", "đai", "hồ", "sơ", "giải", "quyết", "cán", "bộ"]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    chance = random.Random(4)
    engine.index(
        document(
            at,
            " ".join(chance.choices(SYLLABLES, k=4)),
            " ".join(chance.choices(SYLLABLES, k=30)),
            code=f"{at}/QĐ-UBND",
            signer="Nguyễn Văn Cũ" if at < 20 else "Trần Văn Mới",
            issued_on=date(2020, 1, 1) + timedelta(days=at),
            tokens={"u:2"} if at % 3 == 0 else READER,
        )
        for at in range(1, 201)
    )
    return engine


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "NEWEST", 10)
    monkeypatch.setattr(suggesting, "LOOKED_AT_SECONDS", 0.0)
    monkeypatch.setattr(tantivy_view, "LARGE", 50)


def suggested(engine: Engine, typed: str, kind: str) -> list[str]:
    return [one.id or one.text for one in engine.suggest(typed, READER) if one.kind == kind]


TYPED = ["th", "van b", "tra d", "1", "199/q", "khong co"]


def test_suggestions_are_the_newest_of_all(filled: Engine, request: pytest.FixtureRequest) -> None:
    before = [suggested(filled, typed, "document") for typed in TYPED]
    assert [bool(one) for one in before] == [True, True, True, True, True, False]
    request.getfixturevalue("large")
    filled.index([document(201, "thanh tra", issued_on=date(2026, 1, 1))])
    assert suggested(filled, "th", "document") == ["201", *before[0]][:8]
    filled.delete(["201"])
    assert [suggested(filled, typed, "document") for typed in TYPED] == before


@pytest.mark.usefixtures("large")
def test_names_of_old_documents_are_suggested_when_there_are_no_newer_ones(filled: Engine) -> None:
    assert suggested(filled, "cu", "signer") == ["Nguyễn Văn Cũ"]
    assert set(suggested(filled, "van", "signer")) == {"Nguyễn Văn Cũ", "Trần Văn Mới"}


@pytest.mark.usefixtures("large")
def test_every_document_is_shown_once_in_the_order_of_one_page(filled: Engine) -> None:
    for typed in ("kế hoạch thanh tra", '"cán bộ"', "hoach so", "15 qd", "ngày:2020"):
        whole = found(filled, typed, limit=300)
        assert len(whole) == len(set(whole)) == filled.search(typed, READER).total
        paged: list[str] = []
        after = None
        while after is not None or not paged:
            page = filled.search(typed, READER, limit=30, after=after)
            paged += [hit.id for hit in page.hits]
            after = page.after
            if after is None:
                break
        assert paged == whole


@pytest.mark.usefixtures("large")
def test_a_word_left_out_of_the_ranking_finds_nevertheless(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = set(found(filled, "văn bản kế hoạch thanh tra", limit=300))
    monkeypatch.setattr(tantivy_view, "MOST_PLACES", 100)
    assert set(found(filled, "văn bản kế hoạch thanh tra", limit=300)) == whole
    assert found(filled, "văn bản kế hoạch số:15") == found(filled, "số:15")[:1]


@pytest.mark.usefixtures("large")
def test_the_best_is_the_one_that_also_holds_the_words_side_by_side(filled: Engine) -> None:
    filled.index([document(500, "đê điều mùa lũ", "nước dâng"), document(501, "mùa đê lũ điều", "nước dâng")])
    assert found(filled, "đê điều mùa lũ")[0] == "500"
    assert found(filled, "đê điều mùa lũ", sort=Sort.DATE)[0] == "501"


@pytest.mark.parametrize("title", ["họp giao ban tuần", "文 書 管 理 部", "HỌP 15 GIAO 2026 ban"])
def test_phrases_of_any_length_and_script(engine: Engine, title: str) -> None:
    words = title.split()
    engine.index([document(1, title), document(2, " ".join(reversed(words))), document(3, words[0], words[1])])
    for length in range(2, len(words) + 1):
        phrase = " ".join(words[:length])
        assert found(engine, f'"{phrase}"') == ["1"]
        assert found(engine, f'trích yếu:"{phrase}"') == ["1"]

"""After an upgrade with other fields the index of before answers, and follows, until the new one is full."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search import Engine, Facet, Filters, HintCode, IndexDocument, fields, open_engine, version_of
from search.engines.elasticsearch import ElasticsearchEngine
from search.fields import words_in
from tests.elasticsearch.server import CA, URL
from tests.search.conftest import ENGINES, READER, document, found

BROUGHT = ("book", words_in("book"))
"""The fields that the new version has more."""
Opening = Callable[[], Engine]


@pytest.fixture(params=ENGINES)
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Opens one place, as a program does that starts."""
    if request.param == "tantivy":
        yield lambda: open_engine(tmp_path / "index")
        return
    if not os.environ.get(URL):
        pytest.skip("needs an Elasticsearch: python -m tests.elasticsearch.server (see docs/search.md)")
    prefix = f"t{secrets.token_hex(6)}"
    yield lambda: open_engine(f"{os.environ[URL]}/{prefix}", ca=os.environ[CA])
    engine = open_engine(f"{os.environ[URL]}/{prefix}", ca=os.environ[CA])
    assert isinstance(engine, ElasticsearchEngine)
    engine.drop()
    client = engine._server.client.options(ignore_status=404)
    client.indices.delete(index=f"{prefix}-*")
    client.indices.delete_index_template(name=f"{prefix}-*")


@pytest.fixture
def before(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> list[IndexDocument]:
    """What the program of before had in its index; from now on programs are of the new version."""
    written = [document(at, f"họp số {at}", "nội dung cũ", kind="BC") for at in range(1, 6)]
    with monkeypatch.context() as older:
        for names in ("POSITION_FIELDS", "FACET_FIELDS"):
            older.setattr(fields, names, tuple(name for name in getattr(fields, names) if name not in BROUGHT))
        engine = opening()
        engine.index(written)
        engine.mark_reindexed()
        assert not engine.needs_reindex
    monkeypatch.setattr(fields, "OLDEST_READ", fields.VERSION)
    monkeypatch.setattr(fields, "VERSION", fields.VERSION + 1)
    return written


def test_the_index_of_before_answers_until_the_new_one_is_full(opening: Opening, before: list[IndexDocument]) -> None:
    engine = opening()
    assert (engine.outdated, engine.needs_reindex, engine.rebuilding) == (True, True, False)
    everything = [str(at) for at in range(5, 0, -1)]
    assert found(engine, "họp") == everything
    assert engine.begin_rebuild() == ""
    engine.rebuild(before[:3], mark="3")
    page = engine.search("họp", READER, facets=list(Facet))
    assert [hit.id for hit in page.hits] == everything
    assert [(one.value, one.count) for one in page.facets[Facet.KIND]] == [("BC", 5)]
    assert page.facets[Facet.BOOK] == []
    assert [one.id for one in engine.suggest("hop so 4", READER)] == ["4"]
    assert {hit.id for hit in engine.more_like_this("1", READER)} == {"2", "3", "4", "5"}
    other = opening()  # another process, which starts in the middle
    assert other.begin_rebuild() == "3"
    other.rebuild(before[3:], mark="5")
    other.commit_rebuild()
    engine = opening()
    assert (engine.outdated, engine.needs_reindex) == (False, False)
    assert dict(engine.all_documents()) == {one.id: version_of(one) for one in before}


def test_changes_go_into_both_and_none_is_lost(opening: Opening, before: list[IndexDocument]) -> None:
    engine = opening()
    engine.index([document(6, "họp thêm trước", book="Sổ riêng 1")])
    engine.begin_rebuild()
    engine.index([document(2, "họp sửa", book="Sổ riêng 2"), document(7, "họp thêm sau")])
    engine.delete(["3"])
    assert set(found(engine, "họp")) == {"1", "2", "4", "5", "6", "7"}
    assert set(found(engine, "sửa")) == {"2"}
    six = document(6, "họp thêm trước", book="Sổ riêng 1")
    engine.rebuild([*before, six], mark="7")
    engine.commit_rebuild()
    assert set(found(engine, "họp")) == {"1", "2", "4", "5", "6", "7"}
    assert set(found(engine, "sửa")) == {"2"}
    assert set(found(engine, 'book:"sổ riêng"')) == {"2", "6"}


def test_what_the_new_version_has_more_finds_nothing_and_breaks_nothing(
    opening: Opening, before: list[IndexDocument]
) -> None:
    engine = opening()
    page = engine.search('họp book:"sổ riêng 1"', READER, facets=list(Facet))
    assert page.hits == []
    assert HintCode.NO_MATCH in {hint.code for hint in page.hints}
    assert engine.search("họp", READER, filters=Filters(values={"book": ["x"]})).total == 0


def test_who_asks_meanwhile_sees_the_swap(opening: Opening, before: list[IndexDocument]) -> None:
    asking, building = opening(), opening()
    assert len(found(asking, "họp")) == 5
    building.begin_rebuild()
    building.rebuild([*before, document(9, "họp mới")], mark="9")
    building.commit_rebuild()
    asking.index([document(8, "họp vừa đổi")])  # it has not heard of the swap
    assert set(found(opening(), "họp")) == {*(str(at) for at in range(1, 6)), "8", "9"}


def test_what_older_versions_left_goes_when_nobody_asks_it(opening: Opening, before: list[IndexDocument]) -> None:
    engine = opening()
    engine.drop_outdated()
    assert len(found(engine, "họp")) == 5  # it answers still
    engine.begin_rebuild()
    engine.rebuild(before, mark="5")
    engine.commit_rebuild()
    engine = opening()
    engine.drop_outdated()
    assert len(found(engine, "họp")) == 5
    if isinstance(engine, ElasticsearchEngine):
        assert engine._older() == {}


def cannot_be_asked(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    if why == "other terms":
        monkeypatch.setattr(fields, "OLDEST_READ", fields.VERSION)
    elif why == "a field kept otherwise":
        monkeypatch.setattr(fields, "TERM_FIELDS", ())
        monkeypatch.setattr(fields, "POSITION_FIELDS", (*fields.POSITION_FIELDS, fields.CITED))
    else:
        monkeypatch.setattr(fields, "NUMBER_FIELDS", (*fields.NUMBER_FIELDS, "by_something"))


@pytest.mark.parametrize("why", ["other terms", "a field kept otherwise", "a field that is needed"])
def test_an_index_that_cannot_be_asked_is_made_new(
    opening: Opening, before: list[IndexDocument], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    cannot_be_asked(monkeypatch, why)
    engine = opening()
    assert (engine.outdated, engine.needs_reindex, engine.count()) == (False, True, 0)
    engine.index(before)
    engine.mark_reindexed()
    assert len(found(engine, "họp")) == 5
    assert not opening().needs_reindex


def test_an_index_begun_by_an_older_version_is_begun_anew(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = opening()
    engine.index([document(1, "họp")])
    engine.begin_rebuild()
    engine.rebuild([document(1, "họp")], mark="1")
    monkeypatch.setattr(fields, "OLDEST_READ", fields.VERSION)
    monkeypatch.setattr(fields, "VERSION", fields.VERSION + 1)
    engine = opening()
    engine.index([document(2, "họp")])
    assert engine.begin_rebuild() == ""
    engine.rebuild([document(1, "họp"), document(2, "họp")], mark="2")
    engine.commit_rebuild()
    assert found(engine, "họp") == ["2", "1"]


def test_the_state_of_before_is_read(tmp_path: Path) -> None:
    """As the first version wrote it."""
    engine = open_engine(tmp_path)
    engine.index([document(1, "họp")])
    state = {"version": fields.VERSION, "complete": True, "name": "index", "next": "", "mark": ""}
    (tmp_path / "state.json").write_text(json.dumps(state))
    assert found(open_engine(tmp_path), "họp") == ["1"]

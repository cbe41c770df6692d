"""Indexing everything anew beside the index that answers, and comparing the index with the database."""

from __future__ import annotations

import pytest

from search import Engine, SearchError, version_of
from tests.search.conftest import READER, document, found


def test_the_old_index_answers_until_the_new_one_is_swapped_in(engine: Engine) -> None:
    engine.index([document(1, "họp cũ"), document(2, "họp bị bỏ quên")])
    assert engine.begin_rebuild() == ""
    assert engine.rebuilding
    engine.rebuild([document(1, "họp mới")], mark="1")
    assert set(found(engine, "họp")) == {"1", "2"}
    assert found(engine, "mới") == []
    engine.commit_rebuild()
    assert not engine.rebuilding
    assert not engine.needs_reindex
    assert found(engine, "mới") == ["1"]
    assert engine.count() == 1


def test_what_changes_meanwhile_is_in_the_new_index(engine: Engine) -> None:
    engine.index(document(at, "họp cũ") for at in range(1, 6))
    engine.begin_rebuild()
    engine.index([document(2, "họp sửa"), document(9, "họp thêm")])
    engine.delete(["3"])
    engine.rebuild([document(at, "họp cũ") for at in range(1, 6)], mark="5")  # read before those changes
    engine.index([document(4, "họp sửa")])
    engine.delete(["5"])
    assert set(found(engine, "họp")) == {"1", "2", "4", "9"}
    engine.commit_rebuild()
    assert set(found(engine, "họp")) == {"1", "2", "4", "9"}
    assert set(found(engine, "sửa")) >= {"2", "4"}
    assert dict(engine.all_documents()).keys() == {"1", "2", "4", "9"}
    assert engine.count() == 4


def test_it_is_taken_up_where_it_was_left(engine: Engine) -> None:
    engine.begin_rebuild()
    engine.rebuild([document(1, "họp")], mark="one")
    assert engine.begin_rebuild() == "one"
    engine.rebuild([document(1, "họp"), document(2, "họp")], mark="two")
    assert engine.begin_rebuild() == "two"
    engine.commit_rebuild()
    assert found(engine, "họp") == ["2", "1"]


def test_one_given_up_leaves_nothing(engine: Engine) -> None:
    engine.index([document(1, "họp")])
    engine.begin_rebuild()
    engine.rebuild([document(2, "họp")], mark="2")
    engine.abandon_rebuild()
    assert not engine.rebuilding
    assert found(engine, "họp") == ["1"]
    assert engine.begin_rebuild() == ""
    engine.abandon_rebuild()


def test_without_a_beginning_there_is_nothing_to_fill(engine: Engine) -> None:
    with pytest.raises(SearchError, match="begin_rebuild"):
        engine.rebuild([document(1)], mark="1")
    with pytest.raises(SearchError, match="begin_rebuild"):
        engine.commit_rebuild()
    engine.abandon_rebuild()


def test_versions_tell_what_differs(engine: Engine) -> None:
    kept = [document(at, f"họp {at}", tokens={"u:1", "g:2"}) for at in (1, 2, 3)]
    engine.index(kept)
    assert engine.documents_in_index(["1", "3", "no"]) == {"1": version_of(kept[0]), "3": version_of(kept[2])}
    assert dict(engine.all_documents()) == {one.id: version_of(one) for one in kept}
    withdrawn = document(1, "họp 1", tokens={"u:1"})
    assert version_of(withdrawn) != version_of(kept[0])
    engine.index([withdrawn])
    assert engine.documents_in_index(["1"]) == {"1": version_of(withdrawn)}


def test_a_version_does_not_depend_on_the_order_of_rights() -> None:
    assert version_of(document(1, tokens=["a", "b"])) == version_of(document(1, tokens={"b", "a"}))


@pytest.mark.parametrize("identifier", ["a/b#c d", "Đ😀", "x" * 900, "'\"\\"])
def test_any_id_is_kept_to_the_letter(engine: Engine, identifier: str) -> None:
    one = document(1, "họp")
    odd = type(one)(id=identifier, summary="họp lạ", tokens=READER)
    engine.index([one, odd])
    assert [hit.id for hit in engine.search("lạ", READER).hits] == [identifier]
    assert engine.documents_in_index([identifier]) == {identifier: version_of(odd)}
    engine.delete([identifier])
    assert found(engine, "họp") == ["1"]

"""Whatever is typed, the answer is results or a hint (how quickly: ``bench.search``)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Engine, Facet
from tests.search.conftest import ENGINES, READER, document, opened

HOSTILE = [
    "a" * 10_000,
    "văn bản " * 1_250,
    "1 " * 5_000,
    '"' * 10_000,
    "-" * 10_000,
    "a:" * 5_000,
    "so:" * 3_000,
    "a b c: " * 1_400,
    "(" * 5_000 + ")" * 5_000,
    "AND OR NOT",
    "&& || ! + - ~ ^",
    '"quản lý',
    '""',
    '"" "',
    '-"',
    '-""',
    "--x",
    "*",
    "**",
    "?*?",
    "*:*",
    "văn*",
    "\x00",
    "a\x00b",
    "\ud800",
    "😀 công 👨‍👩‍👧 văn",
    "'; DROP TABLE documents; --",
    "1' OR '1'='1",
    "title:[a TO z] AND body:{* TO *}",
    "công^3 (văn~2 /regex.*/",
    "token:u:2",
    "token:g:1 OR all:*",
    "_all:x",
    "words_in_state:x",
    "<script>alert(1)</script>",
    "số:99999999999999999999999999",
    "từ ngày:99/99/9999",
    "ngày:0000",
    "ngày:01/01/0001",
    "hạn:31/12/9999",
    "\u202e\u0301\u0301\u0301",
    "½ ² Ⅷ ٣ 一二三 ß İ ﬁ",
    "²",
    "số:²/x",
    "²³/x",
    "\n\t\r",
]


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(request.param, tmp_path_factory.mktemp("hostile")) as engine:
        engine.index(document(at, "Công văn quản lý", "văn bản a 1 so " * 50, code=f"{at}/QĐ") for at in range(1, 201))
        engine.index([document(999, "Mật", tokens={"u:2"})])
        yield engine


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:24]))
def test_hostile_input_is_answered_within_rights(filled: Engine, typed: str) -> None:
    page = filled.search(typed, READER, facets=list(Facet))
    filled.suggest(typed, READER)
    assert page.hits or page.hints or not typed.strip()
    assert "999" not in {hit.id for hit in page.hits}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text(alphabet='aăđ15 /-":*()[]~^\\\0.số:ngày:', max_size=60))
def test_any_text_is_answered(filled: Engine, typed: str) -> None:
    page = filled.search(typed, READER, facets=["kind"])
    assert "999" not in {hit.id for hit in page.hits}
    filled.suggest(typed, READER)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_indexed(filled: Engine, summary: str, text: str) -> None:
    filled.index([document(500, summary, text, code=text[:10], signer=summary)])
    assert filled.search("trang cuối", READER).total >= 0
    assert filled.count() == 202
    filled.delete(["500"])

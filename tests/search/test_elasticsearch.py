"""What only Elasticsearch has: a server that is away, keys, the names and the mapping in the cluster."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from search import Engine, EngineBusy, EngineUnavailable, fields, open_engine
from search.engines import elasticsearch, elasticsearch_server
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch_server import Server
from tests.elasticsearch.server import CA, URL, own_index
from tests.search.conftest import READER, document, found

needs_server = pytest.mark.skipif(not os.environ.get(URL), reason="needs an Elasticsearch (see docs/search.md)")


def test_a_server_that_is_away_is_one_clear_error_and_soon() -> None:
    engine = open_engine("http://127.0.0.1:9/edocs")
    start = time.monotonic()
    for ask in (lambda: engine.search("họp", READER), lambda: engine.index([document(1)]), engine.count):
        with pytest.raises(EngineUnavailable, match="cannot be reached"):
            ask()
    assert time.monotonic() - start < 5


def test_a_server_that_lets_everybody_wait_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without power answers nothing at all: without this, everybody who searches would wait for it."""
    monkeypatch.setattr(elasticsearch_server, "ANSWER_SECONDS", 0.7)
    monkeypatch.setattr(elasticsearch_server, "LEFT_ALONE_SECONDS", 1.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = open_engine(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(EngineBusy, match="in time"):
            engine.count()
        start = time.monotonic()
        for _asker in range(50):
            with pytest.raises(EngineUnavailable, match="a moment ago"):
                engine.search("họp", READER)
        assert time.monotonic() - start < 0.7
        time.sleep(1.5)
        with pytest.raises(EngineBusy, match="in time"):  # one looks again
            engine.count()
        with pytest.raises(EngineUnavailable, match="a moment ago"):
            engine.count()


def test_the_client_is_imported_only_for_an_address() -> None:
    program = "import sys, search; search.open_engine(sys.argv[1]); sys.exit('elasticsearch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program, "/tmp/index-of-a-test"]).returncode == 0


def test_an_address_tells_prefix_and_password() -> None:
    server = Server("https://an%40b:p%2Fw@search:9200/Van-Ban")
    assert (server.url, server.prefix) == ("https://search:9200", "van-ban")
    assert Server("http://search:9200").prefix == "edocs"


@pytest.fixture
def own() -> Iterator[ElasticsearchEngine]:
    with own_index() as engine:
        assert isinstance(engine, ElasticsearchEngine)
        yield engine


@needs_server
def test_the_mapping_is_strict_and_the_alias_has_the_version(own: ElasticsearchEngine) -> None:
    own.index([document(1, "họp")])
    client = own._server.client
    (index,) = client.indices.get_alias(name=own._alias)
    mapping = client.indices.get_mapping(index=own._alias)[index]["mappings"]
    assert mapping["dynamic"] == "strict"
    assert index == f"{own._alias}-1"
    assert own._alias.endswith(f"-v{fields.VERSION}")


class Asked(BaseHTTPRequestHandler):
    """Remembers who asks; lets nobody in."""

    keys: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        self.keys.append(self.headers["Authorization"])
        self.send_response(401)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def test_an_api_key_is_sent_instead_of_a_password() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://somebody:secret@127.0.0.1:{server.server_address[1]}"
        with pytest.raises(EngineUnavailable, match="401"):
            open_engine(address, api_key="bm90OmFrZXk=").count()
        server.shutdown()
    assert set(Asked.keys) == {"ApiKey bm90OmFrZXk="}


@needs_server
def test_a_wrong_key_password_or_authority_is_one_clear_error(own: ElasticsearchEngine) -> None:
    parts = urlsplit(os.environ[URL])
    host, ca = f"{parts.hostname}:{parts.port}", os.environ[CA]
    with pytest.raises(EngineUnavailable, match="401"):
        open_engine(f"https://{host}", api_key="bm90OmFrZXk=", ca=ca).search("họp", READER)
    with pytest.raises(EngineUnavailable, match="401"):
        open_engine(f"https://tester:wrong@{host}", ca=ca).search("họp", READER)
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        open_engine(os.environ[URL]).search("họp", READER)  # the authority of its certificate is not known


@needs_server
def test_another_engine_sees_what_was_written_at_once_and_a_swap(own: ElasticsearchEngine) -> None:
    other = open_engine(f"{os.environ[URL]}/{own._server.prefix}", ca=os.environ[CA])
    own.index([document(1, "họp")])
    assert found(other, "họp") == ["1"]
    own.begin_rebuild()
    other.index([document(2, "họp")])
    own.rebuild([document(1, "họp")], mark="1")
    own.commit_rebuild()
    assert found(other, "họp") == ["2", "1"]
    other.clear()
    assert (own.count(), own.needs_reindex) == (0, True)


@needs_server
def test_a_cluster_that_came_back_empty_gets_its_index_again(
    own: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch, "LOOKED_AT_SECONDS", 0.0)
    own.index([document(1, "họp")])
    own.mark_reindexed()
    own._server.client.indices.delete(index=f"{own._alias}-1")
    assert found(own, "họp") == []
    assert own.needs_reindex
    own.index([document(2, "họp")])
    assert found(own, "họp") == ["2"]


@needs_server
def test_large_documents_are_written_in_parts(own: ElasticsearchEngine) -> None:
    engine: Engine = own
    engine.index(document(at, f"họp {at}", "văn bản dài " * 100_000) for at in range(1, 8))
    assert engine.search("dài", READER).total == 7

"""Elasticsearch from version 9 on: for an agency with several servers, or tens of millions of documents.

Names in the cluster, for the prefix ``edocs`` and version 3 of the fields: the template ``edocs-v3``, indexes
``edocs-v3-1``, ``edocs-v3-2`` …, the alias ``edocs-v3`` of the one that answers and ``edocs-v3-next`` of one that is
being filled beside it. A program of another version has other names. After an upgrade the alias of the older version
answers, and follows changes, until the new index is full.
"""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from search import fields
from search.documents import YES, IndexDocument, Sort
from search.engine import SearchError
from search.engines import elasticsearch_query as queries
from search.engines.elasticsearch_index import ANSWERING, WHILE_FILLED, body, kept_in, mapping, settings
from search.engines.elasticsearch_server import EXISTS, GONE, Action, Server
from search.engines.elasticsearch_view import ElasticsearchView
from search.indexing import build_row, tombstone
from search.nodes import Both, Everything, Node, OneOf
from search.searching import Searching

LONGEST_ID = 500  # bytes
READ_AT_ONCE = 5_000
LOOKED_AT_SECONDS, OLDER_LOOKED_AT_SECONDS = 60.0, 1.0
LIVE = Both(must=(Everything(),), never=(OneOf(fields.GONE, (YES,)),))


class ElasticsearchEngine(Searching):
    """See :class:`search.engine.Engine`. Keep one for each process; threads may share it.

    Nothing is asked of the server until it is needed, so a program starts while it is down.
    """

    def __init__(self, address: str, *, api_key: str = "", ca: str = "", shards: int = 1) -> None:
        self._server = Server(address, api_key=api_key, ca=ca)
        self._shards = shards
        self._own = f"{self._server.prefix}-v{fields.VERSION}"
        self._next = f"{self._own}-next"
        self._alias = self._own
        self._missing: frozenset[str] = frozenset()
        """What the index behind ``_alias`` lacks, being of an older version."""
        self._there_until = 0.0
        self._ensuring = threading.Lock()

    def _view(self) -> ElasticsearchView:
        self._ensure()
        return ElasticsearchView(self._server, self._alias)

    # The indexes

    def _ensure(self) -> None:
        """Find the alias that answers; make the template and the first index when there is none.

        Looked at again from time to time. A cluster may come back empty: then the index is made anew, and says that
        it wants to be filled. While one of an older version answers, soon: another process may have changed over.
        """
        if time.monotonic() < self._there_until:
            return
        with self._ensuring:
            older = None
            if not self._server.asking(lambda client: bool(client.indices.exists_alias(name=self._own))):
                older = self._older_to_ask()
                if older is None:
                    self._server.asking(self._put_template)
                    self._make(f"{self._own}-1", {self._own: {}})
            self._alias, self._missing = older or (self._own, frozenset())
            described = self._server.asking(lambda client: client.indices.get_settings(index=self._alias))
            self._server.shards = max(int(one["settings"]["index"]["number_of_shards"]) for one in described.values())
            self._there_until = time.monotonic() + (OLDER_LOOKED_AT_SECONDS if older else LOOKED_AT_SECONDS)

    def _older_to_ask(self) -> tuple[str, frozenset[str]] | None:
        """The alias of the newest older version that can be asked, and the fields it lacks."""
        ours = kept_in(mapping()["properties"])
        for version, indexes in sorted(self._older().items(), reverse=True):
            alias = f"{self._server.prefix}-v{version}"
            for index, aliases in indexes.items():
                its = kept_in(self._described(index).get("properties", {})) if alias in aliases else {}
                if (missing := fields.missing_in(version, its, ours)) is not None:
                    return alias, missing
        return None

    def _older(self) -> dict[int, dict[str, list[str]]]:
        """Older versions of which there are indexes: version → index → its aliases."""
        prefix = self._server.prefix
        name = re.compile(rf"{re.escape(prefix)}-v(\d+)-\d+")
        told = self._server.asking(lambda client: client.indices.get(index=f"{prefix}-v*", features=["aliases"]))
        found: dict[int, dict[str, list[str]]] = defaultdict(dict)
        for index, one in told.items():
            if (known := name.fullmatch(index)) and int(known[1]) < fields.VERSION:
                found[int(known[1])][index] = list(one["aliases"])
        return found

    def _put_template(self, client: Elasticsearch) -> None:
        client.indices.put_index_template(
            name=self._own,
            index_patterns=[f"{self._own}-*"],
            priority=200,
            template={"settings": {"index": settings(self._shards)}, "mappings": mapping()},
        )

    def _make(self, name: str, aliases: dict[str, Any], settings: dict[str, Any] | None = None) -> None:
        def make(client: Elasticsearch) -> None:
            try:
                client.indices.create(index=name, aliases=aliases, settings={"index": settings or {}})
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":  # another process was first
                    raise

        self._server.asking(make)

    def _named(self) -> dict[str, str]:
        """Alias of this version → index, of those that are there."""
        told = self._server.asking(lambda client: client.indices.get_alias(name=f"{self._own}*"))
        return {
            alias: index for index, one in told.items() for alias in one["aliases"] if alias in (self._own, self._next)
        }

    def _fresh_name(self, taken: Iterable[str]) -> str:
        last = max((int(name.rpartition("-")[2]) for name in taken), default=0)
        return f"{self._own}-{last + 1}"

    def _all_indexes(self) -> list[str]:
        told = self._server.asking(lambda client: client.indices.get(index=f"{self._own}-*", features=["aliases"]))
        return [name for name in told if name.removeprefix(f"{self._own}-").isdecimal()]

    # State

    @property
    def needs_reindex(self) -> bool:
        """Whether the index was made new and not yet declared full, or is of an older version."""
        return self.outdated or not self._meta(self._alias)["complete"]

    @property
    def outdated(self) -> bool:
        """Whether the index that answers is of an older version."""
        self._ensure()
        return self._alias != self._own

    def drop_outdated(self) -> None:
        """Take away the indexes and templates of older versions, unless one of them answers still."""
        if not self.outdated:
            for version, indexes in self._older().items():
                self._drop(list(indexes), f"{self._server.prefix}-v{version}")

    def _drop(self, indexes: list[str], template: str) -> None:
        if indexes:
            self._server.asking(lambda client: client.indices.delete(index=indexes, ignore_unavailable=True))
        self._server.asking(
            lambda client: client.options(ignore_status=GONE).indices.delete_index_template(name=template)
        )

    def mark_reindexed(self) -> None:
        """Declare that everything has been indexed since the index was made new."""
        self._ensure()
        self._remember(self._alias, complete=True)

    def _meta(self, index: str) -> dict[str, Any]:
        return dict(self._described(index)["_meta"])

    def _described(self, index: str) -> dict[str, Any]:
        told = self._server.asking(lambda client: client.indices.get_mapping(index=index))
        (one,) = told.values()
        return dict(one["mappings"])

    def _remember(self, index: str, **facts: Any) -> None:
        meta = self._meta(index) | facts
        self._server.asking(lambda client: client.indices.put_mapping(index=index, meta=meta))

    def refresh(self) -> None:
        """See what others have written in the last second."""
        self._ensure()
        self._server.asking(lambda client: client.indices.refresh(index=self._alias))

    def count(self) -> int:
        """Documents in the index, readable or not."""
        self.refresh()
        query = queries.matching(LIVE)
        return self._server.asking(lambda client: int(client.count(index=self._alias, query=query)["count"]))

    # Writing

    def index(self, documents: Iterable[IndexDocument]) -> int:
        """Add or replace documents by id; the last of one id counts. Found once this returns."""
        latest = {document.id: document for document in documents}
        if latest:
            self._write_everywhere(lambda places: self._indexing(latest.values(), places))
        return len(latest)

    def delete(self, ids: Iterable[str]) -> None:
        """Take documents out; in an index that is being filled a mark stays, so that they do not come back."""
        gone = list(dict.fromkeys(ids))
        if gone:
            self._write_everywhere(lambda places: _deleting(gone, places), (GONE,))

    def _write_everywhere(
        self, actions: Callable[[list[str]], Iterator[Action]], forgiven: tuple[int, ...] = ()
    ) -> None:
        """Into the index that answers and the one that is being filled.

        The new one may take the place of the old between the question and the writing. Where both are of one version,
        the alias of the old leads to the new by then; else it is written once more.
        """
        places = self._places()
        while True:
            asked = places
            self._server.write(actions(asked), refresh=True, forgiven=(GONE,) if self._next in asked else forgiven)
            if asked[0] == self._own or (places := self._places()) == asked:
                return

    def _places(self) -> list[str]:
        self._ensure()
        named = self._named()
        answering = self._own if self._own in named else self._alias
        return [answering, self._next] if self._next in named else [answering]

    def _indexing(self, documents: Iterable[IndexDocument], places: list[str]) -> Iterator[Action]:
        for document in documents:
            row = build_row(document)
            whole = body(row)
            for place in places:
                made = whole if place in (self._own, self._next) else body(row, self._missing)
                yield {"index": {"_index": place, "_id": _key(document.id)}}, made

    def clear(self) -> None:
        """Take everything out, and ask for everything to be indexed again."""
        self._ensure()
        old = self._all_indexes()
        self._make(self._fresh_name(old), {})
        self._swap(self._fresh_name(old), old)

    def _swap(self, name: str, old: Iterable[str]) -> None:
        """Let one index answer and drop the others, at one moment."""
        actions: list[dict[str, Any]] = [{"remove_index": {"index": other}} for other in old if other != name]
        actions.append({"add": {"index": name, "alias": self._own}})
        if self._named().get(self._next) == name:
            actions.append({"remove": {"index": name, "alias": self._next}})
        self._server.asking(lambda client: client.indices.update_aliases(actions=actions))
        self._there_until = 0.0

    def size_in_bytes(self) -> int:
        """What the index takes on the disks of the cluster, copies included, once nothing is being merged."""
        self.refresh()
        index = self._alias
        self._server.asking(lambda client: client.indices.flush(index=index))
        told = self._server.asking(lambda client: client.indices.stats(index=index, metric="store"))
        return int(told["_all"]["total"]["store"]["size_in_bytes"])

    def drop(self) -> None:
        """Take the indexes and the template out of the cluster."""
        self._drop(self._all_indexes(), self._own)
        self._there_until = 0.0

    # Comparing with the database

    def documents_in_index(self, ids: Iterable[str]) -> dict[str, str]:
        """Id → version of each of these that is in the index."""
        self.refresh()
        wanted = list(dict.fromkeys(ids))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), READ_AT_ONCE):
            part = OneOf(fields.ID, tuple(wanted[start : start + READ_AT_ONCE]))
            found.update(self._versions(self._alias, Both(must=(part,), never=LIVE.never)))
        return found

    def all_documents(self) -> Iterator[tuple[str, str]]:
        """Every id with its version."""
        self.refresh()
        return self._versions(self._alias, LIVE)

    def _versions(self, index: str, matching: Node) -> Iterator[tuple[str, str]]:
        key = fields.SORT_KEYS[Sort.DATE]
        asked: dict[str, Any] = {
            "query": queries.matching(matching),
            "size": READ_AT_ONCE,
            "docvalue_fields": [fields.ID, fields.DIGEST],
            "sort": [{key: "desc"}],
            "track_total_hits": False,
        }
        while True:
            told = self._server.asking(lambda client: client.search(index=index, source=False, **asked))
            hits = told["hits"]["hits"]
            for hit in hits:
                kept = hit["fields"]
                yield kept[fields.ID][0], format(kept.get(fields.DIGEST, [0])[0], "015x")
            if len(hits) < READ_AT_ONCE:
                return
            asked["search_after"] = hits[-1]["sort"]

    # Filling a new index beside

    @property
    def rebuilding(self) -> bool:
        """Whether a new index is being filled."""
        self._ensure()
        return self._next in self._named()

    def begin_rebuild(self) -> str:
        """Make or take up the index beside; returns the mark kept with it."""
        self._ensure()
        if self._next not in self._named():
            self._server.asking(self._put_template)
            name = self._fresh_name(self._all_indexes())
            self._make(name, {self._next: {}}, WHILE_FILLED)
        return str(self._meta(self._next)["mark"])

    def rebuild(self, documents: Iterable[IndexDocument], mark: str) -> int:
        """Add what is not there yet, and remember the mark."""
        self._must_be_rebuilding()
        latest = {document.id: document for document in documents}
        actions: Iterator[Action] = (
            ({"create": {"_index": self._next, "_id": _key(document.id)}}, body(build_row(document)))
            for document in latest.values()
        )
        self._server.write(actions, refresh=False, forgiven=(EXISTS,))
        self._remember(self._next, mark=mark)
        return len(latest)

    def commit_rebuild(self) -> None:
        """Swap; the old index is dropped, but for one of an older version: see :meth:`drop_outdated`."""
        self._must_be_rebuilding()
        self._server.asking(lambda client: client.indices.refresh(index=self._next))
        dead = [identifier for identifier, _ in self._versions(self._next, OneOf(fields.GONE, (YES,)))]
        deletions = [({"delete": {"_index": self._next, "_id": _key(one)}}, None) for one in dead]
        self._server.write(deletions, refresh=True, forgiven=(GONE,))
        self._remember(self._next, complete=True, mark="")
        self._server.asking(lambda client: client.indices.put_settings(index=self._next, settings={"index": ANSWERING}))
        self._swap(self._named()[self._next], self._all_indexes())

    def abandon_rebuild(self) -> None:
        """Drop the index beside."""
        self._ensure()
        if name := self._named().get(self._next):
            self._server.asking(lambda client: client.indices.delete(index=name, ignore_unavailable=True))

    def _must_be_rebuilding(self) -> None:
        if not self.rebuilding:
            raise SearchError("No new index is being filled; begin_rebuild comes first.")


def _key(identifier: str) -> str:
    """The id in Elasticsearch, which takes none that is empty or longer than 512 bytes."""
    encoded = identifier.encode()
    if 0 < len(encoded) <= LONGEST_ID:
        return identifier
    return f"long:{blake2b(encoded, digest_size=32).hexdigest()}"


def _deleting(ids: list[str], places: list[str]) -> Iterator[Action]:
    for identifier in ids:
        yield {"delete": {"_index": places[0], "_id": _key(identifier)}}, None
        for beside in places[1:]:
            yield {"index": {"_index": beside, "_id": _key(identifier)}}, body(tombstone(identifier))

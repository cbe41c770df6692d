"""The embedded engine: an index in a folder, no server. For one machine and up to a few million documents."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur

from search.analysis import fold_code, terms
from search.documents import (
    NO_FILTERS,
    TOTAL_CAP,
    Facet,
    FacetCount,
    Filters,
    Hint,
    HintCode,
    Hit,
    IndexDocument,
    ResultPage,
    Sort,
    Suggestion,
)
from search.engine import EngineUnavailable
from search.engines import tantivy_schema as schema
from search.engines.tantivy_query import Compiled, Compiler, all_of, any_of, constant, explain_nothing
from search.engines.tantivy_store import Stamp, Store, stamp
from search.highlight import Highlighter
from search.query import Query, parse

WRITER_MEMORY = 64_000_000  # bytes of documents held before they are written
FACET_VALUES = 50
MAX_LIMIT = 500
LOCK_TIMEOUT = 120.0  # seconds; a batch of 1,000 documents takes about one


class TantivyEngine:
    """See :class:`search.engine.Engine`. Keep one for each process; threads may share it.

    A writer holds the folder's lock for one call of ``index`` or ``delete``; others wait. Every search first
    looks whether anything was committed since, by whichever process.
    """

    def __init__(self, folder: Path, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        self._store = Store(folder, lock_timeout)
        self._refreshing = threading.Lock()
        self._seen: tuple[Stamp | None, Stamp | None] = (None, None)
        self._open()

    def _open(self) -> None:
        self._index = self._store.open()
        self._schema = self._index.schema
        self._seen = self._stamps()
        self._index.reload()

    def _stamps(self) -> tuple[Stamp | None, Stamp | None]:
        return stamp(self._store.state_file), stamp(self._store.meta_file)

    # State

    @property
    def needs_reindex(self) -> bool:
        """Whether the index was made new and not yet declared full."""
        return not self._store.complete

    def mark_reindexed(self) -> None:
        """Declare that everything has been indexed since the index was made new."""
        with self._store.locked():
            self._store.write_state(complete=True)

    def refresh(self) -> None:
        """See what others have committed; two looks at the file system when nothing is new."""
        with self._refreshing:
            now = self._stamps()
            if now == self._seen:
                return
            if now[0] is None or now[1] is None or now[0] != self._seen[0]:
                self._open()  # made new by another process, or gone
            else:
                self._seen = now
                self._index.reload()

    def count(self) -> int:
        """Documents in the index, readable or not."""
        self.refresh()
        return self._index.searcher().num_docs

    # Writing

    def index(self, documents: Iterable[IndexDocument]) -> int:
        """Add or replace documents by id in one commit; the last of one id counts. Returns how many."""
        latest = {document.id: document for document in documents}
        if latest:
            self._write(latest, latest.values())
        return len(latest)

    def delete(self, ids: Iterable[str]) -> None:
        """Take documents out in one commit."""
        gone = list(dict.fromkeys(ids))
        if gone:
            self._write(gone, ())

    def clear(self) -> None:
        """Take everything out, and ask for everything to be indexed again."""
        self.refresh()
        with self._store.locked():
            self._commit(None, ())
            self._store.write_state(complete=False)
        self.refresh()

    def _write(self, ids: Iterable[str], documents: Iterable[IndexDocument]) -> None:
        rows = [schema.build_row(document) for document in documents]
        with self._store.locked():
            self.refresh()
            self._commit(ids, rows)
        self.refresh()

    def _commit(self, gone: Iterable[str] | None, rows: Iterable[tantivy.Document]) -> None:
        """Take out the rows of some ids (``None``: all), add others, in one commit; merging is waited for."""
        writer: tantivy.IndexWriter | None = None
        try:
            writer = self._index.writer(WRITER_MEMORY, 1)
            if gone is None:
                writer.delete_all_documents()
            for identifier in gone or ():
                writer.delete_documents_by_term(schema.ID, identifier)
            for row in rows:
                writer.add_document(row)
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise EngineUnavailable(f"Writing to {self._store.folder} failed: {error}") from error
        finally:
            writer = None  # frees tantivy's own lock, though an error's traceback keeps this frame alive

    # Searching

    def search(
        self,
        query: Query | str,
        tokens: Collection[str],
        *,
        filters: Filters = NO_FILTERS,
        facets: Sequence[str] = (),
        sort: Sort = Sort.RELEVANCE,
        limit: int = 25,
        after: str | None = None,
    ) -> ResultPage:
        """See :meth:`search.engine.Engine.search`.

        By relevance, documents with any of the words are found, those with all of them first. In any other
        order that would put the wrong ones on top, so there all known words are asked for, and only when no
        document holds them all is it any of them (hint ``any_word``).
        """
        asked = parse(query) if isinstance(query, str) else query
        if not tokens:
            return ResultPage(hints=list(asked.hints))
        self.refresh()
        searcher = self._index.searcher()
        compiler = Compiler(self._schema, searcher, tokens)
        compiled = compiler.compile(asked)
        if not compiled.possible:
            return ResultPage(hints=compiled.hints)
        sort = Sort.DATE if sort is Sort.RELEVANCE and not compiled.ranking else sort
        conditions = compiler.conditions(filters)
        strict = sort is not Sort.RELEVANCE and compiled.every_word is not None
        matching = compiled.matching(conditions, every_word=strict)
        total = _count(searcher, matching)
        if strict and not total:
            strict = False
            compiled.hints.append(Hint(HintCode.ANY_WORD))
            matching = compiled.matching(conditions)
            total = _count(searcher, matching)
        limit = min(max(limit, 1), MAX_LIMIT)
        addresses, cursor = (
            _by_relevance(searcher, compiled.ranked(matching), limit, after)
            if sort is Sort.RELEVANCE
            else _by_key(searcher, self._schema, matching, schema.SORT_KEYS[sort], limit, after)
        )
        hints = compiled.hints
        if not total:
            hints += explain_nothing(asked, compiled, compiler, filters, lambda q: _count(searcher, q))
        return ResultPage(
            hits=self._hits(searcher, addresses, compiled),
            total=min(total, TOTAL_CAP),
            capped=total > TOTAL_CAP,
            facets=_facets(searcher, compiled, compiler, filters, facets, strict),
            hints=hints,
            after=cursor,
        )

    def _hits(
        self,
        searcher: tantivy.Searcher,
        addresses: list[tuple[float, tantivy.DocAddress]],
        compiled: Compiled,
    ) -> list[Hit]:
        highlighter = Highlighter(compiled.marked, compiled.marked_exact)
        hits = []
        for score, address in addresses:
            row = searcher.doc(address)
            source = schema.read_source(row)
            line, page = highlighter.best_line(schema.read_pages(row)) if compiled.marked else ([], None)
            source["summary"] = highlighter.segments(source["summary"])
            source["recipients"] = tuple(source["recipients"])
            hits.append(Hit(**source, score=score, line=line, page=page))
        return hits

    def suggest(self, prefix: str, tokens: Collection[str], *, limit: int = 8) -> list[Suggestion]:
        """Documents by the beginning of their number or words of their summary, newest first; issuers."""
        words = terms(prefix[:200]).folded
        if not tokens or not words or (words[0].isalpha() and len("".join(words)) < 2):
            return []
        self.refresh()
        searcher = self._index.searcher()
        visible = Compiler(self._schema, searcher, tokens).compile(Query()).visible
        found = self._suggest_issuers(searcher, visible, words)
        places = [self._beginning(schema.TITLE, words)]
        if key := fold_code(prefix):
            places = [self._starts(schema.CODE, key), self._starts(schema.CODE_PREFIX, key), *places]
        seen: set[str] = set()
        for place in places:
            matching = all_of([visible, constant(place)])
            for _, address in searcher.search(matching, limit, order_by_field=schema.SORT_KEYS[Sort.DATE]).hits:
                source = schema.read_source(searcher.doc(address))
                if source["id"] not in seen and len(seen) < limit:
                    seen.add(source["id"])
                    found.append(
                        Suggestion(kind="document", text=source["summary"], id=source["id"], code=source["code"])
                    )
        return found

    def _suggest_issuers(
        self, searcher: tantivy.Searcher, visible: tantivy.Query, words: Sequence[str]
    ) -> list[Suggestion]:
        matching = all_of([visible, constant(self._beginning(schema.words_in(Facet.ISSUER), words))])
        counted = _count_values(searcher, matching, [Facet.ISSUER], most=3)
        return [Suggestion(kind="issuer", text=found.value) for found in counted[Facet.ISSUER]]

    def _beginning(self, place: str, words: Sequence[str]) -> tantivy.Query:
        """All words, the last of them unfinished."""
        full = [tantivy.Query.term_query(self._schema, place, word) for word in words[:-1]]
        return all_of([*full, self._starts(place, words[-1])])

    def _starts(self, place: str, beginning: str) -> tantivy.Query:
        # "qui" is how both spellings of a finished "quy" are indexed, "quy…" how "quyết" is.
        spellings = {beginning, beginning[:-1] + "y"} if beginning.endswith("i") else {beginning}
        return any_of(
            [
                tantivy.Query.fuzzy_term_query(self._schema, place, spelling, 0, prefix=True)
                for spelling in sorted(spellings)
            ]
        )


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return int(searcher.search(query, 1).count)  # type: ignore[attr-defined]  # missing in the package's own stubs


def _by_relevance(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int, after: str | None
) -> tuple[list[tuple[float, tantivy.DocAddress]], str | None]:
    """Best first, equal scores by id. The cursor is the rank, score and tie of the last hit shown."""
    rank, last_score, last_tie = _read_cursor(after)
    wanted = min(rank + limit + 1, TOTAL_CAP)
    fetched = wanted + 20
    while True:
        hits = searcher.search(query, fetched, count=False).hits
        # Which of equal scores are left out is the engine's own choice: fetch on until none are.
        settled = len(hits) < fetched or hits[-1][0] < hits[min(wanted, len(hits)) - 1][0]
        if settled or fetched >= 2 * TOTAL_CAP:
            break
        fetched *= 2
    ties = searcher.fast_field_values(schema.TIE, [address for _, address in hits])
    ordered = sorted(
        ((score, int(tie or 0), address) for (score, address), tie in zip(hits, ties, strict=True)),
        key=lambda hit: (-hit[0], -hit[1]),
    )
    start = 0
    if after is not None and last_score is not None:
        following = (at + 1 for at, hit in enumerate(ordered) if hit[1] == last_tie)
        later = (at for at, hit in enumerate(ordered) if (hit[0], hit[1]) < (last_score, last_tie))
        start = next(following, next(later, len(ordered)))
    shown = ordered[start : start + limit]
    more = len(ordered) > start + limit and start + limit < TOTAL_CAP
    cursor = f"r{start + len(shown)}:{shown[-1][0]!r}:{shown[-1][1]}" if more and shown else None
    return [(score, address) for score, _, address in shown], cursor


def _read_cursor(after: str | None) -> tuple[int, float | None, int]:
    try:
        rank, score, tie = (after or "").removeprefix("r").split(":")
        return min(max(int(rank), 0), TOTAL_CAP), float(score), int(tie)
    except ValueError:
        return 0, None, 0


def _by_key(
    searcher: tantivy.Searcher,
    fields: tantivy.Schema,
    query: tantivy.Query,
    key: str,
    limit: int,
    after: str | None,
) -> tuple[list[tuple[float, tantivy.DocAddress]], str | None]:
    """By an integer that differs in every document, downwards; the cursor is the last one shown."""
    if after is not None and after.startswith("k") and after[1:].lstrip("-").isdigit():
        last = min(max(int(after[1:]), -(2**63) + 1), 2**63 - 1)
        below = tantivy.Query.range_query(
            fields, key, tantivy.FieldType.Integer, -(2**63) + 1, last, include_upper=False
        )
        query = tantivy.Query.boolean_query([(Occur.Must, query), (Occur.Must, constant(below))])
    hits = searcher.search(query, limit + 1, count=False, order_by_field=key).hits
    cursor = f"k{hits[limit - 1][0]}" if len(hits) > limit else None
    return [(0.0, address) for _, address in hits[:limit]], cursor


def _facets(
    searcher: tantivy.Searcher,
    compiled: Compiled,
    compiler: Compiler,
    filters: Filters,
    facets: Sequence[str],
    strict: bool,
) -> dict[str, list[FacetCount]]:
    """Counts of the values of each field; a field that is filtered by is counted as if it were not."""
    wanted = [facet for facet in facets if facet in set(Facet)]
    open_ = [facet for facet in wanted if not filters.values.get(facet)]
    counted: dict[str, list[FacetCount]] = {}
    if open_:
        whole = compiled.matching(compiler.conditions(filters), every_word=strict)
        counted.update(_count_values(searcher, whole, open_))
    for facet in wanted:
        if facet not in counted:
            wider = compiled.matching(compiler.conditions(filters.without(facet)), every_word=strict)
            counted.update(_count_values(searcher, wider, [facet]))
    return {facet: counted[facet] for facet in wanted}


def _count_values(
    searcher: tantivy.Searcher, query: tantivy.Query, facets: Sequence[str], most: int = FACET_VALUES
) -> dict[str, list[FacetCount]]:
    asked = {str(facet): {"terms": {"field": str(facet), "size": most}} for facet in facets}
    found = searcher.aggregate(query, asked)
    return {
        facet: [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in found[str(facet)]["buckets"]]
        for facet in facets
    }

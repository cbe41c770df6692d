"""Searching as one person: the engine finds, the database decides what of it may be shown.

What is searched for is the same thing in an address, in a saved search and in an export: :class:`Asked`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from edocs import clock
from edocs.asked import number_in
from edocs.documents.access import visible, withdrawn_from
from edocs.documents.choices import State
from edocs.documents.index_care import Standing, standing
from edocs.documents.indexing import engine
from edocs.documents.models import Document
from edocs.office.models import Person
from edocs.office.queries import tokens_of
from search import Facet, FacetCount, Filters, Hint, HintCode, Hit, Query, SearchError, Sort, parse
from search.analysis import fold_code
from search.query import Clause, FieldCode, FieldKeys, FieldText, Phrase, Word

#: what results can be narrowed by, in the order of the page
FACETS: tuple[Facet, ...] = (
    Facet.KIND,
    Facet.ISSUER,
    Facet.YEAR,
    Facet.DIRECTION,
    Facet.STATE,
    Facet.UNIT,
    Facet.BOOK,
    Facet.SIGNER,
    Facet.FIELD,
    Facet.HAS_SIGNATURE,
)
PAGE = 20
MOST_VALUES = 50
LONGEST_VALUE = 200
LONGEST_WORDS = 4_000
#: results read together when all of them are wanted
TOGETHER = 200
#: hints that tell what the index holds, not what was typed
OF_THE_INDEX = frozenset(
    {HintCode.UNKNOWN_WORD, HintCode.SPELLING, HintCode.NO_MATCH, HintCode.FILTERED_OUT, HintCode.EXCLUDED}
)

#: fields whose words higher layers compare for one person, so that the index need not hold them: what the words mean
meanings: dict[str, Callable[[Person, str], Sequence[str]]] = {}


@dataclass(frozen=True)
class Asked:
    """What somebody searches for: words in the language of the box, chosen values, the order."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE

    @classmethod
    def read(cls, given: QueryDict | str) -> Asked:
        """From an address (or its query as text); what makes no sense is left out."""
        values = QueryDict(given) if isinstance(given, str) else given
        chosen = {}
        for facet in FACETS:
            kept = tuple(dict.fromkeys(_clean(value)[:LONGEST_VALUE] for value in values.getlist(facet)))
            if kept := tuple(value for value in kept if value)[:MOST_VALUES]:
                chosen[str(facet)] = kept
        sort = values.get("sort", "")
        order = Sort(sort) if sort in {one.value for one in Sort} else Sort.RELEVANCE
        return cls(_clean(values.get("q", ""))[:LONGEST_WORDS], chosen, order)

    @property
    def query(self) -> str:
        """As it stands in an address; equal searches have equal ones."""
        sort = {"sort": str(self.sort)} if self.sort != Sort.RELEVANCE else {}
        ordered = {name: self.chosen[name] for name in map(str, FACETS) if name in self.chosen}
        return urlencode({"q": self.words} | ordered | sort, doseq=True)

    @cached_property
    def parsed(self) -> Query:
        """The words as the engine understands them today."""
        return parse(self.words, today=clock.today())

    @property
    def plain(self) -> str:
        """The words and phrases alone, as one looks for them inside a document."""
        kept = (clause for clause in self.parsed.clauses if isinstance(clause, Word | Phrase))
        return " ".join(f'"{one.text}"' if isinstance(one, Phrase) else one.text for one in kept)

    @property
    def filters(self) -> Filters:
        return Filters(values=self.chosen)

    def toggled(self, facet: str, value: str) -> Asked:
        """The same with one value more or less."""
        values = self.chosen.get(facet, ())
        left = tuple(one for one in values if one != value) if value in values else (*values, value)
        chosen = {name: kept for name, kept in ({**self.chosen, facet: left}).items() if kept}
        return replace(self, chosen=chosen)

    def without(self, facet: str) -> Asked:
        """The same without narrowing by one facet."""
        return replace(self, chosen={name: kept for name, kept in self.chosen.items() if name != facet})


@dataclass(frozen=True)
class Found:
    """One page of results that the person may see now.

    ``counted`` is false for the moment in which the index has not heard of a right that was withdrawn: numbers would
    count what may not be known, so there are none. ``older``: the index does not know what an upgrade brought.
    """

    rows: Sequence[tuple[Hit, Document]] = ()
    total: int = 0
    capped: bool = False
    counted: bool = True
    facets: Mapping[str, Sequence[FacetCount]] = field(default_factory=dict)
    hints: Sequence[Hint] = ()
    after: str | None = None
    corrected: str = ""
    older: bool = False


class IndexFilling(SearchError):
    """The index was made new and holds only a part of the documents: whoever is asked now says so."""


def search(
    person: Person, asked: Asked, *, limit: int = PAGE, after: str | None = None, facets: Sequence[Facet] = FACETS
) -> Found:
    """One page of results. Two statements, whatever the page.

    Raises SearchError when the engine is away, IndexFilling when its index is not full.
    """
    older = _relied_on() is Standing.OLDER
    # asked before the engine: what it hears of meanwhile is then merely left out twice
    unheard = withdrawn_from(person)
    page = engine().search(
        meant(person, asked.parsed),
        tokens_of(person),
        filters=asked.filters,
        facets=[str(facet) for facet in facets],
        sort=asked.sort,
        limit=limit,
        after=after,
    )
    rows = _let_through(person, page.hits)
    if unheard:
        hints = [hint for hint in page.hints if hint.code not in OF_THE_INDEX]
        return Found(rows, counted=False, hints=hints, after=page.after, older=older)
    return Found(rows, page.total, page.capped, True, page.facets, page.hints, page.after, page.corrected, older)


def _relied_on() -> Standing:
    found = standing()
    if found is Standing.FILLING:
        raise IndexFilling("The search index was made new and is not full yet.")
    return found


def meant(person: Person | None, query: Query) -> Query:
    """The query with the words of some fields (``meanings``) as what they mean to this person; to nobody, without."""
    if person is None:
        kept, left = ([part for part in parts if not _has_meaning(part)] for parts in (query.clauses, query.excluded))
        return replace(query, text=query.text if kept or left else "", clauses=tuple(kept), excluded=tuple(left))

    def one(clause: Clause) -> Clause:
        if isinstance(clause, FieldText) and _has_meaning(clause):
            return FieldKeys(clause.field, tuple(meanings[clause.field](person, clause.text)), clause.text)
        return clause

    return replace(query, clauses=tuple(map(one, query.clauses)), excluded=tuple(map(one, query.excluded)))


def _has_meaning(clause: Clause) -> bool:
    return isinstance(clause, FieldText) and clause.field in meanings


def similar(person: Person, document: Document, *, limit: int = PAGE) -> list[tuple[Hit, Document]]:
    """Other documents about the same; none when the person may not see (any more) what they are to be like.

    Raises SearchError.
    """
    _relied_on()
    hits = engine().more_like_this(str(document.pk), tokens_of(person), limit=limit)
    seen = _seen(person, [document.pk, *(int(hit.id) for hit in hits)])
    return [(hit, seen[int(hit.id)]) for hit in hits if int(hit.id) in seen] if document.pk in seen else []


def everything(person: Person, asked: Asked, most: int) -> Iterator[tuple[Hit, Document]]:
    """All results in their order, at most so many; each part is asked of the database anew. Raises SearchError."""
    after, given = None, 0
    while given < most:
        found = search(person, asked, limit=min(TOGETHER, most - given), after=after, facets=())
        yield from found.rows
        given += len(found.rows)
        after = found.after
        if after is None:
            return


def _let_through(person: Person, hits: Sequence[Hit]) -> list[tuple[Hit, Document]]:
    """Hits with their documents; what the person may not see (any more) is left out. One statement."""
    seen = _seen(person, [int(hit.id) for hit in hits])
    return [(hit, seen[int(hit.id)]) for hit in hits if int(hit.id) in seen]


def _seen(person: Person, numbers: Sequence[int]) -> dict[int, Document]:
    return visible(person).exclude(state=State.CANCELLED).select_related("kind", "unit").in_bulk(numbers)


def from_the_database(person: Person, asked: Asked, limit: int = PAGE) -> list[Document]:
    """While the engine is away or its index not full: documents by number, or by words of their summary as written."""
    words = [word.text for word in asked.parsed.words][:8]
    title = Q()
    for word in words:
        title &= Q(summary__icontains=word)
    wanted = title if words else Q()
    codes = [clause.text for clause in asked.parsed.clauses if isinstance(clause, FieldCode)] or [asked.words]
    for folded in filter(None, (fold_code(code)[:45] for code in codes)):
        wanted |= Q(code_folded__startswith=folded)
    if (number := number_in(asked.words)) is not None and number < 10**9:
        wanted |= Q(arrival_number=number)
    rows = visible(person).exclude(state=State.CANCELLED).filter(wanted).select_related("kind", "unit")
    return list(rows.order_by("-pk")[:limit])


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())

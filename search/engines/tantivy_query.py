"""From the query tree to tantivy's: what must match, what counts how much, and who may see it.

The weights were measured on 17,506 Vietnamese legal articles and 1,600 judged questions: one field for title
and text, pairs of syllables as word segmentation, a constant for documents that hold every word, accents
only as a bonus, spelling only for unknown syllables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise, product

import tantivy
from tantivy import FieldType, Occur

from search.analysis import cited_codes, code_parts, fold_code, has_accents, terms
from search.documents import DateRange, Filters, Hint, HintCode
from search.engines import tantivy_schema as schema
from search.query import Clause, CodeCandidate, FieldCode, FieldDays, FieldText, Phrase, Query, Word
from search.spelling import known_slips

PAIRS, TITLE_PAIRS, EXACT, EXACT_PAIRS = 0.5, 0.1, 0.5, 0.3
EVERY_WORD = 3.0
WHOLE_CODE, CODE_BEGINNING, SYMBOL, CITED_CODE = 1000.0, 500.0, 400.0, 100.0
PART_OF_QUERY = 0.1
"""A code among other words still leads, but less than when it is the whole query."""
LONE_NUMBER = 1.0
SEEN_BY_ALL = 1_000
"""A syllable in more documents than this is known without asking whether this person may read one."""

Clauses = list[tuple[Occur, tantivy.Query]]


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """At least one, none of them when there are none; scores add up."""
    if not queries:
        return tantivy.Query.empty_query()
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(Occur.Should, q) for q in queries])


def all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Each of them."""
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(Occur.Must, q) for q in queries])


def best_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """At least one; the best score counts."""
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(list(queries))


def constant(query: tantivy.Query, score: float = 0.0) -> tantivy.Query:
    """Matches the same with a score of its own; 0 for conditions that say nothing about relevance."""
    return tantivy.Query.const_score_query(query, score)


@dataclass(slots=True)
class Compiled:
    """A query ready to run, in parts: what must match, and what only says how well it does.

    Counting needs the first alone, which is several times cheaper.
    """

    visible: tantivy.Query
    conditions: Clauses = field(default_factory=list)
    ranking: list[tantivy.Query] = field(default_factory=list)
    """Adds to the score of what matches. Empty: relevance means nothing here (fields and filters alone)."""
    every_word: tantivy.Query | None = None
    """The condition that all known words stand in the document, if there are several."""
    possible: bool = True
    """False when the query names nothing that could be looked for."""
    marked: set[str] = field(default_factory=set)
    """Folded terms to mark in the results."""
    marked_exact: set[str] = field(default_factory=set)
    hints: list[Hint] = field(default_factory=list)

    def matching(self, conditions: Sequence[tantivy.Query], *, every_word: bool = False) -> tantivy.Query:
        """What matches, without scores, and under conditions; ``every_word``: no known word is missing."""
        clauses: Clauses = [(Occur.Must, self.visible), *self.conditions]
        if every_word and self.every_word is not None:
            clauses.append((Occur.Must, constant(self.every_word)))
        clauses.extend((Occur.Must, constant(condition)) for condition in conditions)
        return tantivy.Query.boolean_query(clauses)

    def ranked(self, matching: tantivy.Query) -> tantivy.Query:
        """The same with scores."""
        return tantivy.Query.boolean_query([(Occur.Must, matching), *((Occur.Should, query) for query in self.ranking)])


class Compiler:
    """Builds queries against one state of the index, for one person."""

    def __init__(self, schema_: tantivy.Schema, searcher: tantivy.Searcher, tokens: Collection[str]) -> None:
        self._schema = schema_
        self._searcher = searcher
        self._visible = constant(tantivy.Query.term_set_query(schema_, schema.TOKEN, sorted(set(tokens))))

    def compile(self, query: Query) -> Compiled:
        """The query with its ranking; unknown words are spelled anew or left out, with a hint."""
        compiled = Compiled(self._visible, hints=list(query.hints))
        if query.words:
            self._want_words(query, compiled)
        for clause in query.clauses:
            if not isinstance(clause, Word):
                self._want(clause, compiled)
        for clause in query.excluded:
            compiled.conditions.append((Occur.MustNot, self.clause(clause)))
        compiled.possible = query.is_blank or bool(query.clauses) or bool(query.excluded)
        return compiled

    def _want(self, clause: Clause, compiled: Compiled) -> None:
        """A part of the query other than a plain word: it must match."""
        condition = self.clause(clause)
        compiled.conditions.append((Occur.Must, constant(condition)))
        if isinstance(clause, Phrase):
            found = terms(clause.text)
            compiled.marked.update(found.folded)
            compiled.ranking.append(condition)
            if has_accents(clause.text):
                compiled.marked_exact.update(found.exact)
                exact = self._phrase(schema.EXACT, found.exact)
                compiled.ranking.append(tantivy.Query.boost_query(exact, 2.0))
        elif isinstance(clause, FieldText) and clause.field in ("summary", "text"):
            compiled.marked.update(terms(clause.text).folded)

    def clause(self, clause: Clause) -> tantivy.Query:
        """The condition of one clause alone."""
        match clause:
            case Word(text=text):
                return self._phrase(schema.WORDS, terms(text).folded)
            case Phrase(text=text):
                return self._phrase(schema.WORDS, terms(text).folded)
            case FieldText(field=name, text=text):
                place = {"summary": schema.TITLE, "text": schema.WORDS}.get(name) or schema.words_in(name)
                return self._phrase(place, terms(text).folded)
            case FieldCode(field=name, text=text):
                key = fold_code(text)
                places = [schema.CODE, schema.CODE_PREFIX]
                if name == "symbol":
                    places.append(schema.SYMBOL)
                return any_of([self._term(place, key) for place in places])
            case FieldDays(field=name, days=days):
                return self.days(name, days)

    def days(self, name: str, days: DateRange) -> tantivy.Query:
        """A date field in a range of days."""
        return tantivy.Query.range_query(
            self._schema,
            name,
            FieldType.Integer,
            days.first.toordinal() if days.first else 0,
            days.last.toordinal() if days.last else 10_000_000,
        )

    def conditions(self, filters: Filters) -> list[tantivy.Query]:
        """The filters, each a condition."""
        found = [
            tantivy.Query.term_set_query(self._schema, name, [str(value) for value in values])
            for name, values in filters.values.items()
            if values
        ]
        for name, days in ((schema.DAY, filters.days), (schema.DUE, filters.due)):
            if days:
                found.append(self.days(name, days))
        return found

    def can_see(self, query: tantivy.Query) -> bool:
        """Whether the person may read at least one document that matches."""
        both = tantivy.Query.boolean_query([(Occur.Must, constant(query)), (Occur.Must, self._visible)])
        return bool(self._searcher.search(both, 1, count=False).hits)

    # Words

    def _want_words(self, query: Query, compiled: Compiled) -> None:
        """The plain words: a number and symbol when they are one, else any of them, ranked."""
        text = " ".join(word.text for word in query.words)
        typed = terms(text)
        if code := self._whole_code(query):
            compiled.marked.update(typed.folded)
            compiled.conditions.append((Occur.Must, constant(code)))
            compiled.ranking.append(code)
            return
        groups = [self._spellings(term, compiled) for term in typed.folded]
        known = sorted({term for group in groups for term in group})
        compiled.marked.update(known)
        cited = sorted({key for word in query.words for key in cited_codes(word.text)})
        codes = [code.key for code in query.codes]
        places = (
            (schema.WORDS, known),
            (schema.CITED, cited),
            (schema.CODE, codes),
            (schema.CODE_PREFIX, codes),
        )
        matching = [tantivy.Query.term_set_query(self._schema, place, keys) for place, keys in places if keys]
        compiled.conditions.append((Occur.Must, constant(any_of(matching))))

        ranking = [self._group(group) for group in groups if group]
        if len(ranking) > 1:
            compiled.every_word = all_of(ranking)
            ranking.append(constant(compiled.every_word, EVERY_WORD))
        ranking += self._ranked_pairs(groups)
        ranking += [self._code_part(code) for code in query.codes]
        ranking += [self._term(schema.CITED, key) for key in cited]
        if has_accents(text):
            compiled.marked_exact.update(typed.exact)
            ranking += [self._boosted(schema.EXACT, term, EXACT) for term in typed.exact]
            ranking += [self._boosted(schema.EXACT_PAIRS, pair, EXACT_PAIRS) for pair in typed.exact_pairs]
        compiled.ranking += ranking

    def _ranked_pairs(self, groups: list[list[str]]) -> list[tantivy.Query]:
        """Neighbouring syllables as pairs, in the whole and in the title; every spelling of both."""
        ranked: list[tantivy.Query] = []
        for first, second in pairwise(groups):
            pairs = [f"{one}_{other}" for one, other in product(first, second)]
            for place, weight in ((schema.WORD_PAIRS, PAIRS), (schema.TITLE_PAIRS, TITLE_PAIRS)):
                known = [pair for pair in pairs if self._frequency(place, pair)]
                if known:
                    ranked.append(best_of([self._boosted(place, pair, weight) for pair in known]))
        return ranked

    def _spellings(self, term: str, compiled: Compiled) -> list[str]:
        """The term itself when a readable document holds it, else known ones one slip away, else none."""
        if self._known(term):
            return [term]
        found = [slip for slip in known_slips(term, partial(self._frequency, schema.WORDS)) if self._known(slip)]
        if found:
            compiled.hints.append(Hint(HintCode.SPELLING, term, found[0]))
        else:
            compiled.hints.append(Hint(HintCode.UNKNOWN_WORD, term))
        return found

    def _known(self, term: str) -> bool:
        frequency = self._frequency(schema.WORDS, term)
        return frequency > SEEN_BY_ALL or (frequency > 0 and self.can_see(self._term(schema.WORDS, term)))

    def _frequency(self, place: str, term: str) -> int:
        return self._searcher.doc_freq(place, term)

    # Numbers and symbols

    def _whole_code(self, query: Query) -> tantivy.Query | None:
        """When all words together are the number and symbol of something readable: that and nothing else."""
        for code in query.codes:
            if code.whole and code.parts > 1:
                found = self._code(code.key, code_parts(" ".join(word.text for word in query.words)))
                if self.can_see(found):
                    return found
        return None

    def _code(self, key: str, parts: list[str]) -> tantivy.Query:
        words = terms(" ".join(parts)).folded
        return any_of(
            [
                constant(self._term(schema.CODE, key), WHOLE_CODE),
                constant(self._term(schema.CODE_PREFIX, key), CODE_BEGINNING),
                constant(self._term(schema.SYMBOL, key), SYMBOL),
                constant(self._term(schema.CITED, key), CITED_CODE),
                self._phrase(schema.WORDS, words),
            ]
        )

    def _code_part(self, code: CodeCandidate) -> tantivy.Query:
        """A possible code among other words, or a number alone."""
        weight = 1.0 if code.whole else PART_OF_QUERY
        if code.parts == 1 and not code.whole:
            return constant(self._term(schema.CODE_PREFIX, code.key), LONE_NUMBER)
        return best_of(
            [
                constant(self._term(schema.CODE, code.key), weight * WHOLE_CODE),
                constant(self._term(schema.CODE_PREFIX, code.key), weight * CODE_BEGINNING),
                constant(self._term(schema.SYMBOL, code.key), weight * SYMBOL),
            ]
        )

    # Small pieces

    def _term(self, place: str, term: str) -> tantivy.Query:
        option = "freq" if place in (schema.WORD_PAIRS, schema.EXACT_PAIRS, schema.TITLE_PAIRS) else "position"
        if place in (schema.ID, schema.CODE, schema.CODE_PREFIX, schema.SYMBOL, schema.CITED):
            option = "basic"
        return tantivy.Query.term_query(self._schema, place, term, option)

    def _boosted(self, place: str, term: str, weight: float) -> tantivy.Query:
        return tantivy.Query.boost_query(self._term(place, term), weight)

    def _group(self, spellings: list[str]) -> tantivy.Query:
        return best_of([self._term(schema.WORDS, spelling) for spelling in spellings])

    def _phrase(self, place: str, words: Sequence[str]) -> tantivy.Query:
        if not words:
            return tantivy.Query.empty_query()
        if len(words) == 1:
            return self._term(place, words[0])
        return tantivy.Query.phrase_query(self._schema, place, list(words))


Counter = Callable[[tantivy.Query], int]


def explain_nothing(
    query: Query, compiled: Compiled, compiler: Compiler, filters: Filters, count: Counter
) -> list[Hint]:
    """Why nothing was found: parts that match nothing alone, filters without which there would be results."""
    hints: list[Hint] = []
    for clause in query.clauses:
        if not isinstance(clause, Word) and not compiler.can_see(compiler.clause(clause)):
            subject = f"{clause.field}" if isinstance(clause, FieldDays) else clause.text
            hints.append(Hint(HintCode.NO_MATCH, subject))
    for name, values in filters.values.items():
        if values and (found := count(compiled.matching(compiler.conditions(filters.without(name))))):
            hints.append(Hint(HintCode.FILTERED_OUT, name, str(found)))
    return hints

"""Searching as every engine does it, built on what a :class:`~search.view.View` can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from search import fields
from search.analysis import clean, fold, has_accents, terms
from search.documents import (
    NO_FILTERS,
    TOTAL_CAP,
    Facet,
    FacetCount,
    Filters,
    Hint,
    HintCode,
    Hit,
    ResultPage,
    Sort,
    Suggestion,
)
from search.highlight import Highlighter
from search.planning import Plan, Planner, condition, conditions
from search.query import Clause, FieldDays, Phrase, Query, Word, parse
from search.similar import similar
from search.suggesting import Recent, suggest
from search.view import Counted, Counts, Found, Ranked, Sorted, View

MAX_LIMIT = 500


class Searching(ABC):
    """The reading half of an engine; see :class:`search.engine.Engine`. Engines give the view."""

    @abstractmethod
    def _view(self) -> View:
        """The engine's own index, as it is now."""

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
        document holds them all is it any of them (hint ``any_word``). A phrase that no readable document
        holds is searched as words (hint ``no_match``).
        """
        asked = parse(query) if isinstance(query, str) else query
        if not tokens:
            return ResultPage(hints=list(asked.hints))
        view = self._view()
        question = _Question(view, Planner(view, tokens), filters, facets, sort, min(max(limit, 1), MAX_LIMIT), after)
        return question.answer(asked)

    def suggest(self, prefix: str, tokens: Collection[str], *, limit: int = 8) -> list[Suggestion]:
        """See :meth:`search.engine.Engine.suggest`."""
        return suggest(self._view, self._recent, prefix, tokens, limit)

    @cached_property
    def _recent(self) -> Recent:
        return Recent()

    def more_like_this(self, identifier: str, tokens: Collection[str], *, limit: int = 10) -> list[Hit]:
        """See :meth:`search.engine.Engine.more_like_this`."""
        if not tokens:
            return []
        view = self._view()
        found, marked = similar(view, Planner(view, tokens).visible, identifier, min(max(limit, 1), MAX_LIMIT))
        return hits_of(view, found, Highlighter(marked))

    def did_you_mean(self, query: Query | str, tokens: Collection[str]) -> str | None:
        """See :meth:`search.engine.Engine.did_you_mean`."""
        return self.search(query, tokens, limit=5).corrected or None

    def explain_empty(
        self, query: Query | str, tokens: Collection[str], *, filters: Filters = NO_FILTERS
    ) -> list[Hint]:
        """See :meth:`search.engine.Engine.explain_empty`."""
        asked = parse(query) if isinstance(query, str) else query
        if not tokens:
            return []
        view = self._view()
        planner = Planner(view, tokens)
        plan = planner.plan(asked)
        unknown = [hint for hint in plan.hints if hint.code is HintCode.UNKNOWN_WORD]
        return unknown + explain(view, planner, asked, plan, filters)


class _Question:
    """One search: what was asked besides the words, and the state of the index that answers."""

    def __init__(
        self,
        view: View,
        planner: Planner,
        filters: Filters,
        facets: Sequence[str],
        sort: Sort,
        limit: int,
        after: str | None,
    ) -> None:
        self.view, self.planner, self.filters, self.sort = view, planner, filters, sort
        self.facets = [str(facet) for facet in facets if facet in set(Facet)]
        self.limit, self.after = limit, after

    def answer(self, query: Query) -> ResultPage:
        plan = self.planner.plan(query)
        if not plan.possible:
            return ResultPage(hints=plan.hints)
        strict = self.sort is not Sort.RELEVANCE and plan.every_word is not None
        found, counts = self.ask(plan, strict)
        if strict and not counts[0].total:
            plan.hints.append(Hint(HintCode.ANY_WORD))
            found, counts = self.ask(plan, False)
        total = counts[0].total
        if not total:
            plan.hints += explain(self.view, self.planner, query, plan, self.filters)
            missing = {hint.subject for hint in plan.hints if hint.code is HintCode.NO_MATCH}
            looser = _without_phrases(query, missing)
            if looser is not query:
                page = self.answer(looser)
                told = [hint for hint in page.hints if hint not in plan.hints]
                return replace(page, hints=plan.hints + told)
        hits = hits_of(self.view, found, Highlighter(plan.marked, plan.marked_exact))
        return ResultPage(
            hits=hits,
            total=min(total, TOTAL_CAP),
            capped=total > TOTAL_CAP,
            facets=self.facet_counts(counts),
            hints=plan.hints,
            after=found.after,
            corrected=_corrected(query, plan, hits),
        )

    def ask(self, plan: Plan, strict: bool) -> tuple[Found, list[Counts]]:
        """A page and its counts. A field that is filtered by is counted as if it were not."""
        filters = conditions(self.filters)
        sort = Sort.DATE if self.sort is Sort.RELEVANCE and not plan.first else self.sort
        find: Ranked | Sorted
        if sort is Sort.RELEVANCE:
            find = Ranked(
                matching=plan.matching(filters, wanted=False),
                wanted=plan.wanted,
                first=tuple(plan.first),
                more=tuple(plan.more),
                limit=self.limit,
                after=self.after,
            )
        else:
            matching = plan.matching(filters, every_word=strict)
            find = Sorted(matching=matching, key=fields.SORT_KEYS[sort], limit=self.limit, after=self.after)
        whole = plan.matching(filters, every_word=strict)
        open_ = tuple(facet for facet in self.facets if not self.filters.values.get(facet))
        asked = [Counted(matching=whole, cap=TOTAL_CAP, facets=open_)]
        for facet in self.facets:
            if facet not in open_:
                wider = plan.matching(conditions(self.filters.without(facet)), every_word=strict)
                asked.append(Counted(matching=wider, facets=(facet,)))
        (found,), counts = self.view.ask([find], asked)
        return found, counts

    def facet_counts(self, counts: list[Counts]) -> dict[str, list[FacetCount]]:
        together = {facet: values for count in counts for facet, values in count.facets.items()}
        return {facet: together.get(facet, []) for facet in self.facets}


def hits_of(view: View, found: Found, highlighter: Highlighter) -> list[Hit]:
    """What was found as people read it."""
    hits = []
    stored = view.load([reference for _, reference in found.hits])
    for (score, _), document in zip(found.hits, stored, strict=True):
        if document is None:
            continue
        line, page = highlighter.best_line(document.pages) if highlighter.marks_anything else ([], None)
        summary = highlighter.segments(document.source["summary"])
        hits.append(Hit(**{**document.source, "summary": summary}, score=score, line=line, page=page))
    return hits


def explain(view: View, planner: Planner, query: Query, plan: Plan, filters: Filters) -> list[Hint]:
    """Why nothing was found: parts that match nothing alone, filters and exclusions that hide something."""
    hints: list[Hint] = []
    parts = [clause for clause in query.clauses if not isinstance(clause, Word)]
    for part, seen in zip(parts, planner.readable([condition(part) for part in parts]), strict=True):
        if not seen:
            hints.append(Hint(HintCode.NO_MATCH, _subject(part)))
    without: list[tuple[HintCode, str, Counted]] = []
    for name, fewer in filters.each_without():
        counted = Counted(matching=plan.matching(conditions(fewer)), cap=TOTAL_CAP)
        without.append((HintCode.FILTERED_OUT, name, counted))
    for at, clause in enumerate(query.excluded):
        others = replace(plan, never=[*plan.never[:at], *plan.never[at + 1 :]])
        counted = Counted(matching=others.matching(conditions(filters)), cap=TOTAL_CAP)
        without.append((HintCode.EXCLUDED, _subject(clause), counted))
    _, counts = view.ask(counts=[counted for _, _, counted in without])
    for (code, name, _), count in zip(without, counts, strict=True):
        if count.total:
            hints.append(Hint(code, name, str(min(count.total, TOTAL_CAP))))
    return hints


def _subject(clause: Clause) -> str:
    return clause.field if isinstance(clause, FieldDays) else clause.text


def _without_phrases(query: Query, missing: Collection[str]) -> Query:
    """The same query with the phrases that find nothing as plain words; itself when there are none."""
    phrases = [clause for clause in query.clauses if isinstance(clause, Phrase) and clause.text in missing]
    if not phrases:
        return query
    clauses = tuple(
        part
        for clause in query.clauses
        for part in (map(Word, clause.text.split()) if clause in phrases else (clause,))
        if not isinstance(part, Word) or terms(part.text).folded
    )
    return replace(query, clauses=clauses, hints=())


def _corrected(query: Query, plan: Plan, hits: Sequence[Hit]) -> str:
    """The query with its respelled syllables, with accents as in the best hits when it was typed with accents."""
    if not plan.respelled:
        return ""
    best = {one.typed: one.best for one in plan.respelled}
    shown = {folded: folded for folded in best.values()}
    if has_accents(query.text):
        texts = (text for hit in reversed(hits) for text, marked in (*hit.line, *hit.summary) if marked)
        for text in texts:
            for word in text.lower().split():
                if (folded := fold(clean(word))) in shown:
                    shown[folded] = word
    words = []
    for word in query.text.split(" "):
        cut = terms(word).folded
        words.append(shown[best[cut[0]]] if len(cut) == 1 and cut[0] in best else word)
    corrected = " ".join(words)
    return corrected if corrected != query.text else ""

"""Who is told that something new fits a search they follow (R-STA-06).

The few documents that were indexed a moment ago are put into a small index of their own, and the searches that are
followed are asked of it: so it costs the same in an archive of any size, and a search means the same as on its page.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from django.db import transaction
from django.db.models import Min, Q

from edocs.documents.access import visible
from edocs.documents.index_rows import as_index_documents
from edocs.documents.models import Document
from edocs.documents.search_models import SearchFollower
from edocs.documents.searching import Asked, meant
from edocs.documents.services.searches import note_told
from edocs.office.models import Person
from edocs.office.queries import tokens_of
from edocs.office.services import tell
from search import Engine, HintCode, Sort, open_engine

#: with these the engine has found something else than was asked for, because nothing fitted
NOT_QUITE = frozenset({HintCode.ANY_WORD, HintCode.UNKNOWN_WORD, HintCode.SPELLING})
NAMED = 3


def new_among(numbers: Iterable[int]) -> list[int]:
    """Documents that were entered or issued since the first of the searches is followed."""
    since = SearchFollower.objects.aggregate(first=Min("since"))["first"]
    if since is None:
        return []
    fresh = Document.objects.filter(Q(created_at__gte=since) | Q(issued_at__gte=since), pk__in=list(numbers))
    return sorted(fresh.values_list("pk", flat=True))


def tell_followers(numbers: Iterable[int]) -> int:
    """Tell everybody who follows a search that one of these documents is new in it; once for each document.

    Rights are those of the moment: asked of the small index by the person's tokens, and of the database again.
    Returns how many people were told.
    """
    rows = as_index_documents(numbers)
    if not rows:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder))
        engine.index(rows)
        everyone = {token for row in rows for token in row.tokens}
        return _tell(engine, {int(row.id) for row in rows}, everyone)


def _tell(engine: Engine, numbers: Collection[int], everyone: Collection[str]) -> int:
    told = 0
    followed: dict[str, list[SearchFollower]] = defaultdict(list)
    people = SearchFollower.objects.filter(person__is_active=True).select_related("search", "person")
    for follower in people.iterator():
        followed[follower.search.query].append(follower)
    for query, followers in followed.items():
        if _fitting(engine, query, everyone, len(numbers)):
            told += sum(_tell_one(engine, follower, len(numbers)) for follower in followers)
    return told


def _fitting(engine: Engine, query: str, tokens: Collection[str], most: int, person: Person | None = None) -> list[int]:
    """The documents of the small index that hold all that is asked for, as far as it means the same to everybody."""
    asked = Asked.read(query)
    page = engine.search(meant(person, asked.parsed), tokens, filters=asked.filters, sort=Sort.DATE, limit=most)
    if page.corrected or any(hint.code in NOT_QUITE for hint in page.hints):
        return []
    return [int(hit.id) for hit in page.hits]


def _tell_one(engine: Engine, follower: SearchFollower, most: int) -> bool:
    person: Person = follower.person
    found = set(_fitting(engine, follower.search.query, tokens_of(person), most, person)) - set(follower.told)
    new = [one for one in visible(person).filter(pk__in=found).order_by("pk") if _is_new(one, follower.since)]
    if not new:
        return False
    what = ", ".join(one.code or one.summary[:60] for one in new[:NAMED]) + (" …" if len(new) > NAMED else "")
    with transaction.atomic():
        note_told(follower=follower, documents=[one.pk for one in new])
        facts = {"name": follower.search.name, "what": what}
        tell([person], "search_fits", facts=facts, address=f"/search/saved/{follower.search_id}/")
    return True


def _is_new(document: Document, since: dt.datetime) -> bool:
    return document.created_at >= since or (document.issued_at is not None and document.issued_at >= since)

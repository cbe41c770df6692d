"""Keeping searches: under a name, shared, with word when something new fits (Decree 30/2020 App. VI, 6e)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.search_models import RecentSearch, SavedSearch, SearchFollower, Sharing
from edocs.documents.searching import Asked
from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Person

LONGEST_NAME = 100
#: longer ones are nothing that one picks from a list again
LONGEST_RECENT = 200
RECENT = 20
KEPT_SECONDS = 600
MOST_TOLD = 500


def save_search(*, person: Person, name: str, asked: Asked, shared: str, follow: bool) -> SavedSearch:
    """Keep a search under a name that this person has not used yet; ``follow`` gives word of new results.

    Raises Invalid (no name, a name used already, nothing asked for).
    """
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise Invalid(_("Give the search a name."), field="name")
    if not asked.words and not asked.chosen:
        raise Invalid(_("There is nothing to save: type words or choose a filter first."))
    if shared not in Sharing.values:
        raise Invalid(_("Choose who else finds this search."), field="shared")
    try:
        with transaction.atomic():
            saved = SavedSearch.objects.create(
                person=person, name=name, query=asked.query, shared=shared, at=clock.now()
            )
            if follow:
                follow_search(search=saved, by=person)
            record("search.save", saved, by=person, after={"name": name, "query": asked.query, "shared": shared})
    except IntegrityError:
        raise Invalid(
            _("You have a search named “%(name)s” already. Choose another name.") % {"name": name}, field="name"
        ) from None
    return saved


def remove_search(*, search: SavedSearch, by: Person) -> None:
    """Take a saved search out of everybody's list; whoever saved it, or an administrator."""
    if search.person_id != by.pk and not by.has_role("administrator"):
        raise NotPermitted(_("Only whoever saved a search removes it."))
    with transaction.atomic():
        record("search.remove", search, by=by, before={"name": search.name, "query": search.query})
        search.delete()


def follow_search(*, search: SavedSearch, by: Person) -> None:
    """From now on, tell this person when something new fits."""
    if not searches_of(by).filter(pk=search.pk).exists():
        raise NotPermitted(_("This search is not shared with you."))
    SearchFollower.objects.get_or_create(search=search, person=by, defaults={"since": clock.now()})


def leave_search(*, search: SavedSearch, by: Person) -> None:
    """No more word of new results."""
    SearchFollower.objects.filter(search=search, person=by).delete()


def open_search(*, search: SavedSearch, by: Person) -> None:
    """What was new has been looked at."""
    SearchFollower.objects.filter(search=search, person=by, fresh__gt=0).update(fresh=0)


def note_told(*, follower: SearchFollower, documents: Sequence[int]) -> None:
    """These were told; they are not told again."""
    told = [*follower.told, *documents][-MOST_TOLD:]
    SearchFollower.objects.filter(pk=follower.pk).update(told=told, fresh=F("fresh") + len(documents))


def note_search(*, person: Person, words: str) -> None:
    """Remember what was typed, to offer it again; the latest twenty are kept."""
    key = f"edocs.searched.{person.pk}"
    if not words or len(words) > LONGEST_RECENT or cache.get(key) == words:
        return
    cache.set(key, words, KEPT_SECONDS)
    RecentSearch.objects.update_or_create(person=person, words=words, defaults={"at": clock.now()})
    kept = RecentSearch.objects.filter(person=person).order_by("-at", "-pk").values_list("pk", flat=True)
    RecentSearch.objects.filter(pk__in=list(kept[RECENT:])).delete()


# --- reading ----------------------------------------------------------------------------------------------------------
def searches_of(person: Person) -> QuerySet[SavedSearch]:
    """Saved searches in a person's list: their own and those that are shared with them."""
    shared = Q(shared=Sharing.EVERYBODY)
    if person.unit_id:
        shared |= Q(shared=Sharing.UNIT, person__unit=person.unit_id)
    return SavedSearch.objects.filter(Q(person=person) | shared)


def listed_for(person: Person, limit: int = 50) -> list[SavedSearch]:
    """The list, each with ``fresh``: how many new results wait, None when the person does not follow it."""
    own = SearchFollower.objects.filter(search=OuterRef("pk"), person=person)
    return list(searches_of(person).select_related("person").annotate(fresh=Subquery(own.values("fresh")))[:limit])


def recent_of(person: Person, beginning: str = "", limit: int = 5) -> list[str]:
    """The latest words this person searched for."""
    rows = RecentSearch.objects.filter(person=person, words__istartswith=beginning).exclude(words=beginning)
    return list(rows.order_by("-at", "-pk").values_list("words", flat=True)[:limit])

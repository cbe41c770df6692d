"""Starting the demonstration, telling it, and filling it up for measurements."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from edocs.demo.agency import KEY_PASSWORD, PASSWORD, SHOWN, enter_keys, make_agency, make_keys
from edocs.demo.content import Event, stories, timeline
from edocs.demo.models import Telling
from edocs.demo.player import Player, span
from edocs.errors import Refusal
from edocs.office.models import Agency, Notice, Person

log = logging.getLogger(__name__)
STORIES = 300
SEED = 7


def prepare() -> bool:
    """Make agency and keys when there are none; True when they were made now."""
    fresh = not Agency.objects.exists()
    if fresh:
        make_agency()
    pki = make_keys()
    if fresh:
        enter_keys(pki)
    return fresh


def telling(count: int = STORIES) -> Telling:
    """The telling under way, or a new one that ends now."""
    found = Telling.objects.first()
    if found is None:
        end = timezone.localtime().replace(microsecond=0)
        found = Telling.objects.create(start=span(end), end=end, seed=SEED, stories=count)
        found.total = sum(1 for _event in _events(found))
        found.save(update_fields=["total"])
    return found


def _events(found: Telling) -> Iterator[Event]:
    end = timezone.localtime(found.end)
    return timeline(stories(found.stories, found.start, end, found.seed))


def tell(found: Telling) -> Iterator[int]:
    """Play the events that were not played yet; yields how many are done. Can be stopped and continued anywhere."""
    player = Player(make_keys())
    first = found.done
    for number, event in enumerate(_events(found)):
        if number < first:
            continue
        try:
            player.play(event)
        except Refusal as refusal:
            # after a kill the event under way may have happened already; anything else is worth a look
            level = logging.INFO if number == first and first else logging.WARNING
            log.log(level, "story %s, %s at %s: %s", event.story.ordinal, event.verb, event.at, refusal)
        found.done = number + 1
        Telling.objects.filter(pk=found.pk).update(done=found.done)
        yield found.done
    # people of the demonstration have read their notices but for those of the last day
    Notice.objects.filter(read_at=None, at__lt=found.end - dt.timedelta(days=1)).update(read_at=found.end)


def progress() -> tuple[int, int] | None:
    """How far the telling is, or None when it is over or never began."""
    found = Telling.objects.first()
    return (found.done, found.total) if found is not None and found.done < found.total else None


def login_facts() -> dict[str, Any]:
    """For the log-in page: the accounts with their password, and how far the telling is."""
    people = {
        person.username: person for person in Person.objects.filter(username__in=SHOWN).select_related("position")
    }
    far = progress()
    return {
        "accounts": [people[name] for name in SHOWN if name in people],
        "account_password": PASSWORD,
        "key_password": KEY_PASSWORD,
        "filling": {"done": far[0], "total": far[1]} if far else None,
    }

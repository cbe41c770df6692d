"""Writing the journal and sealing it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from edocs import clock
from edocs.journal.context import origin
from edocs.journal.models import Block, Event

GENESIS = "0" * 64
BLOCK_SIZE = 1000
SETTLE = dt.timedelta(seconds=60)


def record(
    verb: str,
    thing: models.Model,
    *,
    by: models.Model | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Write one event; call it inside the transaction that makes the change, so that they cannot part."""
    source = origin.get()
    return Event.objects.create(
        at=clock.now(),
        person_id=by.pk if by is not None else None,
        acting_for_id=source.acting_for_id,
        verb=verb,
        object_type=thing._meta.label_lower,
        object_id=str(thing.pk),
        before=before,
        after=after,
        address=source.address,
        request_id=source.request_id,
    )


def event_digest(event: Event) -> bytes:
    """SHA-256 over the event's canonical JSON."""
    content = {
        "id": event.pk,
        "at": event.at.isoformat(timespec="microseconds"),
        "person": event.person_id,
        "acting_for": event.acting_for_id,
        "verb": event.verb,
        "object": [event.object_type, event.object_id],
        "before": event.before,
        "after": event.after,
        "address": event.address,
        "request": event.request_id,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).digest()


def merkle_root(leaves: list[bytes]) -> str:
    """Root of a binary hash tree; an odd node is carried up (RFC 6962 prefixes 0 and 1)."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0].hex() if level else GENESIS


def _chain(previous: str, root: str, first: int, last: int, count: int) -> str:
    return hashlib.sha256(f"{previous}:{root}:{first}:{last}:{count}".encode()).hexdigest()


def seal_pending() -> Block | None:
    """Seal the oldest unsealed events into a block; the job repeats it until nothing is left.

    Events of a transaction still under way could get a lower number than one already sealed, so the newest
    minute is left for the next run.
    """
    with transaction.atomic():
        last = Block.objects.order_by("-id").first()
        pending = Event.objects.filter(pk__gt=last.last_event if last else 0).order_by("pk")[:BLOCK_SIZE]
        settled = clock.now() - SETTLE
        # up to the first event of the newest minute: none is ever skipped
        events = list(takewhile(lambda event: event.at < settled, pending))
        if not events:
            return None
        previous = last.digest if last else GENESIS
        root = merkle_root([event_digest(event) for event in events])
        first_id, last_id = events[0].pk, events[-1].pk
        return Block.objects.create(
            first_event=first_id,
            last_event=last_id,
            count=len(events),
            root=root,
            previous=previous,
            digest=_chain(previous, root, first_id, last_id, len(events)),
            sealed_at=clock.now(),
        )


@dataclass(frozen=True)
class Finding:
    """Something in the journal that is not as it was sealed."""

    block: int
    problem: str


def verify() -> Iterator[Finding]:
    """Recompute every block; yields nothing when the journal is whole."""
    previous = GENESIS
    covered = 0
    if Event.objects.filter(pk__lte=0).exists():  # numbers that no sequence gives: no block would hold them
        yield Finding(0, "count")
    for block in Block.objects.order_by("id").iterator():
        if block.previous != previous:
            yield Finding(block.pk, "chain")
        if block.first_event <= covered:
            yield Finding(block.pk, "overlap")
        events = list(Event.objects.filter(pk__gt=covered, pk__lte=block.last_event).order_by("pk"))
        if len(events) != block.count:
            yield Finding(block.pk, "count")
        if merkle_root([event_digest(event) for event in events]) != block.root:
            yield Finding(block.pk, "root")
        digest = _chain(block.previous, block.root, block.first_event, block.last_event, block.count)
        if digest != block.digest:
            yield Finding(block.pk, "digest")
        previous, covered = block.digest, block.last_event

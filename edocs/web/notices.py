"""From the facts of a notice (``edocs.office.services.tell``) to a sentence in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from edocs.office.models import Notice
from edocs.ui import NoticeLine, ToastTone


@dataclass(frozen=True)
class Wording:
    """How a kind of notice is said; ``sentence`` holds ``%(fact)s`` for the facts it needs."""

    sentence: str | Promise
    tone: ToastTone = "plain"


_wordings: dict[str, Wording] = {}


def register_notice(kind: str, sentence: str | Promise, tone: ToastTone = "plain") -> None:
    """Say how notices of this kind read (``edocs/web/sources.py``)."""
    _wordings[kind] = Wording(sentence, tone)


class _Facts(dict[str, Any]):
    """A fact that an old notice does not have is left out of the sentence instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return "…"


def line_of(notice: Notice) -> NoticeLine:
    """The notice as a line of the bell."""
    wording = _wordings.get(notice.kind)
    if wording is None:
        text, tone = str(notice.facts.get("text") or _("Something changed in a document of yours.")), "plain"
    else:
        text, tone = str(wording.sentence) % _Facts(notice.facts), wording.tone
    return NoticeLine(notice.pk, text, notice.address, notice.at, notice.read_at is None, tone)  # type: ignore[arg-type]


def unread_of(person_id: int) -> int:
    """How many notices the person has not looked at."""
    return Notice.objects.filter(person_id=person_id, read_at=None).count()


def newest_key(person_id: int) -> int:
    """The key of the newest notice, 0 when there is none."""
    return Notice.objects.filter(person_id=person_id).order_by("-id").values_list("pk", flat=True).first() or 0


def latest_of(person_id: int, *, limit: int = 10, after: int | None = None) -> list[NoticeLine]:
    """The newest notices, newest first; with ``after`` only those that came later than that key."""
    found = Notice.objects.filter(person_id=person_id)
    if after is not None:
        found = found.filter(pk__gt=after)
    return [line_of(notice) for notice in found.order_by("-id")[:limit]]

"""Verdicts on signatures in plain words: one word, one sentence, then the facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edocs import ui
from edocs.signatures.models import Verdict
from edocs.signatures.sentences import reason

FIELDS: dict[str, str | Promise] = {
    "leader": gettext_lazy("Signature of the leader"),
    "seal": gettext_lazy("Seal of the agency"),
    "paraph": gettext_lazy("Initials"),
}


@dataclass(frozen=True)
class Card:
    """One signature as people read it."""

    title: str | Promise
    state: ui.State
    sentence: str
    who: str
    organisation: str
    issuer: str
    signed_at: dt.datetime | None
    time_is_trusted: bool
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    changes: str
    reasons: list[str]
    is_timestamp: bool


def signature_cards(verdict: Verdict | None) -> list[Card]:
    """A card per signature; time stamps after them."""
    if verdict is None:
        return []
    return [_card(one) for one in verdict.signatures]


def _card(one: dict[str, Any]) -> Card:
    word = {
        "pass": ui.State(_("Valid"), "shield-check", "green"),
        "fail": ui.State(_("Not valid"), "shield-x", "red"),
    }.get(one["verdict"], ui.State(_("Not certain"), "help-circle", "amber"))
    reasons = [str(reason(code)) for code in one["reasons"]]
    who = one["who"] or _("An unknown signer")
    if one["verdict"] == "pass":
        sentence = _("%(who)s signed, and nothing changed since that the signature does not allow.") % {"who": who}
    else:
        sentence = reasons[0] if reasons else _("The signature could not be checked in full.")
    stamp = one["kind"] == "timestamp"
    if stamp and one["verdict"] == "pass":
        sentence = _("The time is confirmed by a time-stamp service.")
    return Card(
        title=_("Time stamp") if stamp else FIELDS.get(one["field"], one["field"]),
        state=word,
        sentence=_("The time is confirmed by a time-stamp service.")
        if stamp and one["verdict"] == "pass"
        else sentence,
        who=one["who"],
        organisation=one["organisation"],
        issuer=one["issuer"],
        signed_at=_moment(one["signed_at"]),
        time_is_trusted=one["time_is_trusted"],
        valid_from=_moment(one["valid_from"]),
        valid_to=_moment(one["valid_to"]),
        changes=one["changes"],
        reasons=reasons,
        is_timestamp=stamp,
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None

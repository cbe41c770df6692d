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

REASONS: dict[str, str | Promise] = {
    "digest_mismatch": gettext_lazy("The signed content was changed after signing."),
    "signature_wrong": gettext_lazy("The signature does not belong to this content or this certificate."),
    "forbidden_change": gettext_lazy("The document was changed after signing in a way the signature does not allow."),
    "unexplained_change": gettext_lazy("Something was added after signing that could not be explained."),
    "coverage": gettext_lazy("The signature covers only a part of the file."),
    "revoked": gettext_lazy("The certificate was revoked before the document was signed."),
    "revocation_unknown": gettext_lazy("Whether the certificate was revoked could not be checked."),
    "certificate_expired": gettext_lazy("The certificate had expired when the document was signed."),
    "certificate_not_yet_valid": gettext_lazy("The certificate was not valid yet when the document was signed."),
    "untrusted_issuer": gettext_lazy("The issuer of the certificate is not among those trusted here."),
    "wrong_key_usage": gettext_lazy("The certificate is not meant for signing documents."),
    "weak_algorithm": gettext_lazy("The signature uses a method that is no longer safe."),
    "timestamp_wrong": gettext_lazy("The time stamp does not belong to this signature."),
    "timestamp_untrusted": gettext_lazy("The time stamp's issuer is not among those trusted here."),
    "format": gettext_lazy("The file is not built as it should be, so it could not be checked in full."),
    "lax_format": gettext_lazy("The file could be read only with leniency."),
    "trailing_bytes": gettext_lazy("Something was appended after the end of the file."),
    "unsigned_field_shown": gettext_lazy("An unsigned field shows content over the page."),
    "text_differs_from_value": gettext_lazy("A field shows other words than it holds."),
    "signature_shared": gettext_lazy("One signature is used in two places."),
    "encrypted": gettext_lazy("The file is encrypted and could not be checked."),
    "too_many_signatures": gettext_lazy("There are more signatures than are checked."),
}
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
    reasons = [str(REASONS.get(code, code)) for code in one["reasons"]]
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

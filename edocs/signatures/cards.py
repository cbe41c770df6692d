"""Verdicts on signatures in plain words: one word, one sentence, then the facts of Circular 15/2025."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from edocs import ui
from edocs.signatures.sentences import reason

#: reasons that this layer adds to those of the judge (``edocs.limited.evidence``)
OWN_REASONS: dict[str, str | Promise] = {
    "anchor_purpose": gettext_lazy("The issuer is trusted here, but not for signatures of this kind."),
    "anchor_not_yet": gettext_lazy("The issuer is trusted here only for signatures made later."),
    "anchor_ended": gettext_lazy("The issuer was no longer trusted here when the document was signed."),
}
FIELDS: dict[str, str | Promise] = {
    "leader": gettext_lazy("Signature of the leader"),
    "seal": gettext_lazy("Seal of the agency"),
    "paraph": gettext_lazy("Initials"),
}
#: which reasons speak against which of the facts: (surely, possibly)
AGAINST: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "issuer": (
        frozenset(),
        frozenset({"untrusted_issuer", "anchor_purpose", "anchor_not_yet", "anchor_ended", "wrong_key_usage"}),
    ),
    "time": (frozenset({"timestamp_wrong"}), frozenset({"timestamp_untrusted"})),
    "whole": (
        frozenset({"byte_range", "digest_mismatch", "signature_wrong", "signature_shared", "field_name_twice"}),
        frozenset({"coverage", "weak_algorithm", "lax_format", "unsupported_format"}),
    ),
    "certificate": (
        frozenset({"revoked"}),
        frozenset(
            {
                "revocation_unknown",
                "revocation_not_checked",
                "revoked_later",
                "certificate_expired",
                "certificate_not_yet_valid",
            }
        ),
    ),
    "changes": (
        frozenset(
            {
                "forbidden_change",
                "shown_differently",
                "trailing_bytes",
                "hidden_bytes",
                "unsigned_field_shown",
                "text_differs_from_value",
            }
        ),
        frozenset(
            {"unexplained_change", "unexplained_bytes", "content_covered", "text_without_appearance", "not_compared"}
        ),
    ),
}
NOTHING_SEEN = frozenset({"format", "encrypted", "too_many_signatures"})
CHANGES: dict[str, str | Promise] = {
    "none": gettext_lazy("None: the signature covers the whole file"),
    "proofs": gettext_lazy("Only proofs and time stamps were added, as the signature allows"),
    "filling": gettext_lazy("Only what the signer had left open was filled in (number, date, seal)"),
    "forbidden": gettext_lazy("Changed in a way the signature does not allow"),
}
GOOD, BAD, OPEN = ("check", "ed-ok"), ("x", "ed-ng"), ("help", "ed-t3")


@dataclass(frozen=True)
class Fact:
    """One of the five facts: what it is called, what was found, and whether that was checked and held."""

    label: str | Promise
    text: str
    icon: str
    classes: str
    said: str | Promise


@dataclass(frozen=True)
class Link:
    """One certificate of a chain."""

    name: str
    organisation: str
    serial: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    sha256: str
    is_anchor: bool
    is_demo: bool


@dataclass(frozen=True)
class Card:
    """One signature as people read it."""

    title: str | Promise
    state: ui.State
    sentence: str
    who: str
    organisation: str
    facts: list[Fact]
    reasons: list[str]
    chain: list[Link]
    timestamp_chain: list[Link]
    algorithm: str
    is_timestamp: bool
    is_demo: bool


@dataclass(frozen=True)
class Summary:
    """What is to be said of the whole file: word, colour and one sentence; ``tone`` of the note around it."""

    word: str
    state: ui.State
    title: str
    sentence: str
    reasons: list[str]


def summary_of(found: Mapping[str, Any]) -> Summary:
    """One of ``valid``, ``invalid``, ``unsure``, ``unsigned``, ``unreadable``, with its words."""
    word = word_of(found)
    own = [one for one in found["signatures"] if one["kind"] == "signature"]
    reasons = [reason_words(code) for code in found["reasons"] if code != "unsigned"]
    if word == "valid":
        sentence = ngettext(
            "The signature is good and the file is as it was signed.",
            "All %(n)d signatures are good and the file is as it was signed.",
            len(own),
        ) % {"n": len(own)}
        return Summary(word, ui.State(_("Valid"), "shield-check", "green"), _("Valid."), sentence, reasons)
    if word == "invalid":
        sentence = _("Of %(all)d signatures %(good)d are valid. Do not rely on this file; ask its sender for another.")
        state = ui.State(_("Not valid"), "shield-x", "red")
        return Summary(word, state, _("Not valid."), sentence % _counted(own), reasons)
    if word == "unsure":
        sentence = _("Of %(all)d signatures %(good)d are valid; the rest could not be checked in full.")
        state = ui.State(_("Cannot say"), "shield-question", "amber")
        return Summary(word, state, _("It cannot be said."), sentence % _counted(own), reasons)
    if word == "unsigned":
        sentence = _("The file bears no digital signature. A picture of a signature or seal proves nothing.")
        return Summary(word, ui.State(_("Unsigned"), "signature-off", "grey"), _("Unsigned."), sentence, reasons)
    sentence = _("The file could not be read, so nothing is said about it.")
    return Summary(word, ui.State(_("Unreadable"), "file-x", "red"), _("Unreadable."), sentence, reasons)


def word_of(found: Mapping[str, Any]) -> str:
    """The verdict on a file as the public is told it; nothing unread is ever called unsigned."""
    if not found["signatures"]:
        return "unsigned" if found["verdict"] == "unsigned" and _was_read(found["reasons"]) else "unreadable"
    return {"pass": "valid", "fail": "invalid", "unsigned": "unsigned"}.get(found["verdict"], "unsure")


def _was_read(reasons: Sequence[str]) -> bool:
    return not any(code in NOTHING_SEEN or code.startswith("refused_") for code in reasons)


def _counted(own: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {"all": len(own), "good": sum(one["verdict"] == "pass" for one in own)}


def remarks_on(signatures: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is missing for a document to count as an original: a person's and the agency's signature.

    Decree 30/2020, Art. 5; whose signature it is is read from the certificate where it says so, else from its names.
    """
    own = [one for one in signatures if one["kind"] == "signature"]
    holders = {one.get("holder", "") for one in own}
    if not own or "" in holders or holders == {"person", "organisation"}:
        return []
    missing = _("the signature of the agency") if "person" in holders else _("the signature of a person")
    return [
        _("%(missing)s was not found: a document counts as an original only with both (Decree 30/2020, Art. 5).")
        % {"missing": missing[:1].upper() + missing[1:]}
    ]


def reason_words(code: str) -> str:
    """A reason in words; one without words stands for itself, so that somebody can look it up."""
    return str(OWN_REASONS.get(code) or reason(code))


def signature_cards(signatures: Sequence[Mapping[str, Any]]) -> list[Card]:
    """A card per signature; time stamps after them."""
    return [_card(one) for one in sorted(signatures, key=lambda one: one["kind"] == "timestamp")]


def _card(one: Mapping[str, Any]) -> Card:
    states = {
        "pass": ui.State(_("Valid"), "shield-check", "green"),
        "fail": ui.State(_("Not valid"), "shield-x", "red"),
    }
    stamp = one["kind"] == "timestamp"
    reasons = [reason_words(code) for code in one["reasons"]]
    chain = [_link(row) for row in one.get("chain", ())]
    return Card(
        title=_("Time stamp") if stamp else FIELDS.get(one["field"], one["field"]),
        state=states.get(one["verdict"], ui.State(_("Cannot say"), "shield-question", "amber")),
        sentence=_sentence(one, reasons),
        who=one["who"],
        organisation=one["organisation"],
        facts=_facts(one, chain),
        reasons=reasons if one["verdict"] == "pass" else reasons[1:],
        chain=chain,
        timestamp_chain=[_link(row) for row in one.get("timestamp_chain", ())],
        algorithm=one.get("algorithm", ""),
        is_timestamp=stamp,
        is_demo=any(link.is_demo for link in chain),
    )


def _sentence(one: Mapping[str, Any], reasons: Sequence[str]) -> str:
    if one["verdict"] != "pass":
        return reasons[0] if reasons else _("The signature could not be checked in full.")
    if one["kind"] == "timestamp":
        return _("The time is confirmed by a time-stamp service.")
    who = one["who"] or _("An unknown signer")
    return _("%(who)s signed, and nothing changed since that the signature does not allow.") % {"who": who}


def _facts(one: Mapping[str, Any], chain: Sequence[Link]) -> list[Fact]:
    """The facts that software must show (Circular 15/2025): issuer, holder, time, integrity, certificate then."""
    codes = set(one["reasons"])
    anchored = bool(chain) and chain[-1].is_anchor
    status = one.get("status")
    holder = ", ".join(filter(None, (one["who"], one["organisation"]))) or "–"
    covered = one["coverage"] in ("whole_file", "revision")
    return [
        _fact("issuer", _("Certificate issued by"), one["issuer"] or "–", codes, anchored),
        _fact("holder", _("Signer"), holder, codes, anchored and not AGAINST["issuer"][1] & codes),
        _fact("time", pgettext("time", "Signed"), _time(one), codes, one["time_is_trusted"]),
        _fact("whole", _("Whole"), _whole(one, codes), codes, covered),
        _fact("certificate", _("Certificate when signing"), _certificate(one, status), codes, status is not None),
        _fact("changes", _("Changes since"), _changes(one), codes, one["changes"] in ("none", "proofs", "filling")),
    ]


def _fact(name: str, label: str, text: str, codes: set[str], shown: bool) -> Fact:
    """A tick only for what was checked and held: ``shown`` says that the proof is there."""
    surely, possibly = AGAINST.get(name, (frozenset(), frozenset()))
    if surely & codes:
        return Fact(label, text, *BAD, _("does not hold"))
    if (possibly | NOTHING_SEEN) & codes or not shown:
        return Fact(label, text, *OPEN, _("not certain"))
    return Fact(label, text, *GOOD, _("holds"))


def _time(one: Mapping[str, Any]) -> str:
    moment = moment_of(one["signed_at"])
    if moment is None:
        return _("not stated")
    text = date_format(timezone.localtime(moment), "H:i:s d/m/Y")
    if one["time_is_trusted"]:
        return _("%(time)s, by a trusted time stamp") % {"time": text}
    return _("%(time)s, only claimed by the signer's computer") % {"time": text}


def _whole(one: Mapping[str, Any], codes: set[str]) -> str:
    if AGAINST["whole"][0] & codes:
        return _("No: what was signed is not what the file holds")
    if one["coverage"] == "whole_file":
        return _("The signed part is intact and is the whole file")
    if one["coverage"] == "revision":
        return _("The signed part is intact; more was added after it")
    return _("It could not be seen what the signature covers")


def _certificate(one: Mapping[str, Any], status: Mapping[str, Any] | None) -> str:
    span = " – ".join(
        date_format(timezone.localtime(moment), "d/m/Y") if moment else "…"
        for moment in (moment_of(one["valid_from"]), moment_of(one["valid_to"]))
    )
    if status is None:
        return _("valid %(span)s; no answer whether it was revoked") % {"span": span}
    at = moment_of(status["at"])
    day = date_format(timezone.localtime(at), "d/m/Y") if at else "…"
    facts = {"span": span, "kind": status["kind"].upper(), "at": day}
    if "revoked" in one["reasons"]:
        return _("valid %(span)s, revoked (%(kind)s of %(at)s)") % facts
    return _("valid %(span)s, not revoked (%(kind)s of %(at)s)") % facts


def _changes(one: Mapping[str, Any]) -> str:
    return str(CHANGES.get(one["changes"], _("It could not be seen what changed")))


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        name=row["name"],
        organisation=row["organisation"],
        serial=row["serial"],
        valid_from=moment_of(row["valid_from"]),
        valid_to=moment_of(row["valid_to"]),
        sha256=row["sha256"],
        is_anchor=row["anchor"],
        is_demo=row["demo"],
    )


def moment_of(text: str | None) -> dt.datetime | None:
    """A moment as the judge writes it."""
    return dt.datetime.fromisoformat(text) if text else None

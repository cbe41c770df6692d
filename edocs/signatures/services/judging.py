"""Judging the signatures of stored files; the verdict is kept by the hash of the bytes, the list and the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.db import transaction

from edocs.documents.models import Blob
from edocs.documents.storage import path_of
from edocs.errors import Unavailable
from edocs.limited import FileRefused, RefusalCode
from edocs.limited.evidence import judge_fully
from edocs.limited.series import Series
from edocs.signatures.models import FormerVerdict, Verdict
from edocs.signatures.sentences import sentence
from edocs.signatures.services.published import POLICY, TrustInForce, trust_in_force

FAILED_TO_JUDGE = {"verdict": "unsure", "readable": False, "signatures": [], "evidence": {}}
TIMED_OUT = f"refused_{RefusalCode.TIMEOUT.value}"
FACTS = ("verdict", "signatures", "reasons", "evidence", "trust", "policy", "judged_at")


def judge_file(path: Path, *, seconds: float | None = None, series: Series | None = None) -> dict[str, Any]:
    """What is to be said of the signatures of a file; a file that cannot be judged is "unsure", never "good".

    ``trust`` and ``policy`` in the answer name what it was judged by. ``seconds`` shortens the standing limit.
    ``series`` is a child that judges files of our own making one after the other (``own.judge_own``).
    """
    force = trust_in_force()
    by = {"trust": force.fingerprint, "policy": POLICY}
    try:
        return judge_fully(path, force.folder, seconds=seconds, series=series) | by
    except FileRefused as refused:
        return FAILED_TO_JUDGE | {"reasons": [f"refused_{refused.code.value}"]} | by


def judge_patiently(path: Path) -> dict[str, Any]:
    """As ``judge_file``; what the clock ended is judged once more, and is "unsure" when that was ended, too."""
    found = judge_file(path)
    return judge_file(path) if found["reasons"] == [TIMED_OUT] else found


def judge_firmly(path: Path) -> dict[str, Any]:
    """As ``judge_patiently`` for a file that something is decided by; raises Unavailable when the clock ended it twice:
    that says something of the machine and nothing of the file.
    """
    found = judge_patiently(path)
    if found["reasons"] == [TIMED_OUT]:
        raise Unavailable(sentence("not_judged"), code="not_judged")
    return found


def keep_verdict(blob: Blob, found: dict[str, Any], *, judged_at: dt.datetime) -> Verdict:
    """Store a verdict beside the bytes it is about; the one before stays as evidence.

    What the clock ended is no verdict, and takes the place of none.
    """
    facts = {name: found.get(name, "") for name in ("trust", "policy")}
    facts |= {name: found[name] for name in ("verdict", "signatures", "reasons")}
    facts |= {"evidence": found.get("evidence", {}), "judged_at": judged_at}
    if blob.is_new:
        blob.is_new = False
        return Verdict.objects.create(blob=blob, **facts)
    with transaction.atomic():
        kept, made = Verdict.objects.get_or_create(blob=blob, defaults=facts)
        if made or facts["reasons"] == [TIMED_OUT]:
            return kept
        before = Verdict.objects.select_for_update().get(pk=kept.pk)
        if any(getattr(before, name) != value for name, value in facts.items() if name != "judged_at"):
            FormerVerdict.objects.create(blob=blob, **{name: getattr(before, name) for name in FACTS})
        for name, value in facts.items():
            setattr(before, name, value)
        before.save()
    return before


def holds(verdict: Verdict, force: TrustInForce | None = None) -> bool:
    """True when the verdict was given by the list and the rules that are in force now."""
    force = force or trust_in_force()
    return (verdict.trust, verdict.policy) == (force.fingerprint, POLICY)


def judge_blob(blob: Blob) -> dict[str, Any]:
    """The verdict about stored bytes: the one that is kept when it still holds, else judged now (and not kept)."""
    kept = Verdict.objects.filter(blob=blob).first()
    if kept is not None and holds(kept):
        return {name: getattr(kept, name) for name in FACTS if name != "judged_at"}
    return judge_file(path_of(blob.sha256))


def all_good(found: dict[str, Any]) -> bool:
    """True when the file bears signatures and every one of them is judged good."""
    return found["verdict"] == "pass" and bool(found["signatures"])


def untimed(found: dict[str, Any], fields: Collection[str]) -> bool:
    """True when a signature in one of these fields rests on no trusted time: its own, or one of the whole document."""
    if any(one["kind"] == "timestamp" and one["verdict"] == "pass" for one in found["signatures"]):
        return False
    asked = (one for one in found["signatures"] if one["kind"] == "signature" and one["field"] in fields)
    return any(not one["time_is_trusted"] for one in asked)


def good_signature(found: dict[str, Any], field: str) -> dict[str, Any] | None:
    """The facts of the signature in ``field`` when it is judged good, else None."""
    good = (one for one in found["signatures"] if one["field"] == field and one["verdict"] == "pass")
    return next(good, None)

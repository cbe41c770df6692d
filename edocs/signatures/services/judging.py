"""Judging the signatures of stored files; the verdict is kept by the hash of the bytes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings

from edocs.documents.models import Blob
from edocs.documents.storage import path_of
from edocs.limited import FileRefused
from edocs.limited.signatures import judge_signatures
from edocs.signatures.models import Verdict

FAILED_TO_JUDGE = {"verdict": "unsure", "signatures": [], "reasons": ["format"]}


def judge_file(path: Path) -> dict[str, Any]:
    """What is to be said of the signatures of a file; a file that cannot be judged is "unsure", never "good"."""
    try:
        return judge_signatures(path, settings.TRUST_DIR)
    except FileRefused as refused:
        return FAILED_TO_JUDGE | {"reasons": ["format", str(refused.code)]}


def keep_verdict(blob: Blob, found: dict[str, Any], *, judged_at: dt.datetime) -> Verdict:
    """Store a verdict beside the bytes it is about."""
    verdict, _ = Verdict.objects.update_or_create(
        blob=blob,
        defaults={
            "verdict": found["verdict"],
            "signatures": found["signatures"],
            "reasons": found["reasons"],
            "judged_at": judged_at,
        },
    )
    return verdict


def judge_blob(blob: Blob) -> dict[str, Any]:
    """Judge stored bytes now."""
    return judge_file(path_of(blob.sha256))


def all_good(found: dict[str, Any]) -> bool:
    """True when the file bears signatures and every one of them is judged good."""
    return found["verdict"] == "pass" and bool(found["signatures"])


def good_signature(found: dict[str, Any], field: str) -> dict[str, Any] | None:
    """The facts of the signature in ``field`` when it is judged good, else None."""
    good = (one for one in found["signatures"] if one["field"] == field and one["verdict"] == "pass")
    return next(good, None)

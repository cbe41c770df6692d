"""What is done with signatures and their fields in foreign PDFs: judging, preparing, finding places."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from edocs.limited.errors import FileRefused, RefusalCode

ROOT = str(Path(__file__).resolve().parents[3])


def _library() -> None:
    """Let this isolated child see the library ``signing`` beside ``edocs``."""
    if ROOT not in sys.path:
        sys.path.append(ROOT)


@contextmanager
def _refusing() -> Iterator[None]:
    """What the library refuses is a refusal of the file; its code stands first in the detail."""
    from signing import SigningError

    try:
        yield
    except SigningError as error:
        codes = {"encrypted_document": RefusalCode.ENCRYPTED}
        raise FileRefused(codes.get(error.code, RefusalCode.DAMAGED), f"{error.code}: {error.detail}") from None


def judge(
    path: Path, folder: Path, trust: str, revocation: str = "require", at: datetime | None = None
) -> dict[str, Any]:
    """Every signature of the file, judged ``at`` (now) against the roots and revocation lists in ``trust``."""
    _library()
    from signing import Trust
    from signing import judge as judge_file

    return told(judge_file(path, Trust.from_folder(Path(trust), revocation), at=at))


def told(found: Any) -> dict[str, Any]:
    """A judgement of the library as JSON."""
    return {
        "sha256": found.sha256,
        "verdict": "unsigned" if "unsigned" in found.reasons else found.verdict.value,
        "readable": found.readable,
        "judged_at": found.judged_at.isoformat(),
        "reasons": list(found.reasons),
        "signatures": [_verdict(one) for one in (*found.signatures, *found.timestamps)],
    }


def _verdict(one: Any) -> dict[str, Any]:
    return {
        "field": one.field,
        "kind": one.kind,
        "verdict": one.verdict.value,
        "reasons": list(one.reasons),
        "who": one.who,
        "organisation": one.organisation,
        "issuer": one.issuer,
        "signed_at": one.signed_at.isoformat() if one.signed_at else None,
        "time_is_trusted": one.time_is_trusted,
        "coverage": one.coverage.value,
        "changes": one.changes,
        "valid_from": one.certificate.not_before.isoformat() if one.certificate else None,
        "valid_to": one.certificate.not_after.isoformat() if one.certificate else None,
    }


def prepare(path: Path, folder: Path, places: dict[str, Any]) -> dict[str, Any]:
    """The draft cleaned and with every field made, written as ``prepared.pdf``."""
    _library()
    from signing import Places
    from signing import prepare as prepare_file

    with _refusing():
        digest = prepare_file(path, Path(folder, "out", "prepared.pdf"), Places.from_json(places), paraph=False)
    return {"sha256": digest}


def prepare_mark(path: Path, folder: Path) -> dict[str, Any]:
    """The unsigned file cleaned and with a place for the agency's words, written as ``prepared.pdf``."""
    _library()
    from signing import prepare_for_mark

    with _refusing():
        return {"sha256": prepare_for_mark(path, Path(folder, "out", "prepared.pdf"))}


def find_places(path: Path, folder: Path, title: list[str], name: str) -> dict[str, Any] | None:
    """Where number, date, signature and seal belong, read from the text; None when the text does not say."""
    _library()
    from signing.place import find_places as find

    with _refusing():
        found = find(path, title, name)
    if found is None:
        return None
    return {"places": found.places.to_json(), "reasons": list(found.reasons), "symbol_printed": found.symbol_printed}


def proofs_hold(path: Path, folder: Path) -> dict[str, Any] | None:
    """Until when what the file bears can be proved as it stands; None when nobody signed it."""
    _library()
    from signing.renewing import holding

    with _refusing():
        found = holding(path)
    if found is None:
        return None
    return {
        "until": found.until.isoformat(),
        "cause": found.cause,
        "authority": found.authority,
        "stamps": found.stamps,
    }


def proofs_later(path: Path, folder: Path, trust: str, at: str) -> dict[str, dict[str, Any]]:
    """What each signature will be judged later, by field: if nothing is done, and if it is time-stamped in time."""
    _library()
    from signing import Trust
    from signing import judge as judge_file
    from signing.simulating import simulated

    trusted, moment = Trust.from_folder(Path(trust)), datetime.fromisoformat(at)
    with _refusing():
        renewed = simulated(path, trusted, moment)
        left = judge_file(path, trusted, at=moment)
    return {
        one.field: {
            "verdict": one.verdict.value,
            "time_is_trusted": one.time_is_trusted,
            "if_renewed": renewed.get(one.field, ""),
        }
        for one in left.signatures
    }


def filled_fields(path: Path, folder: Path) -> list[str]:
    """The names of the text fields in which something stands."""
    _library()
    from signing.seal import filled

    with _refusing():
        return filled(path)

"""The list of anchors as files, for the children that judge: one folder for each state of the list, never changed.

The list in the database says which roots are trusted. As long as nothing was ever entered there, the roots installed
in ``TRUST_DIR`` count. The certificates below the roots and the revocation lists always come from ``TRUST_DIR``: they
are proofs, not trust.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from edocs.signatures.models import TrustAnchor
from signing.chains import ANCHORS_FILE, ORGANISATION, PERSON, TIMESTAMP
from signing.verdicts import POLICY_VERSION

#: the rules of this layer: chains, purposes and dates of anchors
OWN_RULES = "1"
POLICY = f"{POLICY_VERSION}/{OWN_RULES}"

KEPT_SECONDS = 86_400

Part = tuple[str, bytes]  # name below the folder, content


@dataclass(frozen=True)
class TrustInForce:
    """What signatures are judged by now: the folder for the child, and the name of this state of the list.

    ``fingerprint`` speaks of anchors and intermediates; revocation lists change daily and are in the folder alone.
    """

    folder: Path
    fingerprint: str


def trust_in_force() -> TrustInForce:
    """Write the list out, if this state of it is not there yet (one statement)."""
    installed, listed = _installed(), _listed()
    proofs = [part for part in installed if not part[0].startswith("roots/")]
    parts = [*listed, *proofs] if listed else list(installed)
    lasting = _digest(part for part in parts if not part[0].startswith("crls/"))
    folder = Path(settings.PUBLISHED_TRUST_DIR) / _digest(parts)[:32]
    if not folder.exists():
        _write(folder, parts)
    return TrustInForce(folder, lasting)


def forget_old() -> int:
    """Remove what was written out for earlier states more than a day ago; returns how many (nobody reads them now)."""
    current = trust_in_force().folder
    old = [
        one
        for one in current.parent.iterdir()
        if one != current and one.is_dir() and time.time() - one.stat().st_mtime > KEPT_SECONDS
    ]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def installed_roots() -> list[bytes]:
    """The roots (DER) in ``TRUST_DIR``."""
    return [content for name, content in _installed() if name.startswith("roots/")]


def _listed() -> list[Part]:
    """The anchors in use, empty when none was ever entered; a list of retired anchors alone trusts nobody."""
    anchors = list(TrustAnchor.objects.order_by("fingerprint"))
    if not anchors:
        return []
    used = [one for one in anchors if one.retired_at is None]
    rows = [
        {
            "sha256": one.fingerprint,
            "purposes": [
                name
                for name, given in (
                    (PERSON, one.for_person),
                    (ORGANISATION, one.for_organisation),
                    (TIMESTAMP, one.for_timestamp),
                )
                if given
            ],
            "valid_from": one.valid_from.isoformat() if one.valid_from else None,
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        }
        for one in used
    ]
    listed = (ANCHORS_FILE, json.dumps(rows, sort_keys=True).encode())
    return [listed, *((f"roots/{one.fingerprint}.der", bytes(one.certificate)) for one in used)]


def _installed() -> tuple[Part, ...]:
    base = Path(settings.TRUST_DIR)
    return _read(tuple(_seen(base)))


def _seen(base: Path) -> Iterator[tuple[str, str, int, int]]:
    for name, ending in (("roots", "der"), ("intermediates", "der"), ("crls", "crl")):
        for path in sorted((base / name).glob(f"*.{ending}")):
            facts = path.stat()
            yield str(path), f"{name}/{path.name}", facts.st_mtime_ns, facts.st_size


@lru_cache(maxsize=4)
def _read(seen: tuple[tuple[str, str, int, int], ...]) -> tuple[Part, ...]:
    """The installed files; read again only when one of them changed."""
    return tuple((name, Path(path).read_bytes()) for path, name, _time, _size in seen)


def _digest(parts: Iterable[Part]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(parts):
        digest.update(f"{name}:{len(content)}:".encode() + content)
    return digest.hexdigest()


def _write(folder: Path, parts: Iterable[Part]) -> None:
    """Everything or nothing: a child never reads half a list."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".writing-"))
    work.chmod(0o755)
    try:
        for name, content in parts:
            path = work / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        work.rename(folder)
    except FileExistsError:
        return  # somebody else wrote the same state meanwhile
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)

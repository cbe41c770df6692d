"""The store of bytes: one file per SHA-256, written once, never rewritten (R-SIG-8, R-PRE-4)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from edocs import clock
from edocs.documents.models import Blob

CHUNK = 1024 * 1024


def path_of(sha256: str) -> Path:
    """Where the bytes of a blob lie."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256[2:4] / sha256


def keep(chunks: Iterable[bytes], media_type: str) -> Blob:
    """Store bytes and return their blob; the same bytes are stored once.

    The file is complete and on disk before its row exists: a crash between the two leaves a file without a row,
    which is harmless, never a row without a file.
    """
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        place = path_of(digest.hexdigest())
        known = place.exists()
        if not known:
            place.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(temporary, 0o440)
            os.replace(temporary, place)
    finally:
        Path(temporary).unlink(missing_ok=True)
    facts = {"size": size, "media_type": media_type, "created_at": clock.now()}
    if not known:
        with suppress(IntegrityError), transaction.atomic():
            blob = Blob.objects.create(sha256=digest.hexdigest(), **facts)
            blob.is_new = True
            return blob
    blob, _ = Blob.objects.get_or_create(sha256=digest.hexdigest(), defaults=facts)
    return blob


def keep_file(path: Path, media_type: str) -> Blob:
    """Store a file from disk."""
    with path.open("rb") as source:
        return keep(iter(lambda: source.read(CHUNK), b""), media_type)


def read(blob: Blob) -> bytes:
    """All bytes of a blob; only for what is known to be small."""
    return path_of(blob.sha256).read_bytes()


def is_whole(blob: Blob) -> bool:
    """True when the stored bytes still have the hash they were stored under."""
    with path_of(blob.sha256).open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest() == blob.sha256

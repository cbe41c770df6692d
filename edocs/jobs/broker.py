"""The folder through which messages go in the embedded mode, made whole before anybody uses it.

kombu's transport writes its table of queues in place: two processes that start together, or one killed in that moment,
leave an empty table, and from then on nobody can send or receive. A table that is complete from the beginning is never
written again.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from edocs.jobs.lanes import Lane

EXCHANGE = "celery"
#: the first one takes what is not sent anywhere else
QUEUES = tuple(str(lane) for lane in Lane)
#: nobody needs so long to write or take a message
OLD_SECONDS = 60
TABLE = [[name, "", name] for name in QUEUES]


def table_of(control: Path) -> Path:
    """The file that says which queue gets the messages."""
    return control / f"{EXCHANGE}.exchange"


def is_whole(control: Path) -> bool:
    """True when the table is there and says what it must."""
    try:
        written = json.loads(table_of(control).read_text("utf-8"))
        return all(row in written for row in TABLE)
    except (OSError, ValueError, TypeError):
        return False


def prepare_folder(control: Path) -> None:
    """Put a complete table in its place unless there is one; in one step, whoever else does the same."""
    _forget_unfinished(control.parent / "messages")
    if is_whole(control):
        return
    control.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=control, prefix="table-")
    with os.fdopen(handle, "w") as target:
        json.dump(TABLE, target)
    os.replace(name, table_of(control))


def _forget_unfinished(messages: Path) -> None:
    """What a process left that was killed while it wrote or took a message; the jobs stand in the database."""
    for left in (*messages.glob("*.part"), *messages.glob("*.taken")):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > OLD_SECONDS:
                left.unlink()

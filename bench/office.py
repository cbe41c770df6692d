"""An office of its own for a measurement: production's settings, a fresh database, the demonstration's people.

``set_up`` must run before anything of ``edocs`` is imported, since settings are read once.
"""

from __future__ import annotations

import os
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCAL = "http://localhost"


def add_arguments(parser: ArgumentParser, *, documents: int) -> None:
    """What every measurement on an office can be told."""
    parser.add_argument("--documents", type=int, default=documents, help="documents in the archive")
    parser.add_argument("--folder", type=Path, help="keep the office here and use it again")


@contextmanager
def office(arguments: Namespace, *, stories: int = 12) -> Iterator[Path]:
    """Set up Django on an office with so many documents; it is forgotten afterwards unless ``--folder`` keeps it.

    ``stories`` of the demonstration are told through the services, the rest is inserted in bulk. With
    ``DATABASE_URL`` the database named there is used, and must be empty or from an earlier run.
    """
    if arguments.folder is not None:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        set_up(arguments.folder)
        fill(arguments.documents, stories)
        yield arguments.folder
        return
    with tempfile.TemporaryDirectory(prefix="bench-office-", ignore_cleanup_errors=True) as name:
        set_up(Path(name))
        fill(arguments.documents, stories)
        yield Path(name)


def set_up(folder: Path) -> None:
    """Start Django as in production (DEBUG off, cached templates, hashed static files), everything under ``folder``."""
    for name in ("DEBUG", "FILES_DIR", "PREVIEWS_DIR", "SEARCH_DIR", "SEARCH_URL", "KEYS_DIR", "TRUST_DIR"):
        os.environ.pop(name, None)
    os.environ |= {
        "VAR_DIR": str(folder),
        "DEMO": "1",
        "LOG_LEVEL": "ERROR",
        "SIGNING_SOCKET": str(folder / "signing.sock"),
        "DJANGO_SETTINGS_MODULE": "edocs.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def fill(documents: int, stories: int) -> None:
    """The demonstration's agency with some stories told, then bulk up to so many documents."""
    from django.db import connection

    from edocs.demo import bulk, services
    from edocs.documents.models import Document

    started = time.perf_counter()
    services.prepare()
    for _done in services.tell(services.telling(stories)):
        pass
    missing = documents - Document.objects.count()
    if missing > 0:
        bulk.make_documents(missing, say=lambda _line: None)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{Document.objects.count():,} documents on {connection.vendor} ({time.perf_counter() - started:.0f} s)")


def store_version() -> str:
    """The database with its version."""
    from django.db import connection

    if connection.vendor == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {str(cursor.fetchone()[0]).split()[0]}"

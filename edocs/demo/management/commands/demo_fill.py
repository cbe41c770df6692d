"""``manage.py demo_fill``: tell the last eighteen months, or make many documents quickly for measuring."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edocs.demo import bulk, services

MOST = 1_000_000


class Command(BaseCommand):
    help = "Fills the demonstration agency through the services; --documents N adds N more in bulk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--continue", dest="go_on", action="store_true", help="quietly, from where it stopped")
        parser.add_argument("--documents", type=int, default=0, help="make this many in bulk, without services")
        parser.add_argument("--stories", type=int, default=services.STORIES)
        parser.add_argument("--index", action="store_true", help="put the bulk documents into the search index too")

    def handle(self, *args: Any, **options: Any) -> None:
        from django.conf import settings

        if not settings.DEMO:
            raise CommandError("This is not a demonstration: set DEMO=1, and only for one.")
        services.prepare()
        if options["documents"]:
            if not 0 < options["documents"] <= MOST:
                raise CommandError(f"Between 1 and {MOST} documents.")
            made = bulk.make_documents(options["documents"], index=options["index"], say=self.stdout.write)
            self.stdout.write(f"{made} documents made.")
            return
        found = services.telling(options["stories"])
        for done in services.tell(found):
            if not options["go_on"] and (done % 20 == 0 or done == found.total):
                sys.stdout.write(f"\r{done} of {found.total} events")
                sys.stdout.flush()
        if not options["go_on"]:
            self.stdout.write("")

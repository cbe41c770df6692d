"""``manage.py search_check``: compare the search index with the database, and put right what differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edocs.documents.index_care import MOST_TOLD, Differences, compare
from search import SearchError


class Command(BaseCommand):
    help = (
        "Compares every document, rights included, with the search index and repairs it; --only-look changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-look", action="store_true", help="tell what differs; fail when something does")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = compare(repair=not options["only_look"])
        except SearchError as problem:
            raise CommandError(f"The search engine cannot be used: {problem}") from problem
        self._tell(found)
        if found and options["only_look"]:
            raise CommandError("The index differs from the database. Without --only-look it is put right.")
        if found:
            self.stdout.write("Put right.")

    def _tell(self, found: Differences) -> None:
        for name in ("missing", "stale", "extra"):
            numbers: list[int] = getattr(found, name)
            which = ", ".join(str(number) for number in numbers[:MOST_TOLD])
            more = f" and {len(numbers) - MOST_TOLD} more" if len(numbers) > MOST_TOLD else ""
            self.stdout.write(f"{name}: {len(numbers)}{f' ({which}{more})' if numbers else ''}")
        self.stdout.write(f"{found.compared} documents compared.")

"""Have files read that were not read yet, or not page by page: ``manage.py read_files``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from edocs.documents.content.queries import blobs_to_read
from edocs.documents.content.services import ask_to_read
from edocs.documents.models import Blob


class Command(BaseCommand):
    help = "Asks for current files to be read whose text, or the places of whose words, are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=10_000, help="files to ask for this time")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = blobs_to_read(options["most"])
        with transaction.atomic():
            for blob in Blob.objects.filter(pk__in=wanted):
                ask_to_read(blob)
        self.stdout.write(f"{len(wanted)} files will be read; the pages of jobs and health show how far it is.")

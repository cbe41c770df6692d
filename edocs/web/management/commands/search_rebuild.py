"""``manage.py search_rebuild``: build the search index anew beside the one that answers, then change over."""

from __future__ import annotations

import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue, run
from edocs.web.house.jobs import BUILD_INDEX

EVERY = 1.0  # seconds between two looks at how far it is


class Command(BaseCommand):
    help = "Builds the search index anew without a break; stopped in the middle, it goes on from there."

    def handle(self, *args: Any, **options: Any) -> None:
        job = Job.objects.filter(kind=BUILD_INDEX, state=JobState.RUNNING).last()
        if job is not None and job.lease_until is not None and job.lease_until > timezone.now():
            raise CommandError("The index is being built anew already; the page “Health” shows how far it is.")
        if job is None:
            with transaction.atomic():
                job = enqueue(BUILD_INDEX, once=True)
        watcher = threading.Thread(target=self._watch, args=(job.pk,), daemon=True)
        watcher.start()
        run(job.pk)
        watcher.join()
        job.refresh_from_db()
        if job.state != JobState.DONE:
            raise CommandError(f"Not finished: {job.reason or 'another worker has it'}")
        self.stdout.write(f"Built anew: {job.total} documents.")

    def _watch(self, number: int) -> None:
        ended = threading.Event()
        try:
            while not ended.wait(EVERY):
                job = Job.objects.get(pk=number)
                if job.state != JobState.RUNNING:
                    return
                sys.stdout.write(f"\r{job.progress} of {job.total}")
                sys.stdout.flush()
        finally:
            connection.close()

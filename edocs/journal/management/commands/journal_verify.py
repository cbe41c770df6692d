"""``manage.py journal_verify``: seal what can be sealed, then check every block."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edocs.journal.models import Block, Event
from edocs.journal.services import seal_pending, verify


class Command(BaseCommand):
    help = "Checks that no event of the journal was changed, removed or slipped in."

    def handle(self, *args: Any, **options: Any) -> None:
        while seal_pending():
            pass
        findings = list(verify())
        for finding in findings:
            self.stderr.write(f"block {finding.block}: {finding.problem}")
        if findings:
            raise CommandError("The journal is not whole.")
        self.stdout.write(f"{Block.objects.count()} blocks, {Event.objects.count()} events: whole.")

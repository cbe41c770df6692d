"""``manage.py demo_start``: the demonstration agency and its keys; ``--tell`` says who can log in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edocs.demo import services
from edocs.demo.agency import KEY_PASSWORD, PASSWORD, SHOWN
from edocs.office.models import Person


class Command(BaseCommand):
    help = "Makes the demonstration agency, its people and its demonstration keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tell", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        from django.conf import settings

        if not settings.DEMO:
            raise CommandError("This is not a demonstration: set DEMO=1, and only for one.")
        if not options["tell"]:
            services.prepare()
            return
        people = {person.username: person for person in Person.objects.filter(username__in=SHOWN)}
        self.stdout.write(f"\nAccounts (password {PASSWORD}; key password {KEY_PASSWORD}):")
        for name in SHOWN:
            person = people[name]
            self.stdout.write(f"  {name:<14} {person.full_name}, {person.position_title}")
        self.stdout.write(
            "\nTry: vanthu registers what waits and seals; giamdoc instructs and signs; truongphong1 passes on and"
            "\nchecks; chuyenvien1 answers; chanhvanphong checks the form of every draft; quantri sees jobs and health."
            "\nThe signatures are marked DEMO.\n"
        )

"""``manage.py signing_daemon``: the signing process, told by the same settings as the rest of the office."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from signing.errors import SigningError
from signing.process.setup import Told, keyring_of, serve
from signing.providers.pin_guard import PinGuard
from signing.trust import Trust


def told() -> Told:
    """What the settings say of the signing process."""
    state = Path(settings.SIGNING_STATE_DIR)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Told(
        folder=Path(settings.KEYS_DIR),
        socket=Path(settings.SIGNING_SOCKET),
        configuration=Path(settings.SIGNING_KEYS_FILE) if settings.SIGNING_KEYS_FILE else None,
        state=state,
        tsa_urls=settings.SIGNING_TSA_URLS,
        tsa_seconds=settings.SIGNING_TSA_SECONDS,
        revocation_hosts=settings.SIGNING_REVOCATION_HOSTS,
        soft_allowed=settings.ALLOW_SOFT_KEYS,
        may_lack=settings.SIGNING_PROOF_LATER,
    )


class Command(BaseCommand):
    help = "Runs the signing process: the only one that reaches private keys. It needs no database."
    # it may run as a user who sees nothing of the office but the socket; what it needs it checks itself
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="read the configuration, say which keys there are, end"
        )
        parser.add_argument(
            "--release", metavar="TOKEN", help="let a token be asked again after too many wrong PINs, end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            given = told()
            if options["release"]:
                PinGuard(given.state).release(options["release"])
                self.stdout.write(f"{options['release']}: wrong PINs are counted anew.")
            elif options["check"]:
                self._check(given)
            else:
                serve(given)
        except (SigningError, OSError) as error:
            raise CommandError(f"The signing process cannot start: {error}") from None

    def _check(self, given: Told) -> None:
        keyring = keyring_of(given, Trust.from_folder(given.folder / "trust"))
        for name, (provider, rules) in keyring.keys.items():
            info = provider.certificate(name).info
            self.stdout.write(f"{name}: {provider.name}, {rules.purpose}, {info.name}, until {info.not_after:%Y-%m-%d}")
        if keyring.tokens is not None:
            keyring.tokens.stop()

"""``manage.py signing_daemon``: what it refuses to start with, and that it needs nothing else of the office."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Error, Warning
from django.core.management import CommandError, call_command

from edocs.checks import refuse_soft_keys
from edocs.errors import Invalid
from edocs.signatures.services.keys import register_key, usable
from signing.demo_pki import DemoPki
from signing.process.client import SigningClient
from tests.scenarios.served import wait_for
from tests.signatures.fixtures import DEPUTY, SigningOffice

ROOT = Path(__file__).resolve().parents[2]


def production(settings: object, keys: Path) -> None:
    """The settings of an office that is neither a demonstration nor a developer's."""
    settings.DEMO = settings.DEBUG = settings.TESTING = settings.ALLOW_SOFT_KEYS = False
    settings.KEYS_DIR = keys


def test_production_does_not_start_with_keys_in_files(settings: object, office_pki: DemoPki, tmp_path: Path) -> None:
    production(settings, office_pki.folder)
    (found,) = refuse_soft_keys(None)
    assert (type(found), found.id) == (Error, "edocs.E006")
    settings.ALLOW_SOFT_KEYS = True
    (found,) = refuse_soft_keys(None)
    assert (type(found), found.id) == (Warning, "edocs.W001")
    settings.DEMO = True
    assert refuse_soft_keys(None) == []
    production(settings, tmp_path)
    assert refuse_soft_keys(None) == []


def test_the_daemon_itself_refuses_keys_in_files(settings: object, office_pki: DemoPki, tmp_path: Path) -> None:
    production(settings, office_pki.folder)
    settings.SIGNING_STATE_DIR = tmp_path / "state"
    settings.SIGNING_TSA_URLS = ["http://127.0.0.1:9/"]
    with pytest.raises(CommandError, match="keys lie in files"):
        call_command("signing_daemon")


def test_the_demonstrations_authority_gives_no_time_in_production(
    settings: object, office_pki: DemoPki, tmp_path: Path
) -> None:
    bare = tmp_path / "keys"
    (bare / "keys").mkdir(parents=True)
    (bare / "trust").symlink_to(office_pki.folder / "trust")
    production(settings, bare)
    settings.SIGNING_STATE_DIR = tmp_path / "state"
    with pytest.raises(CommandError, match="no time-stamping authority"):
        call_command("signing_daemon")


@pytest.mark.django_db
def test_soft_keys_are_neither_entered_nor_used_where_they_are_not_allowed(
    desk: SigningOffice, settings: object
) -> None:
    key = desk.keys[DEPUTY.key_id]
    assert key.provider == "pkcs12"
    assert usable(key) == key
    settings.ALLOW_SOFT_KEYS = False
    for act in (
        lambda: usable(key),
        lambda: register_key(reference="seal", purpose="seal", owner=None, by=desk.office.admin),
        lambda: desk.consent(desk.to_sign()),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.code == "soft_key_refused"


def test_it_runs_with_nothing_of_the_office_and_ends_when_told(office_pki: DemoPki, tmp_path: Path) -> None:
    """No secret key, no database, no allowed host: only what concerns keys."""
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    told = {
        "VAR_DIR": str(tmp_path / "var"),
        "KEYS_DIR": str(office_pki.folder),
        "SIGNING_SOCKET": str(tmp_path / "s"),
        "ALLOW_SOFT_KEYS": "1",
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:9/none",
    }
    command = [sys.executable, "manage.py", "signing_daemon"]
    log = tmp_path / "log"
    with log.open("wb") as said:
        running = subprocess.Popen(command, cwd=ROOT, env=environment | told, stdout=said, stderr=said)
    try:
        wait_for((tmp_path / "s").exists, "the socket")
        assert SigningClient(tmp_path / "s").certificate(DEPUTY.key_id).name == DEPUTY.name
        second = subprocess.run(command, cwd=ROOT, env=environment | told, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1
        assert "another signing process" in second.stderr
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert "Traceback" not in log.read_text()
    assert not (tmp_path / "s").exists()

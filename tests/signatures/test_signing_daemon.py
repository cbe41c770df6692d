"""``manage.py signing_daemon``: what it refuses to start with, and that it needs nothing else of the office."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import Error, Warning
from django.core.management import CommandError, call_command

from edocs.checks import refuse_soft_keys
from edocs.documents.choices import State
from edocs.errors import Invalid
from edocs.jobs.models import JobState
from edocs.journal.models import Event
from edocs.signatures.backend import using
from edocs.signatures.services.keys import register_key, usable
from edocs.workflow.services.signing import sign_again
from signing.demo_pki import DemoPki
from signing.keys import LoadedKey
from signing.process.client import SigningClient
from tests.scenarios.served import wait_for
from tests.signatures.daemon import LEADER_PIN, SEAL_PIN, Daemon, daemon
from tests.signatures.fixtures import DEPUTY, SigningOffice
from tests.signing.authorities import TimeAuthority, machine
from tests.signing.softhsm import NEEDS_SOFTHSM
from tests.workflow.outgoing import run_jobs

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


@pytest.mark.django_db
@NEEDS_SOFTHSM
def test_time_authorities_that_are_away_are_named_where_the_signature_failed(
    desk: SigningOffice, settings: object, tmp_path: Path
) -> None:
    """Where nothing is signed without a time, the consent stands, and the document is signed when they are back."""
    with machine() as place:
        second = place.url("/second")
        with daemon(
            tmp_path / "daemon", desk.pki, tsa_urls=("http://127.0.0.1:9/first", second), proof_later=""
        ) as running:
            settings.SIGNING_SOCKET = str(running.socket)
            with using(None):
                document = desk.to_sign()
                session = desk.consent(document, password=LEADER_PIN)
                (job,) = run_jobs("workflow.sign")
                assert (job.state, job.code) == (JobState.FAILED, "timestamp_unavailable")
                assert "127.0.0.1:9, " in job.reason
                assert place.host in job.reason
                assert session.items.get().reason == job.reason
                place.answers["/second"] = TimeAuthority(stamper_of(desk.pki))
                sign_again(item=session.items.get(), by=desk.office.deputy)
                run_jobs("workflow.sign")
                document.refresh_from_db()
                assert document.state == State.SIGNED


def stamper_of(pki: DemoPki) -> LoadedKey:
    key = pki.timestamper().key
    assert isinstance(key, LoadedKey)
    return key


@pytest.mark.django_db
@NEEDS_SOFTHSM
def test_the_daemon_refuses_by_kind_and_the_journal_says_so(
    desk: SigningOffice, settings: object, tmp_path: Path
) -> None:
    rules = 'kinds = ["Quyết định"]'
    with daemon(tmp_path / "daemon", desk.pki, seal_rules=rules) as running:
        settings.SIGNING_SOCKET = str(running.socket)
        document = desk.signed()
        with using(None), pytest.raises(Invalid) as refused:
            desk.seal(document, password=SEAL_PIN)
    assert refused.value.code == "kind_not_allowed"
    event = Event.objects.get(verb="key.refused")
    assert (event.person, event.after) == (desk.office.clerk, {"code": "kind_not_allowed"})


@NEEDS_SOFTHSM
def test_check_and_release(office_pki: DemoPki, tmp_path: Path, settings: object) -> None:
    made = Daemon(tmp_path / "daemon", office_pki)
    settings.KEYS_DIR, settings.SIGNING_KEYS_FILE = office_pki.folder, str(made.configuration)
    settings.SIGNING_STATE_DIR = tmp_path / "state"
    said = StringIO()
    call_command("signing_daemon", "--check", stdout=said)
    assert f"{DEPUTY.key_id}: pkcs11, sign, {DEPUTY.name}, until" in said.getvalue()
    assert "seal: pkcs11, seal" in said.getvalue()
    (tmp_path / "state" / "pins.json").write_text('{"seal": 3, "leader": 1}')
    call_command("signing_daemon", "--release", "seal", stdout=said)
    assert json.loads((tmp_path / "state" / "pins.json").read_text()) == {"leader": 1}

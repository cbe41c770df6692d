"""After every kind of failure of both providers, no PIN and no password is anywhere that outlives the moment."""

from __future__ import annotations

import datetime as dt
import json
import logging
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.log import AdminEmailHandler

from edocs import clock
from edocs.documents.models import Document
from edocs.errors import Refusal
from edocs.jobs.models import Job, JobState
from edocs.journal.models import Event
from edocs.signatures.backend import using
from edocs.signatures.models import Key
from edocs.signatures.services.consenting import Wanted, unlock
from tests.signatures.daemon import LEADER_PIN, SEAL_PIN, Daemon, daemon
from tests.signatures.fixtures import DEPUTY, DIRECTOR, EXPIRED, SEAL, SigningOffice, current
from tests.signatures.test_secrets import WRONG, Breaks, everything_stored, frames_of
from tests.signing.softhsm import NEEDS_SOFTHSM
from tests.workflow.outgoing import run_jobs
from tests.workflow.test_sealing_pages import posted

pytestmark = [pytest.mark.django_db, NEEDS_SOFTHSM]
WRONG_PIN = "9124-sai"
YEARS = dt.timedelta(days=9999)
SECRETS = (WRONG, WRONG_PIN, LEADER_PIN, SEAL_PIN, DEPUTY.password, DIRECTOR.password, SEAL.password)


def shapes(secret: str) -> set[bytes]:
    """How a secret may look in a file: as typed, decomposed, escaped as in JSON, or as Python shows bytes."""
    typed = {secret, unicodedata.normalize("NFD", secret), json.dumps(secret)[1:-1], repr(secret.encode())[2:-1]}
    return {one.encode() for one in typed} | {secret.encode("utf-16-le")}


@pytest.fixture
def served(desk: SigningOffice, tmp_path: Path, settings: object) -> Iterator[Daemon]:
    """The office with a daemon whose tokens have moods; the keys in files of the director stay as they are."""
    with daemon(tmp_path / "daemon", desk.pki, moody=True) as running:
        settings.SIGNING_SOCKET = str(running.socket)
        with using(None):
            yield running


@pytest.fixture
def search(
    desk: SigningOffice,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    served: Daemon,
) -> Callable[[], None]:
    """Look everywhere for every secret; the tokens themselves, which keep the PIN's proof, are left out."""
    caplog.set_level(logging.DEBUG)

    def look() -> None:
        said = capfd.readouterr()
        places = {
            "database": everything_stored().encode(),
            "standard streams": (said.out + said.err).encode(),
            "log": caplog.text.encode(),
            "mail": "".join(str(one.message()) + one.body for one in mail.outbox).encode(),
        }
        for path in tmp_path.rglob("*"):
            if path.is_file() and "tokens" not in path.parts:
                places[str(path)] = path.read_bytes()
        assert str(served.log) in places
        found = [
            (where, one) for where, what in places.items() for one in SECRETS if any(s in what for s in shapes(one))
        ]
        assert not found

    return look


@pytest.mark.parametrize("place", ["file", "log", "mail", "row", "stream"])
def test_the_search_finds_what_is_there(
    desk: SigningOffice, search: Callable[[], None], tmp_path: Path, place: str
) -> None:
    """A search that finds nothing anywhere would be worth nothing."""
    search()
    if place == "file":
        (tmp_path / "left").write_text(json.dumps({"pin": DEPUTY.password}))
    elif place == "log":
        logging.getLogger("anything").info("typed %s", WRONG_PIN)
    elif place == "mail":
        mail.send_mail("error", SEAL_PIN, None, ["quantri@example.invalid"])
    elif place == "row":
        now = timezone.now()
        Job.objects.create(kind="x", arguments={"password": SEAL.password}, queued_at=now, not_before=now)
    else:
        print(LEADER_PIN)  # noqa: T201
    with pytest.raises(AssertionError):
        search()


def code_of(act: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def opened(desk: SigningOffice, reference: str, secret: str) -> str:
    """A consent asked for with a key, whatever pages would have checked before."""
    document = Document.objects.get()
    wanted = [Wanted(document, current(document))]
    key = Key.objects.get(reference=reference)
    return unlock(person=desk.office.deputy, key=key, password=secret, wanted=wanted)


def failed_job(desk: SigningOffice, document: Document, secret: str) -> str:
    """The code with which a signature failed after the consent was given."""
    desk.consent(document, password=secret)
    (job,) = [one for one in run_jobs("workflow.sign") if one.state == JobState.FAILED]
    Job.objects.filter(pk=job.pk).delete()
    return job.code


def test_after_every_failure_of_a_token(desk: SigningOffice, served: Daemon, search: Callable[[], None]) -> None:
    document = desk.to_sign()
    person = partial(opened, desk, DEPUTY.key_id)
    assert code_of(partial(person, WRONG_PIN)) == "wrong_password"
    for mood, code in (("locked", "token_locked"), ("final try", "pin_guarded")):
        served.mood.write_text(mood)
        assert code_of(partial(person, LEADER_PIN)) == code
    served.mood.unlink()
    Key.objects.filter(reference=DEPUTY.key_id).update(purpose="seal")
    assert code_of(partial(person, LEADER_PIN)) == "purpose_not_allowed"
    Key.objects.filter(reference=DEPUTY.key_id).update(purpose="sign")
    served.mood.write_text("crash")
    assert failed_job(desk, document, LEADER_PIN) == "token_unavailable"
    served.mood.unlink()
    search()

    person(LEADER_PIN)
    served.kill()  # with a consent open
    assert code_of(partial(person, LEADER_PIN)) == "signer_unreachable"
    served.start()
    for code in ("wrong_password", "wrong_password", "wrong_password", "too_many_attempts"):
        assert code_of(partial(person, WRONG_PIN)) == code
    served.stop()
    served.start()  # the count of wrong PINs is no secret, and outlives the process
    assert code_of(partial(person, LEADER_PIN)) == "pin_guarded"
    search()
    assert Event.objects.filter(verb="key.refused").count() == 10


def test_after_every_failure_of_a_key_in_a_file(
    desk: SigningOffice, served: Daemon, search: Callable[[], None], settings: object
) -> None:
    Key.objects.filter(reference=DEPUTY.key_id).update(reference="no longer used")
    Key.objects.filter(reference=DIRECTOR.key_id).update(owner=desk.office.deputy, valid_to=clock.now() + YEARS)
    document = desk.to_sign()
    director = partial(opened, desk, DIRECTOR.key_id)
    for code in ("wrong_password", "wrong_password", "wrong_password", "too_many_attempts"):
        assert code_of(partial(director, WRONG)) == code
    Key.objects.filter(reference=DIRECTOR.key_id).update(reference=EXPIRED.key_id)
    assert code_of(partial(opened, desk, EXPIRED.key_id, EXPIRED.password)) == "certificate_expired"
    Key.objects.filter(reference=EXPIRED.key_id).update(reference="nobody")
    assert code_of(partial(opened, desk, "nobody", DIRECTOR.password)) == "unknown_key"
    Key.objects.filter(reference="nobody").update(reference=DIRECTOR.key_id, purpose="seal")
    assert code_of(partial(director, DIRECTOR.password)) == "purpose_not_allowed"
    Key.objects.filter(reference=DIRECTOR.key_id).update(purpose="sign")
    settings.ALLOW_SOFT_KEYS = False
    assert code_of(partial(desk.consent, document, password=DIRECTOR.password)) == "soft_key_refused"
    settings.ALLOW_SOFT_KEYS = True
    served.kill()
    assert code_of(partial(director, DIRECTOR.password)) == "signer_unreachable"
    search()


@pytest.mark.parametrize("act", ["sign", "seal"])
def test_the_mail_about_an_error_shows_no_password(
    desk: SigningOffice, served: Daemon, search: Callable[[], None], settings: object, act: str
) -> None:
    """Whoever keeps the office is told of an error with the request and the variables of every frame."""
    settings.ADMINS = [("Quản trị", "quantri@example.invalid")]
    settings.DEBUG = False
    handler = AdminEmailHandler(include_html=True)
    log = logging.getLogger("django.request")
    log.addHandler(handler)
    try:
        with using(desk.backend):
            document = desk.to_sign() if act == "sign" else desk.signed()
        client = Client(raise_request_exception=False)
        if act == "sign":
            client.force_login(desk.office.deputy)
            page, pick = reverse("to_sign"), f"{document.pk}-{current(document).pk}"
            typed = {"documents": pick, "consent": "on", "key_password": LEADER_PIN}
        else:
            client.force_login(desk.office.clerk)
            page = reverse("seal", args=[document.pk])
            typed = posted(document, "seal", key_password=SEAL_PIN)
        with using(Breaks()):
            assert client.post(page, typed).status_code == 500
    finally:
        log.removeHandler(handler)
    assert mail.outbox
    assert all("RuntimeError" in sent.body and "key_password" in sent.body for sent in mail.outbox)
    search()


def test_the_frames_of_a_refusal_hold_no_pin(desk: SigningOffice, served: Daemon) -> None:
    desk.to_sign()
    served.mood.write_text("locked")
    for act, secret in (
        (partial(opened, desk, DEPUTY.key_id), LEADER_PIN),
        (partial(opened, desk, DIRECTOR.key_id), WRONG),
        (partial(opened, desk, "seal"), SEAL_PIN),
    ):
        with pytest.raises(Refusal) as caught:
            act(secret)
        cause: BaseException | None = caught.value
        while cause is not None:
            assert not [one for one in frames_of(cause.__traceback__) if secret in one]
            cause = cause.__context__

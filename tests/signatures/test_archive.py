"""Issued files are time-stamped again before their proofs end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.management import call_command

from edocs.documents.models import Document, FileVersion
from edocs.documents.storage import path_of
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue
from edocs.journal.models import Event
from edocs.limited import FileRefused, RefusalCode
from edocs.office.models import Notice
from edocs.signatures.backend import using
from edocs.signatures.models import Archive
from edocs.signatures.services import archive
from signing import LoadedKey, LocalTimestamper, load_pkcs12
from signing.demo_pki import AUTHORITY_PASSWORD, DemoPki
from signing.errors import TimestampUnavailable
from signing.process import SigningBackend
from signing.renewing import holding
from tests.signatures.fixtures import SigningOffice, current
from tests.signing.authorities import NOW, certify
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db
SOON, LATE = NOW + dt.timedelta(days=20), NOW + dt.timedelta(days=900)


def stamper(pki: DemoPki, number: int, ends: dt.datetime) -> LocalTimestamper:
    """A time-stamping authority below the demonstration's, whose certificate ends then.

    It is no younger than the demonstration's revocation list: EU DSS asks for one that was made after the certificate.
    """
    above = load_pkcs12((pki.folder / "authority" / "sub.p12").read_bytes(), AUTHORITY_PASSWORD)
    issuer = LoadedKey(above.private, above.certificate, (above.certificate,))
    usages, purposes = ("digital_signature", "content_commitment"), (ExtendedKeyUsageOID.TIME_STAMPING,)
    begins = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return LocalTimestamper(certify(number, f"Time {number}", issuer, usages, purposes=purposes, valid=(begins, ends)))


@dataclass
class Kept:
    """An office with an issued document whose time stamp ends in twenty days, and the authority that goes on."""

    desk: SigningOffice
    document: Document


@pytest.fixture
def kept(desk: SigningOffice) -> Iterator[Kept]:
    pki = desk.pki
    with using(SigningBackend(pki.keys, pki.trust, stamper(pki, 6, SOON))):
        document = desk.sealed(dispatch=True)
    with using(SigningBackend(pki.keys, pki.trust, stamper(pki, 7, LATE))):
        yield Kept(desk, document)


def dry_run(**options: object) -> str:
    said = StringIO()
    call_command("renew_timestamps", "--dry-run", stdout=said, **options)
    return said.getvalue()


@pytest.mark.requirement("R-SIG-6")
def test_a_file_that_ends_soon_is_stamped_again_by_itself(kept: Kept) -> None:
    before = current(kept.document)
    assert "1 files were not looked at yet" in dry_run()
    enqueue("signatures.survey")
    run_jobs("signatures.survey")
    seen = Archive.objects.get(blob=before.blob)
    assert (seen.until, seen.cause, seen.authority, seen.stamps) == (SOON, "certificate", "Time 6", 1)
    (line,) = (json.loads(one) for one in dry_run(json=True).splitlines())
    assert (line["code"], line["curable"]) == (kept.document.code, True)
    assert {field: one["time_is_trusted"] for field, one in line["later"].items()} == {"leader": False, "seal": False}
    assert {one["if_renewed"] for one in line["later"].values()} == {"OK"}
    assert "without a trusted time, if renewed in time: OK" in dry_run()
    assert FileVersion.objects.filter(file=before.file).count() == before.ordinal  # a dry run changes nothing
    assert dry_run(days=5).startswith("0 files lapse")

    call_command("renew_timestamps", stdout=StringIO())
    call_command("renew_timestamps", stdout=StringIO())  # asked twice, done once
    (job,) = run_jobs("signatures.restamp")
    assert (job.state, job.reason) == (JobState.DONE, "")
    after = current(kept.document)
    assert (after.ordinal, after.origin) == (before.ordinal + 1, before.origin)
    assert after.note
    assert after.blob.verdict.verdict == "pass"
    assert {one["field"] for one in after.blob.verdict.signatures} == {"leader", "seal", "ts_seal", "ts_01"}
    assert path_of(after.blob_id).read_bytes().startswith(path_of(before.blob_id).read_bytes())
    found = holding(path_of(after.blob_id))
    assert found is not None
    assert (found.until, found.field, found.stamps) == (LATE, "ts_01", 2)
    assert after.blob.archive.until == LATE
    kept.document.refresh_from_db()
    assert kept.document.state == "issued"
    assert Event.objects.filter(verb="document.restamp", object_id=kept.document.pk).count() == 1
    assert not archive.ending().exists()


def test_what_the_dry_run_cannot_read_is_said_and_the_rest_goes_on(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.keep_survey(archive.survey(10))

    def broken(*_given: object) -> None:
        raise AssertionError("a stored file is read by the limited child alone")

    monkeypatch.setattr("signing.simulating.simulated", broken)
    assert "if renewed in time: OK" in dry_run()

    def refused(*_given: object) -> None:
        raise FileRefused(RefusalCode.TIMEOUT)

    monkeypatch.setattr(archive, "proofs_later", refused)
    said = dry_run()
    assert "[timeout]" in said
    assert "1 files lapse" in said


def test_beat_plans_it_and_only_for_what_the_office_issued(kept: Kept) -> None:
    signed = kept.desk.signed()
    archive.keep_survey(archive.survey(10))
    assert not Archive.objects.filter(blob=current(signed).blob).exists()
    assert [one.file.document for one in archive.ending()] == [kept.document]
    enqueue("signatures.renew")
    run_jobs("signatures.renew")
    assert Job.objects.filter(kind="signatures.restamp").count() == 1


def test_an_authority_that_is_away_is_waited_for(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.keep_survey(archive.survey(10))
    archive.ask_to_renew(list(archive.ending()))
    before = current(kept.document)

    def away(*_arguments: object) -> None:
        raise TimestampUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr("signing.process.proofs.renew", away)
        (job,) = run_jobs("signatures.restamp")
    assert job.state == JobState.WAITING
    assert current(kept.document) == before


def test_what_lapsed_is_told_and_not_hidden(kept: Kept) -> None:
    late = LocalTimestamper(stamper(kept.desk.pki, 7, LATE).key, fixed_time=SOON + dt.timedelta(days=1))
    archive.keep_survey(archive.survey(10))
    archive.ask_to_renew(list(archive.ending()))
    with using(SigningBackend(kept.desk.pki.keys, kept.desk.pki.trust, late)):
        (job,) = run_jobs("signatures.restamp")
    assert (job.state, job.code) == (JobState.FAILED, "certificate_expired")
    assert Notice.objects.filter(kind="restamp_failed", person=kept.desk.office.admin).count() == 1
    assert not archive.ask_to_renew(list(archive.ending()))  # a failure is repeated by people


@pytest.mark.parametrize("problem", [FileRefused(RefusalCode.TIMEOUT), OSError(5, "Input/output error")])
def test_what_could_not_be_read_for_a_moment_is_looked_at_again(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def away(_path: object) -> None:
        raise problem

    with monkeypatch.context() as patched:
        patched.setattr(archive, "how_long_proofs_hold", away)
        enqueue("signatures.survey")
        run_jobs("signatures.survey")
    assert not Archive.objects.exists()
    enqueue("signatures.survey")
    run_jobs("signatures.survey")
    assert Archive.objects.get(blob=current(kept.document).blob).until == SOON

"""Signed while every time-stamp authority was away: the document waits visibly, and catches up by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import translation

from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.storage import path_of
from edocs.errors import WrongState
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import repeat
from edocs.journal.models import Event
from edocs.office.models import Notice, Person
from edocs.signatures.backend import using
from edocs.workflow.services.signing import take_back_signed
from signing import FailoverTimestamper, HttpTimestamper
from signing.errors import CertificateRevoked
from signing.process import SigningBackend
from signing.proving import is_proven
from tests.signatures.fixtures import SigningOffice, current
from tests.signing.authorities import TimeAuthority, machine
from tests.workflow.outgoing import run_jobs

pytestmark = pytest.mark.django_db


@dataclass
class Away:
    """An office whose time-stamp authorities are away until ``authority`` is in a good mood."""

    desk: SigningOffice
    authority: TimeAuthority
    host: str

    def signed(self) -> Document:
        document = self.desk.to_sign(summary="V/v kinh phí quý IV")
        self.desk.consent(document)
        run_jobs("workflow.sign")
        document.refresh_from_db()
        return document

    def prove(self) -> Job:
        Job.objects.filter(kind="workflow.prove").update(not_before="2000-01-01T00:00:00Z")
        return run_jobs("workflow.prove")[-1]


@pytest.fixture
def away(desk: SigningOffice) -> Iterator[Away]:
    stamper = desk.pki.timestamper().key
    with machine() as place:
        authority = TimeAuthority(stamper, mood="down")
        place.answers["/tsa"] = authority
        urls = ("http://127.0.0.1:9/first", place.url("/tsa"))
        authorities = FailoverTimestamper([HttpTimestamper(url, 5, trust=desk.pki.trust) for url in urls])
        backend = SigningBackend(desk.pki.keys, desk.pki.trust, authorities, may_lack=["time"])
        with using(backend):
            yield Away(desk, authority, place.host)


@pytest.fixture
def page(client: Client) -> Callable[[Person, str], str]:
    def shown(person: Person, address: str) -> str:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return shown


@pytest.mark.requirement("R-SIG-6")
def test_it_waits_visibly_and_is_proven_when_the_authority_is_back(
    away: Away, page: Callable[[Person, str], str]
) -> None:
    office = away.desk.office
    document = away.signed()
    bare = current(document)
    assert (document.state, bare.origin, document.signer) == (State.PROVING, Origin.SIGNATURE, office.deputy)
    assert not is_proven(path_of(bare.blob_id))
    assert Event.objects.get(verb="document.sign").after["lacks"] == ["time"]
    assert not Notice.objects.filter(kind="to_seal").exists()

    job = away.prove()  # still away
    assert job.state == JobState.WAITING
    with translation.override("vi"):
        shown = [page(office.clerk, "/seal/"), page(office.clerk, f"/seal/{document.pk}/")]
        shown.append(page(office.deputy, f"/documents/{document.pk}/"))
    for text in shown:
        assert "Đã ký, chờ dấu thời gian" in text
        assert away.host in text
    with pytest.raises(WrongState):
        away.desk.seal(document)

    away.authority.mood = "good"
    assert away.prove().state == JobState.DONE
    document.refresh_from_db()
    proven = current(document)
    assert (document.state, proven.origin, proven.places) == (State.SIGNED, Origin.SIGNATURE, bare.places)
    assert proven.ordinal == bare.ordinal + 1
    assert proven.blob.verdict.verdict == "pass"
    assert is_proven(path_of(proven.blob_id))
    assert path_of(proven.blob_id).read_bytes().startswith(path_of(bare.blob_id).read_bytes())
    assert Notice.objects.filter(kind="to_seal", person=office.clerk).count() == 1
    assert away.desk.sealed(document).state == State.SEALED
    assert {one["verdict"] for one in current(document).blob.verdict.signatures} == {"pass"}


def test_the_words_are_there_in_english_too(away: Away, client: Client) -> None:
    document = away.signed()
    client.force_login(away.desk.office.clerk, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["edocs_language"] = "en"
    text = client.get(f"/seal/{document.pk}/").content.decode()
    assert "Signed, proof pending" in text
    assert 'name="key_password"' not in text


def test_what_can_never_be_proven_says_why_and_is_repeated_from_the_page_of_jobs(
    away: Away, page: Callable[[Person, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, document = away.desk.office, away.signed()

    def revoked(*_arguments: object) -> None:
        raise CertificateRevoked("revoked meanwhile")

    with monkeypatch.context() as patched:
        patched.setattr("signing.process.proofs.prove", revoked)
        job = away.prove()
    assert (job.state, job.code) == (JobState.FAILED, "certificate_revoked")
    document.refresh_from_db()
    assert (document.state, FileVersion.objects.filter(file__document=document, origin="signature").count()) == (
        State.PROVING,
        1,
    )
    told = Notice.objects.filter(kind="proof_failed")
    assert {one.person for one in told} == {office.deputy, office.clerk}
    assert job.reason in page(office.deputy, f"/documents/{document.pk}/")
    away.authority.mood = "good"
    repeat(job=job, by=office.admin)
    run_jobs("workflow.prove")
    document.refresh_from_db()
    assert document.state == State.SIGNED


def test_a_bad_result_never_becomes_current(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    document = away.signed()
    before = current(document)
    away.authority.mood = "good"
    bad = {"verdict": "fail", "signatures": [], "reasons": ["digest_mismatch"]}
    monkeypatch.setattr("edocs.signatures.services.proofs.judge_firmly", lambda _path: bad)
    assert away.prove().code == "judged_bad"
    document.refresh_from_db()
    assert (document.state, current(document)) == (State.PROVING, before)


def test_it_may_be_returned_while_it_waits_and_is_not_proven_then(away: Away) -> None:
    document = away.signed()
    take_back_signed(document=document, by=away.desk.office.clerk, reason="Sai thể thức văn bản")
    document.refresh_from_db()
    assert document.state == State.DRAFT
    away.authority.mood = "good"
    count = FileVersion.objects.count()
    assert away.prove().state == JobState.DONE
    assert FileVersion.objects.count() == count


def test_where_the_office_does_not_allow_it_nothing_is_signed_without_a_time(away: Away) -> None:
    strict = SigningBackend(away.desk.pki.keys, away.desk.pki.trust, HttpTimestamper("http://127.0.0.1:9/first", 2))
    with using(strict):
        document = away.signed()
    assert document.state == State.TO_SIGN

"""Judges of other makers say the same of files that came the office's own way, services, jobs and signing process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edocs.documents.choices import FileRole, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.storage import path_of
from edocs.signatures.backend import using
from edocs.signatures.services import archive
from edocs.workflow.services.attachments import PREPARE_ATTACHMENTS
from signing.demo_pki import DemoPki
from signing.process import SigningBackend
from tests.factories import given, incoming
from tests.signatures.fixtures import CHECKER, DIRECTOR, HEAD, SigningOffice, current
from tests.signatures.test_archive import LATE, SOON, stamper
from tests.signatures.test_proving import Away, away
from tests.signing.independent import JavaJudges, Opinions, java_judges, opinions
from tests.workflow.outgoing import run_jobs
from tests.workflow.test_attachments import attached, pdf, seal_all, with_attachments
from tests.workflow.test_copies import certify, made_ready, scan
from tests.workflow.test_initials import checked, pass_check
from tests.workflow.test_initials import submit as submit_for_initials
from tests.workflow.test_joint import OUTSIDE, bring, director, signed_by_first, signed_outside
from tests.workflow.test_joint import fresh as document_of

__all__ = ["away", "checked"]
pytestmark = [pytest.mark.django_db, pytest.mark.tool("mvn", "java", "pdfsig", "certutil", "qpdf")]
Ask = Callable[[FileVersion], Opinions]


@pytest.fixture(scope="module")
def judges(office_pki: DemoPki) -> Iterator[JavaJudges]:
    with java_judges([office_pki.folder / "trust" / "roots" / "root.der"]) as found:
        yield found


@pytest.fixture(scope="module")
def nss(office_pki: DemoPki, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of pdfsig with the office's root."""
    folder = f"sql:{tmp_path_factory.mktemp('nss')}"
    root = office_pki.folder / "trust" / "roots" / "root.der"
    subprocess.run(["certutil", "-N", "-d", folder, "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", folder, "-n", "demo", "-t", "C,C,C", "-i", root], check=True)
    return folder


@pytest.fixture
def ask(judges: JavaJudges, office_pki: DemoPki, nss: str) -> Ask:
    """What everybody says of the bytes of a version."""

    def asked(version: FileVersion) -> Opinions:
        return opinions(path_of(version.blob_id), judges, office_pki.trust.roots, nss)

    return asked


def check_good(found: Opinions, *fields: str) -> None:
    """Exactly these signatures, all of them good for everybody; it is still PDF/A-2b."""
    assert found.good(set(fields)), found
    assert {said for each in found.timestamps.values() for said in each} <= {"PASSED"}, found
    assert found.pdfa, found


@pytest.mark.requirement("R-SIG-5")
def test_a_letter_written_here_signed_numbered_and_sealed(desk: SigningOffice, ask: Ask) -> None:
    document = desk.to_sign()
    check_good(ask(current(document)))
    desk.signed(document)
    check_good(ask(current(document)), "leader")
    desk.sealed(document)
    check_good(ask(current(document)), "leader", "seal")


def test_with_the_initials_of_both_who_checked(checked: SigningOffice, ask: Ask) -> None:
    approval = submit_for_initials(checked)
    pass_check(approval, "content", HEAD)
    pass_check(approval, "format", CHECKER)
    document = checked.sealed(checked.signed(Document.objects.get(pk=approval.document_id)))
    check_good(ask(current(document)), "paraph_1", "paraph_2", "leader", "seal")


def test_a_joint_document_signed_here_and_at_another_agency(desk: SigningOffice, ask: Ask, tmp_path: Path) -> None:
    approval = signed_by_first(desk, director(desk), OUTSIDE)
    desk.consent(document_of(approval), person=desk.office.director, password=DIRECTOR.password)
    run_jobs("workflow.sign")
    assert bring(desk, approval, signed_outside(desk, approval, tmp_path, field="leader_3")).state == "done"
    document = desk.sealed(document_of(approval))
    check_good(ask(current(document)), "leader", "leader_2", "leader_3", "seal")


@pytest.mark.requirement("R-SIG-3")
def test_an_attachment_in_a_file_of_its_own(desk: SigningOffice, ask: Ask, tmp_path: Path) -> None:
    document = with_attachments(desk, tmp_path, ("phu-luc.pdf", pdf(desk)))
    run_jobs(PREPARE_ATTACHMENTS)
    document = seal_all(desk, document)
    check_good(ask(current(document)), "leader", "seal")
    check_good(ask(attached(document, "phu-luc.pdf")), "mark")


@pytest.mark.requirement("R-SIG-4")
def test_a_certified_copy_of_paper(desk: SigningOffice, ask: Ask) -> None:
    paper = incoming(desk.office, files=[given(scan(), "ban-quet.pdf")])
    file = certify(made_ready(paper, desk), desk)
    assert file.role == FileRole.COPY
    assert file.current is not None
    found = ask(file.current)
    assert found.good({"mark"}), found  # a scan that came was never PDF/A


@pytest.mark.requirement("R-SIG-8")
def test_a_letter_whose_time_stamp_was_renewed(desk: SigningOffice, ask: Ask) -> None:
    pki = desk.pki
    with using(SigningBackend(pki.keys, pki.trust, stamper(pki, 6, SOON))):
        document = desk.sealed(dispatch=True)
    with using(SigningBackend(pki.keys, pki.trust, stamper(pki, 7, LATE))):
        archive.keep_survey(archive.survey(10))
        assert archive.ask_to_renew(list(archive.ending())) == 1
        run_jobs("signatures.restamp")
    found = ask(current(document))
    check_good(found, "leader", "seal")
    own, sealed, renewed = 1, 1, 1
    assert {field: len(stamps) for field, stamps in found.timestamps.items()} == dict.fromkeys(
        ("leader", "seal"), own + sealed + renewed
    )


@pytest.mark.requirement("R-SIG-6")
def test_a_letter_that_was_proven_after_it_was_signed(away: Away, ask: Ask) -> None:
    document = away.signed()
    assert document.state == State.PROVING
    away.authority.mood = "good"
    away.prove()
    check_good(ask(current(document)), "leader")
    document.refresh_from_db()
    away.desk.sealed(document)
    check_good(ask(current(document)), "leader", "seal")

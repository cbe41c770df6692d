"""An office that can sign for real: demonstration keys, made once, and the signing process without its socket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import main_version
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.office.models import Person
from edocs.signatures.backend import using
from edocs.signatures.models import Key, SigningItem, SigningSession
from edocs.signatures.services.keys import register_key
from edocs.workflow.models import Approval
from edocs.workflow.services import approving, drafting, issuing, uploads
from edocs.workflow.services.signing import Pick, sign_documents
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.process import SigningBackend
from tests.factories import Office
from tests.workflow.outgoing import approve, draft, fields, run_jobs, submitted

AGENCY = "Sở Nội vụ tỉnh Nam Khê"
DEPUTY = DemoHolder("nhung.nth", "Nguyễn Thị Hồng Nhung", AGENCY, "mật-khẩu-khóa-5172", "Phó Giám đốc")
DIRECTOR = DemoHolder("thinh.tq", "Trần Quốc Thịnh", AGENCY, "mật-khẩu-khóa-9043", "Giám đốc")
EXPIRED = DemoHolder(
    "thinh-cu", "Trần Quốc Thịnh", AGENCY, "mật-khẩu-khóa-0001", not_after=dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
)
HEAD = DemoHolder("anh.vd", "Vũ Đức Anh", AGENCY, "mật-khẩu-khóa-3318", "Trưởng phòng")
CHECKER = DemoHolder("khai.pv", "Phạm Văn Khải", AGENCY, "mật-khẩu-khóa-7705", "Chánh Văn phòng")
PARTNER = DemoHolder("binh.lt", "Lê Thanh Bình", "Sở Tài chính tỉnh Nam Khê", "mật-khẩu-khóa-2846", "Giám đốc")
"""Of another agency, who signs on a machine of theirs."""
SEAL = DemoHolder("seal", AGENCY, AGENCY, "mật-khẩu-con-dấu-6620")


@pytest.fixture(scope="session")
def office_pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """Authorities and keys, made once for all tests."""
    return make_demo_pki(
        tmp_path_factory.mktemp("office-pki"), [DEPUTY, DIRECTOR, EXPIRED, HEAD, CHECKER, PARTNER], SEAL
    )


@dataclass
class SigningOffice:
    """The office with its keys; ``backend`` is the signing process in this one."""

    office: Office
    pki: DemoPki
    backend: SigningBackend
    keys: dict[str, Key]

    def to_sign(
        self,
        *,
        signer: Person | None = None,
        summary: str = "",
        content: bytes = b"",
        attachments: Sequence[Path] = (),
    ) -> Document:
        """A document that passed its checks and is prepared; with ``content`` it was uploaded, else written here."""
        office, signer = self.office, signer or self.office.deputy
        changes = {"summary": summary} if summary else {}
        document = draft(office, **changes)
        if content:
            path = Path(self.pki.folder, "given.pdf")
            path.write_bytes(content)
            stored = uploads.take_in(path=path, name="du-thao.pdf")
            uploads.upload_draft(document=document, stored=stored, by=office.officer)
        else:
            drafting.write_letter(document=document, fields=fields(office, signer=signer, **changes), by=office.officer)
        for path in attachments:
            stored = uploads.take_in(path=path, name=path.name)
            uploads.add_attachment(document=document, stored=stored, by=office.officer)
        approval = submitted(office, document, signer=signer)
        approve(approval, "content", office.head)
        approve(approval, "format", office.bureau_head)
        run_jobs(approving.PREPARE)
        document.refresh_from_db()
        return document

    def letter(self, **changes: object) -> bytes:
        """The bytes of a letter that bears the deputy's name and title."""
        office = self.office
        typed = fields(office, authority=office.deputy.authorities.get(), **changes)
        composed, _source = drafting.compose_draft(draft(office), typed)
        return composed.pdf

    def consent(self, *documents: Document, person: Person | None = None, password: str = "") -> SigningSession:
        """Agree to sign the current versions; the jobs wait."""
        return sign_documents(
            person=person or self.office.deputy,
            picks=[Pick(one.pk, current(one).pk) for one in documents],
            password=password or DEPUTY.password,
        )

    def signed(self, document: Document | None = None, **changes: object) -> Document:
        """A document signed by the deputy, waiting for its number."""
        document = document or self.to_sign(**changes)
        self.consent(document)
        run_jobs("workflow.sign")
        document.refresh_from_db()
        assert document.state == "signed"
        return document

    def seal(self, document: Document, *, dispatch: bool = False, password: str = SEAL.password) -> SigningSession:
        """Number and seal; the job waits."""
        return issuing.number_and_seal(
            document=document,
            version_id=current(document).pk,
            by=self.office.clerk,
            password=password,
            dispatch=dispatch,
        )

    def sealed(self, document: Document | None = None, *, dispatch: bool = False) -> Document:
        """A document numbered and sealed."""
        document = document or self.signed()
        self.seal(document, dispatch=dispatch)
        run_jobs("workflow.seal")
        document.refresh_from_db()
        return document


@pytest.fixture
def desk(office: Office, office_pki: DemoPki, settings: object) -> Iterator[SigningOffice]:
    """The office, able to sign."""
    settings.TRUST_DIR = office_pki.folder / "trust"
    backend = SigningBackend(office_pki.keys, office_pki.trust, office_pki.timestamper())
    office.deputy.signature_image = demo_signature_image(DEPUTY.name)
    office.deputy.save()
    office.agency.seal_image = demo_seal_image(["UBND TỈNH NAM KHÊ", "SỞ", "NỘI VỤ"])
    office.agency.save()
    with using(backend):
        owners = ((DEPUTY, office.deputy), (DIRECTOR, office.director))
        keys = {
            holder.key_id: register_key(reference=holder.key_id, purpose="sign", owner=owner, by=office.admin)
            for holder, owner in owners
        }
        keys["seal"] = register_key(reference="seal", purpose="seal", owner=None, by=office.admin)
        yield SigningOffice(office, office_pki, backend, keys)


def current(document: Document) -> FileVersion:
    """The current version of the main file."""
    version = main_version(document)
    assert version is not None
    return version


def item_of(session: SigningSession, document: Document) -> SigningItem:
    return session.items.select_related("session", "document").get(document=document)


def run_again(job: Job) -> Job:
    """What happens when the lease of a killed worker has run out."""
    Job.objects.filter(pk=job.pk).update(state="running", lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def round_of(document: Document) -> Approval:
    return Approval.objects.filter(document=document).latest("id")

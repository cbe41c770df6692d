"""Thousands of documents, as rows: for measuring what does not depend on how they came to be."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils import timezone

from edocs.documents.choices import Direction, State
from edocs.documents.models import AccessEntry, Document, DocumentFile, FileVersion
from edocs.intake.models import Arrival
from edocs.jobs.models import Job
from edocs.journal.services import record
from edocs.office.models import Correspondent, Notice, Person, Position, Unit
from edocs.records.models import CaseFile, Filed
from edocs.workflow.models import Approval, Assignment, Instruction, Step, Submission
from tests.factories import Office
from tests.security.world import World

TOGETHER = 2_000


def many_documents(office: Office, how_many: int) -> None:
    """Half incoming, half outgoing, all finished; the clerk and the director see all, the officer every second one."""
    moment = timezone.now() - dt.timedelta(days=900)
    for start in range(0, how_many, TOGETHER):
        size = min(TOGETHER, how_many - start)
        made = Document.objects.bulk_create(_document(office, n, moment) for n in range(start, start + size))
        AccessEntry.objects.bulk_create(
            AccessEntry(document=one, token=token, reason="bulk")
            for n, one in enumerate(made)
            for token in _tokens(office, n)
        )


def _document(office: Office, n: int, moment: dt.datetime) -> Document:
    at, incoming = moment + dt.timedelta(minutes=n), n % 2 == 0
    symbol = "UBND-NC" if incoming else "SNV-CCHC"
    return Document(
        direction=Direction.INCOMING if incoming else Direction.OUTGOING,
        state=State.DONE if incoming else State.ISSUED,
        kind=office.letter if n % 3 else office.decision,
        number=str(n + 1000),
        symbol=symbol,
        code=f"{n + 1000}/{symbol}",
        code_folded=f"{n + 1000}/{symbol}".replace("/", "").replace("-", ""),
        issued_on=at.date(),
        issuer=office.province if incoming else None,
        issuer_name=office.province.name if incoming else "",
        summary=f"V/v báo cáo kết quả thực hiện nhiệm vụ số {n}",
        arrived_on=at.date() if incoming else None,
        arrival_number=n + 1000 if incoming else None,
        unit=None if incoming else office.reform,
        signer_name="" if incoming else office.deputy.full_name,
        author=office.clerk,
        created_at=at,
        changed_at=at,
        issued_at=None if incoming else at,
    )


def _tokens(office: Office, n: int) -> list[str]:
    tokens = ["r:clerk", f"u:{office.director.pk}"]
    return [*tokens, f"u:{office.officer.pk}", f"g:{office.reform.pk}"] if n % 4 < 2 else tokens


def many_case_files(world: World, how_many: int) -> None:
    """Case files of the officer, each with a document in it, and in the one of the world as many as a file holds."""
    office, moment, since = world.office, timezone.now(), CaseFile.objects.count()
    known = world.things["case_file"]
    documents = list(Document.objects.filter(author=office.clerk).exclude(filed__file=known)[:how_many])
    files = [
        CaseFile(
            year=2000 + n % 26,
            code=f"{since + n}.CCHC",
            title=f"Hồ sơ số {n}",
            started_on=moment.date(),
            keeper=office.officer,
            unit=office.reform,
            code_words=f" {since + n} cchc ",
            words=f" {since + n} cchc ho so so {n} ",
        )
        for n in range(how_many)
    ]
    CaseFile.objects.bulk_create(files, batch_size=TOGETHER)
    lying = [(file, documents[n % len(documents)], 1) for n, file in enumerate(files)]
    last = known.filed.count() + 10
    lying += [(known, one, last + n) for n, one in enumerate(documents[: 980 - last])]
    Filed.objects.bulk_create(
        (Filed(file=file, document=one, ordinal=n, by=office.officer, at=moment) for file, one, n in lying),
        batch_size=TOGETHER,
    )


def much_work(world: World, how_many: int) -> None:
    """Everything that waits in the world, ``how_many`` times more."""
    for name in ("registered", "waiting", "assigned", "draft", "checking", "formatting", "to_sign", "signed", "sealed"):
        document = world.documents[name]
        for copy in _copies(document, how_many):
            _with_what_hangs_on_it(document, copy)
    about_documents = Job.objects.filter(subject__startswith="document:")
    for rows in (Arrival.objects.all(), about_documents, Notice.objects.all()):
        for row in rows.order_by("-id")[:3]:
            _copies(row, how_many)
    office, since = world.office, Person.objects.count()
    Correspondent.objects.bulk_create(Correspondent(name=f"UBND xã {n}", folded=f"xa {n}") for n in range(how_many))
    Position.objects.bulk_create(Position(name=f"Chức vụ {since + n}") for n in range(how_many))
    units = Unit.objects.bulk_create(Unit(name=f"Phòng {n}", abbreviation=f"P{n}") for n in range(20))
    Person.objects.bulk_create(
        Person(
            username=f"u{since + n}", full_name=f"Nguyễn Văn {n}", unit=units[n % 20], position=office.officer.position
        )
        for n in range(how_many)
    )
    for n in range(how_many):
        record("catalogue.add", office.agency, by=office.admin, after={"n": n})


def _copy(row: Model, **changes: Any) -> Any:
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**values | changes)


def _copies(row: Model, how_many: int) -> list[Any]:
    return type(row)._default_manager.bulk_create(_copy(row) for _ in range(how_many))


def _with_what_hangs_on_it(document: Document, copy: Document) -> None:
    """Access, files, work and approval of the copy are those of the document."""
    AccessEntry.objects.bulk_create(_copy(one, document_id=copy.pk) for one in document.access.all())
    Submission.objects.bulk_create(_copy(one, document_id=copy.pk) for one in document.submissions.all())
    version = None
    for file in document.files.all():
        own = DocumentFile.objects.create(document=copy, role=file.role, name=file.name, order=file.order)
        versions = FileVersion.objects.bulk_create(_copy(one, file_id=own.pk) for one in file.versions.all())
        version = versions[-1]
        DocumentFile.objects.filter(pk=own.pk).update(current=version)
    for order in document.instructions.all():
        new: Instruction = _copy(order, document_id=copy.pk)
        new.save()
        given = order.assignments.all()
        Assignment.objects.bulk_create(_copy(one, document_id=copy.pk, instruction_id=new.pk) for one in given)
    for approval in document.approvals.all() if version else ():
        again: Approval = _copy(approval, document_id=copy.pk)
        again.save()
        Step.objects.bulk_create(_copy(one, approval_id=again.pk) for one in approval.steps.all())

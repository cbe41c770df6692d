"""What tests of outgoing documents share: a letter written by the officer, and jobs run by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edocs.documents.models import Document, FileVersion
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.office.models import Person
from edocs.workflow.letters import LetterFields
from edocs.workflow.models import Approval, Step
from edocs.workflow.services import approving, drafting
from edocs.workflow.services.addressing import RecipientLine
from edocs.workflow.services.uploads import StoredFile, take_in
from tests.factories import Office
from tests.limited import hostile

BODY = """Thực hiện Công văn số 3987/UBND-NC, Sở Nội vụ báo cáo như sau:
1. Kết quả
a) Đã rà soát 214 thủ tục hành chính;
b) Đã công khai trên Cổng thông tin.
2. Kiến nghị
- Bố trí kinh phí nâng cấp hệ thống.
Sở Nội vụ kính báo cáo./."""


def draft(office: Office, **changes: Any) -> Document:
    """A draft of an official letter without text, begun by the officer."""
    values: dict[str, Any] = {
        "by": office.officer,
        "kind": office.letter,
        "summary": "V/v báo cáo kết quả khắc phục Chỉ số cải cách hành chính",
        "field": office.field,
        "recipients": [RecipientLine(correspondent=office.province, purpose="để báo cáo")],
    } | changes
    return drafting.start_draft(**values)


def fields(office: Office, **changes: Any) -> LetterFields:
    values: dict[str, Any] = {
        "summary": "V/v báo cáo kết quả khắc phục Chỉ số cải cách hành chính",
        "body": BODY,
        "addressees": ("UBND tỉnh Nam Khê",),
        "signer": office.deputy,
    } | changes
    return LetterFields(**values)


def written(office: Office, **changes: Any) -> Document:
    """A draft with its first version written in the browser."""
    document = draft(office)
    drafting.write_letter(document=document, fields=fields(office, **changes), by=office.officer)
    return document


def submitted(office: Office, document: Document | None = None, **changes: Any) -> Approval:
    values: dict[str, Any] = {"by": office.officer, "signer": office.deputy} | changes
    return approving.submit(document=document or written(office), **values)


def step(approval: Approval, kind: str) -> Step:
    return Step.objects.select_related("approval").get(approval=approval, kind=kind)


def approve(approval: Approval, kind: str, by: Person, version: FileVersion | None = None) -> Step:
    return approving.approve(step=step(approval, kind), by=by, version=version or approval.version)


def to_sign(office: Office) -> Approval:
    """A document whose checks are passed, waiting for the deputy's signature; not prepared yet."""
    approval = submitted(office)
    approve(approval, "content", office.head)
    approve(approval, "format", office.bureau_head)
    return approval


def run_jobs(kind: str) -> list[Job]:
    """Run the waiting jobs of one kind, and give all of that kind as they stand afterwards."""
    for number in Job.objects.filter(kind=kind, state="waiting").values_list("pk", flat=True):
        jobs.run(number)
    return list(Job.objects.filter(kind=kind).order_by("id"))


def stored_pdf(folder: Path, pages: int = 1, name: str = "du-thao.pdf") -> StoredFile:
    return take_in(path=hostile.pdf(folder / f"{pages}.pdf", pages=pages), name=name)

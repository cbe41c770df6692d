"""What is known of the certified copies of a document."""

from __future__ import annotations

from dataclasses import dataclass, field

from edocs.documents.choices import FileRole, Origin
from edocs.documents.models import Document, DocumentFile
from edocs.jobs.models import Job, JobState
from edocs.jobs.queries import of_subject
from edocs.signatures.models import ItemState, SigningItem
from edocs.workflow.services.copies import PDF, PREPARE_COPY


@dataclass(frozen=True, slots=True)
class CopyView:
    """Files that may be copied, the copy at hand (made ready, not certified), and those that are done."""

    sources: list[DocumentFile]
    done: list[DocumentFile]
    ready: DocumentFile | None = None
    under_way: bool = False
    #: the reason why making ready failed last
    problem: str = ""
    failed: SigningItem | None = field(default=None)


def copy_view(document: Document) -> CopyView:
    """In three statements."""
    files = list(document.files.filter(current__isnull=False).select_related("current__blob", "current__file"))
    copies = [file for file in files if file.role == FileRole.COPY]
    ready = next((file for file in copies if file.current and file.current.origin == Origin.PREPARED), None)
    last = of_subject(f"document:{document.pk}", [PREPARE_COPY]).first()
    item = SigningItem.objects.filter(version=ready.current_id).order_by("-pk").first() if ready else None
    return CopyView(
        sources=[
            file
            for file in files
            if file.role != FileRole.COPY and file.current and file.current.blob.media_type == PDF
        ],
        done=[file for file in copies if file.current and file.current.origin == Origin.COPY],
        ready=ready,
        under_way=_runs(last) or (item is not None and item.state == ItemState.WAITING),
        problem=last.reason if ready is None and last is not None and last.state == JobState.FAILED else "",
        failed=item if item is not None and item.state == ItemState.FAILED else None,
    )


def _runs(job: Job | None) -> bool:
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)

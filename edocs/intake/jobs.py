"""Reading an arrived file: made into PDF if it is not one, its pages counted, its fields suggested."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from edocs.documents.models import Blob
from edocs.documents.storage import keep_file, path_of
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.reading import suggestions_of
from edocs.intake.services.arrivals import MEDIA_TYPES
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.limited import FileKind, FileRefused, convert_office, image_to_pdf, inspect, read_text
from edocs.signatures.services.judging import judge_file, keep_verdict

IMAGES = {MEDIA_TYPES[kind] for kind in (FileKind.PNG, FileKind.JPEG, FileKind.TIFF)}
PDF = MEDIA_TYPES[FileKind.PDF]


def _failed(job: Job, reason: str) -> None:
    Arrival.objects.filter(pk=job.arguments["arrival"], state=ArrivalState.READING).update(
        state=ArrivalState.FAILED, failure=job.code[:60]
    )


@job("intake.read", attempts=3, on_failure=_failed)
def read(job: Job) -> Finish | None:
    """Make the PDF that is shown, and read it in the limited child."""
    arrival = Arrival.objects.select_related("received").get(pk=job.arguments["arrival"])
    if arrival.state != ArrivalState.READING:
        return None
    shown: Blob | None = None
    suggestions: dict[str, Any] = {}
    judgement: dict[str, Any] | None = None
    failure = ""
    try:
        shown = _as_pdf(arrival.received)
        found = inspect(path_of(shown.sha256))
        suggestions = suggestions_of(read_text(path_of(shown.sha256)))
        suggestions["pages"] = found.page_count
        suggestions["sizes"] = [[page.width, page.height] for page in found.pages]
        suggestions["has_text"] = found.has_text
        if found.is_signed:
            judgement = judge_file(path_of(shown.sha256))
            suggestions["signatures"] = judgement["verdict"]
    except FileRefused as refused:
        failure = refused.code.value

    def finish() -> None:
        fresh = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if fresh.state != ArrivalState.READING:
            return
        fresh.shown, fresh.suggestions, fresh.failure = shown, suggestions, failure
        fresh.state = ArrivalState.FAILED if failure else ArrivalState.READY
        fresh.save(update_fields=["shown", "suggestions", "failure", "state"])
        if shown is not None and judgement is not None:
            keep_verdict(shown, judgement, judged_at=job.started_at or job.queued_at)

    return finish


def _as_pdf(received: Blob) -> Blob:
    if received.media_type == PDF:
        return received
    folder = Path(settings.FILES_DIR)
    with tempfile.TemporaryDirectory(dir=folder, prefix="convert-") as work:
        target = Path(work) / "shown.pdf"
        make = image_to_pdf if received.media_type in IMAGES else convert_office
        make(path_of(received.sha256), target)
        return keep_file(target, PDF)

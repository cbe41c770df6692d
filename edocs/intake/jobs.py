"""Reading an arrived file: made into PDF if it is not one, its text read, its fields suggested."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from edocs.documents.content.reading import Reading, read_blob
from edocs.documents.content.services import HEAD_RANKS, keep, settled
from edocs.documents.models import Blob, PageContent, PageState
from edocs.documents.storage import keep_file, path_of
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.pages import geometry_of
from edocs.intake.reading import suggestions_from
from edocs.intake.services.arrivals import MEDIA_TYPES
from edocs.jobs.models import Job
from edocs.jobs.registry import Finish, job
from edocs.jobs.services import enqueue
from edocs.limited import FileKind, FileRefused, convert_office, image_to_pdf, inspect
from edocs.signatures.services.judging import judge_patiently, keep_verdict

IMAGES = {MEDIA_TYPES[kind] for kind in (FileKind.PNG, FileKind.JPEG, FileKind.TIFF)}
PDF = MEDIA_TYPES[FileKind.PDF]


def _failed(job: Job, reason: str) -> None:
    Arrival.objects.filter(pk=job.arguments["arrival"], state=ArrivalState.READING).update(
        state=ArrivalState.FAILED, failure=job.code[:60]
    )


@job("intake.read", attempts=3, on_failure=_failed)
def read(job: Job) -> Finish | None:
    """Make the PDF that is shown, and read it in the limited child. A scan stays "being read" until OCR has read the
    pages that say what it is."""
    arrival = Arrival.objects.select_related("received").get(pk=job.arguments["arrival"])
    if arrival.state != ArrivalState.READING:
        return None
    shown: Blob | None = None
    reading: Reading | None = None
    suggestions: dict[str, Any] = {}
    judgement: dict[str, Any] | None = None
    failure, waits = "", False
    try:
        shown = _as_pdf(arrival.received)
        found = inspect(path_of(shown.sha256))
        reading = read_blob(shown, geometry=found.pages)
        rows = reading.pages or list(PageContent.objects.filter(blob=shown))
        waits, failure = _head_waits(rows), reading.failure
        suggestions = suggestions_from(rows, found.pages)
        suggestions["pages"] = found.page_count
        suggestions["sizes"] = reading.sizes
        suggestions["has_text"] = found.has_text
        if arrival.received.media_type == PDF:
            judgement = _judged(shown, found.is_signed)
    except FileRefused as refused:
        failure = refused.code.value

    def finish() -> None:
        fresh = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if fresh.state != ArrivalState.READING:
            return
        if shown is not None and reading is not None:
            keep(blob=shown, reading=reading)
        fresh.shown, fresh.suggestions, fresh.failure = shown, suggestions, failure
        if failure:
            fresh.state = ArrivalState.FAILED
        elif not waits:
            fresh.state = ArrivalState.READY
        fresh.save(update_fields=["shown", "suggestions", "failure", "state"])
        if shown is not None and judgement is not None:
            keep_verdict(shown, judgement, judged_at=job.started_at or job.queued_at)

    return finish


def _head_waits(rows: Iterable[PageContent]) -> bool:
    """Whether a page that says what the document is still waits for OCR."""
    return any(row.state == PageState.WAITING and row.rank <= HEAD_RANKS for row in rows)


def _tell_arrivals(sha256: str) -> None:
    """More of a file is known: whoever waits for its fields gets them."""
    waiting = Arrival.objects.filter(shown=sha256, state__in=(ArrivalState.READING, ArrivalState.READY))
    for number in waiting.values_list("pk", flat=True):
        enqueue("intake.suggest", arguments={"arrival": number}, subject=f"arrival:{number}", once=True)


settled.append(_tell_arrivals)


def _without_suggestions(job: Job, reason: str) -> None:
    Arrival.objects.filter(pk=job.arguments["arrival"], state=ArrivalState.READING).update(state=ArrivalState.READY)


@job("intake.suggest", attempts=3, on_failure=_without_suggestions)
def suggest_again(job: Job) -> Finish | None:
    """Suggest the fields from what OCR has read, as soon as the pages that say most are read."""
    arrival = Arrival.objects.select_related("shown").get(pk=job.arguments["arrival"])
    if arrival.shown is None:
        return None
    rows = list(PageContent.objects.filter(blob=arrival.shown))
    if _head_waits(rows):
        return None
    found = suggestions_from(rows, geometry_of(arrival.shown))

    def finish() -> None:
        fresh = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if fresh.state not in (ArrivalState.READING, ArrivalState.READY):
            return
        facts = {name: value for name, value in fresh.suggestions.items() if not isinstance(value, dict)}
        fresh.suggestions, fresh.state = facts | found, ArrivalState.READY
        fresh.save(update_fields=["suggestions", "state"])

    return finish


def _judged(shown: Blob, is_signed: bool) -> dict[str, Any] | None:
    """What is to be said of the signatures before it is registered (Decree 30/2020, Art. 21.2); None without any.

    Whether there are any is for the judge to say: a signature hidden from the quick look is found here.
    """
    judgement = judge_patiently(path_of(shown.sha256))
    return judgement if is_signed or judgement["signatures"] else None


def _as_pdf(received: Blob) -> Blob:
    if received.media_type == PDF:
        return received
    folder = Path(settings.FILES_DIR)
    with tempfile.TemporaryDirectory(dir=folder, prefix="convert-") as work:
        target = Path(work) / "shown.pdf"
        make = image_to_pdf if received.media_type in IMAGES else convert_office
        make(path_of(received.sha256), target)
        return keep_file(target, PDF)

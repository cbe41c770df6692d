"""What the tests of the pages share: letters, arrived files, a filled form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edocs import clock
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.services.arrivals import accept_upload
from edocs.jobs import services as jobs
from edocs.jobs.models import Job
from edocs.typeset import Letter, Paragraph, compose_letter
from tests.factories import Office

FETCH = {"HTTP_X_REQUESTED_WITH": "fetch", "HTTP_ACCEPT": "application/json"}


def letter_pdf(number: str = "214", **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "superior": "UBND tỉnh Nam Khê",
        "agency": "Ủy ban nhân dân xã Đông Lĩnh",
        "place": "Đông Lĩnh",
        "kind": "Công văn",
        "symbol": "UBND-VHXH",
        "number": number,
        "issued_on": dt.date(2026, 10, 7),
        "summary": "đề nghị hướng dẫn giải quyết chế độ đối với người hoạt động không chuyên trách ở thôn",
        "addressees": ("Sở Nội vụ tỉnh Nam Khê",),
        "body": (Paragraph("Ủy ban nhân dân xã đề nghị Sở có văn bản trả lời trước ngày 23 tháng 10 năm 2026."),),
        "position_lines": ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        "signer": "Hà Nguyễn Thảo Vy",
    }
    return compose_letter(Letter(**values | changes)).pdf


def as_person(someone: Any) -> Client:
    browser = Client()
    browser.force_login(someone)
    browser.cookies["edocs_language"] = "en"
    return browser


def arrived(
    office: Office, tmp_path: Path, content: bytes | None = None, name: str = "quét 07.pdf", by: Any = None
) -> Arrival:
    path = tmp_path / "arrived"
    path.write_bytes(content if content is not None else letter_pdf())
    arrival = accept_upload(path=path, name=name, by=by or office.clerk)
    for number in Job.objects.filter(kind="intake.read", state="waiting").values_list("pk", flat=True):
        jobs.run(number)
    arrival.refresh_from_db()
    return arrival


def quick(office: Office, original: Arrival, number: int, state: str = ArrivalState.READY) -> Arrival:
    """One more arrival like another one, without reading its bytes again."""
    read = json.loads(json.dumps(original.suggestions)) if state == ArrivalState.READY else {}
    if read:
        read["number"]["value"] = str(number)
    shown = original.shown if state == ArrivalState.READY else None
    failure = "damaged" if state == ArrivalState.FAILED else ""
    return Arrival.objects.create(
        name=f"quét {number}.pdf",
        received=original.received,
        shown=shown,
        by=office.clerk,
        at=clock.now(),
        state=state,
        suggestions=read,
        failure=failure,
    )


def values(office: Office, **changes: Any) -> dict[str, Any]:
    return {
        "arrived_on": "2026-10-13",
        "book": office.book_in.pk,
        "issuer": str(office.province.pk),
        "code": "214/UBND-VHXH",
        "issued_on": "2026-10-07",
        "kind": office.letter.pk,
        "urgency": "0",
        "summary": "V/v đề nghị hướng dẫn giải quyết chế độ",
        "channel": "post",
        "copies": "1",
    } | changes


def register(browser: Client, arrival: Arrival, office: Office, **changes: Any) -> Any:
    return browser.post(reverse("intake_file", args=[arrival.pk]), values(office, **changes))


def statements(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        response = call()
    assert response.status_code == 200
    return len(caught)

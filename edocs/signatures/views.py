"""The public page that says what is to be said of the signatures of a PDF; it keeps nothing and knows nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from edocs import clock
from edocs.errors import Invalid, Refusal
from edocs.limited import clean_name
from edocs.signatures.cards import signature_cards, summary_of
from edocs.signatures.receiving import place_to_work, receives_one_file
from edocs.signatures.services.judging import judge_file

SECONDS = 25.0
HEAD = 1024
RETRY_SECONDS = {429: 60, 503: 10}


@login_not_required
@csrf_exempt  # ``receives_one_file`` asks for the token, after the size
@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Ask for a file, or say what was found in it."""
    if request.method == "GET":
        return _page(request)
    try:
        return _judge(request)
    except Refusal as refusal:
        return _refused(request, refusal)


@receives_one_file
def _judge(request: HttpRequest) -> HttpResponse:
    given = request.FILES.get("file")
    try:
        if not isinstance(given, TemporaryUploadedFile):
            raise Invalid(_("No file was chosen. Choose a PDF, then press “Check”."), field="file")
        path = Path(given.temporary_file_path())
        with path.open("rb") as head:
            if b"%PDF-" not in head.read(HEAD):
                raise Invalid(_("This is not a PDF. Only PDF files are checked here."), field="file")
        with place_to_work():
            found = judge_file(path, seconds=SECONDS)
    finally:
        request.close()  # removes the temporary file now, not when the answer was read
    cards = signature_cards(found["signatures"])
    return _page(
        request,
        found=found,
        summary=summary_of(found),
        cards=cards,
        is_demo=any(card.is_demo for card in cards),
        name=clean_name(given.name or ""),
        checked_at=clock.now(),
    )


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    response = _page(request, refusal=refusal, status=refusal.status)
    if refusal.status in RETRY_SECONDS:
        response.headers["Retry-After"] = str(RETRY_SECONDS[refusal.status])
    return response


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    megabytes = settings.VERIFY_MAX_BYTES // (1024 * 1024)
    return render(request, "signatures/verify.html", {"megabytes": megabytes, **context}, status=status)

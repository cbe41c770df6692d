"""The queue: dropping files, seeing what became of them, and the way into registering them one after the other."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from edocs.documents.refusals import sentence_for
from edocs.errors import Invalid, Refusal
from edocs.intake import queries
from edocs.intake.models import Arrival, ArrivalState
from edocs.intake.services.arrivals import MEDIA_TYPES, accept_upload
from edocs.intake.suggested import code_of, value_of
from edocs.intake.uploads import left_out, path_of_upload, receives_files
from edocs.intake.viewing import failure_of, viewed
from edocs.intake.views.access import clerk_only, get_arrival
from edocs.intake.views.registered import just_registered
from edocs.jobs.queries import worker_is_silent
from edocs.limited import RefusalCode
from edocs.ui import QueueGroup, QueueRow, State, exact_moment

KIND_NAMES = {media_type: kind.name for kind, media_type in MEDIA_TYPES.items()}
ACCEPTED = ".pdf,.docx,.xlsx,.odt,.png,.jpg,.jpeg,.tif,.tiff"


@require_GET
@clerk_only
def intake(request: HttpRequest) -> HttpResponse:
    """Files that wait, and the place to drop more. ``?seen=`` of an unchanged queue is answered with 204."""
    arrivals = queries.queue(queries.SHOWN_IN_QUEUE + 1)
    reading = any(one.state == ArrivalState.READING for one in arrivals)
    silent = reading and worker_is_silent()
    seen = _fingerprint(arrivals, silent=silent)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    order = queries.sequence()
    context = {
        "groups": _groups(arrivals[: queries.SHOWN_IN_QUEUE], silent=silent, first=order.next_to_register()),
        "total": len(order.files),
        "hidden": max(0, len(order.files) - queries.SHOWN_IN_QUEUE),
        "ready": order.count(ArrivalState.READY),
        "reading": order.count(ArrivalState.READING),
        "silent": silent,
        "seen": seen,
        "today": queries.registered_today(),
        "accepted": ACCEPTED,
        "hint_kinds": _("PDF, DOCX, XLSX, ODT, PNG, JPEG, TIFF; up to %(size)d MB each. Nothing secret belongs here.")
        % {"size": settings.MAX_UPLOAD_BYTES // (1024 * 1024)},
        "registered": just_registered(request),
    }
    return render(request, "intake/queue.html", context)


def _fingerprint(arrivals: list[Arrival], *, silent: bool) -> str:
    """What the queue shows, in short: the page asks again and again and is only drawn anew when this changed."""
    told = repr([(one.pk, one.state, one.shown_id is None) for one in arrivals]) + str(silent)
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _groups(arrivals: list[Arrival], *, silent: bool, first: int | None) -> list[QueueGroup]:
    copies = Counter(one.received_id for one in arrivals)
    by_state: dict[str, list[tuple[Arrival, QueueRow]]] = {}
    for one in arrivals:
        row = _row(one, silent=silent, repeated=copies[one.received_id] > 1)
        by_state.setdefault(one.state, []).append((one, row))
    ready = [row for one, row in sorted(by_state.get(ArrivalState.READY, []), key=lambda pair: -pair[1].urgency)]
    named = (
        (_("To register"), "clipboard-plus", ready),
        (_("Being read"), "loader", [row for one, row in by_state.get(ArrivalState.READING, [])]),
        (_("Cannot be read"), "alert-circle", [row for one, row in by_state.get(ArrivalState.FAILED, [])]),
    )
    groups = [QueueGroup(label, rows, len(rows), icon) for label, icon, rows in named if rows]
    if first is not None and groups:
        begin = reverse("intake_file", args=[first])
        groups[0] = replace(groups[0], more_url=begin, more_label=_("Register one after the other"))
    return groups


def _row(arrival: Arrival, *, silent: bool, repeated: bool) -> QueueRow:
    read = arrival.suggestions
    code, issuer = code_of(read), str(value_of(read, "issuer") or "")
    came = f"{arrival.by.full_name}, {exact_moment(arrival.at).partition(' ')[0]}"
    summary = str(value_of(read, "summary") or "")
    if arrival.state == ArrivalState.FAILED:
        summary = failure_of(arrival)
    elif arrival.state == ArrivalState.READING:
        summary = f"{KIND_NAMES[arrival.received.media_type]}, {filesizeformat(arrival.received.size)}"
    elif not summary:
        summary = _("Nothing could be read from this file; enter it by hand.")
        if code:
            summary = _("The summary could not be read; enter it by hand.")
    urgency = value_of(read, "urgency")
    return QueueRow(
        url=reverse("intake_file", args=[arrival.pk]),
        preview_url=reverse("intake_preview", args=[arrival.pk]),
        number=code or arrival.name,
        sender=issuer if code else "",
        summary=summary,
        role=_("the same file is here twice") if repeated else "" if arrival.state == ArrivalState.FAILED else came,
        state=_state(arrival, silent=silent),
        urgency=urgency if isinstance(urgency, int) else 0,
        unread=arrival.state == ArrivalState.READY,
    )


def _state(arrival: Arrival, *, silent: bool) -> State:
    if arrival.state == ArrivalState.FAILED:
        if arrival.failure == queries.NOT_CONVERTED:
            return State(_("Enter by hand"), "keyboard", "amber")
        return State(_("Cannot be read"), "alert-circle", "red")
    if arrival.state == ArrivalState.READING:
        if silent:
            return State(_("Waiting for the worker"), "player-pause", "amber")
        if arrival.shown_id:
            return State(_("Scan, being read"), "loader", "blue")
        return State(_("Being read"), "loader", "blue")
    if code_of(arrival.suggestions) or value_of(arrival.suggestions, "summary"):
        return State(_("Read, to be confirmed"), "wand", "violet")
    return State(_("Enter by hand"), "keyboard", "amber")


@require_GET
@clerk_only
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrived file beside the queue."""
    arrival = get_arrival(pk)
    context: dict[str, Any] = {
        "arrival": arrival,
        "code": code_of(arrival.suggestions),
        "issuer": value_of(arrival.suggestions, "issuer") or "",
        "summary": value_of(arrival.suggestions, "summary") or "",
        "urgency": value_of(arrival.suggestions, "urgency") or 0,
        "viewed": viewed(arrival),
        "can_register": arrival.state == ArrivalState.READY or arrival.failure == queries.NOT_CONVERTED,
        "can_be_put_aside": arrival.state in queries.TO_REGISTER,
    }
    page = "intake/preview.html" if request.headers.get("HX-Request") else "intake/preview_page.html"
    return render(request, page, context)


@receives_files
@require_POST
@clerk_only
def upload(request: HttpRequest) -> HttpResponse:
    """Take in one file (from the drop zone, answered as JSON) or several (a plain form, answered as messages)."""
    files: list[TemporaryUploadedFile] = request.FILES.getlist("file")  # type: ignore[assignment]
    refusals = left_out(request)
    if request.headers.get("X-Requested-With") == "fetch":
        if refusals:
            raise refusals[0]
        if len(files) != 1:
            raise Invalid(_("No file came with the request. Choose it again."), field="file")
        arrival = _take_in(request, files[0])
        answer = {"message": _("Received, is being read"), "url": reverse("intake_file", args=[arrival.pk])}
        return JsonResponse(answer, status=201)
    received = 0
    for file in files:
        try:
            _take_in(request, file)
            received += 1
        except Refusal as refusal:
            refusals.append(refusal)
    _tell(request, received, refusals)
    return redirect("intake")


def _take_in(request: HttpRequest, file: TemporaryUploadedFile) -> Arrival:
    name = file.name or ""
    if file.size == 0:
        raise Invalid(sentence_for(RefusalCode.EMPTY, name=name), code=RefusalCode.EMPTY.value, field="file")
    return accept_upload(path=path_of_upload(file), name=name, by=request.user)  # type: ignore[arg-type]


def _tell(request: HttpRequest, received: int, refusals: list[Refusal]) -> None:
    if received:
        sentence = ngettext("%(n)d file received.", "%(n)d files received.", received) % {"n": received}
        messages.success(request, sentence)
    for refusal in refusals:
        messages.error(request, str(refusal))
    if not received and not refusals:
        messages.error(request, _("No file was chosen. Choose one or more files, then send them."))

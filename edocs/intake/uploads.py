"""Receiving files from the browser: too large ones are refused before they are read, none is held in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from edocs.documents.refusals import refusal_for
from edocs.errors import Invalid, Refusal
from edocs.limited import FileRefused, RefusalCode, clean_name

ROOM_FOR_HEADERS = 64 * 1024
"""Bytes of a request that are not the file itself."""

FILES_AT_ONCE = 5
"""Without JavaScript all files come in one request: so many of the largest size."""

View = Callable[..., HttpResponseBase]


class TooLargeLeftOut(FileUploadHandler):
    """Stops writing a file to disk as soon as it is larger than the office takes, and notes its name."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.left_out: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            self.left_out.append(str(self.file_name or ""))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return  # the next handler holds the file


def receives_files(view: View) -> View:
    """A view that takes files as ``file``: refused by the announced size before a byte of it is parsed.

    The CSRF token stands in the body when there is no JavaScript, and looking for it parses the body; so the size is
    looked at first, and the token is checked after it all the same.
    """

    @csrf_protect
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            refuse_by_length(request)
            limiter = TooLargeLeftOut(request)
            request.upload_handlers = [limiter, TemporaryFileUploadHandler(request)]
        return checked(request, *args, **kwargs)

    return received


def refuse_by_length(request: HttpRequest) -> None:
    """Raise Invalid when the request says that it is larger than what can be taken."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    alone = request.headers.get("X-Requested-With") == "fetch"
    most = settings.MAX_UPLOAD_BYTES * (1 if alone else FILES_AT_ONCE) + ROOM_FOR_HEADERS
    if announced.isdigit() and int(announced) > most:
        megabytes = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        raise Invalid(
            _("What you sent is too large. One file may have %(size)d MB; send fewer files at once, or smaller ones.")
            % {"size": megabytes},
            code=RefusalCode.TOO_LARGE.value,
            field="file",
        )


def left_out(request: HttpRequest) -> list[Refusal]:
    """One refusal for each file that was larger than the office takes."""
    limiter = next((one for one in request.upload_handlers if isinstance(one, TooLargeLeftOut)), None)
    names = limiter.left_out if limiter else []
    return [refusal_for(FileRefused(RefusalCode.TOO_LARGE), name=clean_name(name)) for name in names]


def path_of_upload(file: TemporaryUploadedFile) -> Path:
    """Where the received file lies, under a name of our own making."""
    return Path(file.temporary_file_path())

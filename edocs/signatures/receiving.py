"""Receiving one file of a stranger: refused by its size before a byte is parsed, never held in memory, never kept."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from edocs.errors import Invalid, Refusal, Unavailable
from edocs.journal.context import origin

ROOM_FOR_HEADERS = 64 * 1024
MINUTE = 60

View = Callable[..., HttpResponseBase]


class TooManyRequests(Refusal):
    """Somebody asks more often than is let."""

    code = "too_many_requests"
    status = 429


class Counting(FileUploadHandler):
    """Ends the request as soon as it brought more than may be judged, whatever length it announced."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.VERIFY_MAX_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return  # the next handler holds the file


def receives_one_file(view: View) -> View:
    """A view that takes one file of anybody as ``file``; frequency and size are looked at before it is parsed.

    The CSRF token stands in the body, and looking for it parses the body; so it is checked after those two. Raises
    what ``count_request`` and ``refuse_by_length`` raise; the view around it must be ``csrf_exempt``.
    """
    checked = csrf_protect(view)

    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        count_request()
        refuse_by_length(request)
        request.upload_handlers = [Counting(request), TemporaryFileUploadHandler(request)]
        return checked(request, *args, **kwargs)

    return received


def refuse_by_length(request: HttpRequest) -> None:
    """Raise Invalid when the request says that it is larger than what is judged."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > settings.VERIFY_MAX_BYTES + ROOM_FOR_HEADERS:
        raise Invalid(
            _("The file is too large: up to %(size)d MB are checked here.")
            % {"size": settings.VERIFY_MAX_BYTES // (1024 * 1024)},
            code="too_large",
            field="file",
        )


def count_request() -> None:
    """Count a request of this address; raises TooManyRequests after so many within a minute.

    The address itself is not kept: its keyed hash stands in the cache for a minute.
    """
    secret = settings.SECRET_KEY.encode()[:64]
    name = f"edocs.verify.{blake2b(origin.get().address.encode(), key=secret, digest_size=12).hexdigest()}"
    cache.add(name, 0, timeout=MINUTE)
    try:
        count = cache.incr(name)
    except ValueError:  # it ended between the two lines
        cache.set(name, 1, timeout=MINUTE)
        count = 1
    if count > settings.VERIFY_PER_MINUTE:
        raise TooManyRequests(
            _("You checked %(n)d files within a minute. Wait a minute, then go on.") % {"n": settings.VERIFY_PER_MINUTE}
        )


@contextmanager
def place_to_work() -> Iterator[None]:
    """One of the few places for judging strangers' files on this machine, over all processes.

    A lock on a file ends with its process, so a place is never lost. Raises Unavailable when all are taken.
    """
    folder = Path(settings.VAR_DIR) / "verifying"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(settings.VERIFY_AT_ONCE):
        with (folder / str(number)).open("wb") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise Unavailable(_("Others are having files checked just now. Try again in a few seconds."), code="busy")

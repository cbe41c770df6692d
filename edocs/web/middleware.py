"""What surrounds every request: language, where a change came from, and what becomes of a refusal."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from edocs.errors import Refusal
from edocs.journal.context import Origin, origin
from edocs.office.queries import acts_for
from edocs.web.navigation import forget_counts
from edocs.web.preferences import language_of

GetResponse = Callable[[HttpRequest], HttpResponse]

ACTING_KEY = "acting_for"
PAGES = {403: "403.html", 422: "422.html", 503: "503.html"}


class PersonLocaleMiddleware:
    """The language this browser chose, Vietnamese by default."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


def client_address(request: HttpRequest) -> str:
    """The address of the browser; behind our own proxy it is the last that the proxy wrote."""
    if settings.BEHIND_HTTPS:
        forwarded = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rsplit(",", 1)[-1].strip()[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


class RequestContextMiddleware:
    """Tells the journal who stands behind a change: address, request, and for whom the person acts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting_for = self._acting_for(request)  # type: ignore[attr-defined]
        number = uuid.uuid4().hex
        acting = request.acting_for  # type: ignore[attr-defined]
        token = origin.set(
            Origin(
                address=client_address(request),
                request_id=number,
                acting_for_id=acting.pk if acting else None,
            )
        )
        try:
            response = self.get_response(request)
        finally:
            origin.reset(token)
        if request.method == "POST" and request.user.is_authenticated:
            forget_counts(request.user)
        response.headers["X-Request-ID"] = number
        if request.user.is_authenticated:
            # after signing out, "back" shows nothing of the office on a shared computer
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @staticmethod
    def _acting_for(request: HttpRequest) -> object | None:
        """Whom the person chose to act for, as long as the delegation holds today."""
        if ACTING_KEY not in request.session or not request.user.is_authenticated:
            return None
        chosen = acts_for(request.user).filter(pk=request.session[ACTING_KEY]).select_related("position").first()
        if chosen is None:
            del request.session[ACTING_KEY]
        return chosen


def toast_response(request: HttpRequest, *, text: str, status: int, url: str = "", link: str = "") -> HttpResponse:
    """An answer for htmx that lands among the toasts, wherever the request wanted to write."""
    response = render(
        request,
        "components/toast.html",
        {"text": text, "tone": "bad", "icon": "alert-circle", "url": url, "link": link},
        status=status,
    )
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "beforeend"
    response.headers["HX-Push-Url"] = "false"
    return response


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page, a toast or JSON: its sentence and its status."""
    if request.headers.get("HX-Request"):
        return toast_response(request, text=str(refusal), status=refusal.status)
    if not request.accepts("text/html") or request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse(
            {"message": str(refusal), "code": refusal.code, "field": refusal.field}, status=refusal.status
        )
    page = PAGES.get(refusal.status, "409.html")
    return render(request, page, {"sentence": str(refusal), "refusal": refusal}, status=refusal.status)


class RefusalMiddleware:
    """A refusal that a view let through is an answer, never a 500; an ended session says so where the person is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 302 and response.headers.get("Location", "").startswith(settings.LOGIN_URL):
            return self._signed_out(request) or response
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_response(request, exception) if isinstance(exception, Refusal) else None

    @staticmethod
    def _signed_out(request: HttpRequest) -> HttpResponse | None:
        """For parts of a page the log-in page would land in the middle of another; say it instead."""
        sentence = _("You are signed out. What you typed is kept on this computer until you sign in again.")
        if request.headers.get("HX-Request"):
            back = request.headers.get("HX-Current-URL", "/")
            return toast_response(
                request,
                text=sentence,
                status=401,
                url=f"{settings.LOGIN_URL}?next={_path_of(back)}",
                link=_("Sign in"),
            )
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"message": sentence, "code": "signed_out"}, status=401)
        return None


def _path_of(address: str) -> str:
    """The path of an address of ours, safe inside a query string."""
    parts = urlsplit(address)
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return quote(parts.path + (f"?{parts.query}" if parts.query else ""), safe="/")

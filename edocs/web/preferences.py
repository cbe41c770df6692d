"""Language and theme: cookies of one browser, so that they hold on the log-in page too."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEME_COOKIE = "edocs_theme"
THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


def language_of(request: HttpRequest) -> str:
    """Vietnamese unless this browser chose otherwise; the browser's own wish does not count."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def theme_of(request: HttpRequest) -> str:
    """``light``, ``dark``, or ``auto`` while nothing was chosen."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice for a year."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE)

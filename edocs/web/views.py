"""The shell's own pages: log in and out, language and theme, live counts, notices, keys, what was being typed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edocs.asked import number_in
from edocs.errors import NotPermitted
from edocs.office import services
from edocs.office.models import Person, SavedForm
from edocs.office.queries import acts_for
from edocs.web import navigation, notices
from edocs.web.middleware import ACTING_KEY
from edocs.web.preferences import THEME_COOKIE, THEMES, remember, theme_of

NOTICES_SHOWN = 100


def _person(request: HttpRequest) -> Person:
    """Who asks; the middleware lets nobody else come this far."""
    return cast(Person, request.user)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To where the form stood, if that is an address of ours."""
    wanted = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if ours else "/")


#: What other parts add to the log-in page (the demonstration: its accounts and how far it is filled).
login_facts: list[Callable[[], dict[str, Any]]] = []


class Login(LoginView):
    """The log-in page; the demonstration says which accounts there are."""

    redirect_authenticated_user = True

    def get_form(self, form_class: type[AuthenticationForm] | None = None) -> AuthenticationForm:
        form = super().get_form(form_class)
        if form.is_bound:  # the name stands there still; it is mostly the password that is typed anew
            form.fields["username"].widget.attrs.pop("autofocus", None)
            form.fields["password"].widget.attrs["autofocus"] = True
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = {name: value for tell in login_facts for name, value in tell().items()} if settings.DEMO else {}
        return super().get_context_data(demo=settings.DEMO, **facts, **kwargs)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of this browser."""
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark; without a choice in the form it becomes the other one."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        chosen = "light" if theme_of(request) == "dark" else "dark"
    response = HttpResponse(status=204) if request.headers.get("X-Requested-With") == "fetch" else _back(request)
    remember(response, THEME_COOKIE, chosen)
    return response


@require_http_methods(["GET", "POST"])
def acting_for(request: HttpRequest) -> HttpResponse:
    """Begin or end acting for somebody; the delegation is checked again on every request."""
    if request.method == "GET":
        page = "components/acting.html" if request.headers.get("HX-Request") else "web/acting.html"
        return render(request, page, {"others": acts_for(_person(request)).select_related("position")})
    chosen = request.POST.get("person", "")
    if not chosen:
        request.session.pop(ACTING_KEY, None)
    elif acts_for(_person(request)).filter(pk=number_in(chosen) or 0).exists():
        request.session[ACTING_KEY] = number_in(chosen)
    else:
        raise NotPermitted(_("You do not act for this person today. Ask them, or the administrator, for a delegation."))
    return _back(request)


@login_not_required
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """What may have changed while the page was open: counts of the rail, the bell, and new notices as toasts."""
    if not request.user.is_authenticated:
        return JsonResponse({"message": _("You are signed out."), "code": "signed_out"}, status=401)
    after = number_in(request.GET.get("after"))
    person = request.user.pk
    fresh = notices.latest_of(person, after=after) if after is not None else []
    response = JsonResponse(
        {
            "counts": {
                line.item.counter: {"total": line.count.total, "red": line.count.red}
                for line in navigation.lines_for(request.user)
                if line.count
            },
            "unread": notices.unread_of(person),
            "last": notices.newest_key(person),
            "notices": [
                {"key": line.key, "text": line.text, "url": line.url, "tone": line.tone} for line in reversed(fresh)
            ],
        }
    )
    tag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices of this person; for htmx only the lines of the bell."""
    if request.headers.get("HX-Request"):
        return render(request, "web/bell.html", {"notices": notices.latest_of(_person(request).pk)})
    return render(request, "web/notices.html", {"notices": notices.latest_of(_person(request).pk, limit=NOTICES_SHOWN)})


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """The person opened the bell."""
    services.mark_read(person=_person(request))
    return HttpResponse(status=204) if request.headers.get("X-Requested-With") == "fetch" else _back(request)


@require_http_methods(["GET", "POST", "DELETE"])
def saved_form(request: HttpRequest, key: str) -> HttpResponse:
    """What this person was typing into the form ``key``: keep it, give it back, forget it."""
    if request.method == "POST":
        services.save_form(
            person=_person(request), key=key, data={name: request.POST.getlist(name) for name in request.POST}
        )
        return HttpResponse(status=204)
    if request.method == "DELETE":
        services.forget_form(person=_person(request), key=key)
        return HttpResponse(status=204)
    kept = SavedForm.objects.filter(person=_person(request), key=services.key_of(key)).first()
    if kept is None:
        return JsonResponse({"data": {}, "saved_at": None})
    return JsonResponse({"data": kept.data, "saved_at": kept.saved_at.isoformat()})


@login_not_required
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The keys as a page, for those without JavaScript and for printing."""
    return render(request, "web/keys.html")


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """Everything the rail has, as a page: the phone's menu without JavaScript."""
    return render(request, "web/menu.html")

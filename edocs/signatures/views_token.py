"""The page where a key elsewhere is waited for: the token in this computer, a service's PIN, a telephone."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edocs.errors import Refusal
from edocs.office.models import Person
from edocs.signatures.models import SigningSession
from edocs.signatures.sentences_elsewhere import AT_THE_TOKEN
from edocs.signatures.services import token_keys, token_requests, two_phase
from signing.keys import Secret
from signing.providers.csc_credential import Question

#: the one address outside this server that a page may speak to, and this page alone
helper_may_be_asked = csp_update({"connect-src": [f"http://127.0.0.1:{settings.SIGN_HELPER_PORT}"]})


def _person(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}".lower()


def _session(request: HttpRequest, pk: int) -> SigningSession:
    """A consent of this person; asking for another's is journaled."""
    session = SigningSession.objects.filter(pk=pk).select_related("key", "person").first()
    if session is None or not two_phase.is_elsewhere(session.key):
        raise Http404
    if session.person_id != _person(request).pk:
        two_phase.refused(session=session, person=_person(request), code="other_person")
        raise Http404
    return session


def _said(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}


def _refusal(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"error": refusal.code, "sentence": str(refusal)}, status=refusal.status)


def _after(session: SigningSession) -> str:
    """Where it goes on once nothing is waited for."""
    if session.purpose == "sign":
        return reverse("sign_session", args=[session.pk])
    items = list(session.items.all()[:2])
    if len(items) == 1:
        return reverse("seal", args=[items[0].document_id])
    return reverse("seal_session", args=[session.pk])


class QuestionsForm(forms.Form):
    """What a service asks its holder, in its own words; never shown again and never kept."""

    def __init__(self, *args: Any, questions: tuple[Question, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, one in enumerate(questions):
            widget = forms.PasswordInput(attrs={"autocomplete": "off", "class": "ed-in"})
            self.fields[f"answer-{number}"] = forms.CharField(
                label=one.label, max_length=200, strip=False, widget=widget
            )
        self._questions = questions

    @sensitive_variables()
    def answers(self) -> dict[str, Secret]:
        """The answers by the names that the service gave its questions."""
        given = self.cleaned_data
        return {one.name: Secret(given[f"answer-{number}"]) for number, one in enumerate(self._questions)}


# --- waiting for the key --------------------------------------------------------------------------------------------
@helper_may_be_asked  # type: ignore[arg-type]
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_elsewhere(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a consent is whose key is elsewhere; POST answers a service, or gives up."""
    session = _session(request, pk)
    if request.method == "POST" and request.POST.get("do") == "stop":
        two_phase.give_up(session=session, code="declined", person=_person(request))
        messages.info(request, _("Nothing was signed."))
        return HttpResponseRedirect(_after(session))
    found = two_phase.standing(session)
    if found.expired:
        two_phase.give_up(session=session, code="consent_expired")
    if found.expired or not (found.preparing or found.waiting):
        return _go(request, _after(session))
    if request.headers.get("HX-Request") and found.ready and session.key.provider not in two_phase.PHONES:
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    form, problem = None, ""
    if found.ready and session.key.provider == "csc":
        form, problem, answered = _service(request, session)
        if answered:
            return HttpResponseRedirect(_after(session))
    context = {
        "session": session,
        "found": found,
        "documents": [one.item for one in found.waiting],
        "kind": "phone" if session.key.provider in two_phase.PHONES else session.key.provider,
        "form": form,
        "problem": problem,
        "port": settings.SIGN_HELPER_PORT,
        "sentences": AT_THE_TOKEN.items(),
        "after": _after(session),
    }
    part = request.headers.get("HX-Request")
    name = "signatures/_elsewhere_waiting.html" if part else "signatures/elsewhere.html"
    return render(request, name, context, status=422 if form is not None and form.is_bound else 200)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = address
    return response


def _service(request: HttpRequest, session: SigningSession) -> tuple[QuestionsForm | None, str, bool]:
    """The service's questions, what went wrong, and whether it signed."""
    try:
        mode, questions = two_phase.questions(session.key)
    except Refusal as refusal:
        return None, str(refusal), False
    if mode not in ("explicit", "implicit"):
        return None, _("This key is authorised at the service's own page, which this office does not use."), False
    form = QuestionsForm(request.POST if request.method == "POST" else None, questions=questions)
    if not form.is_valid():
        return form, "", False
    try:
        two_phase.ask_service(session=session, person=_person(request), answers=form.answers())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return form, "", False
    return form, "", True


@require_POST
def sign_token_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The request for the token, signed by this server."""
    session = _session(request, pk)
    try:
        asked = token_requests.signing_request(session=session, person=_person(request), server=_origin(request))
    except Refusal as refusal:
        return _refusal(refusal)
    return JsonResponse({"request": asked})


@require_POST
def sign_token_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The signature values that the token gave."""
    session = _session(request, pk)
    try:
        two_phase.answer(session=session, person=_person(request), values=_values(_said(request)))
    except Refusal as refusal:
        return _refusal(refusal)
    return JsonResponse({"next": _after(session)})


def _values(said: dict[str, Any]) -> dict[int, bytes]:
    """The values by item; what cannot be read is no value, and is refused with the others."""
    try:
        return {int(one["item"]): base64.b64decode(one["value"], validate=True) for one in said["signatures"]}
    except (KeyError, TypeError, ValueError, binascii.Error):
        return {}


# --- the token of a person ------------------------------------------------------------------------------------------
@helper_may_be_asked
@require_GET
def sign_token(request: HttpRequest) -> HttpResponse:
    """Set up signing with the token in one's own computer."""
    person = _person(request)
    context = {
        "keys": token_keys.entered_by(person),
        "server": _origin(request),
        "server_key": token_requests.public_key(),
        "port": settings.SIGN_HELPER_PORT,
        "sentences": AT_THE_TOKEN.items(),
    }
    return render(request, "signatures/token.html", context)


@require_GET
def sign_token_file(request: HttpRequest) -> HttpResponse:
    """The configuration of edocs-sign for this person, ready but for the library of their token."""
    lines = {
        "server": _origin(request),
        "server_key": token_requests.public_key(),
        "person": _person(request).username,
        "module": "",
    }
    text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in lines.items())
    response = HttpResponse(f"{text}port = {settings.SIGN_HELPER_PORT}\n", content_type="application/toml")
    response.headers["Content-Disposition"] = 'attachment; filename="edocs-sign.toml"'
    return response


@require_POST
def sign_token_certificates(request: HttpRequest) -> HttpResponse:
    """The request for the certificates on the token, signed by this server."""
    asked = token_requests.certificates_request(person=_person(request), server=_origin(request))
    return JsonResponse({"request": asked})


@require_POST
def sign_token_enter(request: HttpRequest) -> HttpResponse:
    """Enter a certificate of the token as one's key."""
    try:
        certificate = base64.b64decode(str(_said(request).get("certificate", "")), validate=True)
    except (ValueError, binascii.Error):
        certificate = b""
    try:
        key = token_keys.enter_token(person=_person(request), certificate=certificate)
    except Refusal as refusal:
        return _refusal(refusal)
    return JsonResponse({"subject": key.subject, "next": reverse("sign_token")})


@require_POST
def sign_token_report(request: HttpRequest) -> HttpResponse:
    """What edocs-sign on this person's computer refused, for the journal."""
    told = token_requests.report(person=_person(request), refusals=_said(request).get("refused"))
    return JsonResponse({"told": told})

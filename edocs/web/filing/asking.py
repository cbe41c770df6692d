"""A question as a page: GET shows it, POST does it, and what the service refuses stands at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from edocs.errors import Refusal


def ask_or_do(
    request: HttpRequest,
    form: Form,
    do: Callable[[], HttpResponse],
    *,
    title: str | Promise,
    button: str | Promise,
    back: str,
    **more: Any,
) -> HttpResponse:
    """The form as a page; sent and whole, ``do``; what the service refuses stands at its field."""
    if request.method == "POST" and form.is_valid():
        try:
            return do()
        except Refusal as refusal:
            if not refusal.field:
                raise
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {"form": form, "title": title, "button": button, "back": back, **more}
    return render(request, "records/form.html", context, status=422 if form.is_bound else 200)

"""What ``manage.py check`` says about the shell."""

from __future__ import annotations

from typing import Any

from django.core.checks import Warning as CheckWarning
from django.core.checks import register
from django.urls import NoReverseMatch, reverse

from edocs.web.navigation import CREATE, NAVIGATION


@register()
def navigation_leads_somewhere(**kwargs: Any) -> list[CheckWarning]:
    """Every line of the navigation names an address that exists."""
    missing = []
    for item in (*NAVIGATION, *CREATE):
        try:
            reverse(item.url_name)
        except NoReverseMatch:
            missing.append(item.url_name)
    return [
        CheckWarning(f"navigation names {name!r}, which no urls.py knows; the line is not shown", id="web.W001")
        for name in missing
    ]

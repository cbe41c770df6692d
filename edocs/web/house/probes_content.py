"""How the reading of scans stands."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from edocs.documents.models import PageContent, PageState
from edocs.web.house.probes import Finding

MANY = 500
"""Pages: about a quarter of an hour of reading, one after the other."""


def scans() -> Finding:
    """How many pages of scans wait to be read (one statement)."""
    waiting = PageContent.objects.filter(state=PageState.WAITING).count()
    if not waiting:
        return Finding("green", _("No page of a scan waits to be read."))
    sentence = ngettext(
        "%(count)d page of scans waits to be read.", "%(count)d pages of scans wait to be read.", waiting
    ) % {"count": waiting}
    if waiting < MANY:
        return Finding("green", sentence)
    facts = {"lanes": settings.OCR_LANES}
    return Finding(
        "amber",
        sentence,
        _(
            "Nothing is lost: they are found by number and summary meanwhile. %(lanes)d at a time are read "
            "(OCR_LANES); with more workers more can be."
        )
        % facts,
    )

"""What a case file says of itself, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def retention_in_words(years: int | None) -> str:
    """``For ever`` or ``20 years`` (thời hạn bảo quản)."""
    if years is None:
        return _("For ever")
    return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}

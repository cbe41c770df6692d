"""Outside agencies entered in the course of registering."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid, NotPermitted
from edocs.journal.services import record
from edocs.office.models import Correspondent, Person
from search.analysis import fold


def add_correspondent(*, name: str, by: Person) -> Correspondent:
    """Enter an outside agency while registering (clerk); an existing one of the same name is used."""
    clean = " ".join(name.split())
    if not clean:
        raise Invalid(_("Name the agency that issued the document."), field="issuer_name")
    if not by.has_role("clerk", "administrator"):
        raise NotPermitted(_("Only a clerk or an administrator enters outside agencies."))
    existing = Correspondent.objects.filter(folded=fold(clean)[:200], name__iexact=clean).first()
    if existing:
        return existing
    with transaction.atomic():
        added = Correspondent.objects.create(name=clean[:200])
        record("correspondent.add", added, by=by, after={"name": added.name})
    return added

"""Under which authority somebody signs (Decree 30/2020, Art. 13; R-LAW-12)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from edocs.errors import Invalid
from edocs.office.models import Authority, DocumentKind, Person
from edocs.office.queries import authorities_of, signatories

NAMED = 4


def authority_for(
    *,
    signer: Person,
    kind: DocumentKind,
    field_id: int | None,
    day: dt.date,
    chosen: Authority | None = None,
) -> Authority:
    """The authority under which ``signer`` signs such a document on ``day``: the chosen one, else the first held.

    Raises Invalid (code ``no_authority``) with the names of those who could sign.
    """
    held = authorities_of(signer, kind=kind, field_id=field_id, day=day) if signer.is_active else []
    if chosen is not None:
        held = [authority for authority in held if authority.pk == chosen.pk]
    if held:
        return held[0]
    able = [person.full_name for person, _held in signatories(kind=kind, field_id=field_id, day=day)]
    if not able:
        raise Invalid(
            _(
                "Nobody holds the authority to sign “%(kind)s” on %(day)s. "
                "Ask the administrator to enter it with its legal basis."
            )
            % {"kind": kind.name, "day": f"{day:%d/%m/%Y}"},
            code="no_authority",
            field="signer",
        )
    names = ", ".join(able[:NAMED]) + ("…" if len(able) > NAMED else "")
    raise Invalid(
        _("%(signer)s does not hold the authority to sign “%(kind)s” on %(day)s. Those who can sign it: %(names)s.")
        % {"signer": signer.full_name, "kind": kind.name, "day": f"{day:%d/%m/%Y}", "names": names},
        code="no_authority",
        field="signer",
    )

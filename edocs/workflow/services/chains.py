"""Who checks and signs an outgoing document, and what exactly is decided on (Decree 30/2020, Art. 12; R-LAW-10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import FileRole
from edocs.documents.models import Document, FileVersion
from edocs.errors import Invalid
from edocs.office.models import Authority, DocumentKind, Person, Role, Unit
from edocs.office.queries import people_with_role
from edocs.workflow.models import ChainTemplate, StepKind
from signing.layout import INITIALS_FIELDS, LEADER_FIELD

HIGHEST = 10
"""How many units up a head is looked for."""


@dataclass(frozen=True)
class PlannedStep:
    """One step as it will be, with the person who decides it, and the field of the file where they sign.

    Further signatories have an ``authority`` of their own, or, of another agency, ``outside``: its name, their title
    and name.
    """

    kind: str
    person: Person
    field: str = ""
    authority: Authority | None = None
    outside: tuple[str, str, str] = ("", "", "")


def chain_for(kind: DocumentKind) -> ChainTemplate:
    """The chain in use for a kind: the one that names it, else the one that names none."""
    chains = ChainTemplate.objects.filter(is_active=True).prefetch_related("steps__person")
    chain = chains.filter(kinds=kind).first() or chains.filter(kinds__isnull=True).first()
    if chain is None:
        raise Invalid(
            _("No approval chain is set up for “%(kind)s”. Ask the administrator to add one.") % {"kind": kind.name},
            code="no_chain",
        )
    return chain


def plan_steps(*, chain: ChainTemplate, document: Document, submitter: Person, signer: Person) -> list[PlannedStep]:
    """The steps of a chain with their people; the signature comes last, whatever the template says.

    Content and format are checked by two persons wherever there are two (R-LAW-10). Somebody who submits what they
    are to check themselves decides that step like any other. Raises Invalid when nobody can check.
    """
    planned: list[PlannedStep] = []
    for template in chain.steps.all():
        if template.kind == StepKind.SIGN:
            continue
        named = template.person if template.person and template.person.is_active else None
        if template.kind == StepKind.CONTENT:
            person = named or _content_checker(document)
        else:
            taken = [step.person for step in planned]
            person = named or _format_checker(taken=taken, submitter=submitter, signer=signer)
        field = INITIALS_FIELDS[len(planned)] if chain.initials and len(planned) < len(INITIALS_FIELDS) else ""
        planned.append(PlannedStep(template.kind, person, field))
    return [*planned, PlannedStep(StepKind.SIGN, signer, LEADER_FIELD)]


def _content_checker(document: Document) -> Person:
    """The head of the drafting unit, or of the next unit above that has one (Art. 12.1)."""
    unit: Unit | None = document.unit
    for _step in range(HIGHEST):
        if unit is None:
            break
        if unit.head is not None and unit.head.is_active:
            return unit.head
        unit = unit.parent
    raise Invalid(
        _("“%(unit)s” has no head who could check the content. Ask the administrator to enter one.")
        % {"unit": document.unit.name if document.unit else "…"},
        code="no_content_checker",
    )


def _format_checker(*, taken: Sequence[Person], submitter: Person, signer: Person) -> Person:
    """The person appointed for it (Art. 12.2), preferably none who checks, submits or signs the same document."""
    appointed = list(people_with_role(Role.FORMAT_CHECKER).order_by("pk"))
    if not appointed:
        raise Invalid(
            _("Nobody is appointed to check the format. Ask the administrator to give somebody that role."),
            code="no_format_checker",
        )
    others = {person.pk for person in taken}

    def disinterest(person: Person) -> tuple[bool, bool, bool]:
        return person.pk in others, person.pk == submitter.pk, person.pk == signer.pk

    return min(appointed, key=disinterest)


def fingerprint_of(document: Document, version: FileVersion) -> str:
    """SHA-256 over everything that is decided on: the file, the attachments, and the facts that are not in them."""
    attachments = document.files.filter(role=FileRole.ATTACHMENT, current__isnull=False)
    recipients = document.recipients.values_list("name", "purpose")
    content = {
        "file": version.blob_id,
        "version": version.pk,
        "attachments": sorted(attachments.values_list("current__blob_id", flat=True)),
        "recipients": [list(line) for line in recipients],
        "facts": [document.kind_id, document.field_id, document.summary, document.symbol, document.urgency],
        "reply_by": document.reply_by.isoformat() if document.reply_by else None,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

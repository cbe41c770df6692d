"""Joint documents (văn bản liên tịch): several signatories, in their order; each signs what the one before left.

A further signatory of this agency signs here under an authority of their own. One of another agency signs with what
they have: the file is sent to them, and what comes back must be the very same file with one signature more, in the
place kept for it. Number and date stay open for the agency that issues; it seals when all have signed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents.choices import Origin, State
from edocs.documents.models import Blob, Document
from edocs.documents.refusals import refusal_for
from edocs.documents.services.files import Overtaken, add_version, main_version
from edocs.documents.services.states import locked, move, wrong_state
from edocs.documents.storage import path_of
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job, JobState
from edocs.jobs.registry import Finish
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.limited import FileRefused
from edocs.limited.signatures import filled_fields
from edocs.office.models import Authority, Person
from edocs.office.services import tell
from edocs.signatures.models import Verdict
from edocs.signatures.services.judging import all_good, good_signature, judge_firmly, keep_verdict, untimed
from edocs.signatures.services.making import only_appended
from edocs.workflow.models import DecisionKind, Step, StepKind, StepState
from edocs.workflow.services import approving
from edocs.workflow.services.authority import authority_for
from edocs.workflow.services.chains import PlannedStep
from edocs.workflow.services.signing import all_signed, is_last
from edocs.workflow.services.uploads import PDF, StoredFile
from signing.layout import DATE_FIELD, LEADER_FIELDS, NUMBER_FIELD

TAKE_SIGNED = "workflow.take_signed"
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)
MOST_OTHERS = len(LEADER_FIELDS) - 1


@dataclass(frozen=True)
class CoSigner:
    """A further signatory: of this agency by ``authority``; of another one by what is printed above and below."""

    authority: Authority | None = None
    organisation: str = ""
    title: str = ""
    name: str = ""


def plan_others(*, document: Document, others: Sequence[CoSigner], signer: Person, by: Person) -> list[PlannedStep]:
    """The steps of further signatories, in their order. Raises Invalid (too many, twice, incomplete, no authority)."""
    if len(others) > MOST_OTHERS:
        raise Invalid(_("At most %(most)s people sign one document.") % {"most": MOST_OTHERS + 1}, field="others")
    planned = []
    people = {signer.pk}
    for field, other in zip(LEADER_FIELDS[1:], others, strict=False):
        if other.authority is not None:
            person = other.authority.person
            if person.pk in people:
                raise Invalid(_("%(name)s would sign twice.") % {"name": person.full_name}, field="others")
            people.add(person.pk)
            held = authority_for(
                signer=person,
                kind=document.kind,
                field_id=document.field_id,
                day=clock.today(),
                chosen=other.authority,
            )
            planned.append(PlannedStep(StepKind.SIGN, person, field, held))
            continue
        outside = (other.organisation.strip()[:200], other.title.strip()[:100], other.name.strip()[:100])
        if not all(outside):
            raise Invalid(
                _("Of a signatory of another agency, enter the agency, the title and the name."), field="others"
            )
        planned.append(PlannedStep(StepKind.OUTSIDE, by, field, None, outside))
    return planned


def outside_step(document: Document, by: Person) -> Step:
    """The signature of another agency that is due now, when ``by`` brings it. Raises NotPermitted, WrongState."""
    step = (
        Step.objects.filter(
            approval__document=document, approval__ended_at=None, kind=StepKind.OUTSIDE, state=StepState.OPEN
        )
        .select_related("approval__authority", "approval__version", "person")
        .first()
    )
    if step is None or document.state != State.TO_SIGN:
        raise wrong_state(document)
    if step.person_id != by.pk:
        raise NotPermitted(
            _("%(person)s brings back the file that the other agency signs.") % {"person": step.person.full_name}
        )
    return step


def bring_signed(*, document: Document, stored: StoredFile, by: Person) -> Job:
    """Take in the file that the other agency signed; a job judges it before anything counts.

    One file at a time: judging is dear. Raises NotPermitted, WrongState (not due, or one is being judged), Invalid
    (no signed PDF).
    """
    with transaction.atomic():
        fresh = locked(document)
        step = outside_step(fresh, by)
        if Job.objects.filter(kind=TAKE_SIGNED, subject=f"document:{fresh.pk}", state__in=UNDER_WAY).exists():
            raise WrongState(
                _("The signatures of a file that was brought before are still being judged. Wait for the result."),
                code="judging",
            )
        if stored.kind.mime != PDF or not stored.is_signed:
            raise Invalid(
                _("“%(name)s” is no PDF with a digital signature. Bring the file as the other agency signed it.")
                % {"name": stored.name},
                code="not_signed",
                field="file",
            )
        record("joint.bring", fresh, by=by, after={"name": stored.name, "sha256": stored.blob.pk})
        return enqueue(
            TAKE_SIGNED,
            arguments={"step": step.pk, "sha256": stored.blob.pk, "name": stored.name},
            subject=f"document:{fresh.pk}",
            by=by,
        )


def take_signed(job: Job) -> Finish | None:
    """Judge what was brought: the same revisions byte for byte, and one good signature more; slow, changes no rows.

    Raises Invalid with the reason that is told to whoever brought it, Unavailable when there was no time to judge it.
    """
    step = Step.objects.select_related("approval__document", "approval__version__file", "person").get(
        pk=job.arguments["step"]
    )
    if step.state != StepState.OPEN:
        return None
    base = main_version(step.approval.document)
    assert base is not None
    brought = path_of(job.arguments["sha256"])
    if not only_appended(path_of(base.blob_id), brought):
        raise Invalid(
            _("This is not the file that was sent: what was signed before is not in it unchanged."), code="other_file"
        )
    judgement = judge_firmly(brought)
    _check_open(brought, job.arguments["name"])
    _check(judgement, step, _signed_fields(Verdict.objects.filter(blob=base.blob_id).first()))

    def finish() -> None:
        _conclude(step, base.pk, Blob.objects.get(pk=job.arguments["sha256"]), judgement)

    return finish


def _signed_fields(verdict: Verdict | None) -> set[str]:
    return {one["field"] for one in verdict.signatures if one["kind"] == "signature"} if verdict else set()


def _check_open(brought: Path, name: str) -> None:
    """Refuse a file with a number or a date: its fields are open until the seal, which could not fill them any more."""
    try:
        filled = filled_fields(brought)
    except FileRefused as refused:
        raise refusal_for(refused, name=name) from None
    if {NUMBER_FIELD, DATE_FIELD} & set(filled):
        raise Invalid(
            _(
                "The other agency filled in the number or the date, which the agency that issues the document gives. "
                "Ask them to sign the file as it was sent."
            ),
            code="number_filled",
        )


def _check(judgement: dict[str, Any], step: Step, before: set[str]) -> None:
    said = {one["field"] for one in judgement["signatures"] if one["kind"] == "signature"}
    found = good_signature(judgement, step.field)
    if said - before - {step.field}:
        raise Invalid(
            _("The file was signed in another place than the one kept for %(name)s. Ask them to sign in that field.")
            % {"name": step.signer_name},
            code="other_field",
        )
    if found is None or not all_good(judgement):
        raise Invalid(
            _("The signatures of the file are not all good, so it is not taken. Ask the other agency to sign again."),
            code="judged_bad",
        )
    whole = rf"(?<!\w){re.escape(_folded(step.signer_name))}(?!\w)"  # An is not Anh
    if not re.search(whole, _folded(found["who"])):
        raise Invalid(
            _("The certificate is that of %(who)s, not of %(name)s.") % {"who": found["who"], "name": step.signer_name},
            code="other_signer",
        )


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _conclude(step: Step, base: int, blob: Blob, judgement: dict[str, Any]) -> None:
    document = locked(Document(pk=step.approval.document_id))
    fresh = Step.objects.select_related("approval__authority", "person").get(pk=step.pk)
    version = main_version(document)
    if document.state != State.TO_SIGN or fresh.state != StepState.OPEN or version is None or version.pk != base:
        raise wrong_state(document)
    version.file.document = document
    try:
        made = add_version(
            file=version.file,
            blob=blob,
            origin=Origin.SIGNATURE,
            by=fresh.person,
            pages=version.pages,
            places=version.places,
            after=version,
        )
    except Overtaken:
        raise WrongState(
            _("The file changed meanwhile. Send the new one to the other agency."), code="changed"
        ) from None
    keep_verdict(blob, judgement, judged_at=timezone.now())
    approving.decide(fresh, fresh.person, version, DecisionKind.APPROVE)
    Step.objects.filter(pk=fresh.pk).update(state=StepState.APPROVED, result=made)
    found = good_signature(judgement, fresh.field) or {}
    after = {"version": made.ordinal, "sha256": blob.pk, "field": fresh.field, "who": found.get("who", "")}
    after |= {"organisation": fresh.organisation, "title": fresh.signer_title, "name": fresh.signer_name}
    record("document.sign_outside", document, by=fresh.person, after=after)
    move(document, State.SIGNING)  # signed elsewhere: the way to who is next, or to "signed", leads through here
    if not is_last(fresh):
        approving.open_next(document, fresh.approval, fresh.person)
        return
    # who signs elsewhere may have no time-stamping authority: it is added here before number and seal (R-SIG-6)
    pending = made if untimed(judgement, LEADER_FIELDS[1:]) else None
    all_signed(document, fresh.approval, fresh.person, version=pending)


def refused(job: Job, reason: str) -> None:
    """What was brought does not count; whoever brought it reads why."""
    step = Step.objects.select_related("approval__document").get(pk=job.arguments["step"])
    document = step.approval.document
    record("joint.refuse", document, by=job.requested_by, after={"code": job.code, "sha256": job.arguments["sha256"]})
    facts = {"summary": document.summary, "name": job.arguments["name"], "reason": reason}
    tell([step.person_id], "joint.refused", facts=facts, address=f"/outgoing/{document.pk}/outside/")

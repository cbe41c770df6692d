"""Checking and approving outgoing documents before they are signed (Decree 30/2020, Art. 11–13; R-LAW-10 to R-LAW-12).

Every decision is bound to the version that was on the screen. A round that comes back unchanged keeps the decisions
that still hold; whatever changed goes back to everybody who has to see it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import add_version, main_version, touch
from edocs.documents.services.states import locked, move, wrong_state
from edocs.errors import Invalid, NotPermitted, WrongState
from edocs.jobs.models import Job
from edocs.jobs.services import enqueue
from edocs.journal.services import record
from edocs.office.models import Authority, Person
from edocs.office.services import tell
from edocs.signatures.models import ItemState, SigningItem
from edocs.workflow.models import (
    CHECKS,
    SIGNATURES,
    Approval,
    Decision,
    DecisionKind,
    Step,
    StepKind,
    StepState,
)
from edocs.workflow.rights import acts_as
from edocs.workflow.services.authority import authority_for
from edocs.workflow.services.chains import PlannedStep, chain_for, fingerprint_of, plan_steps
from edocs.workflow.services.drafting import SHORTEST_REASON, drafted_version, may_draft, open_draft, show_drafted
from edocs.workflow.services.preparing import Prepared
from edocs.workflow.services.uploads import conversion_under_way

PREPARE = "workflow.prepare"
#: kind of a step -> kind of the notice that it waits for somebody
WAITS_FOR = {
    StepKind.CONTENT: "approval.content",
    StepKind.FORMAT: "approval.format",
    StepKind.SIGN: "approval.sign",
    StepKind.OUTSIDE: "approval.outside",
}


def submit(
    *,
    document: Document,
    by: Person,
    signer: Person,
    authority: Authority | None = None,
    note: str = "",
    others: Callable[[Document], Sequence[PlannedStep]] | None = None,
) -> Approval:
    """Send a draft through its chain: content, format, signature (Art. 11–13).

    ``authority`` is what the signer signs under, worked out when not given; ``others`` gives the steps of further
    signatories (``joint.plan_others``). Raises NotPermitted, WrongState, Invalid
    (no file, no recipient, authority not held, nobody to check).
    """
    with transaction.atomic():
        fresh = open_draft(document, by)
        version = _version_to_decide(fresh)
        if not fresh.recipients.exists():
            raise Invalid(_("Nobody would receive this document. Enter the recipients first."), field="recipients")
        day = clock.today()
        held = authority_for(signer=signer, kind=fresh.kind, field_id=fresh.field_id, day=day, chosen=authority)
        _check_printed(version, signer, held)
        chain = chain_for(fresh.kind)
        planned = plan_steps(chain=chain, document=fresh, submitter=by, signer=signer)
        further = list(others(fresh)) if others is not None else []
        if further and version.source is not None:
            raise Invalid(
                _("A letter written here bears one signature. Bring the joint document as a file."), field="others"
            )
        planned += further
        previous = Approval.objects.filter(document=fresh).order_by("-round", "-id").first()
        approval = Approval.objects.create(
            document=fresh,
            chain=chain,
            authority=held,
            submitted_by=by,
            submitted_at=clock.now(),
            version=version,
            fingerprint=fingerprint_of(fresh, version),
            round=previous.round + 1 if previous else 1,
            note=note.strip()[:1000],
        )
        _make_steps(approval, planned, previous)
        show_drafted(fresh)
        signs = {"signer": signer, "signer_name": signer.full_name[:50], "signer_position": held.own_title[:100]}
        move(fresh, State.IN_APPROVAL, **signs)
        access.grant(fresh, {f"u:{step.person.pk}" for step in planned}, reason="approval")
        after = {"round": approval.round, "version": version.ordinal, "signer": signer.pk, "authority": held.pk}
        record("approval.submit", fresh, by=by, after=after)
        step = open_next(fresh, approval, by)
        if step.kind in CHECKS and step.field:
            ask_to_prepare(approval)  # who checks may put initials into the file
    return approval


def _version_to_decide(document: Document) -> FileVersion:
    version = drafted_version(document)
    if conversion_under_way(document):
        raise WrongState(
            _("The file you brought is still being turned into PDF. Wait a moment, look at it, then submit."),
            code="converting",
        )
    if version is None:
        raise Invalid(_("The draft has no text yet. Write it or bring a file, then submit."), field="file")
    return version


def _check_printed(version: FileVersion, signer: Person, authority: Authority) -> None:
    """A letter written here says who signs; it must be the one who will."""
    if version.source is None:
        return
    printed = version.source["printed"]
    if (printed["signer"], printed["position_lines"]) != (signer.full_name, authority.lines):
        raise Invalid(
            _("The letter is written for the signature of %(printed)s. Choose that signer, or change the letter first.")
            % {"printed": printed["signer"]},
            code="printed_otherwise",
            field="signer",
        )


def _make_steps(approval: Approval, planned: Iterable[PlannedStep], previous: Approval | None) -> None:
    """The steps of a round; a check that was passed on exactly this content before still holds (R-LAW-11)."""
    holds: set[tuple[str, int]] = set()
    if previous is not None and previous.fingerprint == approval.fingerprint:
        # what was passed with initials is passed anew: they stand in the file of the round before
        passed = previous.steps.filter(state=StepState.APPROVED, kind__in=CHECKS, result=None)
        holds = set(passed.values_list("kind", "person_id"))
    Step.objects.bulk_create(
        Step(
            approval=approval,
            kind=step.kind,
            person=step.person,
            order=order,
            state=StepState.APPROVED if (step.kind, step.person.pk) in holds else StepState.PENDING,
            field=step.field,
            authority=step.authority,
            organisation=step.outside[0],
            signer_title=step.outside[1],
            signer_name=step.outside[2],
        )
        for order, step in enumerate(planned)
    )


def open_next(document: Document, approval: Approval, by: Person) -> Step:
    """Open the first step that is not passed yet; before the signature the file is prepared for it."""
    waiting = approval.steps.exclude(state=StepState.APPROVED).select_related("person").order_by("order")
    step: Step = waiting[0]
    Step.objects.filter(pk=step.pk).update(state=StepState.OPEN, opened_at=clock.now())
    if step.kind in SIGNATURES:
        move(document, State.TO_SIGN)
        if not is_ready(main_version(document)):
            ask_to_prepare(approval)
    else:
        touch(document)
    if step.person_id != by.pk:
        facts = {"summary": document.summary, "by": by.full_name}
        tell([step.person_id], WAITS_FOR[StepKind(step.kind)], facts=facts, address=_address(document, step))
    return step


def is_ready(version: FileVersion | None) -> bool:
    """True for a file that has its fields: prepared, or signed by somebody before."""
    return version is not None and version.origin in (Origin.PREPARED, Origin.SIGNATURE)


def _address(document: Document, step: Step) -> str:
    if step.kind == StepKind.OUTSIDE:
        return f"/outgoing/{document.pk}/outside/"
    return "/sign/" if step.kind == StepKind.SIGN else f"/outgoing/{document.pk}/check/"


def ask_to_prepare(approval: Approval) -> Job:
    return enqueue(
        PREPARE,
        arguments={"approval": approval.pk},
        subject=f"document:{approval.document_id}",
        by=approval.submitted_by,
    )


def approve(*, step: Step, by: Person, version: FileVersion) -> Step:
    """Pass a check of content or format on the version shown (Art. 12). Returns the step that is open now.

    Raises NotPermitted, WrongState (decided already, or a newer version exists: code ``newer_version``).
    """
    with transaction.atomic():
        document, fresh = open_step(step, by, version)
        if fresh.kind in SIGNATURES:
            raise WrongState(_("The signatory approves by signing. Sign the document, or return it with a reason."))
        refuse_while_signed(document)
        decide(fresh, by, version, DecisionKind.APPROVE)
        Step.objects.filter(pk=fresh.pk).update(state=StepState.APPROVED)
        after = {"step": fresh.kind, "version": version.ordinal, "round": fresh.approval.round}
        record("approval.approve", document, by=by, after=after)
        return open_next(document, fresh.approval, by)


def open_step(step: Step, by: Person, version: FileVersion) -> tuple[Document, Step]:
    """The locked document and the step as it stands, when ``by`` may decide it on this version now."""
    document = locked(Document(pk=step.approval.document_id))
    fresh = Step.objects.select_related("approval__version", "approval__authority", "person").get(pk=step.pk)
    # nobody signs, or refuses to sign, for another in daily delegation (office.Delegation)
    if not (fresh.person_id == by.pk or (fresh.kind != StepKind.SIGN and acts_as(by, fresh.person_id))):
        raise NotPermitted(_("This step is for %(person)s to decide.") % {"person": fresh.person.full_name})
    _check_version(document, version)
    if fresh.state != StepState.OPEN or document.state not in (State.IN_APPROVAL, State.TO_SIGN):
        raise _decided_already(document, fresh)
    return document, fresh


def refuse_while_signed(document: Document) -> None:
    """Raise WrongState while a signature of this document, initials too, is just being made."""
    if SigningItem.objects.filter(document=document, state=ItemState.WAITING).exists():
        raise WrongState(
            _("“%(summary)s” is just being signed. Wait a moment, then reload the page.")
            % {"summary": document.summary[:80]},
            code="being_signed",
        )


def _check_version(document: Document, shown: FileVersion) -> None:
    """Refuse when what was on the screen is not what is decided on any more (R-LAW-11)."""
    latest = drafted_version(document)
    current = main_version(document)
    if latest is None or shown.pk in {latest.pk, current.pk if current else None}:
        return
    raise WrongState(
        _(
            "You looked at version %(shown)s of “%(summary)s”; %(by)s replaced it with version %(new)s at %(at)s. "
            "Nothing was decided: see what changed, then decide."
        )
        % {
            "shown": shown.ordinal,
            "summary": document.summary[:80],
            "by": latest.by.full_name if latest.by else "…",
            "new": latest.ordinal,
            "at": f"{timezone.localtime(latest.at):%H:%M %d/%m/%Y}",
        },
        code="newer_version",
    )


def _decided_already(document: Document, step: Step) -> WrongState:
    last = Decision.objects.filter(step=step).select_related("by").order_by("-id").first()
    if last is None:
        return wrong_state(document)
    return WrongState(
        _("%(by)s decided this step already: %(decision)s. Reload the page to see where the document is now.")
        % {"by": last.by.full_name, "decision": last.get_kind_display()}
    )


def decide(step: Step, by: Person, version: FileVersion, kind: str, reason: str = "") -> Decision:
    return Decision.objects.create(step=step, by=by, at=clock.now(), kind=kind, version=version, reason=reason)


def return_draft(
    *, step: Step, by: Person, version: FileVersion, reason: str, to_step: Step | None = None
) -> Step | None:
    """Return a draft with a reason: to an earlier step (returned here), or to its author (None), who may change it.

    The author's unit head sees it come back, too (Art. 10.3, R-LAW-09). Raises NotPermitted, WrongState, Invalid.
    """
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        raise Invalid(
            _("Say why the draft is returned and what should be different (at least 5 characters)."), field="reason"
        )
    with transaction.atomic():
        document, fresh = open_step(step, by, version)
        target = _earlier(fresh, to_step) if to_step is not None else None
        refuse_while_signed(document)
        decide(fresh, by, version, DecisionKind.RETURN, text[:1000])
        Step.objects.filter(pk=fresh.pk).update(state=StepState.RETURNED)
        rewind(document, fresh.approval, target)
        after = {"step": fresh.kind, "to": target.kind if target else "author", "reason": text}
        record("approval.return", document, by=by, before={"state": document.state}, after=after)
        if target is None:
            _back_to_author(document, fresh.approval)
            people = {document.author_id, fresh.approval.submitted_by_id, *signed_by(fresh.approval)}
            people |= {document.unit.head_id} if document.unit and document.unit.head_id else set()
            facts = {"summary": document.summary, "by": by.full_name, "reason": text}
            tell(people - {by.pk}, "draft.returned", facts=facts, address=f"/documents/{document.pk}/")
            return None
        Step.objects.filter(pk=target.pk).update(state=StepState.OPEN, opened_at=clock.now())
        if document.state == State.TO_SIGN and target.kind in CHECKS:
            move(document, State.IN_APPROVAL)
        facts = {"summary": document.summary, "by": by.full_name, "reason": text}
        tell({target.person_id} - {by.pk}, "approval.returned", facts=facts, address=_address(document, target))
        target.state = StepState.OPEN
    return target


def rewind(document: Document, approval: Approval, target: Step | None) -> None:
    """Let the file stand again as it was before ``target`` decided; None: as people wrote it.

    What was signed before stays signed; who signed at that step or later signs again. No version is lost.
    """
    show_drafted(document)
    if target is None:
        return
    signed = approval.steps.filter(result__isnull=False)
    signed.filter(order__gte=target.order).update(state=StepState.PENDING, result=None)
    last = (
        signed.filter(order__lt=target.order).select_related("result__file", "result__blob").order_by("-order").first()
    )
    if last is not None and last.result is not None:
        kept = last.result
        add_version(
            file=kept.file, blob=kept.blob, origin=kept.origin, by=kept.by, pages=kept.pages, places=kept.places
        )
    elif target.field:
        ask_to_prepare(approval)


def signed_by(approval: Approval) -> set[int]:
    """Who of this agency signed in a round, initials too (one statement)."""
    return set(
        approval.steps.filter(result__isnull=False).exclude(kind=StepKind.OUTSIDE).values_list("person_id", flat=True)
    )


def _earlier(step: Step, to_step: Step) -> Step:
    target = Step.objects.filter(pk=to_step.pk, approval=step.approval, order__lt=step.order).first()
    if target is None:
        raise Invalid(_("A draft goes back to an earlier step of the same round, or to its author."), field="to_step")
    return target


def _back_to_author(document: Document, approval: Approval) -> None:
    Approval.objects.filter(pk=approval.pk).update(ended_at=clock.now())
    move(document, State.DRAFT)


def check_may_withdraw(document: Document, by: Person) -> None:
    """Refuse when ``by`` may not take this draft back; for the page that asks, too."""
    if not may_draft(by, document):
        raise NotPermitted(_("Only the author of the draft or the head of the drafting unit can take it back."))


def withdraw_approval(*, document: Document, by: Person, reason: str = "") -> None:
    """Take a draft back from approval, unless somebody is just signing it. Raises NotPermitted, WrongState.

    Initials and signatures given in this round stay in the history and do not count for the next one; their signers
    are told. What all have signed is taken back by ``signing.take_back_signed`` alone.
    """
    with transaction.atomic():
        fresh = locked(document)
        check_may_withdraw(fresh, by)
        if fresh.state not in (State.IN_APPROVAL, State.TO_SIGN):
            raise wrong_state(fresh)
        approval = Approval.objects.get(document=fresh, ended_at=None)
        holders = approval.steps.filter(state=StepState.OPEN)
        facts = {"summary": fresh.summary, "by": by.full_name, "reason": reason.strip()}
        refuse_while_signed(fresh)
        people = (set(holders.values_list("person_id", flat=True)) | signed_by(approval)) - {by.pk}
        holders.update(state=StepState.PENDING)
        before = {"state": fresh.state}
        show_drafted(fresh)
        _back_to_author(fresh, approval)
        record("approval.withdraw", fresh, by=by, before=before, after={"reason": reason.strip()})
        tell(people, "approval.withdrawn", facts=facts, address=f"/documents/{fresh.pk}/")


def keep_prepared(*, approval: Approval, prepared: Prepared, by: Person | None) -> FileVersion | None:
    """Append the version with its fields, unless the document moved on meanwhile (then None)."""
    with transaction.atomic():
        document = locked(Document(pk=approval.document_id))
        current = Approval.objects.filter(pk=approval.pk, ended_at=None, version=approval.version_id).first()
        if current is None or document.state not in (State.IN_APPROVAL, State.TO_SIGN):
            return None
        if current.steps.filter(result__isnull=False).exists():
            return None  # somebody signed meanwhile: nothing in the file moves any more
        return add_version(
            file=approval.version.file,
            blob=prepared.blob,
            origin=Origin.PREPARED,
            by=by,
            pages=prepared.pages,
            places=prepared.places,
        )


def prepare_again(*, document: Document, by: Person) -> Job:
    """Let the preparation of a document to be signed run again after it failed: by its signer or its author."""
    with transaction.atomic():
        fresh = locked(document)
        approval = Approval.objects.filter(document=fresh, ended_at=None).select_related("authority").first()
        if approval is None or fresh.state != State.TO_SIGN:
            raise wrong_state(fresh)
        if approval.authority.person_id != by.pk and not may_draft(by, fresh):
            raise NotPermitted(_("Only the signatory or the author lets the document be prepared again."))
        job = enqueue(PREPARE, arguments={"approval": approval.pk}, subject=f"document:{fresh.pk}", by=by, once=True)
        record("approval.prepare_again", fresh, by=by)
    return job

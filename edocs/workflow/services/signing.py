"""Signing by the leader (Decree 30/2020, Art. 13): one consent, many documents, each with its own result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from edocs import clock
from edocs.documents import access
from edocs.documents.choices import Direction, Origin, State
from edocs.documents.models import Document, FileVersion
from edocs.documents.services.files import main_versions, touch
from edocs.documents.services.numbering import cancel_entries
from edocs.documents.services.states import locked, locked_all, move, move_all, wrong_state
from edocs.errors import Invalid, NotPermitted, Unavailable, WrongState
from edocs.jobs.models import Job, JobState
from edocs.jobs.services import enqueue_many, repeat
from edocs.journal.services import record
from edocs.office.models import Authority, Person, Role
from edocs.office.queries import authorities_of
from edocs.office.services import tell
from edocs.signatures.models import ItemState, SigningItem, SigningSession
from edocs.signatures.sentences import sentence
from edocs.signatures.services import making
from edocs.signatures.services.consenting import (
    Wanted,
    fail_item,
    keep_session,
    keeping,
    noting_refusals,
    open_again,
    still_agreed,
    unlock,
)
from edocs.signatures.services.judging import untimed
from edocs.signatures.services.keys import personal_key
from edocs.workflow.models import Approval, Decision, DecisionKind, Step, StepKind, StepState
from edocs.workflow.services import attachments, proving
from edocs.workflow.services.approving import is_ready, open_next, refuse_while_signed
from edocs.workflow.services.drafting import show_drafted
from edocs.workflow.services.turns import open_steps
from signing.layout import LEADER_FIELDS

SIGN = "workflow.sign"


@dataclass(frozen=True)
class Pick:
    """A document as it was shown to the signer: its number here and the version on the screen."""

    document_id: int
    version_id: int


@sensitive_variables("password")
def sign_documents(*, person: Person, picks: Sequence[Pick], password: str) -> SigningSession:
    """Consent to sign exactly the versions shown, and let a job sign each of them.

    Raises NotPermitted (not the signatory), WrongState (somebody was quicker, or the draft changed: R-LAW-11),
    Invalid (password, certificate, authority), Unavailable (no signing process). Nothing changes unless all may be
    signed.
    """
    chosen = sorted({pick.document_id: pick for pick in picks}.values(), key=lambda one: one.document_id)
    with noting_refusals(person=person, documents=[pick.document_id for pick in chosen]):
        wanted = _wanted(chosen, person)
        key = personal_key(person)
        try:
            handle = unlock(person=person, key=key, password=password, wanted=wanted)
        finally:
            del password  # the frame of a refusal shall not hold it
        with keeping(handle):
            locked_all(pick.document_id for pick in chosen)
            wanted = _wanted(chosen, person)
            session = keep_session(person=person, key=key, handle=handle, wanted=wanted)
            move_all([one.document for one in wanted], State.SIGNING)
            _ask_to_sign(session.items.all(), person)
        return session


def _ask_to_sign(items: Iterable[SigningItem], person: Person) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [(f"document:{item.document_id}", {"item": item.pk}) for item in items]
    enqueue_many(SIGN, asked, by=person)


def sign_again(*, item: SigningItem, by: Person) -> None:
    """Let one document that failed be signed again under the consent it was part of, as long as that holds.

    Raises NotPermitted, WrongState (code ``consent_expired``: agree anew), and what ``sign_documents`` raises.
    """
    with transaction.atomic():
        document = locked(Document(pk=item.document_id))
        fresh = SigningItem.objects.select_related("session__person", "document").get(pk=item.pk)
        if fresh.session.person_id != by.pk:
            raise NotPermitted(_("You cannot sign this document."))
        if fresh.state != ItemState.FAILED:
            raise wrong_state(document)
        _wanted([Pick(document.pk, fresh.version_id)], by)
        if not still_agreed(fresh):
            raise WrongState(sentence("consent_expired"), code="consent_expired")
        open_again(fresh)
        move(document, State.SIGNING)
        failed = Job.objects.filter(kind=SIGN, subject=f"document:{document.pk}", state=JobState.FAILED)
        job = next((one for one in failed.order_by("-id") if one.arguments.get("item") == fresh.pk), None)
        if job is None:
            _ask_to_sign([fresh], by)
        else:
            repeat(job=job, by=by)


def open_sign_step(document: Document) -> Step | None:
    """The signature that is due now, if any."""
    due = _open_sign_steps([document.pk]).select_related(None).select_related("approval__authority", "authority")
    step: Step | None = due.first()
    return step


def _open_sign_steps(numbers: Iterable[int]) -> QuerySet[Step]:
    return open_steps(numbers).filter(kind=StepKind.SIGN)


def _wanted(picks: Sequence[Pick], person: Person) -> list[Wanted]:
    """What is to be signed, each checked by the same rules; a handful of statements for the whole pile."""
    numbers = [pick.document_id for pick in picks]
    outgoing = Document.objects.filter(pk__in=numbers, direction=Direction.OUTGOING).select_related("kind")
    documents = {document.pk: document for document in outgoing}
    seen = set(access.visible(person).filter(pk__in=numbers).values_list("pk", flat=True))
    steps = {step.approval.document_id: step for step in _open_sign_steps(numbers)}
    versions = main_versions(numbers)

    @cache
    def held(kind_id: int, field_id: int | None) -> list[Authority]:
        kind = next(document.kind for document in documents.values() if document.kind_id == kind_id)
        return authorities_of(person, kind=kind, field_id=field_id, day=clock.today())

    wanted = []
    for pick in picks:
        document, step = documents.get(pick.document_id), steps.get(pick.document_id)
        if document is None or document.pk not in seen:
            raise NotPermitted(_("You cannot sign this document."))
        if document.state != State.TO_SIGN:
            raise wrong_state(document)
        if step is None or step.person_id != person.pk:
            raise NotPermitted(
                _("“%(summary)s” waits for somebody else's signature.") % {"summary": document.summary[:80]}
            )
        authority = step.signs_under
        if authority not in held(document.kind_id, document.field_id):
            raise Invalid(
                _("The authority to sign “%(summary)s” (%(basis)s) does not hold today. Return the draft.")
                % {"summary": document.summary[:80], "basis": authority.basis},
                code="no_authority",
            )
        version = _version_shown(document, pick, versions.get(document.pk))
        wanted.append(Wanted(document, version, authority.lines, authority.basis))
    return wanted


def _version_shown(document: Document, pick: Pick, version: FileVersion | None) -> FileVersion:
    """The version in force, when it is the one that was shown and is ready (R-LAW-11)."""
    if version is None or version.pk != pick.version_id:
        raise WrongState(
            _("“%(summary)s” was changed after you opened it. Look at the new version, then sign.")
            % {"summary": document.summary[:80]}
        )
    if not is_ready(version):
        raise WrongState(
            _("“%(summary)s” is still being prepared for signing. Wait a moment.") % {"summary": document.summary[:80]}
        )
    return version


def conclude_signature(item: SigningItem, made: making.Made) -> None:
    """Write one signature that was made and judged good; the next signatory's turn, or the document waits for its
    number.
    """
    document = locked(item.document)
    step = open_sign_step(document)
    if document.state != State.SIGNING or step is None:
        raise wrong_state(document)
    signer, approval = item.session.person, step.approval
    last = is_last(step)
    if made.lacks and not last:
        # the signature of the next would lie over one that is still without its proof
        raise Unavailable(sentence("timestamp_unavailable"), code="timestamp_unavailable")
    version = making.conclude(item, made, origin=Origin.SIGNATURE)
    Decision.objects.create(step=step, by=signer, at=clock.now(), kind=DecisionKind.APPROVE, version=item.version)
    Step.objects.filter(pk=step.pk).update(state=StepState.APPROVED, result=version)
    names: dict[str, Any] = {}
    if step.authority_id is None:  # the first signatory is the one whom registers name
        names = {"signer": signer, "signer_name": signer.full_name[:50]}
        names["signer_position"] = approval.authority.own_title[:100]
    record(
        "document.sign",
        document,
        by=signer,
        after={
            "version": item.result.ordinal if item.result else None,
            "sha256": made.blob.pk,
            "authority": step.signs_under.pk,
            "title": item.title,
            "basis": item.authority,
            "serial": item.session.key.serial,
            "lacks": list(made.lacks),
        },
    )
    if not last:
        touch(document, **names)
        open_next(document, approval, signer)
        return
    # a further signatory of another agency may have signed without a time: it is added before number and seal
    pending = version if made.lacks or untimed(made.judgement, LEADER_FIELDS[1:]) else None
    all_signed(document, approval, signer, version=pending, **names)


def is_last(step: Step) -> bool:
    """True when nobody signs after this step."""
    return not step.approval.steps.filter(order__gt=step.order).exclude(state=StepState.APPROVED).exists()


def all_signed(
    document: Document, approval: Approval, by: Person, *, version: FileVersion | None = None, **names: Any
) -> None:
    """The last signatory signed: the round ends, the clerks are told; ``version`` still waits for its proof.

    ``names`` are written to the document with it.
    """
    move(document, State.PROVING if version else State.SIGNED, **names)
    Approval.objects.filter(pk=approval.pk).update(ended_at=clock.now())
    access.grant(document, ["r:clerk"], reason="seal")
    attachments.ask_to_prepare_attachments(document)
    if version:
        proving.ask_to_prove(document, version)
    else:
        proving.tell_clerks(document)
    if document.author_id != by.pk:
        tell([document.author_id], "signed", facts={"summary": document.summary}, address=f"/documents/{document.pk}/")


def signature_failed(job: Job, reason: str) -> None:
    """One document of a pile did not go through: it goes back to the signer with the reason."""
    item = SigningItem.objects.select_related("document", "session__person").get(pk=job.arguments["item"])
    if item.state != ItemState.WAITING:
        return
    fail_item(item, code=job.code, reason=reason)
    document = locked(item.document)
    if document.state == State.SIGNING:
        move(document, State.TO_SIGN)
    tell(
        [item.session.person_id],
        "sign_failed",
        facts={"summary": document.summary, "code": job.code},
        address=failed_address(item, document),
    )


def failed_address(item: SigningItem, document: Document) -> str:
    """Where somebody sees why their signature, or their initials, were not made."""
    if document.state == State.IN_APPROVAL:
        return f"/outgoing/{document.pk}/check/"
    return f"/sign/sessions/{item.session_id}/"


def check_may_take_back(document: Document, by: Person) -> None:
    """Refuse when ``by`` may not return this signed document; for the page that asks why, too."""
    signs = document.signer_id == by.pk or by.pk in _signatories(document)
    if not access.may_see(by, document) or not (by.has_role(Role.CLERK) or signs):
        raise NotPermitted(_("Only the signer or the clerical office returns a signed document."))


def take_back_signed(*, document: Document, by: Person, reason: str) -> None:
    """Return a signed document to its author before it is issued: by a signatory or, refusing the seal, a clerk.

    The signed and the sealed version stay in the history, a number that was given is cancelled and never given again;
    the author makes a new version (Decree 30/2020, Art. 11.2).
    """
    if len(reason.strip()) < 5:
        raise Invalid(_("Say why the document is returned (at least 5 characters)."), field="reason")
    with transaction.atomic():
        fresh = locked(document)
        check_may_take_back(fresh, by)
        before, people = fresh.state, {fresh.author_id, fresh.signer_id, *_signatories(fresh)}
        if before in (State.SEALING, State.SEALED):
            _give_number_up(fresh, by, reason.strip())
        elif before == State.TO_SIGN and by.pk in _signatories(fresh):  # others have not signed yet
            refuse_while_signed(fresh)
            people |= set(open_steps([fresh.pk]).values_list("person_id", flat=True))
            Approval.objects.filter(document=fresh, ended_at=None).update(ended_at=clock.now())
        elif before not in (State.PROVING, State.SIGNED):
            raise wrong_state(fresh)
        show_drafted(fresh)
        attachments.show_brought(fresh)
        move(fresh, State.DRAFT)
        access.withdraw(fresh, ["r:clerk"], reason="seal")
        record("document.take_back", fresh, by=by, before={"state": before}, after={"reason": reason.strip()})
        people -= {by.pk, None}
        facts = {"summary": fresh.summary, "by": by.full_name, "reason": reason.strip()}
        tell([number for number in people if number], "draft.returned", facts=facts, address=f"/documents/{fresh.pk}/")


def _signatories(document: Document) -> set[int]:
    """Who of this agency signed in the newest round (two statements)."""
    newest = Approval.objects.filter(document=document).order_by("-round", "-id").first()
    if newest is None:
        return set()
    signed = newest.steps.filter(kind=StepKind.SIGN, state=StepState.APPROVED)
    return set(signed.values_list("person_id", flat=True))


def _give_number_up(document: Document, by: Person, reason: str) -> None:
    """The document is not issued after its number was given: the number is cancelled and never given again."""
    if SigningItem.objects.filter(document=document, state=ItemState.WAITING).exists():
        raise wrong_state(document)
    cancel_entries(document=document, by=by, reason=reason[:500])
    document.number = document.code = document.identifier = ""
    document.issued_on = None
    document.save(update_fields=["number", "code", "code_folded", "identifier", "issued_on"])

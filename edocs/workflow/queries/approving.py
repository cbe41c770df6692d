"""Reading drafts, rounds of approval and what waits for whom; numbers of statements do not grow with rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.documents.access import visible
from edocs.documents.choices import Direction, FileRole, LinkKind, State
from edocs.documents.models import Document, FileVersion
from edocs.jobs.models import Job, JobState
from edocs.office.models import Person
from edocs.workflow.models import Approval, Decision, DecisionKind, Step, StepKind, StepState
from edocs.workflow.rights import principals_of
from edocs.workflow.services.approving import PREPARE, is_ready
from edocs.workflow.services.drafting import DRAFTED
from edocs.workflow.services.uploads import CONVERT

MOST = 200
_CHECKS = (StepKind.CONTENT, StepKind.FORMAT)


# --- queues ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """A document that waits for one person's decision at one step."""

    step: Step
    document: Document
    version: FileVersion | None
    since: dt.datetime | None
    round: int
    #: why it cannot be signed yet: "" (it can), "preparing", "failed"
    blocked: str = ""
    reason: str = ""

    @property
    def places_doubtful(self) -> bool:
        """True when the place of the signature was guessed: people should look before signing."""
        places = (self.version.places or {}) if self.version else {}
        return bool(places.get("doubts")) and not places.get("moved")


def _open_steps(people: Iterable[int], kinds: Sequence[str], states: Sequence[str]) -> QuerySet[Step]:
    return (
        Step.objects.filter(
            person__in=people,
            state=StepState.OPEN,
            kind__in=kinds,
            approval__ended_at=None,
            approval__document__state__in=states,
        )
        .select_related(
            "person",
            "approval__authority",
            "authority",
            "approval__document__kind",
            "approval__document__unit",
            "approval__document__author",
        )
        .order_by("-approval__document__urgency", "opened_at", "id")
    )


def to_check_queue(person: Person, limit: int = MOST) -> list[Waiting]:
    """Documents whose content or format this person is to check now, urgent and oldest first."""
    steps = list(_open_steps(principals_of(person), _CHECKS, [State.IN_APPROVAL])[:limit])
    return _waiting(steps)


def to_sign_queue(person: Person, limit: int = MOST) -> list[Waiting]:
    """Documents that wait for this person's signature (nobody signs for another), with what still hinders it."""
    steps = list(_open_steps([person.pk], [StepKind.SIGN], [State.TO_SIGN])[:limit]) if person.is_active else []
    rows = _waiting(steps)
    jobs = newest_jobs(PREPARE, [row.document.pk for row in rows])
    return [_with_hindrance(row, jobs.get(row.document.pk)) for row in rows]


def _with_hindrance(row: Waiting, job: Job | None) -> Waiting:
    if is_ready(row.version):
        return row
    failed = job is not None and job.state == JobState.FAILED
    return Waiting(
        row.step,
        row.document,
        row.version,
        row.since,
        row.round,
        "failed" if failed else "preparing",
        job.reason if job is not None and failed else "",
    )


def _waiting(steps: Sequence[Step]) -> list[Waiting]:
    current = current_versions([step.approval.document_id for step in steps])
    return [
        Waiting(
            step,
            step.approval.document,
            current.get(step.approval.document_id),
            step.opened_at,
            step.approval.round,
        )
        for step in steps
    ]


def current_versions(documents: Iterable[int]) -> dict[int, FileVersion]:
    """The current version of the main file of each document (one statement)."""
    versions = FileVersion.objects.filter(
        file__document__in=list(documents), file__role=FileRole.MAIN, file__current=F("pk")
    )
    return {version.file.document_id: version for version in versions.select_related("file", "by")}


def newest_jobs(kind: str, documents: Iterable[int]) -> dict[int, Job]:
    """The newest job of a kind about each document (one statement)."""
    subjects = {f"document:{pk}": pk for pk in documents}
    found: dict[int, Job] = {}
    for job in Job.objects.filter(kind=kind, subject__in=subjects).order_by("id"):
        found[subjects[job.subject]] = job
    return found


@dataclass(frozen=True)
class Draft:
    """A draft of one's own; whether it came back to be corrected."""

    document: Document
    came_back: bool


def drafts_of(person: Person, limit: int = MOST) -> list[Draft]:
    """Drafts that this person is writing, those that came back first."""
    decided = Decision.objects.filter(step__approval__document=OuterRef("pk")).order_by("-pk").values("kind")
    returned = Case(When(newest=DecisionKind.RETURN, then=True), default=False, output_field=BooleanField())
    drafts = Document.objects.filter(direction=Direction.OUTGOING, state=State.DRAFT, author__in=principals_of(person))
    annotated = drafts.annotate(newest=Subquery(decided[:1])).annotate(came_back=returned)
    annotated = annotated.select_related("kind", "unit", "author").order_by("-came_back", "-changed_at")
    return [Draft(document, document.came_back) for document in annotated[:limit]]


def answered_agencies(document: Document) -> list[str]:
    """Who issued what this draft answers: they are written to."""
    answered = Document.objects.filter(links_in__source=document, links_in__kind=LinkKind.REPLIES)
    return list(dict.fromkeys(answered.order_by("links_in__id").values_list("issuer_name", flat=True)))


@dataclass(frozen=True)
class Counts:
    """What waits for a person on the outgoing side."""

    to_check: int
    to_sign: int
    drafts: int
    returned: int


def counts_for(person: Person) -> Counts:
    """The numbers beside the navigation (three statements)."""
    people = principals_of(person)
    steps = Step.objects.filter(state=StepState.OPEN, approval__ended_at=None).aggregate(
        to_check=Count(
            "pk",
            filter=Q(person__in=people, kind__in=_CHECKS, approval__document__state=State.IN_APPROVAL),
        ),
        to_sign=Count(
            "pk",
            filter=Q(person=person.pk, kind=StepKind.SIGN, approval__document__state=State.TO_SIGN),
        ),
    )
    returned = Approval.objects.filter(document=OuterRef("pk"), ended_at__isnull=False)
    drafts = (
        Document.objects.filter(direction=Direction.OUTGOING, state=State.DRAFT, author__in=people)
        .annotate(came_back=Exists(returned))
        .aggregate(drafts=Count("pk"), returned=Count("pk", filter=Q(came_back=True)))
    )
    return Counts(steps["to_check"], steps["to_sign"], drafts["drafts"], drafts["returned"])


# --- one document ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class StepLine:
    """A step of a round with the decision that holds for it, which may come from an earlier round."""

    step: Step
    decision: Decision | None
    carried: bool


@dataclass(frozen=True)
class Round:
    """One passage through the chain."""

    approval: Approval
    lines: list[StepLine]
    decisions: list[Decision]


@dataclass(frozen=True)
class ApprovalView:
    """Where an outgoing document stands in its approval, all rounds, newest first."""

    rounds: list[Round] = field(default_factory=list)
    open_step: Step | None = None

    @property
    def current(self) -> Round | None:
        """The newest round."""
        return self.rounds[0] if self.rounds else None

    @property
    def last_return(self) -> Decision | None:
        """The newest return with its reason, when nothing was decided after it."""
        decisions = [decision for one in self.rounds for decision in one.decisions]
        newest = max(decisions, key=lambda decision: decision.pk, default=None)
        return newest if newest is not None and newest.kind == DecisionKind.RETURN else None


def approval_view(document: Document) -> ApprovalView:
    """Steps, decisions with the ordinals of their versions, and who is next (three statements)."""
    related = ("authority__person", "submitted_by", "version", "chain")
    approvals = list(Approval.objects.filter(document=document).select_related(*related).order_by("-round", "-id"))
    steps = list(Step.objects.filter(approval__in=approvals).select_related("person__position").order_by("order"))
    decisions = list(
        Decision.objects.filter(step__approval__in=approvals).select_related("by", "version", "step").order_by("id")
    )
    of_step: dict[int, list[Decision]] = defaultdict(list)
    for decision in decisions:
        of_step[decision.step_id].append(decision)
    rounds = []
    open_step = None
    for approval in approvals:
        mine = [step for step in steps if step.approval_id == approval.pk]
        lines = [_line(step, of_step[step.pk], decisions) for step in mine]
        of_round = [decision for step in mine for decision in of_step[step.pk]]
        rounds.append(Round(approval, lines, sorted(of_round, key=lambda decision: decision.pk)))
        if approval.ended_at is None:
            open_step = next((step for step in mine if step.state == StepState.OPEN), open_step)
    return ApprovalView(rounds, open_step)


def _line(step: Step, own: list[Decision], every: list[Decision]) -> StepLine:
    if own or step.state != StepState.APPROVED:
        return StepLine(step, own[-1] if own else None, carried=False)
    earlier = [
        decision
        for decision in every
        if decision.kind == DecisionKind.APPROVE
        and decision.step.kind == step.kind
        and decision.step.person_id == step.person_id
        and decision.step.approval_id < step.approval_id
    ]
    return StepLine(step, earlier[-1] if earlier else None, carried=True)


def versions_of(document: Document) -> list[FileVersion]:
    """Every version of the main file, newest first (one statement)."""
    versions = FileVersion.objects.filter(file__document=document, file__role=FileRole.MAIN)
    return list(versions.select_related("file", "blob", "by", "original").order_by("-ordinal"))


@dataclass(frozen=True)
class VersionLine:
    """A version and the ordinal of the one that people made before it, to compare with."""

    version: FileVersion
    earlier: int | None


def version_lines(versions: Sequence[FileVersion]) -> list[VersionLine]:
    """Versions, newest first, each with the one to compare it with."""
    made = [version.ordinal for version in versions if version.origin in DRAFTED]
    return [
        VersionLine(version, next((ordinal for ordinal in made if ordinal < version.ordinal), None))
        for version in versions
    ]


def seen_before(person: Person, document: Document, version: FileVersion) -> FileVersion | None:
    """The version this person decided on last, when it is not the one to be decided on now (one statement)."""
    decision = (
        Decision.objects.filter(step__approval__document=document, by=person)
        .exclude(version=version)
        .select_related("version__file", "version__blob")
        .order_by("-id")
        .first()
    )
    return decision.version if decision is not None else None


def conversion_of(document: Document) -> Job | None:
    """The newest job that turns an uploaded file into PDF."""
    return newest_jobs(CONVERT, [document.pk]).get(document.pk)


# --- what can be done -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Action:
    """Something a person can do with an outgoing document now; ``reason`` says why not, when it is shown disabled."""

    code: str
    label: str | Promise
    reason: str | Promise = ""

    @property
    def allowed(self) -> bool:
        """Whether it can be done now."""
        return not self.reason


_LABELS: dict[str, str | Promise] = {
    "write": _("Write"),
    "upload": _("Bring a file"),
    "attach": _("Add an attachment"),
    "recipients": _("Recipients"),
    "submit": _("Submit for approval"),
    "cancel": _("Give the draft up"),
    "approve": _("Approve"),
    "return": _("Return with a reason"),
    "withdraw": _("Take back from approval"),
    "sign": _("Sign"),
    "move_signature": _("Move the signature"),
    "prepare_again": _("Prepare again"),
    "outside": _("Signature of another agency"),
}


def actions_for_outgoing(person: Person, document: Document) -> list[Action]:
    """What this person can do with this outgoing document now, the main action first (at most six statements)."""
    if document.direction == Direction.INCOMING or not person.is_active:
        return []
    principals = principals_of(person)
    drafts = document.author_id in principals or (document.unit is not None and document.unit.head_id in principals)
    if document.state == State.DRAFT:
        return _draft_actions(document) if drafts else []
    if document.state not in (State.IN_APPROVAL, State.TO_SIGN):
        return []
    steps = Step.objects.filter(approval__document=document, approval__ended_at=None, state=StepState.OPEN)
    step = steps.select_related("person").first()
    found: list[Action] = []
    if step is not None and step.kind == StepKind.SIGN and step.person_id == person.pk:
        found += _sign_actions(document)
    elif step is not None and step.kind == StepKind.OUTSIDE and step.person_id == person.pk:
        found += [_action("outside")]
    elif step is not None and step.kind in _CHECKS and step.person_id in principals:
        found += [_action("approve"), _action("return")]
    if drafts:
        found.append(_action("withdraw"))
    return found


def _action(code: str, reason: str | Promise = "") -> Action:
    return Action(code, _LABELS[code], reason)


def _draft_actions(document: Document) -> list[Action]:
    versions = FileVersion.objects.filter(file__document=document, file__role=FileRole.MAIN, origin__in=DRAFTED)
    has_text = versions.exists()
    job = conversion_of(document)
    reason: str | Promise = ""
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        reason = _("The file is still being turned into PDF.")
    elif not has_text:
        reason = _("The draft has no text yet.")
    elif not document.recipients.exists():
        reason = _("The recipients are missing.")
    submit = _action("submit", reason)
    others = [_action(code) for code in ("write", "upload", "attach", "recipients", "cancel")]
    return [submit, *others] if submit.allowed else [others[0], submit, *others[1:]]


def _sign_actions(document: Document) -> list[Action]:
    version = current_versions([document.pk]).get(document.pk)
    if is_ready(version):
        return [_action("sign"), _action("return"), _action("move_signature")]
    job = newest_jobs(PREPARE, [document.pk]).get(document.pk)
    if job is not None and job.state == JobState.FAILED:
        return [_action("prepare_again"), _action("return"), _action("sign", job.reason)]
    return [_action("return"), _action("sign", _("The file is still being prepared for signing."))]


def next_to_check(person: Person, after: Document) -> Document | None:
    """The next document in this person's queue of checks, for "decide and open the next"."""
    waiting = to_check_queue(person, 2)
    return next((row.document for row in waiting if row.document.pk != after.pk), None)


def may_check(person: Person, document: Document) -> Step | None:
    """The open check of this document that the person decides now, if any."""
    steps = _open_steps(principals_of(person), _CHECKS, [State.IN_APPROVAL]).filter(approval__document=document)
    return steps.select_related("approval__version__file", "approval__version__blob").first()


def answerable(person: Person, pk: int) -> Document | None:
    """An incoming document that the person may see and answer."""
    return visible(person).filter(pk=pk, direction=Direction.INCOMING).select_related("issuer", "kind").first()

"""What waits for a signature and what became of a consent; numbers of statements do not grow with rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Min, Q

from edocs.documents.access import visible
from edocs.documents.choices import Direction, FileRole, LinkKind, State
from edocs.documents.models import Document, DocumentFile, DocumentLink, FileVersion, View
from edocs.office.models import Authority, Person, Prefix
from edocs.signatures.models import ItemState, SigningItem, SigningSession
from edocs.signatures.services.consenting import still_agreed
from edocs.workflow.models import OPEN_ASSIGNMENT, Assignment, Step, StepKind, StepState
from edocs.workflow.queries.approving import Waiting, current_versions, to_sign_queue


def count_to_sign(person: Person) -> int:
    """How many documents wait for this person's signature (one statement)."""
    if not person.is_active:
        return 0
    steps = Step.objects.filter(person=person, kind=StepKind.SIGN, state=StepState.OPEN, approval__ended_at=None)
    return steps.filter(approval__document__state=State.TO_SIGN).count()


def may_sign(person: Person) -> bool:
    """Whether the page of signatures is for this person: who holds an authority, or has something to sign."""
    if not person.is_active:
        return False
    if Authority.objects.filter(person=person).exists():
        return True
    return Step.objects.filter(person=person, kind=StepKind.SIGN, state=StepState.OPEN).exists()


@dataclass(frozen=True)
class PileRow:
    """A document that waits for the signature, with what the signer wants to know before opening it."""

    waiting: Waiting
    opened: bool = False
    attachments: int = 0
    due: dt.datetime | None = None
    failed: SigningItem | None = None

    @property
    def document(self) -> Document:
        return self.waiting.document

    @property
    def version(self) -> FileVersion | None:
        return self.waiting.version

    @property
    def signable(self) -> bool:
        """True when the file that would be signed is there."""
        return not self.waiting.blocked and self.version is not None

    @property
    def key(self) -> str:
        """Names the document and the very version on the screen."""
        return f"{self.document.pk}-{self.version.pk}" if self.version else str(self.document.pk)


def pile_of(person: Person) -> list[PileRow]:
    """Everything that waits for this person's signature, urgent and oldest first (seven statements)."""
    rows = to_sign_queue(person)
    numbers = [row.document.pk for row in rows]
    opened = set(View.objects.filter(document__in=numbers, person=person).values_list("document_id", flat=True))
    attached = dict(
        DocumentFile.objects.filter(document__in=numbers, role=FileRole.ATTACHMENT)
        .values_list("document_id")
        .annotate(n=Count("pk"))
    )
    due = due_of_answers(numbers)
    failed = _failed(person, rows)
    return [
        PileRow(
            row,
            row.document.pk in opened,
            attached.get(row.document.pk, 0),
            due.get(row.document.pk),
            failed.get(row.document.pk),
        )
        for row in rows
    ]


def due_of_answers(numbers: Iterable[int]) -> dict[int, dt.datetime]:
    """By when the work is due that these outgoing documents answer (one statement)."""
    rows = Assignment.objects.filter(answer__in=list(numbers), state__in=OPEN_ASSIGNMENT, deadline__isnull=False)
    return dict(rows.values_list("answer_id").annotate(due=Min("deadline__due_at")))


def _failed(person: Person, rows: Iterable[Waiting]) -> dict[int, SigningItem]:
    """The newest attempt on the very version that waits now, when it failed (one statement)."""
    versions = {row.version.pk: row.document.pk for row in rows if row.version}
    found: dict[int, SigningItem] = {}
    items = SigningItem.objects.filter(version__in=versions, session__person=person, session__purpose="sign")
    for item in items.select_related("session").order_by("id"):
        found[item.document_id] = item
    return {number: item for number, item in found.items() if item.state == ItemState.FAILED}


def row_for(person: Person, document: Document) -> PileRow | None:
    """One document of the pile, None when it does not wait for this person's signature."""
    return next((row for row in pile_of(person) if row.document.pk == document.pk), None)


def answered_by(person: Person, document: Document) -> list[Document]:
    """The incoming documents that an outgoing one answers, as far as the person may see them (one statement)."""
    links = DocumentLink.objects.filter(source=document, kind=LinkKind.REPLIES)
    return list(visible(person).filter(pk__in=links.values("target"), direction=Direction.INCOMING)[:3])


def capacity(authority: Authority) -> str:
    """In which capacity somebody signs, on one line: "KT. Giám đốc, Phó Giám đốc"."""
    if authority.prefix in (Prefix.NONE, Prefix.Q):
        return f"{authority.prefix} {authority.own_title}".strip()
    return f"{authority.prefix} {authority.head_title}, {authority.own_title}"


# --- one consent ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Results:
    """What became of the documents of one consent."""

    session: SigningSession
    done: list[SigningItem] = field(default_factory=list)
    waiting: list[SigningItem] = field(default_factory=list)
    #: may be signed again as it is
    again: list[SigningItem] = field(default_factory=list)
    #: the password has to be given again
    anew: list[SigningItem] = field(default_factory=list)
    #: failed here, and went on since: signed by another consent, returned, or changed
    gone: list[SigningItem] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.done) + len(self.waiting) + len(self.failed) + len(self.gone)

    @property
    def failed(self) -> list[SigningItem]:
        """Not signed yet."""
        return [*self.again, *self.anew]


def session_of(person: Person, pk: int) -> SigningSession | None:
    """A consent of this person to sign; nobody sees another's."""
    found: SigningSession | None = (
        SigningSession.objects.filter(pk=pk, person=person, purpose="sign").select_related("key").first()
    )
    return found


def results_of(session: SigningSession) -> Results:
    """The documents of a consent by what became of them (two statements)."""
    items = list(session.items.select_related("document__kind", "document__unit", "version", "session"))
    current = current_versions([item.document_id for item in items if item.state == ItemState.FAILED])
    found: dict[str, list[SigningItem]] = defaultdict(list)
    for item in items:
        found[_result(item, current.get(item.document_id))].append(item)
    return Results(session, found["done"], found["waiting"], found["again"], found["anew"], found["gone"])


def _result(item: SigningItem, current: FileVersion | None) -> str:
    if item.state != ItemState.FAILED:
        return "done" if item.state == ItemState.DONE else "waiting"
    if item.document.state != State.TO_SIGN or current is None or current.pk != item.version_id:
        return "gone"
    return "again" if still_agreed(item) else "anew"


def open_session(person: Person) -> SigningSession | None:
    """The newest consent of this person of which something is still being signed (one statement)."""
    waiting = Q(items__state=ItemState.WAITING)
    sessions = SigningSession.objects.filter(waiting, person=person, purpose="sign")
    found: SigningSession | None = sessions.order_by("-id").first()
    return found

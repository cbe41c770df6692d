"""What somebody who checks has to see before putting initials into the file."""

from __future__ import annotations

from dataclasses import dataclass

from edocs.documents.models import FileVersion
from edocs.documents.services.files import main_version
from edocs.errors import Invalid
from edocs.jobs.models import Job, JobState
from edocs.office.models import Person
from edocs.signatures.models import ItemState, Key, SigningItem
from edocs.signatures.services.keys import key_of, usable
from edocs.signatures.services.two_phase import is_elsewhere
from edocs.workflow.models import Step
from edocs.workflow.queries.approving import newest_jobs
from edocs.workflow.services.approving import PREPARE, is_ready
from edocs.workflow.services.people_places import checking


@dataclass(frozen=True)
class Offer:
    """Initials as they may be put now: into which version, where, with which key, and what stands against it."""

    version: FileVersion | None
    turn: int
    key: Key
    key_problem: str
    movable: bool
    #: the newest attempt of this person on this version
    attempt: SigningItem | None
    preparing: Job | None

    @property
    def ready(self) -> bool:
        """True when the file is there and nobody is just signing it."""
        return self.version is not None and not self.under_way

    @property
    def under_way(self) -> bool:
        """True while a job signs."""
        return self.attempt is not None and self.attempt.state == ItemState.WAITING

    @property
    def failed(self) -> SigningItem | None:
        """The attempt, when it did not go through."""
        return self.attempt if self.attempt is not None and self.attempt.state == ItemState.FAILED else None

    @property
    def not_prepared(self) -> str:
        """Why the file could not be prepared, if it could not."""
        failed = self.version is None and self.preparing is not None and self.preparing.state == JobState.FAILED
        return self.preparing.reason if failed and self.preparing else ""

    @property
    def asks_password(self) -> bool:
        """True when the key is opened here."""
        return not is_elsewhere(self.key)


def offer_of(person: Person, step: Step) -> Offer | None:
    """Initials at this check, when the chain offers them and the person has a key (six statements at most)."""
    if not step.field or step.person_id != person.pk:
        return None
    key = key_of(person)
    if key is None:
        return None
    approval = step.approval
    current = main_version(approval.document)
    version = current if is_ready(current) else None
    attempts = SigningItem.objects.filter(version=version, session__person=person) if version else None
    fields = [one.field for one in checking(approval)]
    return Offer(
        version=version,
        turn=fields.index(step.field),
        key=key,
        key_problem=_problem(key),
        movable=not approval.steps.filter(result__isnull=False).exists(),
        attempt=attempts.select_related("session__key").order_by("-id").first() if attempts is not None else None,
        preparing=newest_jobs(PREPARE, [approval.document_id]).get(approval.document_id) if version is None else None,
    )


def _problem(key: Key) -> str:
    try:
        usable(key)
    except Invalid as refusal:
        return str(refusal)
    return ""

"""Several documents numbered and sealed with one consent: what can be ticked, and what became of each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from edocs.documents.choices import State
from edocs.documents.models import Document
from edocs.documents.services.files import main_versions
from edocs.office.models import Person
from edocs.signatures.models import ItemState, SigningItem, SigningSession, Verdict
from edocs.workflow.queries.sealing import seal_queue
from edocs.workflow.services.issuing import leader_is_intact


@dataclass(frozen=True)
class SealPick:
    """A document of the pile; ``key`` names it with the version shown, and is empty when it cannot be sealed."""

    document: Document
    key: str
    failed: SigningItem | None


def pile_to_seal(person: Person) -> list[SealPick]:
    """What waits for number and seal, and what failed, in the order of the queue (five statements)."""
    queue = seal_queue(person)
    rows = [*queue.to_number, *queue.failed]
    versions = main_versions(row.document.pk for row in rows)
    verdicts = {one.blob_id: one for one in Verdict.objects.filter(blob__in=[v.blob_id for v in versions.values()])}
    pile = []
    for row in rows:
        version = versions.get(row.document.pk)
        whole = version is not None and leader_is_intact(verdicts.get(version.blob_id))
        key = f"{row.document.pk}-{version.pk}" if version is not None and whole else ""
        pile.append(SealPick(row.document, key, row.failed))
    return pile


@dataclass(frozen=True)
class SealResults:
    """The documents of one consent to seal; ``failed`` are those that still have to be sealed again."""

    session: SigningSession
    done: list[SigningItem]
    waiting: list[SigningItem]
    failed: list[SigningItem]
    gone: list[SigningItem]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.done) + len(self.waiting) + len(self.failed) + len(self.gone)


def seal_session_of(person: Person, pk: int) -> SigningSession | None:
    """A consent of this person to seal; nobody sees another's."""
    found: SigningSession | None = SigningSession.objects.filter(pk=pk, person=person, purpose="seal").first()
    return found


def seal_results_of(session: SigningSession) -> SealResults:
    """Each document of the consent by what became of it (one statement)."""
    found: dict[str, list[SigningItem]] = defaultdict(list)
    # attachments follow their document under the same consent: the newest says how far it is
    newest = {item.document_id: item for item in session.items.select_related("document__kind").order_by("id")}
    for item in newest.values():
        if item.state == ItemState.FAILED:
            found["failed" if item.document.state == State.SEALING else "gone"].append(item)
        else:
            found[item.state].append(item)
    return SealResults(session, found["done"], found["waiting"], found["failed"], found["gone"])

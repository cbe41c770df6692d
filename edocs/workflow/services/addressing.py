"""To whom an outgoing document goes ("Nơi nhận"): lines as people enter them, and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from edocs.documents.choices import Channel
from edocs.documents.models import Document, Recipient
from edocs.documents.services.files import touch
from edocs.errors import Invalid
from edocs.journal.services import record
from edocs.office.models import Correspondent, Person, Unit


@dataclass(frozen=True)
class RecipientLine:
    """One line of "Nơi nhận": an outside agency, a unit of ours, or just a name."""

    name: str = ""
    correspondent: Correspondent | None = None
    unit: Unit | None = None
    purpose: str = ""
    channel: str = Channel.AXIS
    copies: int = 1

    @property
    def shown(self) -> str:
        """The name as it is printed."""
        named = self.name or (self.correspondent.name if self.correspondent else self.unit.name if self.unit else "")
        return " ".join(named.split())


def replace_recipients(document: Document, lines: Sequence[RecipientLine], by: Person) -> list[Recipient]:
    """Put these in the place of those of before, and say so in the journal. Called inside the caller's transaction."""
    before = list(document.recipients.values_list("name", "purpose"))
    document.recipients.all().delete()
    rows = write_recipients(document, lines)
    after = [(row.name, row.purpose) for row in rows]
    if after != before:
        touch(document)
        told = {"recipients": [name for name, _purpose in after]}
        record("draft.recipients", document, by=by, before={"recipients": [name for name, _ in before]}, after=told)
    return rows


def write_recipients(document: Document, lines: Iterable[RecipientLine]) -> list[Recipient]:
    """The rows of a document's recipients, in the order given; raises Invalid for one without a name or named twice."""
    rows: list[Recipient] = []
    seen: set[str] = set()
    for line in lines:
        if not line.shown:
            raise Invalid(_("A recipient has no name. Write it, or remove the line."), field="recipients")
        if line.shown.casefold() in seen:
            raise Invalid(
                _("“%(name)s” stands twice among the recipients. Remove one of the lines.") % {"name": line.shown},
                field="recipients",
            )
        seen.add(line.shown.casefold())
        rows.append(
            Recipient(
                document=document,
                correspondent=line.correspondent,
                unit=line.unit,
                name=line.shown[:200],
                purpose=line.purpose.strip()[:100],
                channel=Channel.INTERNAL if line.unit else line.channel,
                copies=line.copies,
                order=len(rows),
            )
        )
    return Recipient.objects.bulk_create(rows)

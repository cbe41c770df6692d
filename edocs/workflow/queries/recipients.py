"""Reading the lines of "Nơi nhận" as people type them: outside agencies and own units are recognised by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from edocs import clock
from edocs.documents.models import Document, Recipient
from edocs.office.models import Correspondent, CorrespondentAlias, Unit
from edocs.office.queries import find_correspondents
from edocs.workflow.services.addressing import RecipientLine
from search.analysis import fold

_LINE = re.compile(r"^[-–•+\s]*(?P<name>.+?)\s*(?:\((?P<purpose>[^()]*)\))?\s*[;.,]*\s*$")
MOST = 500


def split_lines(text: str) -> list[str]:
    """The lines of a list as typed, without marks at their ends; "Như trên" and "Lưu" are printed by themselves."""
    found = []
    for line in text.splitlines()[:MOST]:
        matched = _LINE.match(line)
        if matched and not fold(matched["name"]).startswith(("nhu tren", "luu:")):
            found.append(f"{matched['name']} ({matched['purpose']})" if matched["purpose"] else matched["name"])
    return found


def recipient_lines(lines: Iterable[str]) -> list[RecipientLine]:
    """Typed lines as recipients; a name that stands twice is taken once (three statements at most)."""
    typed: dict[str, tuple[str, str]] = {}
    for line in lines:
        matched = _LINE.match(line)
        if matched:
            typed.setdefault(fold(matched["name"]), (matched["name"], (matched["purpose"] or "").strip()))
    today = clock.today()
    agencies: dict[str, Correspondent] = {}
    aliases = CorrespondentAlias.objects.filter(folded__in=typed).select_related("correspondent")
    for alias in aliases:
        agencies[alias.folded] = alias.correspondent
    for agency in Correspondent.objects.filter(Correspondent.on(today), folded__in=typed):
        agencies[agency.folded] = agency
    units = {fold(unit.name): unit for unit in Unit.objects.all()} if typed else {}
    return [
        RecipientLine(
            name=name,
            correspondent=agencies.get(folded),
            unit=None if folded in agencies else units.get(folded),
            purpose=purpose,
        )
        for folded, (name, purpose) in typed.items()
    ]


def as_typed(rows: Iterable[Recipient], *, without: Sequence[str] = ()) -> str:
    """Kept recipients as the lines a person would type; ``without`` are those addressed above."""
    addressed = {fold(name) for name in without}
    return "\n".join(
        f"{row.name} ({row.purpose})" if row.purpose else row.name
        for row in rows
        if row.purpose or fold(row.name) not in addressed
    )


def suggest_recipients(words: str, limit: int = 12) -> list[str]:
    """Names of outside agencies and own units that hold the typed words, accents not needed."""
    folded = fold(words)
    if len(folded) < 2:
        return []
    own = [unit.name for unit in Unit.objects.all() if folded in fold(unit.name)]
    outside = find_correspondents(words, limit).values_list("name", flat=True)
    return [*own, *outside][:limit]


def recipients_of(document: Document) -> list[Recipient]:
    """The recipients of a document in order."""
    return list(document.recipients.select_related("correspondent", "unit"))

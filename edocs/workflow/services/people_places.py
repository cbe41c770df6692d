"""Where those who check put their initials, and where further signatories sign (Decree 30/2020, App. I; practice)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from edocs.limited import inspect
from edocs.limited.signatures import find_signature_places
from edocs.workflow.models import CHECKS, SIGNATURES, Approval, Step, StepKind
from signing.layout import LEADER_FIELD, Box, mm

STRIDE = mm(20)
"""From one person's initials to those of the next who checks the same."""


def checking(approval: Approval) -> list[Step]:
    """The checks of a round that may be passed with initials, in their order."""
    return list(approval.steps.filter(kind__in=CHECKS).exclude(field="").order_by("order"))


def with_people(approval: Approval, source: Path, places: dict[str, Any]) -> dict[str, Any]:
    """The places of a document with those of everybody who will sign it besides the first signatory and the clerk."""
    people = checking(approval)
    suggested = places.pop("initials", None)
    places.pop("others", None)
    if people:
        places["initials"] = _initials(approval, people, source, places, suggested)
    others = approval.steps.filter(kind__in=SIGNATURES).exclude(field__in=("", LEADER_FIELD)).order_by("order")
    for step in others.select_related("person", "authority"):
        _add_signatory(places, step, source)
    return places


def _initials(
    approval: Approval,
    people: list[Step],
    source: Path,
    places: dict[str, Any],
    suggested: list[dict[str, Any]] | None,
) -> list[dict[str, Any]]:
    """After the end of the text for the content, after the recipients for the format; one beside the other."""
    if not suggested:
        found = find_signature_places(source, approval.authority.lines, approval.authority.person.full_name)
        suggested = found.places["initials"] if found else None
    if not suggested:
        suggested = [box.to_json() for box in _beside(Box.from_json(places["signature"]))]
    used: dict[int, int] = {}
    boxes = []
    for step in people:
        which = 0 if step.kind == StepKind.CONTENT else 1
        box, before = Box.from_json(suggested[which]), used.get(which, 0)
        used[which] = before + 1
        boxes.append((in_turn(box, before, inspect(source).pages[box.page].box) if before else box).to_json())
    return boxes


def in_turn(first: Box, before: int, page: Sequence[float]) -> Box:
    """The place of who comes after so many others: to the right as long as the page is wide enough, then a row below;
    at the foot of the page a row above.
    """
    row, column = divmod(before, 1 + max(0, int((page[2] - first.x1) // STRIDE)))
    down = row * (first.height + mm(1))
    if first.y0 - down < page[1]:
        down = -down
    return replace(
        first,
        x0=first.x0 + column * STRIDE,
        x1=first.x1 + column * STRIDE,
        y0=first.y0 - down,
        y1=first.y1 - down,
    )


def _beside(signature: Box) -> list[Box]:
    """Left of the seal, where the text does not say where it ends."""
    width, height = mm(18), mm(9)
    left = max(signature.x0 - mm(40) - width, mm(20))
    return [Box(signature.page, left, y, left + width, y + height) for y in (signature.y0 + height, signature.y0)]


def _add_signatory(places: dict[str, Any], step: Step, source: Path) -> None:
    """The place of one further signatory: between title and name where they stand and nobody else signs, else beside
    the first one.
    """
    if step.kind == StepKind.OUTSIDE:
        lines, name = step.signer_title.upper().splitlines(), step.signer_name
    else:
        lines, name = step.signs_under.lines, step.person.full_name
    found = find_signature_places(source, lines, name)
    taken = [Box.from_json(one) for one in (places["signature"], *places.get("others", ()))]
    box = Box.from_json(found.places["signature"]) if found is not None else None
    if box is None or any(box.overlaps(one) for one in taken):
        box = free_place(taken, inspect(source).pages[taken[0].page].box)
        places["doubts"] = [*places.get("doubts", ()), "other_signer_not_found"]
    places["others"] = [*places.get("others", ()), box.to_json()]


def free_place(taken: Sequence[Box], page: Sequence[float]) -> Box:
    """Left of the first signature, then in the rows above and below it, where nobody of ``taken`` signs; on a page
    without such a place over the first one, where whoever prepares the file is told to look.
    """
    first = taken[0]
    left = max(first.x0 - mm(85), page[0] + mm(20))
    row = first.height + mm(4)
    above, below = int((page[3] - first.y1) // row), int((first.y0 - page[1]) // row)
    rows = (first.y0 + up * row for up in (*range(above + 1), *range(-1, -below - 1, -1)))
    boxes = (
        replace(first, x0=x0, x1=x0 + first.width, y0=y0, y1=y0 + first.height)
        for y0 in rows
        for x0 in (left, first.x0)
    )
    return next((box for box in boxes if not any(box.overlaps(one) for one in taken)), first)

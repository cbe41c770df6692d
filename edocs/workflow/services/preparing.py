"""Making a draft ready for its signatures: places found, fields made, in a limited child process (signing.md 4.3)."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from edocs.documents.models import Blob, FileVersion
from edocs.documents.refusals import refusal_for
from edocs.documents.storage import keep_file, path_of
from edocs.errors import Invalid, Refusal
from edocs.limited import FileRefused, RefusalCode, inspect
from edocs.limited.codes import draw_code
from edocs.limited.signatures import find_signature_places, prepare_for_signing
from edocs.signatures.services.codes import code_address
from edocs.workflow.models import Approval
from edocs.workflow.services.people_places import checking, with_people
from signing.layout import Box, Places, line_box, mm, seal_box

PDF = "application/pdf"
#: what the library says besides the codes of ``RefusalCode``
SENTENCES: dict[str, str | Promise] = {
    "place_outside_page": _(
        "The signature or the seal would reach over the edge of the page. Move the signature further in."
    ),
    "already_signed": _(
        "“%(name)s” bears a digital signature already, so it cannot be prepared. Return it for an unsigned file."
    ),
}


@dataclass(frozen=True)
class Prepared:
    """A draft with its fields made, and where they are (JSON of ``signing.Places`` with doubts)."""

    blob: Blob
    pages: int
    places: dict[str, Any]


def make_prepared(
    *,
    approval: Approval,
    signature: Box | None = None,
    initials: tuple[str, Box] | None = None,
    standing: dict[str, Any] | None = None,
) -> Prepared:
    """Prepare the version that was decided on; ``signature`` is a place chosen by the signer, ``initials`` the one
    of a field of initials; ``standing`` are the places of before, which stay but for the one that is moved.

    Always starts from the version people made, never from one prepared before. Raises Invalid with a sentence;
    lets a timeout of the child pass as ``FileRefused``, which repeating may cure.
    """
    base = approval.version
    source = path_of(base.blob_id)
    try:
        places = dict(standing) if standing else with_people(approval, source, _places(approval, base, source))
        if initials is not None:
            places["initials"] = _moved(approval, places, *initials)
        if signature is not None:
            moved = Places.from_json(places).with_signature(signature)
            places |= moved.to_json() | {"moved": True}
        with tempfile.TemporaryDirectory(prefix="edocs-prepare-") as folder:
            target = Path(folder, "prepared.pdf")
            address = code_address(approval.document)
            drawn = draw_code(source, folder, address) if address else source
            prepare_for_signing(drawn, target, places)
            return Prepared(keep_file(target, PDF), base.pages, places)
    except FileRefused as refused:
        if refused.code == RefusalCode.TIMEOUT:
            raise
        raise _refusal(refused, base) from None


def _moved(approval: Approval, places: dict[str, Any], field: str, box: Box) -> list[dict[str, Any]]:
    """The places of the initials with that of one field moved."""
    fields = [step.field for step in checking(approval)]
    found = list(places.get("initials", ()))
    found[fields.index(field)] = box.to_json()
    return found


def _refusal(refused: FileRefused, base: FileVersion) -> Refusal:
    code = refused.detail.partition(":")[0]
    if code in SENTENCES:
        return Invalid(str(SENTENCES[code]) % {"name": base.file.name}, code=code)
    return refusal_for(refused, name=base.file.name)


def _places(approval: Approval, base: FileVersion, source: Path) -> dict[str, Any]:
    """From the layout for a letter written here; else found in the text; else where such things usually stand."""
    if base.places:
        return dict(base.places)
    signer = approval.authority.person
    found = find_signature_places(source, approval.authority.lines, signer.full_name)
    if found is not None:
        return found.places | {"symbol_printed": found.symbol_printed, "doubts": list(found.reasons)}
    return _usual_places(source) | {
        "symbol_printed": False,
        "doubts": ["signer_not_found", "number_not_found", "date_not_found"],
    }


def _usual_places(source: Path) -> dict[str, Any]:
    """Where Decree 30/2020 (App. I, boxes 3, 4 and 7) has them, on pages of any size; people are asked to look."""
    pages = inspect(source).pages
    if not pages:
        raise FileRefused(RefusalCode.DAMAGED, "no pages")
    first, last = pages[0].box, pages[-1].box
    middle, bottom = last[0] + 0.72 * (last[2] - last[0]), last[1] + mm(45)
    half = min(mm(30), 0.25 * (last[2] - last[0]))
    signature = Box(len(pages) - 1, middle - half, bottom, middle + half, bottom + mm(27))
    line = first[3] - mm(42)
    number = line_box(0, first[0] + mm(42), line, mm(25), 13.0)
    left = first[0] + 0.55 * (first[2] - first[0])
    date = line_box(0, left, line, first[2] - mm(14) - left, 13.0)
    return Places(number, date, signature, seal_box(signature)).to_json()

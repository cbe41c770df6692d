"""Cleaning a draft before the first signature: the only moment at which a PDF may be rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from signing.errors import AlreadySigned, DamagedDocument, EncryptedDocument

MAX_PAGES = 2_000
"""Longest document that may be signed, in pages."""

_CATALOGUE_DROPPED = (
    "/OpenAction",
    "/AA",
    "/AcroForm",
    "/Collection",
    "/URI",
    "/Requirements",
    "/Perms",
    "/DSS",
    "/AF",
    "/SpiderInfo",
)
"""Entries of the catalogue that act, attach or ask; the form is made anew afterwards."""
_NAMES_DROPPED = ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations")
_MAPPED = 16 << 20
"""Files up to this size (bytes) are mapped into memory, which is quicker."""
_PAGE_DROPPED = ("/AA", "/AF", "/PresSteps", "/Trans", "/Dur", "/Thumb")


def clean(source: Path, target: Path) -> None:
    """Write to ``target`` the draft ``source`` without anything that acts, hides or can be edited.

    Forms and annotations become part of the page; scripts, actions, attachments and XFA go; the file
    gets one plain cross-reference structure.  XMP metadata and output intents stay as they are, so a
    PDF/A-2b letter stays one.  Raises :class:`EncryptedDocument`, :class:`AlreadySigned`,
    :class:`DamagedDocument`.
    """
    try:
        with Pdf.open(source, suppress_warnings=True, access_mode=_access(source)) as pdf:
            if pdf.is_encrypted:
                raise EncryptedDocument("the draft is encrypted")
            if not 0 < len(pdf.pages) <= MAX_PAGES:
                raise DamagedDocument(f"the draft has {len(pdf.pages)} pages")
            _refuse_signed(pdf)
            _flatten(pdf)
            _strip(pdf)
            pdf.remove_unreferenced_resources()
            pdf.save(
                target,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                linearize=False,
                min_version="1.7",
                fix_metadata_version=False,
                deterministic_id=True,
            )
    except pikepdf.PasswordError:
        raise EncryptedDocument("the draft is encrypted") from None
    except pikepdf.PdfError as error:
        raise DamagedDocument(f"the draft cannot be read ({type(error).__name__})") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedDocument(f"the draft is malformed ({type(error).__name__})") from None


def _access(source: Path) -> pikepdf.AccessMode:
    """Large files are read piece by piece: mapped into memory, all of them would be resident in the end."""
    return pikepdf.AccessMode.stream if source.stat().st_size > _MAPPED else pikepdf.AccessMode.default


def _refuse_signed(pdf: Pdf) -> None:
    """Rewriting a signed file would break its signatures (R-SIG-8)."""
    for field in _fields(pdf):
        if field.get("/FT") == Name.Sig and "/V" in field:
            raise AlreadySigned("the draft bears a signature already")


def _fields(pdf: Pdf) -> list[Any]:
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return []
    found: list[Any] = []
    waiting = list(form.get("/Fields", []))
    while waiting and len(found) < 10_000:
        field = waiting.pop()
        if isinstance(field, Dictionary):
            found.append(field)
            waiting.extend(field.get("/Kids", []))
    return found


def _flatten(pdf: Pdf) -> None:
    """Draw forms and annotations into the page and drop what cannot be drawn (links, films, sounds)."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if form.get("/NeedAppearances", False):
            pdf.generate_appearance_streams()
        if "/XFA" in form:
            del form["/XFA"]
    if any("/Annots" in page for page in pdf.pages):
        pdf.flatten_annotations("screen")
    for page in pdf.pages:
        if "/Annots" in page:
            del page["/Annots"]


def _strip(pdf: Pdf) -> None:
    root = pdf.Root
    for name in _CATALOGUE_DROPPED:
        if name in root:
            del root[name]
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        for name in _NAMES_DROPPED:
            if name in names:
                del names[name]
    _strip_outline_actions(root)
    for page in pdf.pages:
        for name in _PAGE_DROPPED:
            if name in page:
                del page[name]


def _strip_outline_actions(root: Any) -> None:
    """Bookmarks may lead to a place in the document, not elsewhere."""
    seen: set[tuple[int, int]] = set()
    waiting = [root["/Outlines"]] if "/Outlines" in root else []
    while waiting:
        item = waiting.pop()
        if not isinstance(item, Dictionary) or item.objgen in seen:
            continue
        seen.add(item.objgen)
        action = item.get("/A")
        if isinstance(action, Dictionary) and action.get("/S") != Name.GoTo:
            del item["/A"]
        waiting.extend(item[name] for name in ("/First", "/Next") if name in item)

"""Tasks `sniff` and `inspect`: what a file is, and what is in it."""

from pathlib import Path
from typing import Any

from ..errors import FileRefused, RefusalCode
from ..kinds import FileKind, check_size, recognise
from ..limits import MAX_FILE_BYTES, MAX_PAGES
from .pdf import check_whole, opened

MAX_FIELDS = 5_000
MAX_PAGE_LINKS = 2_000
# Actions that run code, start programs, send or fetch, by the name the PDF standard gives them.
_ACTIVE = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit",
    "/ImportData": "import",
}


def sniff(path: Path, folder: Path, *, max_bytes: int = MAX_FILE_BYTES) -> dict[str, Any]:
    check_size(path, max_bytes)
    return {"kind": recognise(path).value}


def inspect(
    path: Path,
    folder: Path,
    *,
    max_bytes: int = MAX_FILE_BYTES,
    max_pages: int = MAX_PAGES,
) -> dict[str, Any]:
    check_size(path, max_bytes)
    kind = recognise(path)
    facts: dict[str, Any] = {"kind": kind.value}
    if kind is FileKind.PDF:
        check_whole(path)
        facts |= _structure(path, max_pages)
        facts["pages"] = _pages(path)
        if len(facts["labels"]) != len(facts["pages"]):
            raise FileRefused(RefusalCode.DAMAGED, "two readers count different numbers of pages")
    elif kind.is_image:
        from .images import frames

        facts["pages"] = frames(path, max_pages)
    return facts


def _pages(path: Path) -> list[dict[str, Any]]:
    """Size in points as shown, rotation, the visible box in the file's own coordinates, and whether there is text."""
    pages = []
    with opened(path) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            pages.append(
                {
                    "width": round(width, 2),
                    "height": round(height, 2),
                    "rotation": page.get_rotation(),
                    "box": [round(edge, 2) for edge in page.get_cropbox()],
                    "has_text": bool(text.get_text_range(0, min(text.count_chars(), 2_000)).strip()),
                }
            )
            text.close()
            page.close()
    return pages


def _structure(path: Path, max_pages: int) -> dict[str, Any]:
    import pikepdf

    try:
        with pikepdf.open(path, attempt_recovery=True, suppress_warnings=True) as pdf:
            count = len(pdf.pages)
            if count == 0:
                raise FileRefused(RefusalCode.DAMAGED, "no page")
            if count > max_pages:
                raise FileRefused(RefusalCode.TOO_MANY_PAGES, f"{count} pages, at most {max_pages}")
            fields = _fields(pdf)
            return {
                "labels": [str(page.label) for page in pdf.pages],
                "encrypted": pdf.is_encrypted,
                "repaired": bool(pdf.get_warnings()),
                "version": str(pdf.pdf_version),
                "signed_fields": [name for name, kind, filled in fields if kind == "/Sig" and filled],
                "empty_signature_fields": [name for name, kind, filled in fields if kind == "/Sig" and not filled],
                "other_fields": sum(kind != "/Sig" for _, kind, _ in fields),
                "active": sorted(_active(pdf)),
            }
    except pikepdf.PasswordError as error:
        raise FileRefused(RefusalCode.ENCRYPTED, str(error)) from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, LookupError) as error:
        # pikepdf answers objects of an unexpected type with Python's own errors, and qpdf's with RuntimeError.
        raise FileRefused(RefusalCode.DAMAGED, f"{type(error).__name__}: {error}") from None


def _fields(pdf: Any) -> list[tuple[str, str, bool]]:
    """All terminal form fields as (full name, type, whether it has a value)."""
    import pikepdf

    found: list[tuple[str, str, bool]] = []
    seen: set[tuple[int, int]] = set()
    count = 0
    form = pdf.Root.get("/AcroForm")
    waiting = [(field, "", "") for field in (form.get("/Fields") or [])] if form is not None else []
    while waiting:
        field, prefix, inherited = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen)
        count += 1
        if count > MAX_FIELDS:
            raise FileRefused(RefusalCode.BOMB, f"more than {MAX_FIELDS} form fields")
        own = str(field.get("/T", ""))
        name = f"{prefix}.{own}" if prefix and own else prefix or own
        kind = str(field.get("/FT", inherited))
        children = [kid for kid in (field.get("/Kids") or []) if isinstance(kid, pikepdf.Dictionary) and "/T" in kid]
        if children:
            waiting.extend((child, name, kind) for child in children)
        elif kind:
            found.append((name, kind, "/V" in field))
    return sorted(found)


def _active(pdf: Any) -> set[str]:
    """Names of active or hidden content, for a warning; nothing of it is ever run here."""
    import pikepdf

    root = pdf.Root
    found: set[str] = set()
    names = root.get("/Names")
    if names is not None and "/JavaScript" in names:
        found.add("javascript")
    if names is not None and "/EmbeddedFiles" in names:
        found.add("attachments")
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        found.add("xfa")
    holders = [root, *(page.obj for page in pdf.pages)]
    for page in pdf.pages:
        for link in list(page.obj.get("/Annots") or [])[:MAX_PAGE_LINKS]:
            if not isinstance(link, pikepdf.Dictionary):
                continue
            if str(link.get("/Subtype", "")) in (
                "/RichMedia",
                "/Screen",
                "/Movie",
                "/3D",
            ):
                found.add("media")
            if str(link.get("/Subtype", "")) == "/FileAttachment":
                found.add("attachments")
            holders.append(link)
    for holder in holders:
        found |= _actions(holder)
    return found


def _actions(holder: Any) -> set[str]:
    import pikepdf

    candidates = [holder.get("/A"), holder.get("/OpenAction")]
    more = holder.get("/AA")
    if isinstance(more, pikepdf.Dictionary):
        candidates.extend(more.get(key) for key in more.keys())  # noqa: SIM118 - not a Python dictionary
    kinds = (str(item.get("/S", "")) for item in candidates if isinstance(item, pikepdf.Dictionary))
    return {_ACTIVE[kind] for kind in kinds if kind in _ACTIVE}

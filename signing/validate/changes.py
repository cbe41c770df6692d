"""What came after a signature, object by object, and whether the signature allows it."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    QualifiedWhitelistRule,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.validate.reading import BROKEN, Reader, entry

log = logging.getLogger(__name__)

_WORDS = {
    ModificationLevel.NONE: "none",
    ModificationLevel.LTA_UPDATES: "proofs",
    ModificationLevel.FORM_FILLING: "filling",
}
_ACTIVE = frozenset(
    {
        "/AA",
        "/Collection",
        "/EF",
        "/EmbeddedFiles",
        "/JS",
        "/JavaScript",
        "/OCProperties",
        "/OpenAction",
        "/RichMediaContent",
        "/XFA",
    }
)
"""Entries that make a document act, carry files or show and hide parts of itself."""
_ACTIONS = frozenset(
    {"/GoToE", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Rendition", "/SetOCGState", "/SubmitForm"}
)
_UNSEEN_PAGE_KEYS = frozenset({"/Annots", "/Parent", "/LastModified", "/PieceInfo", "/Metadata", "/StructParents"})
_DEEPEST = 40
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_TELLING = tuple(_DUBLIN_CORE + name for name in ("title", "creator", "description", "subject"))


@dataclass(frozen=True)
class Changes:
    """What came after a signature."""

    word: str
    """``none``, ``proofs``, ``filling``, ``forbidden`` or ``unknown``."""
    fields: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def want_pictures(self) -> bool:
        """Whether the pages should be compared as pictures as well."""
        return self.word in ("filling", "unknown")


class _FreedRule(QualifiedWhitelistRule):
    """Objects may be given up that nothing refers to any more: many programs tidy up like that."""

    def apply_qualified(
        self, old: HistoricalResolver, new: HistoricalResolver
    ) -> Iterable[tuple[ModificationLevel, ReferenceUpdate]]:
        freed = new.refs_freed_in_revision()
        if freed:
            new._load_reverse_xref_cache()
        for reference in freed:
            if not new._get_usages_of_ref(reference):
                yield ModificationLevel.LTA_UPDATES, ReferenceUpdate(reference)


_RULES = [*DEFAULT_DIFF_POLICY.global_rules, _FreedRule()]
_POLICIES = (
    # pyHanko takes a drawing older than the signature for one changed in its place, where it allows such changes
    StandardDiffPolicy(
        _RULES,
        FormUpdatingRule(
            [
                SigFieldCreationRule(),
                SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
                GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            ]
        ),
        reject_object_freeing=False,
    ),
    StandardDiffPolicy(_RULES, DEFAULT_DIFF_POLICY.form_rule, reject_object_freeing=False),
)


def changes_after(reader: Reader, signature: EmbeddedPdfSignature) -> Changes:
    """What the revisions after the one signed have changed."""
    base = int(signature.signed_revision)
    if base >= reader.revisions - 1:
        return Changes("none")
    try:
        permission = signature.docmdp_level
        for policy in _POLICIES:
            difference = policy.review_file(reader, base, field_mdp_spec=signature.fieldmdp, doc_mdp=permission)
            if isinstance(difference, DiffResult):
                return _explained(reader, base, permission, difference)
    except (*BROKEN, SignatureValidationError, SuspiciousModification, etree.LxmlError) as error:
        log.info("changes cannot be judged: %s", type(error).__name__)
        return Changes("unknown", (), ("unexplained_change",))
    return _suspicious(reader, base, permission, str(difference))


def _explained(reader: Reader, base: int, permission: MDPPerm | None, difference: DiffResult) -> Changes:
    level = difference.modification_level
    if permission is not None and level.value > permission.value:
        return Changes("forbidden", (), ("forbidden_change",))
    word = _WORDS.get(level, "unknown")
    # pyHanko names untouched fields too, when their appearance is older than the signature
    fields = tuple(sorted(difference.changed_form_fields)) if word == "filling" else ()
    if word == "unknown" or _revived(reader, base) or _drawn_anew(reader, base) or _renamed(reader, base):
        return Changes("unknown", fields, ("unexplained_change",))
    return Changes(word, fields)


def _suspicious(reader: Reader, base: int, permission: MDPPerm | None, said: str) -> Changes:
    """A change that no rule explains: forbidden when it touches what people see or what the document does."""
    if "is locked" in said or "only allowed after an approval" in said or permission is MDPPerm.NO_CHANGES:
        return Changes("forbidden", (), ("forbidden_change",))
    try:
        touched = _made_active(reader, base) or _pages_touched(reader, base)
    except BROKEN as error:
        log.info("changes cannot be read: %s", type(error).__name__)
        touched = False
    if touched:
        return Changes("forbidden", (), ("forbidden_change",))
    return Changes("unknown", (), ("unexplained_change",))


def _revived(reader: Reader, base: int) -> bool:
    """Whether a later table frees or defines a number under another generation than is in use.

    pyHanko reads such entries as concerning nobody; other programs look at the number alone.
    """
    for revision in range(base + 1, reader.revisions):
        data = reader.xrefs.get_xref_data(revision)
        for number, generation in data.freed.items():
            if number and _in_use(reader, number, generation - 1, revision):
                return True
        for number, (generation, _) in data.standard_xrefs.items():
            if _in_use(reader, number, generation, revision):
                return True
    return False


def _in_use(reader: Reader, number: int, generation: int, revision: int) -> bool:
    """Whether before ``revision`` the number was in use under another generation than this."""
    for earlier in range(revision - 1, -1, -1):
        data = reader.xrefs.get_xref_data(earlier)
        if number in data.xrefs_in_objstm:
            return generation != 0
        if number in data.standard_xrefs:
            return bool(data.standard_xrefs[number][0] != generation)
        if number in data.freed:
            return False
    return False


def _drawn_anew(reader: Reader, base: int) -> bool:
    """Whether readers were told to draw all fields anew, with fonts or colours that are not those signed."""
    old, new = (_form(reader, revision) for revision in (base, reader.revisions - 1))
    if not _flag(new, "/NeedAppearances"):
        return False
    if entry(old, "/DA") != entry(new, "/DA"):
        return True
    fonts_before, fonts_now = _fonts(old), _fonts(new)
    return any(fonts_now.get(name) != font for name, font in fonts_before.items())


def _form(reader: Reader, revision: int) -> generic.DictionaryObject:
    form = entry(reader.get_historical_resolver(revision).root, "/AcroForm")
    return form if isinstance(form, generic.DictionaryObject) else generic.DictionaryObject()


def _flag(form: generic.DictionaryObject, key: str) -> bool:
    value = entry(form, key)
    return isinstance(value, generic.BooleanObject) and bool(value.value)


def _fonts(form: generic.DictionaryObject) -> dict[str, Any]:
    """The fonts of a form by name, as references where they are."""
    try:
        fonts = form["/DR"]["/Font"]
        return {name: fonts.raw_get(name) for name in fonts}
    except (KeyError, TypeError):
        return {}


def _renamed(reader: Reader, base: int) -> bool:
    """Whether title, author, subject or keywords are others now; pyHanko looks at the form of metadata alone."""
    return _told(reader, base) != _told(reader, reader.revisions - 1)


def _told(reader: Reader, revision: int) -> list[str]:
    view = reader.get_historical_resolver(revision)
    raw = view.trailer_view.raw_get("/Info") if "/Info" in view.trailer_view else generic.NullObject()
    info = view(raw.reference) if isinstance(raw, generic.IndirectObject) else raw
    told = [str(entry(info, key, "")) for key in ("/Title", "/Author", "/Subject", "/Keywords")]
    packet = entry(view.root, "/Metadata")
    if isinstance(packet, generic.StreamObject):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for element in etree.fromstring(packet.data, parser).iter(*_TELLING):
            told.append(f"{element.tag} {' '.join(''.join(element.itertext()).split())}")
    return told


def _made_active(reader: Reader, base: int) -> bool:
    """Whether a later revision gave an object an entry that makes the document act, and that was not there before."""
    old = reader.get_historical_resolver(base)
    for revision in range(base + 1, reader.revisions):
        new = reader.get_historical_resolver(revision)
        for reference in new.explicit_refs_in_revision():
            known = reader.xrefs.get_historical_ref(reference, base) is not None
            before = set(_active_entries(old(reference))) if known else set()
            if set(_active_entries(_object(new, reference))) - before:
                return True
    return False


def _object(view: HistoricalResolver, reference: generic.Reference) -> generic.PdfObject:
    if view.reader.xrefs.get_historical_ref(reference, view.revision) is None:
        return generic.NullObject()
    return view(reference)


def _active_entries(thing: Any, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(thing, generic.DictionaryObject):
        for key in thing:
            if key in _ACTIVE:
                yield f"{key} {thing.raw_get(key)}"
            if key == "/S" and thing.raw_get(key) in _ACTIONS:
                yield str(thing.raw_get(key))
            yield from _active_entries(thing.raw_get(key), depth + 1)
    elif isinstance(thing, generic.ArrayObject):
        for value in iter(thing):
            yield from _active_entries(value, depth + 1)


def _pages_touched(reader: Reader, base: int) -> bool:
    """Whether a page is new, gone or moved, or anything it draws was replaced (notes and fields left aside)."""
    old, new = reader.get_historical_resolver(base), reader.get_historical_resolver(reader.revisions - 1)
    before, now = list(_pages(old)), list(_pages(new))
    if [page.reference for page in before] != [page.reference for page in now]:
        return True
    for one, other in zip(before, now, strict=True):
        first, second = _drawn(one.get_object()), _drawn(other.get_object())
        if first != second:
            return True
        for value in second.values():
            for reference in new.collect_dependencies(value):
                if reader.xrefs.get_last_change(reference) > base:
                    return True
    return False


def _pages(view: HistoricalResolver) -> Iterator[generic.IndirectObject]:
    waiting = [view.root.raw_get("/Pages")]
    seen: set[generic.Reference] = set()
    while waiting:
        node = waiting.pop()
        if node.reference in seen:
            raise ValueError("a page twice")
        seen.add(node.reference)
        content = node.get_object()
        if "/Kids" in content:
            waiting += list(reversed(list(content["/Kids"])))
        else:
            yield node


def _drawn(page: generic.DictionaryObject) -> dict[str, Any]:
    return {key: page.raw_get(key) for key in page if key not in _UNSEEN_PAGE_KEYS}

"""The file as it was in one revision; as pyHanko shows it, sooner.

Judging asks each signed revision where everything in it is used, and looks at every object of it: that was a third
of the time of judging.  What is overridden here answers what pyHanko's class answers
(``tests/signing/test_views.py`` compares them on every attack and every lawful file).
"""

# mypy: disable-error-code="no-untyped-call,no-untyped-def"
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, RawPdfPath

_HOLDING = (generic.IndirectObject, generic.DictionaryObject, generic.ArrayObject)
_HOLDERS = frozenset(_HOLDING)
_BARE = frozenset({generic.StreamObject})
_PLAIN = frozenset(
    {
        generic.BooleanObject,
        generic.ByteStringObject,
        generic.FloatObject,
        generic.NameObject,
        generic.NullObject,
        generic.NumberObject,
        generic.TextStringObject,
    }
)

_Path = tuple[Any, ...]
"""The last step and the path before it; the empty tuple is the trailer."""
_PAGES: _Path = ("/Pages", ("/Root", ()))
_STRUCTURE: _Path = ("/StructTreeRoot", ("/Root", ()))


class View(HistoricalResolver):
    """The file as it was in one revision."""

    def __init__(self, reader: Any, revision: int) -> None:
        super().__init__(reader, revision)
        self._references: dict[tuple[int, int], generic.IndirectObject] = {}
        self._paths: dict[generic.Reference, list[_Path]] | None = None
        self._bare: dict[tuple[int, int], Any] = {}

    def get_object(self, ref: Any, as_metadata_stream: bool = False) -> Any:
        if as_metadata_stream or ref in self.cache:
            return super().get_object(ref, as_metadata_stream)
        found = self.cache[ref] = self._subsume_object(self._read(ref))
        return found.decrypted if isinstance(found, generic.DecryptedObjectProxy) else found

    def bare(self, ref: Any) -> Any:
        """An object whose references lead into the newest revision: enough for seeing what it refers to."""
        found = self._read(ref)
        return found if type(found) in _HOLDERS or type(found) in _BARE else self(ref)

    def _read(self, ref: Any) -> Any:
        """The object as the reader has it: as it is now, where it was not changed after this revision."""
        place = ref.idnum, ref.generation
        if place not in self._bare:
            reader = self.reader
            try:
                changed = reader.xrefs.get_last_change(ref)
            except KeyError:
                changed = None
            revision = None if changed is not None and changed <= self.revision else self.revision
            self._bare[place] = reader.get_object(ref, revision, transparent_decrypt=False)
        return self._bare[place]

    def _subsume_object(self, obj: Any) -> Any:
        kind = type(obj)
        if kind in _PLAIN:
            return obj
        if kind in _HOLDERS or kind is generic.StreamObject:
            own = obj.get_container_ref()
            return self._taken_over(obj, generic.Reference(own.idnum, own.generation, self))
        return self._unusual(obj)

    def _unusual(self, obj: Any) -> Any:
        """What pyHanko's own way is for: what is encrypted, and other kinds of streams."""
        return super()._subsume_object(obj)

    def _taken_over(self, obj: Any, container: generic.Reference) -> Any:
        """A copy whose references lead into this revision; ``container`` is the object that it is a part of."""
        kind = type(obj)
        if kind is generic.IndirectObject:
            own = obj.reference
            place = own.idnum, own.generation
            known = self._references.get(place)
            if known is None:
                known = self._references[place] = generic.IndirectObject(*place, self)
            return known
        if kind in _PLAIN:
            return obj
        result: Any
        if kind is generic.ArrayObject:
            result = generic.ArrayObject(
                self._taken_over(value, container) if type(value) not in _PLAIN else value for value in obj
            )
        elif kind is generic.DictionaryObject or kind is generic.StreamObject:
            entries = {
                key: self._taken_over(value, container) if type(value) not in _PLAIN else value
                for key, value in obj.items()
            }
            if kind is generic.StreamObject:
                result = generic.StreamObject(entries, encoded_data=obj.encoded_data)
            else:
                result = generic.DictionaryObject.__new__(generic.DictionaryObject)
                dict.update(result, entries)
        else:
            return self._subsume_object(obj)
        result.container_ref = container
        return result

    # --- where everything is used ---------------------------------------------------------------------------------
    def _load_reverse_xref_cache(self) -> None:
        if self._paths is None:
            self._paths = _Walk(self).paths()

    def _get_usages_of_ref(self, ref: generic.Reference) -> set[RawPdfPath]:
        return {RawPdfPath(*_steps(path)) for path in (self._paths or {}).get(ref, ())}


def _steps(path: _Path) -> list[str | int]:
    steps = []
    while path:
        step, path = path
        steps.append(step)
    steps.reverse()
    return steps


class _Walk:
    """All paths from the trailer to every object, but for those that tell nothing.

    Pages are entered by way of the page tree alone, elements of the structure by way of the structure tree alone.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._found: dict[generic.Reference, list[_Path]] = defaultdict(list)
        self._seen: set[generic.Reference] = set()
        self._pages: dict[generic.Reference, _Path] = {}
        self._elements: set[generic.Reference] = set()

    def paths(self) -> dict[generic.Reference, list[_Path]]:
        """The paths by object.  Raises PdfReadError for a tree that leads back into itself."""
        root = self._view.root
        pages = root.raw_get("/Pages")
        if isinstance(pages, generic.IndirectObject):
            self._pages[pages.reference] = _PAGES
        for reference, path in self._page_tree(pages.get_object(), _PAGES):
            if reference in self._pages:
                raise PdfReadError("Circular reference in page tree in mapping stage")
            self._pages[reference] = path
        try:
            for reference in self._structure_tree(root.raw_get("/StructTreeRoot").get_object()):
                if reference in self._elements:
                    raise PdfReadError("Circular reference in structure tree in mapping stage")
                self._elements.add(reference)
        except KeyError:
            pass
        self._walk(self._view.trailer_view, (), structure=False)
        return self._found

    def _page_tree(self, node: Any, path: _Path) -> Iterator[tuple[generic.Reference, _Path]]:
        for index, kid in enumerate(node["/Kids"]):
            at = (index, ("/Kids", path))
            if isinstance(kid, generic.IndirectObject):
                yield kid.reference, at
            below = kid.get_object()
            if below.get("/Type", None) == "/Pages":
                yield from self._page_tree(below, at)

    def _structure_tree(self, element: Any) -> Iterator[generic.Reference]:
        try:
            children = element["/K"]
        except KeyError:
            return
        for one in children if isinstance(children, generic.ArrayObject) else (children,):
            child, reference = one, None
            if isinstance(one, generic.IndirectObject):
                child, reference = one.get_object(), one.reference
            if not isinstance(child, generic.DictionaryObject):
                continue  # a piece of content
            try:
                if child["/Type"] != "/StructElem":
                    continue
            except KeyError:
                pass  # that is what it is then
            if reference is not None:
                yield reference
            yield from self._structure_tree(child)

    def _walk(self, obj: Any, path: _Path, *, structure: bool) -> None:
        reference = None
        if isinstance(obj, generic.IndirectObject):
            reference = obj.reference
            if reference in self._seen:
                return
            self._found[reference].append(path)
            obj = self._view.bare(reference)
            if self._pages.get(reference, path) != path or (not structure and reference in self._elements):
                return
            self._seen.add(reference)
        try:
            self._walk_into(obj, path, structure=structure)
        finally:
            if reference is not None:
                self._seen.discard(reference)

    def _walk_into(self, obj: Any, path: _Path, *, structure: bool) -> None:
        if isinstance(obj, generic.DictionaryObject):
            for key, value in obj.items():
                if not isinstance(value, _HOLDING) or key == "/Parent" or (structure and key == "/P"):
                    continue
                inside = structure or (key == "/K" and path == _STRUCTURE)
                self._walk(value, (key, path), structure=inside)
        elif isinstance(obj, generic.ArrayObject):
            for index, value in enumerate(obj):
                if isinstance(value, _HOLDING):
                    self._walk(value, (index, path), structure=structure)

"""A revision as it is shown here is the one that pyHanko shows: on every attack and every lawful file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver

from edocs.limited import warming
from signing.validate.reading import BROKEN, NeedsPassword, Reader, opened
from signing.validate.views import View
from tests.signing.attacks.world import ATTACKS, LAWFUL, World


class Original(HistoricalResolver):
    """pyHanko's own, which keeps its answers."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


def told(thing: Any, view: HistoricalResolver, *, inside: bool = False) -> Any:
    """All that can be seen of an object of a revision."""
    facts: list[Any] = [type(thing)]
    if isinstance(thing, generic.IndirectObject):
        return [*facts, thing.idnum, thing.generation, thing.get_pdf_handler() is view]
    if isinstance(thing, generic.DecryptedObjectProxy):
        return [*facts, told(thing.raw_object, view, inside=True)]
    if isinstance(thing, dict | list):
        own: Any = thing.container_ref
        facts += [own.idnum, own.generation, own.pdf is view]
    if isinstance(thing, generic.StreamObject):
        facts.append(thing.encoded_data)
    if isinstance(thing, dict):
        return [*facts, [(str(key), told(value, view, inside=True)) for key, value in thing.items()]]
    if isinstance(thing, list):
        return [*facts, [told(value, view, inside=True) for value in iter(thing)]]
    return [*facts, "" if isinstance(thing, generic.NullObject) else str(thing)]


def outcome(work: Any) -> Any:
    try:
        return work()
    except BROKEN as error:
        return type(error), str(error)


def usages(view: HistoricalResolver, numbers: set[int]) -> dict[int, set[Any]]:
    view._load_reverse_xref_cache()
    return {number: view._get_usages_of_ref(generic.Reference(number, 0)) for number in numbers}


def compare(reader: Reader) -> int:
    """Compare every revision, and every object in each; how many places of objects were found."""
    places = 0
    numbers = {number for revision in range(reader.revisions) for number in _numbers(reader, revision)}
    for number in (*numbers, max(numbers) + 1):
        reference = generic.Reference(number, 0)
        for _twice in range(2):
            ours, original = (outcome(lambda ask=ask, number=reference: ask(number)) for ask in _last_changes(reader))
            assert str(ours) == str(original)
    for revision in range(reader.revisions):
        ours, original = reader.get_historical_resolver(revision), Original(reader, revision)
        assert isinstance(ours, View)
        for number in sorted(numbers):
            one, other = (
                outcome(lambda view=view, number=number: told(view(generic.Reference(number, 0, view)), view))
                for view in (ours, original)
            )
            assert str(one) == str(other)
        found = outcome(lambda view=ours: usages(view, numbers))
        assert found == outcome(lambda view=original: usages(view, numbers))
        places += sum(map(len, found.values())) if isinstance(found, dict) else 0
    return places


def _last_changes(reader: Reader) -> tuple[Any, Any]:
    """What asks for the last change of a number here, and in pyHanko."""
    return reader.xrefs.get_last_change, lambda reference: type(reader.xrefs).get_last_change(reader.xrefs, reference)


def _numbers(reader: Reader, revision: int) -> set[int]:
    data = reader.xrefs.get_xref_data(revision)
    return set(data.standard_xrefs) | set(data.xrefs_in_objstm) | set(data.freed)


def test_the_sample_letter_is_shown_alike() -> None:
    with opened(warming.LETTER, strict=True) as (reader, _):
        assert compare(reader) > 300


@pytest.mark.parametrize("sample", [*ATTACKS, *LAWFUL], ids=str)
def test_every_file_is_shown_alike(sample: Any, world: World, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(sample.make(world))
    for strict in (True, False):
        with ExitStack() as stack:
            try:
                reader, _ = stack.enter_context(opened(path, strict=strict))
            except (*BROKEN, NeedsPassword):
                continue  # it is not read at all like this
            compare(reader)

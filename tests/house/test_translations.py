"""Vietnamese catalogues: whole, printable, and the ones that are really shown."""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "edocs").rglob("locale/vi/LC_MESSAGES/django.po"))
#: the one of LOCALE_PATHS, which wins over those of the apps
COMMON = ROOT / "edocs/locale/vi/LC_MESSAGES/django.po"

NAMED = re.compile(r"%\((\w+)\)[-#0+ ]*\d*(?:\.\d+)?([a-zA-Z])")
BARE = re.compile(r"%[-#0+ ]*\d*(?:\.\d+)?([sdrfi])")
BRACE = re.compile(r"\{(\w*)\}")
TAG = re.compile(r"<[^<>]+>")
#: words that are the same in both languages
SAME = {"English", "PDF, DOCX, XLSX, ODT, PNG, JPEG, TIFF"}


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="vi", abort_invalid=True)


def sentences() -> Iterator[tuple[Path, Message]]:
    for path in CATALOGUES:
        for message in read(path):
            if message.id:
                yield path, message


def english(message: Message) -> list[str]:
    return [str(text) for text in message.id] if isinstance(message.id, list | tuple) else [str(message.id)]


def vietnamese(message: Message) -> list[str]:
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return [text or "" for text in texts]


def key(message: Message) -> tuple[str, str]:
    return message.context or "", english(message)[0]


def faults(wrong: Callable[[Message], bool]) -> list[str]:
    """Every message that ``wrong`` finds fault with, named by its file."""
    return [f"{path.relative_to(ROOT)}: {english(one)[0]!r}" for path, one in sentences() if wrong(one)]


def places(text: str) -> tuple[Counter[tuple[str, str]], Counter[str], Counter[str]]:
    """What is filled in: %(name)s, {name}, bare %s."""
    rest = NAMED.sub("", text).replace("%%", "")
    bare = Counter(match.group(1) for match in BARE.finditer(rest))
    return Counter(set(NAMED.findall(text))), Counter(set(BRACE.findall(text))), bare


def test_there_are_catalogues() -> None:
    assert COMMON in CATALOGUES
    assert len(list(sentences())) > 500


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalogue_is_whole(path: Path) -> None:
    """It can be read, is of one plural form, and says nothing twice."""
    catalogue = read(path)
    assert catalogue.num_plurals == 1
    keys = [line for line in path.read_text("utf-8").splitlines() if line.startswith("msgid ")]
    assert len(keys) - 1 == len(catalogue), "a sentence stands twice"


def test_every_sentence_has_words_that_somebody_confirmed() -> None:
    assert not faults(lambda one: bool(one.fuzzy) or not all(vietnamese(one)))


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    def differs(one: Message) -> bool:
        # A plural may leave the number out in English ("one day"), never in Vietnamese.
        wanted = places(english(one)[-1])
        return any(places(text) != wanted for text in vietnamese(one))

    assert not faults(differs)


def test_a_percent_sign_in_a_pattern_is_doubled() -> None:
    def breaks(one: Message) -> bool:
        values: dict[str, int] = defaultdict(int)
        for text in vietnamese(one):
            if not NAMED.search(text):
                continue
            try:
                text % values
            except (TypeError, ValueError):
                return True
        return False

    assert not faults(breaks)


def test_tags_are_the_same_in_both_languages() -> None:
    def differs(one: Message) -> bool:
        wanted = Counter(TAG.findall(english(one)[-1]))
        return any(Counter(TAG.findall(text)) != wanted for text in vietnamese(one))

    assert not faults(differs)


def test_texts_are_composed() -> None:
    def decomposed(one: Message) -> bool:
        return any(unicodedata.normalize("NFC", text) != text for text in [*english(one), *vietnamese(one)])

    assert not faults(decomposed)


def test_nothing_was_left_in_english() -> None:
    def left(one: Message) -> bool:
        text = english(one)[0]
        words = TAG.sub("", BRACE.sub("", NAMED.sub("", text)))
        return text in vietnamese(one) and text not in SAME and any(letter.isalpha() for letter in words)

    assert not faults(left)


def test_no_catalogue_contradicts_another() -> None:
    """A sentence has one Vietnamese text; which one wins would hang on the order of the apps.

    The common catalogue decides where a page needs another word than the app that has it too.
    """
    said: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, one in sentences():
        said[key(one)][vietnamese(one)[0]].append(str(path.relative_to(ROOT)))
    decided = {key(one) for one in read(COMMON)}
    assert not {one: dict(texts) for one, texts in said.items() if len(texts) > 1 and one not in decided}


def test_what_the_catalogues_say_is_shown() -> None:
    """Django's own apps come first and win over ours; where they say something else, the common catalogue decides."""
    foreign: dict[str, str] = {}
    for app in apps.get_app_configs():
        compiled = Path(app.path) / "locale/vi/LC_MESSAGES/django.mo"
        if app.name.startswith("edocs.") or not compiled.exists():
            continue
        with compiled.open("rb") as source:
            translations = gettext.GNUTranslations(source)
        for _path, one in sentences():
            context, text = key(one)
            shown = translations.pgettext(context, text) if context else translations.gettext(text)
            if shown != text:
                foreign.setdefault(f"{context}\4{text}", shown)
    decided = {key(one) for one in read(COMMON)}
    hidden = {
        f"{path.relative_to(ROOT)}: {key(one)[1]!r}": foreign["\4".join(key(one))]
        for path, one in sentences()
        if key(one) not in decided and foreign.get("\4".join(key(one)), vietnamese(one)[0]) not in vietnamese(one)
    }
    assert not hidden

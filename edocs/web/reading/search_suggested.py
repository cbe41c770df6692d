"""What is offered while somebody types into the search box: what they searched before, documents, agencies, people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from edocs.documents.access import visible, withdrawn_from
from edocs.documents.indexing import engine
from edocs.documents.services.searches import recent_of
from edocs.office.models import Person
from edocs.office.queries import tokens_of
from edocs.web.reading.search_form import written
from edocs.workflow.queries.receivers import find_receivers
from search import SearchError, Suggestion

LETTERS = 2
DOCUMENTS = 6
PEOPLE = 3


def suggested(person: Person, typed: str) -> list[dict[str, Any]]:
    """Lines in the order they are shown, each with its group, its words and where it leads."""
    lines = [_line(_("Searched before"), words, _search(words), icon="history") for words in recent_of(person, typed)]
    if len(typed) < LETTERS:
        return lines
    lines += _found(person, typed)
    people = [one for one in find_receivers(typed) if not one.is_unit][:PEOPLE]
    for one in people:
        where = _search(written("signer", one.label))
        lines.append(_line(_("People"), one.label, where, hint=one.hint, icon="user"))
    return lines


def _found(person: Person, typed: str) -> list[dict[str, Any]]:
    """Documents and agencies from the engine; what the database does not let through is left out."""
    unheard = withdrawn_from(person)
    try:
        found = engine().suggest(typed, tokens_of(person), limit=DOCUMENTS)
    except SearchError:
        return []
    documents = [one for one in found if one.kind == "document" and one.id]
    seen = set(visible(person).filter(pk__in=[int(one.id) for one in documents]).values_list("pk", flat=True))
    lines = [
        _line(_("Documents"), one.text, reverse("document", args=[int(one.id)]), code=one.code, icon="file-text")
        for one in documents
        if int(one.id) in seen
    ]
    # a name may stand in a document alone that this person was allowed to see a moment ago
    names: list[Suggestion] = [] if unheard else [one for one in found if one.kind == "issuer"]
    lines += [_line(_("Agencies"), one.text, _search(written("issuer", one.text)), icon="building") for one in names]
    return lines


def _search(words: str) -> str:
    return f"{reverse('search')}?{urlencode({'q': words})}"


def _line(group: str, label: str, url: str, *, code: str = "", hint: str = "", icon: str = "") -> dict[str, Any]:
    return {"group": group, "label": label, "url": url, "code": code, "hint": hint, "icon": icon}

"""Reading who is who."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.db.models import Q, QuerySet, Value

from edocs import clock
from edocs.office.models import Agency, Authority, Correspondent, Delegation, DocumentKind, Person, Role, Unit
from search.analysis import fold

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONES = {"̀": 1, "̉": 2, "̃": 3, "́": 4, "̣": 5}


def collation_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Vietnamese alphabetical order: letters first, tones after (domain §9, row 10)."""
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", text.lower()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((TONES[part] for part in parts if part in TONES), 0)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        letters.append(ALPHABET.index(base) + 100 if base in ALPHABET else min(ord(base[0]), 99))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def name_key(full_name: str) -> tuple[object, ...]:
    """Sort people by given name, then middle, then family name (domain §9, row 11)."""
    return tuple(collation_key(word) for word in reversed(full_name.split()))


def the_agency() -> Agency:
    """The agency whose office this is."""
    return Agency.objects.order_by("id").get()


def tokens_of(person: Person) -> list[str]:
    """What a person may see by: ``u:<person>``, ``g:<unit>``, ``r:<role>`` (two statements, kept with the object).

    The same tokens stand in ``documents.AccessEntry`` and in the search index.
    """
    if not person.is_active:
        return []
    kept: list[str] | None = getattr(person, "_tokens", None)
    if kept is not None:
        return kept
    tokens = [f"u:{person.pk}", *(f"r:{role}" for role in sorted(person.role_names))]
    if person.unit_id:
        tokens.append(f"g:{person.unit_id}")
    acted_for = Delegation.objects.filter(Delegation.on(clock.today()), delegate=person)
    headed = Unit.objects.filter(head=person).order_by()
    also = acted_for.values_list(Value("u"), "person_id").union(headed.values_list(Value("g"), "pk"))
    tokens += [token for letter, pk in also if (token := f"{letter}:{pk}") not in tokens]
    person._tokens = tokens  # type: ignore[attr-defined]
    return tokens


def acts_for(person: Person) -> QuerySet[Person]:
    """People for whom this person acts today."""
    today = clock.today()
    held = Delegation.objects.filter(Delegation.on(today), delegate=person)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True)


def headed_units(person: Person) -> list[int]:
    """Units this person is head of."""
    return list(Unit.objects.filter(head=person).values_list("pk", flat=True))


def people_with_role(role: Role) -> QuerySet[Person]:
    """Active people who hold a role."""
    return Person.objects.filter(is_active=True, role_grants__role=role).select_related("unit", "position")


def authorities_of(person: Person, *, kind: DocumentKind | None, field_id: int | None, day: dt.date) -> list[Authority]:
    """Authorities under which a person may sign a document of this kind and field on a day (R-LAW-12)."""
    held = person.authorities.filter(Authority.on(day)).prefetch_related("kinds", "fields").order_by("prefix", "id")
    fitting = []
    for authority in held:
        kinds = {row.pk for row in authority.kinds.all()}
        fields = {row.pk for row in authority.fields.all()}
        if kinds and (kind is None or kind.pk not in kinds):
            continue
        if fields and field_id is not None and field_id not in fields:
            continue
        fitting.append(authority)
    return fitting


def signatories(*, kind: DocumentKind, field_id: int | None, day: dt.date) -> list[tuple[Person, Authority]]:
    """Everybody who may sign such a document on a day, with the authority that fits."""
    people = Person.objects.filter(is_active=True, authorities__isnull=False).distinct()
    found = []
    for person in people.select_related("position", "unit"):
        held = authorities_of(person, kind=kind, field_id=field_id, day=day)
        if held:
            found.append((person, held[0]))
    return found


def find_correspondents(words: str, limit: int = 12) -> QuerySet[Correspondent]:
    """Outside agencies whose name, alias, abbreviation or code holds the words, accents not needed."""
    folded = fold(words)
    wanted = (
        Q(folded__contains=folded)
        | Q(aliases__folded__contains=folded)
        | Q(abbreviation__iexact=words)
        | Q(code__iexact=words)
        | Q(code_old__iexact=words)
    )
    return Correspondent.objects.filter(Correspondent.on(clock.today()) & wanted).distinct().order_by("name")[:limit]

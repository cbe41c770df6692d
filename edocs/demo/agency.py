"""The demonstration agency as an administrator would have entered it: catalogues, people, keys."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from edocs.deadlines.models import CalendarDay, OfficeHours
from edocs.demo.content import agency as told
from edocs.demo.content import catalogue
from edocs.demo.content.correspondents import CORRESPONDENTS
from edocs.demo.content.people import PEOPLE
from edocs.documents.models import Book
from edocs.journal.services import record
from edocs.office.models import (
    Agency,
    Authority,
    Correspondent,
    CorrespondentAlias,
    DocumentKind,
    Field,
    InstructionTemplate,
    Person,
    Position,
    RoleGrant,
    Unit,
)
from edocs.signatures.backend import using
from edocs.signatures.models import Purpose
from edocs.signatures.services.keys import register_key
from edocs.signatures.services.trust import adopt_installed
from edocs.workflow.models import ChainTemplate, StepTemplate
from signing.demo_images import demo_seal_image, demo_signature_image
from signing.demo_pki import SEAL_KEY_ID, DemoHolder, DemoPki, make_demo_pki
from signing.process.backend import SigningBackend

PASSWORD = "edocs-demo"  # noqa: S105 - shown on the log-in page of the demonstration
KEY_PASSWORD = "khoa-demo"  # noqa: S105 - opens demonstration keys, worthless elsewhere
SHOWN = (
    "vanthu",
    "giamdoc",
    "phogiamdoc",
    "truongphong1",
    "truongphong2",
    "chanhvanphong",
    "chuyenvien1",
    "chuyenvien2",
    "chuyenvien3",
    "chuyenvien4",
    "quantri",
)
DAY_KINDS = {"holiday": "holiday", "day_in_lieu": "in_lieu", "working_saturday": "working"}


@transaction.atomic
def make_agency() -> Agency:
    """Enter everything; called once, on an empty database."""
    of = told.AGENCY
    agency = Agency.objects.create(
        name=of.name,
        short_name=f"{of.short_name}",
        superior=of.superior,
        abbreviation=of.abbreviation,
        place=of.place,
        code=of.code,
        code_old=of.old_code,
        address=of.address,
        seal_image=demo_seal_image((of.superior, of.short_name)),
    )
    units = {row.key: Unit.objects.create(name=row.name, abbreviation=row.key, order=row.order) for row in told.UNITS}
    people = _people(units)
    for row in told.UNITS:
        Unit.objects.filter(pk=units[row.key].pk).update(head=people[row.head])
    kinds = _kinds()
    fields = {row.key: Field.objects.create(name=row.name, unit=units.get(row.unit)) for row in catalogue.FIELDS}
    _authorities(people, kinds, fields)
    _books(agency, kinds)
    _chains(kinds)
    _correspondents()
    _calendar()
    for order, template in enumerate(catalogue.INSTRUCTION_TEMPLATES):
        # "Giao {lead} chủ trì" names the unit; a sentence for every document says what the unit is there
        text = template.text.replace("{lead} chủ trì", "{lead}").replace(". {lead}", ". Đơn vị chủ trì")
        text = text.replace("{lead}", "đơn vị chủ trì")
        InstructionTemplate.objects.create(
            person=people.get(template.username), text=text, working_days=template.working_days, order=order
        )
    record("demo.agency", agency, by=people["quantri"], after={"people": len(people), "units": len(units)})
    return agency


def _people(units: dict[str, Unit]) -> dict[str, Person]:
    hashed = make_password(PASSWORD)
    made: dict[str, Person] = {}
    for row in PEOPLE:
        post, _ = Position.objects.get_or_create(name=row.position)
        person = Person(username=row.username, full_name=row.full_name, unit=units[row.unit], position=post)
        person.password = hashed
        person.save()
        made[row.username] = person
        RoleGrant.objects.bulk_create(RoleGrant(person=person, role=str(role)) for role in sorted(row.roles))
    return made


def _kinds() -> dict[str, DocumentKind]:
    groups = {"administrative", "legal", "copy"}
    return {
        row.key: DocumentKind.objects.create(
            name=row.name,
            name_en=row.name_en,
            abbreviation=row.abbreviation,
            group=row.group if row.group in groups else "administrative",
            order=order,
        )
        for order, row in enumerate(catalogue.KINDS)
    }


def _authorities(people: dict[str, Person], kinds: dict[str, DocumentKind], fields: dict[str, Field]) -> None:
    for row in told.AUTHORITIES:
        head = row.lines[0].removeprefix(row.prefix).strip() if row.prefix else ""
        made = Authority.objects.create(
            person=people[row.username],
            prefix=row.prefix,
            head_title=head,
            own_title=row.lines[-1],
            basis=row.basis,
            valid_from=row.since,
            valid_to=row.until,
        )
        made.kinds.set(kinds[key] for key in row.kinds)
        made.fields.set(fields[key] for key in row.fields)


def _books(agency: Agency, kinds: dict[str, DocumentKind]) -> None:
    for order, row in enumerate(catalogue.BOOKS):
        book = Book.objects.create(name=row.name, direction=row.direction, agency=agency, order=order)
        book.kinds.set(kinds[key] for key in row.kinds)


def _chains(kinds: dict[str, DocumentKind]) -> None:
    steps = {"content_check": "content", "format_check": "format", "sign": "sign"}
    for order, row in enumerate(catalogue.CHAINS):
        chain = ChainTemplate.objects.create(name=row.name, order=order)
        chain.kinds.set(kinds[key] for key in row.kinds)
        wanted = [steps[str(step.kind)] for step in row.steps if str(step.kind) in steps]
        StepTemplate.objects.bulk_create(
            StepTemplate(chain=chain, kind=kind, order=number) for number, kind in enumerate(wanted)
        )


def _correspondents() -> None:
    for row in CORRESPONDENTS:
        made = Correspondent.objects.create(
            name=row.label,
            abbreviation=row.symbol,
            code=row.code,
            code_old=row.old_code,
            valid_from=row.since,
            valid_to=row.until,
        )
        for alias in {row.name, *row.aliases} - {row.label}:
            CorrespondentAlias.objects.create(correspondent=made, name=alias)


def _calendar() -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(day=row.day, kind=DAY_KINDS[row.kind], name=row.name) for row in catalogue.CALENDAR
    )
    (morning_from, morning_to), (afternoon_from, afternoon_to) = catalogue.OFFICE_HOURS
    OfficeHours.objects.create(
        since="2024-01-01",
        morning_from=morning_from,
        morning_to=morning_to,
        afternoon_from=afternoon_from,
        afternoon_to=afternoon_to,
    )


def make_keys() -> DemoPki:
    """The demonstration's authorities and keys; what exists is kept, so a second start takes no time."""
    signers = sorted({row.username for row in told.AUTHORITIES})
    people = {person.username: person for person in Person.objects.filter(username__in=signers)}
    name = told.AGENCY.name
    holders = [
        DemoHolder(username, people[username].full_name, name, KEY_PASSWORD, people[username].position_title)
        for username in signers
    ]
    return make_demo_pki(settings.KEYS_DIR, holders, DemoHolder(SEAL_KEY_ID, name, name, KEY_PASSWORD))


def enter_keys(pki: DemoPki) -> None:
    """Enter the keys and the pictures of the signatures."""
    administrator = Person.objects.get(username="quantri")
    with using(SigningBackend(pki.keys, pki.trust, pki.timestamper())):
        for person in Person.objects.filter(authorities__isnull=False).distinct():
            register_key(reference=person.username, purpose=Purpose.PERSON, owner=person, by=administrator)
            Person.objects.filter(pk=person.pk).update(signature_image=demo_signature_image(person.full_name))
        register_key(reference=SEAL_KEY_ID, purpose=Purpose.SEAL, owner=None, by=administrator)
    adopt_installed(by=administrator)

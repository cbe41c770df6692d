"""Plays what happened in the office through the services, each event at its own moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Q

from edocs import clock
from edocs.deadlines.models import Extension as AskedExtension
from edocs.deadlines.models import ExtensionState
from edocs.deadlines.services import working_calendar
from edocs.demo import case_files, letters
from edocs.demo.agency import KEY_PASSWORD
from edocs.demo.content import Event, Verb
from edocs.demo.content.catalogue import FIELDS_BY_KEY, KINDS_BY_KEY
from edocs.demo.content.correspondents import CORRESPONDENTS
from edocs.demo.content.model import Channel, StepKind
from edocs.demo.content.story import Arrival, Departure, Extension, Fate, Instruction, Note, Step, Story
from edocs.demo.models import Told
from edocs.documents.choices import Channel as Way
from edocs.documents.models import Document
from edocs.documents.services.files import main_version
from edocs.documents.services.registering import (
    GivenFile,
    IncomingFields,
    cancel_registration,
    register_incoming,
)
from edocs.documents.storage import keep
from edocs.errors import Refusal
from edocs.jobs import services as jobs
from edocs.jobs.handing import held_back
from edocs.jobs.models import Job, JobState
from edocs.limited.signatures import own_files
from edocs.office.models import Correspondent, DocumentKind, Field, Person, Unit
from edocs.signatures.backend import using
from edocs.workflow.models import (
    OPEN_ASSIGNMENT,
    Assignment,
    AssignmentState,
    StepState,
)
from edocs.workflow.models import Step as ApprovalStep
from edocs.workflow.models import (
    StepKind as CheckKind,
)
from edocs.workflow.services import approving, assignments, drafting, extensions, handling, issuing, signing
from edocs.workflow.services.addressing import RecipientLine
from signing import LoadedKey, LocalTimestamper, Trust, load_pkcs12
from signing.demo_pki import AUTHORITY_PASSWORD, DemoPki
from signing.process.backend import SigningBackend

WAYS = {Channel.AXIS: Way.AXIS, Channel.POST: Way.POST, Channel.DIRECT: Way.HAND, Channel.EMAIL: Way.EMAIL}
FOLLOWING = ("workflow.prepare", "workflow.sign", "workflow.seal")
PDF = "application/pdf"


class Player:
    """Plays events in their order; keeps which documents a story became in ``demo.Told``."""

    def __init__(self, pki: DemoPki) -> None:
        self._pki = pki
        self._verbs: dict[Verb, Callable[[Event], None]] = {
            Verb.REGISTER: self._register,
            Verb.SUBMIT: self._submit,
            Verb.INSTRUCT: self._instruct,
            Verb.ACCEPT: self._accept,
            Verb.REPORT_PROGRESS: self._progress,
            Verb.ASK_EXTENSION: self._ask,
            Verb.DECIDE_EXTENSION: self._decide,
            Verb.RETURN: self._return,
            Verb.CANCEL: self._cancel,
            Verb.FINISH: self._finish,
            Verb.DRAFT: self._draft,
            Verb.STEP: self._step,
        }

    @cached_property
    def _stamping_key(self) -> LoadedKey:
        return load_pkcs12((self._pki.folder / "authority" / "tsa.p12").read_bytes(), AUTHORITY_PASSWORD)

    @cached_property
    def _trust(self) -> Trust:
        return self._pki.trust

    @cached_property
    def people(self) -> dict[str, Person]:
        return {person.username: person for person in Person.objects.select_related("unit", "position")}

    @cached_property
    def units(self) -> dict[str, Unit]:
        return {unit.abbreviation: unit for unit in Unit.objects.all()}

    @cached_property
    def kinds(self) -> dict[str, DocumentKind]:
        return {kind.name: kind for kind in DocumentKind.objects.all()}

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for field in Field.objects.all()}

    @cached_property
    def correspondents(self) -> dict[str, Correspondent]:
        """By every name they go by."""
        rows = {row.name: row for row in Correspondent.objects.all()}
        return {name: rows[told.label] for told in CORRESPONDENTS for name in (told.label, told.name, *told.aliases)}

    def play(self, event: Event) -> None:
        """Let one event happen at its moment; the jobs that the next event needs are done at once."""
        stamper = LocalTimestamper(self._stamping_key, event.at)
        backend = SigningBackend(self._pki.keys, self._trust, stamper)
        with clock.at(event.at), using(backend), own_files(), held_back(*FOLLOWING):
            self._verbs[event.verb](event)
            self._do_jobs(event.story)
            if case_files.ends_here(event):
                self._file(event)

    def _do_jobs(self, story: Story) -> None:
        told = Told.objects.filter(ordinal=story.ordinal).first()
        if told is None or told.outgoing_id is None:
            return
        subject = f"document:{told.outgoing_id}"
        waiting = Job.objects.filter(kind__in=FOLLOWING, subject=subject, state=JobState.WAITING)
        for number in waiting.order_by("id").values_list("pk", flat=True):
            jobs.run(number)
            job = Job.objects.get(pk=number)
            if job.state != JobState.DONE:
                raise RuntimeError(f"story {story.ordinal}: {job.kind} {job.state}: {job.reason}")

    # --- incoming -----------------------------------------------------------------------------------------------
    def _register(self, event: Event) -> None:
        detail: Arrival = event.detail  # type: ignore[assignment]
        letter = detail.letter
        kind = self._kind(letter.kind)
        composed = letters.received(letter, kind.name, kind.abbreviation, letter.issued_on)
        issuer = self.correspondents.get(letter.issuer_name)
        fields = IncomingFields(
            kind=kind,
            issuer=issuer,
            issuer_name=letter.issuer_name,
            number=letter.number,
            symbol=letter.symbol,
            issued_on=letter.issued_on,
            summary=letter.summary,
            channel=WAYS[detail.channel],
            arrived_on=event.at.date(),
            urgency=letters.URGENCY[letter.urgency],
            signer_name=letter.signer.name,
            signer_position=letter.signer.position,
            reply_by=letter.reply_by,
            field=self._field(event.story.field),
        )
        file = GivenFile(
            keep([composed.pdf], PDF), f"{letter.code or letter.kind}.pdf".replace("/", "_"), composed.pages
        )
        document = register_incoming(fields=fields, files=[file], by=self.people[event.actor], repeats_accepted=True)
        Told.objects.create(ordinal=event.story.ordinal, incoming=document)

    def _submit(self, event: Event) -> None:
        detail: Arrival = event.detail  # type: ignore[assignment]
        handling.submit_to_leader(
            document=self._incoming(event), to=self.people[detail.submitted_to], by=self.people[event.actor]
        )

    def _instruct(self, event: Event) -> None:
        detail: Instruction = event.detail  # type: ignore[assignment]
        author = self.people[event.actor]
        document = self._incoming(event)
        lead = self._target(detail.lead)
        first = event.story.instructions[0] is detail
        if isinstance(lead, Person) and lead.has_role("leader") and first:
            handling.forward_to_leader(document=document, to=lead, by=author, note=detail.text)
            return
        coordinators = [self._target(key) for key in detail.coordinators]
        inform = [self._target(key) for key in detail.inform]
        if event.story.fate == Fate.INFORMED:
            handling.file_for_information(document=document, author=author, text=detail.text, inform=[lead, *inform])
            return
        if author.has_role("leader"):
            handling.instruct(
                document=document,
                author=author,
                text=detail.text,
                lead=lead,
                coordinators=coordinators,
                inform=inform,
                working_days=detail.working_days,
            )
            return
        assignments.pass_on(
            assignment=self._held(document, author),
            by=author,
            text=detail.text,
            lead=lead,
            coordinators=coordinators,
            inform=inform,
        )

    def _accept(self, event: Event) -> None:
        person = self.people[event.actor]
        held = self._held(self._incoming(event), person)
        if held.state == AssignmentState.NEW:
            assignments.accept(assignment=held, by=person)

    def _progress(self, event: Event) -> None:
        detail: Note = event.detail  # type: ignore[assignment]
        person = self.people[event.actor]
        held = self._held(self._incoming(event), person)
        assignments.note_progress(assignment=held, text=detail.text, by=person)

    def _ask(self, event: Event) -> None:
        detail: Extension = event.detail  # type: ignore[assignment]
        # the unit's own deadline is the one the leader set; its head asks for the officer
        leads = Assignment.objects.filter(document=self._incoming(event), parent=None, role="lead")
        held = leads.filter(state__in=OPEN_ASSIGNMENT).select_related("unit__head", "person", "deadline").get()
        asker = held.person or (held.unit.head if held.unit else None)
        assert asker is not None
        wanted = working_calendar().end_of(detail.new_due_on)
        extensions.ask_extension(assignment=held, wanted=wanted, reason=detail.reason, by=asker)

    def _decide(self, event: Event) -> None:
        detail: Extension = event.detail  # type: ignore[assignment]
        open_requests = AskedExtension.objects.filter(state=ExtensionState.ASKED)
        asked = open_requests.filter(deadline__assignments__document=self._incoming(event)).distinct().first()
        if asked is None:
            raise Refusal(f"nobody asked for more time in story {event.story.ordinal}")
        extensions.decide_extension(
            extension=asked, grant=bool(detail.granted), by=asked.deadline.set_by, answer=detail.answer
        )

    def _return(self, event: Event) -> None:
        detail: Note = event.detail  # type: ignore[assignment]
        person = self.people[event.actor]
        held = self._held(self._incoming(event), person)
        assignments.return_assignment(assignment=held, reason=detail.text, by=person)

    def _cancel(self, event: Event) -> None:
        detail: Note = event.detail  # type: ignore[assignment]
        cancel_registration(document=self._incoming(event), reason=detail.text, by=self.people[event.actor])

    def _finish(self, event: Event) -> None:
        detail: Note = event.detail  # type: ignore[assignment]
        document = self._incoming(event)
        person = self.people[event.actor]
        if event.story.fate == Fate.INFORMED:
            told = Assignment.objects.filter(Q(person=person) | Q(unit__head=person), document=document, role="inform")
            for row in told:
                assignments.acknowledge(assignment=row, by=person)
            return
        assignments.finish(assignment=self._held(document, person), result=detail.text, by=person)
        for above in self._open_above(document):
            head = above.person or (above.unit.head if above.unit else None)
            if head is not None:
                assignments.finish(assignment=above, result=detail.text, by=head)

    # --- outgoing -----------------------------------------------------------------------------------------------
    def _draft(self, event: Event) -> None:
        detail: Departure = event.detail  # type: ignore[assignment]
        letter = detail.letter
        drafter = self.people[detail.drafter]
        answers = None
        if event.story.incoming is not None:
            answers = self._held(self._incoming(event), drafter)
        document = drafting.start_draft(
            by=drafter,
            kind=self._kind(letter.kind),
            summary=letter.summary,
            field=self._field(letter.field),
            unit=self.units.get(letter.unit),
            recipients=self._recipients(letter),
            answers=answers,
            urgency=letters.URGENCY[letter.urgency],
        )
        signer = self.people[detail.signatory]
        drafting.write_letter(document=document, fields=letters.written(letter, signer), by=drafter)
        Told.objects.update_or_create(ordinal=event.story.ordinal, defaults={"outgoing": document})

    def _recipients(self, letter: Any) -> list[RecipientLine]:
        """Addressees and the lines of "Nơi nhận", each once; the file copy is printed by the layout."""
        lines: dict[str, RecipientLine] = {}
        for name in (*letter.addressees, *letter.recipients):
            if name.startswith("Lưu") or name == "Như trên":
                continue
            bare, _, purpose = name.partition(" (")
            unit = next((unit for unit in self.units.values() if unit.name == bare), None)
            outside = self.correspondents.get(bare)
            way = Way.AXIS if outside and outside.code else Way.POST if outside else Way.INTERNAL
            line = RecipientLine(name=bare, correspondent=outside, unit=unit, purpose=purpose.rstrip(")"), channel=way)
            lines.setdefault(bare.casefold(), line)
        return list(lines.values()) or [RecipientLine(name="Lưu tại cơ quan")]

    def _step(self, event: Event) -> None:
        detail: Step = event.detail  # type: ignore[assignment]
        document = self._outgoing(event)
        actor = self.people[detail.actor]
        departure: Departure = event.story.outgoing  # type: ignore[assignment]
        if detail.kind == StepKind.SUBMIT:
            signer = self.people[departure.signatory]
            approving.submit(document=document, by=actor, signer=signer, note=detail.comment)
        elif detail.returned:
            step = self._open_step(document)
            version = main_version(document)
            assert version is not None
            approving.return_draft(step=step, by=step.person, version=version, reason=detail.comment)
        elif detail.kind in (StepKind.CONTENT_CHECK, StepKind.FORMAT_CHECK):
            self._check(document, detail.kind)
        elif detail.kind == StepKind.SIGN:
            self._sign(document, actor)
        elif detail.kind == StepKind.NUMBER_AND_SEAL:
            self._seal(document, actor)
        elif detail.kind == StepKind.ISSUE:
            issuing.issue(document=document, by=actor)

    def _check(self, document: Document, kind: StepKind) -> None:
        step = self._open_step(document)
        wanted = CheckKind.CONTENT if kind == StepKind.CONTENT_CHECK else CheckKind.FORMAT
        if step.kind != wanted:
            return  # this chain checks both at once, or the drafter's head wrote it
        version = main_version(document)
        assert version is not None
        approving.approve(step=step, by=step.person, version=version)

    def _sign(self, document: Document, signer: Person) -> None:
        while (step := self._open_step(document)).kind != CheckKind.SIGN:
            version = main_version(document)
            assert version is not None
            approving.approve(step=step, by=step.person, version=version)
            self._do_jobs_of(document)
        version = main_version(document)
        assert version is not None
        pick = signing.Pick(document.pk, version.pk)
        signing.sign_documents(person=signer, picks=[pick], password=KEY_PASSWORD)

    def _do_jobs_of(self, document: Document) -> None:
        waiting = Job.objects.filter(kind__in=FOLLOWING, subject=f"document:{document.pk}", state=JobState.WAITING)
        for number in list(waiting.values_list("pk", flat=True)):
            jobs.run(number)

    def _seal(self, document: Document, clerk: Person) -> None:
        version = main_version(document)
        assert version is not None
        issuing.number_and_seal(document=document, version_id=version.pk, by=clerk, password=KEY_PASSWORD)

    def _file(self, event: Event) -> None:
        """What came and what went out in this matter, into the file of whoever ended it."""
        told = Told.objects.select_related("incoming", "outgoing").get(ordinal=event.story.ordinal)
        departure = event.story.outgoing
        keeper = self.people[departure.drafter if departure is not None else event.actor]
        documents = [document for document in (told.incoming, told.outgoing) if document is not None]
        case_files.keep(documents, keeper=keeper, key=event.story.field, field=FIELDS_BY_KEY[event.story.field].name)

    # --- look-ups -----------------------------------------------------------------------------------------------
    def _incoming(self, event: Event) -> Document:
        told = Told.objects.select_related("incoming__kind").get(ordinal=event.story.ordinal)
        assert told.incoming is not None
        return told.incoming

    def _outgoing(self, event: Event) -> Document:
        told = Told.objects.select_related("outgoing__kind", "outgoing__unit").get(ordinal=event.story.ordinal)
        assert told.outgoing is not None
        return told.outgoing

    def _open_step(self, document: Document) -> ApprovalStep:
        return ApprovalStep.objects.select_related("person", "approval__authority").get(
            approval__document=document, approval__ended_at=None, state=StepState.OPEN
        )

    def _held(self, document: Document, person: Person) -> Assignment:
        """The open work of a person on a document: by name, or of a unit they head."""
        mine = Q(person=person) | Q(unit__head=person)
        held = Assignment.objects.filter(mine, document=document, state__in=OPEN_ASSIGNMENT).exclude(role="inform")
        found = held.select_related("deadline", "instruction", "unit", "person").order_by("-id").first()
        if found is None:
            raise Refusal(f"{person.username} holds no open work on document {document.pk}")
        return found

    def _open_above(self, document: Document) -> list[Assignment]:
        open_leads = Assignment.objects.filter(document=document, role="lead", state__in=OPEN_ASSIGNMENT)
        return list(open_leads.select_related("unit__head", "person").order_by("-id"))

    def _target(self, key: str) -> Person | Unit:
        what, _, name = key.partition(":")
        return self.people[name] if what == "person" else self.units[name]

    def _kind(self, key: str) -> DocumentKind:
        return self.kinds[KINDS_BY_KEY[key].name]

    def _field(self, key: str) -> Field:
        return self.fields[FIELDS_BY_KEY[key].name]


def span(end: dt.datetime) -> dt.date:
    """The first day of the last eighteen months."""
    return (end - dt.timedelta(days=548)).date()

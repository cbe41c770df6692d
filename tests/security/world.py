"""An office with one document in every state, made through the services, and the people around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from edocs import clock
from edocs.documents import indexing
from edocs.documents.choices import Direction
from edocs.documents.models import Document, DocumentFile, FileVersion
from edocs.documents.search_models import SavedSearch, Sharing
from edocs.documents.searching import Asked
from edocs.documents.services.linking import link_documents
from edocs.documents.services.reading import ask_export
from edocs.documents.services.searches import save_search
from edocs.intake.services.arrivals import accept_upload
from edocs.jobs import services as jobs
from edocs.jobs.models import Job, JobState
from edocs.office.models import Person
from edocs.records.services import close_file, put_in
from edocs.signatures.models import Key, SigningSession
from edocs.workflow.models import Assignment
from edocs.workflow.services import drafting, uploads
from edocs.workflow.services.assignments import pass_on
from edocs.workflow.services.extensions import ask_extension
from edocs.workflow.services.handling import instruct, submit_to_leader
from tests.factories import Office, given, incoming
from tests.intake.pages import letter_pdf
from tests.records.making import case_file
from tests.signatures.fixtures import SigningOffice, current
from tests.workflow.outgoing import approve, draft, fields, run_jobs, submitted

#: the columns of the tables: who asks
PEOPLE = ("anonymous", "clerk", "leader", "another", "head", "officer", "stranger", "admin", "inactive")
#: words that stand in one document only
WORDS = {
    "registered": "narwhal",
    "waiting": "dugong",
    "assigned": "quokka",
    "draft": "axolotl",
    "checking": "vicuna",
    "formatting": "pangolin",
    "cancelled": "numbat",
    "to_sign": "tapir",
    "signed": "kakapo",
    "sealed": "saola",
    "issued": "okapi",
}


@dataclass
class World:
    """Documents by name, and what hangs on them; ``people`` by column."""

    office: Office
    desk: SigningOffice
    folder: Path
    documents: dict[str, Document] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> dict[str, Person | None]:
        office = self.office
        return {
            "anonymous": None,
            "clerk": office.clerk,
            "leader": office.deputy,
            "another": office.director,
            "head": office.head,
            "officer": office.officer,
            "stranger": office.stranger,
            "admin": office.admin,
            "inactive": office.inactive,
        }

    def browser(self, who: str, **options: Any) -> Client:
        """A browser in which this person is signed in; an inactive one was while the account still worked."""
        browser = Client(**options)
        browser.cookies["edocs_language"] = "en"
        if who in self.sessions:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return browser

    def sign_in(self) -> None:
        """Everybody signs in once; the account of the inactive one works until then."""
        for who, person in self.people.items():
            if person is not None:
                browser = Client()
                browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
                self.sessions[who] = browser.cookies[settings.SESSION_COOKIE_NAME].value

    def version(self, name: str) -> FileVersion:
        return current(self.documents[name])


def run_all() -> None:
    """What the worker would do, until nothing waits."""
    while numbers := list(Job.objects.filter(state=JobState.WAITING).order_by("id").values_list("pk", flat=True)):
        for number in numbers:
            jobs.run(number)
        if set(numbers) == set(Job.objects.filter(state=JobState.WAITING).values_list("pk", flat=True)):
            break


def make_world(desk: SigningOffice, folder: Path) -> World:
    """Everything the tables ask for."""
    world = World(desk.office, desk, folder)
    _incoming(world)
    _outgoing(world)
    _around(world)
    run_all()
    indexing.engine().mark_reindexed()  # as it is in an office: not one that has just lost its index
    for document in world.documents.values():
        document.refresh_from_db()
    world.sign_in()
    return world


def _letter(world: World, number: str, word: str) -> Any:
    return given(letter_pdf(number, summary=f"về việc {word} năm 2026"), name=f"{word}.pdf")


def _incoming(world: World) -> None:
    office = world.office
    for name, number in (("registered", "11"), ("waiting", "12"), ("assigned", "13")):
        word = WORDS[name]
        world.documents[name] = incoming(
            office, number=number, summary=f"V/v {word} tỉnh Nam Khê", files=[_letter(world, number, word)]
        )
    for name in ("waiting", "assigned"):
        submit_to_leader(document=world.documents[name], to=office.deputy, by=office.clerk, proposed_lead=office.reform)
    given_out = instruct(
        document=world.documents["assigned"],
        author=office.deputy,
        text="Giao chủ trì tham mưu",
        lead=office.reform,
        working_days=5,
    )
    unit = given_out.assignments.get(role="lead")
    pass_on(assignment=unit, by=office.head, text="Thực hiện", lead=office.officer, working_days=3)
    mine = Assignment.objects.get(document=world.documents["assigned"], person=office.officer)
    mine.refresh_from_db()
    assert mine.deadline is not None
    asked = ask_extension(
        assignment=mine, wanted=unit.deadline.due_at, reason="Cần thêm số liệu của các xã", by=office.officer
    )
    world.things |= {"unit": unit, "mine": mine, "extension": asked}


def _outgoing(world: World) -> None:
    office, desk = world.office, world.desk
    made = {name: _written(world, WORDS[name]) for name in ("draft", "checking", "formatting", "cancelled")}
    world.things["attachment"] = _attach(world, made["draft"])
    submitted(office, made["checking"])
    approve(submitted(office, made["formatting"]), "content", office.head)
    drafting.cancel_draft(document=made["cancelled"], reason="Không cần nữa", by=office.officer)
    made |= {name: desk.to_sign(summary=f"V/v {WORDS[name]}") for name in ("to_sign", "signed", "sealed")}
    made["issued"] = desk.to_sign(summary=f"V/v {WORDS['issued']}")
    session = desk.consent(*(made[name] for name in ("signed", "sealed", "issued")))
    run_jobs("workflow.sign")
    world.things["seal_session"] = desk.seal(made["sealed"])
    desk.seal(made["issued"], dispatch=True)
    run_jobs("workflow.seal")
    world.documents |= made
    world.things |= {"session": session, "item": session.items.get(document=made["signed"])}
    world.things["elsewhere"] = _elsewhere(office.deputy)


def _elsewhere(leader: Person) -> SigningSession:
    """A consent of the leader for a token of theirs; the token itself is in no room of this office."""
    moment = clock.now()
    key = Key.objects.create(
        reference="token-of-the-leader",
        provider="token",
        owner=leader,
        purpose="sign",
        valid_from=moment,
        valid_to=moment,
        is_active=False,
    )
    times = {"consented_at": moment, "expires_at": moment + dt.timedelta(days=1)}
    return SigningSession.objects.create(person=leader, key=key, purpose="sign", handle="elsewhere-", **times)


def _written(world: World, word: str) -> Document:
    office = world.office
    document = draft(office, summary=f"V/v {word}")
    drafting.write_letter(document=document, fields=fields(office, summary=f"V/v {word}"), by=office.officer)
    return document


def _attach(world: World, document: Document) -> DocumentFile:
    path = world.folder / "attachment.pdf"
    path.write_bytes(letter_pdf("77"))
    stored = uploads.take_in(path=path, name="phụ lục.pdf")
    return uploads.add_attachment(document=document, stored=stored, by=world.office.officer)


def _saved(person: Person, name: str, shared: str) -> SavedSearch:
    return save_search(person=person, name=name, asked=Asked("dugong"), shared=shared, follow=False)


def _case_files(world: World) -> dict[str, Any]:
    """A file of the officer with what came in and a draft in it, and a closed one."""
    officer = world.office.officer
    opened, closed = case_file(officer, title="Hồ sơ wombat"), case_file(officer, title="Hồ sơ cũ")
    put_in(file=opened, documents=[world.documents["assigned"], world.documents["draft"]], by=officer)
    kept = {"title": closed.title, "code": closed.code, "retention_years": None}
    close_file(file=closed, ended_on=clock.today(), note="Đã xong", by=officer, **kept)
    return {
        "case_file": opened,
        "closed_file": closed,
        "filed": opened.filed.get(document=world.documents["assigned"]),
        "filed_draft": opened.filed.get(document=world.documents["draft"]),
    }


def _around(world: World) -> None:
    office = world.office
    world.documents["issued"].refresh_from_db()
    path = world.folder / "arrived.pdf"
    path.write_bytes(letter_pdf("214"))
    other = world.documents["issued"]
    world.things |= {
        "link": link_documents(source=world.documents["assigned"], code=other.code, kind="refers", by=office.officer),
        "arrival": accept_upload(path=path, name="quét 07.pdf", by=office.clerk),
        "search": _saved(office.officer, "Riêng", Sharing.NOBODY),
        "search_unit": _saved(office.officer, "Phòng", Sharing.UNIT),
        "search_all": _saved(office.officer, "Chung", Sharing.EVERYBODY),
        **_case_files(world),
        "export": ask_export(person=office.officer, direction=Direction.INCOMING, filters={}),
        "job": Job.objects.create(
            kind="documents.index",
            state=JobState.FAILED,
            subject=f"document:{world.documents['draft'].pk}",
            arguments={"document": world.documents["draft"].pk},
            requested_by=office.officer,
            queued_at=clock.now(),
            not_before=clock.now(),
            reason="thử nghiệm",
        ),
    }

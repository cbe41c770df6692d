"""The processes that the fault tests start and kill: ``python -m tests.faults.processes KIND``.

They work on the test's database through the environment (``DATABASE_URL``, ``VAR_DIR``) and end when the file named by
``STOP_FILE`` appears.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import django

from edocs.jobs.broker import prepare_folder

ROLLBACKS = 0.10


def _stopped() -> bool:
    return Path(os.environ["STOP_FILE"]).exists()


class RolledBack(Exception):
    """Something went wrong after the number was given."""


def register() -> None:
    """Register documents through the whole service until told to stop; one in ten is rolled back at the end."""
    from django.db import OperationalError, transaction

    from edocs import clock
    from edocs.documents.services.registering import IncomingFields, register_incoming
    from edocs.office.models import Correspondent, DocumentKind, Person

    clerk = Person.objects.get(username="vanthu")
    kind = DocumentKind.objects.get(name="Công văn")
    issuer = Correspondent.objects.get(abbreviation="BNV")
    dice = random.Random(os.getpid() + time.time_ns())
    while not _stopped():
        fields = IncomingFields(
            kind=kind,
            issuer=issuer,
            issuer_name="",
            number=str(dice.randrange(10**11)),
            symbol="BNV-VP",
            issued_on=clock.today(),
            summary="V/v thử máy khi mất điện",
        )
        try:
            with transaction.atomic():
                register_incoming(fields=fields, files=[], by=clerk)
                if dice.random() < ROLLBACKS:
                    raise RolledBack
        except RolledBack:
            continue
        except OperationalError as problem:
            # SQLite lets a writer wait 20 s at most; under eight of them one may starve. Nothing was written.
            if "locked" not in str(problem):
                raise


def change() -> None:
    """Register documents, change them, let people read them and take it back, cancel some: until told to stop."""
    from django.db import OperationalError

    from edocs.documents.models import Document
    from edocs.documents.services.linking import share_document, unshare_document
    from edocs.documents.services.registering import cancel_registration
    from edocs.office.models import Person
    from tests.factories import Office, incoming

    office = Office.__new__(Office)  # the office is there already
    office.clerk = Person.objects.get(username="vanthu")
    people = list(Person.objects.filter(is_active=True))
    _with_catalogues(office)
    dice = random.Random(os.getpid() + time.time_ns())
    while not _stopped():
        try:
            known = list(Document.objects.exclude(state="cancelled").order_by("-pk")[:200])
            what, person = dice.random(), dice.choice(people)
            if len(known) < 20 or what < 0.15:
                incoming(office, number=str(dice.randrange(10**9)), summary=f"V/v biên chế lần {dice.randrange(10**6)}")
            elif what < 0.65:
                _retitle(dice.choice(known), f"V/v biên chế đổi lần {dice.randrange(10**6)}")
            elif what < 0.8:
                share_document(document=dice.choice(known), person=person, by=office.clerk)
            elif what < 0.97:
                unshare_document(document=dice.choice(known), person=person, by=office.clerk)
            else:
                cancel_registration(document=dice.choice(known), reason="Vào sổ nhầm", by=office.clerk)
        except OperationalError as problem:
            if "locked" not in str(problem):
                raise


def _retitle(document: Any, summary: str) -> None:
    """As a service does that changes a document."""
    from django.db import transaction

    from edocs.documents import indexing

    with transaction.atomic():
        type(document).objects.filter(pk=document.pk).update(summary=summary, **indexing.counted_up(document.pk))
        indexing.follow([document.pk], counted=True)


def _with_catalogues(office: Any) -> None:
    from edocs.office.models import Correspondent, DocumentKind

    office.letter = DocumentKind.objects.get(name="Công văn")
    office.province = Correspondent.objects.get(abbreviation="UBND")


def number() -> None:
    """As the clerk does: number and seal whatever is signed, a few documents with one consent, until none is left."""
    from django.db import OperationalError

    from edocs.documents.models import Document
    from edocs.documents.services.files import main_versions
    from edocs.office.models import Person
    from edocs.workflow.services.issuing import number_and_seal_all
    from edocs.workflow.services.signing import Pick
    from tests.signatures.daemon import SEAL_PIN

    clerk = Person.objects.get(username="vanthu")
    while not _stopped():
        waiting = list(Document.objects.filter(state="signed").order_by("pk").values_list("pk", flat=True)[:2])
        versions = main_versions(waiting)
        picks = [Pick(number, versions[number].pk) for number in waiting]
        if not picks:
            return
        try:
            number_and_seal_all(picks=picks, by=clerk, password=SEAL_PIN)
            time.sleep(0.2)  # the clerk looks at the next; whoever kills must find it at work
        except OperationalError as problem:
            if "locked" not in str(problem):
                raise


def worker() -> None:
    """A real Celery worker that knows one more kind of job: its effect is one notice; some jobs are refused."""
    from edocs.celery import app
    from edocs.errors import Invalid
    from edocs.jobs.models import Job
    from edocs.jobs.registry import Finish, job
    from edocs.office.services import tell

    @job("faults.tell")
    def tell_once(one: Job) -> Finish:
        time.sleep(random.uniform(0, 0.3))
        if one.arguments["refuse"]:
            raise Invalid("Tệp này không đọc được.", code="damaged")
        return lambda: tell([one.arguments["person"]], "faults", facts={"job": one.pk})

    arguments = ["worker", "-P", "threads", "-c", "4", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    app.worker_main(arguments)


def beat() -> None:
    """What beat asks for every half minute, ten times as often: whatever waits or lost its worker is sent again."""
    from edocs.jobs import services

    while not _stopped():
        services.resend_due()
        time.sleep(3)


def rebuild() -> None:
    """Build the index anew in small parts, saying after each how far it is."""
    from edocs.documents import index_care

    index_care.TOGETHER = 5
    told = Path(os.environ["STOP_FILE"]).with_name("built")

    def tell(done: int, _total: int) -> None:
        told.with_suffix(".new").write_text(str(done))
        told.with_suffix(".new").replace(told)
        time.sleep(0.05)

    index_care.rebuild(report=tell)


if __name__ == "__main__":
    django.setup()
    prepare_folder(Path(os.environ["VAR_DIR"], "queue", "control"))
    kinds = {
        "register": register,
        "change": change,
        "number": number,
        "worker": worker,
        "beat": beat,
        "rebuild": rebuild,
    }
    kinds[sys.argv[1]]()

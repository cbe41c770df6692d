"""How a row of the tables is written, asked and judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from edocs.journal.models import Event
from edocs.workflow.models import Step
from tests.security.world import PEOPLE, World

#: answers that let nobody do or see anything
DENIED = frozenset({"in", "401", "403", "404", "405"})
NOT_THERE = 1_000_000
#: what differs between two answers of the same page: addresses, tokens, times of the day
VARIES = re.compile(r'(name="csrf[^>]*>|value="[A-Za-z0-9]{64}"|content="[A-Za-z0-9]{64}"|\d{2}:\d{2}|\d+)')


@dataclass(frozen=True)
class Row:
    """One address. ``args`` and ``query`` are ``name=value, …``; a value names a document of the world, or with ``@``
    another thing of it. ``get`` and ``post``: the answers to the nine columns of ``PEOPLE``, empty where 405 is right.

    An answer is a status, or ``in`` for "please sign in".
    """

    name: str
    what: str = ""
    args: str = ""
    query: str = ""
    data: dict[str, str] = field(default_factory=dict)
    get: str = ""
    post: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}: {self.what}" if self.what else self.name

    def answers(self, method: str) -> dict[str, str]:
        """Column → expected answer; where the method is not there, one person who is signed in and one who is not."""
        said = (self.get if method == "get" else self.post).split()
        if not said:
            return {"clerk": "405"}
        assert len(said) == len(PEOPLE), f"{self} {method}: {len(said)} answers"
        return dict(zip(PEOPLE, said, strict=True))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, text.split(", ")):
        name, _sign, value = part.partition("=")
        yield name, value


def things_done() -> int:
    """How much stands in the journal; a refusal that is itself written down there is nothing done."""
    return int(Event.objects.exclude(verb="signing.refused").count())


def number_of(world: World, value: str, *, version: bool = False) -> str:
    """What a value of a row means in this world: ``draft`` or ``u:@reform`` becomes a number."""
    before, sign, name = value.rpartition("@")
    if sign:
        return before + str(thing(world, name))
    if value in world.documents:
        return str(world.version(value).pk if version else world.documents[value].pk)
    return value


def thing(world: World, name: str) -> object:
    """A key of something in the world, by the name that the tables use."""
    office, versions = world.office, {}
    if name.startswith("step_"):
        return Step.objects.get(approval__document=world.documents[name[5:]], state="open").pk
    if name.startswith("v_"):
        return world.version(name[2:]).pk
    if name.startswith("file_of_"):
        return world.documents[name[8:]].files.get(role="main").pk
    if name == "earlier":
        versions = world.documents["signed"].files.get(role="main").versions.order_by("ordinal")
        return versions[0].pk
    if name == "attached":
        return world.things["attachment"].current_id
    if name == "authority":
        return office.deputy.authorities.get().pk
    if name == "pick_to_sign":
        return f"{world.documents['to_sign'].pk}-{world.version('to_sign').pk}"
    if name == "pick_to_seal":
        return f"{world.documents['signed'].pk}-{world.version('signed').pk}"
    known = {"leader": office.deputy, "another": office.director, "officer": office.officer, "reform": office.reform}
    known |= {"staff": office.staff, "letter": office.letter, "colleague": office.stranger}
    return ({**known, **world.documents, **world.things}[name]).pk


def address_of(world: World, row: Row, *, not_there: str = "") -> str:
    """The address of a row; ``not_there`` names the argument that is replaced by a number that nothing has."""
    args = {}
    for name, value in _pairs(row.args):
        args[name] = str(NOT_THERE) if name == not_there else number_of(world, value, version=name == "version")
    query = "&".join(f"{name}={number_of(world, value)}" for name, value in _pairs(row.query))
    return reverse(row.name, kwargs=args) + (f"?{query}" if query else "")


def ask(browser: Client, world: World, row: Row, method: str, address: str = "") -> Any:
    """Ask, and undo what was done."""
    address = address or address_of(world, row)
    with transaction.atomic():
        if method == "post":
            sent = {name: number_of(world, value) for name, value in row.data.items()}
            response = browser.post(address, sent, headers=row.headers)
        else:
            response = browser.generic(method.upper(), address, headers=row.headers)
        response.written = things_done()
        if response.streaming:
            response.bytes = b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


def said(response: HttpResponse) -> str:
    """The answer as the tables write it."""
    if response.status_code == 302 and response.headers["Location"].startswith("/login/"):
        return "in"
    return str(response.status_code)


def text_of(response: Any) -> str:
    """What a page says, without what differs from one answer to the next."""
    return "" if response.streaming else VARIES.sub("", response.content.decode())

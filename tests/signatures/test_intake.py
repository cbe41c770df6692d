"""Signed files that arrive: judged before they are registered, the verdict beside the form, doubts in the journal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from edocs.documents.models import Document
from edocs.documents.storage import path_of
from edocs.intake.models import Arrival
from edocs.intake.services.arrivals import Route, accept_upload, register_arrival
from edocs.journal.models import Event
from edocs.signatures.models import Verdict
from tests.intake.test_arrivals import fields, run_waiting
from tests.signatures.fixtures import DEPUTY, SigningOffice, current

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(desk: SigningOffice) -> bytes:
    return path_of(current(desk.signed()).blob_id).read_bytes()


@pytest.fixture
def sealed(desk: SigningOffice) -> bytes:
    return path_of(current(desk.sealed()).blob_id).read_bytes()


def arrived(desk: SigningOffice, content: bytes, tmp_path: Path) -> Arrival:
    path = tmp_path / "arrived.pdf"
    path.write_bytes(content)
    arrival = accept_upload(path=path, name="cong-van.pdf", by=desk.office.clerk)
    run_waiting("intake.read")
    arrival.refresh_from_db()
    return arrival


def registered(desk: SigningOffice, arrival: Arrival) -> Document:
    return register_arrival(
        arrival=arrival,
        fields=fields(desk.office),
        by=desk.office.clerk,
        route=Route(leader=desk.office.director),
        repeats_accepted=True,
    )


def form_of(desk: SigningOffice, arrival: Arrival) -> str:
    client = Client()
    client.cookies["edocs_language"] = "en"
    client.force_login(desk.office.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("intake_file", args=[arrival.pk])).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.requirement("R-SIG-7")
def test_a_good_file_shows_who_signed_before_it_is_registered(
    desk: SigningOffice, sealed: bytes, tmp_path: Path
) -> None:
    arrival = arrived(desk, sealed, tmp_path)
    page = form_of(desk, arrival)
    assert "Digital signatures intact." in page
    assert f"Signer holds: {DEPUTY.name}" in page
    assert "counts as an original only with both" not in page
    document = registered(desk, arrival)
    assert not Event.objects.filter(verb="document.doubt").exists()
    assert Verdict.objects.get(blob=current(document).blob).verdict == "pass"


@pytest.mark.requirement("R-SIG-7")
def test_a_tampered_file_is_a_visible_warning_and_registering_it_is_recorded(
    desk: SigningOffice, sealed: bytes, tmp_path: Path
) -> None:
    arrival = arrived(desk, sealed + b"\n% appended", tmp_path)
    page = form_of(desk, arrival)
    assert "A digital signature is not intact." in page
    assert "Of 2 signatures 0 are valid" in page
    assert "Something was appended after the end of the file." in page
    assert "the journal says what you were told here" in page
    document = registered(desk, arrival)
    event = Event.objects.get(verb="document.doubt")
    assert (event.object_id, event.person) == (str(document.pk), desk.office.clerk)
    assert event.after["verdict"] == "invalid"
    assert "trailing_bytes" in event.after["reasons"]
    assert event.after["sha256"] == arrival.shown_id


def test_the_doubt_stands_in_the_history_of_the_document(desk: SigningOffice, sealed: bytes, tmp_path: Path) -> None:
    document = registered(desk, arrived(desk, sealed + b"\n% appended", tmp_path))
    client = Client()
    client.cookies["edocs_language"] = "en"
    client.force_login(desk.office.clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("document", args=[document.pk]), {"tab": "history"}).content.decode()
    assert "registered “cong-van.pdf” although its signatures are not certain" in page


def test_a_file_without_the_seal_says_what_is_missing(desk: SigningOffice, signed: bytes, tmp_path: Path) -> None:
    page = form_of(desk, arrived(desk, signed, tmp_path))
    assert "The signature of the agency was not found: a document counts as an original only with both" in page


def test_a_file_without_signatures_says_nothing_of_them(desk: SigningOffice, tmp_path: Path) -> None:
    arrival = arrived(desk, desk.letter(), tmp_path)
    assert "igital signature" not in form_of(desk, arrival)
    assert not Verdict.objects.filter(blob=arrival.shown_id).exists()

"""The world of the tables is made once for a module and rolled back after it; each test is undone by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings

from edocs.signatures.backend import using
from edocs.signatures.services.keys import register_key
from signing.demo_pki import DemoPki
from signing.process import SigningBackend
from tests.factories import Office
from tests.security.world import World, make_world
from tests.signatures.fixtures import DEPUTY, SigningOffice, desk, office_pki

__all__ = ["desk", "office_pki"]

FOLDERS = ("FILES_DIR", "PREVIEWS_DIR", "SEARCH_DIR")


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    office_pki: DemoPki,
) -> Iterator[World]:
    """The office with a document in every state, in a transaction around those of the tests."""
    folder = tmp_path_factory.mktemp("world")
    backend = SigningBackend(office_pki.keys, office_pki.trust, office_pki.timestamper())
    places = {name: folder / name.lower() for name in FOLDERS} | {"TRUST_DIR": office_pki.folder / "trust"}
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(**places),
        using(backend),
        transaction.atomic(),
    ):
        office = Office()
        keys = {
            DEPUTY.key_id: register_key(reference=DEPUTY.key_id, purpose="sign", owner=office.deputy, by=office.admin),
            "seal": register_key(reference="seal", purpose="seal", owner=None, by=office.admin),
        }
        made = make_world(SigningOffice(office, office_pki, backend, keys), folder)
        connection.check_constraints()  # otherwise every test has the references of the whole world checked again
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def own_folders(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests on the world share its folders; others have folders of their own."""
    cache.clear()
    if "world" in request.fixturenames:
        yield
        return
    tmp_path = request.getfixturevalue("tmp_path")
    with override_settings(**{name: tmp_path / name.lower() for name in FOLDERS}):
        yield

"""Who sits at the pages, and on which day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from edocs import clock
from edocs.office.models import Correspondent
from tests.factories import Office


@pytest.fixture
def october() -> Any:
    with clock.at(timezone.make_aware(dt.datetime(2026, 10, 13, 8, 30))):
        yield


@pytest.fixture
def commune(office: Office) -> Correspondent:
    return Correspondent.objects.create(name="UBND xã Đông Lĩnh", code="H99.10")


@pytest.fixture
def clerk(client: Client, office: Office) -> Client:
    client.force_login(office.clerk)
    client.cookies["edocs_language"] = "en"
    return client

"""Case files for tests, made by the services."""

from __future__ import annotations

from typing import Any

from edocs import clock
from edocs.documents import access
from edocs.documents.models import Document
from edocs.office.models import Person
from edocs.records.models import CaseFile
from edocs.records.queries import next_code
from edocs.records.services import Particulars, open_file
from tests.factories import Office, incoming


def particulars(**changes: Any) -> Particulars:
    values: dict[str, Any] = {
        "code": "01.CCHC",
        "title": "Hồ sơ khắc phục hạn chế về Chỉ số cải cách hành chính năm 2025",
        "retention_years": 10,
        "started_on": clock.today(),
    }
    return Particulars(**values | changes)


def case_file(keeper: Person, **changes: Any) -> CaseFile:
    """An open file of this person, under the next free code of their unit."""
    assert keeper.unit is not None
    changes.setdefault("code", next_code(keeper.unit, clock.today().year))
    return open_file(particulars=particulars(**changes), by=keeper)


def seen_by(office: Office, *people: Person, **changes: Any) -> Document:
    """An incoming document that these people may see, besides the clerk."""
    document = incoming(office, **changes)
    access.grant(document, [f"u:{one.pk}" for one in people], reason="test")
    return document

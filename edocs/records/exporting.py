"""The list of case files as a file: the columns of the law's list (Decree 30/2020, App. V), and what lies in each."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from edocs.documents.exporting import Row
from edocs.documents.listed import Listed, lists
from edocs.office.models import Person
from edocs.records.models import CaseFile
from edocs.records.queries import FileFilter, with_totals
from edocs.records.words import retention_in_words

CASE_FILES = "case_files"


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Year"), 12),
        (_("File code"), 22),
        (_("Title of the file"), 80),
        (_("Retention"), 20),
        (_("Kept by"), 32),
        (_("Unit"), 34),
        (_("Began"), 21),
        (pgettext("case file", "Ended"), 21),
        (_("Documents"), 14),
        (_("Pages"), 13),
        (_("Note"), 40),
    ]


def _row(file: CaseFile) -> Row:
    return [
        file.year,
        file.code,
        file.title,
        retention_in_words(file.retention_years),
        file.keeper.full_name,
        file.unit.name,
        file.started_on,
        file.ended_on,
        file.documents,  # type: ignore[attr-defined]
        file.pages,  # type: ignore[attr-defined]
        file.note,
    ]


def _listed(person: Person, filters: Mapping[str, str], most: int) -> Listed:
    files = FileFilter.read(filters).files(person)
    rows = (_row(file) for file in with_totals(files).order_by("-pk")[:most].iterator())
    return Listed(_("Case files"), _columns(), rows, files.count())


lists[CASE_FILES] = _listed

"""Case files of the demonstration: whoever ends a matter puts its documents into their file of that field and year."""

from __future__ import annotations

from collections.abc import Iterable

from edocs import clock
from edocs.demo.content import Event, Verb
from edocs.demo.content.model import StepKind
from edocs.demo.content.story import Fate, Step
from edocs.documents.access import may_see
from edocs.documents.models import Document
from edocs.office.models import Person
from edocs.records.models import CaseFile
from edocs.records.queries import next_code
from edocs.records.services import Particulars, close_file, may_open, open_file, put_in

#: years that files of a field are kept; those of organisation and of commendation for ever
YEARS, FOR_EVER = 20, frozenset({"tcbc", "tdkt"})
CLOSING = "Công việc trong năm đã giải quyết xong; hồ sơ gồm đủ văn bản, tài liệu hình thành."


def ends_here(event: Event) -> bool:
    """The matter is done: finished with a result, or its document issued."""
    issued = event.verb == Verb.STEP and isinstance(event.detail, Step) and event.detail.kind == StepKind.ISSUE
    return issued or (event.verb == Verb.FINISH and event.story.fate != Fate.INFORMED)


def keep(documents: Iterable[Document], *, keeper: Person, key: str, field: str) -> None:
    """Put the documents of a matter that has ended into the keeper's file; told again, it changes nothing."""
    seen = [document for document in documents if may_see(keeper, document)]
    if not seen or not may_open(keeper):
        return
    today = clock.today()
    years = None if key in FOR_EVER else YEARS
    file = _of(keeper, field, today.year)
    if file is None:
        if (last := _of(keeper, field, today.year - 1)) is not None and last.is_open:
            last_day = today.replace(year=today.year - 1, month=12, day=31)
            close_file(
                file=last,
                title=last.title,
                code=last.code,
                retention_years=years,
                ended_on=last_day,
                note=CLOSING,
                by=keeper,
            )
        assert keeper.unit is not None
        particulars = Particulars(
            code=next_code(keeper.unit, today.year),
            title=_title(field, today.year),
            retention_years=years,
            started_on=today,
        )
        file = open_file(particulars=particulars, by=keeper)
    put_in(file=file, documents=seen, by=keeper)


def _title(field: str, year: int) -> str:
    return f"Hồ sơ giải quyết công việc về {field[:1].lower()}{field[1:]} năm {year}"


def _of(keeper: Person, field: str, year: int) -> CaseFile | None:
    return CaseFile.objects.filter(keeper=keeper, year=year, title=_title(field, year)).first()

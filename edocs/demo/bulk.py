"""Many documents quickly, for measuring lists and search; rows are inserted in bulk, without the services."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from edocs.documents import indexing
from edocs.documents.choices import Direction, State
from edocs.documents.models import AccessEntry, Book, BookYear, Document, Entry
from edocs.office.models import Correspondent, DocumentKind, Person, Unit
from search.analysis import fold_code

BATCH = 2000
YEARS = 8
WORDS = (
    "báo cáo kết quả thực hiện nhiệm vụ",
    "hướng dẫn triển khai kế hoạch",
    "đề nghị thẩm định hồ sơ",
    "góp ý dự thảo quyết định",
    "rà soát thủ tục hành chính",
    "bố trí kinh phí hỗ trợ",
    "kiểm tra công vụ đột xuất",
    "sắp xếp đơn vị sự nghiệp",
    "chế độ chính sách người có công",
    "đánh giá xếp loại công chức",
    "chỉnh lý tài liệu lưu trữ",
    "tuyển dụng viên chức giáo dục",
)
PLACES = ("xã Đông Lĩnh", "phường Tân An", "xã Hòa Sơn", "huyện cũ Khe Vang", "thành phố Nam Khê", "toàn tỉnh")


def make_documents(count: int, *, index: bool = False, say: Callable[[str], object] = print) -> int:
    """Insert ``count`` documents of the last eight years with entries and access; returns how many."""
    maker = _Maker()
    made = 0
    while made < count:
        size = min(BATCH, count - made)
        documents = maker.batch(size)
        if index:
            indexing.index_documents(document.pk for document in documents)
        made += size
        if made % (BATCH * 10) == 0:
            say(f"{made} of {count}")
    return made


class _Maker:
    """Keeps what every batch needs, and counts numbers on from those already given."""

    def __init__(self) -> None:
        self._random = random.Random(11)  # noqa: S311 - invented text
        self._kinds = list(DocumentKind.objects.filter(group="administrative"))
        self._issuers = list(Correspondent.objects.all())
        self._units = list(Unit.objects.all())
        self._clerk = Person.objects.filter(role_grants__role="clerk").order_by("id").first()
        self._people = list(Person.objects.filter(is_active=True).values_list("pk", flat=True))
        self._book = Book.objects.filter(direction=Direction.INCOMING).first()
        self._last: dict[int, int] = {}

    @transaction.atomic
    def batch(self, size: int) -> list[Document]:
        documents = Document.objects.bulk_create([self._document() for _ in range(size)])
        Entry.objects.bulk_create(
            Entry(
                book=self._book,
                year=document.arrived_on.year,  # type: ignore[union-attr]
                number=document.arrival_number or 0,
                document=document,
                by=self._clerk,
                at=document.created_at,
            )
            for document in documents
        )
        AccessEntry.objects.bulk_create(
            AccessEntry(document=document, token=token, reason="bulk")
            for document in documents
            for token in self._tokens()
        )
        for year, last in self._last.items():
            BookYear.objects.update_or_create(book=self._book, year=year, defaults={"last": last})
        return documents

    def _tokens(self) -> set[str]:
        pick = self._random
        units = pick.sample(self._units, pick.choice((1, 1, 2, 3)))
        return {"r:clerk", f"u:{pick.choice(self._people)}", *(f"g:{unit.pk}" for unit in units)}

    def _document(self) -> Document:
        pick = self._random
        moment = timezone.now() - dt.timedelta(days=pick.randrange(YEARS * 365), minutes=pick.randrange(600))
        day = timezone.localtime(moment).date()
        issuer = pick.choice(self._issuers)
        number = str(pick.randrange(1, 9000))
        symbol = f"{issuer.abbreviation or 'UBND'}-VP"
        code = f"{number}/{symbol}"
        summary = f"V/v {pick.choice(WORDS)} {pick.choice(WORDS)} năm {day.year} tại {pick.choice(PLACES)}"
        return Document(
            direction=Direction.INCOMING,
            state=pick.choice((State.DONE, State.DONE, State.DONE, State.ASSIGNED, State.IN_PROGRESS)),
            kind=pick.choice(self._kinds),
            number=number,
            symbol=symbol,
            code=code,
            code_folded=fold_code(code)[:45],
            issued_on=day - dt.timedelta(days=pick.randrange(4)),
            issuer=issuer,
            issuer_name=issuer.name,
            summary=summary,
            urgency=pick.choice((0, 0, 0, 0, 0, 1, 2, 3)),
            pages=pick.randrange(1, 12),
            channel="axis",
            arrived_on=day,
            arrival_number=self._next(day.year),
            author=self._clerk,
            created_at=moment,
            changed_at=moment,
        )

    def _next(self, year: int) -> int:
        if year not in self._last:
            given = Entry.objects.filter(book=self._book, year=year).aggregate(last=Max("number"))["last"]
            self._last[year] = given or 0
        self._last[year] += 1
        return self._last[year]

"""Documents of an office for :mod:`bench.search`, the same for the same seed: about 2 KB of text on two pages each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate

from search import IndexDocument

COMPOUNDS = (
    """
công văn|văn bản|quyết định|nghị quyết|thông báo|báo cáo|tờ trình|kế hoạch|chương trình|hướng dẫn
kiểm tra|thanh tra|giám sát|xử lý|giải quyết|khiếu nại|tố cáo|hòa giải|tranh chấp|đất đai|quy hoạch
xây dựng|giấy phép|đầu tư|ngân sách|tài chính|kế toán|quyết toán|dự toán|thu chi|thuế suất|lệ phí
tài sản|công sản|mua sắm|đấu thầu|hợp đồng|nghiệm thu|bàn giao|cán bộ|công chức|viên chức|tuyển dụng
bổ nhiệm|luân chuyển|kỷ luật|khen thưởng|thi đua|đánh giá|xếp loại|đào tạo|bồi dưỡng|tập huấn
hội nghị|hội thảo|cuộc họp|giấy mời|lịch công tác|phân công|nhiệm vụ|trách nhiệm|quyền hạn|ủy quyền
chữ ký|con dấu|văn thư|lưu trữ|hồ sơ|tài liệu|mật độ|bí mật|bảo vệ|an ninh|trật tự|quốc phòng
dân quân|tự vệ|phòng cháy|chữa cháy|thiên tai|bão lũ|hạn hán|cứu trợ|y tế|bệnh viện|dịch bệnh
tiêm chủng|bảo hiểm|giáo dục|học sinh|giáo viên|trường học|kỳ thi|tốt nghiệp|văn hóa|thể thao
du lịch|di tích|lễ hội|thông tin|truyền thông|báo chí|công nghệ|chuyển đổi số|dữ liệu|phần mềm
hạ tầng|kết nối|liên thông|một cửa|thủ tục|hành chính|cải cách|người dân|doanh nghiệp|hộ kinh doanh
hợp tác xã|nông nghiệp|thủy lợi|thủy sản|chăn nuôi|thú y|lâm nghiệp|rừng phòng hộ|môi trường
chất thải|nước sạch|giao thông|vận tải|đường bộ|cầu cống|hộ nghèo|cận nghèo|trợ cấp|người có công
liệt sĩ|trẻ em|phụ nữ|thanh niên|người cao tuổi|dân tộc|tôn giáo|dân số|lao động|việc làm|tiền lương
thất nghiệp|an toàn|vệ sinh|thực phẩm|thị trường|giá cả|xuất khẩu|nhập khẩu|điện lực|năng lượng
khoáng sản|địa chính|bản đồ|đo đạc|bồi thường|tái định cư|giải phóng mặt bằng|tổ chức|biên chế
sắp xếp|đơn vị|hành pháp|tư pháp|thi hành án|hộ tịch|công chứng|chứng thực|trợ giúp pháp lý
phổ biến pháp luật
""".strip()
    .replace("\n", "|")
    .split("|")
)
VERBS = (
    """
triển khai|thực hiện|tổ chức|phối hợp|chủ trì|đề nghị|yêu cầu|ban hành|phê duyệt|thẩm định|rà soát
tổng hợp|báo cáo|trình|kiểm tra|đôn đốc|tăng cường|hoàn thành|bảo đảm|chấn chỉnh|khắc phục|công bố
đính chính|thu hồi
""".strip()
    .replace("\n", "|")
    .split("|")
)
LINKS = (
    """
và|của|về|về việc|cho|theo|trong|trên|tại|đối với|đến|từ|các|những|để|do|được|với|năm|ngày|trước
""".strip()
    .replace("\n", "|")
    .split("|")
)
BODIES = (
    "Sở Nội vụ",
    "Sở Tài chính",
    "Sở Y tế",
    "Ủy ban nhân dân huyện",
    "Ủy ban nhân dân xã",
    "Chi cục Thuế",
)
PLACES = ("Hòa Bình", "Thủy Nguyên", "Quỳnh Lưu", "Đông Hà", "Mỹ Đức", "Lý Nhân", "Khoái Châu", "Tân Uyên")
ISSUERS = [f"{body} {place}" for body in BODIES for place in PLACES]
KINDS = {
    "QĐ": "Quyết định",
    "BC": "Báo cáo",
    "TB": "Thông báo",
    "TTr": "Tờ trình",
    "KH": "Kế hoạch",
    "CV": "Công văn",
}
SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"]
ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
RIMES = [
    "an",
    "ang",
    "anh",
    "ân",
    "âm",
    "ăn",
    "ai",
    "ao",
    "au",
    "ay",
    "êu",
    "iên",
    "iêu",
    "oan",
    "oai",
    "uân",
    "uyên",
    "ông",
    "ơn",
    "ung",
    "ươi",
    "ương",
    "ưu",
    "in",
    "inh",
    "ích",
    "ác",
    "ất",
    "ốc",
]
PERSON_TOKENS, GROUPS = 20, 400
PAGES = 20_000  # different ones; each document has two of them


class Corpus:
    """Documents made from a seed; words and names follow a long-tailed distribution as real ones do."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        made = {self.random.choice(ONSETS) + self.random.choice(RIMES) for _ in range(3000)}
        names = sorted(made)
        self.names = [
            f"{self.random.choice(SURNAMES)} {one.title()} {self.random.choice(names).title()}" for one in names
        ]
        self.compounds = list(COMPOUNDS)
        self.random.shuffle(self.compounds)
        self._compound_weights = list(accumulate(1 / (rank + 1) ** 0.7 for rank in range(len(self.compounds))))
        self._pages: list[str] = []
        self._name_weights = list(accumulate(1 / (rank + 1) ** 0.95 for rank in range(len(self.names))))

    def documents(self, count: int, start: int = 1) -> Iterator[IndexDocument]:
        """The documents from ``start`` to ``count`` of eight years, about 2 KB of text on two pages each."""
        first = date(2019, 1, 1)
        self._pages = [self.page() for _ in range(PAGES)]
        for number in range(start, count + 1):
            self.random.seed(number)  # the same document wherever one starts
            day = first + timedelta(days=number * 2900 // count)
            yield self._document(number, day)

    def _document(self, number: int, day: date) -> IndexDocument:
        chance = self.random
        kind = chance.choice(list(KINDS))
        symbol = f"{kind}-UBND" if kind != "CV" else f"SNV-{chance.choice(('VP', 'TCBC', 'CCHC'))}"
        ordinal = number % 5000 + 1
        groups = {f"g:{min(int(chance.expovariate(1 / 60)), GROUPS)}" for _ in range(chance.randint(2, 5))}
        return IndexDocument(
            id=str(number),
            code=f"{ordinal}/{symbol}",
            number=ordinal,
            symbol=symbol,
            direction=chance.choice(("incoming", "outgoing")),
            kind=kind,
            issuer=chance.choice(ISSUERS),
            unit=f"unit-{chance.randint(1, 12)}",
            year=day.year,
            state=chance.choice(("registered", "in_progress", "done")),
            summary=self.sentence(12).capitalize(),
            pages=chance.choices(self._pages, k=2),
            signer=self.name(),
            recipients=["Như trên", "Lưu: VT"],
            issued_on=day,
            arrived_on=day + timedelta(days=2),
            due=datetime(day.year, day.month, day.day, 17) + timedelta(days=15) if number % 3 else None,
            has_signature=bool(number % 2),
            tokens={f"u:{chance.randint(1, 500)}", *groups},
            labels={"kind": KINDS[kind]},
        )

    def sentence(self, length: int) -> str:
        """Verb, compounds and connectives, sometimes a name or a number."""
        chance = self.random
        words = [chance.choice(VERBS)]
        compounds = chance.choices(self.compounds, cum_weights=self._compound_weights, k=length)
        for at, compound in enumerate(compounds):
            words.append(compound if at % 3 else f"{chance.choice(LINKS)} {compound}")
        if chance.random() < 0.3:
            words.append(self.name())
        if chance.random() < 0.2:
            words.append(f"số {chance.randint(1, 999)}/{day_code(chance)}")
        return " ".join(words)

    def page(self) -> str:
        """About 1,000 characters, 220 syllables."""
        return ".\n".join(self.sentence(9).capitalize() for _ in range(8)) + "."

    def name(self) -> str:
        """A person, few of them often, most of them rarely."""
        return self.random.choices(self.names, cum_weights=self._name_weights)[0]


def day_code(chance: random.Random) -> str:
    """The later part of a cited number and symbol."""
    return f"{chance.randint(2015, 2026)}/{chance.choice(('NĐ-CP', 'TT-BNV', 'QH15', 'QĐ-TTg'))}"

"""How fast the embedded search answers: ``python -m bench.search --documents 100000``.

Makes a corpus of administrative Vietnamese (the same for the same seed), indexes it in batches as a worker
would, and asks as an ordinary person with 20 access tokens: rights, three facets, 25 highlighted hits.
Prints rates, sizes and the 50th and 95th percentile in milliseconds for each kind of query.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from bench.report import Figure, keep, median, p95
from search import Engine, Facet, IndexDocument, Sort, open_engine
from search.analysis import clean, fold

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
        self._name_weights = list(accumulate(1 / (rank + 1) ** 0.95 for rank in range(len(self.names))))

    def documents(self, count: int) -> Iterator[IndexDocument]:
        """So many documents of eight years, about 2 KB of text on two pages each."""
        first = date(2019, 1, 1)
        for number in range(1, count + 1):
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
            pages=[self.page(), self.page()],
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


def kinds_of_query(corpus: Corpus, documents: int) -> dict[str, Callable[[], str]]:
    """One maker for each kind; half of what they make is typed without accents."""
    chance = random.Random(7)

    def typed(text: str) -> str:
        return fold(clean(text)) if chance.random() < 0.5 else text

    def compounds(count: int) -> str:
        return typed(" ".join(chance.sample(corpus.compounds, count)))

    return {
        "one word (2 syllables)": lambda: compounds(1),
        "three words": lambda: compounds(3),
        "a person's name": lambda: typed(corpus.name()),
        "a question of 12 words": lambda: typed(corpus.sentence(8)),
        "phrase": lambda: f'"{compounds(1)}"',
        "number and symbol": lambda: f"{chance.randint(1, min(5000, documents))} qd ubnd",
        "field and word": lambda: f"loại:qđ {compounds(1)}",
        "misspelled": lambda: compounds(2).replace("n", "m", 1) + "q",
    }


def percentiles(samples: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(samples)
    return f"{1000 * ordered[len(ordered) // 2]:7.1f} {1000 * ordered[int(len(ordered) * 0.95)]:7.1f}"


def measure(ask: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each of so many calls."""
    samples = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        samples.append(time.perf_counter() - start)
    return samples


def fill(engine: Engine, corpus: Corpus, documents: int, batch: int) -> None:
    """Index in batches; report documents a second."""
    start = time.perf_counter()
    made = corpus.documents(documents)
    making = 0.0
    while True:
        before = time.perf_counter()
        part = list(islice(made, batch))
        making += time.perf_counter() - before
        if not part:
            break
        engine.index(part)
    taken = time.perf_counter() - start - making
    print(f"indexed {documents} in {taken:.1f} s: {documents / taken:.0f} documents/s in batches of {batch}")
    one = list(corpus.documents(1))
    taken_by_one = measure(lambda: engine.index(one), 20)
    beside = f"p95 {1000 * p95(taken_by_one):.0f} ms"
    keep(Figure("Search", "one document until it is found", 1000 * median(taken_by_one), "ms", beside=beside))


def ask_all(engine: Engine, corpus: Corpus, documents: int, rounds: int) -> None:
    """Every kind of query, with rights, facets and highlights."""
    chance = random.Random(11)
    facets = [Facet.KIND, Facet.ISSUER, Facet.YEAR]

    def person() -> set[str]:
        groups = {f"g:{min(int(chance.expovariate(1 / 60)), GROUPS)}" for _ in range(PERSON_TOKENS - 1)}
        return {f"u:{chance.randint(1, 500)}", *groups}

    print(f"everything one person may read: {engine.search('', person()).total} (capped at 10,000)")
    print(f"{'milliseconds':34} {'p50':>7} {'p95':>7}")
    together: list[float] = []
    for name, make in kinds_of_query(corpus, documents).items():
        samples = measure(lambda: engine.search(make(), person(), facets=facets), rounds)  # noqa: B023
        together += samples
        print(f"{name:34} {percentiles(samples)}")
    print(f"{'all of these':34} {percentiles(together)}")
    beside = f"p95 {1000 * p95(together):.1f} ms"
    keep(Figure("Search", f"all kinds of query, {documents:,} documents", 1000 * median(together), "ms", beside=beside))
    words = kinds_of_query(corpus, documents)["three words"]
    newest = measure(lambda: engine.search(words(), person(), facets=facets, sort=Sort.DATE), rounds)
    print(f"{'three words, newest first':34} {percentiles(newest)}")
    everything = measure(lambda: engine.search("", person(), facets=facets), rounds)
    print(f"{'everything readable, newest first':34} {percentiles(everything)}")
    beginnings = measure(lambda: engine.suggest(words()[: chance.randint(3, 12)], person()), rounds)
    print(f"{'suggestions':34} {percentiles(beginnings)}")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=200, help="queries of each kind")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    corpus = Corpus(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        engine = open_engine(folder)
        fill(engine, corpus, arguments.documents, arguments.batch)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        print(f"index: {size / 1e6:.0f} MB, {size / arguments.documents:.0f} bytes a document")
        ask_all(engine, corpus, arguments.documents, arguments.rounds)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

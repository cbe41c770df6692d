# ruff: noqa: E501 (tables of words, a line each)
"""A corpus for :mod:`bench.search_quality`: ``python -m bench.quality_corpus FOLDER``.

Writes ``corpus.jsonl``, and for each way of asking ``<way>.tsv`` with ``<way>.qrels``. The same seed makes the same
files. Each article tells one aspect (conditions, papers, time limit, ...) of one procedure for one group of people, in
the words of offices, and names other procedures beside it, so that thousands of articles share most of their words and
only neighbours tell them apart. Questions use people's words and not the title's.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from itertools import product
from pathlib import Path

from search.analysis import LONGEST_TERM, clean, fold

# Procedure as offices write it | as people ask for it | what belongs to it.
PROCEDURES = [
    tuple(line.split(" | "))
    for line in """
cấp giấy phép xây dựng nhà ở riêng lẻ | xin phép xây nhà | bản vẽ thiết kế, ranh giới thửa đất, chiều cao công trình
cấp giấy chứng nhận quyền sử dụng đất | làm sổ đỏ | trích lục bản đồ, nguồn gốc đất, nghĩa vụ tài chính
chuyển mục đích sử dụng đất | chuyển đất vườn sang đất ở | kế hoạch sử dụng đất, đất trồng lúa, tiền sử dụng đất
bồi thường, hỗ trợ khi thu hồi đất | được đền bù khi bị thu hồi đất | giá đất cụ thể, tái định cư, bàn giao mặt bằng
hòa giải tranh chấp đất đai | giải quyết tranh chấp đất với hàng xóm | biên bản hòa giải, ranh giới, hội đồng hòa giải
đăng ký hộ kinh doanh | mở cửa hàng kinh doanh | ngành nghề, vốn kinh doanh, địa điểm kinh doanh
cấp giấy phép kinh doanh rượu | bán rượu | cơ sở sản xuất, hợp đồng nguyên tắc, an toàn thực phẩm
cấp giấy chứng nhận an toàn thực phẩm | mở quán ăn | khám sức khỏe, nguồn nước, khu chế biến
đăng ký khai sinh | làm giấy khai sinh cho con | giấy chứng sinh, họ tên cha mẹ, quê quán
đăng ký khai tử | báo tử cho người thân | giấy báo tử, nơi cư trú cuối cùng, người thân thích
đăng ký kết hôn | làm giấy kết hôn | tình trạng hôn nhân, tờ khai, hai bên nam nữ
nhận nuôi con nuôi | xin con nuôi | hoàn cảnh gia đình, phiếu lý lịch tư pháp, trẻ em mồ côi
xác nhận tình trạng hôn nhân | xin giấy độc thân | quyết định ly hôn, nơi thường trú, mục đích sử dụng
thay đổi, cải chính hộ tịch | sửa tên trong giấy khai sinh | sai sót hộ tịch, bản chính, căn cứ cải chính
cấp thẻ căn cước | làm thẻ căn cước | ảnh khuôn mặt, vân tay, cơ sở dữ liệu dân cư
đăng ký thường trú | nhập hộ khẩu | chỗ ở hợp pháp, chủ hộ, hợp đồng thuê nhà
đăng ký tạm trú | khai báo tạm trú | nơi tạm trú, thời gian tạm trú, chủ nhà trọ
cấp hộ chiếu phổ thông | làm hộ chiếu | xuất cảnh, ảnh chân dung, hộ chiếu cũ
cấp phiếu lý lịch tư pháp | xin lý lịch tư pháp | án tích, cơ quan tiến hành tố tụng, nơi cư trú
hưởng bảo hiểm xã hội một lần | rút bảo hiểm một lần | thời gian đóng, sổ bảo hiểm, mức bình quân tiền lương
hưởng chế độ thai sản | nghỉ sinh con được hưởng tiền | thời gian nghỉ, giấy chứng sinh, người lao động nữ
hưởng trợ cấp thất nghiệp | nhận tiền thất nghiệp | quyết định thôi việc, tìm kiếm việc làm, tháng đóng bảo hiểm
hưởng chế độ ốm đau | nghỉ ốm được trả lương | giấy ra viện, bệnh dài ngày, cơ sở khám bệnh
giải quyết chế độ hưu trí | nghỉ hưu | tuổi nghỉ hưu, thời gian công tác, lương hưu hằng tháng
cấp thẻ bảo hiểm y tế | có thẻ khám bệnh | mức hưởng, nơi khám ban đầu, hộ gia đình tham gia
trợ cấp xã hội hằng tháng | nhận tiền trợ cấp hằng tháng | mức chuẩn trợ giúp, hội đồng xét duyệt, hệ số
công nhận hộ nghèo, hộ cận nghèo | được xét hộ nghèo | rà soát, phiếu điều tra, thu nhập bình quân
công nhận người có công với cách mạng | làm hồ sơ người có công | giấy tờ gốc, thương tật, nhân chứng
hỗ trợ chi phí mai táng | nhận tiền mai táng phí | giấy chứng tử, người tổ chức mai táng, thân nhân
tuyển dụng viên chức | thi vào viên chức | vị trí việc làm, hội đồng tuyển dụng, xét tuyển
bổ nhiệm công chức lãnh đạo | lên chức lãnh đạo | quy hoạch, tiêu chuẩn chức danh, lấy phiếu tín nhiệm
kỷ luật cán bộ, công chức | bị kỷ luật | hành vi vi phạm, hội đồng kỷ luật, bản kiểm điểm
nâng bậc lương trước thời hạn | tăng lương sớm | thành tích xuất sắc, tỷ lệ nâng bậc, thời gian giữ bậc
tinh giản biên chế | nghỉ theo diện tinh giản | sắp xếp tổ chức, trợ cấp một lần, vị trí dôi dư
khen thưởng, tặng bằng khen | được tặng bằng khen | thành tích, hội đồng thi đua, báo cáo tóm tắt
giải quyết khiếu nại lần đầu | khiếu nại quyết định hành chính | đơn khiếu nại, đối thoại, quyết định giải quyết
giải quyết tố cáo | tố cáo cán bộ | kết luận nội dung, bảo vệ người tố cáo, xác minh
tiếp công dân định kỳ | gặp lãnh đạo để phản ánh | lịch tiếp, phiếu hẹn, trụ sở tiếp công dân
cung cấp thông tin theo yêu cầu | xin cung cấp thông tin | bí mật nhà nước, phiếu yêu cầu, chi phí sao chụp
chứng thực bản sao từ bản chính | sao y giấy tờ | bản chính, sổ chứng thực, bản photo
chứng thực hợp đồng, giao dịch | chứng thực giấy mua bán | lời chứng, người làm chứng, năng lực hành vi
đấu giá quyền sử dụng đất | mua đất đấu giá | giá khởi điểm, tiền đặt trước, bước giá
mua sắm tài sản công | mua máy móc cho cơ quan | tiêu chuẩn định mức, gói thầu, dự toán mua sắm
thanh lý tài sản công | bán tài sản cũ của cơ quan | giá trị còn lại, biên bản thanh lý, hội đồng thanh lý
lập dự toán ngân sách | lập dự toán thu chi | định mức phân bổ, thuyết minh, năm kế hoạch
quyết toán vốn đầu tư công | quyết toán công trình | kiểm toán, chi phí đầu tư, tài sản hình thành
miễn, giảm thuế sử dụng đất | được giảm thuế đất | đơn đề nghị, hạn mức, thiên tai hỏa hoạn
hoàn thuế giá trị gia tăng | lấy lại tiền thuế | hóa đơn đầu vào, chứng từ thanh toán, kỳ hoàn thuế
cấp giấy phép khai thác nước dưới đất | khoan giếng | lưu lượng, vùng hạn chế, đề án thăm dò
đánh giá tác động môi trường | làm báo cáo môi trường | nguồn thải, tham vấn cộng đồng, chương trình giám sát
xử phạt vi phạm giao thông đường bộ | bị phạt khi lái xe | nồng độ cồn, giấy phép lái xe, tạm giữ phương tiện
cấp, đổi giấy phép lái xe | đổi bằng lái xe | giấy khám sức khỏe, sát hạch, hạng giấy phép
đăng ký xe mô tô | làm biển số xe máy | lệ phí trước bạ, chứng từ nguồn gốc xe, số khung số máy
cấp phép sử dụng tạm thời vỉa hè | để xe trên vỉa hè | phần còn lại cho người đi bộ, thời gian sử dụng, kẻ vạch
nghiệm thu phòng cháy, chữa cháy | được nghiệm thu phòng cháy | thiết bị báo cháy, lối thoát nạn, hồ sơ thẩm duyệt
tổ chức lễ hội truyền thống | mở hội làng | ban tổ chức, kịch bản, bảo đảm an ninh
thành lập trường mầm non tư thục | mở trường mầm non | đề án, cơ sở vật chất, đội ngũ giáo viên
chuyển trường cho học sinh | xin chuyển trường cho con | học bạ, giấy giới thiệu, nơi chuyển đến
hỗ trợ học phí, miễn giảm học phí | được miễn học phí | cơ sở giáo dục, cấp bù, danh sách thụ hưởng
tuyển sinh vào lớp mười | thi vào lớp mười | môn thi, điểm ưu tiên, nguyện vọng
cấp giấy phép hoạt động khám bệnh, chữa bệnh | mở phòng khám | chứng chỉ hành nghề, trang thiết bị, phạm vi chuyên môn
tiêm chủng mở rộng | tiêm vắc xin cho trẻ | lịch tiêm, tủ bảo quản, phản ứng sau tiêm
phòng, chống dịch tả lợn châu Phi | lợn bị dịch chết | tiêu hủy, vùng dịch, khử trùng
hỗ trợ thiệt hại do thiên tai | nhà bị bão làm hỏng | mức hỗ trợ, biên bản thiệt hại, giống cây trồng
chuyển đổi cơ cấu cây trồng | bỏ lúa trồng cây khác | tưới tiêu, vùng chuyên canh, liên kết tiêu thụ
thành lập hợp tác xã | lập hợp tác xã | điều lệ, thành viên sáng lập, vốn góp
giao rừng, cho thuê rừng | nhận rừng để trồng | bản đồ hiện trạng, khoán bảo vệ, cộng đồng dân cư
khai thác khoáng sản làm vật liệu | khai thác cát sỏi | trữ lượng, đề án cải tạo, ký quỹ
lưu trữ hồ sơ điện tử | nộp hồ sơ vào kho lưu trữ | mục lục hồ sơ, thời hạn bảo quản, định dạng
sử dụng chữ ký số chuyên dùng | xin cấp chữ ký số | thiết bị lưu khóa, chứng thư số, thu hồi
tiếp nhận văn bản trên trục liên thông | gửi nhận văn bản điện tử | mã định danh, trạng thái, bản giấy
""".strip().splitlines()
]
# Aspect as offices write it | as people ask | what an article of it says.
ASPECTS = [
    tuple(line.split(" | "))
    for line in """
Điều kiện | cần đáp ứng những điều kiện gì để {} | Chỉ được xem xét khi đáp ứng đủ các yêu cầu sau đây; trường hợp không đủ thì trả lời bằng văn bản và nêu rõ lý do
Thành phần hồ sơ | cần nộp những giấy tờ gì khi {} | Hồ sơ gồm đơn theo mẫu, bản sao giấy tờ chứng minh và các tài liệu liên quan; số lượng một bộ, nộp trực tiếp hoặc qua dịch vụ công
Thời hạn giải quyết | {} thì bao nhiêu ngày có kết quả | Kết quả được trả trong thời hạn mười lăm ngày làm việc kể từ ngày nhận đủ; quá hạn phải xin lỗi bằng văn bản
Lệ phí | {} phải đóng bao nhiêu tiền | Mức thu do hội đồng nhân dân quy định; biên lai giao cho người nộp, số thu nộp vào ngân sách
Thẩm quyền | cơ quan nào có quyền quyết định việc {} | Người đứng đầu ký quyết định, được ủy quyền cho cấp phó; trường hợp vượt thẩm quyền thì báo cáo cấp trên
Trình tự thực hiện | các bước {} như thế nào | Bộ phận một cửa tiếp nhận, chuyển đơn vị chuyên môn thẩm định, trình ký và trả kết quả theo giấy hẹn
Mức xử phạt | {} sai quy định thì bị phạt ra sao | Hành vi vi phạm bị phạt tiền và buộc khắc phục hậu quả; tái phạm bị áp dụng tình tiết tăng nặng
Trách nhiệm của cơ quan | ai chịu trách nhiệm khi {} bị chậm | Đơn vị chủ trì phối hợp, đôn đốc, kiểm tra; chậm trễ phải giải trình và bị xem xét khi đánh giá cuối năm
""".strip().splitlines()
]
GROUPS = [
    tuple(line.split(" | "))
    for line in """
hộ gia đình, cá nhân | gia đình tôi
doanh nghiệp nhỏ và vừa | công ty nhỏ
người cao tuổi | người già
người khuyết tật | người tàn tật
đồng bào dân tộc thiểu số | người dân tộc
cán bộ, công chức cấp xã | cán bộ xã
quân nhân xuất ngũ | bộ đội xuất ngũ
người Việt Nam định cư ở nước ngoài | Việt kiều
lao động nữ | phụ nữ đi làm
hộ nghèo và cận nghèo | nhà nghèo
học sinh, sinh viên | sinh viên
tổ chức tôn giáo | nhà chùa
""".strip().splitlines()
]
LEADS = ("", "Cho tôi hỏi ", "Xin hỏi ", "Tôi muốn biết ", "Anh chị cho hỏi ")
FILLING = (
    "Căn cứ quy định của pháp luật và tình hình thực tế tại địa phương",
    "Các cơ quan, đơn vị có trách nhiệm tổ chức thực hiện nghiêm túc nội dung này",
    "Trong quá trình thực hiện nếu có vướng mắc đề nghị phản ánh kịp thời để được hướng dẫn",
    "Việc thực hiện phải bảo đảm công khai, minh bạch, đúng đối tượng, đúng thời gian",
    "Kết quả thực hiện được tổng hợp trong báo cáo định kỳ gửi cơ quan cấp trên",
)
ASKED = 400


def articles(chance: random.Random) -> list[dict[str, str]]:
    """Every procedure, aspect and group; the words that tell them apart stand among those of others."""
    made = []
    for (name, _, belongings), (aspect, _, says), (group, _) in product(PROCEDURES, ASPECTS, GROUPS):
        beside = chance.sample(PROCEDURES, 2)
        parts = belongings.split(", ")
        lines = [
            f"{aspect} {name} đối với {group} được quy định như sau",
            says,
            f"Khi {name} phải xét đến {chance.choice(parts)} và {chance.choice(parts)} của {group}",
            f"Quy định này không áp dụng đối với việc {beside[0][0]}; {aspect.lower()} {beside[1][0]} theo quy định riêng",
            f"Người đại diện của {chance.choice(GROUPS)[0]} được mời tham gia khi cần",
            *chance.sample(FILLING, 3),
        ]
        chance.shuffle(lines)
        number = (
            f"{chance.randint(1, 400)}/{chance.randint(2016, 2026)}/{chance.choice(('NĐ-CP', 'TT-BNV', 'QĐ-UBND'))}"
        )
        title = f"Điều {chance.randint(1, 90)}. {aspect} {name}"
        key = f"{len(made)}:{number}#{len(made) % 7}"
        made.append({"id": key, "title": title, "text": ".\n".join(lines) + f" (kèm theo {number})."})
    return made


def questions(chance: random.Random) -> list[tuple[str, int]]:
    """Sentences as people ask, each with the place of the article that answers it."""
    places = list(product(range(len(PROCEDURES)), range(len(ASPECTS)), range(len(GROUPS))))
    asked = []
    for procedure, aspect, group in chance.sample(places, ASKED):
        name = PROCEDURES[procedure][chance.choice((0, 0, 1))]
        who = GROUPS[group][chance.choice((0, 1))]
        question = ASPECTS[aspect][1].format(name)
        sentence = chance.choice((f"{who} {question}", f"{question} đối với {who}", f"{question} nếu là {who}"))
        text = f"{chance.choice(LEADS)}{sentence}?"
        asked.append((text, (procedure * len(ASPECTS) + aspect) * len(GROUPS) + group))
    return asked


def remembered(
    chance: random.Random, corpus: list[dict[str, str]], words: Callable[[list[str]], str]
) -> list[tuple[str, int]]:
    """Known articles, asked for with some of their own words."""
    asked = []
    for at in chance.sample(range(len(corpus)), ASKED):
        # What tells it apart is what one remembers, not the sentences that every text has.
        own = [line for line in corpus[at]["text"].split(".\n") if "quy định như sau" in line or line.startswith("Khi")]
        asked.append((words(" ".join(own).split()), at))
    return asked


def keywords(chance: random.Random) -> list[tuple[str, int]]:
    """Procedure, aspect and group in a few words, without those that join them."""
    asked = []
    for at in chance.sample(range(len(PROCEDURES) * len(ASPECTS) * len(GROUPS)), ASKED):
        rest, group = divmod(at, len(GROUPS))
        procedure, aspect = divmod(rest, len(ASPECTS))
        asked.append((f"{ASPECTS[aspect][0].lower()} {PROCEDURES[procedure][0]} {GROUPS[group][0]}", at))
    return asked


def three_pairs(chance: random.Random) -> Callable[[list[str]], str]:
    """Three places of two neighbouring words each."""

    def words(text: list[str]) -> str:
        starts = sorted(chance.sample(range(len(text) - 1), 3))
        return " ".join(f"{text[at]} {text[at + 1]}" for at in starts)

    return words


def slipped(chance: random.Random, text: str) -> str:
    """One letter of one longer word left out or exchanged."""
    words = text.split()
    at = chance.choice([place for place, word in enumerate(words) if 4 <= len(word) <= LONGEST_TERM])
    cut = chance.randrange(1, len(words[at]) - 1)
    other = chance.choice(("", chance.choice("bcdghklmnpqrstvx")))
    words[at] = words[at][:cut] + other + words[at][cut + 1 :]
    return " ".join(words)


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    corpus = articles(chance)
    asked = questions(chance)
    ways = {
        "questions": asked,
        "questions_without_accents": [(fold(clean(text)), at) for text, at in asked],
        "questions_with_a_slip": [(slipped(chance, text), at) for text, at in asked],
        "keywords": keywords(chance),
        "three_remembered_pairs": remembered(chance, corpus, three_pairs(chance)),
    }
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with (arguments.folder / "corpus.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in corpus)
    for way, made in ways.items():
        texts = [f"{at}\t{text}\n" for at, (text, _) in enumerate(made)]
        relevant = [f"{at} 0 {corpus[place]['id']} 1\n" for at, (_, place) in enumerate(made)]
        (arguments.folder / f"{way}.tsv").write_text("".join(texts), encoding="utf-8")
        (arguments.folder / f"{way}.qrels").write_text("".join(relevant), encoding="utf-8")
    print(f"{len(corpus)} articles and {len(ways)} times {ASKED} queries in {arguments.folder}")


if __name__ == "__main__":
    main()

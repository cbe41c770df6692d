"""Plans, reports, notices, guidance, invitations and letters the department sends of its own accord."""

from __future__ import annotations

from datetime import date

from ..matter import OwnMatter

_OWN_UNITS = ("Các phòng, đơn vị thuộc Sở",)
_PROVINCE = ("Ủy ban nhân dân tỉnh Nam Khê",)

LETTERS: tuple[OwnMatter, ...] = (
    OwnMatter(
        key="inspection-plan",
        field="cchc",
        unit="CCHC",
        kind="KH",
        summary="Kiểm tra {topic}",
        addressees=(),
        body="""
        Thực hiện Chương trình công tác năm {year}, Sở Nội vụ ban hành Kế hoạch kiểm tra {topic} như sau:
        I. MỤC ĐÍCH, YÊU CẦU
        1. Đánh giá đúng thực trạng, kịp thời chấn chỉnh thiếu sót; phát hiện cách làm hay để nhân rộng.
        2. Kiểm tra có trọng tâm, không gây cản trở hoạt động bình thường của đơn vị được kiểm tra.
        II. NỘI DUNG
        1. Việc tiếp nhận, giải quyết hồ sơ thủ tục hành chính; xin lỗi khi quá hạn.
        2. Việc chấp hành kỷ luật, kỷ cương, giờ giấc làm việc; sử dụng văn bản điện tử, ký số.
        III. THỜI GIAN, TỔ CHỨC THỰC HIỆN
        1. Kiểm tra tại {n} đơn vị, bắt đầu từ {meeting_day}; mỗi đơn vị không quá 01 ngày.
        2. Phòng Cải cách hành chính là đầu mối, tổng hợp kết quả trình Giám đốc Sở trong 10 ngày sau khi kết
            thúc./.
        """,
        picks={
            "topic": (
                "công tác cải cách hành chính {quarter}",
                "kỷ luật, kỷ cương hành chính đột xuất {month}",
                "hoạt động của Trung tâm Phục vụ hành chính công cấp xã {quarter}",
                "việc sử dụng chữ ký số tại các xã, phường {quarter}",
            )
        },
        counts={"n": (4, 14)},
        recipients=("Các đơn vị được kiểm tra", "Văn phòng UBND tỉnh"),
        weight=3,
    ),
    OwnMatter(
        key="year-plan",
        field="vtlt",
        unit="VTLT",
        kind="KH",
        summary="{topic}",
        body="""
        Căn cứ Luật Lưu trữ số 33/2024/QH15 và tình hình thực tế, Sở Nội vụ xây dựng kế hoạch với các nội dung
            sau:
        I. MỤC TIÊU
        1. Hoàn thành chỉnh lý {n} mét giá tài liệu; số hóa {m} hồ sơ có tần suất khai thác cao.
        2. Bảo đảm 100% hồ sơ công việc trong kỳ được lập trên môi trường điện tử.
        II. NHIỆM VỤ
        1. Kiểm kê, phân loại, vệ sinh tài liệu; bố trí lại giá kệ, trang bị máy hút ẩm.
        2. Tập huấn cho người làm văn thư, lưu trữ của các xã, phường.
        III. KINH PHÍ VÀ TỔ CHỨC THỰC HIỆN
        1. Kinh phí bố trí trong dự toán năm {year} của Sở và nguồn xã hội hóa hợp pháp.
        2. Phòng Văn thư, lưu trữ chủ trì, báo cáo tiến độ vào ngày 20 hằng tháng./.
        """,
        picks={
            "topic": (
                "Chỉnh lý, số hóa tài liệu tồn đọng của {commune}",
                "Tập huấn nghiệp vụ văn thư, lưu trữ điện tử {quarter}",
                "Nộp lưu tài liệu vào lưu trữ lịch sử đợt {month}",
                "Thu thập tài liệu số của các cơ quan giải thể, {quarter}",
            )
        },
        counts={"n": (60, 420), "m": (800, 9600)},
        recipients=("Trung tâm Lưu trữ lịch sử tỉnh", "Các phòng, đơn vị thuộc Sở"),
        weight=3,
    ),
    OwnMatter(
        key="citizen-reception",
        field="hc",
        unit="VP",
        kind="TB",
        summary="{topic}",
        body="""
        Sở Nội vụ tỉnh Nam Khê thông báo {topic_lower} như sau:
        1. Thời gian: buổi sáng từ 07 giờ 30 đến 11 giờ 30, buổi chiều từ 13 giờ 30 đến 17 giờ 30.
        2. Địa điểm: trụ sở Sở Nội vụ, số 18 đường Hòa Bình, phường Tân An, tỉnh Nam Khê.
        3. Phân công: lãnh đạo Sở phụ trách lĩnh vực trực tiếp chủ trì; Văn phòng Sở bố trí người ghi chép,
            phòng chuyên môn cử công chức tham gia.
        4. Số điện thoại liên hệ: 0299 3 000 018, máy lẻ {n}.
        Sở Nội vụ thông báo để cơ quan, tổ chức, công dân biết, liên hệ công tác./.
        """,
        picks={
            "topic": (
                "Lịch tiếp công dân của lãnh đạo Sở {next_month}",
                "Phân công trực lãnh đạo và trực cơ quan {next_month}",
                "Lịch đối thoại với doanh nghiệp về lao động, việc làm {next_month}",
                "Lịch tiếp nhận, trả kết quả hồ sơ ngày thứ Bảy {next_month}",
            )
        },
        counts={"n": (101, 118)},
        recipients=("Ban Tiếp công dân tỉnh", "Các phòng, đơn vị thuộc Sở", "Cổng thông tin điện tử của Sở"),
        weight=4,
    ),
    OwnMatter(
        key="recruitment-notice",
        field="ccvc",
        unit="CCVC",
        kind="TB",
        summary="Kết quả xét tuyển viên chức {topic}",
        body="""
        Căn cứ Nghị định số 115/2020/NĐ-CP ngày 25 tháng 9 năm 2020 của Chính phủ (được sửa đổi, bổ sung bởi
            Nghị định số 85/2023/NĐ-CP), Sở Nội vụ thông báo kết quả xét tuyển viên chức {topic}:
        1. Tổng số thí sinh dự vòng 2: {n} người; số trúng tuyển: {m} người (danh sách kèm theo).
        2. Thí sinh có quyền đề nghị phúc khảo trong 15 ngày kể từ ngày thông báo.
        3. Người trúng tuyển hoàn thiện hồ sơ trong 30 ngày; quá hạn coi như từ chối tuyển dụng.
        Kết quả được niêm yết tại trụ sở và đăng trên Cổng thông tin điện tử của Sở./.
        """,
        picks={
            "topic": (
                "Trung tâm Lưu trữ lịch sử tỉnh, đợt {k} năm {year}",
                "Trung tâm Dịch vụ việc làm tỉnh, đợt {k} năm {year}",
                "Trung tâm Điều dưỡng người có công tỉnh, đợt {k} năm {year}",
            )
        },
        counts={"n": (18, 96), "m": (3, 15), "k": (1, 4)},
        attachments=("Danh sách trúng tuyển",),
        recipients=("Hội đồng xét tuyển", "Cổng thông tin điện tử của Sở"),
        weight=2,
    ),
    OwnMatter(
        key="month-report",
        field="hc",
        unit="VP",
        kind="BC",
        summary="{topic}",
        addressees=_PROVINCE,
        body="""
        Sở Nội vụ báo cáo Ủy ban nhân dân tỉnh kết quả công tác như sau:
        I. KẾT QUẢ ĐẠT ĐƯỢC
        1. Tổ chức bộ máy: thẩm định {n} đề án, trình ban hành 03 quyết định; biên chế sử dụng trong chỉ tiêu
            được giao.
        2. Cải cách hành chính: tiếp nhận {m} hồ sơ, giải quyết trước và đúng hạn {rate}%.
        3. Người có công, lao động: chi trả trợ cấp đầy đủ, kịp thời; giải quyết việc làm cho {people} lao
            động.
        II. HẠN CHẾ
        1. Một số báo cáo của cấp xã còn chậm; công tác chỉnh lý tài liệu chưa đạt tiến độ.
        III. NHIỆM VỤ THỜI GIAN TỚI
        1. Hoàn thành các nhiệm vụ Ủy ban nhân dân tỉnh giao đúng hạn; tham mưu kế hoạch biên chế năm
            {next_year}.
        2. Tổ chức tập huấn nghiệp vụ cho công chức cấp xã./.
        """,
        picks={
            "topic": (
                "Kết quả công tác nội vụ {report_month}",
                "Kết quả công tác nội vụ {report_quarter}",
                "Tình hình thực hiện nhiệm vụ do Chủ tịch UBND tỉnh giao {report_month}",
                "Kết quả thực hiện quy chế dân chủ ở cơ sở {report_quarter}",
                "Công tác văn thư, lưu trữ {report_quarter}",
                "Tình hình ứng dụng chữ ký số {report_quarter}",
            )
        },
        counts={"n": (2, 11), "m": (410, 2600), "people": (540, 3100)},
        rates={"rate": (9705, 9990)},
        recipients=("Như trên", "Bộ Nội vụ", "Các phòng, đơn vị thuộc Sở"),
        signatory="giamdoc",
        weight=4,
    ),
    OwnMatter(
        key="office-invitation",
        field="hc",
        unit="VP",
        kind="GM",
        summary="{topic}",
        addressees=_OWN_UNITS,
        body="""
        Thừa lệnh Giám đốc Sở, Văn phòng Sở trân trọng kính mời Trưởng các phòng, đơn vị dự họp:
        1. Nội dung: {topic_lower}.
        2. Chủ trì: {chair}.
        3. Thời gian: {meeting}.
        4. Địa điểm: Phòng họp tầng {n}, trụ sở Sở Nội vụ.
        Các phòng, đơn vị gửi tài liệu về Văn phòng Sở trước 01 ngày làm việc. Trân trọng./.
        """,
        picks={
            "topic": (
                "Họp giao ban công tác {month}",
                "Họp thẩm định đề án vị trí việc làm, {month}",
                "Hội nghị sơ kết công tác {quarter}",
                "Họp Hội đồng lương {quarter}",
                "Họp rút kinh nghiệm giải quyết văn bản quá hạn {month}",
                "Tập huấn phần mềm quản lý văn bản và ký số, {month}",
                "Gặp mặt công chức, viên chức nghỉ hưu {quarter}",
            ),
            "chair": ("đồng chí Giám đốc Sở", "đồng chí Phó Giám đốc Nguyễn Thị Hồng Nhung"),
        },
        counts={"n": (2, 4)},
        recipients=("Như trên", "Giám đốc, các Phó Giám đốc"),
        signatory="chanhvanphong",
        weight=5,
    ),
    OwnMatter(
        key="introduction-letter",
        field="hc",
        unit="VP",
        kind="GGT",
        summary="Giới thiệu {colleague} đến liên hệ công tác tại {commune} ({topic})",
        body="""
        Sở Nội vụ tỉnh Nam Khê trân trọng giới thiệu {colleague}, {position}, được cử đến Ủy ban nhân dân
            {commune}.
        Về việc: {topic}. Đề nghị Quý cơ quan tạo điều kiện để đồng chí có tên ở trên hoàn thành nhiệm vụ.
        Giấy này có giá trị đến hết {due}./.
        """,
        picks={
            "topic": (
                "xác minh hồ sơ người có công",
                "kiểm tra kho lưu trữ",
                "khảo sát hoạt động bộ phận một cửa",
                "thu thập số liệu thị trường lao động",
            )
        },
        recipients=("Như trên",),
        since=date(2025, 7, 1),
        signatory="chanhvanphong",
        weight=3,
    ),
    OwnMatter(
        key="training-needs",
        field="hc",
        unit="VP",
        kind="CV",
        summary="V/v đôn đốc {topic}",
        addressees=_OWN_UNITS,
        body="""
        Thừa lệnh Giám đốc Sở, Văn phòng Sở đề nghị Trưởng các phòng, đơn vị thực hiện {topic}:
        1. Rà soát {n} văn bản đến hạn trong tuần, cập nhật kết quả giải quyết trên hệ thống quản lý văn bản.
        2. Lập hồ sơ công việc điện tử đối với việc đã xong; không để văn bản ở trạng thái chờ khi đã có trả
            lời.
        3. Báo cáo khó khăn về Văn phòng Sở trước {due}.
        Văn phòng Sở sẽ tổng hợp, báo cáo tại giao ban tuần./.
        """,
        picks={
            "topic": (
                "giải quyết văn bản quá hạn {month}",
                "đăng ký nhu cầu đào tạo, bồi dưỡng năm {next_year}",
                "lập hồ sơ công việc và nộp lưu {quarter}",
                "kê khai bổ sung hồ sơ công chức điện tử {month}",
                "đăng ký danh hiệu thi đua năm {next_year}",
            )
        },
        counts={"n": (8, 46)},
        recipients=("Như trên", "Giám đốc, các Phó Giám đốc"),
        signatory="chanhvanphong",
        weight=4,
    ),
    OwnMatter(
        key="locality-letter",
        field="xdcq",
        unit="XDCQ",
        kind="CV",
        summary="V/v {topic}",
        addressees=("Ủy ban nhân dân các xã, phường",),
        body="""
        Để kịp thời tổng hợp, báo cáo cấp có thẩm quyền, Sở Nội vụ đề nghị Ủy ban nhân dân các xã, phường thực
            hiện việc {topic}:
        1. Báo cáo số liệu đến hết {last_month} theo biểu mẫu kèm theo; chịu trách nhiệm về tính chính xác.
        2. Nêu cụ thể vướng mắc, đề xuất; không gửi kiến nghị chung chung.
        3. Gửi bản điện tử có ký số qua Trục liên thông trước {due}; đầu mối: {drafter}, {unit}.
        Địa phương gửi chậm sẽ bị trừ điểm thi đua theo quy định./.
        """,
        picks={
            "topic": (
                "báo cáo xếp loại thôn, tổ dân phố {quarter}",
                "rà soát số lượng người hoạt động không chuyên trách {month}",
                "đăng ký nhu cầu bồi dưỡng công chức cấp xã {quarter}",
                "báo cáo tình hình hoạt động của hội, quỹ {quarter}",
                "rà soát mốc địa giới hành chính {quarter}",
                "báo cáo tình hình thực hiện Luật Thanh niên {quarter}",
            )
        },
        attachments=("Biểu mẫu",),
        recipients=("Như trên", "Giám đốc, các Phó Giám đốc"),
        since=date(2025, 7, 1),
        weight=4,
    ),
    OwnMatter(
        key="labour-guidance",
        field="ldvl",
        unit="LĐVL",
        kind="HD",
        summary="{topic}",
        addressees=("Các doanh nghiệp trên địa bàn tỉnh", "Ủy ban nhân dân các xã, phường"),
        body="""
        Để thống nhất thực hiện các quy định của pháp luật về lao động, Sở Nội vụ hướng dẫn như sau:
        1. Đối tượng: doanh nghiệp, hợp tác xã, hộ kinh doanh có thuê mướn, sử dụng lao động theo hợp đồng.
        2. Nội dung: thực hiện đối thoại, công khai quy chế thưởng; báo cáo qua Cổng Dịch vụ công quốc gia,
            không nhận bản giấy.
        3. Thời hạn báo cáo: trước {due}; sau thời hạn, Sở Nội vụ lập danh sách chuyển cơ quan thanh tra.
        Vướng mắc liên hệ Phòng Lao động, việc làm, điện thoại 0299 3 000 018, máy lẻ {n}./.
        """,
        picks={
            "topic": (
                "Báo cáo tình hình sử dụng lao động {quarter}",
                "Rà soát việc trả lương làm thêm giờ {quarter}",
                "Thực hiện quy chế dân chủ ở doanh nghiệp năm {year}",
                "Huấn luyện an toàn, vệ sinh lao động năm {year}",
            )
        },
        counts={"n": (201, 212)},
        recipients=("Như trên", "Liên đoàn Lao động tỉnh", "Ban Quản lý các khu công nghiệp"),
        weight=3,
    ),
    OwnMatter(
        key="procurement-letter",
        field="khtc",
        unit="KHTC",
        kind="CV",
        summary="V/v đề nghị {topic}",
        addressees=("Sở Tài chính tỉnh Nam Khê",),
        body="""
        Căn cứ dự toán được giao năm {year}, Sở Nội vụ đề nghị Sở Tài chính {topic} với nội dung sau:
        1. Lý do: phát sinh nhiệm vụ được giao ngoài dự toán đầu năm; đơn vị đã sắp xếp nguồn nhưng chưa đủ.
        2. Số kinh phí đề nghị: {m} triệu đồng; chi tiết theo phụ lục và báo giá của {n} nhà cung cấp.
        3. Thời gian thực hiện: trong {quarter}.
        Đề nghị Sở Tài chính xem xét, trình cấp có thẩm quyền./.
        """,
        picks={
            "topic": (
                "bổ sung kinh phí tập huấn công chức cấp xã {quarter}",
                "bổ sung kinh phí thăm, tặng quà người có công {quarter}",
                "thẩm định giá thiết bị kho lưu trữ {quarter}",
                "cấp kinh phí chi trả chế độ nghỉ việc do sắp xếp bộ máy, {month}",
                "điều chỉnh dự toán giữa các nội dung chi {quarter}",
            )
        },
        attachments=("Phụ lục kinh phí", "Báo giá"),
        counts={"n": (2, 3), "m": (180, 4600)},
        recipients=("Như trên",),
        weight=3,
    ),
)

"""Matters of organisation and staffing (tổ chức bộ máy, biên chế)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject

ORGANISATION: tuple[Subject, ...] = (
    Subject(
        key="staffing-report",
        field="tcbc",
        issuers=("BNV",),
        offices={"BNV": "TCBC"},
        kind="CV",
        summary="V/v báo cáo {topic}",
        picks={
            "topic": (
                "tình hình quản lý, sử dụng biên chế công chức năm {year}",
                "kết quả tinh giản biên chế {report_quarter}",
                "số lượng người làm việc trong đơn vị sự nghiệp công lập đến hết {last_month}",
                "việc sắp xếp tổ chức bên trong các cơ quan chuyên môn {quarter}",
            )
        },
        addressees=("Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương",),
        body="""
        Để có số liệu báo cáo cấp có thẩm quyền, Bộ Nội vụ đề nghị Ủy ban nhân dân các tỉnh, thành phố trực
            thuộc Trung ương báo cáo {topic}, cụ thể:
        1. Tổng số biên chế được giao, số đã sử dụng, số chưa tuyển dụng tính đến ngày cuối {last_month}.
        2. Số người nghỉ hưởng chính sách theo Nghị định số 178/2024/NĐ-CP ngày 31 tháng 12 năm 2024 của Chính
            phủ (được sửa đổi, bổ sung bởi Nghị định số 67/2025/NĐ-CP), phân theo đối tượng.
        3. Khó khăn, vướng mắc và kiến nghị, đề xuất.
        Báo cáo gửi về Bộ Nội vụ (qua Vụ Tổ chức - Biên chế) trước {due}; bản mềm gửi theo thư công vụ của
            Vụ./.
        """,
        attachments=("Biểu mẫu 1A, 1B",),
        counts={"total": (1830, 2140), "used": (1690, 1820), "left": (38, 170)},
        lead="TCBC",
        coordinators=("CCVC", "XDCQ"),
        working_days=7,
        instruction="Giao Phòng TCBC chủ trì, phối hợp Phòng CCVC tổng hợp, dự thảo báo cáo trình tôi "
        "trước {deadline}.",
        progress=(
            "Đã gửi biểu mẫu tới các sở, ban, ngành; đã nhận 11/14 cơ quan.",
            "Đang đối chiếu số nghỉ hưởng chính sách với Sở Tài chính.",
        ),
        result="Đã gửi số liệu theo biểu mẫu qua thư công vụ của Vụ Tổ chức - Biên chế.",
        reply=ReplyTemplate(
            "BC",
            "Báo cáo {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo Ủy ban nhân dân tỉnh như sau:
            1. Tổng biên chế công chức được giao là {total}; đã sử dụng {used}; số còn lại đang thực hiện quy
                trình tuyển dụng, tiếp nhận.
            2. Đã có {left} trường hợp nghỉ hưởng chính sách theo Nghị định số 178/2024/NĐ-CP; kinh phí chi
                trả kịp thời, không phát sinh khiếu nại.
            3. Kiến nghị Bộ Nội vụ hướng dẫn việc sử dụng biên chế dôi dư do sắp xếp đơn vị hành chính cấp xã.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh xem xét, gửi Bộ Nội vụ tổng hợp./.
            """,
            to=("Ủy ban nhân dân tỉnh Nam Khê",),
            attachments=("Biểu số liệu",),
        ),
        weight=3,
    ),
    Subject(
        key="hospital-job-positions",
        field="tcbc",
        issuers=("SYT",),
        offices={"SYT": "TCCB"},
        kind="CV",
        summary="V/v thẩm định Đề án vị trí việc làm {topic}",
        picks={
            "topic": (
                "Bệnh viện Đa khoa tỉnh",
                "Bệnh viện Y học cổ truyền",
                "Bệnh viện Sản - Nhi",
                "Trung tâm Kiểm soát bệnh tật tỉnh",
                "Trung tâm Y tế khu vực Khe Vang",
                "Trung tâm Y tế khu vực Hòa Sơn",
                "Trung tâm Cấp cứu 115",
            )
        },
        body="""
        Căn cứ Nghị định số 106/2020/NĐ-CP ngày 10 tháng 9 năm 2020 của Chính phủ về vị trí việc làm và số
            lượng người làm việc trong đơn vị sự nghiệp công lập;
        Sở Y tế đã chỉ đạo {topic} xây dựng Đề án vị trí việc làm, cơ cấu viên chức theo chức danh nghề
            nghiệp. Nội dung chính:
        1. Tổng số {n} vị trí việc làm, gồm nhóm lãnh đạo quản lý, nhóm chức danh nghề nghiệp chuyên ngành,
            nhóm chuyên môn dùng chung và nhóm hỗ trợ, phục vụ.
        2. Số lượng người làm việc đề nghị là {m} người, trong đó hưởng lương từ nguồn thu sự nghiệp chiếm
            {share}%.
        3. Cơ cấu hạng chức danh nghề nghiệp theo phụ lục kèm theo.
        Sở Y tế đề nghị Sở Nội vụ thẩm định, có văn bản trả lời trước {due}./.
        """,
        attachments=("Đề án vị trí việc làm", "Biên bản họp lãnh đạo đơn vị"),
        counts={"n": (38, 96), "m": (120, 780), "w": (4, 14)},
        rates={"share": (3520, 8275)},
        reply_days=15,
        lead="TCBC",
        coordinators=("CCVC",),
        working_days=12,
        instruction="Giao Phòng TCBC thẩm định; thiếu thành phần hồ sơ thì trả ngay. Trình kết quả trước {deadline}.",
        progress=(
            "Hồ sơ đủ thành phần; đang đối chiếu {n} vị trí với khung chuẩn.",
            "Đề nghị đơn vị giải trình {w} vị trí kiêm nhiệm, đã gửi qua thư công vụ.",
        ),
        result="Đã trả hồ sơ để đơn vị hoàn thiện theo kết luận cuộc họp thẩm định.",
        reply=ReplyTemplate(
            "CV",
            "V/v kết quả thẩm định Đề án vị trí việc làm {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ thông báo kết quả thẩm định như sau:
            1. Thống nhất danh mục {n} vị trí việc làm; riêng {w} vị trí thuộc nhóm hỗ trợ, phục vụ đề nghị
                chuyển sang thực hiện bằng hợp đồng lao động.
            2. Số lượng người làm việc hưởng lương từ ngân sách giữ nguyên như đã giao; phần tăng thêm do đơn
                vị tự bảo đảm từ nguồn thu.
            3. Đề nghị bổ sung bản mô tả công việc và khung năng lực đối với vị trí trưởng khoa, phòng.
            Sở Y tế chỉ đạo đơn vị hoàn thiện, phê duyệt theo thẩm quyền và gửi Sở Nội vụ 01 bản để theo
                dõi./.
            """,
        ),
        weight=3,
    ),
    Subject(
        key="school-job-positions",
        field="tcbc",
        issuers=("SGDĐT",),
        offices={"SGDĐT": "TCCB"},
        kind="CV",
        summary="V/v đề nghị {topic}",
        picks={
            "topic": (
                "bổ sung {n} chỉ tiêu giáo viên cho các trường trung học phổ thông năm học {school_year}",
                "thẩm định đề án vị trí việc làm các trường trung học phổ thông công lập",
                "cho chủ trương hợp đồng {n} giáo viên dạy môn Tin học, Tiếng Anh năm học {school_year}",
                "điều chuyển biên chế giữa các trường sau khi sắp xếp mạng lưới năm học {school_year}",
            )
        },
        body="""
        Năm học {school_year}, toàn tỉnh có {m} lớp trung học phổ thông, tăng so với năm học trước do dân số
            cơ học tại các khu công nghiệp. Theo định mức của Bộ Giáo dục và Đào tạo, số giáo viên còn thiếu
            tập trung ở các môn Tin học, Tiếng Anh, Âm nhạc và Mỹ thuật.
        Để bảo đảm dạy đủ môn học, Sở Giáo dục và Đào tạo đề nghị Sở Nội vụ xem xét, trình Ủy ban nhân dân
            tỉnh việc {topic}, cụ thể:
        1. Danh sách nhu cầu theo từng trường, từng môn tại Phụ lục kèm theo.
        2. Kinh phí thực hiện từ nguồn chi thường xuyên sự nghiệp giáo dục đã giao.
        3. Thời gian thực hiện từ đầu học kỳ kế tiếp.
        Rất mong Quý Sở quan tâm, có ý kiến trước {due}./.
        """,
        attachments=("Phụ lục nhu cầu giáo viên",),
        counts={"n": (18, 145), "m": (640, 820)},
        lead="TCBC",
        coordinators=("CCVC", "KHTC"),
        working_days=9,
        instruction="Giao Phòng TCBC thẩm định nhu cầu, làm việc với Sở Giáo dục và Đào tạo; đề xuất trước {deadline}.",
        progress=("Đã rà soát định mức theo từng trường; đang làm rõ số giáo viên biệt phái.",),
        result="Đã báo cáo lãnh đạo Sở đưa vào kế hoạch biên chế sự nghiệp năm sau.",
    ),
    Subject(
        key="commune-extra-staff",
        field="tcbc",
        issuers=("@communes",),
        offices={"": "VHXH"},
        kind="CV",
        summary="V/v đề nghị bổ sung {n} biên chế công chức phụ trách {topic} của {place_name}",
        picks={
            "topic": (
                "địa chính, xây dựng",
                "tư pháp, hộ tịch",
                "tài chính, kế toán",
                "công nghệ thông tin, chuyển đổi số",
                "văn hóa, xã hội",
            )
        },
        body="""
        Theo Quyết định giao biên chế của Ủy ban nhân dân tỉnh, {issuer} được giao {total} biên chế công chức;
            hiện có mặt {used} người. Từ khi thực hiện chính quyền địa phương 02 cấp, khối lượng công việc
            {topic} tăng nhanh, bình quân mỗi công chức xử lý {m} hồ sơ một tháng.
        Một số công chức có trình độ chuyên môn chưa phù hợp với nhiệm vụ mới, phải làm thêm giờ thường xuyên
            nhưng hồ sơ vẫn có thời điểm chậm.
        {issuer} kính đề nghị Sở Nội vụ:
        1. Xem xét, trình Ủy ban nhân dân tỉnh bổ sung {n} biên chế phụ trách {topic}.
        2. Trong khi chờ bổ sung, cho chủ trương biệt phái công chức từ sở, ngành về hỗ trợ trong 06 tháng.
        Đề nghị Sở Nội vụ quan tâm, trả lời trước {due}./.
        """,
        counts={"n": (1, 3), "total": (34, 41), "used": (29, 33), "m": (110, 320)},
        lead="TCBC",
        coordinators=("XDCQ",),
        working_days=8,
        instruction="Giao Phòng TCBC kiểm tra số liệu, đề xuất phương án (điều động, biệt phái), trình tôi "
        "trước {deadline}.",
        progress=("Đã đối chiếu với bảng giao biên chế; {issuer_short} còn chỉ tiêu chưa sử dụng.",),
        result="Đã tổng hợp vào phương án giao biên chế chung của tỉnh.",
        reply=ReplyTemplate(
            "CV",
            "V/v trả lời đề nghị bổ sung biên chế công chức phụ trách {topic} của {place_name}",
            """
            Phúc đáp {ref}, Sở Nội vụ có ý kiến như sau:
            1. {issuer} được giao {total} biên chế, hiện có mặt {used} người. Đề nghị địa phương ưu tiên tuyển
                dụng, tiếp nhận vào số chỉ tiêu còn lại.
            2. Trong thời gian chưa tuyển dụng được, Sở Nội vụ sẽ trình cấp có thẩm quyền biệt phái công chức
                có chuyên môn phù hợp về hỗ trợ, thời hạn 06 tháng.
            3. Việc bổ sung biên chế được xem xét chung khi tổng kết mô hình chính quyền địa phương 02 cấp.
            Sở Nội vụ trả lời để {issuer} biết, thực hiện./.
            """,
        ),
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="streamlining-budget",
        field="tcbc",
        issuers=("STC",),
        offices={"STC": "HCSN"},
        kind="CV",
        summary="V/v xây dựng dự toán kinh phí thực hiện chính sách {topic}",
        picks={
            "topic": (
                "tinh giản biên chế năm {next_year}",
                "nghỉ việc do sắp xếp tổ chức bộ máy, đợt {n} năm {year}",
                "đối với người hoạt động không chuyên trách cấp xã năm {next_year}",
            )
        },
        body="""
        Thực hiện Nghị định số 154/2025/NĐ-CP ngày 15 tháng 6 năm 2025 của Chính phủ quy định về tinh giản
            biên chế, để có cơ sở tổng hợp dự toán ngân sách địa phương, Sở Tài chính đề nghị Sở Nội vụ:
        1. Dự kiến số đối tượng, phân theo cơ quan, đơn vị và theo từng chính sách được hưởng.
        2. Xác định nhu cầu kinh phí, tách phần ngân sách tỉnh, ngân sách cấp xã và nguồn cải cách tiền lương.
        3. Rà soát kinh phí đã cấp nhưng chưa chi trả, hiện còn dư {m} triệu đồng.
        Số liệu gửi Sở Tài chính trước {due} để kịp trình Ủy ban nhân dân tỉnh./.
        """,
        counts={"n": (2, 9), "m": (115, 2950), "people": (21, 164), "money": (3200, 28400)},
        lead="TCBC",
        coordinators=("KHTC",),
        working_days=6,
        instruction="Giao Phòng TCBC chủ trì, Phòng KHTC phối hợp xác định nhu cầu kinh phí, trình tôi "
        "trước {deadline}.",
        progress=(
            "Đã đề nghị các cơ quan, đơn vị đăng ký đối tượng.",
            "Phòng KHTC đang kiểm tra bảng tính trợ cấp.",
        ),
        result="Đã gửi bảng tổng hợp nhu cầu kinh phí cho Sở Tài chính.",
        reply=ReplyTemplate(
            "CV",
            "V/v dự kiến nhu cầu kinh phí thực hiện chính sách {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ báo cáo nhu cầu kinh phí như sau:
            1. Dự kiến có {people} đối tượng hưởng chính sách; danh sách chi tiết theo cơ quan, đơn vị tại Phụ
                lục I.
            2. Tổng nhu cầu kinh phí là {money} triệu đồng, trong đó sử dụng {m} triệu đồng kinh phí năm trước
                chuyển sang.
            3. Số liệu là dự kiến; khi có quyết định nghỉ việc của cấp có thẩm quyền, Sở Nội vụ sẽ thông báo
                số chính thức.
            Sở Nội vụ gửi Sở Tài chính tổng hợp, trình Ủy ban nhân dân tỉnh./.
            """,
            attachments=("Phụ lục I: Danh sách dự kiến",),
        ),
        since=date(2025, 6, 20),
    ),
    Subject(
        key="service-unit-merger",
        field="tcbc",
        issuers=("UBND",),
        offices={"UBND": "NC"},
        kind="CV",
        summary="V/v thẩm định Đề án {topic}",
        picks={
            "topic": (
                "sáp nhập Trung tâm Khuyến nông và Trung tâm Giống nông nghiệp",
                "sắp xếp các ban quản lý dự án đầu tư xây dựng khu vực",
                "tổ chức lại Trung tâm Văn hóa và Bảo tàng tỉnh",
                "thành lập Trung tâm Chuyển đổi số tỉnh",
                "giải thể Quỹ Phát triển khoa học và công nghệ tỉnh",
                "chuyển Trung tâm Đăng kiểm sang công ty cổ phần",
            )
        },
        addressees=("Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp"),
        body="""
        Ủy ban nhân dân tỉnh nhận được hồ sơ Đề án {topic}. Về việc này, Chủ tịch Ủy ban nhân dân tỉnh có ý
            kiến như sau:
        1. Giao Sở Nội vụ chủ trì thẩm định Đề án theo quy định tại Nghị định số 120/2020/NĐ-CP ngày 07 tháng
            10 năm 2020 của Chính phủ; chú ý phương án nhân sự, tài sản và chế độ đối với {n} viên chức, người
            lao động.
        2. Sở Tài chính có ý kiến về phương án tự chủ tài chính; Sở Tư pháp có ý kiến về trình tự, thẩm quyền.
        3. Kết quả thẩm định, dự thảo quyết định trình Ủy ban nhân dân tỉnh trước {due}.
        Đề nghị các cơ quan khẩn trương thực hiện./.
        """,
        attachments=("Hồ sơ Đề án",),
        counts={"n": (24, 138), "m": (2, 6)},
        lead="TCBC",
        coordinators=("CCVC", "KHTC"),
        working_days=10,
        instruction="Giao Phòng TCBC chủ trì thẩm định, mời Sở Tài chính, Sở Tư pháp họp thống nhất; trình "
        "trước {deadline}.",
        progress=(
            "Đã tổ chức họp thẩm định, còn {m} nội dung cần làm rõ về tài sản.",
            "Đã nhận ý kiến của Sở Tư pháp.",
        ),
        result="Đã có báo cáo thẩm định, chuyển cơ quan xây dựng đề án hoàn thiện.",
        reply=ReplyTemplate(
            "TTr",
            "Về việc phê duyệt Đề án {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ đã chủ trì thẩm định Đề án {topic} và kính trình Ủy ban nhân dân tỉnh
                như sau:
            1. Sự cần thiết: việc sắp xếp phù hợp chủ trương tinh gọn tổ chức bộ máy, giảm đầu mối và tăng mức
                tự chủ.
            2. Phương án nhân sự: bố trí lại {n} viên chức, người lao động theo vị trí việc làm; cấp phó dôi
                dư thực hiện lộ trình giảm theo quy định.
            3. Ý kiến của Sở Tài chính, Sở Tư pháp đã được tiếp thu; {m} nội dung giải trình nêu tại báo cáo
                thẩm định.
            4. Đề nghị Ủy ban nhân dân tỉnh phê duyệt Đề án, giao cơ quan chủ quản tổ chức thực hiện trong 60
                ngày.
            (Gửi kèm báo cáo thẩm định, dự thảo Quyết định)
            Sở Nội vụ kính trình Ủy ban nhân dân tỉnh xem xét, quyết định./.
            """,
            attachments=("Báo cáo thẩm định", "Dự thảo Quyết định"),
        ),
        weight=3,
    ),
    Subject(
        key="department-functions",
        field="tcbc",
        issuers=("SXD", "SNNMT", "SCT", "SVHTTDL", "SDTTG", "BQLKCN"),
        offices={"": "VP"},
        kind="TTr",
        summary="Về việc sửa đổi quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của {issuer_short}",
        body="""
        Căn cứ Nghị định số 45/2025/NĐ-CP ngày 28 tháng 02 năm 2025 của Chính phủ quy định tổ chức các cơ quan
            chuyên môn thuộc Ủy ban nhân dân cấp tỉnh, {issuer} đã rà soát quy định hiện hành và trình Sở Nội
            vụ thẩm định như sau:
        1. Bổ sung {n} nhiệm vụ được chuyển giao từ cấp huyện và phân cấp từ bộ quản lý ngành.
        2. Giữ nguyên số phòng; đổi tên 01 phòng, điều chỉnh nhiệm vụ của 02 phòng để không chồng chéo.
        3. Không tăng biên chế, không tăng số lượng cấp phó.
        (Gửi kèm dự thảo Quyết định, bản so sánh, thuyết minh)
        {issuer} kính đề nghị Sở Nội vụ thẩm định, trình Ủy ban nhân dân tỉnh trước {due}./.
        """,
        attachments=("Dự thảo Quyết định", "Bản so sánh, thuyết minh"),
        counts={"n": (7, 26)},
        reply_days=15,
        lead="TCBC",
        coordinators=("CCHC",),
        working_days=12,
        instruction="Giao Phòng TCBC thẩm định, đối chiếu thông tư hướng dẫn của bộ quản lý ngành; trình "
        "trước {deadline}.",
        progress=("Đã đối chiếu {n} nhiệm vụ bổ sung với thông tư hướng dẫn.",),
        result="Đã gửi ý kiến thẩm định bằng thư công vụ, cơ quan trình đang hoàn thiện.",
    ),
)

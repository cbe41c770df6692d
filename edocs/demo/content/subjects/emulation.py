"""Matters of emulation (thi đua, khen thưởng) and of records (văn thư, lưu trữ)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject

EMULATION: tuple[Subject, ...] = (
    Subject(
        key="sudden-merit",
        field="tdkt",
        issuers=("@communes",),
        kind="TTr",
        summary="Về việc đề nghị khen thưởng đột xuất đối với {citizen}",
        body="""
        {Citizen}, thường trú tại {place_name}, đã có hành động dũng cảm {topic}. Hành động đó được chính
            quyền và Nhân dân ghi nhận, biểu dương.
        Căn cứ Luật Thi đua, khen thưởng số 06/2022/QH15, {issuer} kính trình Chủ tịch Ủy ban nhân dân tỉnh
            (qua Sở Nội vụ) tặng Bằng khen đột xuất cho {citizen}.
        Hồ sơ gồm: tờ trình, biên bản họp Hội đồng Thi đua - Khen thưởng, báo cáo tóm tắt thành tích có xác
            nhận.
        Kính đề nghị Sở Nội vụ thẩm định, trình khen thưởng kịp thời trước {due}./.
        """,
        picks={
            "topic": (
                "cứu {n} học sinh bị đuối nước",
                "tham gia chữa cháy, cứu tài sản của Nhân dân tại chợ trung tâm",
                "phát hiện, phối hợp bắt giữ đối tượng trộm cắp",
                "trả lại số tiền {m} triệu đồng nhặt được cho người mất",
                "dùng thuyền gia đình cứu người trong mưa lũ",
            )
        },
        attachments=("Báo cáo thành tích", "Biên bản họp Hội đồng"),
        counts={"n": (2, 4), "m": (25, 310)},
        reply_days=5,
        lead="TĐKT",
        working_days=3,
        instruction="Giao Phòng TĐKT thẩm định ngay, dự thảo Tờ trình khen thưởng đột xuất, trình tôi "
        "trước {deadline}.",
        progress=("Đã xác minh qua Công an xã, phường; hồ sơ hợp lệ.",),
        result="Chủ tịch Ủy ban nhân dân tỉnh đã tặng Bằng khen.",
        reply=ReplyTemplate(
            "TTr",
            "Về việc tặng Bằng khen của Chủ tịch UBND tỉnh cho {citizen}",
            """
            Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;
            Căn cứ Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ quy định chi tiết thi
                hành một số điều của Luật Thi đua, khen thưởng;
            Xét đề nghị của {issuer} tại {ref_short}, Sở Nội vụ đã thẩm định và kính trình Chủ tịch Ủy ban
                nhân dân tỉnh:
            1. Tặng Bằng khen cho {citizen}, thường trú tại {place_name}, đã có hành động {topic}.
            2. Kèm theo tiền thưởng theo quy định, trích từ Quỹ Thi đua, khen thưởng của tỉnh.
            (Gửi kèm hồ sơ và dự thảo Quyết định)
            Sở Nội vụ kính trình Chủ tịch Ủy ban nhân dân tỉnh xem xét, quyết định./.
            """,
            to=("Chủ tịch Ủy ban nhân dân tỉnh Nam Khê",),
            attachments=("Dự thảo Quyết định",),
        ),
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="thematic-commendation",
        field="tdkt",
        issuers=("HLHPN", "HND", "LĐLĐ", "MTTQ", "HCTĐ"),
        kind="TTr",
        summary="Về việc đề nghị khen thưởng {topic} của {issuer_short}",
        picks={
            "topic": (
                "chuyên đề phong trào xây dựng nông thôn mới năm {year}",
                "chuyên đề công tác dân vận khéo năm {year}",
                "chuyên đề đền ơn đáp nghĩa năm {year}",
                "sơ kết phong trào thi đua {quarter}",
            )
        },
        body="""
        Thực hiện quy định về thi đua, khen thưởng, {issuer} đã tổ chức bình xét và kính trình Chủ tịch Ủy ban
            nhân dân tỉnh xét tặng Bằng khen:
        1. Tập thể: {n} tập thể có thành tích tiêu biểu.
        2. Cá nhân: {m} cá nhân, trong đó trên 60% là người trực tiếp công tác ở cơ sở.
        3. Hội đồng Thi đua - Khen thưởng của {issuer} đã bỏ phiếu, các trường hợp đạt từ 90% trở lên.
        Hồ sơ gửi kèm; đề nghị Sở Nội vụ thẩm định, trình trước {due}./.
        """,
        attachments=("Danh sách đề nghị khen thưởng", "Báo cáo thành tích"),
        counts={"n": (3, 14), "m": (5, 32), "k": (2, 4)},
        lead="TĐKT",
        working_days=9,
        instruction="Giao Phòng TĐKT thẩm định, lấy ý kiến cơ quan liên quan; trình tôi trước {deadline}.",
        progress=("Đã lấy ý kiến hiệp y; {k} cá nhân chưa đủ thời gian theo quy định.",),
        result="Đã trình Chủ tịch Ủy ban nhân dân tỉnh trong đợt khen thưởng chung.",
        weight=3,
    ),
    Subject(
        key="consultation-award",
        field="tdkt",
        issuers=("CCB", "TAND", "CAT", "KBNN", "TNK"),
        offices={"": "TCCB"},
        kind="CV",
        summary="V/v hiệp y khen thưởng đối với {citizen}",
        body="""
        {issuer} đang làm thủ tục đề nghị cấp có thẩm quyền tặng {topic} đối với {citizen}, có {n} năm công
            tác trong ngành và thành tích xuất sắc trong thực hiện nhiệm vụ chính trị tại địa phương.
        Thực hiện khoản 3 Điều 31 Nghị định số 98/2023/NĐ-CP, {issuer} đề nghị Sở Nội vụ cho ý kiến hiệp y về
            việc chấp hành chủ trương của Đảng, chính sách, pháp luật của Nhà nước của cá nhân nêu trên.
        Ý kiến bằng văn bản gửi về trước {due}; quá thời hạn trên nếu không có ý kiến thì được coi là đồng
            ý./.
        """,
        picks={
            "topic": (
                "Huân chương Lao động hạng Ba",
                "Bằng khen của Thủ tướng Chính phủ",
                "Cờ thi đua của Bộ",
            )
        },
        attachments=("Báo cáo thành tích",),
        counts={"n": (15, 34)},
        lead="TĐKT",
        working_days=5,
        instruction="Giao Phòng TĐKT lấy ý kiến, tham mưu văn bản hiệp y trước {deadline}.",
        progress=("Đã gửi lấy ý kiến Thanh tra tỉnh, Bảo hiểm xã hội tỉnh.",),
        result="Đồng ý hiệp y, đã trả lời qua Trục liên thông.",
        reply=ReplyTemplate(
            "CV",
            "V/v trả lời hiệp y khen thưởng đối với {citizen}",
            """
            Phúc đáp {ref}, sau khi lấy ý kiến các cơ quan có liên quan, Sở Nội vụ có ý kiến như sau:
            1. {Citizen} chấp hành tốt chủ trương của Đảng, chính sách, pháp luật của Nhà nước; không có đơn
                thư khiếu nại, tố cáo đang xem xét.
            2. Thống nhất để {issuer} trình cấp có thẩm quyền xét tặng {topic}.
            Sở Nội vụ trả lời để Quý cơ quan hoàn thiện hồ sơ./.
            """,
        ),
        weight=4,
    ),
    Subject(
        key="emulation-launch",
        field="tdkt",
        issuers=("UBND",),
        offices={"UBND": "NC"},
        kind="KH",
        summary="Phát động phong trào thi đua {topic}",
        addressees=(),
        picks={
            "topic": (
                "hoàn thành thắng lợi nhiệm vụ phát triển kinh tế - xã hội năm {year}",
                "“Cả tỉnh chung tay vì người nghèo” giai đoạn {year} - 2030",
                "cải cách hành chính, cán bộ công chức thi đua thực hiện văn hóa công sở năm {year}",
                "“Bình dân học vụ số” {quarter}",
            )
        },
        body="""
        Ủy ban nhân dân tỉnh phát động phong trào thi đua {topic} với nội dung chủ yếu sau:
        1. Mục tiêu: khơi dậy tinh thần trách nhiệm, sáng tạo; gắn thi đua với nhiệm vụ chính trị của từng cơ
            quan, địa phương.
        2. Tiêu chí: có ít nhất {n} mô hình, sáng kiến được nhân rộng; hoàn thành vượt mức các chỉ tiêu được
            giao.
        3. Tổ chức thực hiện: Sở Nội vụ là cơ quan thường trực, hướng dẫn, kiểm tra, tham mưu sơ kết; gửi dự
            thảo hướng dẫn trước {due}.
        Các cụm, khối thi đua đăng ký giao ước và tổ chức thực hiện./.
        """,
        counts={"n": (3, 12)},
        months=(1, 2, 3, 5, 6, 8, 9, 11),
        lead="TĐKT",
        coordinators=("CCHC",),
        working_days=7,
        instruction="Giao Phòng TĐKT dự thảo hướng dẫn triển khai, trình tôi trước {deadline}.",
        progress=("Đã có đề cương hướng dẫn, xin ý kiến Cụm trưởng các cụm thi đua.",),
        result="Hướng dẫn đã gửi các cụm, khối thi đua.",
        reply=ReplyTemplate(
            "HD",
            "Triển khai phong trào thi đua {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ hướng dẫn triển khai như sau:
            1. Đăng ký thi đua: các cơ quan, địa phương gửi bản đăng ký trước ngày 15 của tháng kế tiếp; mỗi
                đơn vị chọn ít nhất 01 việc mới, việc khó.
            2. Sơ kết, tổng kết: lồng ghép trong tổng kết năm; đề nghị khen thưởng từ 02 đến 03 tập thể, cá
                nhân trực tiếp lao động, công tác.
            3. Hồ sơ khen thưởng thực hiện trên phần mềm quản lý thi đua, khen thưởng, văn bản có ký số.
            Quá trình thực hiện nếu có vướng mắc, phản ánh về Sở Nội vụ (Phòng Thi đua, khen thưởng)./.
            """,
            to=("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường", "Các cụm, khối thi đua"),
        ),
    ),
)

RECORDS: tuple[Subject, ...] = (
    Subject(
        key="records-statistics",
        field="vtlt",
        issuers=("CVTLTNN",),
        offices={"CVTLTNN": "NVĐP"},
        kind="CV",
        summary="V/v {topic}",
        picks={
            "topic": (
                "báo cáo thống kê công tác văn thư, lưu trữ năm {year}",
                "kiểm tra việc thực hiện Luật Lưu trữ tại địa phương {quarter}",
                "rà soát tài liệu lưu trữ có nguy cơ bị hủy hoại năm {year}",
                "thống kê hồ sơ, tài liệu nộp vào lưu trữ lịch sử năm {year}",
            )
        },
        body="""
        Thực hiện Luật Lưu trữ số 33/2024/QH15 và Nghị định số 113/2025/NĐ-CP ngày 03 tháng 6 năm 2025 của
            Chính phủ, Cục Văn thư và Lưu trữ nhà nước đề nghị Sở Nội vụ các tỉnh, thành phố thực hiện
            {topic}:
        1. Số liệu lấy đến hết {last_month}, theo biểu mẫu kèm theo.
        2. Nêu rõ tình hình tài liệu của cấp huyện trước đây: số mét giá, đã bàn giao, chưa chỉnh lý.
        3. Việc lập hồ sơ điện tử, nộp lưu tài liệu số vào lưu trữ cơ quan.
        Báo cáo gửi về Cục trước {due}./.
        """,
        attachments=("Biểu mẫu thống kê",),
        counts={"n": (1240, 3900), "m": (280, 940)},
        rates={"rate": (7105, 9520)},
        lead="VTLT",
        working_days=8,
        instruction="Giao Phòng VTLT chủ trì, phối hợp Trung tâm Lưu trữ lịch sử tổng hợp, trình báo cáo "
        "trước {deadline}.",
        progress=(
            "Đã gửi biểu mẫu tới các cơ quan thuộc nguồn nộp lưu.",
            "Trung tâm Lưu trữ lịch sử đã gửi số liệu.",
        ),
        result="Đã nhập số liệu trên hệ thống của Cục.",
        reply=ReplyTemplate(
            "BC",
            "Kết quả thực hiện việc {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ tỉnh Nam Khê báo cáo như sau:
            1. Tài liệu của cấp huyện trước đây đã bàn giao {n} mét giá; còn {m} mét giá chưa chỉnh lý, đang
                bảo quản tại kho tập trung.
            2. Tỷ lệ hồ sơ công việc lập trên môi trường điện tử của các sở, ngành đạt {rate}%.
            3. Khó khăn: kho lưu trữ chuyên dụng chưa đủ diện tích; người làm lưu trữ ở cấp xã chủ yếu kiêm
                nhiệm.
            4. Kiến nghị Cục hướng dẫn định mức kinh phí số hóa và mẫu gói tin tài liệu số.
            Sở Nội vụ trân trọng báo cáo./.
            """,
        ),
        since=date(2025, 7, 21),
        weight=3,
    ),
    Subject(
        key="digitising-acceptance",
        field="vtlt",
        issuers=("TTLTLS",),
        kind="TTr",
        summary="Về việc nghiệm thu số hóa tài liệu lưu trữ đợt {n} năm {year} ({topic})",
        picks={
            "topic": (
                "phông Ủy ban nhân dân tỉnh",
                "phông Sở Công nghiệp",
                "phông Hội đồng nhân dân tỉnh",
                "phông Sở Thủy sản",
                "phông Ty Thương binh và Xã hội",
            )
        },
        body="""
        Trung tâm Lưu trữ lịch sử tỉnh đã hoàn thành số hóa tài liệu đợt {n} năm {year}, {topic}, và kính
            trình Sở Nội vụ:
        1. Khối lượng: {pages} trang, {m} hồ sơ; độ phân giải 300 dpi, định dạng PDF/A, tỷ lệ 1:1.
        2. Tỷ lệ lỗi kiểm tra ngẫu nhiên: {rate}%, đạt yêu cầu của hợp đồng.
        3. Dữ liệu đặc tả đã nhập đủ các trường bắt buộc và được ký số.
        Đề nghị Sở Nội vụ cử thành viên Hội đồng nghiệm thu, phê duyệt kết quả trước {due}./.
        """,
        attachments=("Biên bản nghiệm thu kỹ thuật",),
        counts={"n": (1, 6), "pages": (58000, 240000), "m": (640, 2100)},
        rates={"rate": (12, 48)},
        lead="VTLT",
        coordinators=("KHTC",),
        working_days=7,
        instruction="Giao Phòng VTLT kiểm tra xác suất, Phòng KHTC xem thủ tục thanh toán; trình tôi trước {deadline}.",
        progress=("Đã kiểm tra ngẫu nhiên 200 hồ sơ, chất lượng đạt.",),
        result="Hội đồng đã nghiệm thu, lập biên bản; hồ sơ chuyển Phòng KHTC thanh toán.",
        weight=3,
    ),
    Subject(
        key="district-records",
        field="vtlt",
        issuers=("@communes",),
        offices={"": "VP"},
        kind="CV",
        summary="V/v đề nghị hướng dẫn {topic} ({place_name})",
        picks={
            "topic": (
                "xử lý tài liệu tồn đọng của xã cũ",
                "bàn giao tài liệu cấp huyện về lưu trữ lịch sử",
                "hủy tài liệu hết giá trị",
                "xây dựng Danh mục hồ sơ năm {next_year}",
                "chỉnh lý tài liệu, thuê kho bảo quản tạm thời",
            )
        },
        body="""
        Sau khi sắp xếp đơn vị hành chính, {issuer} tiếp nhận khoảng {n} mét giá tài liệu của {m} xã cũ, phần
            lớn chưa chỉnh lý, đang để tạm tại hội trường cũ, có nguy cơ ẩm mốc trong mùa mưa.
        Địa phương đề nghị Sở Nội vụ hướng dẫn {topic}:
        1. Trình tự, trách nhiệm của cơ quan giao và cơ quan nhận.
        2. Thời hạn bảo quản áp dụng đối với tài liệu hình thành trước năm 2011.
        3. Nguồn kinh phí chỉnh lý, thuê kho bảo quản tạm thời.
        {issuer} mong nhận được hướng dẫn trước {due}./.
        """,
        counts={"n": (35, 260), "m": (2, 4)},
        lead="VTLT",
        working_days=7,
        instruction="Giao Phòng VTLT kiểm tra thực tế, hướng dẫn {issuer_short} bằng văn bản trước {deadline}.",
        progress=("Đã kiểm tra kho tạm, lập biên bản hiện trạng {n} mét giá tài liệu.",),
        result="Đã hướng dẫn trực tiếp tại kho, địa phương lập kế hoạch chỉnh lý.",
        reply=ReplyTemplate(
            "CV",
            "V/v hướng dẫn {topic} đối với {place_name}",
            """
            Phúc đáp {ref}, căn cứ Luật Lưu trữ số 33/2024/QH15 và Thông tư số 10/2022/TT-BNV ngày 19 tháng 12
                năm 2022 của Bộ trưởng Bộ Nội vụ, Sở Nội vụ hướng dẫn như sau:
            1. Lập biên bản kiểm kê, niêm phong, bàn giao theo từng phông; không xáo trộn tài liệu của {m} xã
                cũ.
            2. Chỉ hủy tài liệu hết giá trị khi có ý kiến của Hội đồng xác định giá trị tài liệu và quyết định
                của người có thẩm quyền.
            3. Kinh phí chỉnh lý bố trí trong dự toán cấp xã; trước mắt chuyển tài liệu khỏi nơi ẩm thấp, bố
                trí giá kê cao tối thiểu 30 cm.
            Đề nghị {issuer} thực hiện và báo cáo kết quả về Sở Nội vụ./.
            """,
        ),
        since=date(2025, 7, 10),
        weight=4,
    ),
    Subject(
        key="disposal-review",
        field="vtlt",
        issuers=("STC", "SXD", "SYT", "BVĐKT", "TCĐNK", "SGDĐT"),
        offices={"": "VP"},
        kind="CV",
        summary="V/v thẩm định hồ sơ {topic} của {issuer_short}",
        picks={"topic": ("hủy tài liệu hết giá trị đợt {n}", "nộp lưu tài liệu giai đoạn 2011 - 2015, đợt {n}")},
        body="""
        {issuer} đã hoàn thành chỉnh lý tài liệu và lập hồ sơ {topic}, gồm:
        1. Danh mục {m} hồ sơ, tương đương {meters} mét giá; biên bản họp Hội đồng xác định giá trị tài liệu.
        2. Bản thuyết minh tài liệu, dự thảo quyết định của người đứng đầu.
        Đề nghị Sở Nội vụ thẩm định, có ý kiến bằng văn bản trước {due} để cơ quan thực hiện các bước tiếp
            theo./.
        """,
        attachments=("Danh mục tài liệu", "Biên bản họp Hội đồng"),
        counts={"n": (1, 4), "m": (420, 3900), "meters": (12, 90), "k": (8, 46)},
        lead="VTLT",
        working_days=10,
        instruction="Giao Phòng VTLT thẩm định danh mục, lưu ý tài liệu có giá trị vĩnh viễn; trình trước {deadline}.",
        progress=("Đã kiểm tra đối chiếu, đề nghị giữ lại {k} hồ sơ.",),
        result="Đã trả lại danh mục để cơ quan hoàn thiện.",
        reply=ReplyTemplate(
            "CV",
            "V/v kết quả thẩm định hồ sơ {topic} của {issuer_short}",
            """
            Phúc đáp {ref}, sau khi thẩm định, Sở Nội vụ có ý kiến như sau:
            1. Hồ sơ trình đầy đủ thành phần; danh mục lập đúng mẫu.
            2. Đề nghị giữ lại {k} hồ sơ (có danh sách kèm theo) vì còn thời hạn bảo quản hoặc có giá trị lịch
                sử.
            3. Sau khi hoàn thiện, người đứng đầu cơ quan quyết định theo thẩm quyền và gửi biên bản về Sở Nội
                vụ trong 05 ngày.
            Sở Nội vụ trả lời để {issuer} thực hiện./.
            """,
            attachments=("Danh sách hồ sơ giữ lại",),
        ),
        weight=4,
    ),
)

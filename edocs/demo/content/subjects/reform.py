"""Matters of administrative reform (cải cách hành chính)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject

REFORM: tuple[Subject, ...] = (
    Subject(
        key="par-index-data",
        field="cchc",
        issuers=("BNV",),
        offices={"BNV": "CCHC"},
        kind="CV",
        summary="V/v cung cấp số liệu phục vụ xác định Chỉ số cải cách hành chính năm {year} ({topic})",
        picks={
            "topic": (
                "lĩnh vực tổ chức bộ máy",
                "lĩnh vực cải cách thủ tục hành chính",
                "lĩnh vực chính quyền số",
                "lĩnh vực cải cách chế độ công vụ",
            )
        },
        addressees=("Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương",),
        body="""
        Thực hiện Kế hoạch xác định Chỉ số cải cách hành chính năm {year} của các bộ, cơ quan ngang bộ, Ủy ban
            nhân dân các tỉnh, thành phố trực thuộc Trung ương, Bộ Nội vụ đề nghị Ủy ban nhân dân các tỉnh,
            thành phố chỉ đạo cơ quan chuyên môn tổng hợp, cung cấp số liệu {topic} theo các nội dung sau:
        1. Kết quả thực hiện các nhiệm vụ được giao trong {report_quarter} và lũy kế từ đầu năm (Biểu số 01
            kèm theo).
        2. Số hồ sơ thủ tục hành chính tiếp nhận, giải quyết tại Trung tâm Phục vụ hành chính công cấp tỉnh,
            cấp xã; số hồ sơ trả trước hạn, đúng hạn, quá hạn (Biểu số 02).
        3. Tài liệu kiểm chứng đối với từng tiêu chí thành phần, định dạng PDF có ký số của cơ quan.
        Số liệu gửi về Bộ Nội vụ trước {due}, đồng thời cập nhật trên phần mềm chấm điểm Chỉ số cải cách hành
            chính.
        Đề nghị Quý cơ quan quan tâm, phối hợp thực hiện./.
        """,
        attachments=("Biểu số 01", "Biểu số 02"),
        lead="CCHC",
        coordinators=("TCBC", "CCVC", "VP"),
        working_days=6,
        instruction="Giao Phòng CCHC chủ trì tổng hợp; các phòng gửi số liệu đúng biểu mẫu. Dự thảo văn "
        "bản trình tôi "
        "trước ngày {deadline}.",
        progress=(
            "Đã gửi biểu mẫu tới 03 phòng phối hợp, hẹn nhận số liệu trong 02 ngày.",
            "Đã nhận đủ số liệu của Phòng TCBC và Văn phòng Sở; còn thiếu số liệu của Phòng CCVC.",
            "Đã đối chiếu với số liệu trên Cổng Dịch vụ công quốc gia, lệch {n} hồ sơ, đang rà lại.",
        ),
        counts={"n": (3, 28), "done": (41200, 58900), "late": (12, 190)},
        rates={"rate": (9810, 9985)},
        result="Đã cập nhật đủ số liệu và tài liệu kiểm chứng trên phần mềm chấm điểm.",
        reply=ReplyTemplate(
            "BC",
            "Cung cấp số liệu phục vụ xác định Chỉ số cải cách hành chính năm {year} ({topic})",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo như sau:
            1. Tính đến hết tháng trước, toàn tỉnh tiếp nhận {done} hồ sơ thủ tục hành chính; tỷ lệ giải quyết
                trước hạn và đúng hạn đạt {rate}%; còn {late} hồ sơ quá hạn, chủ yếu thuộc lĩnh vực đất đai.
            2. Các nhiệm vụ được giao {topic} đã hoàn thành theo kế hoạch; số liệu chi tiết nêu tại Biểu số
                01.
            3. Tài liệu kiểm chứng đã được ký số và cập nhật trên phần mềm chấm điểm theo hướng dẫn.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh xem xét, gửi Bộ Nội vụ tổng hợp./.
            """,
            to=("Ủy ban nhân dân tỉnh Nam Khê",),
            attachments=("Biểu số 01", "Biểu số 02"),
        ),
        weight=3,
    ),
    Subject(
        key="par-index-remedy",
        field="cchc",
        issuers=("UBND",),
        offices={"UBND": "NC"},
        kind="CV",
        summary="V/v khắc phục tồn tại, hạn chế về Chỉ số cải cách hành chính năm {last_year}, nâng cao {topic}",
        picks={
            "topic": (
                "Chỉ số hài lòng năm {year}",
                "kết quả {quarter}",
                "trách nhiệm người đứng đầu trong {month}",
                "chất lượng phục vụ của cấp xã trong {quarter}",
            )
        },
        addressees=("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường"),
        body="""
        Theo kết quả công bố của Bộ Nội vụ, Chỉ số cải cách hành chính năm {last_year} của tỉnh Nam Khê đạt
            {score} điểm, xếp thứ {rank}; còn {n} tiêu chí thành phần bị trừ điểm, tập trung ở nội dung “Cải
            cách thủ tục hành chính” và “Cải cách tổ chức bộ máy”.
        Để khắc phục tồn tại, hạn chế nêu trên và nâng cao {topic}, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:
        1. Giám đốc Sở Nội vụ chủ trì, phối hợp với Văn phòng Ủy ban nhân dân tỉnh và các cơ quan liên quan rà
            soát từng tiêu chí bị trừ điểm, xác định rõ nguyên nhân, trách nhiệm; tham mưu kế hoạch khắc phục,
            báo cáo Ủy ban nhân dân tỉnh trước {due}.
        2. Thủ trưởng các sở, ban, ngành, Chủ tịch Ủy ban nhân dân các xã, phường chấn chỉnh việc tiếp nhận,
            giải quyết hồ sơ; không để phát sinh hồ sơ quá hạn mà không có văn bản xin lỗi theo quy định.
        3. Giao Sở Khoa học và Công nghệ nâng tỷ lệ hồ sơ trực tuyến toàn trình lên tối thiểu 80% trong
            {quarter}.
        Yêu cầu các cơ quan, địa phương nghiêm túc thực hiện./.
        """,
        counts={"n": (8, 17), "rank": (15, 28), "m": (3, 7), "towns": (52, 62)},
        rates={"score": (8412, 8896), "back": (180, 420)},
        lead="CCHC",
        coordinators=("VP", "TCBC"),
        working_days=8,
        instruction="Giao Phòng CCHC chủ trì, phối hợp Văn phòng Sở rà soát từng tiêu chí bị trừ điểm; "
        "tham mưu văn bản "
        "báo cáo UBND tỉnh, trình tôi trước ngày {deadline}.",
        progress=(
            "Đã lập bảng rà soát {n} tiêu chí bị trừ điểm, phân theo cơ quan chịu trách nhiệm.",
            "Đã làm việc với Văn phòng UBND tỉnh về nhóm tiêu chí hồ sơ quá hạn.",
            "Đang hoàn thiện phụ lục kế hoạch khắc phục, chờ số liệu của Sở Khoa học và Công nghệ.",
        ),
        result="Đã báo cáo tại giao ban; lồng ghép giải pháp vào Kế hoạch cải cách hành chính của tỉnh.",
        reply=ReplyTemplate(
            "BC",
            "Kết quả rà soát các tiêu chí bị trừ điểm Chỉ số cải cách hành chính năm {last_year}, giải "
            "pháp nâng cao {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo Ủy ban nhân dân tỉnh kết quả như sau:
            1. Đã phối hợp với 14 sở, ban, ngành và {towns} xã, phường rà soát {n} tiêu chí thành phần bị trừ
                điểm; trong đó {m} tiêu chí do chậm báo cáo, số còn lại do kết quả thực tế chưa đạt.
            2. Tổng số điểm có thể khôi phục trong năm {year} là {back} điểm; kế hoạch khắc phục từng tiêu chí
                nêu tại Phụ lục.
            3. Kiến nghị Ủy ban nhân dân tỉnh giao Văn phòng Ủy ban nhân dân tỉnh theo dõi, đôn đốc hằng tháng
                đối với các cơ quan có hồ sơ quá hạn.
            Sở Nội vụ kính báo cáo Ủy ban nhân dân tỉnh xem xét, chỉ đạo./.
            """,
            attachments=("Phụ lục: Kế hoạch khắc phục tiêu chí bị trừ điểm",),
            copies=("Văn phòng UBND tỉnh",),
        ),
        since=date(2025, 7, 1),
        weight=3,
    ),
    Subject(
        key="internal-procedures",
        field="cchc",
        issuers=("UBND",),
        offices={"UBND": "KSTT"},
        kind="CV",
        summary="V/v rà soát, công bố danh mục thủ tục hành chính nội bộ lĩnh vực {topic}",
        picks={
            "topic": (
                "tổ chức, biên chế",
                "quản lý công chức, viên chức",
                "thi đua, khen thưởng",
                "văn thư, lưu trữ",
                "lao động, việc làm",
                "người có công",
                "quản lý hội, quỹ",
            )
        },
        addressees=("Sở Nội vụ", "Sở Tư pháp", "Văn phòng Ủy ban nhân dân tỉnh"),
        body="""
        Thực hiện Nghị quyết của Chính phủ về cắt giảm, đơn giản hóa thủ tục hành chính, qua theo dõi, Ủy ban
            nhân dân tỉnh nhận thấy danh mục thủ tục hành chính nội bộ lĩnh vực {topic} chưa được cập nhật
            theo mô hình chính quyền địa phương 02 cấp.
        Ủy ban nhân dân tỉnh giao Sở Nội vụ chủ trì:
        1. Rà soát toàn bộ thủ tục hành chính nội bộ giữa các cơ quan hành chính nhà nước thuộc lĩnh vực
            {topic}; đề xuất bãi bỏ, sửa đổi hoặc ban hành mới.
        2. Đề xuất phương án đơn giản hóa tối thiểu 20% số thủ tục, cắt giảm ít nhất 30% thời gian giải quyết.
        3. Trình Chủ tịch Ủy ban nhân dân tỉnh quyết định công bố trước {due}.
        Giao Văn phòng Ủy ban nhân dân tỉnh kiểm soát chất lượng, hướng dẫn, đôn đốc thực hiện./.
        """,
        counts={"n": (9, 24), "cut": (2, 6)},
        lead="CCHC",
        coordinators=("TCBC", "TĐKT", "VTLT"),
        working_days=9,
        instruction="Giao Phòng CCHC đầu mối, các phòng chuyên môn rà soát thủ tục của mình; trình Tờ "
        "trình trước {deadline}.",
        progress=(
            "Đã thống kê {n} thủ tục hành chính nội bộ, gửi phòng chuyên môn xác nhận.",
            "Đề xuất bãi bỏ {cut} thủ tục trùng lặp; đang lấy ý kiến Văn phòng UBND tỉnh.",
        ),
        result="Danh mục đã được công bố trên Cổng thông tin điện tử của Sở.",
        reply=ReplyTemplate(
            "TTr",
            "Về việc công bố danh mục thủ tục hành chính nội bộ lĩnh vực {topic}",
            """
            Thực hiện {ref}, Sở Nội vụ đã rà soát các thủ tục hành chính nội bộ lĩnh vực {topic} và kính trình
                Chủ tịch Ủy ban nhân dân tỉnh:
            1. Kết quả rà soát: có {n} thủ tục đang thực hiện; đề xuất bãi bỏ {cut} thủ tục không còn phù hợp
                với mô hình chính quyền địa phương 02 cấp.
            2. Các thủ tục còn lại được rút ngắn thời gian giải quyết từ 30% trở lên và thực hiện trên môi
                trường điện tử.
            3. Nội dung đã được Văn phòng Ủy ban nhân dân tỉnh thẩm tra, thống nhất.
            (Gửi kèm dự thảo Quyết định công bố và danh mục chi tiết)
            Sở Nội vụ kính trình Chủ tịch Ủy ban nhân dân tỉnh xem xét, quyết định./.
            """,
            attachments=("Dự thảo Quyết định", "Danh mục thủ tục hành chính nội bộ"),
        ),
        since=date(2025, 7, 1),
    ),
    Subject(
        key="satisfaction-survey",
        field="cchc",
        issuers=("CTK",),
        offices={"CTK": "NV"},
        kind="CV",
        summary="V/v phối hợp điều tra xã hội học đo lường sự hài lòng của người dân tại {commune}",
        body="""
        Theo Kế hoạch khảo sát đo lường sự hài lòng của người dân đối với sự phục vụ của cơ quan hành chính
            nhà nước năm {year}, Thống kê tỉnh Nam Khê được giao tổ chức thu thập {n} phiếu tại {commune}.
        Để việc khảo sát bảo đảm khách quan, đúng tiến độ, Thống kê tỉnh đề nghị Sở Nội vụ:
        1. Cung cấp danh sách người dân, tổ chức đã giao dịch tại Trung tâm Phục vụ hành chính công trong
            {quarter} để chọn mẫu.
        2. Có văn bản thông báo cho {commune} bố trí người dẫn đường và tuyên truyền để người dân hợp tác.
        3. Cử 01 công chức làm đầu mối, gửi họ tên, số điện thoại trước {due}.
        Thông tin người trả lời được giữ kín theo Luật Thống kê. Rất mong nhận được sự phối hợp của Quý Sở./.
        """,
        counts={"n": (60, 240)},
        lead="CCHC",
        working_days=5,
        instruction="Giao Phòng CCHC cử công chức đầu mối, phối hợp Thống kê tỉnh thực hiện, có văn bản "
        "trước {deadline}.",
        progress=("Đã trích danh sách giao dịch từ hệ thống thông tin giải quyết thủ tục hành chính.",),
        result="Đã gửi danh sách chọn mẫu và cử công chức đầu mối qua thư công vụ.",
        reply=ReplyTemplate(
            "CV",
            "V/v cử công chức đầu mối phối hợp điều tra xã hội học tại {commune}",
            """
            Phúc đáp {ref}, Sở Nội vụ có ý kiến như sau:
            1. Cử {drafter}, chuyên viên {unit}, làm đầu mối phối hợp.
            2. Danh sách tổ chức, cá nhân giao dịch trong {quarter} được gửi kèm dưới dạng tệp dữ liệu có đặt
                mật khẩu; mật khẩu thông báo trực tiếp cho đầu mối của Thống kê tỉnh.
            3. Sở Nội vụ đã thông báo để {commune} bố trí người dẫn đường trong thời gian khảo sát.
            Đề nghị Quý cơ quan sử dụng dữ liệu đúng mục đích, bảo vệ dữ liệu cá nhân theo quy định của pháp
                luật./.
            """,
            attachments=("Danh sách chọn mẫu",),
        ),
    ),
    Subject(
        key="digital-assessment",
        field="cchc",
        issuers=("SKHCN",),
        offices={"SKHCN": "CĐS"},
        kind="CV",
        summary="V/v phối hợp đánh giá mức độ chuyển đổi số của các cơ quan, địa phương {topic}",
        picks={"topic": ("năm {year}", "{month}", "{quarter}", "đợt kiểm tra chéo {month}")},
        addressees=("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường"),
        body="""
        Thực hiện Kế hoạch chuyển đổi số tỉnh Nam Khê năm {year}, Sở Khoa học và Công nghệ tổ chức đánh giá
            mức độ chuyển đổi số {topic}. Để có căn cứ chấm điểm, đề nghị Quý cơ quan:
        1. Tự đánh giá theo bộ tiêu chí tại Phụ lục I; đính kèm tài liệu minh chứng cho từng tiêu chí.
        2. Báo cáo tỷ lệ văn bản điện tử ký số trên tổng số văn bản đi; tỷ lệ hồ sơ công việc được lập trên
            môi trường mạng.
        3. Báo cáo số công chức đã hoàn thành khóa học trực tuyến về kỹ năng số cơ bản.
        Kết quả tự đánh giá gửi về Sở Khoa học và Công nghệ trước {due} (qua Phòng Chuyển đổi số)./.
        """,
        counts={"signed": (2100, 4800), "cases": (160, 540), "people": (38, 57)},
        rates={"share": (9620, 9990)},
        attachments=("Phụ lục I: Bộ tiêu chí đánh giá",),
        lead="CCHC",
        coordinators=("VP", "VTLT"),
        working_days=7,
        instruction="Giao Phòng CCHC chủ trì, Văn phòng Sở cung cấp số liệu ký số; tự chấm điểm, trình tôi "
        "trước {deadline}.",
        progress=(
            "Văn phòng Sở đã gửi số liệu văn bản ký số; đang chờ số liệu hồ sơ công việc điện tử.",
            "Đã tự chấm xong nhóm tiêu chí 1 và 2.",
        ),
        result="Đã nộp phiếu tự đánh giá trên hệ thống của Sở Khoa học và Công nghệ.",
        reply=ReplyTemplate(
            "BC",
            "Kết quả tự đánh giá mức độ chuyển đổi số của Sở Nội vụ ({topic})",
            """
            Thực hiện {ref}, Sở Nội vụ báo cáo kết quả tự đánh giá như sau:
            1. Tổng số văn bản đi ký số là {signed} văn bản, đạt {share}% (trừ văn bản mật).
            2. Đã lập {cases} hồ sơ công việc trên môi trường mạng; tài liệu lưu trữ cơ quan được số hóa theo
                kế hoạch.
            3. Có {people} công chức, viên chức, người lao động hoàn thành khóa học kỹ năng số cơ bản.
            4. Điểm tự chấm và tài liệu minh chứng nêu tại phụ lục kèm theo.
            Sở Nội vụ gửi Sở Khoa học và Công nghệ tổng hợp, thẩm định./.
            """,
            attachments=("Phụ lục: Bảng tự chấm điểm",),
        ),
    ),
    Subject(
        key="reform-spending-draft",
        field="cchc",
        issuers=("STC",),
        offices={"STC": "QLNS"},
        kind="CV",
        summary="V/v góp ý dự thảo Nghị quyết quy định {topic} trên địa bàn tỉnh",
        picks={
            "topic": (
                "mức chi bảo đảm cho công tác cải cách hành chính nhà nước",
                "chính sách hỗ trợ công chức làm việc tại Trung tâm Phục vụ hành chính công",
                "mức hỗ trợ thực hiện chuyển đổi số ở cấp xã",
                "mức chi khen thưởng sáng kiến cải cách hành chính",
            )
        },
        body="""
        Thực hiện Chương trình công tác năm {year} của Ủy ban nhân dân tỉnh, Sở Tài chính đã dự thảo Nghị
            quyết của Hội đồng nhân dân tỉnh quy định {topic} trên địa bàn tỉnh Nam Khê.
        Đề nghị Sở Nội vụ nghiên cứu, cho ý kiến về:
        1. Phạm vi điều chỉnh, đối tượng áp dụng; tính thống nhất với quy định hiện hành về cán bộ, công chức.
        2. Nội dung chi và mức chi tại Điều 3, Điều 4 dự thảo; dự kiến nhu cầu kinh phí của ngành nội vụ trong
            03 năm.
        3. Thời điểm có hiệu lực và điều khoản chuyển tiếp.
        Ý kiến bằng văn bản gửi Sở Tài chính trước {due}; quá thời hạn trên, nếu không có văn bản thì coi như
            thống nhất./.
        """,
        attachments=("Dự thảo Nghị quyết", "Dự thảo Tờ trình"),
        lead="CCHC",
        coordinators=("KHTC",),
        working_days=6,
        instruction="Giao Phòng CCHC chủ trì, Phòng KHTC phối hợp, tham mưu văn bản góp ý trước {deadline}.",
        progress=(
            "Đã gửi Phòng KHTC cho ý kiến về mức chi.",
            "Đang tham khảo quy định của một số tỉnh lân cận.",
        ),
        result="Thống nhất với dự thảo, đã trả lời qua thư công vụ.",
        reply=ReplyTemplate(
            "CV",
            "V/v góp ý dự thảo Nghị quyết quy định {topic}",
            """
            Phúc đáp {ref}, sau khi nghiên cứu, Sở Nội vụ cơ bản thống nhất với dự thảo và tham gia ý kiến như
                sau:
            1. Tại khoản 2 Điều 2, đề nghị bổ sung đối tượng áp dụng là công chức cấp xã được điều động, biệt
                phái.
            2. Tại Điều 4, đề nghị quy định mức chi tối đa và giao Ủy ban nhân dân tỉnh quy định cụ thể để chủ
                động khi mặt bằng giá thay đổi.
            3. Bổ sung điều khoản chuyển tiếp đối với các nhiệm vụ đã được phê duyệt dự toán trước ngày nghị
                quyết có hiệu lực.
            Sở Nội vụ gửi Sở Tài chính tổng hợp./.
            """,
        ),
    ),
)

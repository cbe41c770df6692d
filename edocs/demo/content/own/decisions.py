"""Decisions and submissions the department makes of its own accord."""

from __future__ import annotations

from datetime import date

from ..matter import OwnMatter

_PROVINCE = ("Ủy ban nhân dân tỉnh Nam Khê",)

DECISIONS: tuple[OwnMatter, ...] = (
    OwnMatter(
        key="salary-step",
        field="ccvc",
        unit="CCVC",
        kind="QĐ",
        summary="Về việc nâng bậc lương thường xuyên đối với {citizen}",
        body="""
        Căn cứ Luật Cán bộ, công chức;
        Căn cứ Nghị định số 204/2004/NĐ-CP ngày 14 tháng 12 năm 2004 của Chính phủ về chế độ tiền lương đối
            với cán bộ, công chức, viên chức và lực lượng vũ trang;
        Căn cứ Quyết định của Ủy ban nhân dân tỉnh Nam Khê quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu
            tổ chức của Sở Nội vụ;
        Theo đề nghị của Trưởng phòng Công chức, viên chức.
        QUYẾT ĐỊNH:
        Điều 1. Nâng bậc lương thường xuyên đối với {citizen}, {place}, {step}, kể từ ngày 01 của tháng ban
            hành Quyết định.
        Điều 2. Thời gian nâng bậc lương lần sau được tính từ ngày hưởng bậc lương mới.
        Điều 3. Chánh Văn phòng Sở, Trưởng phòng Công chức, viên chức, Trưởng phòng Kế hoạch, tài chính và
            {citizen} chịu trách nhiệm thi hành Quyết định này./.
        """,
        picks={
            "place": (
                "viên chức Trung tâm Lưu trữ lịch sử tỉnh",
                "viên chức Trung tâm Dịch vụ việc làm tỉnh",
                "viên chức Trung tâm Điều dưỡng người có công tỉnh",
            ),
            "step": (
                "từ bậc 2, hệ số 2,67 lên bậc 3, hệ số 3,00",
                "từ bậc 3, hệ số 3,00 lên bậc 4, hệ số 3,33",
                "từ bậc 4, hệ số 3,33 lên bậc 5, hệ số 3,66",
                "từ bậc 5, hệ số 3,66 lên bậc 6, hệ số 3,99",
            ),
        },
        recipients=("Như Điều 3", "Giám đốc, các Phó Giám đốc"),
        weight=5,
    ),
    OwnMatter(
        key="retirement",
        field="ccvc",
        unit="CCVC",
        kind="QĐ",
        summary="Về việc nghỉ hưu đối với {citizen}",
        body="""
        Căn cứ Luật Bảo hiểm xã hội số 41/2024/QH15;
        Căn cứ Nghị định số 135/2020/NĐ-CP ngày 18 tháng 11 năm 2020 của Chính phủ quy định về tuổi nghỉ hưu;
        Theo đề nghị của Trưởng phòng Công chức, viên chức.
        QUYẾT ĐỊNH:
        Điều 1. {Citizen}, {place}, được nghỉ hưu để hưởng chế độ bảo hiểm xã hội kể từ ngày 01 {next_month}.
        Điều 2. Bảo hiểm xã hội tỉnh Nam Khê giải quyết chế độ đối với {citizen} theo quy định của pháp luật.
        Điều 3. Quyết định này có hiệu lực kể từ ngày ký.
        Điều 4. Chánh Văn phòng Sở, Trưởng phòng Công chức, viên chức và {citizen} chịu trách nhiệm thi hành
            Quyết định này./.
        """,
        picks={
            "place": (
                "chuyên viên chính Phòng Người có công",
                "viên chức Trung tâm Điều dưỡng người có công tỉnh",
                "viên chức Trung tâm Dịch vụ việc làm tỉnh",
            )
        },
        recipients=("Như Điều 4", "Bảo hiểm xã hội tỉnh Nam Khê"),
        weight=4,
    ),
    OwnMatter(
        key="merit-allowance",
        field="ncc",
        unit="NCC",
        kind="QĐ",
        summary="Về việc trợ cấp {topic} đối với {citizen}",
        body="""
        Căn cứ Pháp lệnh Ưu đãi người có công với cách mạng số 02/2020/UBTVQH14;
        Căn cứ Nghị định số 131/2021/NĐ-CP ngày 30 tháng 12 năm 2021 của Chính phủ;
        Theo đề nghị của Trưởng phòng Người có công.
        QUYẾT ĐỊNH:
        Điều 1. Giải quyết trợ cấp {topic} đối với {citizen}, thường trú tại {commune}, theo mức quy định tại
            thời điểm hưởng.
        Điều 2. Thời điểm hưởng tính từ ngày 01 của tháng Ủy ban nhân dân cấp xã xác nhận bản khai.
        Điều 3. Trưởng phòng Người có công, Trưởng phòng Kế hoạch, tài chính, Ủy ban nhân dân {commune} và
            {citizen} chịu trách nhiệm thi hành Quyết định này./.
        """,
        picks={
            "topic": (
                "một lần khi người có công từ trần",
                "thờ cúng liệt sĩ hằng năm",
                "tuất hằng tháng",
                "ưu đãi hằng tháng người nhiễm chất độc hóa học",
            )
        },
        recipients=("Như Điều 3", "Giám đốc, các Phó Giám đốc"),
        since=date(2025, 7, 1),
        weight=5,
    ),
    OwnMatter(
        key="council-founding",
        field="hc",
        unit="VP",
        kind="QĐ",
        summary="Về việc thành lập {topic}",
        body="""
        Căn cứ Quyết định của Ủy ban nhân dân tỉnh Nam Khê quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu
            tổ chức của Sở Nội vụ;
        Theo đề nghị của Chánh Văn phòng Sở.
        QUYẾT ĐỊNH:
        Điều 1. Thành lập {topic} gồm {n} thành viên (có danh sách kèm theo), do đồng chí Phó Giám đốc phụ
            trách đứng đầu.
        Điều 2. Nhiệm vụ: tổ chức thực hiện theo quy định, báo cáo kết quả với Giám đốc Sở; tự giải thể sau
            khi hoàn thành nhiệm vụ.
        Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng Sở, Trưởng các phòng, đơn vị thuộc
            Sở và các thành viên có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.
        """,
        picks={
            "topic": (
                "Hội đồng sáng kiến Sở Nội vụ năm {year}",
                "Hội đồng thi đua, khen thưởng Sở Nội vụ năm {year}",
                "Đoàn kiểm tra công vụ {quarter}",
                "Tổ công tác hỗ trợ {commune} vận hành chính quyền 02 cấp",
                "Hội đồng xác định giá trị tài liệu {quarter}",
                "Ban Tổ chức hội nghị công chức, viên chức ({month})",
                "Tổ thẩm định đề án vị trí việc làm {quarter}",
            )
        },
        counts={"n": (5, 13)},
        attachments=("Danh sách thành viên",),
        recipients=("Như Điều 3", "Giám đốc, các Phó Giám đốc"),
        since=date(2025, 7, 1),
        weight=4,
    ),
    OwnMatter(
        key="staffing-submission",
        field="tcbc",
        unit="TCBC",
        kind="TTr",
        summary="Về việc {topic}",
        addressees=_PROVINCE,
        body="""
        Căn cứ Nghị định số 150/2025/NĐ-CP ngày 12 tháng 6 năm 2025 của Chính phủ và tình hình thực tế, Sở Nội
            vụ kính trình Ủy ban nhân dân tỉnh việc {topic}:
        1. Sự cần thiết: bảo đảm nhân lực thực hiện nhiệm vụ được phân cấp, phân quyền; khắc phục tình trạng
            nơi thừa, nơi thiếu.
        2. Nguyên tắc: không vượt tổng biên chế được cấp có thẩm quyền giao; ưu tiên xã, phường có quy mô dân
            số lớn.
        3. Phương án: điều chỉnh {n} chỉ tiêu giữa các cơ quan, đơn vị theo phụ lục; giữ lại {m} chỉ tiêu dự
            phòng.
        4. Hồ sơ đã được lấy ý kiến các cơ quan có liên quan và tiếp thu, giải trình đầy đủ.
        Sở Nội vụ kính trình Ủy ban nhân dân tỉnh xem xét, quyết định./.
        """,
        picks={
            "topic": (
                "giao biên chế công chức trong các cơ quan, tổ chức hành chính năm {next_year}",
                "điều chỉnh biên chế giữa các xã, phường {quarter}",
                "biệt phái công chức về hỗ trợ {commune}",
                "phê duyệt danh mục vị trí việc làm cấp xã {quarter}",
                "bổ nhiệm lại {citizen} giữ chức vụ Phó Giám đốc đơn vị sự nghiệp",
            )
        },
        counts={"n": (12, 64), "m": (4, 20)},
        attachments=("Phụ lục", "Dự thảo Quyết định"),
        recipients=("Như trên", "Ban Tổ chức Tỉnh ủy"),
        since=date(2025, 7, 1),
        weight=4,
    ),
    OwnMatter(
        key="award-submission",
        field="tdkt",
        unit="TĐKT",
        kind="TTr",
        summary="Về việc tặng Bằng khen của Chủ tịch UBND tỉnh {topic}",
        addressees=("Chủ tịch Ủy ban nhân dân tỉnh Nam Khê",),
        body="""
        Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;
        Trên cơ sở hồ sơ của các cơ quan, địa phương và kết quả họp Hội đồng Thi đua - Khen thưởng tỉnh, Sở
            Nội vụ kính trình Chủ tịch Ủy ban nhân dân tỉnh tặng Bằng khen {topic}:
        1. Tập thể: {n} tập thể.
        2. Cá nhân: {m} cá nhân, trong đó người trực tiếp lao động, công tác chiếm {rate}%.
        3. Tiền thưởng kèm theo thực hiện theo quy định tại Nghị định số 98/2023/NĐ-CP.
        (Gửi kèm danh sách, hồ sơ và dự thảo Quyết định)
        Sở Nội vụ kính trình Chủ tịch Ủy ban nhân dân tỉnh xem xét, quyết định./.
        """,
        picks={
            "topic": (
                "phong trào thi đua yêu nước {quarter}",
                "cho các tập thể, cá nhân có thành tích phòng, chống thiên tai năm {year}",
                "thành tích chuyển đổi số {quarter}",
                "thành tích 01 năm vận hành chính quyền địa phương 02 cấp ({month})",
                "công tác người có công {quarter}",
            )
        },
        counts={"n": (6, 28), "m": (9, 64)},
        rates={"rate": (5510, 7240)},
        attachments=("Danh sách đề nghị", "Dự thảo Quyết định"),
        recipients=("Như trên", "Hội đồng Thi đua - Khen thưởng tỉnh"),
        weight=3,
    ),
    OwnMatter(
        key="inspection-decision",
        field="ttkn",
        unit="TTr",
        kind="QĐ",
        summary="Về việc kiểm tra {topic}",
        body="""
        Căn cứ Nghị định của Chính phủ về hoạt động kiểm tra chuyên ngành;
        Căn cứ Kế hoạch kiểm tra năm {year} của Sở Nội vụ;
        Theo đề nghị của Chánh Thanh tra Sở.
        QUYẾT ĐỊNH:
        Điều 1. Kiểm tra {topic}. Thời kỳ kiểm tra: từ ngày 01 tháng 01 năm {last_year} đến thời điểm kiểm
            tra; thời hạn {n} ngày làm việc.
        Điều 2. Thành lập Đoàn kiểm tra gồm {m} thành viên; Trưởng đoàn là Phó Chánh Thanh tra Sở.
        Điều 3. Đoàn kiểm tra có nhiệm vụ, quyền hạn theo quy định của pháp luật; báo cáo kết quả trong 10
            ngày sau khi kết thúc.
        Điều 4. Chánh Thanh tra Sở, đơn vị được kiểm tra và các thành viên Đoàn chịu trách nhiệm thi hành
            Quyết định này./.
        """,
        picks={
            "topic": (
                "việc chấp hành pháp luật lao động tại {firm}, {month}",
                "công tác tuyển dụng, sử dụng công chức tại {commune}",
                "việc thực hiện chính sách người có công tại {commune}",
                "công tác văn thư, lưu trữ tại {commune}",
            )
        },
        counts={"n": (5, 15), "m": (4, 6)},
        recipients=("Như Điều 4", "Thanh tra tỉnh"),
        since=date(2025, 7, 1),
        weight=3,
    ),
)

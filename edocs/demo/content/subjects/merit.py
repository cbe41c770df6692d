"""Matters of people with merit to the revolution (người có công)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject

MERIT: tuple[Subject, ...] = (
    Subject(
        key="heroic-mother",
        field="ncc",
        issuers=("@communes",),
        offices={"": "VHXH"},
        kind="CV",
        summary="V/v xác minh hồ sơ truy tặng danh hiệu “Bà mẹ Việt Nam anh hùng” đối với {mother}",
        body="""
        {issuer} tiếp nhận hồ sơ đề nghị truy tặng danh hiệu vinh dự Nhà nước “Bà mẹ Việt Nam anh hùng” đối
            với {mother}, có {n} con là liệt sĩ, từ trần năm {to_year}.
        Qua kiểm tra, hồ sơ có một số điểm cần xác minh:
        1. Họ, tên đệm của liệt sĩ trên Bằng Tổ quốc ghi công chưa thống nhất với giấy báo tử.
        2. Năm sinh của bà mẹ trong lý lịch liệt sĩ lệch {m} năm so với giấy tờ hộ tịch.
        3. Thân nhân đề nghị chưa có biên bản ủy quyền của các con còn lại.
        {issuer} đề nghị Sở Nội vụ đối chiếu hồ sơ gốc, trả lời trước {due} để hoàn thiện hồ sơ trình cấp
            trên./.
        """,
        attachments=("Bản khai", "Bản sao Bằng Tổ quốc ghi công"),
        counts={"n": (1, 3), "m": (1, 4)},
        lead="NCC",
        coordinators=("TĐKT",),
        working_days=9,
        instruction="Giao Phòng NCC đối chiếu hồ sơ gốc, trả lời {issuer_short} trước {deadline}; việc này "
        "cần làm cẩn thận.",
        progress=(
            "Đã rút hồ sơ gốc liệt sĩ, đang đối chiếu giấy báo tử.",
            "Đã đề nghị Bộ Chỉ huy Quân sự tỉnh xác nhận thông tin quân nhân.",
        ),
        result="Đã xác minh xong, hồ sơ chuyển Phòng TĐKT thực hiện quy trình truy tặng.",
        reply=ReplyTemplate(
            "CV",
            "V/v kết quả xác minh hồ sơ truy tặng danh hiệu “Bà mẹ Việt Nam anh hùng” đối với {mother}",
            """
            Phúc đáp {ref}, Sở Nội vụ đã đối chiếu hồ sơ gốc và thông báo kết quả như sau:
            1. Hồ sơ liệt sĩ lưu tại Sở thể hiện {mother} là mẹ đẻ của {n} liệt sĩ; sai lệch tên đệm do ghi
                nhầm khi lập danh sách, đã có giấy xác nhận của đơn vị quân đội.
            2. Về năm sinh, thống nhất lấy theo giấy tờ hộ tịch; đề nghị địa phương lập biên bản xác minh tại
                nơi cư trú.
            3. Thân nhân bổ sung biên bản ủy quyền có chứng thực của Ủy ban nhân dân cấp xã.
            Đề nghị {issuer} hướng dẫn gia đình hoàn thiện hồ sơ, gửi về Sở Nội vụ để trình theo quy định./.
            """,
        ),
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="survivor-allowance-check",
        field="ncc",
        issuers=("BHXH",),
        offices={"BHXH": "CST"},
        kind="CV",
        summary="V/v đối chiếu danh sách người hưởng {topic}",
        picks={
            "topic": (
                "trợ cấp tuất {quarter}",
                "đồng thời trợ cấp ưu đãi và lương hưu {month}",
                "bảo hiểm y tế đối tượng người có công {month}",
            )
        },
        body="""
        Để tránh chi trả trùng và bảo đảm quyền lợi của đối tượng, Bảo hiểm xã hội tỉnh Nam Khê gửi danh sách
            {n} người hưởng {topic} và đề nghị Sở Nội vụ:
        1. Đối chiếu với danh sách chi trả trợ cấp ưu đãi người có công; ghi rõ loại trợ cấp, thời điểm hưởng.
        2. Xác định các trường hợp đã từ trần, chuyển đi ngoài tỉnh.
        3. Trả kết quả trước {due} để kịp kỳ chi trả tháng sau.
        Đầu mối: Phòng Chế độ bảo hiểm xã hội./.
        """,
        attachments=("Danh sách đối chiếu",),
        counts={"n": (210, 2480), "m": (3, 26)},
        lead="NCC",
        working_days=6,
        instruction="Giao Phòng NCC đối chiếu danh sách, trả lời Bảo hiểm xã hội tỉnh trước {deadline}.",
        progress=("Đã đối chiếu được hơn nửa danh sách; phát hiện {m} trường hợp cần xác minh tại xã, phường.",),
        result="Đã trả kết quả đối chiếu bằng tệp dữ liệu có ký số.",
        reply=ReplyTemplate(
            "CV",
            "V/v kết quả đối chiếu danh sách người hưởng {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ thông báo kết quả đối chiếu như sau:
            1. Đã đối chiếu {n} trường hợp; có {m} trường hợp cần tạm dừng để xác minh do từ trần hoặc chuyển
                nơi cư trú.
            2. Các trường hợp còn lại hưởng đúng đối tượng, đúng mức.
            Sở Nội vụ gửi Bảo hiểm xã hội tỉnh Nam Khê danh sách chi tiết để phối hợp thực hiện./.
            """,
            attachments=("Danh sách đã đối chiếu",),
        ),
        weight=3,
    ),
    Subject(
        key="merit-petition",
        field="ncc",
        issuers=("CD",),
        kind="ĐƠN",
        summary="Đơn đề nghị giải quyết chế độ {topic} của {citizen}",
        picks={
            "topic": (
                "người có công giúp đỡ cách mạng",
                "người hoạt động kháng chiến bị nhiễm chất độc hóa học",
                "thanh niên xung phong",
                "thân nhân liệt sĩ thờ cúng",
                "thương binh (giám định lại tỷ lệ tổn thương)",
            )
        },
        body="""
        Tôi là {name}, thường trú tại {commune}, tỉnh Nam Khê. Gia đình tôi thuộc diện đề nghị hưởng chế độ
            {topic}. Hồ sơ đã nộp tại Ủy ban nhân dân cấp xã từ năm {to_year} nhưng đến nay chưa được trả lời
            bằng văn bản.
        Giấy tờ tôi còn giữ gồm: bản khai có xác nhận của chính quyền địa phương thời điểm đó, Huân chương,
            Huy chương kháng chiến và giấy xác nhận của {n} nhân chứng.
        Tôi kính đề nghị Sở Nội vụ kiểm tra, xem xét giải quyết chế độ theo Pháp lệnh Ưu đãi người có công với
            cách mạng và trả lời để gia đình được biết.
        Tôi xin cam đoan những điều trên là đúng sự thật. Xin trân trọng cảm ơn.
        """,
        attachments=("Bản khai cá nhân", "Bản sao Huy chương"),
        counts={"n": (2, 4)},
        lead="NCC",
        working_days=12,
        instruction="Giao Phòng NCC kiểm tra hồ sơ, giải quyết đúng chế độ, trả lời công dân trước {deadline}.",
        progress=(
            "Đã liên hệ UBND cấp xã, hồ sơ gốc bàn giao từ huyện cũ đang được tìm.",
            "Đã làm việc với {n} nhân chứng, có biên bản.",
        ),
        result="Đã tiếp công dân, hướng dẫn bổ sung giấy tờ; công dân đồng ý.",
        reply=ReplyTemplate(
            "CV",
            "V/v trả lời đơn của {citizen} về chế độ {topic}",
            """
            Sở Nội vụ nhận được {ref}. Sau khi kiểm tra, xác minh, Sở Nội vụ trả lời như sau:
            1. Hồ sơ của công dân được lập trước khi sắp xếp đơn vị hành chính, hiện đã được bàn giao về Sở;
                các giấy tờ chứng minh cơ bản phù hợp.
            2. Căn cứ Nghị định số 131/2021/NĐ-CP ngày 30 tháng 12 năm 2021 của Chính phủ, hồ sơ còn thiếu bản
                sao được chứng thực từ giấy tờ gốc. Đề nghị công dân bổ sung tại Trung tâm Phục vụ hành chính
                công cấp xã.
            3. Trong 12 ngày kể từ ngày nhận đủ hồ sơ, Sở Nội vụ sẽ xem xét, ra quyết định theo quy định.
            Sở Nội vụ trả lời để công dân được biết./.
            """,
            to=("{Citizen}",),
            copies=("Ban Tiếp công dân tỉnh",),
        ),
        weight=5,
    ),
    Subject(
        key="convalescence-plan",
        field="ncc",
        issuers=("TTĐDNCC",),
        kind="KH",
        summary="Điều dưỡng tập trung người có công với cách mạng đợt {n} năm {year}",
        body="""
        Căn cứ chỉ tiêu điều dưỡng được giao năm {year}, Trung tâm Điều dưỡng người có công tỉnh Nam Khê xây
            dựng kế hoạch điều dưỡng tập trung đợt {n}:
        1. Mục đích: chăm sóc sức khỏe, động viên tinh thần người có công và thân nhân.
        2. Số lượng {m} người, chia làm 02 đoàn; mỗi đoàn 05 ngày, đón đoàn lúc {meeting}.
        3. Nội dung: khám sức khỏe, vật lý trị liệu, sinh hoạt văn nghệ, tham quan di tích lịch sử.
        4. Kinh phí: theo định mức tại Nghị định số 75/2021/NĐ-CP và văn bản sửa đổi, bổ sung.
        Đề nghị Sở Nội vụ phê duyệt danh sách, thông báo cho các xã, phường trước {due}./.
        """,
        attachments=("Danh sách dự kiến",),
        counts={"n": (1, 8), "m": (60, 120)},
        lead="NCC",
        working_days=5,
        instruction="Giao Phòng NCC rà soát danh sách, tránh trùng năm trước, trình duyệt trước {deadline}.",
        progress=("Đã loại các trường hợp điều dưỡng tại nhà ra khỏi danh sách.",),
        result="Danh sách đã được phê duyệt, thông báo tới các xã, phường.",
    ),
    Subject(
        key="war-invalids-day",
        field="ncc",
        issuers=("UBND",),
        offices={"UBND": "KGVX"},
        kind="KH",
        summary="Tổ chức các hoạt động kỷ niệm Ngày Thương binh - Liệt sĩ (27/7) năm {year}",
        addressees=(),
        body="""
        Ủy ban nhân dân tỉnh ban hành Kế hoạch tổ chức các hoạt động kỷ niệm Ngày Thương binh - Liệt sĩ năm
            {year} với các nội dung chính:
        1. Thăm, tặng quà {n} gia đình chính sách tiêu biểu; mỗi suất trị giá 2.000.000 đồng.
        2. Lễ dâng hương tại Nghĩa trang liệt sĩ tỉnh và lễ thắp nến tri ân vào tối 26 tháng 7.
        3. Khởi công, bàn giao nhà ở cho hộ người có công còn khó khăn.
        4. Sở Nội vụ là cơ quan thường trực, chủ trì tham mưu, chuẩn bị danh sách, kịch bản; báo cáo trước
            {due}.
        Các sở, ban, ngành, địa phương căn cứ Kế hoạch triển khai thực hiện./.
        """,
        counts={"n": (180, 420)},
        months=(6, 7),
        lead="NCC",
        coordinators=("VP", "KHTC"),
        working_days=7,
        instruction="Giao Phòng NCC chủ trì, Văn phòng Sở, Phòng KHTC phối hợp triển khai; báo cáo tiến độ "
        "trước {deadline}.",
        progress=(
            "Đã lập danh sách gia đình chính sách tiêu biểu.",
            "Kịch bản lễ thắp nến đã gửi Tỉnh đoàn góp ý.",
        ),
        result="Đã tổ chức các hoạt động theo kế hoạch, an toàn, trang trọng.",
    ),
    Subject(
        key="soldier-records",
        field="ncc",
        issuers=("BCHQS",),
        offices={"BCHQS": "CT"},
        kind="CV",
        summary="V/v cung cấp thông tin mộ liệt sĩ tại nghĩa trang {commune} (danh sách {n} trường hợp)",
        body="""
        Thực hiện công tác tìm kiếm, quy tập hài cốt liệt sĩ năm {year}, Bộ Chỉ huy Quân sự tỉnh Nam Khê đề
            nghị Sở Nội vụ phối hợp:
        1. Cung cấp thông tin mộ liệt sĩ tại nghĩa trang {commune}: họ tên, quê quán, đơn vị, ngày hy sinh, vị
            trí mộ của {n} trường hợp trong danh sách kèm theo.
        2. Xác định các mộ chưa biết tên có thể lấy mẫu giám định ADN trong đợt này.
        3. Cử cán bộ tham gia tổ công tác liên ngành.
        Thông tin gửi về Phòng Chính trị trước {due}./.
        """,
        attachments=("Danh sách liệt sĩ",),
        counts={"n": (12, 95), "m": (2, 11)},
        lead="NCC",
        working_days=8,
        instruction="Giao Phòng NCC rà soát cơ sở dữ liệu mộ liệt sĩ, cung cấp thông tin trước {deadline}.",
        progress=("Đã tra cứu cơ sở dữ liệu; {m} trường hợp trùng tên, cần kiểm tra tại nghĩa trang.",),
        result="Đã cung cấp thông tin, cử cán bộ tham gia tổ công tác liên ngành.",
        reply=ReplyTemplate(
            "CV",
            "V/v cung cấp thông tin mộ liệt sĩ tại nghĩa trang {commune}",
            """
            Phúc đáp {ref}, Sở Nội vụ cung cấp thông tin như sau:
            1. Danh sách {n} trường hợp kèm vị trí lô, hàng, số mộ theo hồ sơ quản trang.
            2. Có {m} mộ chưa xác định được thông tin đủ điều kiện lấy mẫu giám định ADN; thân nhân đã đăng ký
                tại Sở Nội vụ.
            3. Cử {drafter}, chuyên viên {unit}, tham gia tổ công tác liên ngành.
            Sở Nội vụ gửi Bộ Chỉ huy Quân sự tỉnh phối hợp thực hiện./.
            """,
            attachments=("Danh sách mộ liệt sĩ",),
        ),
        since=date(2025, 7, 1),
        weight=3,
    ),
    Subject(
        key="housing-support",
        field="ncc",
        issuers=("@communes",),
        kind="BC",
        summary="Kết quả hỗ trợ nhà ở đối với hộ người có công đến hết {last_month} tại {place_name}",
        body="""
        {issuer} báo cáo kết quả hỗ trợ nhà ở đối với hộ người có công với cách mạng trên địa bàn:
        1. Tổng số hộ được phê duyệt: {n} hộ, gồm {m} hộ xây mới, số còn lại sửa chữa.
        2. Đã hoàn thành {done}% kế hoạch; kinh phí đã giải ngân {money} triệu đồng.
        3. Một số hộ chậm tiến độ do thiếu nhân công và chờ ngày làm nhà theo phong tục.
        4. Kiến nghị: cho kéo dài thời gian giải ngân đến hết {quarter}.
        {issuer} báo cáo Sở Nội vụ tổng hợp./.
        """,
        counts={"n": (11, 46), "m": (3, 10), "money": (420, 2900)},
        rates={"done": (4510, 9750)},
        lead="NCC",
        coordinators=("KHTC",),
        working_days=6,
        instruction="Giao Phòng NCC tổng hợp, xem xét kiến nghị kéo dài thời gian giải ngân; báo cáo tôi "
        "trước {deadline}.",
        progress=("Đã tổng hợp tiến độ giải ngân của các xã, phường.",),
        result="Đã báo cáo Ban Chỉ đạo tỉnh; kiến nghị được chấp thuận.",
        since=date(2025, 7, 20),
        weight=3,
    ),
)

"""Matters of civil servants, public employees and their training (công chức, viên chức, đào tạo)."""

from __future__ import annotations

from datetime import date

from ..matter import ReplyTemplate, Subject

CIVIL_SERVICE: tuple[Subject, ...] = (
    Subject(
        key="draft-circular",
        field="ccvc",
        issuers=("BNV",),
        offices={"BNV": "CCVC"},
        kind="CV",
        summary="V/v lấy ý kiến dự thảo {topic}",
        picks={
            "topic": (
                "Thông tư hướng dẫn đánh giá, xếp loại chất lượng công chức",
                "Nghị định về chế độ tập sự của công chức",
                "Thông tư quy định mã số, tiêu chuẩn chức danh công chức hành chính",
                "Nghị định về kỷ luật viên chức",
                "Thông tư hướng dẫn vị trí việc làm công chức cấp xã",
                "Thông tư về hồ sơ điện tử cán bộ, công chức, viên chức",
                "Nghị định về thu hút người có tài năng vào làm việc trong cơ quan nhà nước",
            )
        },
        addressees=("Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương",),
        body="""
        Thực hiện Chương trình xây dựng văn bản quy phạm pháp luật năm {year}, Bộ Nội vụ đang xây dựng
            {topic}. Hồ sơ dự thảo được đăng tải trên Cổng thông tin điện tử của Bộ.
        Bộ Nội vụ đề nghị Quý cơ quan nghiên cứu, tham gia ý kiến, tập trung vào:
        1. Sự phù hợp của dự thảo với Luật Cán bộ, công chức số 80/2025/QH15 và thực tiễn chính quyền địa
            phương 02 cấp.
        2. Thẩm quyền của người đứng đầu và trình tự, thủ tục thực hiện.
        3. Tính khả thi, chi phí tuân thủ và lộ trình áp dụng.
        Ý kiến góp ý gửi về Bộ Nội vụ (Vụ Công chức - Viên chức) trước {due}./.
        """,
        attachments=("Dự thảo văn bản", "Dự thảo Tờ trình"),
        counts={"n": (5, 12), "m": (2, 4)},
        reply_days=15,
        lead="CCVC",
        coordinators=("TCBC", "CCHC"),
        working_days=10,
        instruction="Giao Phòng CCVC chủ trì lấy ý kiến các phòng, dự thảo văn bản góp ý, trình tôi trước {deadline}.",
        progress=(
            "Đã gửi dự thảo tới các phòng, hẹn ý kiến trong 03 ngày làm việc.",
            "Đã nhận ý kiến của {m} phòng, đang tổng hợp.",
        ),
        result="Thống nhất với dự thảo, không có ý kiến bổ sung.",
        reply=ReplyTemplate(
            "CV",
            "V/v góp ý dự thảo {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ tỉnh Nam Khê cơ bản thống nhất với nội dung dự thảo và tham gia một số ý
                kiến:
            1. Tại Điều {n}, đề nghị quy định rõ thẩm quyền của Chủ tịch Ủy ban nhân dân cấp xã đối với công
                chức biệt phái.
            2. Đề nghị rút ngắn thành phần hồ sơ: thông tin đã có trong cơ sở dữ liệu quốc gia về cán bộ, công
                chức, viên chức thì không yêu cầu nộp lại.
            3. Về điều khoản chuyển tiếp, đề nghị cho phép địa phương hoàn thành trong 06 tháng kể từ ngày văn
                bản có hiệu lực.
            Trân trọng gửi Bộ Nội vụ nghiên cứu, tổng hợp./.
            """,
        ),
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="rank-appointment",
        field="ccvc",
        issuers=("STC", "STP", "SXD", "SNNMT", "SCT", "SKHCN", "SYT", "TTT"),
        offices={"": "VP"},
        kind="CV",
        summary="V/v đề nghị bổ nhiệm ngạch {topic} đối với {citizen}",
        picks={"topic": ("chuyên viên chính", "chuyên viên", "kế toán viên", "kế toán viên chính")},
        body="""
        {Citizen}, công chức thuộc {issuer}, có thời gian công tác {n} năm, được đánh giá hoàn thành tốt nhiệm
            vụ 03 năm liên tục, có đủ văn bằng, chứng chỉ theo tiêu chuẩn của ngạch {topic}.
        {issuer} đề nghị Sở Nội vụ thẩm định, trình cấp có thẩm quyền bổ nhiệm và xếp lương ngạch {topic} đối
            với {citizen}:
        1. Ngạch, bậc hiện hưởng và thời điểm tính nâng bậc lần sau nêu tại danh sách kèm theo.
        2. Hồ sơ gồm sơ yếu lý lịch, bản sao văn bằng, quyết định lương gần nhất và bản nhận xét của cơ quan.
        Đề nghị Sở Nội vụ xem xét, giải quyết trước {due}./.
        """,
        attachments=("Danh sách trích ngang", "Hồ sơ cá nhân"),
        counts={"n": (9, 24)},
        lead="CCVC",
        working_days=7,
        instruction="Giao Phòng CCVC thẩm định hồ sơ, dự thảo quyết định, trình trước {deadline}.",
        progress=("Hồ sơ hợp lệ; đang xác định bậc lương theo ngạch mới.",),
        result="Đã trả lời trực tiếp: hồ sơ thiếu chứng chỉ bồi dưỡng, cơ quan sẽ bổ sung.",
        reply=ReplyTemplate(
            "QĐ",
            "Về việc bổ nhiệm ngạch {topic} và xếp lương đối với {citizen}",
            """
            Căn cứ Luật Cán bộ, công chức;
            Căn cứ Quyết định của Ủy ban nhân dân tỉnh Nam Khê về phân cấp quản lý tổ chức bộ máy, cán bộ,
                công chức, viên chức;
            Xét đề nghị của {issuer} tại {ref_short};
            Theo đề nghị của Trưởng phòng Công chức, viên chức.
            QUYẾT ĐỊNH:
            Điều 1. Bổ nhiệm {citizen}, công chức {issuer}, vào ngạch {topic}.
            Điều 2. Bậc và hệ số lương được xếp theo Nghị định số 204/2004/NĐ-CP ngày 14 tháng 12 năm 2004 của
                Chính phủ; thời gian tính nâng bậc lương lần sau theo quy định hiện hành.
            Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng Sở, Trưởng phòng Công chức, viên
                chức, Thủ trưởng {issuer} và {citizen} chịu trách nhiệm thi hành Quyết định này./.
            """,
        ),
        weight=5,
    ),
    Subject(
        key="early-salary-step",
        field="ccvc",
        issuers=("@communes",),
        offices={"": "VP"},
        kind="CV",
        summary="V/v đề nghị nâng bậc lương trước thời hạn đối với {citizen}",
        body="""
        Năm {last_year}, {citizen}, công chức {issuer}, được Chủ tịch Ủy ban nhân dân tỉnh tặng Bằng khen do
            có thành tích xuất sắc trong thực hiện nhiệm vụ. Hội đồng lương của cơ quan đã họp, thống nhất đề
            nghị nâng bậc lương trước thời hạn {n} tháng.
        Số người được nâng bậc lương trước thời hạn không vượt quá 10% biên chế trả lương của địa phương theo
            Thông tư số 08/2013/TT-BNV ngày 31 tháng 7 năm 2013 của Bộ trưởng Bộ Nội vụ.
        {issuer} đề nghị Sở Nội vụ thẩm định, thống nhất để địa phương ban hành quyết định. Đề nghị trả lời
            trước {due}./.
        """,
        attachments=("Biên bản họp Hội đồng lương", "Bản sao Bằng khen"),
        counts={"n": (6, 12)},
        lead="CCVC",
        coordinators=("TĐKT",),
        working_days=6,
        instruction="Giao Phòng CCVC kiểm tra điều kiện, tiêu chuẩn, trả lời {issuer_short} trước {deadline}.",
        progress=("Phòng TĐKT đã xác nhận thành tích khen thưởng.",),
        result="Đủ điều kiện; đã xác nhận trên danh sách gửi lại địa phương.",
        reply=ReplyTemplate(
            "CV",
            "V/v nâng bậc lương trước thời hạn đối với {citizen}",
            """
            Phúc đáp {ref}, sau khi kiểm tra hồ sơ, Sở Nội vụ có ý kiến như sau:
            1. {Citizen} đủ điều kiện, tiêu chuẩn nâng bậc lương trước thời hạn {n} tháng do lập thành tích
                xuất sắc.
            2. Đề nghị {issuer} ban hành quyết định theo thẩm quyền; thời gian nâng bậc lương lần sau tính từ
                ngày hưởng bậc lương mới.
            3. Gửi 01 bản quyết định về Sở Nội vụ để cập nhật cơ sở dữ liệu công chức.
            Sở Nội vụ trả lời để {issuer} thực hiện./.
            """,
        ),
        since=date(2025, 7, 1),
        weight=4,
    ),
    Subject(
        key="service-time-petition",
        field="ccvc",
        issuers=("CD",),
        kind="ĐƠN",
        summary="Đơn đề nghị xác nhận thời gian công tác của {citizen}",
        body="""
        Tôi là {name}, thường trú tại {commune}, tỉnh Nam Khê. Từ tháng 9 năm {from_year}, tôi được tuyển dụng
            vào làm việc tại Phòng Nông nghiệp huyện cũ, nghỉ việc theo nguyện vọng tháng 6 năm {to_year}.
        Nay tôi làm thủ tục hưởng chế độ bảo hiểm xã hội nhưng hồ sơ gốc bị thất lạc khi cơ quan giải thể, chỉ
            còn sổ lương và giấy xác nhận của 02 người cùng công tác.
        Tôi kính đề nghị Sở Nội vụ tra cứu danh sách tuyển dụng, danh sách hưởng lương đang lưu trữ và xác
            nhận thời gian công tác để tôi hoàn thiện hồ sơ theo quy định.
        Tôi xin cam đoan nội dung nêu trên là đúng sự thật và chịu trách nhiệm trước pháp luật. Xin chân thành
            cảm ơn.
        """,
        attachments=("Bản sao sổ lương", "Giấy xác nhận của người cùng công tác"),
        counts={"n": (2, 5)},
        lead="CCVC",
        coordinators=("VTLT",),
        working_days=12,
        instruction="Giao Phòng CCVC phối hợp Trung tâm Lưu trữ lịch sử tra cứu, trả lời công dân trước {deadline}.",
        progress=(
            "Đã gửi phiếu yêu cầu tra cứu tới Trung tâm Lưu trữ lịch sử tỉnh.",
            "Tìm thấy danh sách hưởng lương của {n} quý, đang tìm quyết định tuyển dụng.",
        ),
        result="Đã tiếp công dân, hướng dẫn nộp yêu cầu tại Trung tâm Lưu trữ lịch sử tỉnh.",
        reply=ReplyTemplate(
            "CV",
            "V/v trả lời đơn đề nghị xác nhận thời gian công tác của {citizen}",
            """
            Sở Nội vụ nhận được {ref}. Sau khi tra cứu hồ sơ lưu trữ, Sở Nội vụ trả lời như sau:
            1. Tại phông lưu trữ Phòng Nông nghiệp huyện cũ có danh sách hưởng lương của {n} quý ghi tên
                {citizen}; chưa tìm thấy quyết định tuyển dụng.
            2. Trung tâm Lưu trữ lịch sử tỉnh cấp bản sao có xác nhận đối với các danh sách nêu trên để công
                dân bổ sung hồ sơ.
            3. Việc tính thời gian đóng bảo hiểm xã hội thuộc thẩm quyền của cơ quan bảo hiểm xã hội; đề nghị
                công dân nộp hồ sơ tại Bảo hiểm xã hội tỉnh Nam Khê.
            Sở Nội vụ trả lời để công dân được biết./.
            """,
            to=("{Citizen}",),
            copies=("Trung tâm Lưu trữ lịch sử tỉnh", "Bảo hiểm xã hội tỉnh Nam Khê"),
        ),
        weight=4,
    ),
    Subject(
        key="decentralisation-draft",
        field="ccvc",
        issuers=("STP",),
        offices={"STP": "PBGDPL"},
        kind="CV",
        summary="V/v góp ý dự thảo {topic}",
        picks={
            "topic": (
                "Quyết định phân cấp quản lý công chức",
                "Kế hoạch theo dõi tình hình thi hành pháp luật về công chức năm {next_year}",
                "Quy chế phối hợp quản lý người làm công tác pháp chế",
                "Quyết định bãi bỏ văn bản quy phạm pháp luật lĩnh vực nội vụ",
            )
        },
        body="""
        Thực hiện Luật Ban hành văn bản quy phạm pháp luật số 64/2025/QH15, Sở Tư pháp gửi lấy ý kiến dự thảo
            {topic}. Đề nghị Sở Nội vụ cho ý kiến về các nội dung sau:
        1. Căn cứ pháp lý và thẩm quyền ban hành.
        2. Tính thống nhất với các quy định hiện hành của tỉnh về quản lý cán bộ, công chức; danh mục văn bản
            cần sửa đổi, bãi bỏ kèm theo.
        3. Ngôn ngữ, kỹ thuật trình bày.
        Văn bản góp ý gửi Sở Tư pháp trước {due} để tổng hợp, hoàn chỉnh./.
        """,
        counts={"n": (3, 7)},
        lead="CCVC",
        working_days=6,
        instruction="Giao Phòng CCVC nghiên cứu, dự thảo văn bản góp ý, trình tôi trước {deadline}.",
        progress=("Đã rà soát, đề nghị bổ sung {n} văn bản vào danh mục bãi bỏ.",),
        result="Nhất trí với dự thảo, đã phúc đáp qua thư công vụ.",
        since=date(2025, 5, 1),
    ),
    Subject(
        key="training-class",
        field="dtbd",
        issuers=("TCT",),
        kind="TB",
        summary="Chiêu sinh lớp {topic}",
        picks={
            "topic": (
                "bồi dưỡng ngạch chuyên viên chính khóa {n} năm {year}",
                "bồi dưỡng ngạch chuyên viên khóa {n} năm {year}",
                "bồi dưỡng lãnh đạo cấp phòng khóa {n} năm {year}",
                "trung cấp lý luận chính trị hệ không tập trung khóa {n}",
                "bồi dưỡng nghiệp vụ công chức cấp xã khóa {n} năm {year}",
            )
        },
        addressees=("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường"),
        body="""
        Thực hiện Kế hoạch đào tạo, bồi dưỡng năm {year}, Trường Chính trị tỉnh Nam Khê thông báo chiêu sinh
            lớp {topic} như sau:
        1. Đối tượng: công chức, viên chức đủ điều kiện theo quy định; số lượng {m} học viên.
        2. Thời gian: 06 tuần, học thứ Năm, thứ Sáu hằng tuần; khai giảng lúc {meeting}.
        3. Học phí: do ngân sách tỉnh bảo đảm đối với người được cử trong chỉ tiêu; tài liệu do Trường cung
            cấp.
        Danh sách cử học viên gửi về Trường trước {due}./.
        """,
        counts={"n": (2, 9), "m": (45, 80), "own": (2, 5)},
        lead="CCVC",
        coordinators=("VP",),
        working_days=4,
        instruction="Giao Phòng CCVC rà soát người đủ điều kiện, trình danh sách cử học trước {deadline}.",
        progress=("Có {own} công chức đăng ký, đang rà soát điều kiện về thời gian giữ ngạch.",),
        result="Đã gửi danh sách cử học viên theo chỉ tiêu được giao.",
        reply=ReplyTemplate(
            "QĐ",
            "Về việc cử công chức tham gia lớp {topic}",
            """
            Căn cứ Nghị định số 101/2017/NĐ-CP ngày 01 tháng 9 năm 2017 của Chính phủ về đào tạo, bồi dưỡng
                cán bộ, công chức, viên chức và Nghị định số 89/2021/NĐ-CP sửa đổi, bổ sung;
            Căn cứ {ref_short} của Trường Chính trị tỉnh Nam Khê;
            Theo đề nghị của Trưởng phòng Công chức, viên chức.
            QUYẾT ĐỊNH:
            Điều 1. Cử {own} công chức thuộc Sở Nội vụ tham gia lớp {topic} (có danh sách kèm theo).
            Điều 2. Trong thời gian học, công chức được hưởng nguyên lương và các chế độ theo quy định; bố trí
                công việc để bảo đảm học tập đầy đủ.
            Điều 3. Chánh Văn phòng Sở, Trưởng phòng Công chức, viên chức và các công chức có tên tại Điều 1
                chịu trách nhiệm thi hành Quyết định này./.
            """,
            attachments=("Danh sách công chức được cử",),
        ),
        weight=3,
    ),
    Subject(
        key="recruit-into-service",
        field="ccvc",
        issuers=("@communes",),
        offices={"": "VP"},
        kind="TTr",
        summary="Về việc tiếp nhận vào làm công chức đối với {citizen}",
        body="""
        Căn cứ Nghị định số 170/2025/NĐ-CP ngày 30 tháng 6 năm 2025 của Chính phủ quy định về tuyển dụng, sử
            dụng và quản lý công chức, {issuer} kính trình Sở Nội vụ như sau:
        1. Vị trí cần tuyển: chuyên viên phụ trách {topic}; chỉ tiêu còn {n} biên chế.
        2. {Citizen} là viên chức có {m} năm công tác có đóng bảo hiểm xã hội bắt buộc, trình độ đại học đúng
            chuyên ngành.
        3. Hội đồng kiểm tra, sát hạch đã họp; kết quả {score} điểm, đủ điều kiện tiếp nhận.
        {issuer} đề nghị Sở Nội vụ thẩm định, thống nhất trước {due}./.
        """,
        picks={"topic": ("tài chính, kế hoạch", "đất đai, môi trường", "giáo dục, y tế", "tư pháp, hộ tịch")},
        attachments=("Biên bản họp Hội đồng", "Hồ sơ cá nhân"),
        counts={"n": (1, 4), "m": (5, 15)},
        rates={"score": (7150, 9350)},
        lead="CCVC",
        coordinators=("TCBC",),
        working_days=9,
        instruction="Giao Phòng CCVC thẩm định hồ sơ tiếp nhận, lưu ý điều kiện 05 năm công tác; trình "
        "trước {deadline}.",
        progress=("Đã kiểm tra quá trình đóng bảo hiểm xã hội, đủ {m} năm.",),
        result="Đã thống nhất, địa phương ra quyết định tiếp nhận theo phân cấp.",
        reply=ReplyTemplate(
            "CV",
            "V/v tiếp nhận vào làm công chức đối với {citizen}",
            """
            Phúc đáp {ref}, căn cứ Nghị định số 170/2025/NĐ-CP ngày 30 tháng 6 năm 2025 của Chính phủ, Sở Nội
                vụ có ý kiến như sau:
            1. Thống nhất để {issuer} tiếp nhận {citizen} vào làm công chức, vị trí chuyên viên phụ trách
                {topic}.
            2. Việc xếp ngạch, bậc lương thực hiện theo quy định hiện hành, không thấp hơn bậc lương đang
                hưởng.
            3. Trong 10 ngày kể từ ngày ban hành quyết định tiếp nhận, gửi Sở Nội vụ 01 bản để theo dõi, quản
                lý.
            Sở Nội vụ trả lời để {issuer} thực hiện theo quy định./.
            """,
        ),
        since=date(2025, 7, 7),
        weight=4,
    ),
    Subject(
        key="personnel-files",
        field="ccvc",
        issuers=("CAT",),
        offices={"CAT": "PX01"},
        kind="CV",
        summary="V/v phối hợp rà soát {topic}",
        picks={
            "topic": (
                "hồ sơ cán bộ, công chức được cử đi học nước ngoài năm {year}",
                "dữ liệu cán bộ, công chức với Cơ sở dữ liệu quốc gia về dân cư {quarter}",
                "danh sách công chức đề nghị cấp hộ chiếu công vụ {month}",
            )
        },
        body="""
        Để phục vụ công tác quản lý, Công an tỉnh Nam Khê đề nghị Sở Nội vụ phối hợp rà soát {topic}, cụ thể:
        1. Đối chiếu họ tên, ngày sinh, số định danh cá nhân, đơn vị công tác đối với {n} trường hợp tại danh
            sách kèm theo.
        2. Ghi rõ trường hợp đã nghỉ việc, chuyển công tác hoặc thay đổi chức danh.
        3. Kết quả gửi bằng văn bản điện tử có ký số, kèm tệp dữ liệu, trước {due}.
        Đầu mối liên hệ: Phòng Tổ chức cán bộ, Công an tỉnh./.
        """,
        attachments=("Danh sách đề nghị đối chiếu",),
        counts={"n": (18, 640), "m": (2, 19)},
        lead="CCVC",
        working_days=6,
        instruction="Giao Phòng CCVC đối chiếu, trả lời Công an tỉnh đúng hạn; lưu ý bảo vệ dữ liệu cá nhân.",
        progress=("Đã đối chiếu xong danh sách, có {m} trường hợp sai lệch số định danh.",),
        result="Đã bàn giao kết quả đối chiếu, có biên nhận của Phòng Tổ chức cán bộ, Công an tỉnh.",
        reply=ReplyTemplate(
            "CV",
            "V/v kết quả rà soát {topic}",
            """
            Phúc đáp {ref}, Sở Nội vụ thông báo kết quả như sau:
            1. Đã đối chiếu {n} trường hợp theo danh sách; thông tin trùng khớp, trừ {m} trường hợp sai lệch
                số định danh cá nhân được ghi chú tại cột cuối.
            2. Các trường hợp sai lệch đã yêu cầu cơ quan sử dụng công chức xác minh, cập nhật.
            Sở Nội vụ gửi Công an tỉnh Nam Khê phối hợp thực hiện./.
            """,
            attachments=("Danh sách đã đối chiếu",),
        ),
    ),
)

"""Short things people write to each other while a matter goes through the house."""

from __future__ import annotations

# Slots: {lead} short name of the unit, {who} "chị Huyền", {Who} "Chị Huyền", {deadline} "08/10/2026".
PASS_ON: tuple[str, ...] = (
    "{Who} thực hiện, gửi tôi dự thảo trước ngày {deadline}.",
    "Giao {who} chủ trì tham mưu, báo cáo tôi trước ngày {deadline}.",
    "{Who} nghiên cứu hồ sơ, đề xuất hướng xử lý trước {deadline}.",
    "{Who} làm đầu mối, cần số liệu ở phòng nào thì báo tôi; xong trước {deadline}.",
    "{Who} xử lý theo ý kiến của lãnh đạo Sở, hạn {deadline}.",
    "Chuyển {who} giải quyết. Lưu ý đối chiếu hồ sơ năm trước. Hạn {deadline}.",
)

DIRECTOR_FORWARDS: tuple[str, ...] = (
    "Chuyển đồng chí {leader} chỉ đạo.",
    "Đồng chí {leader} chỉ đạo giải quyết, báo cáo tôi kết quả.",
    "Đồng chí {leader} xem, chỉ đạo phòng chuyên môn thực hiện.",
)

RETURN_REASONS: tuple[str, ...] = (
    "Nội dung chính thuộc chức năng của {other}, đề nghị lãnh đạo Sở chuyển lại cho đúng đơn vị.",
    "Văn bản thiếu phụ lục số liệu, đề nghị Văn thư liên hệ nơi gửi bổ sung trước khi giao.",
    "Việc này {other} đang chủ trì theo văn bản trước, đề nghị giao {other} để thống nhất.",
    "Trùng nội dung đã giao tại văn bản đến trước, đề nghị lãnh đạo Sở xem xét, giao một đầu mối.",
)

DUPLICATE_REASONS: tuple[str, ...] = (
    "Vào sổ trùng: bản giấy của văn bản đã nhận qua Trục liên thông.",
    "Vào sổ trùng với văn bản nơi gửi đã phát hành lại cùng số, ký hiệu.",
    "Vào sổ trùng do nhận cả qua thư điện tử và Trục liên thông.",
)

MISTAKE_REASON = "Vào sổ nhầm: văn bản không gửi Sở Nội vụ, đã chuyển trả nơi gửi."

EXTENSION_REASONS: tuple[str, ...] = (
    "Còn {n} xã, phường chưa gửi số liệu, xin gia hạn để tổng hợp đầy đủ.",
    "Chờ ý kiến của Sở Tài chính về nguồn kinh phí, xin gia hạn thêm {n} ngày làm việc.",
    "Hồ sơ cần xác minh tại địa phương, xin gia hạn để hoàn thành việc kiểm tra.",
    "Cơ quan phối hợp đề nghị lùi ngày họp thống nhất, xin gia hạn {n} ngày làm việc.",
    "Đồng chí thụ lý đi công tác theo quyết định của Sở, xin gia hạn để bảo đảm chất lượng.",
)

EXTENSION_GRANTED: tuple[str, ...] = (
    "Đồng ý. Không gia hạn lần hai.",
    "Đồng ý, đôn đốc các đơn vị gửi số liệu.",
    "Đồng ý gia hạn, báo nơi gửi văn bản biết.",
)

EXTENSION_REFUSED: tuple[str, ...] = (
    "Không gia hạn, nơi gửi cần đúng ngày. Tập trung làm trước phần đã có số liệu.",
    "Việc đã kéo dài, đề nghị hoàn thành đúng hạn.",
)

SUBMIT_COMMENTS: tuple[str, ...] = (
    "Kính trình Trưởng phòng xem xét.",
    "Trình dự thảo, đã tiếp thu ý kiến các phòng.",
    "Trình dự thảo kèm phụ lục số liệu.",
    "",
)

CONTENT_COMMENTS: tuple[str, ...] = (
    "Nội dung đã kiểm tra, kính trình lãnh đạo Sở.",
    "Nhất trí nội dung.",
    "Đã sửa mục 2, chuyển kiểm tra thể thức.",
    "Số liệu đã đối chiếu, đồng ý trình.",
)

FORMAT_COMMENTS: tuple[str, ...] = (
    "Thể thức đúng quy định.",
    "Đã chỉnh nơi nhận, đủ điều kiện trình ký.",
    "Thể thức, kỹ thuật trình bày đạt yêu cầu.",
)

APPROVE_COMMENTS: tuple[str, ...] = ("Đồng ý.", "Duyệt.", "Đồng ý phát hành.", "Duyệt, gửi đúng hạn.")

CONTENT_RETURNS: tuple[str, ...] = (
    "Mục 2 chưa nêu rõ đơn vị chịu trách nhiệm và thời hạn; đề nghị bổ sung.",
    "Số liệu ở mục 1 lệch với báo cáo tháng trước, rà lại rồi trình.",
    "Căn cứ pháp lý đã được thay thế, đề nghị cập nhật.",
    "Viết gọn lại phần mở đầu, nêu ngay ý kiến của Sở.",
)

FORMAT_RETURNS: tuple[str, ...] = (
    "Nơi nhận thiếu cơ quan để báo cáo; trích yếu quá dài, đề nghị rút gọn.",
    "Phụ lục chưa đánh số trang, chưa ghi tên văn bản kèm theo.",
    "Sai thẩm quyền ghi trước chức vụ người ký, đề nghị sửa.",
)

APPROVE_RETURNS: tuple[str, ...] = (
    "Xin thêm ý kiến Sở Tài chính trước khi trình lại.",
    "Nội dung 3 cần cân nhắc, trao đổi trực tiếp với tôi trong sáng mai.",
    "Bổ sung kiến nghị cụ thể với Ủy ban nhân dân tỉnh.",
)

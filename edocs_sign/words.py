"""What the person at this computer reads, in both languages."""

from __future__ import annotations

WORDS = {
    "vi": {
        "title": "Ký số: edocs-sign",
        "asks": "{server} đề nghị ký {count} văn bản với tư cách {name}:",
        "document": "{number}. {title}\n   {pages} trang, phiên bản {version}\n   SHA-256 {sha256}",
        "certificate": "Chứng thư số: {name}, hết hạn {day}",
        "compare": "Đối chiếu tên văn bản và dãy SHA-256 với trang web trước khi ký.",
        "last_try": "CHÚ Ý: chỉ còn một lần nhập PIN; nhập sai lần nữa thiết bị sẽ bị khóa.",
        "pin": "Mã PIN (để trống là không ký): ",
        "sign": "Ký",
        "decline": "Không ký",
        "code": "Mã ghép nối cho trang web: {code}",
        "code_why": "Trang {server} muốn dùng chữ ký trên máy này. Chỉ nhập mã vào trang đó nếu chính bạn đang mở nó.",
        "ready": "edocs-sign chờ trang {server} tại cổng {port}. Để cửa sổ này mở trong lúc ký.",
        "done": "Đã ký {count} văn bản.",
        "refused": "Đã từ chối: {code}",
        "wrong_pin": "Sai mã PIN. Chưa ký văn bản nào.",
        "close": "Đóng",
    },
    "en": {
        "title": "Signing: edocs-sign",
        "asks": "{server} asks {name} to sign {count} document(s):",
        "document": "{number}. {title}\n   {pages} page(s), version {version}\n   SHA-256 {sha256}",
        "certificate": "Certificate: {name}, until {day}",
        "compare": "Compare titles and SHA-256 with the page before you sign.",
        "last_try": "NOTE: one try is left; another wrong PIN locks the token.",
        "pin": "PIN (empty: do not sign): ",
        "sign": "Sign",
        "decline": "Do not sign",
        "code": "Pairing code for the page: {code}",
        "code_why": "The page {server} wants to use the signature of this computer. "
        "Type the code there only if you opened that page yourself.",
        "ready": "edocs-sign waits for {server} at port {port}. Leave this window open while you sign.",
        "done": "{count} document(s) signed.",
        "refused": "Refused: {code}",
        "wrong_pin": "Wrong PIN. Nothing was signed.",
        "close": "Close",
    },
}

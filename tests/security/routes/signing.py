"""Signing, sealing and dispatch.

Answers in the order: anonymous, clerk, leader, another leader, head, officer, stranger, administrator, inactive.
"""

from tests.security.table import Row

ROWS = (
    Row(
        "to_sign",
        data={"documents": "@pick_to_sign", "consent": "on", "key_password": "sai-mật-khẩu"},
        get="in 403 200 200 403 403 403 403 in",
        post="in 403 422 403 403 403 403 403 in",
    ),
    Row("sign_document", "to sign", "pk=to_sign", get="in 404 200 404 302 302 404 404 in"),
    Row("sign_document", "draft", "pk=draft", get="in 404 404 404 404 302 404 404 in"),
    Row(
        "sign_place",
        args="pk=to_sign",
        data={"page": "1", "x": "0.6", "y": "0.6", "width": "0.3", "height": "0.1"},
        post="in 404 302 404 409 409 404 404 in",
    ),
    Row(
        "sign_return",
        args="pk=to_sign",
        data={"reason": "Cần sửa lại nội dung"},
        get="in 404 200 404 409 409 404 404 in",
        post="in 404 302 404 409 409 404 404 in",
    ),
    Row(
        "sign_take_back",
        args="pk=signed",
        data={"reason": "Cần sửa lại nội dung"},
        get="in 200 200 404 403 403 404 404 in",
        post="in 302 302 404 403 403 404 404 in",
    ),
    Row("sign_session", args="pk=@session", get="in 404 200 404 404 404 404 404 in"),
    Row("sign_item_again", args="pk=@item", post="in 404 302 404 404 404 404 404 in"),
    Row(
        "document_certify",
        args="pk=registered",
        data={"do": "ask", "version": "0", "kind": "SY"},
        get="in 200 404 404 404 404 404 404 in",
        post="in 422 404 404 404 404 404 404 in",
    ),
    Row("to_seal", get="in 200 403 403 403 403 403 403 in"),
    Row(
        "seal_pile",
        data={"documents": "@pick_to_seal", "consent": "on", "key_password": "sai-mật-khẩu"},
        get="in 200 403 403 403 403 403 403 in",
        post="in 422 403 403 403 403 403 403 in",
    ),
    Row("seal_session", args="pk=@seal_session", get="in 200 403 403 403 403 403 403 in"),
    Row(
        "seal",
        "signed",
        "pk=signed",
        data={"do": "save"},
        get="in 200 403 403 403 403 403 403 in",
        post="in 422 403 403 403 403 403 403 in",
    ),
    Row(
        "seal",
        "sealed",
        "pk=sealed",
        data={"do": "save"},
        get="in 200 403 403 403 403 403 403 in",
        post="in 422 403 403 403 403 403 403 in",
    ),
    Row("seal", "draft", "pk=draft", get="in 404 403 403 403 403 403 403 in", post="in 404 403 403 403 403 403 403 in"),
    Row(
        "seal_number",
        "no number yet",
        "pk=signed",
        data={"reason": "Nhầm ngày ban hành"},
        get="in 409 403 403 403 403 403 403 in",
        post="in 409 403 403 403 403 403 403 in",
    ),
    Row(
        "seal_return",
        args="pk=signed",
        data={"reason": "Thể thức chưa đúng"},
        get="in 200 403 403 403 403 403 403 in",
        post="in 302 403 403 403 403 403 403 in",
    ),
)

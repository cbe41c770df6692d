"""Registering: arrived files and what follows.

Answers in the order: anonymous, clerk, leader, another leader, head, officer, stranger, administrator, inactive.
"""

from tests.security.table import Row

ROWS = (
    Row("intake", get="in 200 403 403 403 403 403 403 in"),
    Row("intake_upload", post="in 302 403 403 403 403 403 403 in"),
    Row("intake_new", get="in 200 403 403 403 403 403 403 in", post="in 422 403 403 403 403 403 403 in"),
    Row("intake_issuers", query="q=UBND", get="in 200 403 403 403 403 403 403 in"),
    Row("intake_number", get="in 200 403 403 403 403 403 403 in"),
    Row("intake_repeats", get="in 200 403 403 403 403 403 403 in"),
    Row(
        "intake_file",
        args="pk=@arrival",
        get="in 200 403 403 403 403 403 403 in",
        post="in 422 403 403 403 403 403 403 in",
    ),
    Row("intake_preview", args="pk=@arrival", get="in 200 403 403 403 403 403 403 in"),
    Row("intake_original", args="pk=@arrival", get="in 200 403 403 403 403 403 403 in"),
    Row("intake_page", args="pk=@arrival, number=1", get="in 200 403 403 403 403 403 403 in"),
    Row("intake_words", args="pk=@arrival, number=1", get="in 200 403 403 403 403 403 403 in"),
    Row(
        "intake_put_aside",
        args="pk=@arrival",
        get="in 200 403 403 403 403 403 403 in",
        post="in 302 403 403 403 403 403 403 in",
    ),
    Row(
        "document_cancel",
        "registered",
        "pk=registered",
        data={"reason": "Đăng ký nhầm văn bản"},
        get="in 200 403 403 403 403 403 403 in",
        post="in 302 403 403 403 403 403 403 in",
    ),
    Row(
        "document_cancel",
        "outgoing",
        "pk=issued",
        data={"reason": "Đăng ký nhầm văn bản"},
        get="in 404 403 403 403 403 403 403 in",
        post="in 404 403 403 403 403 403 403 in",
    ),
    Row("arrival_slip", "waiting", "pk=waiting", get="in 200 200 404 404 404 404 404 in"),
    Row("arrival_slip", "assigned", "pk=assigned", get="in 200 200 404 200 200 404 404 in"),
    Row("arrival_slip", "outgoing", "pk=issued", get="in 404 404 404 404 404 404 404 in"),
)

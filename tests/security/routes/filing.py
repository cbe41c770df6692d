"""Case files.

Answers in the order: anonymous, clerk, leader, another leader, head, officer, stranger, administrator, inactive.
"""

from tests.security.table import Row

OPENED = {
    "code": "08.VP",
    "title": "Hồ sơ mới",
    "retention": "ever",
    "started_on": "02/01/2026",
    "usage": "open",
    "language": "Tiếng Việt",
}
CLOSED = {"code": "01.CCHC", "title": "Hồ sơ", "retention": "years", "retention_years": "10", "note": "Đã xong"}

ROWS = (
    Row("case_files", get="in 200 200 200 200 200 200 200 in"),
    Row("case_files", "all that one may see", query="scope=all", get="in 200 200 200 200 200 200 200 in"),
    Row("case_files_export", data={"scope": "all"}, post="in 302 302 302 302 302 302 302 in"),
    Row(
        "case_file_new",
        "kept by the officer",
        data={**OPENED, "keeper": "@officer"},
        get="in 200 200 200 200 200 200 403 in",
        post="in 422 422 422 302 302 422 403 in",
    ),
    Row("case_file", "of the officer", "pk=@case_file", get="in 200 200 200 200 200 404 404 in"),
    Row("case_file", "closed", "pk=@closed_file", get="in 200 200 200 200 200 404 404 in"),
    Row(
        "case_file_change",
        "",
        "pk=@case_file",
        data={**OPENED, "keeper": "@officer"},
        get="in 404 404 404 200 200 404 404 in",
        post="in 404 404 404 302 302 404 404 in",
    ),
    Row(
        "case_file_close",
        "",
        "pk=@case_file",
        data={**CLOSED, "ended_on": "31/12/2999"},
        get="in 404 404 404 200 200 404 404 in",
        post="in 404 404 404 422 422 404 404 in",
    ),
    Row(
        "case_file_reopen",
        "",
        "pk=@closed_file",
        data={"reason": "Bổ sung văn bản"},
        get="in 404 404 404 200 200 404 404 in",
        post="in 404 404 404 302 302 404 404 in",
    ),
    Row(
        "case_file_put",
        "what the officer, their head and the deputy see, into the officer's file",
        query="documents=issued",
        data={"documents": "issued", "file": "@case_file"},
        get="in 200 200 422 200 200 422 422 in",
        post="in 422 422 422 302 302 422 422 in",
    ),
    Row(
        "case_file_take_out",
        "what many see",
        "pk=@filed",
        data={"reason": "Trùng"},
        get="in 404 404 404 200 200 404 404 in",
        post="in 404 404 404 302 302 404 404 in",
    ),
    Row(
        "case_file_take_out",
        "what the officer alone sees",
        "pk=@filed_draft",
        data={"reason": "Trùng"},
        get="in 404 404 404 404 200 404 404 in",
        post="in 404 404 404 404 302 404 404 in",
    ),
)

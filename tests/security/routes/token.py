"""Keys elsewhere.

Answers in the order: anonymous, clerk, leader, another leader, head, officer, stranger, administrator, inactive.
The consent of the table is the leader's, and nothing of it waits any more.
"""

from tests.security.table import Row

OWN = "in 404 302 404 404 404 404 404 in"
ANSWERED = "in 404 409 404 404 404 404 404 in"
EVERYBODY = "in 200 200 200 200 200 200 200 in"
NO_CERTIFICATE = "in 422 422 422 422 422 422 422 in"

ROWS = (
    Row("sign_elsewhere", args="pk=@elsewhere", data={"do": "stop"}, get=OWN, post=OWN),
    Row("sign_token_request", args="pk=@elsewhere", post=ANSWERED),
    Row("sign_token_answer", args="pk=@elsewhere", post=ANSWERED),
    Row("sign_token", get=EVERYBODY),
    Row("sign_token_file", get=EVERYBODY),
    Row("sign_token_certificates", post=EVERYBODY),
    Row("sign_token_enter", post=NO_CERTIFICATE),
    Row("sign_token_report", post=EVERYBODY),
)

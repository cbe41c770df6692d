"""The shell and the house: log-in, notices, jobs, health.

Answers in the order: anonymous, clerk, leader, another leader, head, officer, stranger, administrator, inactive.
"""

from tests.security.table import Row

ROWS = (
    Row("login", get="200 302 302 302 302 302 302 302 200", post="200 302 302 302 302 302 302 302 200"),
    Row("logout", post="in in in in in in in in in"),
    Row("set_language", data={"language": "en"}, post="302 302 302 302 302 302 302 302 302"),
    Row("set_theme", data={"theme": "dark"}, post="302 302 302 302 302 302 302 302 302"),
    Row("acting_for", get="in 200 200 200 200 200 200 200 in", post="in 302 302 302 302 302 302 302 in"),
    Row("live", get="401 200 200 200 200 200 200 200 401"),
    Row("notices", get="in 200 200 200 200 200 200 200 in"),
    Row("notices_read", post="in 302 302 302 302 302 302 302 in"),
    Row(
        "saved_form",
        args="key=instruct-1",
        data={"text": "x"},
        get="in 200 200 200 200 200 200 200 in",
        post="in 204 204 204 204 204 204 204 in",
    ),
    Row("keys", get="200 200 200 200 200 200 200 200 200"),
    Row("verify", get="200 200 200 200 200 200 200 200 200", post="422 422 422 422 422 422 422 422 422"),
    Row("menu", get="in 200 200 200 200 200 200 200 in"),
    Row("jobs", get="in 200 200 200 200 200 200 200 in"),
    Row("job_repeat", "the officer's", "pk=@job", post="in 404 404 404 404 302 404 302 in"),
    Row("health", get="in 403 403 403 403 403 403 200 in"),
    Row("health_check", args="what=journal", post="in 403 403 403 403 403 403 302 in"),
    Row("health_check", "nothing known", "what=nothing", post="in 403 403 403 403 403 403 404 in"),
    Row("health_machine", query="part=web", get="200 200 200 200 200 200 200 200 200"),
    Row(
        "person_leave",
        args="pk=@colleague",
        get="in 403 403 403 403 403 403 200 in",
        post="in 403 403 403 403 403 403 422 in",
    ),
)

"""Every address of the office, asked by everybody: the rows of all rooms."""

from tests.security.routes.drafting import ROWS as DRAFTING
from tests.security.routes.filing import ROWS as FILING
from tests.security.routes.handling import ROWS as HANDLING
from tests.security.routes.intake import ROWS as INTAKE
from tests.security.routes.reading import ROWS as READING
from tests.security.routes.shell import ROWS as SHELL
from tests.security.routes.signing import ROWS as SIGNING
from tests.security.routes.token import ROWS as TOKEN

ROWS = (*SHELL, *READING, *INTAKE, *HANDLING, *DRAFTING, *SIGNING, *TOKEN, *FILING)

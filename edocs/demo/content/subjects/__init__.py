"""What comes in to a department of home affairs, by field, and how the office deals with it."""

from __future__ import annotations

from ..matter import Subject
from .civil_service import CIVIL_SERVICE
from .emulation import EMULATION, RECORDS
from .labour import LABOUR
from .local_government import LOCAL_GOVERNMENT
from .merit import MERIT
from .notices import NOTICES
from .office import OFFICE
from .organisation import ORGANISATION
from .oversight import FINANCE, OVERSIGHT
from .reform import REFORM
from .service_centres import SERVICE_CENTRES

SUBJECTS: tuple[Subject, ...] = (
    *REFORM,
    *SERVICE_CENTRES,
    *ORGANISATION,
    *CIVIL_SERVICE,
    *LOCAL_GOVERNMENT,
    *MERIT,
    *LABOUR,
    *EMULATION,
    *RECORDS,
    *OVERSIGHT,
    *FINANCE,
    *OFFICE,
    *NOTICES,
)

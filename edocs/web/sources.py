"""What the parts of the office tell the shell: the numbers in the rail and the sentences of the bell.

Imported once by ``edocs/web/urls.py``. One line per counter or kind of notice.
"""

from __future__ import annotations

from edocs.jobs.queries import counts as job_counts
from edocs.web.navigation import register_counter


def _failed_jobs(person: object) -> tuple[int, int]:
    failed = job_counts().get("failed", 0)
    return failed, failed


register_counter("jobs", _failed_jobs)

"""The jobs of the pages."""

from edocs.web.house import jobs  # noqa: F401 - registers the jobs of the house

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "edocs.workflow"
    verbose_name = _("Workflow")

    def ready(self) -> None:
        """Let the search index know what this app knows."""
        from edocs.workflow import index_facts  # noqa: F401 - registers itself

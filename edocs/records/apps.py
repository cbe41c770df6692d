from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "edocs.records"
    verbose_name = _("Case files")

    def ready(self) -> None:
        """Let search and exports know what this app knows."""
        from edocs.records import exporting, index_facts  # noqa: F401 - register themselves

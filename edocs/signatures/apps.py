from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    name = "edocs.signatures"
    verbose_name = _("Signatures")

    def ready(self) -> None:
        """Let the search index know what this app knows."""
        from edocs.signatures import index_facts  # noqa: F401 - registers itself

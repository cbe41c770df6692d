from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "edocs.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """Let every app of the office tell its kinds of job (module ``jobs``)."""
        for config in apps.get_app_configs():
            if config.name.startswith("edocs.") and find_spec(f"{config.name}.jobs"):
                import_module(f"{config.name}.jobs")

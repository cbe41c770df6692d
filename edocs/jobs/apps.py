from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from edocs.jobs.broker import prepare_folder


class JobsConfig(AppConfig):
    name = "edocs.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        if settings.BROKER_URL.startswith("filesystem"):
            prepare_folder(settings.VAR_DIR / "queue" / "control")
        self._collect_kinds()

    def _collect_kinds(self) -> None:
        """Let every app of the office tell its kinds of job (module ``jobs``)."""
        for config in apps.get_app_configs():
            if config.name.startswith("edocs.") and find_spec(f"{config.name}.jobs"):
                import_module(f"{config.name}.jobs")

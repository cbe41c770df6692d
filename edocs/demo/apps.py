from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "edocs.demo"
    verbose_name = _("Demonstration")

    def ready(self) -> None:
        """Let the log-in page of the demonstration say who can log in and how far it is filled."""
        from edocs.demo.services import login_facts
        from edocs.web import views

        views.login_facts.append(login_facts)

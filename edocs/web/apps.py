"""The shell: home, navigation, components, front-end sources."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages around the pages: nothing here holds a rule of the office."""

    name = "edocs.web"
    label = "web"

    def ready(self) -> None:
        from edocs.web import checks  # noqa: F401 - registers itself

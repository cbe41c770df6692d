"""Approval chains and their steps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from edocs.office.service_admin import ServiceAdmin, ServiceInline, site
from edocs.workflow.models import ChainTemplate, StepTemplate
from edocs.workflow.services.chain_catalogue import WantedStep, save_chain


class StepInline(ServiceInline):
    """The steps, in the order in which they are gone through."""

    model = StepTemplate
    fields = ("order", "kind", "person")
    autocomplete_fields = ("person",)
    ordering = ("order", "id")


class ChainAdmin(ServiceAdmin):
    """A chain is saved with all its steps at once: only the whole of it can be right or wrong."""

    list_display = ("name", "is_active", "initials", "order")
    search_fields = ("name",)
    autocomplete_fields = ("kinds",)
    inlines = (StepInline,)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Waits for the steps."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        (formset,) = formsets
        kept = [one for one in formset.forms if one not in formset.deleted_forms and one.cleaned_data.get("kind")]
        kept.sort(key=lambda one: (one.cleaned_data["order"], one.instance.pk or 0))
        save_chain(
            thing=form.instance,
            by=request.user,  # type: ignore[arg-type]
            changes=self.changes_of(form, is_new=not change),
            steps=[WantedStep(one.cleaned_data["kind"], one.cleaned_data.get("person")) for one in kept],
        )
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []


site.register(ChainTemplate, ChainAdmin)

"""Keys, entered by the name they have in the signing process and taken out of use; private keys never come here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from edocs.office.service_admin import ServiceAdmin, site
from edocs.signatures import admin_trust  # noqa: F401 - registers itself
from edocs.signatures.models import Key, Purpose
from edocs.signatures.services.keys import register_key, retire_key, use_key_again


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What names a key; everything else is read from its certificate."""

    class Meta:
        model = Key
        fields = ("reference", "purpose", "owner")

    def validate_unique(self) -> None:
        """A name entered before is read anew from its certificate (a key that was renewed)."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("purpose") == Purpose.PERSON and given.get("owner") is None:
            self.add_error("owner", _("A personal key belongs to a person. Choose its owner."))
        return given

    def validate_constraints(self) -> None:
        """``clean`` says in words what the database would only name."""


class KeyAdmin(ServiceAdmin):
    list_display = ("reference", "purpose", "owner", "subject", "valid_to", "is_active")
    list_select_related = ("owner",)
    list_filter = ("purpose", "is_active")
    search_fields = ("reference", "subject", "serial")
    autocomplete_fields = ("owner",)
    actions = ("retire", "use_again")
    may_change = may_delete = False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = KeyForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return KeyForm.Meta.fields
        return [field.name for field in Key._meta.concrete_fields if field.name != "id"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        by: Any = request.user
        key = register_key(reference=given["reference"], purpose=given["purpose"], owner=given["owner"], by=by)
        obj.pk = key.pk

    @admin.action(description=_("Take the chosen keys out of use"))
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        by: Any = request.user
        for key in queryset.filter(is_active=True):
            retire_key(key=key, by=by)
        self.message_user(request, _("The chosen keys are out of use."), messages.SUCCESS)

    @admin.action(description=_("Put the chosen keys back into use"))
    def use_again(self, request: HttpRequest, queryset: Any) -> None:
        by: Any = request.user
        for key in queryset.filter(is_active=False):
            use_key_again(key=key, by=by)
        self.message_user(request, _("The chosen keys are in use again."), messages.SUCCESS)


site.register(Key, KeyAdmin)

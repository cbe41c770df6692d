"""The catalogues of who is who."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from edocs.journal.admin import BlockAdmin, EventAdmin
from edocs.journal.models import Block, Event
from edocs.limited import FileKind, FileRefused, sniff
from edocs.office.models import (
    Agency,
    Authority,
    Correspondent,
    CorrespondentAlias,
    Delegation,
    DocumentKind,
    Field,
    InstructionTemplate,
    Person,
    Position,
    Role,
    Unit,
)
from edocs.office.service_admin import ServiceAdmin, ServiceInline, site
from edocs.office.services import add_person, change_person, reactivate_person, set_password

MOST_IMAGE_BYTES = 500_000


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with an image kept in a binary field; the bytes are looked at in the limited child."""

    image_field = ""
    image = forms.FileField(
        label=_("New image"), required=False, help_text=_("PNG with a transparent background, at most 500 kB.")
    )

    def clean_image(self) -> bytes | None:
        given = self.cleaned_data["image"]
        if not given:
            return None
        if given.size > MOST_IMAGE_BYTES:
            raise forms.ValidationError(_("The image is larger than 500 kB. Bring a smaller one."))
        content = given.read()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "image")
            path.write_bytes(content)
            try:
                is_png = sniff(path, given.name).kind == FileKind.PNG
            except FileRefused:
                is_png = False
        if not is_png:
            raise forms.ValidationError(_("This is not a PNG image. Bring the image as PNG."))
        return bytes(content)


class ImageAdmin(ServiceAdmin):
    """A catalogue with an image in one of its rows' fields."""

    def changes_of(self, form: Any, *, is_new: bool) -> dict[str, Any]:
        changes = super().changes_of(form, is_new=is_new)
        if form.cleaned_data.get("image"):
            changes[form.image_field] = form.cleaned_data["image"]
        return changes


class AgencyForm(ImageForm):
    image_field = "seal_image"

    class Meta:
        model = Agency
        fields = (
            "name",
            "short_name",
            "superior",
            "abbreviation",
            "place",
            "code",
            "code_old",
            "address",
            "valid_from",
            "valid_to",
        )


class AgencyAdmin(ImageAdmin):
    form = AgencyForm
    list_display = ("name", "abbreviation", "code", "place")
    may_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request) and not Agency.objects.exists()


class UnitAdmin(ServiceAdmin):
    list_display = ("name", "abbreviation", "parent", "head", "valid_from", "valid_to")
    list_select_related = ("parent", "head")
    search_fields = ("name", "abbreviation")
    autocomplete_fields = ("parent", "head")


class PositionAdmin(ServiceAdmin):
    list_display = ("name", "signing_title", "order")
    search_fields = ("name",)


class PersonForm(ImageForm):
    """Data, post, roles and password of a person."""

    image_field = "signature_image"
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    keep_authorities = forms.BooleanField(
        label=_("Keep the signing authorities"),
        required=False,
        help_text=_("Otherwise they end when unit or position changes, and are entered anew for the new post."),
    )
    password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave empty to keep the present one. Whoever is signed in with the old one is signed out."),
    )

    class Meta:
        model = Person
        fields = ("username", "full_name", "unit", "position", "email", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = list(self.instance.role_grants.values_list("role", flat=True))
        else:
            self.fields["password"].required = True
            self.fields["password"].help_text = _("The first password; the person changes it after signing in.")


class PersonAdmin(ImageAdmin):
    """People; leaving has a page of its own, where open work is handed over."""

    form = PersonForm
    list_display = ("full_name", "username", "position", "unit", "is_active")
    list_select_related = ("position", "unit")
    list_filter = ("is_active", "unit")
    search_fields = ("full_name", "username")
    autocomplete_fields = ("unit", "position")
    actions = ("reactivate",)
    readonly_fields = ("account",)
    fieldsets = (
        (None, {"fields": ("full_name", "username", "email", "phone", "account")}),
        (_("Post and rights"), {"fields": ("unit", "position", "roles", "keep_authorities")}),
        (_("Password and signature"), {"fields": ("password", "image")}),
    )
    may_delete = False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fields of the form that are not the model's are named by the form itself."""
        return self.fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = PersonForm.Meta.fields
        return super().get_form(request, obj, change=change, **kwargs)

    @staticmethod
    def _of_person(form: Any, names: Any) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in names if name in PersonForm.Meta.fields}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        values = self._of_person(form, given if not change else form.changed_data)
        if given.get("image"):
            values["signature_image"] = given["image"]
        by: Any = request.user
        if not change:
            made = add_person(by=by, password=given["password"], roles=given["roles"], **values)
            obj.pk = made.pk
            return
        change_person(
            person=obj,
            by=by,
            changes=values,
            roles=given["roles"] if "roles" in form.changed_data else None,
            keep_authorities=given["keep_authorities"],
        )
        if given["password"]:
            set_password(person=obj, password=given["password"], by=by)

    @admin.display(description=_("Account"))
    def account(self, obj: Any) -> str:
        """Whether the account is in use, and the way to the page where somebody leaves."""
        if obj is None or obj.pk is None:
            return "–"
        if not obj.is_active:
            return str(_("Out of use"))
        try:
            address = reverse("person_leave", args=[obj.pk])
        except NoReverseMatch:
            return str(_("In use"))
        return format_html('{} · <a href="{}">{}</a>', _("In use"), address, _("This person leaves …"))

    @admin.action(description=_("Let the chosen people sign in again"))
    def reactivate(self, request: HttpRequest, queryset: Any) -> None:
        by: Any = request.user
        for person in queryset:
            reactivate_person(person=person, by=by)


class AuthorityAdmin(ServiceAdmin):
    list_display = ("person", "prefix", "own_title", "basis", "valid_from", "valid_to")
    list_select_related = ("person",)
    list_filter = ("prefix",)
    search_fields = ("person__full_name", "basis")
    autocomplete_fields = ("person", "kinds", "fields")


class DelegationAdmin(ServiceAdmin):
    list_display = ("person", "delegate", "valid_from", "valid_to", "basis")
    list_select_related = ("person", "delegate")
    search_fields = ("person__full_name", "delegate__full_name")
    autocomplete_fields = ("person", "delegate")


class AliasInline(ServiceInline):
    model = CorrespondentAlias
    fields = ("name",)
    verbose_name = _("other name")
    verbose_name_plural = _("other names")


class CorrespondentAdmin(ServiceAdmin):
    list_display = ("name", "abbreviation", "code", "code_old", "valid_to")
    search_fields = ("name", "folded", "abbreviation", "code", "code_old")
    autocomplete_fields = ("predecessor",)
    inlines = (AliasInline,)


class DocumentKindAdmin(ServiceAdmin):
    list_display = ("name", "name_en", "abbreviation", "group", "order")
    list_filter = ("group",)
    search_fields = ("name", "name_en")


class FieldAdmin(ServiceAdmin):
    list_display = ("name", "unit")
    list_select_related = ("unit",)
    search_fields = ("name",)
    autocomplete_fields = ("unit",)


class InstructionTemplateAdmin(ServiceAdmin):
    list_display = ("text", "working_days", "person", "order")
    list_select_related = ("person",)
    search_fields = ("text",)
    autocomplete_fields = ("person",)


site.register(Agency, AgencyAdmin)
site.register(Unit, UnitAdmin)
site.register(Position, PositionAdmin)
site.register(Person, PersonAdmin)
site.register(Authority, AuthorityAdmin)
site.register(Delegation, DelegationAdmin)
site.register(Correspondent, CorrespondentAdmin)
site.register(DocumentKind, DocumentKindAdmin)
site.register(Field, FieldAdmin)
site.register(InstructionTemplate, InstructionTemplateAdmin)
# the journal lies below this layer and knows no site
site.register(Event, EventAdmin)
site.register(Block, BlockAdmin)

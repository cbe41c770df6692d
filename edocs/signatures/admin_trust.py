"""Trust anchors and trusted lists in the administration: forms without a rule of their own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from edocs.errors import Refusal
from edocs.office.service_admin import ServiceAdmin, site
from edocs.signatures.models import CodedBook, TrustAnchor, TrustedList
from edocs.signatures.services import trust
from edocs.signatures.services.codes import delete_coded_book, save_coded_book
from edocs.signatures.services.lists import read_list, take_list
from edocs.signatures.services.published import installed_roots
from signing.chains import ORGANISATION, PERSON, TIMESTAMP

PURPOSE_FIELDS = {"for_person": PERSON, "for_organisation": ORGANISATION, "for_timestamp": TIMESTAMP}
PURPOSE_LABELS = {
    PERSON: _("signatures of persons"),
    ORGANISATION: _("signatures of organisations"),
    TIMESTAMP: _("time stamps"),
}
SIGNATURES = {
    "valid": _("valid by the key named below; compare its fingerprint with the one its operator publishes"),
    "unsigned": _("not checked: the list bears no signature"),
    "unchecked": _("not checked: its method is not known here"),
}


class AnchorForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new anchor: its certificate as a file; name and dates of it are read from there."""

    file = forms.FileField(label=_("certificate (PEM or DER)"))

    class Meta:
        model = TrustAnchor
        fields = ("for_person", "for_organisation", "for_timestamp", "valid_from", "valid_to", "note")

    def clean_file(self) -> bytes:
        try:
            return trust.read_certificate(self.cleaned_data["file"].read())
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self) -> dict[str, Any]:
        """What the database would only name is said in words before it is asked."""
        given = super().clean() or {}
        if not any(given.get(name) for name in PURPOSE_FIELDS):
            self.add_error("for_person", trust.NO_PURPOSE)
        return given


class ChangeForm(AnchorForm):
    """Purposes, dates and note of an anchor; its certificate stays."""

    file = None  # type: ignore[assignment]
    clean_file = None  # type: ignore[assignment]


class TrustAnchorAdmin(ServiceAdmin):
    list_display = ("__str__", "purposes", "valid_from", "valid_to", "not_after", "source", "retired_at")
    list_filter = ("source", "is_demo", "for_timestamp")
    search_fields = ("name", "organisation", "fingerprint", "serial")
    actions = ("retire",)
    may_delete = False
    readonly = (
        "name",
        "organisation",
        "fingerprint",
        "serial",
        "not_before",
        "not_after",
        "is_demo",
        "source",
        "trusted_list",
        "added_at",
        "retired_at",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("certificate")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """An empty list does not mean that nobody is trusted."""
        if request.method == "GET" and not TrustAnchor.objects.exists():
            text = _("Nothing is entered here, so the %(n)d roots installed with the keys count.")
            self.message_user(request, text % {"n": len(installed_roots())}, messages.WARNING)
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("trusted for"))
    def purposes(self, anchor: TrustAnchor) -> str:
        given = [str(PURPOSE_LABELS[name]) for field, name in PURPOSE_FIELDS.items() if getattr(anchor, field)]
        return ", ".join(given)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = ChangeForm if obj else AnchorForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = AnchorForm.Meta.fields
        return (*self.readonly, *fields) if obj else ("file", *fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        given = form.cleaned_data
        if change:
            changes = {name: given[name] for name in form.changed_data if name in trust.CHANGEABLE}
            trust.change_anchor(anchor=obj, changes=changes, by=by)
            return
        purposes = {name for field, name in PURPOSE_FIELDS.items() if given[field]}
        new = trust.NewAnchor(given["file"], purposes, given["valid_from"], given["valid_to"], given["note"])
        obj.pk = trust.add_anchor(new=new, by=by).pk

    @admin.action(description=_("Trust the chosen anchors no longer"))
    def retire(self, request: HttpRequest, queryset: Any) -> None:
        by: Any = request.user
        for anchor in queryset.filter(retired_at=None):
            trust.retire_anchor(anchor=anchor, by=by)
        self.message_user(request, _("The chosen anchors are out of use; verdicts are judged anew."), messages.SUCCESS)


class ListForm(forms.ModelForm):  # type: ignore[type-arg]
    """A list to be read."""

    file = forms.FileField(label=_("trusted list (XML, ETSI TS 119 612)"))

    class Meta:
        model = TrustedList
        fields: tuple[str, ...] = ()


class TakeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A list that was read: which of its services to trust."""

    chosen = forms.MultipleChoiceField(
        label=_("services to be trusted"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = TrustedList
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {one["sha256"]: _label(one["sha256"], self.instance.services) for one in self.instance.services}
        self.fields["chosen"].choices = list(choices.items())  # type: ignore[attr-defined]
        taken = self.instance.taken_at is not None
        self.fields["chosen"].disabled = taken
        of_list = self.instance.anchors.values_list("fingerprint", flat=True)
        self.initial["chosen"] = list(of_list) if taken else list(choices)


def _label(sha256: str, services: list[dict[str, Any]]) -> SafeString:
    """One certificate with every service that it stands for."""
    own = [one for one in services if one["sha256"] == sha256]
    lines = format_html_join(
        "; ", "{}: {} ({})", ((one["provider"], one["name"], _purposes(one["purposes"])) for one in own)
    )
    return format_html("{} · {}…", lines, sha256[:16])


def _purposes(names: list[str]) -> str:
    return ", ".join(str(PURPOSE_LABELS[one]) for one in names)


class TrustedListAdmin(ServiceAdmin):
    list_display = ("operator", "territory", "sequence", "issued_at", "next_update", "signature", "taken_at")
    may_delete = False
    readonly = (
        "operator",
        "territory",
        "sequence",
        "issued_at",
        "next_update",
        "state_of_signature",
        "signer",
        "signer_sha256",
        "read_at",
        "taken_at",
    )

    @admin.display(description=_("signature of the list"))
    def state_of_signature(self, trusted_list: TrustedList) -> str:
        return str(SIGNATURES.get(trusted_list.signature, trusted_list.signature))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = TakeForm if obj else ListForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly, "chosen") if obj else ("file",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        if change:
            take_list(trusted_list=obj, chosen=form.cleaned_data["chosen"], by=by)
            return
        with tempfile.NamedTemporaryFile(suffix=".xml") as work:
            for chunk in form.cleaned_data["file"].chunks():
                work.write(chunk)
            work.flush()
            obj.pk = read_list(path=Path(work.name), by=by).pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Straight on to the services of the list: nothing is trusted yet."""
        self.message_user(
            request, _("The list was read. Choose below which of its services to trust."), messages.SUCCESS
        )
        return HttpResponseRedirect(f"../{obj.pk}/change/")


class CodedBookAdmin(ServiceAdmin):
    list_display = ("book", "since")
    list_select_related = ("book",)
    fields = ("book",)
    may_change = False
    save = staticmethod(save_coded_book)
    delete = staticmethod(delete_coded_book)


site.register(CodedBook, CodedBookAdmin)
site.register(TrustAnchor, TrustAnchorAdmin)
site.register(TrustedList, TrustedListAdmin)

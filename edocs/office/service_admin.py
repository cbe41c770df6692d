"""Django's admin for the catalogues, without a rule of its own: every change goes through a service and the journal.

``site`` is the office's admin site: only people with the role of administrator come in, signed in at the office's own
log-in page. ``ServiceAdmin`` is what every catalogue's admin class is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from edocs.errors import Refusal
from edocs.journal.models import Event
from edocs.office.services import change_own_password, delete_catalogue, save_catalogue

COUNTED = 10_000
EVENTS_SHOWN = 200
ORDER = ("office", "documents", "workflow", "deadlines", "signatures", "journal")


def is_administrator(request: HttpRequest) -> bool:
    """Whether the person behind a request holds the role (no flag of an account counts)."""
    return bool(request.user.is_authenticated and request.user.has_role("administrator"))


def _person(request: HttpRequest) -> Any:
    """Who acts; ``admin_view`` let nobody in who is not signed in."""
    return request.user


class OwnPasswordForm(forms.Form):
    """Changing one's own password; the service knows what makes a good one."""

    old_password = forms.CharField(label=_("Old password"), widget=forms.PasswordInput(), strip=False)
    new_password1 = forms.CharField(label=_("New password"), widget=forms.PasswordInput(), strip=False)
    new_password2 = forms.CharField(label=_("New password again"), widget=forms.PasswordInput(), strip=False)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        if given["new_password1"] != given["new_password2"]:
            self.add_error("new_password2", _("The two new passwords differ. Type the second one again."))
            return given
        try:
            change_own_password(person=self.user, old=given["old_password"], new=given["new_password1"])
        except Refusal as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else "new_password1", str(refusal))
        return given

    def save(self) -> Any:
        """The service has written it; the row in memory follows, so that the session goes on."""
        self.user.refresh_from_db()
        return self.user


class OfficeAdminSite(admin.AdminSite):
    """The catalogues, for administrators only."""

    site_header = _("Administration of the office")
    site_title = _("Administration")
    index_title = _("Catalogues")
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Signed in without the role: refused. Not signed in: to the office's own log-in page."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one log-in page."""
        return redirect_to_login(request.GET.get("next", "/admin/"), settings.LOGIN_URL)

    @method_decorator(sensitive_post_parameters())
    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from django.contrib.auth.views import PasswordChangeView

        context = {**self.each_context(request), "title": _("Change password"), **(extra_context or {})}
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=f"/{self.name}/password_change/done/",
            template_name="admin/own_password.html",
            extra_context=context,
        )
        return view(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """The parts in the order in which an office is set up, each with its catalogues as they were registered."""
        apps = self._build_app_dict(request, app_label)
        return sorted(apps.values(), key=lambda app: ORDER.index(app["app_label"]) if app["app_label"] in ORDER else 99)


site = OfficeAdminSite(name="admin")


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts so far and no further: long tables stay quick."""

    @cached_property
    def count(self) -> int:
        return int(self.object_list[: COUNTED + 1].count())  # type: ignore[attr-defined]


class RoleDecides:
    """Rights by role alone; Django's model permissions are not used."""

    may_add = True
    may_change = True
    may_delete = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and is_administrator(request)


class ServiceInline(RoleDecides, admin.TabularInline):  # type: ignore[type-arg]
    """Rows below a catalogue row; saved and deleted by services as well."""

    extra = 0


class ServiceAdmin(RoleDecides, admin.ModelAdmin):  # type: ignore[type-arg]
    """A catalogue whose changes are made by ``save`` and ``delete``, services with the shape of ``save_catalogue``.

    A refusal of the service is shown in the form, which keeps what was typed.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    #: services; static, so that they do not become methods
    save: Callable[..., Any] = staticmethod(save_catalogue)
    delete: Callable[..., Any] = staticmethod(delete_catalogue)

    # --- what was entered, to the service ---------------------------------------------------------------------------
    def changes_of(self, form: Any, *, is_new: bool) -> dict[str, Any]:
        """What the form changes, by names of the model's fields."""
        own = {field.name for field in (*self.opts.concrete_fields, *self.opts.many_to_many)}
        names = form.cleaned_data if is_new else form.changed_data
        return {name: form.cleaned_data[name] for name in names if name in own}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.save(thing=obj, by=_person(request), changes=self.changes_of(form, is_new=not change))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Many-to-many fields went with ``save_model``; the rows below follow."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for row in formset.deleted_objects:
            self.delete_below(row, by=_person(request))
        for row, _names in formset.changed_objects:
            self.save_below(row, by=_person(request))
        for row in formset.new_objects:
            self.save_below(row, by=_person(request))

    def save_below(self, row: Any, *, by: Any) -> None:
        """Save one row of an inline; override where it has a service of its own."""
        names = [field.name for field in row._meta.concrete_fields if field.editable and not field.primary_key]
        save_catalogue(thing=row, by=by, changes={name: getattr(row, name) for name in names})

    def delete_below(self, row: Any, *, by: Any) -> None:
        """Delete one row of an inline."""
        delete_catalogue(thing=row, by=by)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The rows alone: what hangs on them may be thousands of documents, which are not the administrator's to read.

        Whether a row is in use is said by the service.
        """
        rows = [str(row) for row in objs]
        return rows, {str(self.opts.verbose_name_plural): len(rows)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete(thing=obj, by=_person(request))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for row in queryset:
                self.delete(thing=row, by=_person(request))

    # --- what the service refused, to the person --------------------------------------------------------------------
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal: Refusal | None = getattr(request, "refusal", None)
        return _with_complaint(form, refusal) if refusal is not None else form

    @method_decorator(sensitive_post_parameters())
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refusal as refusal:
            # everything was rolled back; the same form once more, with the sentence
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect("../change/")

    def response_action(self, request: HttpRequest, queryset: Any, *location: Any) -> Any:
        try:
            return super().response_action(request, queryset, *location)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    # --- the journal in place of the admin's own log ----------------------------------------------------------------
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the journal."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the journal."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The service wrote the journal."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed this row, when, from what to what: read from the journal."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        events = Event.objects.filter(object_type=self.opts.label_lower, object_id=str(row.pk)).select_related("person")
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of changes: %s") % row,
            "events": [(event, changed_facts(event)) for event in events[:EVENTS_SHOWN]],
            "object": row,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/journal_of_row.html", context)


def changed_facts(event: Event) -> list[tuple[str, Any, Any]]:
    """Name, value before, value after, for everything an event speaks of."""
    before, after = event.before or {}, event.after or {}
    return [(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]


def _with_complaint(form: Any, refusal: Refusal) -> Any:
    """The same form class, invalid for the reason that the service gave."""

    class Complaining(form):  # type: ignore[misc]
        def _post_clean(self) -> None:
            super()._post_clean()
            field = refusal.field if refusal.field in self.fields else None
            self.add_error(field, str(refusal))

    return Complaining

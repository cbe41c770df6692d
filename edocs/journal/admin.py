"""The journal to look at: nothing is added, changed or deleted here. Registered by ``edocs.office.admin``."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

COUNTED = 10_000
#: What an administrator works on. What documents hold is not theirs to read (Decree 30/2020 App. VI IV.1c; R-ADM-3).
SHOWN = (
    "office.",
    "jobs.",
    "journal.",
    "deadlines.calendarday",
    "deadlines.officehours",
    "signatures.key",
    "documents.book",
    "documents.bookyear",
    "workflow.chaintemplate",
    "workflow.steptemplate",
)


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts so far and no further: the journal is long."""

    @cached_property
    def count(self) -> int:
        return int(self.object_list[: COUNTED + 1].count())  # type: ignore[attr-defined]


class EvidenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are written once; administrators may look."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.has_role("administrator"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventAdmin(EvidenceAdmin):
    list_display = ("at", "person", "acting_for", "verb", "thing")
    list_select_related = ("person", "acting_for")
    search_fields = ("=verb", "=object_id", "=object_type", "=request_id")
    search_help_text = _("A verb (document.register), a kind (office.person), a number, or a request")
    ordering = ("-id",)
    fields = ("at", "person", "acting_for", "verb", "thing", "was", "became", "address", "request_id")

    @admin.display(description=_("Thing"))
    def thing(self, event: Any) -> str:
        return f"{event.object_type} {event.object_id}"

    @admin.display(description=_("Before"))
    def was(self, event: Any) -> str:
        return self._facts(event, event.before)

    @admin.display(description=_("After"))
    def became(self, event: Any) -> str:
        return self._facts(event, event.after)

    @staticmethod
    def _facts(event: Any, facts: Any) -> str:
        if not event.object_type.startswith(SHOWN):
            return str(_("Not shown here: it speaks of a document. Whoever may see it finds this in its history."))
        if not facts:
            return "–"
        return format_html("<pre>{}</pre>", json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True))


class BlockAdmin(EvidenceAdmin):
    list_display = ("id", "first_event", "last_event", "count", "sealed_at", "digest")
    ordering = ("-id",)
    fields = ("first_event", "last_event", "count", "root", "previous", "digest", "sealed_at")

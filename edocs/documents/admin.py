"""Register books and their years."""

from __future__ import annotations

from typing import Any

from edocs.documents.models import Book, BookYear
from edocs.documents.services.books import delete_book_year, save_book, save_book_year
from edocs.office.service_admin import ServiceAdmin, ServiceInline, site


class BookYearInline(ServiceInline):
    """Years that were opened; a year opens by itself with its first number."""

    model = BookYear
    fields = ("year", "last", "closed")
    ordering = ("-year",)


class BookAdmin(ServiceAdmin):
    list_display = ("name", "direction", "agency", "is_active", "order")
    list_select_related = ("agency",)
    list_filter = ("direction", "is_active")
    search_fields = ("name",)
    autocomplete_fields = ("kinds",)
    inlines = (BookYearInline,)
    save = staticmethod(save_book)

    def save_below(self, row: Any, *, by: Any) -> None:
        changes = {"book": row.book, "year": row.year, "last": row.last, "closed": row.closed}
        save_book_year(thing=row, by=by, changes=changes)

    def delete_below(self, row: Any, *, by: Any) -> None:
        delete_book_year(thing=row, by=by)


site.register(Book, BookAdmin)

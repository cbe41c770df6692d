"""Addresses for reading."""

from __future__ import annotations

from django.urls import path

from edocs.web.reading import document, files, lists, search, work

urlpatterns = [
    path("", work.work, name="work"),
    path("incoming/", lists.incoming, name="incoming"),
    path("outgoing/", lists.outgoing, name="outgoing"),
    path("lists/<str:url_name>/export/", lists.export, name="list_export"),
    path("exports/<int:pk>/", files.export_file, name="export_file"),
    path("documents/<int:pk>/", document.document, name="document"),
    path("documents/<int:pk>/preview/", document.preview, name="document_preview"),
    path("files/<int:version>/pages/<int:page>-<str:size>.webp", files.page_picture, name="page_picture"),
    path("files/<int:version>/pages/<int:page>.json", files.page_words, name="page_words"),
    path("files/<int:version>/download/", files.download, name="file_download"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
]

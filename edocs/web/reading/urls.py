"""Addresses for reading."""

from __future__ import annotations

from django.urls import path

from edocs.web.reading import content, document, files, linking, lists, search, work

urlpatterns = [
    path("", work.work, name="work"),
    path("incoming/", lists.incoming, name="incoming"),
    path("outgoing/", lists.outgoing, name="outgoing"),
    path("lists/<str:url_name>/export/", lists.export, name="list_export"),
    path("exports/<int:pk>/", files.export_file, name="export_file"),
    path("documents/<int:pk>/", document.document, name="document"),
    path("documents/<int:pk>/preview/", document.preview, name="document_preview"),
    path("documents/<int:pk>/link/", linking.link, name="document_link"),
    path("links/<int:pk>/remove/", linking.unlink, name="document_unlink"),
    path("documents/<int:pk>/share/", linking.share, name="document_share"),
    path("documents/<int:pk>/unshare/<int:person>/", linking.unshare, name="document_unshare"),
    path("pick/people/", linking.pick_people, name="pick_people"),
    path("files/<int:version>/pages/<int:page>-<str:size>.webp", files.page_picture, name="page_picture"),
    path("files/<int:version>/pages/<int:page>.json", files.page_words, name="page_words"),
    path("files/<int:version>/find.json", content.find, name="file_find"),
    path("files/<int:version>/download/", files.download, name="file_download"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
]

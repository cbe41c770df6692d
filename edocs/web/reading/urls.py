"""Addresses for reading."""

from __future__ import annotations

from django.urls import path

from edocs.web.reading import content, document, files, linking, lists, search, search_saved, work

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
    path("files/<int:version>/reading/", content.reading, name="file_reading"),
    path("files/<int:version>/copy/", content.reading_copy, name="file_copy"),
    path("files/<int:version>/find.json", content.find, name="file_find"),
    path("files/<int:version>/download/", files.download, name="file_download"),
    path("search/", search.search_page, name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
    path("search/form/", search.search_form, name="search_form"),
    path("search/columns/", search.search_columns, name="search_columns"),
    path("search/similar/<int:pk>/", search.search_similar, name="search_similar"),
    path("search/export/", search_saved.export, name="search_export"),
    path("search/save/", search_saved.save, name="search_save"),
    path("search/saved/<int:pk>/", search_saved.saved, name="search_saved"),
    path("search/saved/<int:pk>/change/", search_saved.change, name="search_saved_change"),
]

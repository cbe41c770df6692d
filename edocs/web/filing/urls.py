"""Addresses of case files."""

from __future__ import annotations

from django.urls import path

from edocs.web.filing import files, putting, verbs

urlpatterns = [
    path("case-files/", files.case_files, name="case_files"),
    path("case-files/export/", files.export, name="case_files_export"),
    path("case-files/new/", verbs.new, name="case_file_new"),
    path("case-files/put/", putting.put, name="case_file_put"),
    path("case-files/<int:pk>/", files.case_file, name="case_file"),
    path("case-files/<int:pk>/change/", verbs.change, name="case_file_change"),
    path("case-files/<int:pk>/close/", verbs.close, name="case_file_close"),
    path("case-files/<int:pk>/reopen/", verbs.reopen, name="case_file_reopen"),
    path("case-files/out/<int:pk>/", putting.take_out, name="case_file_take_out"),
]

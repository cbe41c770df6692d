"""Addresses of the signatures."""

from __future__ import annotations

from django.urls import path

from edocs.signatures import evidence_views, views

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("files/<int:version>/evidence/", evidence_views.evidence, name="file_evidence"),
]

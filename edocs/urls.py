"""Every address of the office."""

from __future__ import annotations

from django.urls import include, path

from edocs.office.service_admin import site as catalogues

ROOMS = (
    "edocs.web.urls",
    "edocs.web.reading.urls",
    "edocs.web.filing.urls",
    "edocs.web.house.urls",
    "edocs.signatures.urls",
    "edocs.signatures.urls_token",
    "edocs.intake.urls",
    "edocs.workflow.urls.handling",
    "edocs.workflow.urls.outgoing",
    "edocs.workflow.urls.signing",
)

urlpatterns = [
    *(path("", include(room)) for room in ROOMS),
    path("admin/", catalogues.urls),
]

"""The shell, the pages that read documents, and the addresses of handling, as the tests of handling need them."""

from django.urls import include, path

urlpatterns = [
    path("", include("edocs.web.urls")),
    path("", include("edocs.web.reading.urls")),
    path("", include("edocs.workflow.urls.handling")),
]

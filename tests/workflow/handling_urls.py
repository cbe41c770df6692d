"""The shell, the pages that read documents, and the addresses of handling and signing, as tests need them."""

from django.urls import include, path

urlpatterns = [
    path("", include("edocs.web.urls")),
    path("", include("edocs.web.reading.urls")),
    path("", include("edocs.signatures.urls")),
    path("", include("edocs.workflow.urls.handling")),
    path("", include("edocs.workflow.urls.signing")),
]

"""Every address of the office."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("edocs.web.urls")),
    path("admin/", admin.site.urls),
]

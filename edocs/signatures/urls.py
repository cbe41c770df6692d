"""Addresses of the signatures."""

from __future__ import annotations

from django.urls import path

from edocs.signatures import views

urlpatterns = [
    path("verify/", views.verify, name="verify"),
]

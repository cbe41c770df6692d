"""Addresses of the shell; those of the other apps are included here."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from edocs.web import sources, views

__all__ = ["sources", "urlpatterns"]

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    path("acting-for/", views.acting_for, name="acting_for"),
    path("live/", views.live, name="live"),
    path("notices/", views.notice_list, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("saved/<str:key>/", views.saved_form, name="saved_form"),
    path("keys/", views.keys, name="keys"),
    path("menu/", views.menu, name="menu"),
]

"""Addresses of keys elsewhere; included at the root, without a name space."""

from __future__ import annotations

from django.urls import path

from edocs.signatures import views_token as views

urlpatterns = [
    path("sign/elsewhere/<int:pk>/", views.sign_elsewhere, name="sign_elsewhere"),
    path("sign/elsewhere/<int:pk>/request/", views.sign_token_request, name="sign_token_request"),
    path("sign/elsewhere/<int:pk>/answer/", views.sign_token_answer, name="sign_token_answer"),
    path("sign/token/", views.sign_token, name="sign_token"),
    path("sign/token/edocs-sign.toml", views.sign_token_file, name="sign_token_file"),
    path("sign/token/certificates/", views.sign_token_certificates, name="sign_token_certificates"),
    path("sign/token/enter/", views.sign_token_enter, name="sign_token_enter"),
    path("sign/token/report/", views.sign_token_report, name="sign_token_report"),
]

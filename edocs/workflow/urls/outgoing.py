"""Addresses of drafts and their checks."""

from __future__ import annotations

from django.urls import path

from edocs.workflow.views import checking, outgoing

urlpatterns = [
    path("outgoing/new/", outgoing.new, name="draft_new"),
    path("outgoing/recipients/", outgoing.recipient_names, name="draft_recipient_names"),
    path("outgoing/<int:pk>/details/", outgoing.details, name="draft_details"),
    path("outgoing/<int:pk>/write/", outgoing.write, name="draft_write"),
    path("outgoing/<int:pk>/preview/", outgoing.preview, name="draft_preview"),
    path("outgoing/<int:pk>/changes/<int:earlier>/<int:later>/", outgoing.changes, name="draft_changes"),
    path("outgoing/<int:pk>/file/", outgoing.upload, name="draft_upload"),
    path("outgoing/<int:pk>/attachments/", outgoing.attach, name="draft_attach"),
    path("outgoing/<int:pk>/attachments/<int:file>/remove/", outgoing.detach, name="draft_detach"),
    path("outgoing/<int:pk>/recipients/", outgoing.recipients, name="draft_recipients"),
    path("outgoing/<int:pk>/submit/", outgoing.submit, name="draft_submit"),
    path("outgoing/<int:pk>/cancel/", outgoing.cancel, name="draft_cancel"),
    path("outgoing/<int:pk>/withdraw/", outgoing.withdraw, name="draft_withdraw"),
    path("outgoing/<int:pk>/prepare/", outgoing.prepare, name="draft_prepare"),
    path("outgoing/<int:pk>/check/", checking.check, name="draft_check"),
    path("to-check/", checking.queue, name="to_check"),
]

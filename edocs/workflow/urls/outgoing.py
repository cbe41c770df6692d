"""Addresses of drafts and their checks."""

from __future__ import annotations

from django.urls import path

from edocs.workflow.views import checking, drafts, initials, outgoing, outside, submitting

urlpatterns = [
    path("outgoing/new/", outgoing.new, name="draft_new"),
    path("outgoing/recipients/", outgoing.recipient_names, name="draft_recipient_names"),
    path("outgoing/<int:pk>/details/", outgoing.details, name="draft_details"),
    path("outgoing/<int:pk>/write/", outgoing.write, name="draft_write"),
    path("outgoing/<int:pk>/preview/", outgoing.preview, name="draft_preview"),
    path("outgoing/<int:pk>/changes/<int:earlier>/<int:later>/", outgoing.changes, name="draft_changes"),
    path("outgoing/<int:pk>/file/", drafts.upload, name="draft_upload"),
    path("outgoing/<int:pk>/attachments/", drafts.attach, name="draft_attach"),
    path("outgoing/<int:pk>/attachments/<int:file>/remove/", drafts.detach, name="draft_detach"),
    path("outgoing/<int:pk>/recipients/", drafts.recipients, name="draft_recipients"),
    path("outgoing/<int:pk>/submit/", submitting.submit, name="draft_submit"),
    path("outgoing/<int:pk>/cancel/", submitting.cancel, name="draft_cancel"),
    path("outgoing/<int:pk>/withdraw/", submitting.withdraw, name="draft_withdraw"),
    path("outgoing/<int:pk>/prepare/", submitting.prepare, name="draft_prepare"),
    path("outgoing/<int:pk>/check/", checking.check, name="draft_check"),
    path("outgoing/<int:pk>/initials/", initials.sign, name="draft_initials"),
    path("outgoing/<int:pk>/initials/place/", initials.place, name="draft_initials_place"),
    path("outgoing/<int:pk>/outside/", outside.outside, name="draft_outside"),
    path("to-check/", checking.queue, name="to_check"),
]

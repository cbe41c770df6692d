"""Addresses of registering; included at the root."""

from __future__ import annotations

from django.urls import path

from edocs.intake.views import asking, files, queue, register, registered

urlpatterns = [
    path("intake/", queue.intake, name="intake"),
    path("intake/upload/", queue.upload, name="intake_upload"),
    path("intake/new/", register.new, name="intake_new"),
    path("intake/issuers/", asking.issuers, name="intake_issuers"),
    path("intake/number/", asking.number, name="intake_number"),
    path("intake/repeats/", asking.repeats, name="intake_repeats"),
    path("intake/<int:pk>/", register.file, name="intake_file"),
    path("intake/<int:pk>/preview/", queue.preview, name="intake_preview"),
    path("intake/<int:pk>/original/", files.original, name="intake_original"),
    path("intake/<int:pk>/pages/<int:number>.webp", files.page, name="intake_page"),
    path("intake/<int:pk>/pages/<int:number>.json", files.words, name="intake_words"),
    path("intake/<int:pk>/put-aside/", register.aside, name="intake_put_aside"),
    path("documents/<int:pk>/cancel/", registered.cancel, name="document_cancel"),
    path("documents/<int:pk>/slip.pdf", registered.slip, name="arrival_slip"),
]

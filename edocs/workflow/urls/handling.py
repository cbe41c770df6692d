"""Addresses of the handling of incoming documents; included at the root, without a name space."""

from __future__ import annotations

from django.urls import path

from edocs.workflow.views import handling, instructing

urlpatterns = [
    path("instruct/", instructing.to_instruct, name="to_instruct"),
    path("instruct/due/", instructing.due_words, name="instruct_due"),
    path("instruct/<int:pk>/", instructing.instruct_document, name="instruct_document"),
    path("pick/people-units/", instructing.pick_people_units, name="pick_people_units"),
    path("documents/<int:pk>/handling/<slug:verb>/", handling.handling_document, name="handling_document"),
    path("assignments/<int:pk>/<slug:verb>/", handling.handling_assignment, name="handling_assignment"),
    path("extensions/<int:pk>/", handling.handling_extension, name="handling_extension"),
]

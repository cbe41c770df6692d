"""Addresses of the house; included by ``edocs.web.urls``."""

from __future__ import annotations

from django.urls import path

from edocs.web.house import views

urlpatterns = [
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/repeat/", views.job_repeat, name="job_repeat"),
    path("health/", views.health_page, name="health"),
    path("health/check/<str:what>/", views.health_check, name="health_check"),
    path("health.json", views.health_machine, name="health_machine"),
    path("people/<int:pk>/leave/", views.person_leave, name="person_leave"),
]

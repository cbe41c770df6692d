"""Celery only carries job numbers; the truth about work to be done is the table ``jobs.Job``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edocs.settings")

app = Celery("edocs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["edocs.jobs.tasks"]
app.conf.beat_schedule = {
    "resend-jobs": {"task": "edocs.jobs.tasks.resend", "schedule": 30.0, "options": {"expires": 25}},
    "plan-jobs": {"task": "edocs.jobs.tasks.plan", "schedule": 60.0, "options": {"expires": 55}},
}

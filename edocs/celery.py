"""Celery only carries job numbers; the truth about work to be done is the table ``jobs.Job``."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from edocs.jobs.broker import EXCHANGE, QUEUES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edocs.settings")

TRANSPORT_ALIASES["filesystem"] = "edocs.jobs.folder:Transport"

app = Celery("edocs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["edocs.jobs.tasks"]
# a worker that is not told otherwise (-Q) takes from all of them in turn
app.conf.task_queues = {name: {"exchange": EXCHANGE, "routing_key": name} for name in QUEUES}
app.conf.task_default_queue = app.conf.task_default_routing_key = QUEUES[0]
app.conf.task_default_exchange = EXCHANGE
app.conf.beat_schedule = {
    "resend-jobs": {"task": "edocs.jobs.tasks.resend", "schedule": 30.0, "options": {"expires": 25}},
    "plan-jobs": {"task": "edocs.jobs.tasks.plan", "schedule": 60.0, "options": {"expires": 55}},
} | {
    f"alive-{name}": {
        "task": "edocs.jobs.tasks.alive",
        "schedule": 30.0,
        "args": (name,),
        "options": {"expires": 25, "queue": name},
    }
    for name in QUEUES
}

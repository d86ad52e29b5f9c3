"""The worker's Celery app and the clock: what beat rings, and when.

Celery is a bell, PostgreSQL the ledger of work: a call that is lost is found by the next sweep.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")

app = Celery("o2c")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Expires before the next one: a broker that was away for a while brings one sweep, not many.
    "sweep due work": {
        "task": "o2c.run_due",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "tell followers": {
        "task": "o2c.tell_followers",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "propose reminders": {
        "task": "o2c.propose_dunning",
        "schedule": crontab(hour="5", minute="0"),
    },
    "propose refunds": {
        "task": "o2c.propose_refunds",
        "schedule": crontab(hour="5", minute="10"),
    },
    "fetch exchange rates": {
        "task": "o2c.fetch_rates",
        "schedule": crontab(hour="15-20", minute="20"),
    },
    "say the chains' heads": {
        "task": "core.anchor_chains",
        "schedule": crontab(hour="3", minute="10"),
    },
    "forget ended sessions": {
        "task": "core.clear_sessions",
        "schedule": crontab(hour="3", minute="20"),
    },
}

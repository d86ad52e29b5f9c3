"""The kernel's verbs; every room imports them from here."""

from core.services.acts import atomic_verb, attempt
from core.services.companies import require_open, set_logo, set_up_company
from core.services.documents import hash_of_file, store_document, store_file
from core.services.events import EventDraft, record_event, record_events
from core.services.follows import follow, follow_view, tell_follower, unfollow
from core.services.guide import mark_step, start_guide_again
from core.services.jobs import JobFunction, JobProgress, run_job, start_job, stop_job, sweep_jobs
from core.services.links import LinkSpent, make_link, revoke_links, use_up
from core.services.messages import (
    drop_message,
    retry_message,
    send_message,
    settle_message,
    sweep_messages,
    write_message,
)
from core.services.notifications import mark_read, notify, people_with
from core.services.nudges import bells_answered_by, nudge
from core.services.numbers import take_number, take_numbers
from core.services.pay_links import PAY_PAGE, make_pay_link
from core.services.retries import retrying
from core.services.saved_views import Look, change_view, choose_look, drop_view, save_view
from core.services.seals import seal_events, verify_chain
from core.services.viewing import VIEWED, note_view

__all__ = [
    "PAY_PAGE",
    "VIEWED",
    "EventDraft",
    "JobFunction",
    "JobProgress",
    "LinkSpent",
    "Look",
    "atomic_verb",
    "attempt",
    "bells_answered_by",
    "change_view",
    "choose_look",
    "drop_message",
    "drop_view",
    "follow",
    "follow_view",
    "hash_of_file",
    "make_link",
    "make_pay_link",
    "mark_read",
    "mark_step",
    "note_view",
    "notify",
    "nudge",
    "people_with",
    "record_event",
    "record_events",
    "require_open",
    "retry_message",
    "retrying",
    "revoke_links",
    "run_job",
    "save_view",
    "seal_events",
    "send_message",
    "set_logo",
    "set_up_company",
    "settle_message",
    "start_guide_again",
    "start_job",
    "stop_job",
    "store_document",
    "store_file",
    "sweep_jobs",
    "sweep_messages",
    "take_number",
    "take_numbers",
    "tell_follower",
    "unfollow",
    "use_up",
    "verify_chain",
    "write_message",
]

"""The kernel's tables: companies, people, number series, events, documents, work, messages."""

from core.models.company import Company, CompanyQuerySet, CompanyScoped, ScopedQuerySet
from core.models.documents import StoredDocument
from core.models.events import Event, EventSeal, SealedEvent
from core.models.follows import Follow
from core.models.guide import GuideMark
from core.models.known_rows import remember
from core.models.links import LINK_MARK, SignedLink
from core.models.lists import SavedView
from core.models.numbers import NumberSeries
from core.models.people import Membership, User
from core.models.tokens import ApiToken
from core.models.work import Job, JobRow, LeasedWork, Notification, OutboundMessage

__all__ = [
    "LINK_MARK",
    "ApiToken",
    "Company",
    "CompanyQuerySet",
    "CompanyScoped",
    "Event",
    "EventSeal",
    "Follow",
    "GuideMark",
    "Job",
    "JobRow",
    "LeasedWork",
    "Membership",
    "Notification",
    "NumberSeries",
    "OutboundMessage",
    "ScopedQuerySet",
    "SavedView",
    "SealedEvent",
    "SignedLink",
    "StoredDocument",
    "User",
    "remember",
]

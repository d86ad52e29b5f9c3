"""Context help: each page explains itself and its figures.

``topic_of`` finds a page's topic by its address name; pages below another (a form, a preview) fall
back to the first page of their room.
"""

from o2c.help import collect, deliver, know, sell
from o2c.help.topics import Topic

TOPICS: dict[str, Topic] = {**know.TOPICS, **sell.TOPICS, **deliver.TOPICS, **collect.TOPICS}

_ROOM = {
    "customers": "customers:list",
    "catalog": "catalog:list",
    "orders": "orders:detail",
    "credit": "credit:holds",
    "fulfillment": "fulfillment:list",
    "invoicing": "invoicing:detail",
    "receivables": "receivables:items",
    "disputes": "disputes:list",
    "dunning": "dunning:list",
    "reporting": "reporting:index",
}


def topic_of(page: str) -> Topic:
    """The topic of an address name; of its room, or of home, where it has none of its own."""
    room = page.partition(":")[0]
    return TOPICS.get(page) or TOPICS[_ROOM.get(room, "home")]

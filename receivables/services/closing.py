"""Close the books up to a day; the database refuses postings there from then on."""

from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event
from o2c.errors import Conflict, InvalidInput
from receivables.models import BooksClosing


@atomic_verb
def close_books(
    company: Company, *, until: date, by: Actor, on: date, reason: str = ""
) -> BooksClosing:
    """Close every day up to and including ``until``; an earlier day reopens, with a reason.

    Raises ``InvalidInput`` for a day in the future or a reopening without reason, ``Conflict``
    when the books are closed until that day already.
    """
    require(by, "receivables.close_period", company.pk)
    # No key lock: postings this waits for refer to the company when they commit.
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if until >= on:
        raise InvalidInput(
            "closing.future", _("Only days that are over can be closed."), field="until"
        )
    last = BooksClosing.objects.filter(company=company).order_by("-pk").first()
    if last and last.closed_until == until:
        raise Conflict(
            "closing.known", _("The books are closed until %(day)s already.") % {"day": until}
        )
    if last and last.closed_until > until and not reason:
        raise InvalidInput("closing.reason", _("Reopening needs a reason."), field="reason")
    closing = BooksClosing.objects.create(
        company=company, closed_until=until, closed_by_name=by.actor_name, reason=reason
    )
    record_event("books.closed", closing, by=by, on=on, label=str(until), reason=reason)
    return closing

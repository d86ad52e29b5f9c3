"""The billing run: everything that is due on one press, as a job with a row per invoice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import invoicing.services as invoicing
from core.actors import Actor, require
from core.models import Company, Job
from core.services import JobProgress, start_job
from core.services.jobs import TOGETHER
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c import flow
from o2c.errors import BusinessError, Conflict

KIND = "invoicing.bill"


@dataclass(frozen=True, slots=True)
class Part:
    """One invoice to make: the shipments on it, and how people are told of it."""

    shipments: list[int]
    label: str
    is_collected: bool

    @property
    def key(self) -> int:
        """Names its row in the job."""
        return self.shipments[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: its invoice, or why it was refused."""

    part: Part
    invoice: Invoice | None
    refusal: str


def start_billing(
    company: Company, *, until: date | None, mark: str, token: str, by: Actor, on: date
) -> Job:
    """Bill what was shown, in a job; the same token is the same job.

    ``mark`` (``invoicing.plan_mark``) names what was looked at. Raises: PermissionMissing;
    Conflict when something else is due by now.
    """
    require(by, "invoicing.issue", company.pk)
    name = f"{KIND}:{company.pk}:{by.actor_id}:{token[:32]}"
    started = Job.objects.filter(token=name).first()
    if started is not None:
        return started
    parts = plan(company, on=on, until=until)
    if mark != invoicing.plan_mark([part.shipments for part in parts]):
        raise Conflict(
            "billing.changed",
            _("What is to be billed has changed since you looked: see it again below."),
        )
    params = {"parts": [[part.shipments, part.label, part.is_collected] for part in parts]}
    title = gettext_noop("Billing run")
    return start_job(company, KIND, title, params, by=by, token=name)


def plan(company: Company, *, on: date, until: date | None = None) -> list[Part]:
    """The invoices to make."""
    bills = invoicing.planned_bills(company, on=on, until=until)
    return [Part(bill.keys, bill.label, bill.is_collected) for bill in bills]


def run_billing(job: Job, progress: JobProgress) -> str:
    """Make the invoices of a run. Single deliveries go by fifty, each collective invoice alone."""
    by = job.started_by
    assert by is not None, "billing runs are started by people"
    parts = [Part(*row) for row in job.params["parts"]]
    progress.total(len(parts))
    work = _Work(by, job.company.today())
    shown: dict[str, Any] = {
        "key": lambda part: part.key,
        "label": lambda part: part.label,
        "url": work.url,
        "refused": work.refused,
    }
    single = [part for part in parts if not part.is_collected]
    progress.each_together(single, work.together, work.alone, **shown)
    progress.each([part for part in parts if part.is_collected], work.alone, **shown)
    return ""


def bill_now(parts: Sequence[Part], *, by: Actor, on: date) -> Iterator[Outcome]:
    """The same without a job, for scripts; what is refused holds up nothing else."""
    work = _Work(by, on)
    single = [part for part in parts if not part.is_collected]
    for start in range(0, len(single), TOGETHER):
        chunk = single[start : start + TOGETHER]
        try:
            invoices = work.together(chunk)
        except BusinessError:
            yield from (work.outcome(part) for part in chunk)
        else:
            pairs = zip(chunk, invoices, strict=True)
            yield from (Outcome(part, invoice, "") for part, invoice in pairs)
    yield from (work.outcome(part) for part in parts if part.is_collected)


class _Work:
    """Makes invoices and remembers where each is seen, so that its row can lead there."""

    def __init__(self, by: Actor, on: date) -> None:
        self.by, self.on = by, on
        self._urls: dict[int, str] = {}

    def together(self, chunk: Sequence[Part]) -> list[Invoice]:
        """One invoice for each part that is a single delivery; all or none."""
        invoices = flow.bill_shipments([part.key for part in chunk], by=self.by, on=self.on)
        for part, invoice in zip(chunk, invoices, strict=True):
            self._urls[part.key] = invoice.get_absolute_url()
        return invoices

    def alone(self, part: Part) -> Invoice:
        """The invoice of one part."""
        invoice = flow.bill_together(part.shipments, by=self.by, on=self.on)
        self._urls[part.key] = invoice.get_absolute_url()
        return invoice

    def refused(self, part: Part, error: BusinessError) -> None:
        """Keep why with the deliveries: their list shows it."""
        self._urls.pop(part.key, None)
        flow.tell_unbilled(part.shipments, error, by=self.by, on=self.on)

    def outcome(self, part: Part) -> Outcome:
        """Bill one part; a refusal is an outcome."""
        try:
            return Outcome(part, self.alone(part), "")
        except BusinessError as error:
            self.refused(part, error)
            return Outcome(part, None, error.message)

    def url(self, part: Part) -> str:
        """The invoice, or the first delivery of what has none."""
        return self._urls.get(part.key) or Shipment(pk=part.key).get_absolute_url()

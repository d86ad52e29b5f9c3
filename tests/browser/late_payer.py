"""A company with a customer who has not paid for weeks, beside the demo's two.

No browser can enter last month's order, and an old invoice can't be written into a company whose
numbers have gone on. So this past is lived by the services in a new company on the suite's data,
by the people whom the demo's login page knows; what follows is done in their browsers.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from core.demo_logins import DEMO_LOGINS
from core.models import Membership, User
from o2c import due
from tests import make
from tests.suite import Suite
from tests.world import world

LATE = timedelta(days=45)
"""Since when nothing was heard of them: past the 30 days of the terms and the first reminder."""


@dataclass(frozen=True, slots=True)
class LatePayer:
    """What a test needs to know: whose customer, called how, which invoice, where mails go.

    ``balance`` is what the last statement of the bank closes with.
    """

    company: str
    iban: str
    balance: str
    customer: str
    address: str
    number: str
    email: str


def add_late_payer(suite: Suite) -> LatePayer:
    """Live it on the suite's data, in a process of its own."""
    call = "from tests.browser.late_payer import tell_one; tell_one()"
    done = suite.manage("shell", "--verbosity", "0", "--command", call)
    assert done.returncode == 0, done.stderr[-3000:]
    return LatePayer(**json.loads(done.stdout.strip().splitlines()[-1]))


def tell_one() -> None:
    """Two old invoices, of which the bank of today knows one as paid; print what came of it."""
    mark = uuid4().hex[:6]
    company = make.company_de(code=f"late-{mark}", name=f"Elbkontor {mark} GmbH")
    people = {login.role: User.objects.get(email=login.email) for login in DEMO_LOGINS}
    for role, person in people.items():
        Membership.objects.create(user=person, company=company, role=role)
    here = world(company=company, people=people)
    paid = here.invoiced("1", on=company.today() - LATE)
    invoice = here.invoiced("3", on=company.today() - LATE)
    here.paid(paid.gross_amount, str(paid.number), on=company.today())
    due.run_due([company])
    contact = here.customer.contacts.get()
    told = LatePayer(
        company=company.name,
        iban=company.iban,
        balance=str(here.bank.balance),
        customer=here.customer.name,
        address=here.customer.get_absolute_url(),
        number=str(invoice.number),
        email=contact.email,
    )
    print(json.dumps({name: getattr(told, name) for name in LatePayer.__dataclass_fields__}))

"""Logins of the demo company: one person per role. Shown to everybody, so never for real data."""

from dataclasses import dataclass

from core.roles import Role

DEMO_PASSWORD = "order-to-cash-demo"  # noqa: S105 - the demo's, printed by ``manage.py up``


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One demo user: address, name, the role held in every demo company."""

    email: str
    name: str
    role: Role


DEMO_LOGINS = (
    DemoLogin("rep@demo.example", "Ana Ritter", Role.SALES_REP),
    DemoLogin("sales@demo.example", "Sven Malm", Role.SALES_MANAGER),
    DemoLogin("credit@demo.example", "Clara König", Role.CREDIT_MANAGER),
    DemoLogin("warehouse@demo.example", "Willy Hager", Role.WAREHOUSE),
    DemoLogin("billing@demo.example", "Bea Lindner", Role.BILLING),
    DemoLogin("ar@demo.example", "Arne Öberg", Role.AR_ACCOUNTANT),
    DemoLogin("collector@demo.example", "Karin Holm", Role.COLLECTOR),
    DemoLogin("finance@demo.example", "Fabian Maurer", Role.FINANCE_MANAGER),
    DemoLogin("auditor@demo.example", "Ute Brandt", Role.AUDITOR),
    DemoLogin("admin@demo.example", "Ada Stern", Role.ADMINISTRATOR),
)

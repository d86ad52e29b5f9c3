"""Who works at the demo companies: one login per role, and colleagues who share the work."""

from dataclasses import dataclass
from datetime import datetime

from core.demo_logins import DEMO_LOGINS, DEMO_PASSWORD
from core.models import Company, Membership, User
from core.roles import Role

# company | address | name | role; they have no password: a visitor comes as one of the logins
_COLLEAGUES = """
nordwerk | j.petersen | Jonas Petersen | sales_rep
nordwerk | m.hansen | Merle Hansen | sales_rep
nordwerk | h.voss | Henning Voss | credit_manager
nordwerk | t.kruse | Torben Kruse | warehouse
nordwerk | n.vogt | Nadine Vogt | billing
nordwerk | m.scholz | Miriam Scholz | ar_accountant
nordwerk | d.fuchs | Daniela Fuchs | collector
nordwerk | r.becker | Ralf Becker | finance_manager
nordverk | l.ekstrom | Linnea Ekström | sales_rep
nordverk | o.nyberg | Oskar Nyberg | sales_rep
nordverk | m.sjogren | Malin Sjögren | credit_manager
nordverk | p.wallin | Per Wallin | warehouse
nordverk | n.hedlund | Nils Hedlund | billing
nordverk | e.bergman | Elsa Bergman | ar_accountant
nordverk | j.dahl | Johan Dahl | collector
nordverk | i.forsberg | Ingrid Forsberg | finance_manager
"""


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one company by role; the first of each is the one visitors log in as."""

    people: dict[Role, list[User]]

    def login(self, role: Role) -> User:
        """The person a visitor sees the demo as."""
        return self.people[role][0]

    def colleague(self, role: Role) -> User:
        """Somebody else of that role, so that four eyes are left for the visitor."""
        return self.people[role][-1]


def hire(companies: list[Company], *, at: datetime) -> None:
    """Make the logins, who work for every company, and the colleagues of each."""
    for login in DEMO_LOGINS:
        is_staff = login.role == Role.ADMINISTRATOR
        fields = {"name": login.name, "is_staff": is_staff, "date_joined": at}
        person = User.objects.create_user(login.email, DEMO_PASSWORD, **fields)
        _give(person, login.role, companies)
    by_code = {company.code: company for company in companies}
    for line in _COLLEAGUES.strip().splitlines():
        code, address, name, role = (cell.strip() for cell in line.split("|"))
        person = User.objects.create_user(f"{address}@{code}.example", name=name, date_joined=at)
        _give(person, Role(role), [by_code[code]])


def team_of(company: Company) -> Team:
    """Everybody who works for a company; the logins were made first and so come first."""
    people: dict[Role, list[User]] = {}
    for member in Membership.objects.filter(company=company).select_related("user").order_by("pk"):
        people.setdefault(Role(member.role), []).append(member.user)
    return Team(people)


def _give(person: User, role: Role, companies: list[Company]) -> None:
    for company in companies:
        Membership.objects.create(user=person, company=company, role=role)

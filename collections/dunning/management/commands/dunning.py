"""``manage.py dunning propose|approve|send``: the daily run for cron and scripts."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from core.commands import HeadlessCommand
from core.models import Company, User
from dunning.models import DunningNotice, DunningRun, RunState
from o2c import due, flow
from o2c.errors import InvalidInput, NotFound


class Command(HeadlessCommand):
    """Propose, approve and send reminders without a browser."""

    help = "Propose a dunning run, approve it as a person (--by E-MAIL), or send what is approved."

    def add_arguments(self, parser: CommandParser) -> None:
        """The act, and who approves."""
        parser.add_argument("act", choices=["propose", "approve", "send"])
        parser.add_argument("--by", metavar="E-MAIL", help="who approves; needs the right to")
        parser.add_argument("--run", metavar="NUMBER", help="the run; default: the newest")
        parser.add_argument(
            "--although-stale",
            action="store_true",
            help="approve although the last bank statement is older than three business days",
        )
        super().add_arguments(parser)

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Do one act in one company."""
        company = self.company(options)
        if options["act"] == "propose":
            return _shown(flow.propose_dunning(company, by=self.actor, on=company.today()))
        if options["act"] == "approve":
            run = _run(company, options["run"], RunState.PROPOSED)
            approver = _person(options["by"])
            return _shown(_approved(run, approver, although_stale=options["although_stale"]))
        run = _run(company, options["run"], RunState.APPROVED)
        report = due.send_dunning(run.pk)
        run.refresh_from_db()
        result, lines, _good = _shown(run)
        lines += [f"failed  {f['work']} {f['pk']}: {f['reason']}" for f in report.failures]
        return result | report.as_json(), lines, not report.failures


def _run(company: Company, number: str | None, state: str) -> DunningRun:
    runs = DunningRun.objects.filter(company=company, state=state)
    run = (runs.filter(number=number) if number else runs).order_by("-pk").first()
    if run is None:
        raise NotFound(
            "dunning.no_run",
            _("No dunning run %(number)s in state “%(state)s” in %(company)s.")
            % {"number": number or "", "state": RunState(state).label, "company": company},
        )
    return run


def _approved(run: DunningRun, approver: User, *, although_stale: bool) -> DunningRun:
    return flow.approve_dunning(
        run.pk, by=approver, on=run.company.today(), although_stale=although_stale
    )


def _person(email: str | None) -> User:
    if not email:
        raise InvalidInput("dunning.by", _("Approval needs a person: name one with --by E-MAIL."))
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise NotFound("user.unknown", _("There is no user “%(email)s”.") % {"email": email})
    return user


def _shown(run: DunningRun) -> tuple[dict[str, Any], list[str], bool]:
    notices = run.notices.exclude(state=DunningNotice.State.EXCLUDED)
    amounts: dict[str, Any] = {}
    for currency, amount in notices.values_list("currency", "amount"):
        amounts[currency] = amounts.get(currency, 0) + amount
    result = {
        "run": run.number,
        "state": run.state,
        "reminders": notices.count(),
        "amounts": {currency: str(amount) for currency, amount in amounts.items()},
        "left_out": run.left_out,
    }
    sums = ", ".join(f"{amount} {currency}" for currency, amount in sorted(amounts.items()))
    line = (
        f"{run.number} {run.get_state_display()}: {result['reminders']} reminders, {sums or '0.00'}"
    )
    return result, [line], True

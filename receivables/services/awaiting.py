"""What waits for the bank again when a match is undone: deposit slips and bounced cheques."""

from collections.abc import Collection

from receivables.models import DepositSlip, Receipt


def await_again(matches: Collection[int]) -> None:
    """Matches that are undone: their slips wait for the bank again, and so do bounced cheques."""
    for slip in DepositSlip.objects.for_update().filter(match__in=matches):
        slip.to_not_credited()
        slip.match = None
        slip.save(update_fields=["state", "match"])
    Receipt.objects.filter(bounce_match__in=matches).update(bounce_match=None)

"""Events of mails and of the set-up."""

from django.utils.translation import gettext_lazy as _

from core.event_labels.shape import EventLabel

HOUSE: dict[str, EventLabel] = {
    # messages
    "message.sent": EventLabel(_("Mail sent to %(to)s"), "mail-check"),
    "message.parked": EventLabel(_("Mail not delivered: %(reason)s"), "mail-off", "red"),
    "message.waiting": EventLabel(
        _("Mail waits for the mail server: %(reason)s"), "clock-pause", "amber"
    ),
    "message.dropped": EventLabel(_("Mail given up: it goes another way"), "mail-off"),
    "message.settled": EventLabel(_("Decided whether the mail was sent"), "user-check"),
    "message.retried": EventLabel(_("Mail sent again to %(to)s"), "mail-forward"),
    # set-up
    "company.set_up": EventLabel(_("Company set up"), "building", "green"),
    "company.changed": EventLabel(_("Company data changed"), "pencil"),
    "company.logo_set": EventLabel(_("Logo of its letters set"), "photo"),
    "company.closed": EventLabel(_("Company closed"), "lock", "red"),
    "user.changed": EventLabel(_("%(person)s may act as: %(roles)s"), "user-check", "amber"),
    "numberseries.changed": EventLabel(_("Number series changed"), "hash"),
    "message.uncertain": EventLabel(
        _("Outcome of a mail is uncertain"), "mail-exclamation", "amber"
    ),
}

"""The few kinds of error a person meets; each names what is wrong, the value and the remedy.

A service raises one of these; the middleware (``core.middleware``) turns it into a page, a
message or an HTTP status, and the headless commands into one line and an exit code. Something a
person may override is not an error but returned data (a ``Decision`` or a ``Warning``).
"""


class BusinessError(Exception):
    """A rule of the business refuses the act.

    ``code`` is stable and machine readable (``invoice.not_a_draft``), ``message`` is for people
    and already translated, ``field`` names the form field to mend where there is one.
    """

    status = 422

    def __init__(self, code: str, message: object, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.code = code
        self.field = field

    @property
    def message(self) -> str:
        """The sentence shown to the person."""
        return str(self.args[0])


class InvalidInput(BusinessError):
    """What was typed, pasted or uploaded can't be read; names the value and what is expected."""


class Conflict(BusinessError):
    """Somebody else, or an earlier try, changed the thing meanwhile; look again and decide."""

    status = 409


class NotFound(BusinessError):
    """No such thing among those the actor may see."""

    status = 404


class PermissionMissing(BusinessError):
    """The actor lacks a right; the message names it and the roles that carry it."""

    status = 403

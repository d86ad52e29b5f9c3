"""Pages of the room: HTTP only, the verbs are in ``customers.services``."""

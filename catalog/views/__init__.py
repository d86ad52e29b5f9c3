"""Pages of the room: HTTP only, the verbs are in ``catalog.services``."""

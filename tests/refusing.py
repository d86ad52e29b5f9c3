"""What the database itself says when something is written past the ORM."""

from django.db import IntegrityError, connection, transaction


def refusal_of(sql: str, *params: object) -> str:
    """The words with which a rule refuses a statement; nothing when it goes through.

    A mistake in the statement itself is no refusal: it is raised.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except IntegrityError as error:
        return str(error)
    return ""

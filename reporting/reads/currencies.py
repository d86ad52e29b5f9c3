"""Which currencies a company sells in or is owed."""

from django.db import connection

from core.models import Company

# From each currency straight to the next in the index: rows of one currency are not walked.
_NEXT = """
    {name} AS (
        (SELECT currency FROM {table} WHERE company_id = %(company)s ORDER BY currency LIMIT 1)
        UNION ALL
        SELECT (SELECT later.currency FROM {table} AS later
                 WHERE later.company_id = %(company)s AND later.currency > {name}.currency
                 ORDER BY later.currency LIMIT 1)
          FROM {name} WHERE {name}.currency IS NOT NULL
    )"""
_SQL = f"""
WITH RECURSIVE {_NEXT.format(name="sold", table="customers_customer")},
{_NEXT.format(name="owed", table="receivables_openitem")}
SELECT currency FROM sold WHERE currency IS NOT NULL
 UNION SELECT currency FROM owed WHERE currency IS NOT NULL ORDER BY 1
"""  # noqa: S608 - our own parts


def currencies_of(company: Company) -> list[str]:
    """Currencies of its customers and of its items, its own first.

    An item may be in another currency than its customer's: taken over, or billed so once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"company": company.pk})
        found = [code for (code,) in cursor.fetchall()]
    return [company.currency, *(code for code in found if code != company.currency)]

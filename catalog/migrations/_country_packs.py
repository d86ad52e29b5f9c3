"""VAT rates and exemption texts of the country packs DE and SE, from the JSON beside this file."""

import json
from datetime import date
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

PACKS = Path(__file__).with_suffix(".json")


def load(apps, schema_editor):
    """Fill in what is missing; rows that a person has edited stay as they are."""
    packs = json.loads(PACKS.read_text(encoding="utf-8"))
    rates, texts = apps.get_model("catalog", "VatRate"), apps.get_model("catalog", "VatExemption")
    for country, pack in packs.items():
        rates.objects.bulk_create(
            [_rate(rates, country, row) for row in pack["rates"]], ignore_conflicts=True
        )
        texts.objects.bulk_create(
            [texts(country=country, **row) for row in pack["exemptions"]], ignore_conflicts=True
        )


def _rate(model, country, row):
    first, last = date.fromisoformat(row["from"]), row.get("before")
    valid = DateRange(first, date.fromisoformat(last) if last else None)
    return model(
        country=country,
        vat_class=row["vat_class"],
        rate=row["rate"],
        valid=valid,
        source=row["source"],
    )

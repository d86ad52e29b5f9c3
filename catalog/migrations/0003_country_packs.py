"""VAT rates and exemption texts of the country packs DE and SE."""

from django.db import migrations

from catalog.migrations._country_packs import load


class Migration(migrations.Migration):
    """Data only; taking it back leaves the rows to the schema's own migration."""

    dependencies = [("catalog", "0002_rules")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

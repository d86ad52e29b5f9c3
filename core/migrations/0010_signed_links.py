"""Signed links, and the one a mail carries."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_rounding"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                ("seed", models.CharField(max_length=32)),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("holder", models.CharField(max_length=120)),
                ("recipient", models.CharField(max_length=254)),
                ("uses_left", models.PositiveSmallIntegerField(default=1)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "verbose_name": "signed link",
                "verbose_name_plural": "signed links",
            },
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="link",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="message",
                to="core.signedlink",
            ),
        ),
        migrations.AddIndex(
            model_name="signedlink",
            index=models.Index(fields=["subject_type", "subject_id"], name="link_subject"),
        ),
        migrations.AddConstraint(
            model_name="signedlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("key_hash__regex", "^[0-9a-f]{64}$")), name="link_hash"
            ),
        ),
    ]

"""Deliveries become work with states and receipts; ladders of channels, print batches."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns and tables; the rules follow in the next one."""

    dependencies = [
        ("core", "0006_follows"),
        ("customers", "0004_references"),
        ("invoicing", "0006_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="invoicedelivery",
            name="alarmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="alarm"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="closed"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storeddocument",
            ),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="done"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="findings",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="format",
            field=models.CharField(
                choices=[
                    ("zugferd", "PDF with e-invoice (ZUGFeRD)"),
                    ("xrechnung-ubl", "XRechnung (UBL)"),
                    ("xrechnung-cii", "XRechnung (CII)"),
                    ("peppol", "Peppol BIS Billing"),
                    ("pdf", "PDF"),
                ],
                default="zugferd",
                max_length=14,
                verbose_name="format",
            ),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="idempotency_key",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="last_error",
            field=models.TextField(blank=True, verbose_name="last error"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="lease_owner",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="lease_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="not_before",
            field=models.DateTimeField(
                default=django.utils.timezone.now, verbose_name="not before"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="receipt",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "nothing yet"),
                    ("awaited", "receipt awaited"),
                    ("accepted", "received"),
                    ("assumed", "no objection"),
                    ("rejected", "rejected"),
                    ("bounced", "returned"),
                ],
                default="",
                max_length=10,
                verbose_name="receipt",
            ),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="receipt_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="answered"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="receipt_text",
            field=models.TextField(blank=True, verbose_name="answer"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="remote_id",
            field=models.CharField(
                blank=True, max_length=120, verbose_name="number at the access point"
            ),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "waiting"),
                    ("claimed", "in progress"),
                    ("done", "done"),
                    ("uncertain", "uncertain"),
                    ("parked", "failed, needs a person"),
                    ("cancelled", "cancelled"),
                ],
                default="pending",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="timeout_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="time-out"),
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="timeout_hours",
            field=models.PositiveSmallIntegerField(default=48, verbose_name="time-out in hours"),
        ),
        migrations.AlterField(
            model_name="invoicedelivery",
            name="channel",
            field=models.CharField(
                choices=[
                    ("peppol", "Peppol"),
                    ("email", "e-mail"),
                    ("export", "buyer's portal"),
                    ("letter", "letter"),
                    ("blocked", "not possible"),
                ],
                max_length=10,
                verbose_name="channel",
            ),
        ),
        migrations.AlterField(
            model_name="invoicedelivery",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="planned"),
        ),
        migrations.CreateModel(
            name="AccessPointEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=120, unique=True)),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "message of an access point",
                "verbose_name_plural": "messages of access points",
                "indexes": [
                    models.Index(
                        condition=models.Q(("processed_at", None)),
                        fields=["id"],
                        name="access_point_news",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryRoute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("peppol", "Peppol"),
                            ("email", "e-mail"),
                            ("export", "buyer's portal"),
                            ("letter", "letter"),
                            ("blocked", "not possible"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("zugferd", "PDF with e-invoice (ZUGFeRD)"),
                            ("xrechnung-ubl", "XRechnung (UBL)"),
                            ("xrechnung-cii", "XRechnung (CII)"),
                            ("peppol", "Peppol BIS Billing"),
                            ("pdf", "PDF"),
                        ],
                        max_length=14,
                        verbose_name="format",
                    ),
                ),
                ("recipient", models.CharField(blank=True, max_length=254, verbose_name="to")),
                (
                    "timeout_hours",
                    models.PositiveSmallIntegerField(verbose_name="time-out in hours"),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delivery_routes",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "channel of a customer",
                "verbose_name_plural": "channels of customers",
                "ordering": ["customer", "position"],
            },
        ),
        migrations.CreateModel(
            name="LetterBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("collected_on", models.DateField(verbose_name="date")),
                ("letter_count", models.PositiveIntegerField(default=0, verbose_name="letters")),
                ("page_count", models.PositiveIntegerField(default=0, verbose_name="pages")),
                (
                    "handed_over_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="handed over"),
                ),
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
                (
                    "handed_over_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "manifest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storeddocument",
                    ),
                ),
                (
                    "pdf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storeddocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "print batch",
                "verbose_name_plural": "print batches",
            },
        ),
        migrations.AddField(
            model_name="invoicedelivery",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="invoicing.letterbatch",
            ),
        ),
        migrations.AddIndex(
            model_name="invoicedelivery",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["company", "timeout_at"],
                name="delivery_open",
            ),
        ),
        migrations.AddIndex(
            model_name="invoicedelivery",
            index=models.Index(fields=["company", "-id"], name="delivery_company"),
        ),
        migrations.AddConstraint(
            model_name="invoicedelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["pending", "claimed", "done", "uncertain", "parked", "cancelled"],
                    )
                ),
                name="delivery_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicedelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receipt__in", ["", "awaited", "accepted", "assumed", "rejected", "bounced"])
                ),
                name="delivery_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryroute",
            constraint=models.UniqueConstraint(
                fields=("customer", "position"), name="route_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryroute",
            constraint=models.UniqueConstraint(
                fields=("customer", "channel"), name="route_channel_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryroute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["peppol", "email", "export", "letter"]),
                    models.Q(
                        models.Q(("channel", "letter"), _negated=True),
                        ("format", "pdf"),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("channel", "peppol"), _negated=True),
                        ("format__in", ("peppol", "xrechnung-ubl", "xrechnung-cii")),
                        _connector="OR",
                    ),
                ),
                name="route_channel_format",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("timeout_hours__gte", 1), ("timeout_hours__lte", 720)),
                name="route_timeout",
            ),
        ),
        migrations.AddIndex(
            model_name="letterbatch",
            index=models.Index(fields=["company", "-id"], name="letter_batch_company"),
        ),
    ]

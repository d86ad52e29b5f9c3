"""Companies, people and their roles, events, jobs, messages, numbers, documents and links.

In one for a new database; docs/adr/0080 says how.
"""

import core.models.company
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateTogether
from core.sql import rules_from


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("core", "0001_initial"),
        ("core", "0002_rules"),
        ("core", "0003_saved_views"),
        ("core", "0004_high_contrast"),
        ("core", "0005_guide_marks"),
        ("core", "0006_follows"),
        ("core", "0007_company_logo"),
        ("core", "0008_swedish_company"),
        ("core", "0009_rounding"),
        ("core", "0010_signed_links"),
        ("core", "0011_link_rules"),
        ("core", "0012_subscription_series"),
        ("core", "0013_direct_debit"),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Company',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(max_length=12, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('country', models.CharField(max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z', 'Use the two-letter country code, e.g. DE or SE.')], verbose_name='country')),
                    ('currency', models.CharField(max_length=3, verbose_name='currency')),
                    ('time_zone', models.CharField(default='Europe/Berlin', max_length=40, verbose_name='time zone')),
                    ('language', models.CharField(default='en', max_length=5, verbose_name='language')),
                    ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT id')),
                    ('tax_number', models.CharField(blank=True, max_length=30, verbose_name='tax number')),
                    ('registration_number', models.CharField(blank=True, max_length=30, verbose_name='registration number')),
                    ('register_court', models.CharField(blank=True, max_length=80, verbose_name='register court')),
                    ('management', models.CharField(blank=True, max_length=200, verbose_name='managing directors')),
                    ('street', models.CharField(max_length=120, verbose_name='street')),
                    ('postcode', models.CharField(max_length=12, verbose_name='postcode')),
                    ('city', models.CharField(max_length=80, verbose_name='city')),
                    ('contact_name', models.CharField(max_length=80, verbose_name='contact')),
                    ('contact_phone', models.CharField(max_length=40, verbose_name='phone')),
                    ('contact_email', models.EmailField(max_length=254, verbose_name='e-mail')),
                    ('bank_name', models.CharField(blank=True, max_length=80, verbose_name='bank')),
                    ('iban', models.CharField(blank=True, max_length=34, verbose_name='IBAN printed on invoices')),
                    ('bic', models.CharField(blank=True, max_length=11, verbose_name='BIC')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('logo', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storeddocument', verbose_name='logo')),
                    ('bankgiro', models.CharField(blank=True, max_length=9, validators=[core.models.company.validate_bankgiro], verbose_name='Bankgiro')),
                    ('f_tax', models.CharField(blank=True, choices=[('', 'not answered yet'), ('approved', 'approved for F-tax'), ('not_approved', 'not approved for F-tax')], default='', max_length=12, verbose_name='F-tax (Swedish companies)')),
                    ('rounds_totals', models.BooleanField(default=False, help_text='Invoices in SEK and NOK; the difference is posted as rounding.', verbose_name='Round what is asked for to whole kronor')),
                    ('creditor_identifier', models.CharField(blank=True, help_text='Needed to collect by direct debit; the central bank gives it.', max_length=35, validators=[core.models.company.validate_creditor_identifier], verbose_name='SEPA creditor identifier')),
                    ('debit_notice_days', models.PositiveSmallIntegerField(default=14, help_text='14 unless something shorter is agreed with the customers.', verbose_name='Days between announcing and collecting a direct debit')),
                ],
                options={
                    'verbose_name': 'company',
                    'verbose_name_plural': 'companies',
                    'ordering': ['id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('f_tax__in', ['', 'approved', 'not_approved'])), name='company_f_tax_known'), models.CheckConstraint(condition=models.Q(('creditor_identifier', ''), ('creditor_identifier__regex', '^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$'), _connector='OR'), name='company_creditor_form'), models.CheckConstraint(condition=models.Q(('debit_notice_days__gte', 1), ('debit_notice_days__lte', 60)), name='company_debit_notice')],
                },
            ),
            migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60)),
                    ('subject_type', models.CharField(max_length=60)),
                    ('subject_id', models.BigIntegerField()),
                    ('subject_label', models.CharField(blank=True, max_length=120)),
                    ('actor_kind', models.CharField(max_length=10)),
                    ('actor_id', models.BigIntegerField(null=True)),
                    ('actor_name', models.CharField(max_length=120)),
                    ('effective_on', models.DateField()),
                    ('recorded_at', models.DateTimeField(auto_now_add=True)),
                    ('correlation', models.CharField(blank=True, max_length=60)),
                    ('payload', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'event',
                    'verbose_name_plural': 'events',
                    'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='event_subject'), models.Index(condition=models.Q(('correlation', ''), _negated=True), fields=['correlation', '-id'], name='event_correlation'), models.Index(fields=['company', '-id'], name='event_company')],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('language', models.CharField(default='en', max_length=5, verbose_name='language')),
                    ('theme', models.CharField(choices=[('auto', 'as the system'), ('light', 'light'), ('dark', 'dark')], default='auto', max_length=5, verbose_name='theme')),
                    ('has_single_keys', models.BooleanField(default=True, verbose_name='single-letter keys')),
                    ('has_high_contrast', models.BooleanField(default=False, verbose_name='high contrast')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': 'user',
                    'verbose_name_plural': 'users',
                },
            ),
            migrations.CreateModel(
                name='EventSeal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveBigIntegerField()),
                    ('previous_hash', models.CharField(max_length=64)),
                    ('hash', models.CharField(max_length=64)),
                    ('event_count', models.PositiveIntegerField()),
                    ('sealed_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('company', 'position'), name='seal_chain')],
                },
            ),
            migrations.CreateModel(
                name='GuideMark',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('step', models.CharField(max_length=20)),
                    ('marked_at', models.DateTimeField(auto_now_add=True)),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guide_marks', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('user', 'step'), name='guide_mark_once')],
                },
            ),
            migrations.CreateModel(
                name='Job',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('title', models.CharField(max_length=160, verbose_name='title')),
                    ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('stopping', 'stopping'), ('done', 'done'), ('cancelled', 'stopped'), ('failed', 'failed')], default='queued', max_length=10, verbose_name='state')),
                    ('params', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('token', models.CharField(max_length=64, unique=True)),
                    ('total', models.PositiveIntegerField(default=0, verbose_name='rows')),
                    ('done_count', models.PositiveIntegerField(default=0, verbose_name='done')),
                    ('failed_count', models.PositiveIntegerField(default=0, verbose_name='failed')),
                    ('message', models.TextField(blank=True, verbose_name='result')),
                    ('result_url', models.CharField(blank=True, max_length=200)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for')),
                    ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                    ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('lease_owner', models.CharField(blank=True, max_length=80)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('request_id', models.CharField(blank=True, max_length=36)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'job',
                    'verbose_name_plural': 'jobs',
                    'indexes': [models.Index(fields=['company', '-id'], name='job_company'), models.Index(condition=models.Q(('state__in', ['queued', 'running', 'stopping'])), fields=['heartbeat_at'], name='job_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'stopping', 'done', 'cancelled', 'failed'])), name='job_state')],
                },
            ),
            migrations.CreateModel(
                name='JobRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=120)),
                    ('label', models.CharField(max_length=200, verbose_name='row')),
                    ('state', models.CharField(choices=[('ok', 'ok'), ('failed', 'failed'), ('uncertain', 'uncertain')], max_length=10, verbose_name='outcome')),
                    ('message', models.TextField(blank=True, verbose_name='reason')),
                    ('url', models.CharField(blank=True, max_length=200)),
                    ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.job')),
                ],
                options={
                    'verbose_name': 'job row',
                    'verbose_name_plural': 'job rows',
                    'constraints': [models.UniqueConstraint(fields=('job', 'key'), name='job_row_once')],
                },
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('sales_rep', 'Sales representative'), ('sales_manager', 'Sales manager'), ('credit_manager', 'Credit manager'), ('warehouse', 'Warehouse'), ('billing', 'Billing'), ('ar_accountant', 'AR accountant'), ('collector', 'Collector'), ('finance_manager', 'Finance manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='core.company')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'membership',
                    'verbose_name_plural': 'memberships',
                    'constraints': [models.UniqueConstraint(fields=('user', 'company', 'role'), name='membership_once'), models.CheckConstraint(condition=models.Q(('role__in', ['sales_rep', 'sales_manager', 'credit_manager', 'warehouse', 'billing', 'ar_accountant', 'collector', 'finance_manager', 'auditor', 'administrator'])), name='membership_role')],
                },
            ),
            migrations.CreateModel(
                name='Notification',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=160, verbose_name='title')),
                    ('body', models.TextField(blank=True, verbose_name='text')),
                    ('url', models.CharField(blank=True, max_length=200)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                    ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'notification',
                    'verbose_name_plural': 'notifications',
                    'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['user', '-id'], name='notification_unread')],
                },
            ),
            migrations.CreateModel(
                name='NumberSeries',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('customer', 'customers'), ('order', 'orders'), ('shipment', 'shipments'), ('invoice', 'invoices'), ('credit_note', 'credit notes'), ('subscription', 'subscriptions'), ('dunning_run', 'dunning runs'), ('journal', 'journal entries')], max_length=20, verbose_name='kind')),
                    ('prefix', models.CharField(blank=True, max_length=12, verbose_name='prefix')),
                    ('digits', models.PositiveSmallIntegerField(default=6, verbose_name='digits')),
                    ('next_value', models.PositiveBigIntegerField(default=1, verbose_name='next number')),
                    ('last_on', models.DateField(blank=True, null=True, verbose_name='date of the last number')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'number series',
                    'verbose_name_plural': 'number series',
                    'constraints': [models.UniqueConstraint(fields=('company', 'kind'), name='series_once_per_kind')],
                },
            ),
            migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('place', models.CharField(max_length=80)),
                    ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                    ('query', models.CharField(blank=True, max_length=1000)),
                    ('columns', models.JSONField(blank=True, default=list)),
                    ('is_compact', models.BooleanField(default=False)),
                    ('is_shared', models.BooleanField(default=False, verbose_name='shared')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'saved view',
                    'verbose_name_plural': 'saved views',
                    'constraints': [models.UniqueConstraint(models.F('company'), models.F('place'), models.F('owner'), django.db.models.functions.text.Lower('name'), name='saved_view_name_once'), models.CheckConstraint(condition=models.Q(('is_shared', False), models.Q(('name', ''), _negated=True), _connector='OR'), name='saved_view_shared_has_name')],
                },
            ),
            migrations.CreateModel(
                name='Follow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('subject_type', models.CharField(blank=True, max_length=60)),
                    ('subject_id', models.BigIntegerField(null=True)),
                    ('correlation', models.CharField(blank=True, max_length=60)),
                    ('label', models.CharField(max_length=120)),
                    ('url', models.CharField(max_length=300)),
                    ('told_count', models.PositiveIntegerField(default=0)),
                    ('known', models.JSONField(default=list)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
                    ('view', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='core.savedview')),
                ],
                options={
                    'verbose_name': 'follow',
                    'verbose_name_plural': 'follows',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('view', None)), fields=('user', 'subject_type', 'subject_id'), name='follow_subject_once'), models.UniqueConstraint(condition=models.Q(('view', None), _negated=True), fields=('user', 'view'), name='follow_view_once'), models.CheckConstraint(condition=models.Q(models.Q(('subject_id__isnull', False), ('view', None)), models.Q(('subject_id', None), ('view__isnull', False)), _connector='OR'), name='follow_one_thing')],
                },
            ),
            migrations.CreateModel(
                name='SignedLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('purpose', models.CharField(max_length=60)),
                    ('subject_type', models.CharField(max_length=60)),
                    ('subject_id', models.BigIntegerField()),
                    ('seed', models.CharField(max_length=32)),
                    ('key_hash', models.CharField(max_length=64, unique=True)),
                    ('holder', models.CharField(max_length=120)),
                    ('recipient', models.CharField(max_length=254)),
                    ('uses_left', models.PositiveSmallIntegerField(default=1)),
                    ('expires_at', models.DateTimeField()),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                    ('answer', models.JSONField(blank=True, default=dict)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'signed link',
                    'verbose_name_plural': 'signed links',
                    'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='link_subject')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('key_hash__regex', '^[0-9a-f]{64}$')), name='link_hash')],
                },
            ),
            migrations.CreateModel(
                name='StoredDocument',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('filename', models.CharField(max_length=200, verbose_name='file name')),
                    ('content_type', models.CharField(max_length=100, verbose_name='type')),
                    ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                    ('sha256', models.CharField(db_index=True, max_length=64)),
                    ('storage_key', models.CharField(max_length=200, unique=True)),
                    ('subject_type', models.CharField(blank=True, max_length=60)),
                    ('subject_id', models.BigIntegerField(null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='stored')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                ],
                options={
                    'verbose_name': 'document',
                    'verbose_name_plural': 'documents',
                    'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='document_subject')],
                },
            ),
            migrations.CreateModel(
                name='OutboundMessage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('pending', 'waiting'), ('claimed', 'in progress'), ('done', 'done'), ('uncertain', 'uncertain'), ('parked', 'failed, needs a person'), ('cancelled', 'cancelled')], default='pending', max_length=10, verbose_name='state')),
                    ('not_before', models.DateTimeField(verbose_name='not before')),
                    ('lease_owner', models.CharField(blank=True, max_length=80)),
                    ('lease_until', models.DateTimeField(blank=True, null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('last_error', models.TextField(blank=True, verbose_name='last error')),
                    ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                    ('idempotency_key', models.CharField(max_length=120, unique=True)),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('to', models.CharField(max_length=254, verbose_name='to')),
                    ('subject', models.CharField(max_length=200, verbose_name='subject')),
                    ('body', models.TextField(verbose_name='text')),
                    ('html', models.TextField(blank=True)),
                    ('language', models.CharField(default='en', max_length=5)),
                    ('about_type', models.CharField(blank=True, max_length=60)),
                    ('about_id', models.BigIntegerField(null=True)),
                    ('correlation', models.CharField(blank=True, max_length=60)),
                    ('request_id', models.CharField(blank=True, max_length=36)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                    ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.company', verbose_name='company')),
                    ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('link', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='message', to='core.signedlink')),
                    ('attachments', models.ManyToManyField(blank=True, related_name='+', to='core.storeddocument')),
                ],
                options={
                    'verbose_name': 'message',
                    'verbose_name_plural': 'messages',
                    'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['not_before', 'id'], name='message_due'), models.Index(condition=models.Q(('state', 'claimed')), fields=['lease_until'], name='message_leased'), models.Index(fields=['about_type', 'about_id'], name='message_about'), models.Index(fields=['company', '-id'], name='message_company')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'claimed', 'done', 'uncertain', 'parked', 'cancelled'])), name='message_state')],
                },
            ),
            migrations.CreateModel(
                name='SealedEvent',
                fields=[
                    ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='seal', serialize=False, to='core.event')),
                    ('position', models.PositiveIntegerField()),
                    ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='core.eventseal')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('seal', 'position'), name='sealed_event_position')],
                },
            ),
        ]),
        rules_from(__file__),
    ]

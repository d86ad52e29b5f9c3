"""Set-up pages for administrators: companies, people with their roles, number series.

Other rooms register theirs on ``ScopedAdmin``, which shows rows of the administrator's own
companies only. Every admin names its fields.
"""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.auth import MANAGE, is_administrator
from core.models import ApiToken, Company, Membership, NumberSeries, User
from core.roles import Role
from core.services.companies import add_default_series
from core.services.events import record_event
from core.services.tokens import give_key
from core.set_up import PlainAdmin


def managed(user: Any) -> QuerySet[Company]:
    """Companies the person may set up."""
    if user.is_superuser:
        return Company.objects.all()
    return Company.objects.filter(pk__in=[c for c in user.roles_by_company if user.may(MANAGE, c)])


def manages_all(user: Any) -> bool:
    """Whether the person may set up every company, and with that what all of them share."""
    return not Company.objects.exclude(pk__in=managed(user)).exists()


class OwnCompanies(admin.RelatedFieldListFilter):
    """Narrows a list to one of the administrator's companies; the others are not named."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Own companies; with a single one there is nothing to choose and no filter."""
        return [(company.pk, str(company)) for company in managed(request.user)]


class ScopedAdmin(PlainAdmin):
    """Base for rows that belong to a company: own companies only, no deletion, each change an
    event."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of companies the administrator may set up."""
        return super().get_queryset(request).filter(company__in=managed(request.user))

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The declared filters; that of companies knows own ones only."""
        names = super().get_list_filter(request)
        return [("company", OwnCompanies) if name == "company" else name for name in names]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Choices of companies, and of rows that belong to one, are limited likewise."""
        model = db_field.remote_field.model
        if model is Company:
            options["queryset"] = managed(request.user)
        elif any(field.name == "company" for field in model._meta.fields):
            rows = model._default_manager
            options["queryset"] = rows.filter(company__in=managed(request.user))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was set up once may be referred to; it is switched off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save and record which fields were set."""
        super().save_model(request, obj, form, change)
        company = obj if isinstance(obj, Company) else obj.company  # type: ignore[attr-defined]
        name = f"{obj._meta.model_name}.{'changed' if change else 'created'}"
        fields = sorted(form.changed_data)
        record_event(name, obj, by=request.user, on=company.today(), fields=fields)  # type: ignore[arg-type]


_REGISTERED = (
    "vat_id",
    "tax_number",
    "f_tax",
    "registration_number",
    "register_court",
    "management",
)


@admin.register(Company)
class CompanyAdmin(ScopedAdmin):
    """Legal entities."""

    list_display = ("name", "code", "country", "currency", "time_zone", "is_active")
    fieldsets = (
        (None, {"fields": ("code", "name", "country", "currency", "is_active")}),
        (_("Language and time"), {"fields": ("language", "time_zone")}),
        (_("Address"), {"fields": ("street", "postcode", "city")}),
        (_("Tax and registration"), {"fields": _REGISTERED}),
        (_("Contact on documents"), {"fields": ("contact_name", "contact_phone", "contact_email")}),
        (_("Bank on documents"), {"fields": ("bank_name", "iban", "bic", "bankgiro")}),
        (_("Direct debit"), {"fields": ("creditor_identifier", "debit_notice_days")}),
        (_("Sums on documents"), {"fields": ("rounds_totals",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Companies the administrator may set up."""
        return admin.ModelAdmin.get_queryset(self, request).filter(pk__in=managed(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A further company is opened by somebody who sets up all."""
        return super().has_add_permission(request) and manages_all(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Country and currency stay once there are books."""
        return ("code", "country", "currency") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new company gets its number series, and its maker as administrator."""
        super().save_model(request, obj, form, change)
        if not change:
            add_default_series(obj)
            Membership.objects.create(user=request.user, company=obj, role=Role.ADMINISTRATOR)  # type: ignore[misc]


@admin.register(ApiToken)
class ApiTokenAdmin(ScopedAdmin):
    """Keys for other programs: shown once when made, switched off here."""

    list_display = ("name", "company", "right", "hint", "is_active", "created_at", "last_used_at")
    list_filter = ("company", "is_active")
    fields = ("company", "name", "right", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a key may do is settled when it is made."""
        return ("company", "name", "right") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new one gets its key, which is told this once."""
        key = "" if change else give_key(obj)
        super().save_model(request, obj, form, change)
        if key:
            told = gettext("The key of %(name)s, shown only now: %(key)s")
            messages.warning(request, told % {"name": obj.name, "key": key})


@admin.register(NumberSeries)
class NumberSeriesAdmin(ScopedAdmin):
    """Prefix and digits can change; the counter cannot once it has run."""

    list_display = ("kind", "company", "prefix", "digits", "next_value", "last_on")
    list_filter = ("company", "kind")
    ordering = ("company", "kind")
    fields = ("company", "kind", "prefix", "digits", "next_value", "last_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A counter that runs is not turned by hand."""
        return ("company", "kind", "next_value", "last_on") if obj else ("last_on",)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Roles of a person in the administrator's companies."""

    model = Membership
    fields = ("company", "role")
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Roles in other companies are not this administrator's business."""
        return super().get_queryset(request).filter(company__in=managed(request.user))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody gives themselves a role."""
        return super().has_add_permission(request, obj) and _is_other(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor changes one of their own."""
        return super().has_change_permission(request, obj) and _is_other(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor drops the one that keeps them out of something."""
        return super().has_delete_permission(request, obj) and _is_other(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Only own companies can be given."""
        if db_field.name == "company":
            options["queryset"] = managed(request.user)
        return super().formfield_for_foreignkey(db_field, request, **options)


def _is_other(request: HttpRequest, person: Any) -> bool:
    return request.user.is_superuser or person is None or person.pk != request.user.pk


def _roles_by_company(person: User) -> dict[int, list[str]]:
    """Company id -> role codes as they stand in the database now."""
    held: dict[int, list[str]] = defaultdict(list)
    for company_id, role in person.memberships.order_by("role").values_list("company_id", "role"):
        held[company_id].append(role)
    return held


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new person; without a password they set one by the reset link."""

    class Meta:
        model = User
        fields = ("email", "name", "language")

    def save(self, commit: bool = True) -> User:
        """No password can be guessed until one is set."""
        user: User = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
        return user


@admin.register(User)
class PersonAdmin(PlainAdmin, UserAdmin):  # type: ignore[type-arg]
    """People and their roles per company."""

    add_form = NewUserForm
    ordering = ("name", "email")
    list_display = ("name", "email", "roles", "language", "last_login", "is_active")
    list_filter = ("memberships__role", "is_active")
    search_fields = ("email", "name")
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("email", "name", "language", "is_active")}),)
    add_fieldsets = ((None, {"fields": ("email", "name", "language")}),)
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """People of own companies, and those who have none yet."""
        people = super().get_queryset(request).prefetch_related("memberships")
        if request.user.is_superuser:
            return people
        theirs = models.Q(memberships__company__in=managed(request.user))
        return (
            people.filter(theirs | models.Q(memberships=None)).exclude(is_superuser=True).distinct()
        )

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        """Each role once, whichever companies it is held in."""
        return ", ".join(sorted({row.get_role_display() for row in person.memberships.all()}))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles; each company's trail tells who may do what in it from now on."""
        person, before = form.instance, _roles_by_company(form.instance)
        super().save_related(request, form, formsets, change)
        after = _roles_by_company(person)
        for company in Company.objects.filter(pk__in=before.keys() | after.keys()):
            was, now = before.get(company.pk, []), after.get(company.pk, [])
            if was != now or form.changed_data:
                facts = {"person": str(person), "user": person.pk, "fields": form.changed_data}
                facts |= {"roles": ", ".join(now), "roles_before": ", ".join(was)}
                record_event(
                    "user.changed",
                    company,
                    by=request.user,  # type: ignore[arg-type]
                    on=company.today(),
                    label=person.email,
                    **facts,
                )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person who works for other companies too is changed by somebody who sets up all."""
        if not super().has_change_permission(request, obj) or obj is None:
            return super().has_change_permission(request, obj)
        own = set(managed(request.user).values_list("pk", flat=True))
        return set(obj.roles_by_company) <= own

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People who acted stay in the records; they are deactivated."""
        return False


def _may_enter(request: HttpRequest) -> bool:
    return bool(request.user.is_active) and is_administrator(request.user)


admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = "o2c"
admin.site.index_title = _("Set-up")
admin.site.has_permission = _may_enter  # type: ignore[method-assign]

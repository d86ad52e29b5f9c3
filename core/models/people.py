"""Users and the roles they hold in companies."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.company import Company
from core.roles import Role, rights_of


class UserManager(BaseUserManager["User"]):
    """Makes users who log in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with a hashed password; the address is stored in lower case."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """For ``createsuperuser``: an administrator of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person who logs in. Rights come from memberships, never from this row."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="en")
    theme = models.CharField(
        _("theme"),
        max_length=5,
        choices=[("auto", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
        default="auto",
    )
    has_high_contrast = models.BooleanField(_("high contrast"), default=False)
    has_single_keys = models.BooleanField(_("single-letter keys"), default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    actor_kind = "user"

    @property
    def actor_id(self) -> int | None:
        """Primary key, for events."""
        return self.pk

    @property
    def actor_name(self) -> str:
        """Name for the timeline."""
        return str(self)

    @cached_property
    def roles_by_company(self) -> dict[int, frozenset[str]]:
        """Company id -> roles held there; companies that are closed stay readable."""
        roles: dict[int, set[str]] = defaultdict(set)
        for company_id, role in self.memberships.values_list("company_id", "role"):
            roles[company_id].add(role)
        return {company_id: frozenset(held) for company_id, held in roles.items()}

    @cached_property
    def _rights_by_company(self) -> dict[int, frozenset[str]]:
        return {company: rights_of(roles) for company, roles in self.roles_by_company.items()}

    def may(self, right: str, company_id: int) -> bool:
        """Whether the person carries the right in this company."""
        return self.is_active and right in self._rights_by_company.get(company_id, frozenset())

    _right_in_use = ""

    def narrow_to(self, right: str) -> None:
        """Show this object, from now on, only rows of companies where it carries the right.

        A page asks for its right in the chosen company; without this it would open a row of
        another company of the person's where they hold a lesser role.
        """
        self._right_in_use = right

    def company_ids(self) -> frozenset[int] | None:
        """Companies given to the person; on a page, those where they carry the page's right."""
        given = frozenset(self.roles_by_company)
        right = self._right_in_use
        return frozenset(pk for pk in given if self.may(right, pk)) if right else given


class Membership(models.Model):
    """One role of one person in one company."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "company", "role"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.company}"

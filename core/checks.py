"""System checks: combinations of settings that cannot work are refused before anything starts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.http.request import validate_host

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


@register(Tags.security)
def check_public_url(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Links in mails and documents come from PUBLIC_URL: it must be a working address of ours."""
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        return [Error(f"PUBLIC_URL is no web address: {settings.PUBLIC_URL!r}.", id="o2c.E001")]
    found: list[CheckMessage] = []
    if host not in LOCAL_HOSTS and not validate_host(host, settings.ALLOWED_HOSTS):
        hint = f"Add {host} to ALLOWED_HOSTS."
        found.append(Error("PUBLIC_URL's host is not allowed.", hint=hint, id="o2c.E002"))
    if settings.PRODUCTION and parts.scheme != "https":
        found.append(Error("PUBLIC_URL is not https in production.", id="o2c.E003"))
    return found


@register(Tags.security)
def check_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production a wildcard host lets anybody choose the host of our links."""
    if settings.PRODUCTION and "*" in settings.ALLOWED_HOSTS:
        return [Error("ALLOWED_HOSTS is * in production: name the hosts.", id="o2c.E004")]
    return []


@register()
def check_leases(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A task that outlives its lease would do work that another worker has claimed by then."""
    if settings.LEASE_SECONDS <= settings.CELERY_TASK_TIME_LIMIT:
        hint = f"O2C_LEASE_SECONDS must exceed {settings.CELERY_TASK_TIME_LIMIT}."
        return [Error("A lease ends before a task may.", hint=hint, id="o2c.E005")]
    if settings.EMAIL_TIMEOUT >= settings.LEASE_SECONDS:
        return [Error("EMAIL_TIMEOUT exceeds the lease of a message.", id="o2c.E006")]
    return []


@register()
def check_storage(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A bucket without keys fails at the first document, hours after the start."""
    storage: dict[str, Any] = settings.STORAGES["default"]  # type: ignore[assignment]
    options = storage.get("OPTIONS", {})
    is_s3 = "s3" in storage["BACKEND"]
    if is_s3 and bool(options.get("access_key")) != bool(options.get("secret_key")):
        hint = "Set both, or neither where the machine's own role gives access."
        return [Error("S3_ACCESS_KEY and S3_SECRET_KEY differ.", hint=hint, id="o2c.E007")]
    return []


@register()
def check_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The rules that hold money are PostgreSQL's; a pool that mixes sessions breaks the locks."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine != "django.db.backends.postgresql":
        return [Error(f"{engine} is not PostgreSQL: o2c needs it.", id="o2c.E008")]
    return []


@register()
def check_services(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production nothing is started for you; what is not named points to this machine."""
    if not settings.PRODUCTION:
        return []
    named: dict[str, Callable[[], bool]] = {
        "REDIS_URL": lambda: "127.0.0.1" not in settings.REDIS_URL,
        "EMAIL_URL": lambda: (settings.EMAIL_HOST, settings.EMAIL_PORT) != ("127.0.0.1", 1025),
    }
    return [
        Warning(f"{name} names no server.", hint=f"Set {name}.", id="o2c.W009")
        for name, is_named in named.items()
        if not is_named()
    ]


@register(Tags.security)
def check_access_point(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Invoices go to the access point by https; the simulator is for development alone."""
    if not settings.ACCESS_POINT_URL:
        return []
    if settings.PRODUCTION and settings.ACCESS_POINT_IS_SIMULATOR:
        hint = "Unset O2C_ACCESS_POINT_IS_SIMULATOR."
        return [Error("The access point is a simulator in production.", hint=hint, id="o2c.E010")]
    is_https = urlsplit(settings.ACCESS_POINT_URL).scheme == "https"
    if not is_https and not settings.ACCESS_POINT_IS_SIMULATOR:
        return [Error("O2C_ACCESS_POINT_URL is not https.", id="o2c.E011")]
    return []


@register(Tags.security)
def check_payment_provider(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Customers pay by https; the simulator is for development alone, and a secret signs."""
    found: list[CheckMessage] = []
    if settings.PAYMENT_URLS and settings.PRODUCTION and settings.PAYMENT_IS_SIMULATOR:
        hint = "Unset O2C_PAYMENT_IS_SIMULATOR."
        found.append(Error("The provider is a simulator in production.", hint=hint, id="o2c.E012"))
    for code, url in settings.PAYMENT_URLS.items():
        if urlsplit(url).scheme != "https" and not settings.PAYMENT_IS_SIMULATOR:
            found.append(Error(f"O2C_PAYMENT_URLS of {code} is not https.", id="o2c.E013"))
        if not settings.PAYMENT_SECRETS.get(code):
            hint = "Set O2C_PAYMENT_SECRETS, else the provider may tell nothing by itself."
            found.append(Warning(f"{code} pays online without secret.", hint=hint, id="o2c.W014"))
    return found

"""Combinations of settings that cannot work are refused, each by its id."""

import os
import subprocess
import sys

import pytest
from django.test import override_settings

from core import checks
from o2c.celery import app
from o2c.local import environment
from o2c.local.instance import LocalServerError
from tests.suite import ROOT


@pytest.mark.parametrize(
    ("check", "values", "code"),
    [
        (checks.check_public_url, {"PUBLIC_URL": "o2c.example"}, "o2c.E001"),
        (checks.check_public_url, {"PUBLIC_URL": "https://o2c.example"}, "o2c.E002"),
        (
            checks.check_public_url,
            {"PUBLIC_URL": "http://a.example", "ALLOWED_HOSTS": ["a.example"], "PRODUCTION": True},
            "o2c.E003",
        ),
        (checks.check_hosts, {"PRODUCTION": True, "ALLOWED_HOSTS": ["*"]}, "o2c.E004"),
        (checks.check_leases, {"LEASE_SECONDS": 240}, "o2c.E005"),
        (checks.check_leases, {"EMAIL_TIMEOUT": 300}, "o2c.E006"),
        (
            checks.check_storage,
            {"STORAGES": {"default": {"BACKEND": "s3", "OPTIONS": {"access_key": "a"}}}},
            "o2c.E007",
        ),
        (checks.check_database, {"DATABASES": {"default": {"ENGINE": "sqlite3"}}}, "o2c.E008"),
        (checks.check_services, {"PRODUCTION": True, "REDIS_URL": "redis://127.0.0.1"}, "o2c.W009"),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_bad_combination_has_an_id(check, values, code):
    assert check(None) == []
    with override_settings(**values):
        assert [message.id for message in check(None)][:1] == [code]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({}, "SECRET_KEY is missing or a default"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY is missing or a default"),
        ({"SECRET_KEY": "0123456789abcdef" * 4, "DEBUG": "1"}, "DEBUG is on in production"),
        ({"SECRET_KEY": "0123456789abcdef" * 4, "O2C_DEMO": "1"}, "O2C_DEMO shows logins"),
    ],
)
def test_production_does_not_start_with_a_default_secret_debug_or_demo(named, said):
    kept = {k: os.environ[k] for k in ("PATH", "DATABASE_URL") if k in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**kept, "O2C_PRODUCTION": "1", **named},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr


def test_production_never_starts_servers_of_its_own(monkeypatch):
    monkeypatch.setenv("O2C_PRODUCTION", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(LocalServerError, match="DATABASE_URL is missing"):
        environment.prepare(["migrate"])


@pytest.mark.parametrize(
    ("words", "needed"),
    [([], False), (["migrate"], True), (["migrate", "--help"], False), (["check"], False)],
)
def test_only_commands_that_need_it_start_a_database(words, needed):
    assert environment.needs_database(words) is needed


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)

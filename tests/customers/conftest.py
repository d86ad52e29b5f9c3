"""What the pages of this room need: people of the company and strangers."""

import pytest
from django.test import Client

from tests import make


@pytest.fixture
def company():
    return make.company_de()


@pytest.fixture
def as_role(company):
    """A browser of somebody with a role in the company."""

    def client(role: str, at=None) -> Client:
        browser = Client()
        browser.force_login(make.user_with(role, at or company))
        return browser

    return client

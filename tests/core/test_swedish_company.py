"""What a Swedish company says of itself: F-tax and Bankgiro."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from core.models import Company
from tests import make


def faults(**fields: str) -> set[str]:
    """The fields that a company's form would refuse."""
    said = {
        "code": "ab",
        "name": "Nordwind AB",
        "country": "SE",
        "currency": "SEK",
        "street": "Hamngatan 2",
        "postcode": "411 06",
        "city": "Göteborg",
        "contact_name": "Elsa Lind",
        "contact_phone": "+46 31 555 010",
        "contact_email": "elsa@nordwind.example",
        "f_tax": "approved",
    }
    try:
        Company(**said | fields).full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as refused:
        return set(refused.message_dict)
    return set()


def test_it_says_whether_it_is_approved_for_f_tax() -> None:
    assert faults() == set()
    assert faults(f_tax="not_approved") == set()
    assert faults(f_tax="") == {"f_tax"}
    assert faults(f_tax="perhaps") == {"f_tax"}
    assert faults(f_tax="", country="DE", currency="EUR") == set()


@pytest.mark.parametrize("number", ["5050-1055", "50501055", "991-2346", "9912346"])
def test_a_bankgiro_number_has_a_right_check_digit(number: str) -> None:
    assert faults(bankgiro=number) == set()


@pytest.mark.parametrize("number", ["5050-1056", "123456", "5050 1055", "５０５０1055", "abcdefg"])
def test_what_is_no_bankgiro_number_is_refused(number: str) -> None:
    assert faults(bankgiro=number) == {"bankgiro"}


@pytest.mark.django_db
def test_the_database_knows_three_answers_only() -> None:
    company = make.company_se()
    with pytest.raises(IntegrityError, match="company_f_tax_known"):
        Company.objects.filter(pk=company.pk).update(f_tax="perhaps")

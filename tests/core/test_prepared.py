"""A prepared query answers as the ORM's own does, for each call's values."""

import pytest
from django.db.models import Q

from core.models import Company
from core.prepared import Prepared
from tests import make

pytestmark = pytest.mark.django_db


def of_company(company: int):
    return Company.objects.filter(Q(pk=company) | Q(pk=-company)).values("pk", "code")


def test_each_run_has_its_own_values():
    first, second = make.company_de(), make.company_de()
    prepared = Prepared(of_company, company=int)
    for one in (first, second, first):
        assert prepared.rows(company=one.pk) == [{"pk": one.pk, "code": one.code}]


def test_a_missing_or_unknown_value_is_refused():
    prepared = Prepared(of_company, company=int)
    for values in ({}, {"other": 1}, {"company": None}):
        with pytest.raises(ValueError, match="give company"):
            prepared.rows(**values)


def test_a_query_that_loses_a_value_is_refused():
    with pytest.raises(ValueError, match="does not hand on"):
        Prepared(lambda company: Company.objects.values("pk"), company=int).rows(company=1)

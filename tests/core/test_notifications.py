"""People are told at the bell, and by mail where asked."""

import pytest

from core.models import Notification, OutboundMessage
from core.services import mark_read, notify, people_with
from tests import make


@pytest.mark.django_db
def test_people_with_a_right_are_those_who_carry_it_in_that_company():
    german, swedish = make.company_de(), make.company_se()
    both = make.user_with("finance_manager", german, swedish)
    make.user_with("finance_manager", swedish)
    make.user_with("sales_rep", german)
    make.user_with("finance_manager", german, is_active=False)
    assert list(people_with("dunning.approve", german.pk)) == [both]


@pytest.mark.django_db
def test_a_notice_goes_to_bell_and_mailbox_with_a_link_of_the_public_address(settings):
    settings.PUBLIC_URL = "https://o2c.example"
    company = make.company_de()
    person = make.user_with("collector", company)
    notify([person], company_id=company.pk, title="Run ready", url="/dunning/1/", mail=True)
    notice, mail = Notification.objects.get(), OutboundMessage.objects.get()
    assert (notice.user, notice.read_at) == (person, None)
    assert (mail.to, mail.subject) == (person.email, "Run ready")
    assert mail.body == "https://o2c.example/dunning/1/"


@pytest.mark.django_db
def test_reading_marks_only_ones_own():
    company = make.company_de()
    ada, ben = make.user_with("collector", company), make.user_with("collector", company)
    mine, _theirs = notify([ada, ben], company_id=company.pk, title="A")
    notify([ada], company_id=company.pk, title="B")
    assert mark_read(ada, pk=mine.pk) == 1
    assert mark_read(ada) == 1
    assert mark_read(ada) == 0
    assert Notification.objects.filter(user=ben, read_at=None).count() == 1

"""Signed links: one key, one row, one answer; the database lets none of it come back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import LINK_MARK, OutboundMessage, SignedLink
from core.services import LinkSpent, make_link, revoke_links, use_up, write_message
from core.services.mail import compose
from o2c.errors import Conflict
from tests import make
from tests.core.threads import beside_itself

pytestmark = pytest.mark.django_db
PAGE = "order_number"


def a_link(**fields):
    asked = {"holder": "Kim", "recipient": "kim@buyer.example", "purpose": PAGE} | fields
    asked.setdefault("expires_at", timezone.now() + timedelta(days=1))
    return make_link(asked.pop("about", None) or make.company_de(), **asked)


def test_the_key_opens_its_page_and_no_other():
    link = a_link()
    assert SignedLink.objects.keyed(link.key(), PAGE) == link
    assert SignedLink.objects.keyed(link.key(), "another_page") is None
    for wrong in ("", "x", link.seed, link.key_hash, link.key()[:-1], "\ud800"):
        assert SignedLink.objects.keyed(wrong, PAGE) is None


def test_no_two_keys_are_alike_and_none_is_stored():
    company = make.company_de()
    keys = {a_link(about=company).key() for _ in range(20)}
    assert len(keys) == 20
    stored = " ".join(map(str, SignedLink.objects.values_list()))
    assert not any(key in stored for key in keys)


def test_it_is_answered_once():
    link = a_link()
    use_up(link, answer={"number": "4711"})
    assert (link.state, link.answer) == (SignedLink.State.USED, {"number": "4711"})
    with pytest.raises(LinkSpent):
        use_up(link, answer={"number": "4712"})
    link.refresh_from_db()
    assert link.answer == {"number": "4711"}


def test_a_newer_one_ends_it_and_so_does_time():
    company = make.company_de()
    old = a_link(about=company)
    new = a_link(about=company)
    old.refresh_from_db()
    assert (old.state, new.state) == (SignedLink.State.REVOKED, SignedLink.State.OPEN)
    late = a_link(expires_at=timezone.now() - timedelta(seconds=1))
    assert late.state == SignedLink.State.EXPIRED
    for spent in (old, late):
        with pytest.raises(LinkSpent):
            use_up(spent, answer={})


def test_ending_links_leaves_those_that_were_answered():
    company = make.company_de()
    link = a_link(about=company)
    use_up(link, answer={"a": 1})
    assert revoke_links(company, purpose=PAGE) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"uses_left": 1},
        {"answer": {"number": "other"}},
        {"recipient": "thief@else.example"},
        {"subject_id": 0},
        {"expires_at": timezone.now() + timedelta(days=900)},
    ],
)
def test_the_database_gives_nothing_back(change):
    link = a_link()
    use_up(link, answer={"number": "4711"})
    with pytest.raises(IntegrityError, match="can only be answered once"), transaction.atomic():
        SignedLink.objects.filter(pk=link.pk).update(**change)


def test_the_database_refuses_an_answer_to_one_that_ended():
    late = a_link(expires_at=timezone.now() - timedelta(days=1))
    revoked = a_link()
    SignedLink.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    for link in (late, revoked):
        rows = SignedLink.objects.filter(pk=link.pk)
        with pytest.raises(IntegrityError, match="while it is valid"), transaction.atomic():
            rows.update(uses_left=0, used_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_answers():
    link = a_link()

    def answer(number):
        use_up(SignedLink.objects.get(pk=link.pk), answer={"number": number})

    results = beside_itself(answer, threads=8)
    assert sum(isinstance(one, LinkSpent) for one in results) == 7


def test_the_mail_carries_it_and_nothing_else_does(settings):
    settings.PUBLIC_URL = "https://o2c.example"
    link = a_link()
    message = write_message(
        company_id=link.company_id,
        key=f"link:{link.pk}",
        kind="question",
        to=link.recipient,
        subject="A question",
        body=f"Please answer:\n\n{LINK_MARK}\n",
        language="en",
        link=link,
    )
    address = next(line for line in compose(message).body.splitlines() if "://" in line)
    assert address.startswith("https://o2c.example/")
    (key,) = parse_qs(urlsplit(address).query)["key"]
    assert SignedLink.objects.keyed(key, PAGE) == link
    assert key not in OutboundMessage.objects.get().body


def test_another_secret_loses_what_was_not_sent(settings):
    link = a_link()
    key = link.key()
    settings.SECRET_KEY = "another secret of this installation"
    with pytest.raises(Conflict, match="ask again"):
        link.key()
    assert SignedLink.objects.keyed(key, PAGE) == link  # what was sent before still opens

"""Pages of receivables: status, constant query counts, three people, and the acts by browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import receivables.services as services
from core.models import Notification
from core.roles import Role
from o2c.errors import Conflict
from receivables.models import BankEntry, BankFile, BankMatch, JournalEntry, OpenItem
from tests import make
from tests.receivables.make import DAY, camt, entry, imported, item, ledger, paid

pytestmark = pytest.mark.django_db
LISTS = ("items", "bank_files", "bank_entries", "journal")


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def clerk(company) -> Client:
    return browser_of(make.user_with("ar_accountant", company))


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def fill(company, customer, rows: int) -> None:
    for _ in range(rows):
        found = item(customer, "119.00")
        paid(company, "119.00", found.document_number, name="Käufer AG")
        item(customer, "59.50")
        paid(company, "12.00", "danke", name="Käufer AG", iban="DE02120300000000202051")


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_the_same_statements_for_many_rows(
    company, customer, clerk, name, django_assert_max_num_queries
) -> None:
    url = reverse(f"receivables:{name}")
    fill(company, customer, 1)
    clerk.get(url)
    with django_assert_max_num_queries(12) as first:
        assert clerk.get(url).status_code == 200
    fill(company, customer, 4)
    with django_assert_max_num_queries(len(first)):
        assert clerk.get(url).status_code == 200


def test_the_matching_screen_does_not_grow_with_rows(
    company, customer, clerk, django_assert_max_num_queries
) -> None:
    url = reverse("receivables:matching")
    fill(company, customer, 2)
    clerk.get(url)
    with django_assert_max_num_queries(45) as first:
        assert clerk.get(url).status_code == 200
    fill(company, customer, 4)
    with django_assert_max_num_queries(len(first)):
        assert clerk.get(url).status_code == 200


def pages_of(company, customer) -> list[str]:
    fill(company, customer, 1)
    return [
        reverse("receivables:item", args=[OpenItem.objects.order_by("pk")[0].pk]),
        reverse("receivables:account", args=[customer.pk]),
        reverse("receivables:bank_file", args=[BankFile.objects.latest("pk").pk]),
        reverse("receivables:bank_entry", args=[BankEntry.objects.order_by("pk")[0].pk]),
        reverse("receivables:matching_entry", args=[BankEntry.objects.latest("pk").pk]),
        reverse("receivables:journal_entry", args=[JournalEntry.objects.latest("pk").pk]),
        reverse("receivables:customer_panel", args=[customer.pk]),
        reverse("receivables:invoice_panel", args=[OpenItem.objects.order_by("pk")[0].invoice_id]),
    ]


def test_colleague_reads_stranger_does_not(company, customer) -> None:
    urls = pages_of(company, customer)
    auditor = browser_of(make.user_with("auditor", company))
    stranger = browser_of(make.user_with("ar_accountant", ledger()))
    rep = browser_of(make.user_with("warehouse", company))
    for url in urls:
        assert auditor.get(url).status_code == 200, url
        assert stranger.get(url).status_code == 404, url
        assert rep.get(url).status_code == 403, url


def test_upload_books_and_shows_what_came(company, clerk) -> None:
    upload = SimpleUploadedFile("bank.xml", camt(entry("10.00", "x")))
    answer = clerk.post(reverse("receivables:upload"), {"file": upload}, follow=True)
    assert answer.status_code == 200
    assert BankFile.objects.get().state == "booked"


def test_upload_of_rubbish_says_why(company, clerk) -> None:
    upload = SimpleUploadedFile("bank.xml", b"rubbish")
    answer = clerk.post(reverse("receivables:upload"), {"file": upload}, follow=True)
    assert "no bank file" in answer.content.decode()


def test_accept_then_undo(company, customer, clerk) -> None:
    found = item(customer, "119.00")
    waiting = paid(company, "100.00", found.document_number)
    page = clerk.get(reverse("receivables:matching_entry", args=[waiting.pk]))
    key = page.context["proposals"][0]["key"]
    clerk.post(reverse("receivables:accept", args=[waiting.pk]), {"key": key})
    found.refresh_from_db()
    assert found.outstanding_amount == 19
    clerk.post(reverse("receivables:undo", args=[BankMatch.objects.get().pk]))
    found.refresh_from_db()
    assert found.outstanding_amount == 119


def test_a_stale_proposal_is_refused(company, customer, clerk) -> None:
    waiting = paid(company, "100.00", "x", name="Käufer AG")
    answer = clerk.post(
        reverse("receivables:accept", args=[waiting.pk]),
        {"key": "0"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 409


def test_find_and_match_with_bank_charges(company, customer, clerk) -> None:
    found = item(customer, "119.00")
    waiting = paid(company, "115.00", "x")
    url = reverse("receivables:matching_entry", args=[waiting.pk])
    page = clerk.get(url, {"find": "1", "f": found.document_number})
    assert found in page.context["found"]
    clerk.post(
        reverse("receivables:match", args=[waiting.pk]), {"item": found.pk, "difference": "charges"}
    )
    found.refresh_from_db()
    assert found.outstanding_amount == 0


def test_on_account_then_apply(company, customer, clerk) -> None:
    waiting = paid(company, "50.00", "x")
    clerk.post(reverse("receivables:on_account", args=[waiting.pk]), {"customer": customer.pk})
    credit = OpenItem.objects.get(kind="payment")
    assert credit.outstanding_amount == -50
    debit = item(customer, "119.00")
    clerk.post(
        reverse("receivables:allocate", args=[credit.pk]),
        {"debit_item": debit.pk, "amount": "50.00"},
    )
    debit.refresh_from_db()
    assert debit.outstanding_amount == 69


def test_an_auditor_changes_nothing(company, customer) -> None:
    waiting = paid(company, "50.00", "x")
    auditor = browser_of(make.user_with("auditor", company))
    for name in ("accept", "match", "on_account", "return"):
        assert auditor.post(reverse(f"receivables:{name}", args=[waiting.pk])).status_code == 403


def test_unknown_account_is_named_on_the_page(company, clerk) -> None:
    file = imported(company, camt(entry("1.00"), iban="DE02120300000000202051"))
    page = clerk.get(reverse("receivables:bank_file", args=[file.pk]))
    assert "DE02120300000000202051" in page.content.decode()


def test_a_return_is_booked_against_its_payment(company, customer, clerk) -> None:
    found = item(customer, "100.00")
    paid(company, "100.00", found.document_number)
    back = entry("-100.00", "zurueck").replace("<NtryDtls>", "<RvslInd>true</RvslInd><NtryDtls>")
    imported(company, camt(back, opening="1100.00", number="77"))
    returned = BankEntry.objects.latest("pk")
    page = clerk.get(reverse("receivables:matching_entry", args=[returned.pk]))
    match = page.context["returnable"][0]
    clerk.post(reverse("receivables:return", args=[returned.pk]), {"match": match.pk})
    found.refresh_from_db()
    assert found.outstanding_amount == 100


def test_the_account_as_of_a_day_knows_nothing_later(company, customer, clerk) -> None:
    found = item(customer, "119.00")
    paid(company, "119.00", found.document_number, name="Käufer AG")
    url = reverse("receivables:account", args=[customer.pk])
    now = clerk.get(url)
    assert now.context["sums"][0]["balance"] == 0
    assert now.context["row_count"] == 2
    before = clerk.get(url, {"as_of": "2026-03-01"})
    assert before.context["row_count"] == 0
    assert clerk.get(url, {"as_of": "rubbish"}).context["row_count"] == 2


def test_one_payment_pays_items_of_two_customers_and_says_which(company, customer, clerk) -> None:
    mine, theirs = item(customer, "70.00"), item(make.customer(company, "Zweite AG"), "30.00")
    waiting = paid(company, "100.00", "danke")
    url = reverse("receivables:match", args=[waiting.pk])
    fields = {"item": [mine.pk, theirs.pk], "desk": "1"}
    strip = clerk.post(url, fields, headers={"HX-Request": "true"}).content.decode()
    assert f"{mine.document_number}, {theirs.document_number}" in strip
    assert not OpenItem.objects.open().exists()


def test_the_desk_answers_with_a_strip_and_brings_the_row_back(company, customer, clerk) -> None:
    found = item(customer, "119.00")
    waiting = paid(company, "100.00", found.document_number)
    at_desk = {"headers": {"HX-Request": "true"}}
    row = clerk.get(reverse("receivables:matching_row", args=[waiting.pk]))
    fields = {"key": row.context["proposals"][0]["key"], "desk": "1"}
    strip = clerk.post(reverse("receivables:accept", args=[waiting.pk]), fields, **at_desk)
    assert "0 left." in strip.content.decode()
    assert clerk.get(reverse("receivables:matching")).context["done_count"] == 1
    assert "Käufer AG" in clerk.get(reverse("receivables:matching") + "?tab=done").content.decode()
    made = BankMatch.objects.get()
    kept = clerk.post(reverse("receivables:unapply", args=[made.pk]), {"desk": "1"}, **at_desk)
    assert kept.status_code == 200
    found.refresh_from_db()
    assert found.outstanding_amount == 119
    assert OpenItem.objects.get(kind="payment").outstanding_amount == -100
    again = clerk.post(reverse("receivables:unapply", args=[made.pk]), {"desk": "1"}, **at_desk)
    assert again.status_code == 409
    back = clerk.post(reverse("receivables:undo", args=[made.pk]), {"desk": "1"}, **at_desk)
    assert f"row-{waiting.pk}" in back.content.decode()


def test_an_answer_of_the_desk_brings_the_undo_and_the_menu_up_to_date(
    company, customer, clerk
) -> None:
    found = item(customer, "119.00")
    first = paid(company, "100.00", found.document_number, name="K")
    paid(company, "55.00", "x")
    at_desk = {"headers": {"HX-Request": "true"}}
    fields = {"item": found.pk, "desk": "1"}
    strip = clerk.post(reverse("receivables:match", args=[first.pk]), fields, **at_desk)
    made = BankMatch.objects.get()
    assert strip.context["last"] == made
    text = strip.content.decode()
    assert '<div id="match-last" hx-swap-oob="true"><form' in text
    assert f"Undo {made.payment_item.document_number}" in text
    assert 'id="menu-count" hx-swap-oob="true" aria-label="1 waits">1<' in text
    row = clerk.post(reverse("receivables:undo", args=[made.pk]), {"desk": "1"}, **at_desk)
    assert '<div id="match-last" hx-swap-oob="true" hidden></div>' in row.content.decode()
    assert 'aria-label="2 wait">2<' in row.content.decode()
    assert "o2c-match-best" in row.content.decode()


@pytest.mark.parametrize(
    ("language", "typed", "count"),
    [
        ("en", "1,190.00", 1),
        ("en", "1190", 1),
        ("de", "1.190,00", 1),
        ("de", "59,50", 1),
        ("en", "59.50 | 1190.00", 2),
        ("en", "59.51", 0),
        ("en", "9" * 40, 0),
        ("en", "RE-none\t59.50", 0),
    ],
)
def test_the_finder_reads_amounts(company, customer, language, typed, count) -> None:
    user = make.user_with("ar_accountant", company, language=language)
    item(customer, "1190.00")
    item(customer, "59.50")
    waiting = paid(company, "50.00", "x")
    url = reverse("receivables:matching_row", args=[waiting.pk])
    answer = browser_of(user).get(url, {"find": "1", "f": typed})
    assert len(answer.context["found"]) == count


def test_a_like_name_with_just_this_amount_is_offered_beside_the_owner_of_the_iban(
    company, customer, clerk
) -> None:
    owed = item(make.customer(company, "Stadtwerke Elbtal AöR"), "980.68")
    known = paid(company, "10.00", "x", iban="DE02120300000000202051")
    services.match_entry(
        known.pk,
        shares=(),
        customer_id=customer.pk,
        by=make.user_with("ar_accountant", company),
        on=DAY,
    )
    waiting = paid(company, "980.68", "danke", name="STADTWERKE", iban=known.payer_iban)
    told = clerk.get(reverse("receivables:matching_row", args=[waiting.pk])).context["proposals"]
    chosen = [[share.item.pk for share in one["proposal"].shares] for one in told]
    assert [one["customer"] for one in told] == [customer, owed.customer]
    assert chosen == [[], [owed.pk]]
    assert not BankMatch.objects.filter(bank_entry=waiting).exists()


def test_a_discount_granted_keeps_the_match_whole(company, customer, clerk) -> None:
    found = item(customer, "119.00")
    waiting = paid(company, "115.00", "x")
    fields = {"item": found.pk, "difference": "charges"}
    clerk.post(reverse("receivables:match", args=[waiting.pk]), fields)
    made = BankMatch.objects.get()
    answer = clerk.post(
        reverse("receivables:unapply", args=[made.pk]), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409


def test_ask_a_colleague_who_sees_payments(company, clerk) -> None:
    waiting = paid(company, "50.00", "x")
    colleague = make.user_with("auditor", company)
    stranger = make.user_with("auditor", ledger())
    url = reverse("receivables:ask", args=[waiting.pk])
    at_desk = {"HX-Request": "true"}
    for fields in ({"of": stranger.pk, "note": "?"}, {"of": colleague.pk, "note": " "}):
        assert clerk.post(url, fields, headers=at_desk).status_code == 422
    clerk.post(url, {"of": colleague.pk, "note": "Yours?"})
    assert waiting.questions.get().asked_of == colleague
    assert Notification.objects.filter(user=colleague, body="Yours?").exists()
    counted = clerk.get(reverse("receivables:matching"), {"tab": "asked"}).context
    assert (counted["waiting_count"], counted["asked_count"]) == (0, 1)


def test_bank_beside_ledger(company, customer, clerk) -> None:
    paid(company, "50.00", "x")
    balance = clerk.get(reverse("receivables:balance")).context["balances"][0]
    assert (balance.bank_amount, balance.difference) == (1050, 0)


def test_all_strong_proposals_are_matched_at_one_stroke(company, customer, clerk) -> None:
    items = [item(customer, "119.00"), item(customer, "238.00")]
    entries = [
        paid(company, str(one.amount), one.document_number, name="Käufer AG") for one in items
    ]
    weak = paid(company, "50.00", "x", name="Käufer AG")
    for made in BankMatch.objects.all():
        clerk.post(reverse("receivables:undo", args=[made.pk]))
    assert clerk.get(reverse("receivables:matching")).context["sure_count"] == 2
    url = reverse("receivables:match_sure")
    preview = clerk.post(url, {"everything": "1"})
    assert [row.pk for row in preview.context["able"]] == [one.pk for one in entries]
    assert items[0].document_number in preview.content.decode()
    user = make.user_with(Role.AR_ACCOUNTANT, company)
    for entry_of in entries:
        assert services.accept_sure(entry_of.pk, by=user, on=DAY).way == "accepted"
    assert not OpenItem.objects.filter(pk__in=[one.pk for one in items]).open().exists()
    with pytest.raises(Conflict, match="matched already"):
        services.accept_sure(entries[0].pk, by=user, on=DAY)
    with pytest.raises(Conflict, match="not strong"):
        services.accept_sure(weak.pk, by=user, on=DAY)

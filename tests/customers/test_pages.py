"""The customer's pages: who sees what, what they show, what is entered there."""

import pytest

from core.models import Event
from customers.models import Customer
from tests import make

pytestmark = pytest.mark.django_db

NEW = {
    "billing_policy": "shipment",
    "billing_group": "customer",
    "name": "Borg AB",
    "is_business": "on",
    "country": "SE",
    "language": "sv",
    "currency": "SEK",
    "vat_id": "SE556012579001",
    "registration_number": "556012-5790",
    "street": "Kungsgatan 1",
    "postcode": "111 22",
    "city": "Stockholm",
    "is_shipping": "on",
    "contact_name": "Astrid",
    "email": "astrid@borg.example",
}


@pytest.mark.parametrize(("role", "may_change"), [("sales_rep", True), ("warehouse", False)])
def test_customer_page_for_a_colleague_with_and_without_right(company, as_role, role, may_change):
    customer = make.customer(company, "Acme GmbH")
    page = as_role(role).get(customer.get_absolute_url())
    assert page.status_code == 200
    body = page.content.decode()
    assert "Acme GmbH" in body
    assert "Kim Buyer" in body
    assert (f"/customers/{customer.pk}/edit" in body) == may_change
    contacts = as_role(role).get(f"/customers/{customer.pk}/contacts").content.decode()
    assert "Hauptstraße 5" in contacts
    assert ("/customers/contacts/" in contacts) == may_change


def test_a_stranger_meets_404_everywhere(company, as_role):
    customer = make.customer(company)
    address, contact = customer.addresses.first(), customer.contacts.first()
    stranger = as_role("sales_rep", at=make.company_se())
    for url in (
        f"/customers/{customer.pk}",
        f"/customers/{customer.pk}/edit",
        f"/customers/{customer.pk}/addresses/new",
        f"/customers/{customer.pk}/contacts/new",
        f"/customers/addresses/{address.pk}",
        f"/customers/contacts/{contact.pk}",
    ):
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(f"/customers/{customer.pk}/active").status_code == 404
    assert stranger.post(f"/customers/addresses/{address.pk}/off").status_code == 404
    found = stranger.get("/customers/lookup", {"q": customer.number}).json()
    assert found == {"results": []}


def test_without_right_to_change_the_forms_are_403(company, as_role):
    customer, warehouse = make.customer(company), as_role("warehouse")
    for url in ("/customers/new", f"/customers/{customer.pk}/edit"):
        assert warehouse.get(url).status_code == 403
    rep = as_role("sales_rep")
    assert rep.get(f"/customers/{customer.pk}/bank-accounts/new").status_code == 403


def test_one_form_makes_customer_addresses_and_contact(company, as_role):
    terms = make.payment_terms(company)
    answer = as_role("sales_rep").post("/customers/new", NEW | {"payment_terms": terms.pk})
    customer = Customer.objects.get(company=company)
    assert answer.status_code == 302
    assert answer.url == customer.get_absolute_url()
    assert customer.registration_number == "5560125790"
    assert {a.kind for a in customer.addresses.all()} == {"billing", "shipping"}
    assert customer.contacts.get().receives_invoices


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"vat_id": "SE556012579002"}, "vat_id", "SE556012579002"),
        ({"registration_number": "556012-5791"}, "registration_number", "556012-5791"),
        ({"name": ""}, "name", "required"),
        ({"email": "astrid"}, "email", "valid"),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_is_lost(
    company, as_role, change, field, words
):
    terms = make.payment_terms(company)
    data = NEW | {"payment_terms": terms.pk} | change
    answer = as_role("sales_rep").post("/customers/new", data)
    assert answer.status_code == 422
    body = answer.content.decode()
    error = body.partition(f'id="id_{field}_error"')[2][:400]
    assert words in error
    assert "Kungsgatan 1" in body
    assert not Customer.objects.filter(company=company).exists()


def test_a_twin_must_be_confirmed(company, as_role):
    known = make.customer(company, "Borg AB")
    data = NEW | {"payment_terms": known.payment_terms.pk}
    rep = as_role("sales_rep")
    answer = rep.post("/customers/new", data)
    assert answer.status_code == 422
    assert known.number in answer.content.decode()
    assert rep.post("/customers/new", data | {"confirm_twin": "on"}).status_code == 302


def form_of(customer) -> dict[str, object]:
    names = ("name", "country", "language", "currency", "vat_id", "registration_number")
    data = {name: getattr(customer, name) for name in names}
    return data | {
        "payment_terms": customer.payment_terms_id,
        "is_business": "on",
        "billing_policy": customer.billing_policy,
        "billing_group": customer.billing_group,
        "version": customer.version,
    }


def test_a_change_shows_in_the_timeline_with_old_and_new(company, as_role):
    customer = make.customer(company, "Acme")
    rep = as_role("sales_rep")
    url = f"/customers/{customer.pk}/edit"
    assert rep.get(url).status_code == 200
    assert rep.post(url, form_of(customer) | {"name": "Acme GmbH"}).status_code == 302
    event = Event.objects.about(customer).first()
    assert event.payload["changed"] == {"name": {"old": "Acme", "new": "Acme GmbH"}}
    assert "Acme → Acme GmbH" in rep.get(f"/customers/{customer.pk}/history").content.decode()


def test_how_they_are_invoiced_is_said_in_the_form_and_shown(company, as_role):
    customer = make.customer(company, "Acme")
    rep = as_role("sales_rep")
    wishes = {"is_po_number_required": "on", "billing_policy": "week", "billing_group": "po_number"}
    assert rep.post(f"/customers/{customer.pk}/edit", form_of(customer) | wishes).status_code == 302
    customer.refresh_from_db()
    assert customer.is_po_number_required
    assert (customer.billing_policy, customer.billing_group) == ("week", "po_number")
    terms = rep.get(f"/customers/{customer.pk}/terms").content.decode()
    assert "needed on each invoice" in terms
    assert "one for each of their order numbers" in terms


def test_two_people_changing_the_same_customer_do_not_overwrite_each_other(company, as_role):
    customer = make.customer(company, "Acme")
    first, second = as_role("sales_rep"), as_role("sales_manager")
    seen = form_of(customer)
    url = f"/customers/{customer.pk}/edit"
    assert first.post(url, seen | {"name": "Acme GmbH"}).status_code == 302
    late = second.post(url, seen | {"name": "Acme AG"})
    assert late.status_code == 409
    assert 'value="Acme AG"' in late.content.decode()
    customer.refresh_from_db()
    assert customer.name == "Acme GmbH"


def test_addresses_contacts_and_accounts_are_added_and_taken_away(company, as_role):
    customer = make.customer(company)
    accountant = as_role("ar_accountant")
    base = f"/customers/{customer.pk}"
    place = {"kind": "shipping", "street": "Kai 2", "postcode": "1", "city": "Kiel"}
    assert accountant.post(f"{base}/addresses/new", place | {"country": "DE"}).status_code == 302
    assert accountant.post(f"{base}/contacts/new", {"name": "Lu"}).status_code == 302
    data = {"iban": "DE89 3704 0044 0532 0130 00"}
    assert accountant.post(f"{base}/bank-accounts/new", data).status_code == 302
    body = accountant.get(f"{base}/contacts").content.decode()
    assert "Kai 2" in body
    assert "Lu" in body
    body = accountant.get(f"{base}/terms").content.decode()
    assert "DE89370400440532013000" in body
    assert "Commerzbank" in body
    body = as_role("sales_rep").get(f"{base}/terms").content.decode()
    assert "DE89370400440532013000" not in body
    address, contact = customer.addresses.get(street="Kai 2"), customer.contacts.get(name="Lu")
    account = customer.bank_accounts.get()
    accountant.post(f"/customers/addresses/{address.pk}/off")
    accountant.post(f"/customers/contacts/{contact.pk}/off")
    accountant.post(f"/customers/bank-accounts/{account.pk}/remove")
    assert not customer.bank_accounts.exists()
    assert not customer.addresses.get(pk=address.pk).is_active
    assert not customer.contacts.get(pk=contact.pk).is_active


def test_a_wrong_iban_is_refused_beside_its_field(company, as_role):
    customer = make.customer(company)
    answer = as_role("ar_accountant").post(
        f"/customers/{customer.pk}/bank-accounts/new", {"iban": "DE89370400440532013001"}
    )
    assert answer.status_code == 422
    assert "DE89370400440532013001" in answer.content.decode()


def test_list_filters_exports_and_its_queries_do_not_grow(
    company, as_role, django_assert_max_num_queries
):
    for name in ("Acme", "Borg", "Cafe Uno"):
        make.customer(company, name)
    make.customer(make.company_de(), "Elsewhere")
    rep = as_role("sales_rep")
    assert "Borg" in rep.get("/customers/").content.decode()
    body = rep.get("/customers/", {"q": "caf"}).content.decode()
    assert "Cafe Uno" in body
    assert "Borg" not in body
    export = rep.get("/customers/", {"export": "csv"})
    text = b"".join(export).decode("utf-8-sig")
    assert "Acme" in text
    assert "Elsewhere" not in text
    for n in range(20):
        make.customer(company, f"More {n}")
    with django_assert_max_num_queries(12):
        rep.get("/customers/")


def test_the_customer_page_keeps_its_query_budget(company, as_role, django_assert_max_num_queries):
    customer = make.customer(company)
    manager = as_role("finance_manager")
    manager.get(customer.get_absolute_url())
    with django_assert_max_num_queries(25):
        manager.get(customer.get_absolute_url())


def test_lookup_finds_by_number_name_previous_number_and_leaves_inactive_ones_out(company, as_role):
    acme = make.customer(company, "Müller Maschinenbau", previous_number="77001")
    make.customer(company, "Borg")
    rep = as_role("sales_rep")

    def labels(text):
        results = rep.get("/customers/lookup", {"q": text}).json()["results"]
        return [row["label"] for row in results]

    assert labels(acme.number.lower())[0] == acme.number
    assert labels("maschinen") == [acme.number]
    assert labels("Müler Maschinebau") == [acme.number]
    assert labels("77001") == [acme.number]
    assert labels("") == []
    rep.post(f"/customers/{acme.pk}/active", {"is_active": "0"})
    assert labels("maschinen") == []


def test_set_up_pages_keep_terms_whole_and_delete_nothing(company, as_role):
    admin = as_role("administrator")
    terms = make.payment_terms(company)
    part = terms.parts.get()
    url = f"/admin/customers/paymentterms/{terms.pk}/change/"
    assert admin.get(url).status_code == 200
    data = {
        "code": terms.code,
        "name": terms.name,
        "discount_days": "0",
        "discount_rate": "0",
        "parts-TOTAL_FORMS": "1",
        "parts-INITIAL_FORMS": "1",
        "parts-0-id": part.pk,
        "parts-0-terms": terms.pk,
        "parts-0-position": "1",
        "parts-0-share": "50",
        "parts-0-due_days": "14",
    }
    refused = admin.post(url, data)
    assert refused.status_code == 200
    assert "sum to 50" in refused.content.decode()
    assert admin.post(url, data | {"parts-0-share": "100"}).status_code == 302
    part.refresh_from_db()
    assert part.due_days == 14
    assert admin.get(f"/admin/customers/paymentterms/{terms.pk}/delete/").status_code == 403
    for page in ("customers/customer", "catalog/product", "catalog/pricelist", "catalog/vatrate"):
        assert admin.get(f"/admin/{page}/").status_code == 200, page
    assert as_role("sales_rep").get(url).status_code == 302


def test_a_rep_sees_the_light_and_no_finances(company, as_role):
    customer = make.customer(company)
    collector, rep = as_role("collector"), as_role("sales_rep")
    log = f"/customers/{customer.pk}/notes/new"
    said = {"kind": "call", "outcome": "promise", "promised_on": "+3", "promised_amount": "8000"}
    assert collector.post(log, said).status_code == 302
    page = rep.get(customer.get_absolute_url()).content.decode()
    assert "May order" in page or "Credit check" in page
    for word in ("Owes", "Overdue", "Credit limit", "8,000.00", "promised"):
        assert word not in page, word
    assert "8,000.00" in collector.get(customer.get_absolute_url()).content.decode()
    for tab in ("items", "payments", "reminders"):
        assert rep.get(f"/customers/{customer.pk}/{tab}").status_code == 403
    assert "romise" not in rep.get(f"/customers/{customer.pk}/history").content.decode()


def test_a_note_is_logged_pinned_and_its_step_done(company, as_role):
    customer = make.customer(company)
    rep = as_role("sales_rep")
    log = f"/customers/{customer.pk}/notes/new"
    assert rep.post(log, {"kind": "call"}).status_code == 422
    said = {"kind": "note", "text": "Only with PO", "next_step": "Send offer", "is_pinned": "on"}
    assert rep.post(log, said).status_code == 302
    note = customer.notes.get()
    page = rep.get(customer.get_absolute_url()).content.decode()
    assert page.count("Only with PO") == 2
    assert "Send offer" in page
    rep.post(f"/customers/notes/{note.pk}/done")
    rep.post(f"/customers/notes/{note.pk}/pin", {"is_pinned": "0"})
    page = rep.get(customer.get_absolute_url()).content.decode()
    assert "Send offer" not in page
    assert page.count("Only with PO") == 1
    stranger = as_role("sales_rep", at=make.company_se())
    assert stranger.post(log, said).status_code == 404
    assert stranger.post(f"/customers/notes/{note.pk}/done").status_code == 404
    assert as_role("warehouse").post(log, said).status_code == 403


def test_a_tab_answers_htmx_with_itself_alone(company, as_role):
    customer = make.customer(company)
    url = f"/customers/{customer.pk}/orders"
    part = as_role("sales_rep").get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="customer-tab"' in part
    assert "<html" in as_role("sales_rep").get(url).content.decode()

"""Events never change, and where somebody changed one past the rules, the chain shows it."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from core.models import Event, EventSeal, SealedEvent
from core.services import EventDraft, record_event, record_events, seal_events, verify_chain
from tests import make
from tests.core.threads import beside_itself

FACTS = ["core_event", "core_eventseal", "core_sealedevent", "core_storeddocument"]
CHANGES = ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]


def record(company, count: int = 3) -> None:
    record_events(
        EventDraft("test.happened", company, make.SET_UP, make.DAY, payload={"step": step})
        for step in range(count)
    )


def run(sql: str, *params: object, past_the_rules: bool = False) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if past_the_rules:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
def test_an_event_carries_who_what_when_and_json_safe_payload():
    company = make.company_de()
    person = make.user_with("billing", company, name="Ida")
    record_event(
        "test.done",
        company,
        by=person,
        on=make.DAY,
        correlation="order:7",
        label="RE-1",
        total_amount=Decimal("1.10"),
        due_on=make.DAY,
    )
    event = Event.objects.get(name="test.done")
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("user", person.pk, "Ida")
    assert (event.subject_type, event.subject_id, event.subject_label) == (
        "core.company",
        company.pk,
        "RE-1",
    )
    assert event.payload == {"total_amount": "1.10", "due_on": "2026-03-02"}
    assert list(Event.objects.along("order:7")) == [event]


@pytest.mark.django_db
@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_database_itself_refuses_changes(table, change):
    company = make.company_de()
    record(company)
    seal_events(company.pk)
    make.document(company)
    sql = change.format(table)
    if table == "core_sealedevent":
        sql = sql.replace("SET id = id", "SET position = position")
    with pytest.raises(IntegrityError, match="recorded facts are never changed"):
        run(sql)


@pytest.mark.django_db
def test_a_chain_of_batches_holds_and_sealing_twice_changes_nothing():
    company = make.company_de()
    for _turn in range(3):
        record(company)
        assert seal_events(company.pk) >= 3
    assert seal_events(company.pk) == 0
    assert verify_chain(company.pk) == []
    assert EventSeal.objects.filter(company=company).count() == 3
    assert not Event.objects.filter(company=company, seal=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "breach"),
    [
        ("UPDATE core_event SET actor_name = 'nobody' WHERE id = %s", "changed"),
        ("UPDATE core_event SET payload = '{}' WHERE id = %s", "changed"),
        (
            "UPDATE core_event SET recorded_at = recorded_at - interval '1 s' WHERE id = %s",
            "changed",
        ),
        ("DELETE FROM core_sealedevent WHERE event_id = %s", "removed"),
    ],
)
def test_tampering_past_the_triggers_is_named(tamper, breach):
    company = make.company_de()
    record(company)
    seal_events(company.pk)
    record(company)
    seal_events(company.pk)
    victim = Event.objects.filter(company=company, name="test.happened").order_by("pk")[1]
    run(tamper, victim.pk, past_the_rules=True)
    (sentence,) = verify_chain(company.pk)
    assert "Seal 1" in sentence
    assert breach in sentence


@pytest.mark.django_db
def test_a_seal_cut_out_or_forged_is_named():
    company = make.company_de()
    for _turn in range(3):
        record(company)
        seal_events(company.pk)
    second = EventSeal.objects.get(company=company, position=2)
    run("DELETE FROM core_sealedevent WHERE seal_id = %s", second.pk, past_the_rules=True)
    run("DELETE FROM core_eventseal WHERE id = %s", second.pk, past_the_rules=True)
    sentences = verify_chain(company.pk)
    assert any("the seal before it is missing" in sentence for sentence in sentences)
    assert any("does not follow" in sentence for sentence in sentences)


@pytest.mark.django_db(transaction=True)
def test_ten_sealers_at_once_make_one_chain():
    company = make.company_de()
    record(company, 50)
    counts = beside_itself(lambda _number: seal_events(company.pk), threads=10)
    assert sum(counts) == 51  # with the company's own set-up
    assert verify_chain(company.pk) == []
    assert SealedEvent.objects.count() == 51


@pytest.mark.django_db
def test_companies_have_chains_of_their_own():
    german, swedish = make.company_de(), make.company_se()
    record(german)
    record(swedish)
    seal_events(german.pk)
    assert verify_chain(swedish.pk) == []
    assert not EventSeal.objects.filter(company=swedish).exists()


@pytest.mark.parametrize(
    ("language", "told"), [("en", "order desk"), ("de", "Auftragsannahme"), ("sv", "orderkontoret")]
)
def test_a_job_is_named_in_the_readers_language_and_a_person_as_they_are(language, told):
    with translation.override(language):
        assert Event(actor_kind="job", actor_name="order desk").who == told
        assert Event(actor_kind="user", actor_name="order desk").who == "order desk"

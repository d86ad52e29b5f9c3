"""What the template tags draw."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from core.badges import BADGES, FAMILY_ICONS
from core.event_labels import EVENT_LABELS
from core.models import Event, Job
from core.pictures import Bar, FlowStep
from core.sentences import event_sentence


def draw(source: str, **context: object) -> str:
    """The template's output."""
    return Template("{% load o2c %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "value", "text"),
    [
        ("en", Decimal("1190"), "1,190.00"),
        ("de", Decimal("1190"), "1.190,00"),
        ("sv", Decimal("1190"), "1\u00a0190,00"),
        ("en", Decimal("-0.5"), "−0.50"),
    ],
)
def test_money_in_the_readers_language(language, value, text):
    with translation.override(language):
        html = draw("{% money value 'EUR' 'credit' %}", value=value)
    assert text in html
    assert "EUR" in html
    assert ("credit" in html) == (value < 0)


def test_nothing_is_a_dash():
    for tag in ("money", "number", "percent", "day", "moment"):
        assert "–" in draw("{% " + tag + " value %}", value=None)


def test_day_and_moment():
    assert '<time datetime="2026-11-22"' in draw("{% day d %}", d=date(2026, 11, 22))
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    assert "22 Nov 2026, 14:05" in draw("{% moment at %}", at=at)
    with translation.override("de"):
        assert "22 Nov. 2026" in draw("{% day d %}", d=date(2026, 11, 22))


def test_lateness_only_when_late():
    today = date(2026, 11, 22)
    assert "20 d late" in draw("{% lateness d t %}", d=date(2026, 11, 2), t=today)
    assert draw("{% lateness d t %}", d=today, t=today) == ""


def test_a_badge_has_word_icon_and_family():
    html = draw("{% badge job %}", job=Job(state="failed"))
    assert "is-red" in html
    assert "#circle-x" in html
    assert "failed" in html


def test_text_is_escaped():
    html = draw("{% state_badge 'x' 'red' label %}", label="<b>&")
    assert "&lt;b&gt;&amp;" in html


def test_flow_strip_is_an_ordered_list_with_the_current_step():
    steps = [
        FlowStep("Order", "SO-1", "/orders/1/", "completed", "green"),
        FlowStep("Invoice", "INV-1", "/invoices/1/", "open", "blue", is_current=True),
        FlowStep("Payment"),
    ]
    html = draw("{% flow_strip steps %}", steps=steps)
    assert html.count("<li") == 3
    assert html.count('aria-current="step"') == 1
    assert 'href="/orders/1/"' in html
    assert 'href="/invoices/1/"' not in html
    assert "not yet" in html


def test_bars_scale_to_the_largest_and_survive_zero():
    html = draw("{% bars rows %}", rows=[Bar("a", Decimal(50)), Bar("b", Decimal(100))])
    assert 'width="50.00"' in html
    assert 'width="100.00"' in html
    assert 'width="0.00"' in draw("{% bars rows %}", rows=[Bar("a", Decimal(0))])
    assert "style=" not in html


def test_event_sentence_fills_money_and_dates_and_survives_gaps():
    event = Event(name="order.held", subject_label="SO-1", payload={"reason": "over limit"})
    assert event_sentence(event) == "Put on hold: over limit"
    assert event_sentence(Event(name="order.held", payload={})) == "Put on hold"
    assert event_sentence(Event(name="thing.done_twice", payload={})) == "Thing: done twice"


def test_every_label_and_badge_is_drawn_with_a_known_family_and_icon():
    for label in EVENT_LABELS.values():
        assert label.family in FAMILY_ICONS
        str(label.sentence) % _Anything()
    for states in BADGES.values():
        for look in states.values():
            assert look.family in FAMILY_ICONS


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"

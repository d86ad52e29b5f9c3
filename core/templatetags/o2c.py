"""Template tags of o2c: figures, dates, badges, icons and the small pictures on pages.

``docs/front.md`` shows each with an example.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from core import formats
from core.badges import FAMILY_ICONS, NEUTRAL, ROLE_LOOKS, choice_word, look_of
from core.demo_logins import DEMO_LOGINS, DEMO_PASSWORD
from core.models import Event, Job
from core.pictures import Bar, FlowStep
from core.timeline import FILTER_FROM, KINDS, days_of
from core.widgets import control_attrs, control_kind

register = template.Library()
NOTHING = SafeString('<span class="o2c-nothing" aria-hidden="true">–</span>')


# --- figures and dates --------------------------------------------------------------------------
@register.simple_tag
def money(value: Decimal | None, currency: str = "", word: str = "") -> str:
    """An amount with its currency; ``word`` stands beside a negative one ("credit")."""
    if value is None or value == "":
        return NOTHING
    is_negative = Decimal(value) < 0
    sign = " is-negative" if is_negative else ""
    code = _small("o2c-currency", currency) if currency else ""
    beside = _small("o2c-word", word) if word and is_negative else ""
    figure = formats.amount(value)  # digits and separators: nothing to escape
    return SafeString(f'<span class="o2c-money{sign}">{figure}{code}{beside}</span>')


@lru_cache(maxsize=256, typed=True)
def _small(css: str, text: str) -> str:
    return format_html(' <span class="{}">{}</span>', css, text)


@register.simple_tag
def number(value: Decimal | int | None, least: int = 0, most: int = 6) -> str:
    """A quantity, unit price or count in the reader's format."""
    if value is None or value == "":
        return NOTHING
    figure = formats.figure(value, least=least, most=most)
    return SafeString(f'<span class="o2c-figure">{figure}</span>')


@register.simple_tag
def percent(rate: Decimal | None, most: int = 2) -> str:
    """A rate (0.19) as percentage."""
    if rate is None or rate == "":
        return NOTHING
    return format_html('<span class="o2c-figure">{}</span>', formats.percent(rate, most=most))


@register.simple_tag
def day(value: date | None) -> str:
    """A date: 22 Nov 2026."""
    if not value:
        return NOTHING
    iso = value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    return _time(iso, formats.day(value))


def _time(iso: str, words: str) -> str:
    """Neither a date nor its words in any language hold anything to escape."""
    return SafeString(f'<time datetime="{iso}" class="o2c-day">{words}</time>')


@register.simple_tag
def moment(value: datetime | None) -> str:
    """A date and time: 22 Nov 2026, 14:05."""
    if not value:
        return NOTHING
    return _time(value.isoformat(), formats.moment(value))


@register.simple_tag
def printed_at() -> str:
    """Date and time of the page, which stand on its print."""
    return moment(now())


@register.simple_tag
def lateness(due_on: date | None, today: date) -> str:
    """“20 d late” beside a due date that has passed; nothing otherwise."""
    days = (today - due_on).days if due_on else 0
    if days <= 0:
        return ""
    return format_html('<span class="o2c-late">{}</span>', _("%(days)s d late") % {"days": days})


# --- icons and badges ---------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> str:
    """An icon of the sprite; decorative unless it gets a label."""
    return _icon(name, label, css)


@lru_cache(maxsize=2048, typed=True)
def _icon(name: str, label: str, css: str) -> str:
    """Typed: a text that is safe already and the same text that is not are two."""
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>',
        css,
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"'),
        static("icons.svg"),
        name,
    )


@register.simple_tag
def badge(subject: Model | None, field: str = "state") -> str:
    """The state of a document as icon, word and tint (table in ``core.badges``)."""
    if subject is None:
        return ""
    state = str(getattr(subject, field))
    look = look_of(subject._meta.label_lower, state)
    has_words = hasattr(subject, f"get_{field}_display")
    return _badge(look.family, look.icon, choice_word(subject, field) if has_words else state)


@register.simple_tag
def job_badge(job: Job) -> str:
    """The state of a job; one that is done with failures is never green."""
    if job.state == Job.State.DONE and job.failed_count:
        return _badge("amber", FAMILY_ICONS["amber"], _("Done with failures"))
    return badge(job)


@register.simple_tag
def state_badge(value: str, family: str, label: str = "", icon_name: str = "") -> str:
    """A badge for a derived state: ``{% state_badge "overdue" "red" _("Overdue") %}``."""
    return _badge(family, icon_name or FAMILY_ICONS.get(family, "circle"), label or value)


@register.simple_tag
def tick(key: Any, label: str, amount: Decimal | None = None, currency: str = "") -> str:
    """A box to select a row; its name is “Select INV-1042”. The amount is summed when ticked."""
    return format_html(
        '<input type="checkbox" class="form-check-input" name="selected" value="{}" '
        'id="tick-{}" aria-label="{}" data-amount="{}" data-currency="{}" data-tick>',
        key,
        key,
        _("Select %(row)s") % {"row": label},
        "" if amount is None else amount,
        currency,
    )


@lru_cache(maxsize=2048, typed=True)
def _badge(family: str, icon_name: str, label: str) -> str:
    return format_html(
        '<span class="o2c-badge is-{}">{}<span>{}</span></span>', family, icon(icon_name), label
    )


# --- pictures -----------------------------------------------------------------------------------
@register.inclusion_tag("partials/flow_strip.html", takes_context=True)
def flow_strip(context: Context, steps: Iterable[FlowStep]) -> dict[str, Any]:
    """The document flow: an ordered list with the state in words; links where the reader may go."""
    columns: list[list[FlowStep]] = []
    for step in steps:
        if not columns or not (step.is_branch or columns[-1][0].label == step.label):
            columns.append([])
        columns[-1].append(_for_reader(step, context.get("request")))
    return {"columns": columns}


def _for_reader(step: FlowStep, request: Any) -> FlowStep:
    if not step.right or _may(request, step.right):
        return step
    return replace(step, url="")


def _may(request: Any, right: str) -> bool:
    return bool(request and request.user.may(right, request.company.pk))


@register.inclusion_tag("partials/timeline.html", takes_context=True)
def timeline(
    context: Context, events: Iterable[Event], limit: int = 0, name: str = "kind"
) -> dict[str, Any]:
    """Events by day, newest first, with a filter when there are many; ``limit`` 0 shows all given.

    ``name`` tells the filters of two timelines on one page apart.
    """
    rows = list(events)
    shown = rows[:limit] if limit else rows
    return {
        "days": days_of(shown, localdate(), may=partial(_may, context.get("request"))),
        "kinds": KINDS if len(shown) >= FILTER_FROM else (),
        "left": len(rows) - len(shown),
        "name": name,
    }


@register.inclusion_tag("partials/bars.html")
def bars(rows: Sequence[Bar], title: str = "") -> dict[str, Any]:
    """Horizontal bars as inline SVG with the amount in words beside each: ageing."""
    top = max((abs(row.amount) for row in rows), default=Decimal(0)) or Decimal(1)
    drawn = [(row, f"{max(abs(row.amount) / top * 100, Decimal(0)):.2f}") for row in rows]
    return {"rows": drawn, "title": title}


@register.inclusion_tag("partials/stack_bar.html")
def stack_bar(rows: Sequence[Bar], title: str = "", room: Decimal | None = None) -> dict[str, Any]:
    """One bar cut into parts, with its legend in words: ageing in one line, credit limit used.

    With ``room`` (the limit) the bar is as long as the room, or as what is used of it if that is
    more; then a mark stands where the room ends.
    """
    total = sum((max(row.amount, Decimal(0)) for row in rows), Decimal(0))
    scale = max(total, room or Decimal(0)) or Decimal(1)
    drawn, at = [], Decimal(0)
    for row in rows:
        width = max(row.amount, Decimal(0)) / scale * 100
        drawn.append((row, f"{at:.3f}", f"{width:.3f}"))
        at += width
    mark = f"{room / scale * 100:.3f}" if room and room < total else ""
    return {"rows": drawn, "title": title, "mark": mark}


@register.inclusion_tag("partials/kpi.html")
def kpi(  # noqa: PLR0913 - each is one optional line of the tile
    label: str,
    value: str,
    hint: str = "",
    url: str = "",
    definition: str = "",
    family: str = "",
) -> dict[str, Any]:
    """A key figure: label, figure, a line below, its definition behind (i), a link."""
    return {
        "label": label,
        "value": value,
        "hint": hint,
        "url": url,
        "definition": definition,
        "family": family,
    }


@register.inclusion_tag("partials/progress.html")
def progress(done: int, total: int, label: str, failed: int = 0) -> dict[str, Any]:
    """A native progress bar with its name and “78 of 112”."""
    return {"done": done, "total": total, "label": label, "failed": failed}


@register.inclusion_tag("partials/empty.html")
def empty(  # noqa: PLR0913 - each is one optional line of the state
    title: str,
    text: str = "",
    icon: str = "inbox",
    action_url: str = "",
    action_label: str = "",
    second_url: str = "",
    second_label: str = "",
) -> dict[str, Any]:
    """The designed nothing: what this is, why it is empty, what to do."""
    return {
        "title": title,
        "text": text,
        "icon": icon,
        "action_url": action_url,
        "action_label": action_label,
        "second_url": second_url,
        "second_label": second_label,
    }


@register.inclusion_tag("partials/panel.html")
def panel(url: str, panel_id: str, title: str = "", rows: int = 3) -> dict[str, Any]:
    """A part of the page that another room owns, loaded from its own URL by htmx."""
    return {"url": url, "panel_id": panel_id, "title": title, "rows": range(rows)}


@register.inclusion_tag("partials/files.html")
def files(documents: Iterable[Model]) -> dict[str, Any]:
    """Stored documents as a list of downloads."""
    return {"documents": documents}


@register.filter
def initials(person: object) -> str:
    """AM for Ana Meyer (Einkauf)."""
    words = [word for word in str(person).replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def lookup(mapping: dict[str, Any] | None, key: str) -> Any:
    """The value under a key that is itself a variable; None without it."""
    return mapping.get(key) if mapping else None


@register.filter
def count_words(pager: dict[str, Any]) -> str:
    """“1–50 of 1,234”, “1–50 of more than 10,000”, “None”."""
    if not pager["last"]:
        return _("None")
    count = formats.figure(pager["count"], most=0)
    words = {
        "first": formats.figure(pager["first"], most=0),
        "last": formats.figure(pager["last"], most=0),
        "count": count,
    }
    if pager["is_more"]:
        return _("%(first)s–%(last)s of more than %(count)s") % words
    return _("%(first)s–%(last)s of %(count)s") % words


@register.filter
def file_icon(content_type: str) -> str:
    """Icon of a kind of file."""
    for part, name in (("pdf", "file-type-pdf"), ("xml", "file-code"), ("sheet", "file-type-xls")):
        if part in content_type:
            return name
    return "file-type-csv" if "csv" in content_type else "file-text"


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """The demo's logins for the login page; none outside of a demo."""
    if not settings.DEMO:
        return []
    return [
        {
            "email": login.email,
            "name": login.name,
            "role_label": str(login.role.label),
            "password": DEMO_PASSWORD,
        }
        | ROLE_LOOKS.get(login.role, NEUTRAL)._asdict()
        for login in DEMO_LOGINS
    ]


# --- forms --------------------------------------------------------------------------------------
@register.simple_tag
def control(field: BoundField, **attrs: str) -> SafeString:
    """The widget of a field with Tabler's classes and our data attributes."""
    return field.as_widget(attrs={**control_attrs(field), **attrs})


@register.filter
def kind(field: BoundField) -> str:
    """``check``, ``choices``, ``file``, ``money``, ``day`` or ``text``: how a field is laid out."""
    return control_kind(field)


@register.filter
def choice_list(field: BoundField) -> Iterator[Any]:
    """The boxes of a radio or checkbox list with Tabler's class."""
    for choice in field.subwidgets:
        choice.data["attrs"]["class"] = "form-check-input"
        yield choice


@register.inclusion_tag("forms/field.html")
def form_field(field: BoundField, css: str = "") -> dict[str, Any]:
    """Label over field, hint, error beside it: ``{% form_field form.customer %}``."""
    return {"field": field, "css": css}


@register.inclusion_tag("forms/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """All errors of a form (or of several in a list) on top, each a link to its field."""
    forms = form if isinstance(form, list | tuple) else [form]
    return {"forms": [f for f in forms if f is not None and f.errors]}

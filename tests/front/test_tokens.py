"""Every pair of colours that o2c puts together is readable, in light and dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static/src/o2c/tokens.css"
FAMILIES = ("neutral", "blue", "green", "amber", "red", "purple", "teal")
TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    *[(f"{family}-text", f"{family}-tint", TEXT) for family in FAMILIES],
    *[(f"{family}-mark", "surface", CONTROL) for family in FAMILIES],
    *[
        (name, ground, TEXT)
        for name in ("text", "muted", "link")
        for ground in ("ground", "surface")
    ],
    ("text", "raised", TEXT),
    ("muted", "raised", TEXT),
    ("text", "sidebar", TEXT),
    ("muted", "sidebar", TEXT),
    ("muted", "hover", TEXT),
    ("text", "hover", TEXT),
    ("red-text", "surface", TEXT),
    ("amber-text", "surface", TEXT),
    ("green-text", "surface", TEXT),
    ("blue-text", "accent-tint", TEXT),
    ("on-fill", "accent", TEXT),
    ("on-fill", "accent-strong", TEXT),
    ("on-fill", "danger", TEXT),
    ("on-fill", "success", TEXT),
    ("text", "mark", TEXT),
    ("control-line", "surface", CONTROL),
    ("control-line", "ground", CONTROL),
    ("focus", "focus-gap", CONTROL),
    ("focus", "ground", CONTROL),
    ("focus", "surface", CONTROL),
    ("focus", "accent-tint", CONTROL),
    ("accent", "surface", CONTROL),
]


def tokens(theme: str) -> dict[str, str]:
    """Token name -> #rrggbb as the theme has it (dark overrides light)."""
    plain = CSS.read_text().split("/* Tabler reads these. */")[0]
    light, dark = plain.split('[data-bs-theme="dark"] {')
    found = dict(re.findall(r"--o2c-([a-z-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--o2c-([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_the_standards_own():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_contrast(theme, front, ground, least):
    colours = tokens(theme)
    found = ratio(colours[front], colours[ground])
    assert found >= least, f"{theme}: {front} on {ground} is {found:.2f}, needs {least}"


def test_both_themes_name_the_same_families():
    assert {f"{f}-{part}" for f in FAMILIES for part in ("text", "tint", "mark")} <= set(
        tokens("dark")
    )

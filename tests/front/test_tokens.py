"""Every pair of colours that o2c puts together is readable, in light, dark and high contrast."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static/src/o2c/tokens.css"
FAMILIES = ("neutral", "blue", "green", "amber", "red", "purple", "teal")
TEXT, CONTROL = 4.5, 3.0
MORE_TEXT, MORE_CONTROL = 7.0, 4.5
PAIRS = [
    *[(f"{family}-text", f"{family}-tint", TEXT) for family in FAMILIES],
    *[(f"{family}-mark", "surface", CONTROL) for family in FAMILIES],
    *[
        (name, ground, TEXT)
        for name in ("text", "muted", "link")
        for ground in ("ground", "surface", "sunken")
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


def blocks() -> dict[str, dict[str, str]]:
    """Selector -> the colours it names, in the order of the file."""
    plain = CSS.read_text().split("/* Tabler reads these. */")[0]
    found: dict[str, dict[str, str]] = {}
    for selector, body in re.findall(r"([^{}/]+){([^}]*)}", plain):
        found[selector.strip()] = dict(re.findall(r"--o2c-([a-z-]+): (#[0-9a-f]{6});", body))
    return found


LIGHT, DARK = ':root,\n[data-bs-theme="light"]', '[data-bs-theme="dark"]'
MORE, MORE_DARK = ':root[data-contrast="more"]', ':root[data-contrast="more"][data-bs-theme="dark"]'
CASCADE = {
    "light": (LIGHT,),
    "dark": (LIGHT, DARK),
    "light, high contrast": (LIGHT, MORE),
    "dark, high contrast": (LIGHT, DARK, MORE, MORE_DARK),
}
"""Theme -> the blocks that hold for it, the stronger ones last."""


def tokens(theme: str) -> dict[str, str]:
    """Token name -> #rrggbb as the theme has it."""
    known, colours = blocks(), dict[str, str]()
    for selector in CASCADE[theme]:
        colours |= known[selector]
    return colours


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


@pytest.mark.parametrize("theme", CASCADE)
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_contrast(theme, front, ground, least):
    colours = tokens(theme)
    if "high contrast" in theme:
        least = {TEXT: MORE_TEXT, CONTROL: MORE_CONTROL}[least]
    found = ratio(colours[front], colours[ground])
    assert found >= least, f"{theme}: {front} on {ground} is {found:.2f}, needs {least}"


def test_both_themes_name_the_same_families():
    assert {f"{f}-{part}" for f in FAMILIES for part in ("text", "tint", "mark")} <= set(
        tokens("dark")
    )


def test_dark_takes_back_all_that_light_high_contrast_sets():
    known = blocks()
    assert set(known[MORE]) <= set(known[MORE_DARK])

"""Assets: what build_assets makes, and what no template may contain."""

import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from fontTools.ttLib import TTFont

from core import assets, font_files, letter_fonts
from core.badges import BADGES, FAMILY_ICONS
from core.event_labels import EVENT_LABELS
from core.static_storage import HashedStaticFilesStorage, without_remarks

BASE = Path(__file__).parents[2]
PAGES = [p for p in (BASE / "templates").rglob("*.html") if "letter" not in p.name]
PAGES = [p for p in PAGES if "letters" not in p.parts]


def test_missing_node_modules_is_one_clear_line(tmp_path):
    with pytest.raises(assets.AssetsMissing, match="run `npm ci`"):
        assets.build(tmp_path)


def test_icons_named_in_python_are_in_the_sprite():
    named = {look.icon for states in BADGES.values() for look in states.values()}
    named |= {label.icon for label in EVENT_LABELS.values()} | set(FAMILY_ICONS.values())
    assert named <= set(assets.icon_names(BASE))


def test_an_unknown_icon_is_named(tmp_path):
    with pytest.raises(assets.AssetsMissing, match="no-such-icon"):
        assets.sprite(tmp_path, ["no-such-icon"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(BASE / "templates")))
def test_pages_hold_nothing_inline(page):
    text = page.read_text()
    assert not re.search(r"<[^>]*\sstyle=", text), "style attribute: strict CSP drops it"
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son(click|change|submit|load|input)=", text)
    assert "hx-on" not in text
    assert "js:" not in text
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text), "filters fail open under CSP"
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "application/json" in script, script


def test_the_lockfile_names_no_registry():
    assert '"resolved"' not in (BASE / "package-lock.json").read_text()


def test_browsers_are_sent_no_comments_and_all_of_the_code():
    source = (
        b"/* Why\n   two lines */\na { x: 1; } /* stays */\n  /* one */\n/* in */ b { y: 2; }\n"
    )
    assert without_remarks(source) == b"a { x: 1; } /* stays */\n/* in */ b { y: 2; }\n"


def test_a_file_that_was_hashed_before_is_kept_whole(tmp_path):
    content = ContentFile(b"a { x: 1; }\n")
    content.read()
    HashedStaticFilesStorage(location=tmp_path).save("o2c/a.css", content)
    assert (tmp_path / "o2c/a.css").read_bytes() == b"a { x: 1; }\n"


def test_the_letters_type_is_made_of_both_parts(tmp_path):
    font_files.make_fonts(BASE / "node_modules", tmp_path)
    known = TTFont(tmp_path / "geist-600.ttf").getBestCmap()
    assert {ord(sign) for sign in "Aäöüßåéœ€−ŁźŞğČđ"} <= known.keys()
    assert letter_fonts.font_faces(tmp_path).count("@font-face") == 2
    assert letter_fonts.font_faces(tmp_path / "nowhere") == ""

"""Logos: looked at before they are kept, on the letters that follow, and never in the way."""

import io

import pypdf
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image

from core import logos
from core.actors import JobActor
from core.services import set_logo
from o2c.errors import InvalidInput, PermissionMissing
from tests import make
from tests.core.test_letters import a_letter, render

pytestmark = pytest.mark.django_db
BOSS = JobActor("set-up")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 8"><path d="M0 0h20v8z"/></svg>'
EVIL = [
    b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    b'<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(http://a.example/x)"/></svg>',
    b'<svg xmlns="http://www.w3.org/2000/svg"><style>@import "//a.example"</style></svg>',
    b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    b"<svg",
    b"<html/>",
    b"GIF89a",
    b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    b"",
    b"x" * (logos.MAX_BYTES + 1),
]


def a_png(size=(40, 16)):
    file = io.BytesIO()
    Image.new("RGBA", size, (29, 79, 145, 128)).save(file, "PNG")
    return file.getvalue()


def letter_of(company):
    return render(sender=company.snapshot())


def images_in(pdf):
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images)


@pytest.fixture(autouse=True)
def _fresh():
    logos._data_url.cache_clear()


@pytest.mark.parametrize("content", [SVG, a_png()])
def test_letters_show_it_from_then_on(content):
    company = make.company_de()
    before = letter_of(company)
    set_logo(company, content, "logo", by=BOSS)
    company.refresh_from_db()
    after = letter_of(company)
    assert after == letter_of(company) != before
    if content != SVG:
        assert (images_in(before), images_in(after)) == (0, 1)


@pytest.mark.parametrize("content", EVIL, ids=range(len(EVIL)))
def test_what_no_letter_could_show_is_refused(content):
    company = make.company_de()
    with pytest.raises(InvalidInput):
        set_logo(company, content, "logo.svg", by=BOSS)
    company.refresh_from_db()
    assert company.logo_id is None


def test_a_broken_logo_breaks_no_letter():
    company = make.company_de()
    stored = set_logo(company, a_png(), "logo.png", by=BOSS)
    company.refresh_from_db()
    for harm in (b"not a picture", None):
        default_storage.delete(stored.storage_key)
        if harm:
            with default_storage.open(stored.storage_key, "wb") as file:
                file.write(harm)
        letter = letter_of(company)
        assert images_in(letter) == 0
        assert company.name in pypdf.PdfReader(io.BytesIO(letter)).pages[0].extract_text()
    assert render(sender={**a_letter().sender, "logo": 0}) == render()


def test_only_who_manages_sets_it_and_the_command_does(tmp_path, capsys):
    company = make.company_de()
    with pytest.raises(PermissionMissing):
        set_logo(company, SVG, "logo.svg", by=make.user_with("billing", company))
    (tmp_path / "logo.svg").write_bytes(SVG)
    call_command("set_logo", str(tmp_path / "logo.svg"), "--company", company.code)
    company.refresh_from_db()
    assert company.logo.content_type == "image/svg+xml"
    assert "logo.svg" in capsys.readouterr().out

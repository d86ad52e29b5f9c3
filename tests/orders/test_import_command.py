"""``manage.py import_orders``: results, exit codes, one JSON object, clear errors."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from orders.models import Order
from tests.orders import make

ORDER = Path(__file__).parent / "files/order.xml"
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    at = make.company("de-test")
    make.product(at, "A-100", "86.00")
    make.product(at, "A-230", "1.72", gtin="4012345678901")
    make.customer(at, "C-1", vat_id="DE811128135")
    return at


def run(*arguments):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_orders", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as left:
        code = left.code
    return code, out.getvalue(), err.getvalue()


def test_a_good_file(shop):
    code, out, _ = run(ORDER, "--company", "de-test", "--json")
    (file,) = json.loads(out)["files"]
    (order,) = file["orders"]
    assert (code, order["outcome"], order["state"]) == (0, "created", "draft")
    assert order["gross_amount"] == "1125.74"
    code, out, _ = run(ORDER, "--company", "de-test")
    assert code == 0
    assert "imported before SO-000001" in out


def test_a_refused_order_ends_with_one_and_says_why(shop, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("Customer;Article;Quantity\nC-1;NOPE;1\n")
    code, out, _ = run(ORDER, file, "--company", "de-test")
    assert code == 1
    assert "“NOPE” is not in the catalog" in out
    assert Order.objects.count() == 1


def test_what_can_not_be_read_ends_with_two(shop, tmp_path, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    broken, huge = tmp_path / "broken.xml", tmp_path / "huge.csv"
    broken.write_text("<Order")
    huge.write_bytes(b"a" * (1024 * 1024 + 1))
    for arguments, named in (
        ((broken, "--company", "de-test"), "well-formed"),
        ((tmp_path / "none.xml", "--company", "de-test"), "none.xml"),
        ((huge, "--company", "de-test"), "larger than 1 MiB"),
        ((ORDER, "--company", "nobody"), "nobody"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, ""), named
        assert named in err
    assert not Order.objects.exists()


def test_submit_leaves_warned_orders_to_a_person(shop, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("Customer;PO;Article;Quantity;Price\nC-1;1;A-100;1;\nC-1;2;A-100;1;50.00\n")
    code, out, _ = run(file, "--company", "de-test", "--submit", "--json")
    plain, warned = json.loads(out)["files"][0]["orders"]
    assert code == 1
    assert plain["state"] in ("released", "on_hold")
    assert warned["state"] == "draft"
    assert warned["not_submitted"]
